package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cgroupName is the name of a host's folder in each hierarchy. It tells which
// process made it, for those whose list in the run folder is lost.
func cgroupName(instance string) string {
	pid := os.Getpid()
	return fmt.Sprintf("plugforge-%d-%s-%s%s", pid, startedAt(pid), instance, randomHex(4))
}

// startedAt tells two processes of one number apart: clock ticks from boot to
// start, or nothing for a process that does not exist.
func startedAt(pid int) string {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	// The name in parentheses may hold anything; the fields follow the last.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const startTime = 19
	if len(fields) <= startTime {
		return ""
	}
	return fields[startTime]
}

// sweepEmptyCgroups removes the empty folders of hosts that are no more. It
// ends nobody: a folder with a process in it stays.
func sweepEmptyCgroups(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, entry := range entries {
		parts := strings.Split(entry.Name(), "-")
		if len(parts) != 4 || parts[0] != "plugforge" {
			continue
		}
		pid, err := strconv.Atoi(parts[1])
		if err != nil || startedAt(pid) == parts[2] {
			continue
		}
		dir := filepath.Join(parent, entry.Name())
		children, _ := os.ReadDir(dir)
		for _, child := range children {
			if child.IsDir() {
				_ = os.Remove(filepath.Join(dir, child.Name()))
			}
		}
		_ = os.Remove(dir)
	}
}
