package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"plugforge"
	"plugforge/sandbox"
)

// wellPlugin is a plugin that answers that it is well.
//
//go:embed doctor
var wellPlugin embed.FS

// server checks what a server needs here, what is simple before what is built
// of it.
func (d *doctor) server(ctx context.Context, o doctorOptions) {
	d.worker(o.worker)
	d.python(ctx, o.python)
	d.program(ctx, "bwrap", "bubblewrap", 0, 8)
	d.namespaces()
	d.seccomp()
	d.replica(ctx, o)
	d.crashes()
	d.program(ctx, "git", "git", 2, 34)
	d.disk(o.data)
	d.clock()
}

func (d *doctor) worker(file string) {
	if file == "" {
		self, err := os.Executable()
		if err != nil {
			d.bad("worker", err.Error(), "name it with --worker")
			return
		}
		file = filepath.Join(filepath.Dir(self), "plugforge-worker")
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o100 == 0 {
		d.bad("worker", "there is no program "+file, "install plugforge-worker there, or name it with --worker")
		return
	}
	d.ok("worker", "%s", file)
}

// python checks the interpreter as its user sees it: replicas of a root server
// are strangers to every folder.
func (d *doctor) python(ctx context.Context, file string) {
	const mend = "install python3 (3.11 or later), or name another with --python, such as /usr/bin/python3"
	said, err := output1(ctx, file, "-I", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])")
	if err != nil {
		d.bad("python", file+" does not run: "+err.Error(), mend)
		return
	}
	major, minor, _ := numbers(said)
	if major != 3 || minor < 11 {
		d.bad("python", fmt.Sprintf("%s is %s", file, said), mend)
		return
	}
	if real, err := filepath.EvalSymlinks(file); err == nil && os.Geteuid() == 0 {
		if closed := closedFolder(real); closed != "" {
			d.bad("python", file+" is in "+closed+", which the user of a replica can't pass", "name a Python that every user can run with --python, such as /usr/bin/python3")
			return
		}
	}
	d.ok("python", "%s is %s", file, said)
}

// closedFolder is the first folder on the way to a file that does not let
// others pass, or the file if others can't read it.
func closedFolder(file string) string {
	for at := filepath.Dir(file); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && info.Mode().Perm()&0o001 == 0 {
			return at
		}
		if at == "/" {
			return ""
		}
	}
}

// namespaces reads the switches by which distributions turn user namespaces
// off. What they forbid need not concern root.
func (d *doctor) namespaces() {
	for _, s := range []struct {
		name string
		off  string
	}{
		{"user.max_user_namespaces", "0"},
		{"kernel.unprivileged_userns_clone", "0"},
		{"kernel.apparmor_restrict_unprivileged_userns", "1"},
	} {
		value, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(s.name, ".", "/"))
		if err == nil && strings.TrimSpace(string(value)) == s.off {
			on := map[string]string{"0": "1", "1": "0"}[s.off]
			if s.name == "user.max_user_namespaces" {
				on = "10000"
			}
			d.warn("namespaces", s.name+" is "+s.off+": user namespaces are restricted", "sysctl -w "+s.name+"="+on)
			return
		}
	}
	d.ok("namespaces", "user namespaces are not turned off")
}

// seccomp asks whether the kernel can refuse system calls.
func (d *doctor) seccomp() {
	actions, err := os.ReadFile("/proc/sys/kernel/seccomp/actions_avail")
	if err != nil || !slices.Contains(strings.Fields(string(actions)), "errno") {
		d.bad("seccomp", "the kernel does not filter system calls", "run one with CONFIG_SECCOMP_FILTER")
		return
	}
	d.ok("seccomp", "system calls of replicas can be filtered")
}

// crashes looks at who gets the memory of a process that crashed: to a program,
// the kernel hands it whatever limit the process has.
func (d *doctor) crashes() {
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if program, piped := strings.CutPrefix(strings.TrimSpace(string(pattern)), "|"); err == nil && piped {
		d.warn("crashes", "when a plugin crashes, the kernel runs "+plugforge.Printable(program)+" as root on what the plugin left in its memory",
			"sysctl -w kernel.core_pattern=core, if nothing else here needs it")
		return
	}
	d.ok("crashes", "crashed plugins leave nothing behind")
}

// replica runs a plugin as the server would.
func (d *doctor) replica(ctx context.Context, o doctorOptions) {
	if o.run == "" && os.Geteuid() != 0 {
		dir, err := os.MkdirTemp("", "pf-")
		if err != nil {
			d.bad("replica", err.Error(), "")
			return
		}
		defer os.RemoveAll(dir)
		o.run = dir
	}
	host, err := sandbox.Open(ctx, sandbox.Config{
		RunDir: o.run, WorkerFile: o.worker, Python: o.python, UIDs: o.uids, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.bad("replica", reason(err), "")
		return
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = host.Close(ending)
	}()
	tree, err := fs.Sub(wellPlugin, "doctor")
	if err != nil {
		d.bad("replica", err.Error(), "")
		return
	}
	begun := time.Now()
	replica, err := host.Start(ctx, plugforge.ReplicaSpec{Slug: plugforge.Slug{Owner: "ns_doctor", Name: "doctor"}, Tree: tree})
	if err == nil {
		_, err = replica.Call(ctx, plugforge.Call{Body: []byte("{}")})
	}
	if err != nil {
		d.bad("replica", reason(err), "")
		return
	}
	d.ok("replica", "a plugin starts and answers in its sandbox, in %d ms", time.Since(begun).Milliseconds())
	d.cgroups(host.Bounds())
}

func (d *doctor) cgroups(bounds []string) {
	var missing []string
	for _, one := range []string{"memory", "pids", "cpu"} {
		if !strings.Contains(" "+strings.Join(bounds, " ")+" ", " "+one+" ") {
			missing = append(missing, one)
		}
	}
	if len(missing) == 0 {
		d.ok("cgroups", "they bound memory, processes and cores of each replica")
		return
	}
	d.warn("cgroups", strings.Join(missing, ", ")+" can't be bounded by cgroups here: rlimits bound memory and processes, each process by itself",
		"run the server as root, or in a systemd unit with Delegate=yes")
}

// disk checks where the data lies, or would.
func (d *doctor) disk(data string) {
	if data == "" {
		d.skip("disk", "name the data folder with --data to have it checked")
		return
	}
	info, err := os.Stat(data)
	if err == nil && !info.IsDir() {
		d.bad("disk", data+" is a file", "name the server's data folder with --data")
		return
	}
	at, isNew := folderAbove(data), errors.Is(err, fs.ErrNotExist)
	if err := unix.Access(at, unix.W_OK); err != nil {
		d.bad("disk", at+" can't be written by this user", "run it as the user of the server, or chown the folder")
		return
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(at, &disk); err != nil {
		d.bad("disk", at+": "+err.Error(), "")
		return
	}
	free := disk.Bavail * uint64(disk.Bsize)
	text := fmt.Sprintf("%s has %.1f GiB free", at, float64(free)/(1<<30))
	if isNew {
		text = data + " does not exist; serve would make it, and " + text
	}
	const mend = "make room, or move the data folder; each upload may need three times its size for a while"
	switch {
	case free < 256<<20 || disk.Files > 0 && disk.Ffree < 1000:
		d.bad("disk", text+fmt.Sprintf(" and room for %d files", disk.Ffree), mend)
	case free < 4<<30:
		d.warn("disk", text, mend)
	case isNew:
		d.warn("disk", text, "if a server has run here, name the data folder that it uses")
	default:
		d.ok("disk", "%s", text)
	}
}

// clock asks the kernel whether something keeps the time right: entries of the
// ledger and signed addresses are as good as the clock.
func (d *doctor) clock() {
	const mend = "timedatectl set-ntp true, or install chrony"
	if time.Now().Year() < 2026 {
		d.bad("clock", "it shows "+time.Now().UTC().Format("2006-01-02"), mend)
		return
	}
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	switch {
	case errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS):
		d.skip("clock", "the kernel does not tell here whether it is synchronised")
	case err != nil:
		d.skip("clock", "%v", err)
	case state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0:
		d.warn("clock", "nothing keeps it synchronised", mend)
	default:
		d.ok("clock", "synchronised, within %d ms", max(1, t.Maxerror/1000))
	}
}
