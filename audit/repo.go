package audit

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"plugforge"
)

// repo reads a clone through one `git cat-file --batch`.
type repo struct {
	git, dir string
	ctx      context.Context // of the reading that is under way
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
}

// command is git on the clone, with no settings but the clone's own, and with
// nothing that lets an object stand for another.
func (r *repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.git, append([]string{"--no-replace-objects", "-c", "safe.directory=*", "-C", r.dir}, args...)...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}
	return cmd
}

// run gives what git prints, in both its streams.
func (r *repo) run(ctx context.Context, args ...string) (out, complaints string, err error) {
	cmd := r.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return stdout.String(), stderr.String(), err
}

func openRepo(ctx context.Context, dir string) (*repo, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, plugforge.Errorf(plugforge.CodeUnavailable, "git is not installed here: a history is read by it")
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, plugforge.Errorf(plugforge.CodeNotFound, "%s is not there: name a clone", plugforge.Printable(dir))
	}
	r := &repo{git: git, dir: dir}
	if _, _, err := r.run(ctx, "rev-parse", "--git-dir"); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, plugforge.Errorf(plugforge.CodeNotFound, "%s is no git repository: name a clone", plugforge.Printable(dir))
	}
	return r, r.start(ctx)
}

// start begins reading. git gives up on the first object that is damaged, and
// is then started anew.
func (r *repo) start(ctx context.Context) (err error) {
	r.ctx = ctx
	r.cmd = r.command(ctx, "cat-file", "--batch")
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	r.out = bufio.NewReaderSize(out, 64<<10)
	return r.cmd.Start()
}

func (r *repo) close() {
	_ = r.in.Close()
	_ = r.cmd.Wait()
}

// broken is an object that git could not read to its end.
func (r *repo) broken(name string) error {
	_ = r.cmd.Process.Kill()
	r.close()
	if err := errors.Join(r.ctx.Err(), r.start(r.ctx)); err != nil {
		return err
	}
	return &absent{name, "cannot be read: it is damaged"}
}

// refs reads every ref's hash, peeled of nothing.
func (r *repo) refs(ctx context.Context) (map[string]string, error) {
	out, complaints, err := r.run(ctx, "for-each-ref", "--format=%(objectname) %(refname)")
	if err != nil {
		return nil, fmt.Errorf("git for-each-ref: %w: %s", err, firstLine(complaints))
	}
	refs := map[string]string{}
	for line := range strings.Lines(out) {
		hash, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		refs[name] = hash
	}
	return refs, nil
}

// absent is an object that the clone lacks, or that is not what its name says.
type absent struct{ hash, why string }

func (e *absent) Error() string { return "object " + e.hash + " " + e.why }

// maxMeta bounds what is read into memory: commits, tags and trees.
const maxMeta = 64 << 20

// meta reads a commit, tag or tree. Errors: absent.
func (r *repo) meta(kind, name string) ([]byte, error) {
	var data bytes.Buffer
	err := r.stream(kind, name, func(size int64) (io.Writer, error) {
		if size > maxMeta {
			return nil, &absent{name, "is " + strconv.FormatInt(size, 10) + " bytes long"}
		}
		return &data, nil
	})
	return data.Bytes(), err
}

// stream copies an object into what sink gives, and hashes it on the way.
// Errors: absent; any other is a failure to read.
func (r *repo) stream(kind, name string, sink func(size int64) (io.Writer, error)) error {
	if !isHash(name) {
		return &absent{name, "is not an object's name"}
	}
	if _, err := io.WriteString(r.in, name+"\n"); err != nil {
		return r.broken(name)
	}
	head, err := r.out.ReadString('\n')
	if err != nil {
		return r.broken(name)
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return &absent{name, "is missing"}
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return fmt.Errorf("git cat-file said %q", head)
	}
	var wrong error
	if fields[1] != kind {
		wrong = &absent{name, "is a " + fields[1] + ", not a " + kind}
	}
	out := io.Discard
	if wrong == nil {
		if out, wrong = sink(size); wrong != nil {
			out = io.Discard
		}
	}
	sum := objectHash(fields[1], size)
	if _, err := io.CopyN(io.MultiWriter(sum, out), r.out, size); err != nil {
		return r.broken(name)
	}
	if _, err := r.out.Discard(1); err != nil {
		return r.broken(name)
	}
	if wrong == nil && hex.EncodeToString(sum.Sum(nil)) != name {
		wrong = &absent{name, "holds other bytes than its name stands for"}
	}
	return wrong
}

// objectHash names an object as git does.
func objectHash(kind string, size int64) hash.Hash {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, size)
	return h
}

func isHash(s string) bool {
	return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return plugforge.Printable(line)
}

// surroundings looks for what lets a clone show less, or other things, than
// its objects say.
func (a *auditor) surroundings() error {
	for name := range a.refs {
		if strings.HasPrefix(name, "refs/replace/") {
			a.find(name, "remove it: git replace -d "+strings.TrimPrefix(name, "refs/replace/"), "puts another object in the place of one of the history")
		}
	}
	out, complaints, err := a.repo.run(a.ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return fmt.Errorf("git rev-parse: %w: %s", err, firstLine(complaints))
	}
	if strings.TrimSpace(out) == "true" {
		a.find("shallow", "fetch the rest: git fetch --unshallow", "the clone lacks the beginning of its history, which cannot be verified")
	}
	out, _, err = a.repo.run(a.ctx, "rev-parse", "--git-path", "info/grafts")
	if err != nil {
		return err
	}
	grafts := strings.TrimSpace(out)
	if !strings.HasPrefix(grafts, "/") {
		grafts = a.repo.dir + "/" + grafts
	}
	if _, err := os.Stat(grafts); err == nil {
		a.find("info/grafts", "remove the file", "gives commits of the history other parents")
	}
	return nil
}

// fsck has git look at every object, whether or not a ref leads to it.
func (a *auditor) fsck(string) error {
	lines, err := Fsck(a.ctx, a.repo.dir, false)
	for _, line := range lines {
		a.find("objects", wayDisk, "git fsck: %s", line)
	}
	return err
}

// Fsck runs git's own fsck on a repository and gives the lines that tell of
// damage; with unreachable also those of objects to which no ref leads.
func Fsck(ctx context.Context, dir string, unreachable bool) ([]string, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, plugforge.Errorf(plugforge.CodeUnavailable, "git is not installed here: a history is read by it")
	}
	r := &repo{git: git, dir: dir}
	args := []string{"fsck", "--full", "--strict", "--no-progress", "--no-dangling"}
	if unreachable {
		args = append(args, "--unreachable")
	}
	out, complaints, err := r.run(ctx, args...)
	var lines []string
	for line := range strings.Lines(out + complaints) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "notice: ") || strings.HasPrefix(line, "warning: garbage found") {
			continue // of a repository without a version yet
		}
		lines = append(lines, plugforge.Printable(line))
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if err = nil; len(lines) == 0 {
			lines = append(lines, exit.Error())
		}
	}
	return lines, err
}
