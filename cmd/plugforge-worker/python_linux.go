package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"plugforge/internal/workerapi"
)

// worker starts one Python and watches it.
type worker struct {
	log  *os.File
	over chan struct{} // closed when Python has ended

	mu    sync.Mutex
	calls *os.File // nil once Python has it
	cmd   *exec.Cmd
}

// Start implements workerapi.Control.
func (w *worker) Start(_ context.Context, r workerapi.StartRequest) (workerapi.StartReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		return workerapi.StartReply{}, errors.New("already started")
	}
	if len(r.Command) == 0 {
		return workerapi.StartReply{}, errors.New("no command")
	}
	if err := limitSelf(r.Limits); err != nil {
		return workerapi.StartReply{}, err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return workerapi.StartReply{}, err
	}
	cmd := &exec.Cmd{
		Path:        r.Command[0],
		Args:        append(r.Command, "3"),
		Dir:         r.Dir,
		Env:         r.Env,
		Stdout:      in,
		Stderr:      in,
		ExtraFiles:  []*os.File{w.calls},
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	started := make(chan error, 1)
	go w.live(cmd, started)
	err = <-started
	_ = in.Close()
	_ = w.calls.Close()
	w.calls = nil
	if err != nil {
		_ = out.Close()
		return workerapi.StartReply{}, fmt.Errorf("start %s: %w", r.Command[0], err)
	}
	w.cmd = cmd
	go pump(out, w.log)
	if err := limitChild(cmd.Process.Pid, r.Limits); err != nil {
		_ = cmd.Process.Kill()
		return workerapi.StartReply{}, err
	}
	return workerapi.StartReply{PID: cmd.Process.Pid}, nil
}

// live starts Python and waits for its end on one thread: the death signal
// fires when the thread that forked goes, not when the process does.
func (w *worker) live(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
	close(w.over)
}

// limitSelf sets what Python inherits. The worker itself needs little.
func limitSelf(l workerapi.Limits) error {
	limits := []struct {
		resource int
		value    uint64
	}{
		{unix.RLIMIT_NOFILE, l.OpenFiles},
		{unix.RLIMIT_FSIZE, l.FileBytes},
	}
	for _, one := range limits {
		if one.value == 0 {
			continue
		}
		var have syscall.Rlimit
		if err := syscall.Getrlimit(one.resource, &have); err != nil {
			return fmt.Errorf("read limit %d: %w", one.resource, err)
		}
		value := min(one.value, have.Max)
		// By package syscall, which else gives a child the soft limit on open
		// files that this process began with.
		if err := syscall.Setrlimit(one.resource, &syscall.Rlimit{Cur: value, Max: value}); err != nil {
			return fmt.Errorf("set limit %d: %w", one.resource, err)
		}
	}
	return syscall.Setrlimit(unix.RLIMIT_CORE, &syscall.Rlimit{})
}

// limitChild sets what would get in the worker's own way. Nothing of the
// author's runs yet: the host has not said what to load.
func limitChild(pid int, l workerapi.Limits) error {
	for resource, value := range map[int]uint64{unix.RLIMIT_NPROC: l.Processes, unix.RLIMIT_DATA: l.DataBytes} {
		if value == 0 {
			continue
		}
		var have unix.Rlimit
		if err := unix.Prlimit(pid, resource, nil, &have); err != nil {
			return fmt.Errorf("read limit %d: %w", resource, err)
		}
		value = min(value, have.Max)
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: value, Max: value}, nil); err != nil {
			return fmt.Errorf("set limit %d: %w", resource, err)
		}
	}
	return nil
}

// Status implements workerapi.Control.
func (w *worker) Status(ctx context.Context, wait time.Duration) (workerapi.Status, error) {
	w.mu.Lock()
	cmd := w.cmd
	w.mu.Unlock()
	if cmd == nil {
		return workerapi.Status{}, nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-w.over:
	case <-timer.C:
	case <-ctx.Done():
	}
	select {
	case <-w.over:
		status := cmd.ProcessState.Sys().(syscall.WaitStatus)
		used := cmd.ProcessState.SystemTime() + cmd.ProcessState.UserTime()
		s := workerapi.Status{CPUMillis: uint64(used.Milliseconds())}
		if status.Signaled() {
			s.Signal = int(status.Signal())
		} else {
			s.ExitCode = status.ExitStatus()
		}
		return s, nil
	default:
		rss, cpu := usage(cmd.Process.Pid)
		return workerapi.Status{Running: true, RSSBytes: rss, CPUMillis: cpu}, nil
	}
}

// usage reads what a running process takes; zeros when it cannot tell.
func usage(pid int) (rss, cpuMillis uint64) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, 0
	}
	// The name in parentheses may hold anything; the fields follow the last.
	_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 22 {
		return 0, 0
	}
	number := func(i int) uint64 { n, _ := strconv.ParseUint(fields[i], 10, 64); return n }
	const ticksPerSecond = 100
	return number(21) * uint64(os.Getpagesize()), (number(11) + number(12)) * 1000 / ticksPerSecond
}

// Stop implements workerapi.Control.
func (w *worker) Stop(ctx context.Context, grace time.Duration) error {
	w.mu.Lock()
	cmd := w.cmd
	w.mu.Unlock()
	if cmd == nil {
		return nil
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-w.over:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	w.kill()
	return nil
}

func (w *worker) kill() {
	w.mu.Lock()
	cmd := w.cmd
	w.mu.Unlock()
	if cmd != nil {
		_ = cmd.Process.Kill()
	}
}
