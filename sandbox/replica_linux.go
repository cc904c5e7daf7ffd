package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"plugforge"
	"plugforge/internal/workerapi"
)

// replica is one sandbox with one plugin. It implements plugforge.Replica.
type replica struct {
	host    *Host
	spec    plugforge.ReplicaSpec
	name    string // 8 hex digits
	folder  string
	log     *logLines
	timeout time.Duration // of a call

	lease   *uidLease // nil for a server that is not root
	group   *cgroup
	tree    string
	letTree func()

	process *process
	worker  *workerapi.Client
	line    *line

	inference string
	draining  atomic.Bool

	endOnce  sync.Once
	stopped  atomic.Bool
	done     chan struct{} // no more calls
	known    chan struct{} // err is set
	gone     chan struct{} // nothing of it is left
	err      error         // before known is closed
	teardown sync.Once
}

// newReplica takes what a replica needs: user id, folder, tree, cgroup.
func (h *Host) newReplica(ctx context.Context, spec plugforge.ReplicaSpec) (_ *replica, err error) {
	r := &replica{
		host: h, spec: spec, name: h.dir.name(4), timeout: spec.CallTimeout,
		done: make(chan struct{}), known: make(chan struct{}), gone: make(chan struct{}),
	}
	orDefault(&r.timeout, h.config.CallTimeout)
	r.folder = filepath.Join(h.dir.path, r.name)
	r.log = newLogLines(h.config.Logger.With("plugin", spec.Slug, "version", spec.Version, "replica", r.name))
	defer func() {
		if err != nil {
			r.release()
		}
	}()
	if r.tree, r.letTree, err = h.trees.acquire(ctx, spec); err != nil {
		return r, err
	}
	if h.root {
		if r.lease, err = h.pool.lease(); err != nil {
			return r, err
		}
	}
	if err = os.Mkdir(r.folder, 0o700); err != nil {
		return r, err
	}
	if h.root {
		if err = os.Chown(r.folder, int(r.lease.id), int(r.lease.id)); err != nil {
			return r, err
		}
	}
	r.group, err = h.groups.make(r.name, r.memory(), h.config.Processes, h.config.CPUs)
	return r, err
}

func (r *replica) memory() int64 {
	if r.spec.MemoryBytes > 0 {
		return r.spec.MemoryBytes
	}
	return r.host.config.MemoryBytes
}

// launch starts the worker, then Python, then the plugin.
func (r *replica) launch(ctx context.Context) error {
	control, controlChild, err := socketPair()
	if err != nil {
		return err
	}
	calls, callsChild, err := socketPair()
	if err != nil {
		return errors.Join(err, control.Close(), controlChild.Close())
	}
	controlConn, err1 := fileConn(control)
	callsConn, err2 := fileConn(calls)
	if err := errors.Join(err1, err2); err != nil {
		return errors.Join(err, controlChild.Close(), callsChild.Close())
	}
	r.line = newLine(callsConn, r.host.config.AnswerBytes)
	r.line.broken = func(err error) { r.end(err) }
	r.line.stuck = func(*pendingCall) {
		r.end(plugforge.Errorf(plugforge.CodePluginTimeout, "a call did not end within %s of being cancelled", r.host.config.StuckGrace))
	}
	r.process = &process{
		spawner: r.host.spawner, command: r.command, group: r.group,
		inherit: []*os.File{controlChild, callsChild}, exited: make(chan struct{}),
	}
	if r.lease != nil {
		r.process.uid = r.lease.id
	}
	worker, err := workerapi.Start(ctx, workerapi.Options{
		Process: r.process, Conn: controlConn, Log: r.log, TempDir: r.folder, Timeout: r.host.config.StartTimeout,
	})
	if err != nil {
		_ = controlConn.Close()
		return fmt.Errorf("start the worker: %w", err)
	}
	r.worker = worker
	if _, err := worker.Start(ctx, r.startRequest()); err != nil {
		return shortened(err)
	}
	return r.load(ctx)
}

// shortened bounds what a worker says of itself: it would go into the log.
func shortened(err error) error {
	const most = 4 << 10
	if text := err.Error(); len(text) > most {
		return errors.New(bounded(text, most))
	}
	return err
}

// fileConn takes over f's socket.
func fileConn(f *os.File) (net.Conn, error) {
	defer func() { _ = f.Close() }()
	return net.FileConn(f)
}

// command is the first program of the sandbox. env is what go-plugin has for
// the worker.
func (r *replica) command(env []string) (*exec.Cmd, [][]byte) {
	bare := r.host.config.Mode == ModeNone
	socketDir := workerapi.SocketDir
	if bare {
		socketDir = r.folder
	}
	var wanted []string
	for _, one := range env {
		if !strings.HasPrefix(one, "PLUGIN_UNIX_SOCKET_DIR=") {
			wanted = append(wanted, one)
		}
	}
	wanted = append(wanted, "PLUGIN_UNIX_SOCKET_DIR="+socketDir)
	if bare {
		return &exec.Cmd{Path: r.host.worker, Args: []string{"plugforge-worker"}, Env: wanted, Dir: r.folder}, nil
	}
	args := r.host.wall(r.tree, r.host.folders).arguments(filterFD)
	for _, one := range wanted {
		key, value, _ := strings.Cut(one, "=")
		args = append(args, "--setenv", key, value)
	}
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		bwrap = "/usr/bin/bwrap" // gone since it was tried; starting it says so
	}
	return &exec.Cmd{
		Path: bwrap,
		Args: []string{"bwrap", "--args", strconv.Itoa(argsFD), insideWorker},
		Env:  []string{},
		Dir:  "/",
	}, [][]byte{join(args), r.host.filter}
}

func (r *replica) startRequest() workerapi.StartRequest {
	c := r.host.config
	tmp, runner := "/tmp", insideRunner
	if c.Mode == ModeNone {
		tmp, runner = r.folder, filepath.Join(r.host.runner, "python")
	}
	limits := workerapi.Limits{OpenFiles: uint64(c.OpenFiles), Processes: uint64(c.Processes), FileBytes: uint64(c.TmpBytes)}
	limits.DataBytes = uint64(r.memory())
	if r.host.groups.has("memory") {
		// The cgroup bounds what is used; this only what one process reserves.
		limits.DataBytes *= 4
	}
	if !r.host.root && c.Mode == ModeNone {
		limits.Processes = 0 // would count all that the server's user runs
	}
	return workerapi.StartRequest{
		Command: []string{c.Python, "-I", "-B", "-u", "-X", "faulthandler", filepath.Join(runner, "main.py")},
		Dir:     tmp,
		Env:     environment(tmp),
		Limits:  limits,
	}
}

// load has the plugin imported.
func (r *replica) load(ctx context.Context) error {
	root := insidePlugin
	if r.host.config.Mode == ModeNone {
		root = r.tree
	}
	var config bytes.Buffer
	enc := json.NewEncoder(&config)
	enc.SetEscapeHTML(false) // it would let parameters outgrow a frame
	err := enc.Encode(map[string]any{
		"name": string(r.spec.Slug.Name), "root": root, "params": string(r.spec.Params),
		"max_concurrency": max(1, r.spec.MaxConcurrency), "answer_cap": r.host.config.AnswerBytes,
	})
	if err == nil && config.Len() > frameMax {
		err = plugforge.Errorf(plugforge.CodeValidation, "the parameters are too long for a replica: shorten them")
	}
	if err != nil {
		return err
	}
	r.line.loading = true
	r.line.run()
	if err := r.line.send(frameLoad, 0, 0, config.Bytes(), ctx.Done(), nil); err != nil {
		return err
	}
	select {
	case l := <-r.line.ready:
		r.inference = l.inference
		if l.err != nil {
			return l.err
		}
	case <-r.done:
		return r.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
	h := r.host
	h.mu.Lock()
	h.replicas[r] = true
	h.mu.Unlock()
	go r.watch()
	return nil
}

// failedStart cleans up and says what went wrong in words for the author.
func (r *replica) failedStart(ctx, timed context.Context, err error) error {
	awaitNearDeadline(ctx)
	awaitNearDeadline(timed)
	switch {
	case ctx.Err() != nil:
		err = startGivenUp(ctx.Err())
	case r.host.closing.Err() != nil:
		err = startGivenUp(r.host.closing.Err())
	case timed.Err() != nil:
		err = plugforge.Errorf(plugforge.CodePluginTimeout, "the plugin was not imported within %s%s", r.host.config.StartTimeout, r.lastWords())
	default:
		var raised *plugforge.HandlerError
		if !errors.As(err, &raised) && plugforge.CodeOf(err) == plugforge.CodeInternal {
			time.Sleep(20 * time.Millisecond) // for the last lines to arrive
			r.log.logger.Error("sandbox did not start", "reason", err.Error(), "printed", r.lastWords())
			err = &plugforge.Error{
				Code: plugforge.CodeUnavailable, Message: "the sandbox did not start: the server's log has the reason",
				Err: fmt.Errorf("%w%s", err, r.lastWords()),
			}
		}
	}
	r.stopped.Store(true)
	r.end(nil)
	<-r.gone
	return err
}

// startGivenUp is for a start whose caller went.
func startGivenUp(err error) error {
	return &plugforge.Error{Code: plugforge.CodeUnavailable, Message: "the start was given up", Err: err}
}

// awaitNearDeadline lets a context's time run out whose end the other side of
// a call has seen a moment before.
func awaitNearDeadline(ctx context.Context) {
	if end, has := ctx.Deadline(); has && time.Until(end) < 50*time.Millisecond {
		<-ctx.Done()
	}
}

// lastWords are the last lines of the log, to be put behind a reason.
func (r *replica) lastWords() string {
	text := strings.Join(r.log.tail(30), "\n")
	if text == "" {
		return ""
	}
	const most = 8 << 10
	return "; last lines printed:\n" + strings.ToValidUTF8(text[max(0, len(text)-most):], "")
}

// Done implements plugforge.Replica.
func (r *replica) Done() <-chan struct{} { return r.done }

// Err implements plugforge.Replica. Finding out why takes a moment after Done.
func (r *replica) Err() error {
	select {
	case <-r.done:
		<-r.known
		return r.err
	default:
		return nil
	}
}

// Stop implements plugforge.Replica.
func (r *replica) Stop(ctx context.Context) error {
	r.draining.Store(true)
	r.line.waitIdle(ctx.Done())
	r.stopped.Store(true)
	r.end(nil)
	<-r.gone
	return nil
}

// end makes the replica's end known, once, and takes everything down.
func (r *replica) end(why error) {
	r.endOnce.Do(func() {
		r.draining.Store(true)
		close(r.done) // at once: a caller must not pick it again
		go func() {
			if r.line != nil {
				r.line.end(nil, false)
			}
			if !r.stopped.Load() {
				r.err = r.explain(why)
				r.log.logger.Warn("replica ended", "reason", r.err.Error())
			} else if r.worker != nil {
				r.stopPolitely()
			}
			close(r.known)
			r.release()
			close(r.gone)
		}()
	})
}

// stopPolitely lets Python end by itself, for a moment.
func (r *replica) stopPolitely() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = r.worker.Stop(ctx, time.Second)
}

// explain finds out why the replica died.
func (r *replica) explain(why error) error {
	var public *plugforge.Error
	if errors.As(why, &public) {
		return &plugforge.Error{Code: public.Code, Message: public.Message + r.lastWords(), Err: why}
	}
	reason := "the worker is gone"
	if r.worker != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		status, err := r.worker.Status(ctx, 500*time.Millisecond)
		switch {
		case err != nil:
		case errors.Is(why, errFrame):
			reason = why.Error()
		case status.Running:
			reason = "it closed the socket on which its calls travel"
		case status.Signal != 0:
			signal := syscall.Signal(status.Signal)
			reason = fmt.Sprintf("its process was ended by signal %d (%s)", status.Signal, signal)
		default:
			reason = fmt.Sprintf("its process exited with status %d", status.ExitCode)
		}
		time.Sleep(20 * time.Millisecond) // for the last lines to arrive
	}
	if r.group != nil && r.group.oomKilled() {
		reason = fmt.Sprintf("out_of_memory: it used more than its %d MiB", r.memory()>>20)
	}
	return &plugforge.Error{
		Code:    plugforge.CodePluginFailed,
		Message: "the plugin's replica ended: " + reason + r.lastWords(),
		Err:     why,
	}
}

// release ends what is left and gives everything back. It takes seconds at
// most.
func (r *replica) release() {
	r.teardown.Do(func() {
		if r.worker != nil {
			r.worker.Close()
		}
		if r.process != nil {
			_ = r.process.Kill()
		}
		if r.process != nil && r.process.started() {
			select {
			case <-r.process.exited:
			case <-time.After(3 * time.Second):
			}
		}
		var errs []error
		if r.group != nil {
			errs = append(errs, r.group.remove())
		}
		errs = append(errs, removeTree(r.folder))
		if r.lease != nil {
			if endUser(r.lease.id) {
				r.lease.release()
			} else {
				// The id stays leased: nobody may have it while it is in use.
				errs = append(errs, fmt.Errorf("processes of user %d do not end", r.lease.id))
			}
		}
		if r.letTree != nil {
			r.letTree()
		}
		if err := errors.Join(errs...); err != nil {
			r.log.logger.Error("replica was not cleaned up", "reason", err.Error())
		}
		r.host.forget(r)
	})
}

// watch ends a replica whose worker no longer answers.
func (r *replica) watch() {
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-r.done:
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := r.worker.Healthy(ctx)
		cancel()
		if err != nil {
			r.end(fmt.Errorf("the worker does not answer: %w", err))
			return
		}
		if !r.line.answers(5 * time.Second) {
			r.end(plugforge.Errorf(plugforge.CodePluginFailed, "the plugin's process does not answer though it has nothing to do"))
			return
		}
	}
}
