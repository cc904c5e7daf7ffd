package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"plugforge"
)

// The test binary is also the process that gets killed: childEnv names the
// data folder it works in, stageEnv the stage at which it ends itself.
const (
	childEnv = "GITSTORE_TEST_CHILD"
	stageEnv = "GITSTORE_TEST_STAGE"
)

func TestMain(m *testing.M) {
	if data := os.Getenv(childEnv); data != "" {
		if err := crashChild(data, os.Getenv(stageEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func crashConfig(data string) Config {
	return Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "key")}
}

// crashChild publishes a first and a second version and deploys the second.
// Everything acknowledged is noted in a file of its own.
func crashChild(data, stage string) error {
	runtime.LockOSThread() // strace counts calls by thread
	stage, moving := strings.CutPrefix(stage, "move:")
	stage, keeping := strings.CutPrefix(stage, "upkeep:")
	cfg := crashConfig(data)
	cfg.Marker = func(at string) {
		if at == stage {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	s, err := Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	if moving {
		return move(s)
	}
	if keeping {
		return keepUp(s)
	}
	return crashWork(s, func(done string) error {
		return os.WriteFile(filepath.Join(data, done), nil, 0o600)
	})
}

func crashWork(s *Store, acknowledge func(string) error) error {
	var last plugforge.Plugin
	for i := range 2 {
		p, err := s.Publish(context.Background(), publication(testSlug, ver(1, 0, i)), sampleTree(fmt.Sprint(i)))
		if err == nil {
			err = acknowledge(fmt.Sprintf("published-%d", i))
		}
		if err != nil {
			return err
		}
		last = p
	}
	if _, err := s.AppendLedger(context.Background(), testSlug, deployEntry(last, "dpl_1")); err != nil {
		return err
	}
	return acknowledge("deployed")
}

// afterCrash is what must hold of a data folder whatever killed its process.
func afterCrash(t *testing.T, data string, recoverFirst bool) {
	t.Helper()
	s, err := Open(t.Context(), crashConfig(data))
	if err != nil {
		t.Fatal(err)
	}
	if isDir(s.repoDir(testSlug)) && recoverFirst {
		report, err := s.Recover(t.Context(), testSlug)
		if err != nil || len(report.Problems) != 0 {
			t.Fatalf("recover: %+v, %v", report, err)
		}
		checkRepo(t, s, testSlug)
		again, err := s.Recover(t.Context(), testSlug)
		if err != nil || len(again.Mended)+len(again.Problems) != 0 {
			t.Fatalf("recover again: %+v, %v", again, err)
		}
	}
	acknowledged := func(name string) bool {
		_, err := os.Stat(filepath.Join(data, name))
		return err == nil
	}
	before := map[int]plugforge.Plugin{}
	for i := range 2 {
		p, err := s.Plugin(t.Context(), testSlug, ver(1, 0, i))
		if err == nil {
			before[i] = p
		} else if acknowledged(fmt.Sprintf("published-%d", i)) || plugforge.CodeOf(err) != plugforge.CodeNotFound {
			t.Fatalf("version %d: %v", i, err)
		}
	}
	if entries, err := s.Ledger(t.Context(), testSlug, 0); acknowledged("deployed") && (err != nil || len(entries) != 1) {
		t.Fatalf("ledger: %v, %v", entries, err)
	}
	// The client tries again: what was there stays what it was.
	if err := crashWork(s, func(string) error { return nil }); err != nil {
		t.Fatalf("again: %v", err)
	}
	list, err := s.Plugins(t.Context(), testSlug)
	if err != nil || len(list) != 2 {
		t.Fatalf("versions %v, %v", list, err)
	}
	for i, p := range before {
		if !reflect.DeepEqual(p, list[i]) {
			t.Errorf("version %d was %+v and is %+v", i, p, list[i])
		}
		view, err := s.Tree(t.Context(), testSlug, p.Version)
		if err != nil {
			t.Fatal(err)
		}
		sameTree(t, view, sampleTree(fmt.Sprint(i)))
	}
	if entries, err := s.Ledger(t.Context(), testSlug, 0); err != nil || len(entries) != 1 {
		t.Errorf("ledger %v, %v", entries, err)
	}
	checkRepo(t, s, testSlug)
}

// killed runs the child and tells whether it was killed, as meant.
func killed(t *testing.T, data, stage string, wrap ...string) bool {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrap, self)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"="+data, stageEnv+"="+stage)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("child: %v\n%s", err, out.String())
	}
	return true
}

func TestKilledAtEachStage(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{StageObjects, StageTag, StageMain, StageLedger} {
		for _, recoverFirst := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s recover %v", stage, recoverFirst), func(t *testing.T) {
				data := t.TempDir()
				if !killed(t, data, stage) {
					t.Fatal("the child was not killed")
				}
				afterCrash(t, data, recoverFirst)
			})
		}
	}
}

// What a power loss takes of the names that one version gave in folders that
// were not synced yet: any of them, whatever the order in which they were made.
func TestUnsyncedNamesLost(t *testing.T) {
	t.Parallel()
	names := []string{"objects/pack/*.pack", "objects/pack/*.idx", "refs/tags/v1.0.0", "refs/heads/main"}
	data := t.TempDir()
	if !killed(t, data, StageMain) {
		t.Fatal("the child was not killed")
	}
	for lost := range 1 << len(names) {
		t.Run(fmt.Sprintf("%04b", lost), func(t *testing.T) {
			copied := t.TempDir()
			if out, err := exec.Command("cp", "-a", data+"/.", copied).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			repo := filepath.Join(copied, "git/ns", string(testSlug.Owner), testSlug.Name.Fold()+".git")
			for i, name := range names {
				if lost&(1<<i) == 0 {
					continue
				}
				if err := os.Remove(globOne(t, filepath.Join(repo, name))); err != nil {
					t.Fatal(err)
				}
			}
			afterCrash(t, copied, true) // a machine that lost power starts anew
		})
	}
}
