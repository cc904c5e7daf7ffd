//go:build long

package gitstore

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"plugforge"
)

// Killed at every call that changes the disk, one after another, until a run
// comes through untouched: whatever was acknowledged is there, nothing else
// shows, and trying again completes.
func TestKilledAtEachSystemCall(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("strace is missing: apt-get install strace")
	}
	for _, call := range []string{"fsync", "linkat", "renameat", "unlinkat", "mkdirat", "write", "openat"} {
		t.Run(call, func(t *testing.T) {
			for n := 1; ; n++ {
				data := t.TempDir()
				// strace ends by the signal that ended its child.
				again := killed(t, data, "", "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace="+call,
					"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n))
				afterCrash(t, data, n%2 == 0)
				if t.Failed() {
					t.Fatalf("killed at %s number %d", call, n)
				}
				if !again {
					t.Logf("%s: %d kill points", call, n-1)
					return
				}
			}
		})
	}
}

// The same for deleting a version and adopting one.
func TestKilledAtEachSystemCallOfMoving(t *testing.T) {
	for _, call := range []string{"fsync", "linkat", "renameat", "unlinkat", "mkdirat", "write", "openat"} {
		t.Run(call, func(t *testing.T) {
			for n := 1; ; n++ {
				data := t.TempDir()
				prepareMove(t, data)
				again := killed(t, data, "move:", "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace="+call,
					"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n))
				afterMove(t, data, n%2 == 0)
				if t.Failed() {
					t.Fatalf("killed at %s number %d", call, n)
				}
				if !again {
					t.Logf("%s: %d kill points", call, n-1)
					return
				}
			}
		})
	}
}

// The same for upkeep, git's part of it too.
func TestKilledAtEachSystemCallOfUpkeep(t *testing.T) {
	start := t.TempDir()
	s, err := Open(t.Context(), crashConfig(start))
	if err != nil {
		t.Fatal(err)
	}
	all := fillRepo(t, s, 9)
	for _, call := range []string{"fsync", "link,linkat", "rename,renameat", "unlink,unlinkat", "rmdir", "mkdir,mkdirat", "write", "openat"} {
		t.Run(call, func(t *testing.T) {
			for n := 1; ; n++ {
				data := filepath.Join(t.TempDir(), "data")
				if out, err := exec.Command("cp", "-a", start, data).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				// Ours is killed, or a git that it started, which it then tells.
				_, err := runChild(data, "env", stageEnv+"=upkeep:", "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace="+call,
					"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n))
				again := err != nil
				afterUpkeep(t, data, all)
				if t.Failed() {
					t.Fatalf("killed at %s number %d", call, n)
				}
				if !again {
					t.Logf("%s: %d kill points", call, n-1)
					return
				}
				os.RemoveAll(data)
			}
		})
	}
}

// afterUpkeep is what must hold of the data folder whatever was killed.
func afterUpkeep(t *testing.T, data string, all []plugforge.Plugin) {
	t.Helper()
	s, err := Open(t.Context(), crashConfig(data))
	if err != nil {
		t.Fatal(err)
	}
	if report, err := s.Recover(t.Context(), testSlug); err != nil || len(report.Problems) != 0 {
		t.Fatalf("recover: %+v, %v", report, err)
	}
	if err := keepUp(s); err != nil {
		t.Fatalf("once more: %v", err)
	}
	list, err := s.Plugins(t.Context(), testSlug)
	if err != nil || !reflect.DeepEqual(list, all) {
		t.Fatalf("%d versions, %v", len(list), err)
	}
	checkRepo(t, s, testSlug)
	if packs := count(t, s.repoDir(testSlug)+"/objects/pack/*.pack"); packs != 1 {
		t.Errorf("%d packs are left", packs)
	}
	if isDir(filepath.Join(s.repoDir(testSlug), upkeepFolder)) {
		t.Error("the folder of upkeep is left")
	}
}

// A disk that fills up while a version is deleted or adopted.
func TestFullDiskWhileMoving(t *testing.T) {
	for n := 1; ; n++ {
		data := t.TempDir()
		prepareMove(t, data)
		failed := failedWith(t, data, "env", stageEnv+"=move:", "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=fsync,write,linkat,mkdirat",
			"-e", fmt.Sprintf("inject=fsync,linkat,mkdirat:error=ENOSPC:when=%d+", n))
		afterMove(t, data, n%2 == 0)
		if t.Failed() {
			t.Fatalf("full at call %d", n)
		}
		if !failed {
			t.Logf("%d calls failed", n-1)
			return
		}
	}
}

// A disk that fills up at any write: the error says so, nothing is left, and
// when there is room again the same upload works.
func TestFullDiskAtEachWrite(t *testing.T) {
	for n := 1; ; n++ {
		data := t.TempDir()
		failed := failedWith(t, data, "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=fsync,write,linkat,mkdirat",
			"-e", fmt.Sprintf("inject=fsync,linkat,mkdirat:error=ENOSPC:when=%d+", n))
		afterCrash(t, data, false)
		if t.Failed() {
			t.Fatalf("full at call %d", n)
		}
		if !failed {
			t.Logf("%d calls failed", n-1)
			return
		}
	}
}

// A disk that cannot sync: the call fails, and what was acknowledged before
// stays.
func TestFailedSyncAtEachCall(t *testing.T) {
	for n := 1; ; n++ {
		data := t.TempDir()
		out, err := runChild(data, "strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=fsync",
			"-e", fmt.Sprintf("inject=fsync:error=EIO:when=%d+", n))
		afterCrash(t, data, n%2 == 0)
		if t.Failed() {
			t.Fatalf("failed at sync %d: %s", n, out)
		}
		if err == nil {
			t.Logf("%d syncs failed", n-1)
			return
		}
	}
}

func failedWith(t *testing.T, data string, wrap ...string) bool {
	t.Helper()
	out, err := runChild(data, wrap...)
	if err == nil {
		return false
	}
	if !isFull(out) {
		t.Errorf("child: %v\n%s", err, out)
	}
	return true
}

func runChild(data string, wrap ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(wrap[0], append(wrap[1:], self)...)
	cmd.Env = append(os.Environ(), childEnv+"="+data)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func isFull(out string) bool { return strings.Contains(out, "disk is full") }
