package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The commands as their users see them: each testdata/*.txtar is a transcript.
func TestTranscripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           scriptCondition,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PLUGFORGE_WORKER", os.Getenv("PLUGFORGE_WORKER"))
			env.Setenv("PLUGFORGE_RUN", shortDir(env.T().(testing.TB)))
			env.Setenv("PLUGFORGE_LISTEN", "127.0.0.1:0")
			samples, err := filepath.Abs("../../testdata/plugins")
			if err != nil {
				return err
			}
			env.Setenv("SAMPLES", samples)
			env.Setenv("GORACE", raceOptions)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": scriptStatus,
			"take":   scriptTake,
			"mode":   scriptMode,
			"ready":  scriptReady,
			"within": scriptWithin,
			"term":   scriptTerm,
			"edit":   scriptEdit,
		},
	})
}

// [python:MODULE] holds where the machine's own Python has the module, and
// [root] for a root who may drop its powers, where low ports are root's.
func scriptCondition(condition string) (bool, error) {
	if condition == "root" {
		first, _ := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
		return os.Geteuid() == 0 && strings.TrimSpace(string(first)) == "1024", nil
	}
	module, ok := strings.CutPrefix(condition, "python:")
	if !ok {
		return false, fmt.Errorf("unknown condition %q", condition)
	}
	find := "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
	return exec.Command("/usr/bin/python3", "-I", "-c", find, module).Run() == nil, nil
}

// status N COMMAND…: runs the command, which must exit with N.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// take NAME FILE: makes the file's only line (stdout: what was just printed)
// the value of the environment variable NAME.
func scriptTake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: take NAME FILE")
	}
	text := ts.ReadFile(args[1])
	line, ended := strings.CutSuffix(text, "\n")
	if !ended || line == "" || strings.Contains(line, "\n") {
		ts.Fatalf("%s is not one line: %q", args[1], text)
	}
	ts.Setenv(args[0], line)
}

// mode OCTAL PATH: the permissions must be these.
func scriptMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL PATH")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	if err != nil {
		ts.Fatalf("%v", err)
	}
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has the mode %s, want %s", args[1], got, args[0])
	}
}

// ready DATA: waits until the server on the data folder is ready, and sets URL
// to where it listens.
func scriptReady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready DATA")
	}
	address := ""
	if !poll(20*time.Second, func() bool {
		content, err := os.ReadFile(ts.MkAbs(args[0] + "/address"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			ts.Fatalf("%v", err)
		}
		address = strings.TrimSpace(string(content))
		return address != "" && answer("http://"+address+"/readyz", "") == http.StatusOK
	}) {
		ts.Fatalf("no server is ready on %s (address %q)", args[0], address)
	}
	ts.Setenv("URL", "http://"+address)
}

// within TIME STATUS URL: a GET with the key of $KEY must answer with the
// status at the latest after the time.
func scriptWithin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: within TIME STATUS URL")
	}
	limit, err := time.ParseDuration(args[0])
	if err != nil {
		ts.Fatalf("%v", err)
	}
	last := 0
	if !poll(limit, func() bool {
		last = answer(args[2], ts.Getenv("KEY"))
		return strconv.Itoa(last) == args[1]
	}) {
		ts.Fatalf("%s answers %d after %s, want %s", args[2], last, args[0], args[1])
	}
}

// term: sends SIGTERM to what runs in the background.
func scriptTerm(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: term")
	}
	for _, cmd := range ts.BackgroundCmds() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			ts.Fatalf("%v", err)
		}
	}
}

// edit DIR: changes the plugin in the folder in a way that changes nothing of
// what it does, for an unchanged one is not published again.
func scriptEdit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: edit DIR")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]+"/pipeline.py"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("# edited once more\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		ts.Fatalf("%v", err)
	}
}

// poll asks again and again until it is so, and false when it never was.
func poll(limit time.Duration, so func() bool) bool {
	for deadline := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		if so() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// answer is the status of a GET; 0 when there was no answer.
func answer(url, key string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}
