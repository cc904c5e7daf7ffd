package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"plugforge"
)

// pythonFacts is what the interpreter says of itself.
type pythonFacts struct {
	Version  [2]int
	Prefixes []string
}

const factsProgram = `import json, sys
print(json.dumps({"Version": sys.version_info[:2], "Prefixes": [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]}))`

// unavailable is why no replica can start, with the mend.
func unavailable(format string, args ...any) error {
	return plugforge.Errorf(plugforge.CodeUnavailable, "replicas cannot run here: "+format, args...)
}

// probe tries out what every replica needs, as the user that it would be. It
// gives the folders beside /usr that hold the interpreter.
func (h *Host) probe(ctx context.Context) ([]string, error) {
	if h.root && !h.pool.mapped() {
		return nil, unavailable("the sandbox uids %s do not exist in this container: choose --sandbox-uids within its /proc/self/uid_map", h.config.UIDs)
	}
	uid := uint32(0)
	if h.root {
		lease, err := h.pool.lease()
		if err != nil {
			return nil, err
		}
		defer lease.release()
		uid = lease.id
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	facts, err := h.probePython(ctx, uid)
	if err != nil {
		return nil, err
	}
	if v := facts.Version; v[0] != 3 || v[1] < 11 {
		return nil, unavailable("%s is Python %d.%d and must be 3.11 or later: name another with --python", h.config.Python, v[0], v[1])
	}
	prefixes := outsideUsr(append(facts.Prefixes, filepath.Dir(filepath.Dir(h.config.Python))))
	if h.config.Mode == ModeNone {
		return prefixes, nil
	}
	return prefixes, h.probeWall(ctx, uid, prefixes)
}

// probePython asks the interpreter for its facts, under the replica's user.
func (h *Host) probePython(ctx context.Context, uid uint32) (pythonFacts, error) {
	var facts pythonFacts
	out, stderr, err := h.tryRun(ctx, uid, nil, h.config.Python, "-I", "-B", "-c", factsProgram)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return facts, unavailable("there is no Python at %s: install python3 or name another with --python", h.config.Python)
	case errors.Is(err, os.ErrPermission):
		return facts, unavailable("user %d of a replica cannot reach %s: name a Python that every user can run, such as /usr/bin/python3, with --python", uid, h.config.Python)
	case err != nil:
		return facts, unavailable("%s does not run (%v: %s): name another with --python", h.config.Python, err, stderr)
	}
	if err := json.Unmarshal(out, &facts); err != nil {
		return facts, unavailable("%s is no Python: name one with --python", h.config.Python)
	}
	return facts, nil
}

// probeWall builds an empty sandbox and runs the interpreter in it.
func (h *Host) probeWall(ctx context.Context, uid uint32, prefixes []string) error {
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		return unavailable("bubblewrap is missing: install the package bubblewrap (or accept the risk of --sandbox=none)")
	}
	w := h.wall("", prefixes)
	_, stderr, err := h.tryRun(ctx, uid, w.arguments(4), bwrap, h.config.Python, "-I", "-S", "-B", "-c", "pass")
	if err == nil {
		return nil
	}
	return unavailable("%s", wallAdvice(stderr, err))
}

// wallAdvice finds the mend for what bwrap says. It says it in words only.
func wallAdvice(stderr string, err error) string {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(stderr, part) })
	}
	switch {
	case has("Can't mount proc"):
		return "a service unit or container masks /proc, so that a sandbox cannot have its own (" + stderr +
			"): remove ProtectKernelTunables, ProtectProc and the like from the unit, or run the container with an unmasked /proc"
	case has("SECCOMP", "system call filtering"):
		return "the kernel does not filter system calls (" + stderr +
			"): run one with CONFIG_SECCOMP_FILTER, in a container that permits seccomp, or accept the risk of --sandbox=none"
	case has("No permissions to creat", "Creating new namespace failed", "setting up uid map", "Operation not permitted"):
		return "user namespaces are not permitted (" + stderr +
			"): allow them (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or accept the risk of --sandbox=none"
	case has("Unknown option"):
		return "bubblewrap is too old (" + stderr + "): install 0.8 or later"
	case has("Can't find source path", "Permission denied"):
		return "a replica's user cannot reach what it needs (" + stderr + "): every folder on the way must let others pass; choose another --run or --python"
	}
	return fmt.Sprintf("bubblewrap does not run (%v: %s)", err, stderr)
}

// tryRun runs a program as a replica's user. With options it is bwrap, which
// reads those from descriptor 3 and the filter of system calls from 4.
func (h *Host) tryRun(ctx context.Context, uid uint32, options []string, argv ...string) ([]byte, string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = environment("/tmp"), "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	}
	if options != nil {
		files, fill, err := inputPipes([][]byte{join(options), h.filter})
		if err != nil {
			return nil, "", err
		}
		fill(true)
		defer func() {
			for _, f := range files {
				_ = f.Close()
			}
		}()
		cmd.ExtraFiles = files
		cmd.Args = append([]string{argv[0], "--args", "3"}, argv[1:]...)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	text := plugforge.Printable(bounded(strings.TrimSpace(stderr.String()), 300))
	return stdout.Bytes(), text, err
}

// outsideUsr are the folders that a sandbox must show beside those it always
// shows, without repetition and without what lies in another. Never the whole
// of /tmp: a sandbox has its own.
func outsideUsr(prefixes []string) []string {
	var keep []string
	for _, p := range prefixes {
		p = filepath.Clean(p)
		shown := func(parent string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }
		if p == "/" || p == "/tmp" || shown("/usr") || shown("/lib") || shown("/bin") || slices.ContainsFunc(keep, shown) {
			continue
		}
		keep = append(keep, p)
	}
	return keep
}
