package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// childVariable in the environment makes the test binary a server.
const childVariable = "PLUGFORGE_TEST_CHILD"

// serveAsChild is `plugforge serve` whose marker writes each stage to file
// descriptor 3 and goes on when a byte arrives on 4. When the parent dies, it
// ends too.
func serveAsChild(args []string) int {
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	stages, acks := os.NewFile(3, "stages"), os.NewFile(4, "acks")
	answered := make(chan struct{})
	go func() {
		one := make([]byte, 1)
		for {
			if _, err := acks.Read(one); err != nil {
				os.Exit(3)
			}
			answered <- struct{}{}
		}
	}()
	var turn sync.Mutex
	marker := func(stage string) {
		turn.Lock()
		defer turn.Unlock()
		fmt.Fprintln(stages, stage)
		<-answered
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cmd := newServe(marker)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetErr(os.Stderr)
	if err := cmd.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		return exitStatus(err)
	}
	return exitOK
}

// site is where servers run one after the other: the folders and a key.
type site struct {
	data, run string
	key       string
	cgroups   []string // of the server that was checked last
	tracer    []string // what servers are started by; empty for nothing
	flags     []string // of serve
}

// testNamespace is the namespace that the site's key opens.
const testNamespace = "ns_crash"

func newSite(t testing.TB) *site {
	t.Helper()
	dir := shortDir(t)
	s := &site{data: filepath.Join(dir, "data"), run: filepath.Join(dir, "run")}
	var stdout, stderr bytes.Buffer
	args := []string{"keys", "create", "--data", s.data, "--org", "org_crash", "--namespace", testNamespace, "--name", "Crash Test"}
	if status := run(t.Context(), args, &stdout, &stderr); status != exitOK {
		t.Fatalf("keys create: exit status %d: %s", status, stderr.String())
	}
	s.key = strings.TrimSpace(stdout.String())
	return s
}

// server is one run of a server process.
type server struct {
	t       testing.TB
	begun   time.Time
	process *os.Process
	acks    *os.File
	log     logTail

	listening chan string // its address, once
	address   string
	exited    chan struct{} // closed when it is gone, with status set
	status    int

	mu   sync.Mutex
	aim  func(stage string) bool // true: kill it here
	shot chan shot               // what was hit, once
}

// shot is a kill: the stage it was aimed at and what ran under the server.
type shot struct {
	stage    string
	at       time.Time
	children []process
}

// start runs a server on the site and returns when it listens.
func (s *site) start(t testing.TB) *server {
	t.Helper()
	srv := s.launch(t)
	select {
	case srv.address = <-srv.listening:
	case <-srv.exited:
		t.Fatalf("the server ended before it listened, with exit status %d:\n%s", srv.status, srv.log.String())
	case <-time.After(30 * time.Second):
		t.Fatalf("the server does not listen after 30 s:\n%s", srv.log.String())
	}
	return srv
}

// launch starts a server process and does not wait for anything.
func (s *site) launch(t testing.TB) *server {
	t.Helper()
	stages, stagesOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	acksIn, acks, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, stderrOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args := append(slices.Clone(s.tracer), os.Args[0], "--data", s.data, "--run", s.run, "--listen", "127.0.0.1:0",
		"--worker", os.Getenv("PLUGFORGE_WORKER"))
	args = append(args, s.flags...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = stderrOut
	cmd.ExtraFiles = []*os.File{stagesOut, acksIn}
	srv := &server{t: t, begun: time.Now(), acks: acks,
		exited: make(chan struct{}), listening: make(chan string, 1), shot: make(chan shot, 1)}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	srv.process = cmd.Process
	for _, f := range []*os.File{stagesOut, acksIn, stderrOut} {
		f.Close()
	}
	go srv.log.follow(stderr, srv.listening)
	go srv.follow(stages)
	go func() {
		cmd.Wait()
		srv.status = cmd.ProcessState.ExitCode()
		acks.Close()
		close(srv.exited)
	}()
	t.Cleanup(func() {
		srv.process.Kill()
		<-srv.exited
	})
	return srv
}

// follow answers the server's marker, or kills the server where it was aimed
// at. While it takes aim the server stands still at that very stage.
func (srv *server) follow(stages io.ReadCloser) {
	defer stages.Close()
	lines := bufio.NewScanner(stages)
	for lines.Scan() {
		srv.mu.Lock()
		hit := srv.aim != nil && srv.aim(lines.Text())
		if hit {
			srv.aim = nil
		}
		srv.mu.Unlock()
		if hit {
			srv.kill(lines.Text())
			return
		}
		srv.acks.Write([]byte{1})
	}
}

// takeAim has the server killed at the first stage for which hit is true.
func (srv *server) takeAim(hit func(stage string) bool) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.aim = hit
}

// kill ends the server as kill -9 does. It is stopped first, so that what runs
// under it can be listed whole.
func (srv *server) kill(stage string) {
	srv.process.Signal(syscall.SIGSTOP)
	children := descendants(srv.process.Pid)
	at := time.Now()
	srv.process.Signal(syscall.SIGKILL)
	<-srv.exited
	srv.shot <- shot{stage, at, children}
}

// stop ends the server as an operator does and checks that it goes well.
func (srv *server) stop() {
	srv.t.Helper()
	srv.process.Signal(syscall.SIGTERM)
	select {
	case <-srv.exited:
	case <-time.After(60 * time.Second):
		srv.t.Fatalf("the server does not stop on SIGTERM:\n%s", srv.log.String())
	}
	if srv.status != exitOK {
		srv.t.Fatalf("SIGTERM: exit status %d:\n%s", srv.status, srv.log.String())
	}
	srv.checkLog()
}

// checkLog fails the test if the server's log tells of a bug.
func (srv *server) checkLog() {
	srv.t.Helper()
	if bug := srv.log.bug(); bug != "" {
		srv.t.Errorf("the server's log tells of a bug:\n%s", bug)
	}
}

// logTail keeps the last lines of a server's log, and all from the first that
// tells of a bug.
type logTail struct {
	mu    sync.Mutex
	lines []string
	bugs  []string
}

func (l *logTail) follow(r io.ReadCloser, listening chan<- string) {
	defer r.Close()
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		l.add(line)
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "listening" {
			listening <- entry.Address
		}
	}
}

func (l *logTail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines = append(l.lines, line); len(l.lines) > 60 {
		l.lines = l.lines[1:]
	}
	for _, sign := range []string{"DATA RACE", "panic", "fatal error", `"level":"ERROR"`} {
		if len(l.bugs) > 0 && len(l.bugs) < 80 || strings.Contains(line, sign) {
			l.bugs = append(l.bugs, line)
			return
		}
	}
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "")
}

func (l *logTail) bug() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.bugs, "")
}
