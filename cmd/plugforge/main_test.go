package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be three things: the tests; the command
// plugforge, for transcripts; and, for crash tests, a server that tells its
// parent of every durable step.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(serveAsChild(os.Args[1:]))
	}
	testscript.Main(suite{m}, map[string]func(){"plugforge": main})
}

// suite builds the worker program before the tests run, and names it in the
// environment, where both the tests and the commands they start find it.
type suite struct{ tests *testing.M }

func (s suite) Run() int {
	dir, err := os.MkdirTemp("", "pf-bin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	worker := filepath.Join(dir, "plugforge-worker")
	build := exec.Command("go", "build", "-o", worker, "plugforge/cmd/plugforge-worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the worker: %v\n%s", err, out)
		return 1
	}
	os.Setenv("PLUGFORGE_WORKER", worker)
	os.Setenv("GORACE", raceOptions)
	return s.tests.Run()
}

// raceOptions keep a command that was built with the race detector from
// sleeping for a second before it ends.
const raceOptions = "atexit_sleep_ms=0"

// shortDir is a fresh folder with a short name, for socket paths hold 108
// bytes, which replicas of any user may pass through.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pf-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
