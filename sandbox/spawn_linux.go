package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// spawner forks on one thread that lives as long as the host: a child's death
// signal fires when the thread that made it ends.
type spawner struct {
	jobs chan func()
	over chan struct{}
}

func newSpawner() *spawner {
	s := &spawner{jobs: make(chan func()), over: make(chan struct{})}
	keepInheritedHome()
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its children
		defer close(s.over)
		for job := range s.jobs {
			job()
		}
	}()
	return s
}

// keepInheritedHome keeps descriptors that whoever started the server left
// open from reaching a sandbox. Go marks its own; these it does not know. A
// kernel too old for the call (before 5.11) leaves them as they are.
func keepInheritedHome() {
	_ = unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
}

// do runs job on the thread.
func (s *spawner) do(job func() error) error {
	result := make(chan error, 1)
	s.jobs <- func() { result <- job() }
	return <-result
}

func (s *spawner) close() {
	close(s.jobs)
	<-s.over
}

// process is one sandbox as the host sees it: the first program and the pipes
// to it. It implements workerapi.Process.
type process struct {
	spawner *spawner
	command func(env []string) (*exec.Cmd, [][]byte) // and what it reads from the descriptors behind inherit
	group   *cgroup                                  // nil where there are none
	uid     uint32                                   // 0: the server's own
	inherit []*os.File                               // closed once the child has them

	stdout, stderr *slowReader

	mu     sync.Mutex
	cmd    *exec.Cmd
	killed bool
	exited chan struct{}
}

// The descriptors after those of package workerapi, from which bwrap reads its
// arguments and the filter of system calls. It closes both.
const (
	argsFD = 5 + iota
	filterFD
)

// Start starts the program; once only.
func (p *process) Start(env []string) error {
	cmd, inputs := p.command(env)
	outR, outW, err := os.Pipe()
	if err != nil {
		return err
	}
	errR, errW, err := os.Pipe()
	if err != nil {
		return errors.Join(err, outR.Close(), outW.Close())
	}
	theirs, fill, err := inputPipes(inputs)
	if err != nil {
		return errors.Join(err, outR.Close(), outW.Close(), errR.Close(), errW.Close())
	}
	p.stdout, p.stderr = newSlowReader(outR), newSlowReader(errR)
	cmd.Stdout, cmd.Stderr = outW, errW
	cmd.ExtraFiles = append(append([]*os.File{}, p.inherit...), theirs...)
	// No Pdeathsig: a bwrap that dies while it builds the wall leaves its inner
	// half waiting for ever. The wall's --die-with-parent takes over when it
	// stands, and until then the worker finds its host's socket closed and ends.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: p.uid, Gid: p.uid}
	}
	if p.group != nil && p.group.v2 != nil {
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(p.group.v2.Fd())
	}
	err = p.fork(cmd)
	for _, f := range append([]*os.File{outW, errW}, cmd.ExtraFiles...) {
		_ = f.Close()
	}
	if err != nil {
		p.closePipes()
		fill(false)
		return err
	}
	dieFirst(cmd.Process.Pid)
	fill(true)
	go func() {
		_ = cmd.Wait()
		close(p.exited)
		// What the sandbox held open ended with it; whoever else holds the
		// pipes shall not keep readers waiting.
		time.AfterFunc(500*time.Millisecond, p.closePipes)
	}()
	return nil
}

// inputPipes makes a pipe for each input. fill writes them, where the child is
// there to read them, and closes our ends: to be called once.
func inputPipes(inputs [][]byte) (theirs []*os.File, fill func(write bool), err error) {
	var ours []*os.File
	fill = func(write bool) {
		for i, f := range ours {
			if write {
				// Fits in the pipe whether or not anyone reads it.
				_, _ = f.Write(inputs[i])
			}
			_ = f.Close()
		}
	}
	for range inputs {
		r, w, err := os.Pipe()
		if err != nil {
			fill(false)
			for _, f := range theirs {
				_ = f.Close()
			}
			return nil, nil, err
		}
		theirs, ours = append(theirs, r), append(ours, w)
	}
	return theirs, fill, nil
}

// dieFirst has the kernel end a sandbox before anything else when the whole
// machine is out of memory. bwrap waits for its arguments meanwhile, so that
// all it starts inherits this; written by root, it can't be taken back from
// inside. Where the kernel refuses, the bound on memory is still there.
func dieFirst(pid int) {
	_ = write("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", "1000")
}

func (p *process) fork(cmd *exec.Cmd) error {
	return p.spawner.do(func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.killed {
			return errors.New("stopped before it started")
		}
		start := cmd.Start
		if p.group != nil {
			start = func() error { return p.group.within(cmd.Start) }
		}
		if err := start(); err != nil {
			return fmt.Errorf("start %s: %w", cmd.Path, err)
		}
		p.cmd = cmd
		return nil
	})
}

// started tells whether there is a process to wait for.
func (p *process) started() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil
}

func (p *process) closePipes() {
	_ = p.stdout.Close()
	_ = p.stderr.Close()
}

// Stdout is what go-plugin reads the handshake from.
func (p *process) Stdout() io.ReadCloser { return p.stdout.firstLine() }

// Stderr gives log lines.
func (p *process) Stderr() io.ReadCloser { return p.stderr }

// Wait waits for the first program's end.
func (p *process) Wait() error {
	<-p.exited
	return nil
}

// Kill ends the first program and its group; what runs inside a wall dies with
// it. It may be called at any time, and again.
func (p *process) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.cmd == nil {
		return nil
	}
	select {
	case <-p.exited:
		return nil
	default:
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	_ = p.cmd.Process.Kill()
	return nil
}

// ID is the process id, for logs.
func (p *process) ID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return ""
	}
	return strconv.Itoa(p.cmd.Process.Pid)
}

// socketPair makes a connected pair of unix stream sockets, neither of which a
// child inherits unless told to.
func socketPair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("make a socket: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs"), nil
}

// slowReader reads from a sandbox no faster than a host can bear for long:
// past a burst, whoever writes has to wait.
type slowReader struct {
	file *os.File
	once sync.Once
	left float64
	last time.Time
}

const (
	pipeBurst     = 4 << 20
	pipePerSecond = 256 << 10
)

func newSlowReader(f *os.File) *slowReader {
	return &slowReader{file: f, left: pipeBurst, last: time.Now()}
}

// Read implements io.Reader for one reader at a time.
func (r *slowReader) Read(b []byte) (int, error) {
	n, err := r.file.Read(b)
	now := time.Now()
	r.left = min(pipeBurst, r.left+now.Sub(r.last).Seconds()*pipePerSecond) - float64(n)
	r.last = now
	if r.left < 0 {
		time.Sleep(100 * time.Millisecond)
	}
	if errors.Is(err, os.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

// Close may be called again.
func (r *slowReader) Close() error {
	var err error
	r.once.Do(func() { err = r.file.Close() })
	return err
}

// firstLine passes one line of bounded length on and swallows the rest.
func (r *slowReader) firstLine() io.ReadCloser { return &handshakeReader{slowReader: r} }

type handshakeReader struct {
	*slowReader
	line *bytes.Reader
}

const handshakeMax = 4 << 10

// Read implements io.Reader.
func (h *handshakeReader) Read(b []byte) (int, error) {
	if h.line == nil {
		reader := bufio.NewReaderSize(h.slowReader, handshakeMax)
		line, err := reader.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			line = []byte("the first line is too long\n")
		} else if err != nil {
			return 0, io.EOF
		}
		h.line = bytes.NewReader(bytes.Clone(line))
	}
	if h.line.Len() > 0 {
		return h.line.Read(b)
	}
	_, _ = io.Copy(io.Discard, h.slowReader)
	return 0, io.EOF
}
