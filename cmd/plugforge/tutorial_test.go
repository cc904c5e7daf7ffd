package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A lesson is one block of commands in the tutorial and what they print.
type lesson struct {
	line     int // of the block in the file
	commands string
	exit     int    // status of the last command
	prints   string // empty: nothing
}

// TestTutorial does what docs/tutorial.md says, in one shell from top to
// bottom and with a real server, and compares what is printed with what the
// page shows. On the page … is any text within a line, and a line of its own
// that is … any lines.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	lessons := readLessons(t, string(page))
	if len(lessons) < 15 {
		t.Fatalf("the tutorial has only %d blocks of commands", len(lessons))
	}
	dir := shortDir(t)
	printed, statuses := replay(t, dir, lessons)
	for i, l := range lessons {
		if statuses[i] != strconv.Itoa(l.exit) {
			t.Fatalf("docs/tutorial.md:%d: exit status %s, want %d\n%s%s", l.line, statuses[i], l.exit, l.commands, printed[i])
		}
		if !shown(l.prints).MatchString(printed[i]) {
			t.Errorf("docs/tutorial.md:%d: these commands\n%s print\n%s, and the page shows\n%s", l.line, l.commands, printed[i], l.prints)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "tutorial", "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(log), `"level":"ERROR"`) || strings.Contains(string(log), "panic") {
		t.Errorf("the server's log tells of a bug:\n%s", log)
	}
}

// readLessons takes the page apart: blocks are either commands (sh, with the
// exit status if it is not 0) or what the block before them prints (text).
func readLessons(t *testing.T, page string) []lesson {
	t.Helper()
	var lessons []lesson
	fence, begun, body := "", 0, ""
	last := ""
	for number, line := range strings.Split(page, "\n") {
		mark, isFence := strings.CutPrefix(line, "```")
		switch {
		case !isFence && begun > 0:
			body += line + "\n"
		case isFence && begun == 0:
			fence, begun, body = mark, number+1, ""
		case isFence:
			kind, exit, _ := strings.Cut(fence, " exit=")
			switch {
			case kind == "sh":
				status := 0
				if exit != "" {
					var err error
					if status, err = strconv.Atoi(exit); err != nil {
						t.Fatalf("docs/tutorial.md:%d: %v", begun, err)
					}
				}
				lessons = append(lessons, lesson{line: begun, commands: body, exit: status})
			case kind == "text" && last == "sh":
				lessons[len(lessons)-1].prints = body
			default:
				t.Fatalf("docs/tutorial.md:%d: a block %q that nobody checks", begun, fence)
			}
			last, begun = kind, 0
		}
	}
	return lessons
}

// replay runs the lessons and gives what each printed and its exit status.
func replay(t *testing.T, dir string, lessons []lesson) (printed, statuses []string) {
	t.Helper()
	var script strings.Builder
	results, work := filepath.Join(dir, "results"), filepath.Join(dir, "tutorial")
	for i, l := range lessons {
		fmt.Fprintf(&script, "{\n%s} > %s/%d.out 2>&1\necho $? > %s/%d.status\n", l.commands, results, i, results, i)
	}
	for _, folder := range []string{results, work} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", script.String())
	shell.Dir = work
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=/tmp", "GORACE=" + raceOptions, "GIT_CONFIG_NOSYSTEM=1",
		"PLUGFORGE_WORKER=" + os.Getenv("PLUGFORGE_WORKER"), "PLUGFORGE_RUN=" + filepath.Join(dir, "run"), "PLUGFORGE_LISTEN=127.0.0.1:0"}
	// The server is in the shell's group: both end with the test.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGTERM) }
	shell.WaitDelay = 10 * time.Second
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) })
	if err := shell.Wait(); err != nil {
		t.Errorf("the shell ended with %v", err)
	}
	for i, l := range lessons {
		out, err := os.ReadFile(filepath.Join(results, fmt.Sprintf("%d.out", i)))
		status, missing := os.ReadFile(filepath.Join(results, fmt.Sprintf("%d.status", i)))
		if err != nil || missing != nil {
			t.Fatalf("docs/tutorial.md:%d: these commands did not end:\n%s%s", l.line, l.commands, out)
		}
		printed, statuses = append(printed, string(out)), append(statuses, strings.TrimSpace(string(status)))
	}
	return printed, statuses
}

// shown is what the page shows, as a pattern.
func shown(text string) *regexp.Regexp {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".+?"))
	}
	pattern.WriteString(`\z`)
	return regexp.MustCompile(pattern.String())
}
