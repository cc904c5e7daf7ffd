package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// namespace is whose plugins the bench publishes.
const namespace = "ns_bench"

// python is Debian's, which has the modules and which a replica's user can
// reach: the one that serve runs plugins with.
const python = "/usr/bin/python3"

// bench is both sides, set up in one folder.
type bench struct {
	options
	dir        string // of this run alone, removed at the end
	fileSystem string
	first      tree
	server     *process
	key        string
	api        *client
	charts     []chart // that growth measured
}

// open makes the folder and starts our server on a free port. The caller
// closes the bench.
func open(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{options: o}
	if b.first, err = firstTree(); err != nil {
		return nil, err
	}
	if b.bin, err = filepath.Abs(o.bin); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp(o.tmp, "pfbench"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	// The sandbox's user has to find its way to what it runs.
	if err = os.Chmod(b.dir, 0o755); err != nil {
		return b, err
	}
	b.apart(ctx)
	if b.fileSystem, err = fileSystem(ctx, b.dir); err != nil {
		return b, err
	}
	if err = os.CopyFS(b.dir, besideFiles); err != nil {
		return b, err
	}
	return b, b.serve(ctx)
}

// apart asks an ext4 to put the folders of the two sides into different parts
// of the disk. Without a journal it looks at each inode that was freed nearby
// within minutes before it makes a file, and so what one side deletes would
// slow the other. Other file systems know no such wish.
func (b *bench) apart(ctx context.Context) { _ = exec.CommandContext(ctx, "chattr", "+T", b.dir).Run() }

// serve makes a key and starts the server.
func (b *bench) serve(ctx context.Context) error {
	program, data := filepath.Join(b.bin, "plugforge"), filepath.Join(b.dir, "data")
	key, err := output(exec.CommandContext(ctx, program, "keys", "create", "--data", data,
		"--org", "org_bench", "--namespace", namespace, "--name", "bench"))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--data", data, "--run", filepath.Join(b.dir, "run"), "--listen", "127.0.0.1:0")
	if b.server, err = start(cmd, filepath.Join(b.dir, "server.log")); err != nil {
		return err
	}
	address, err := b.server.waitFor(ctx, func() (string, bool) {
		text, err := os.ReadFile(filepath.Join(data, "address"))
		return strings.TrimSpace(string(text)), err == nil
	})
	if err != nil {
		return err
	}
	b.key = strings.TrimSpace(key)
	b.api = newClient("http://"+address, b.key)
	_, err = b.server.waitFor(ctx, func() (string, bool) { return "", b.api.ready(ctx) })
	return err
}

// close ends the server, joins it, and removes the folder.
func (b *bench) close() error {
	var err error
	if b.server != nil {
		err = b.server.stop()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// beside is the path of a program of the other side.
func (b *bench) beside(name string) string { return filepath.Join(b.dir, "beside", name) }

// pythonPath lets a bare Python find the plugin in parent, and the base class
// that its handler imports.
func (b *bench) pythonPath(parent string) (string, error) {
	lib, err := filepath.Abs("sandbox/python/lib")
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(lib, "shared")); err != nil {
		return "", fmt.Errorf("run bench/run.sh from the repository: %w", err)
	}
	// A copy, so that compiled bytecode does not land in the repository.
	local := filepath.Join(b.dir, "lib")
	if _, err := os.Stat(local); err != nil {
		if err := os.CopyFS(filepath.Join(local, "shared"), os.DirFS(filepath.Join(lib, "shared"))); err != nil {
			return "", err
		}
	}
	return "PYTHONPATH=" + parent + ":" + local, nil
}

// process is a program that runs beside the bench. What it writes goes to a
// file.
type process struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
	err  error         // why, once done is closed
}

// start starts cmd; the end of its context asks it to end.
func start(cmd *exec.Cmd, log string) (*process, error) {
	f, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cmd.Stderr = f
	if cmd.Stdout == nil {
		cmd.Stdout = f
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: log, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// waitFor asks until found answers true, at most 30 s, or the process ends.
func (p *process) waitFor(ctx context.Context, found func() (string, bool)) (string, error) {
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if text, ok := found(); ok {
			return text, nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			return "", fmt.Errorf("%s ended: %v\n%s", p.cmd.Path, p.err, p.tail())
		case <-ctx.Done():
			return "", ctx.Err()
		case <-deadline.C:
			return "", fmt.Errorf("%s was not ready after 30 s\n%s", p.cmd.Path, p.tail())
		}
	}
}

// stopTime is how long a process may take to end: a little more than our
// server gives to requests that run.
const stopTime = 35 * time.Second

// stop asks the process to end, and kills it when it has not within stopTime.
func (p *process) stop() error {
	select {
	case <-p.done:
		if errors.Is(p.err, context.Canceled) || errors.Is(p.err, context.DeadlineExceeded) {
			return nil // it was told to, by way of its context
		}
		return fmt.Errorf("%s ended by itself: %v\n%s", p.cmd.Path, p.err, p.tail())
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.done:
		return p.err
	case <-time.After(stopTime):
	}
	err := p.cmd.Process.Kill()
	<-p.done
	return errors.Join(err, fmt.Errorf("%s did not stop when asked\n%s", p.cmd.Path, p.tail()))
}

// tail is the last of what the process wrote.
func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// output runs cmd and returns its standard output; an error holds what it said.
func output(cmd *exec.Cmd) (string, error) {
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, out, said.String())
	}
	return string(out), nil
}
