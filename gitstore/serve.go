package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"

	"plugforge"
)

// maxRequest bounds what a client of UploadPack says it wants and has, in
// bytes.
const maxRequest = 8 << 20

// gitProtocol is what may pass from a client's header into git's environment.
var gitProtocol = regexp.MustCompile(`^version=[012]$`)

// InfoRefs writes git's answer to GET …/info/refs?service=git-upload-pack,
// with the announcement that the smart HTTP protocol puts above it. protocol
// is the request's Git-Protocol header. The content type is
// application/x-git-upload-pack-advertisement. Errors: CodeNotFound for an
// unknown plugin, and CodeUnavailable without git or after Config.CloneWait
// with Config.Clones others, whose Details tell when to come again as
// retry_after_seconds: all before anything is written.
func (s *Store) InfoRefs(ctx context.Context, w io.Writer, slug plugforge.Slug, protocol string) error {
	head := []byte("001e# service=git-upload-pack\n0000")
	var err error
	if protocol == "version=2" {
		err = s.abilities(ctx, w, slug)
	} else {
		err = s.uploadPack(ctx, w, nil, slug, protocol, head, "--http-backend-info-refs")
	}
	return plugforge.Wrap("gitstore.InfoRefs", translate(err))
}

// abilities answers for protocol 2, which tells here what git can do and
// nothing of the repository: git is asked once. That saves each clone a process.
func (s *Store) abilities(ctx context.Context, w io.Writer, slug plugforge.Slug) error {
	if _, err := s.repo(slug); err != nil {
		return err
	}
	known := s.able.Load()
	if known == nil || s.git == "" {
		var asked bytes.Buffer
		if err := s.uploadPack(ctx, &asked, nil, slug, "version=2", nil, "--http-backend-info-refs"); err != nil {
			return err
		}
		answer := asked.Bytes()
		known = &answer
		s.able.Store(known)
	}
	_, err := w.Write(*known)
	return err
}

// UploadPack writes git's answer to POST …/git-upload-pack with the body r,
// unpacked where the client compressed it. The content type is
// application/x-git-upload-pack-result. It ends git when ctx ends, and when w
// fails. Errors as InfoRefs, and CodeTooLarge for a body over 8 MiB.
func (s *Store) UploadPack(ctx context.Context, w io.Writer, r io.Reader, slug plugforge.Slug, protocol string) error {
	body, err := io.ReadAll(io.LimitReader(&ctxReader{ctx, r}, maxRequest+1))
	if err == nil && len(body) > maxRequest {
		err = plugforge.Errorf(plugforge.CodeTooLarge, "the git request is longer than %d MiB: clone anew instead of fetching", maxRequest>>20)
	}
	if err == nil {
		err = s.uploadPack(ctx, w, body, slug, protocol, nil)
	}
	return plugforge.Wrap("gitstore.UploadPack", translate(err))
}

// uploadPack runs git upload-pack once: one exchange of a stateless protocol.
func (s *Store) uploadPack(ctx context.Context, w io.Writer, body []byte, slug plugforge.Slug, protocol string, head []byte, flags ...string) error {
	if s.git == "" {
		return plugforge.Errorf(plugforge.CodeUnavailable, "clones need the git program, which this server lacks: install git and restart the server")
	}
	r, err := s.repo(slug)
	if err != nil {
		return err
	}
	leave, err := s.takePlace(ctx)
	if err != nil {
		return err
	}
	defer leave()
	// Here no time goes into shrinking what is hardly ever text, and no memory:
	// twenty may be at it.
	cmd := s.gitCommand(ctx, r, append([]string{"-c", "core.bigFileThreshold=4m", "upload-pack", "--strict", "--stateless-rpc"}, flags...)...)
	if gitProtocol.MatchString(protocol) {
		cmd.Env = append(cmd.Env, "GIT_PROTOCOL="+protocol)
	}
	cmd.Stdin = bytes.NewReader(body)
	// Copied here and not by cmd, whose WaitDelay would cut a slow client off
	// once git has ended.
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	complaints := &firstBytes{}
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = w.Write(head)
	if err == nil {
		_, err = io.Copy(w, out)
	}
	if err != nil {
		_ = cmd.Cancel() // nobody reads on
	}
	if waited := cmd.Wait(); err == nil && waited != nil {
		err = fmt.Errorf("git upload-pack: %w: %s", waited, complaints)
	}
	return errors.Join(ctx.Err(), err)
}

// takePlace waits for one of the places of those that are served at once.
func (s *Store) takePlace(ctx context.Context) (leave func(), err error) {
	timeout := time.NewTimer(s.wait)
	defer timeout.Stop()
	select {
	case s.clones <- struct{}{}:
		return func() { <-s.clones }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timeout.C:
	}
	again := max(1, int(s.wait.Seconds()))
	return nil, &plugforge.Error{
		Code:    plugforge.CodeUnavailable,
		Message: fmt.Sprintf("%d clones are under way, which is as many as are served at once: try again in %d s", cap(s.clones), again),
		Details: map[string]any{"retry_after_seconds": again},
	}
}

// gitCommand prepares git in a repository: with no configuration but the
// repository's and ours, and an environment that names nothing of the server.
func (s *Store) gitCommand(ctx context.Context, r *repo, args ...string) *exec.Cmd {
	args = append([]string{
		"-c", "safe.directory=" + r.dir,
		"-c", "gc.auto=0",
		"-c", "uploadpack.allowFilter=true",
		"-c", "transfer.hideRefs=refs/plugforge",
		// What packing may take of memory: blobs over the threshold are
		// streamed, the rest is looked at by one thread in a small window.
		"-c", "core.bigFileThreshold=16m",
		"-c", "pack.threads=1",
		"-c", "pack.windowMemory=16m",
		"-c", "pack.deltaCacheSize=16m",
		"-c", "core.deltaBaseCacheLimit=16m",
	}, args...)
	cmd := exec.CommandContext(ctx, s.git, append(args, r.dir)...)
	cmd.Dir = r.dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=/nonexistent",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
	}
	// upload-pack starts pack-objects: both must go.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// firstBytes keeps the start of what a program complains about.
type firstBytes struct{ kept []byte }

func (b *firstBytes) Write(p []byte) (int, error) {
	const most = 4096
	b.kept = append(b.kept, p[:min(len(p), most-len(b.kept))]...)
	return len(p), nil
}

func (b *firstBytes) String() string { return plugforge.Printable(string(bytes.TrimSpace(b.kept))) }
