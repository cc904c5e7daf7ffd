package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// process is one process, told from a later one of the same number by its
// start time.
type process struct {
	pid, parent int
	state       string
	start       string
}

// readProcess reads /proc/PID/stat; false when there is no such process.
func readProcess(pid int) (process, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The name in parentheses may hold anything, so fields are counted from
	// behind it: state, parent, …; the start time is the 22nd of all.
	_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')'):]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 20 {
		return process{}, false
	}
	parent, _ := strconv.Atoi(fields[1])
	return process{pid: pid, parent: parent, state: fields[0], start: fields[19]}, true
}

// descendants lists what runs under a process that was just sent SIGSTOP.
func descendants(root int) []process {
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		if p, ok := readProcess(root); !ok || p.state == "T" {
			break
		}
	}
	var all []process
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		pid, _ := strconv.Atoi(filepath.Base(entry))
		if p, ok := readProcess(pid); ok {
			all = append(all, p)
		}
	}
	family := map[int]bool{root: true}
	var found []process
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if family[p.parent] && !family[p.pid] {
				family[p.pid], grown = true, true
				found = append(found, p)
			}
		}
	}
	return found
}

// waitGone fails the test if any of the processes still runs 2 s after their
// server was killed, and tells how long the last took.
func waitGone(t testing.TB, processes []process, killed time.Time) time.Duration {
	t.Helper()
	for {
		left := slices.DeleteFunc(slices.Clone(processes), func(p process) bool {
			now, ok := readProcess(p.pid)
			return !ok || now.start != p.start || now.state == "Z"
		})
		if len(left) == 0 {
			return time.Since(killed)
		}
		if time.Since(killed) > 2*time.Second {
			for _, p := range left {
				now, _ := readProcess(p.pid)
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.pid))
				waits, _ := os.ReadFile(fmt.Sprintf("/proc/%d/wchan", p.pid))
				t.Errorf("process %d (state %s, waits in %s, child of %d, was of %d) outlives its killed server: %s",
					p.pid, now.state, waits, now.parent, p.parent, strings.ReplaceAll(string(line), "\x00", " "))
			}
			return time.Since(killed)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
