package blobs_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"plugforge"
	"plugforge/blobs"
)

// The test binary is also the process that crashes, or that runs out of room.
func TestMain(m *testing.M) {
	switch os.Getenv("BLOBS_TEST_CHILD") {
	case "work":
		work(os.Getenv("BLOBS_TEST_DIR"))
	case "full":
		fillUp(os.Getenv("BLOBS_TEST_DIR"))
	default:
		os.Exit(m.Run())
	}
}

func child(t *testing.T, role, dir string, wrapper ...string) *exec.Cmd {
	t.Helper()
	args := append(wrapper, os.Args[0])
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "BLOBS_TEST_CHILD="+role, "BLOBS_TEST_DIR="+dir, "GORACE=atexit_sleep_ms=0")
	return cmd
}

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

var one, two = strings.Repeat("1", 1000), strings.Repeat("2", 2000)

// work says on stdout what it has been promised. It keeps to one thread, for
// strace counts the calls of each by itself.
func work(dir string) {
	runtime.LockOSThread()
	ctx := context.Background()
	s, err := blobs.Open(dir)
	must(err)
	for _, content := range []string{one, two} {
		_, err = s.Put(ctx, "up/x", strings.NewReader(content), 1<<20)
		must(err)
		fmt.Println("put", len(content))
	}
	must(s.Link(ctx, "up/x", "kept/new/y"))
	fmt.Println("linked")
	must(s.Remove(ctx, "up/x"))
	fmt.Println("removed")
}

// A kill before any system call that changes or names a file loses nothing
// that was promised, shows nothing by halves, and leaves no litter behind the
// next start. The work then runs again to its end.
func TestKilledAtEachStep(t *testing.T) {
	base := t.TempDir()
	total := 0
	for _, call := range []string{"mkdirat", "fsync", "renameat,renameat2", "linkat", "unlinkat"} {
		for n := 1; ; n++ {
			dir := fmt.Sprintf("%s/%d", base, total)
			cmd := child(t, "work", dir, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call,
				"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n))
			said, err := cmd.Output()
			if err == nil {
				break // it made fewer than n of these calls
			}
			if strings.Contains(string(said), "failed:") || n > 50 {
				t.Fatalf("%s %d: %v\n%s", call, n, err, said)
			}
			total++
			checkAfterCrash(t, fmt.Sprintf("killed at %s %d", call, n), dir, string(said))
			if again, err := child(t, "work", dir).Output(); err != nil {
				t.Errorf("%s %d: the work does not run again: %v\n%s", call, n, err, again)
			}
		}
	}
	t.Logf("%d kill points", total)
	if total < 15 {
		t.Errorf("only %d kill points were reached", total)
	}
}

func checkAfterCrash(t *testing.T, when, dir, said string) {
	t.Helper()
	s, err := blobs.Open(dir)
	if err != nil {
		t.Errorf("%s: %v", when, err)
		return
	}
	held := map[string]string{}
	for _, path := range files(t, dir) {
		held[path] = read(t, s, path)
	}
	may := map[string][]string{"up/x": {"", one, two}, "kept/new/y": {"", two}}
	if strings.Contains(said, "put 1000") {
		may["up/x"] = []string{one, two}
	}
	if strings.Contains(said, "put 2000") {
		may["up/x"] = []string{two}
	}
	if strings.Contains(said, "linked") {
		may["up/x"], may["kept/new/y"] = []string{"", two}, []string{two}
	}
	for path, contents := range may {
		if !slices.Contains(contents, held[path]) {
			t.Errorf("%s: %s holds %d bytes after saying %q", when, path, len(held[path]), said)
		}
		delete(held, path)
	}
	if len(held) != 0 {
		t.Errorf("%s: litter: %v", when, held)
	}
}

// Power loss keeps only what was synced: the data before the rename, the
// folder after it, each folder that was made in its parent. And no more than
// that: an upload into a folder that is there costs two syncs.
func TestSyncsInOrder(t *testing.T) {
	dir := t.TempDir()
	cmd := child(t, "work", dir+"/b", "strace", "-f", "-qq", "-y", "-o", dir+"/trace", "-e", "trace=mkdirat,fsync,renameat,linkat,unlinkat")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	trace, err := os.ReadFile(dir + "/trace")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	path := regexp.MustCompile(regexp.QuoteMeta(dir) + `/b([^">]*)`)
	for line := range strings.Lines(string(trace)) {
		call := regexp.MustCompile(`\b(mkdirat|fsync|renameat|linkat|unlinkat)\(`).FindStringSubmatch(line)
		at := path.FindAllStringSubmatch(line, -1)
		if call == nil || strings.Contains(line, "ENOENT") || strings.Contains(line, "EEXIST") {
			continue
		}
		step := call[1]
		for _, p := range at {
			step += " b" + regexp.MustCompile(`put-[0-9]+`).ReplaceAllString(p[1], "put-N")
		}
		if at == nil {
			step += " parent"
		}
		got = append(got, step)
	}
	want := []string{
		"mkdirat b", "fsync parent", "mkdirat b/.tmp", "fsync b",
		"fsync b/.tmp/put-N", "mkdirat b/up", "fsync b", "renameat b/.tmp/put-N b/up/x", "fsync b/up",
		"fsync b/.tmp/put-N", "renameat b/.tmp/put-N b/up/x", "fsync b/up",
		"mkdirat b/kept", "fsync b", "mkdirat b/kept/new", "fsync b/kept", "linkat b/up/x b/kept/new/y", "fsync b/kept/new",
		"unlinkat b/up/x", "fsync b/up",
	}
	if !slices.Equal(got, want) {
		t.Errorf("calls:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A sync that fails fails the call, and says so in a way that can be told.
func TestSyncThatFails(t *testing.T) {
	dir := t.TempDir()
	for n := 1; n <= 4; n++ {
		cmd := child(t, "work", fmt.Sprint(dir, "/", n), "strace", "-f", "-qq", "-o", "/dev/null", "-e", fmt.Sprintf("inject=fsync:error=EIO:when=%d", n))
		said, err := cmd.Output()
		if err == nil || !strings.Contains(string(said), blobs.ErrSync.Error()) || strings.Contains(string(said), "put 1000") {
			t.Errorf("sync %d: %v\n%s", n, err, said)
		}
	}
}

// A full disk is its own error, keeps what is there, and mends by removing.
func TestFullDisk(t *testing.T) {
	cmd := child(t, "full", t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// fillUp runs in a mount namespace of its own: the small disk is seen by
// nobody else and goes with the process.
func fillUp(dir string) {
	must(syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"))
	ctx := context.Background()
	s, err := blobs.Open(dir + "/b")
	must(err)
	big := func() io.Reader { return bytes.NewReader(make([]byte, 1200<<10)) }
	_, err = s.Put(ctx, "a", big(), 1<<30)
	must(err)
	for _, key := range []string{"a", "b", "c/d"} {
		if _, err = s.Put(ctx, key, big(), 1<<30); plugforge.CodeOf(err) != plugforge.CodeInsufficientStorage {
			must(fmt.Errorf("put %s on a full disk: %v", key, err))
		}
	}
	f, err := s.Open(ctx, "a")
	must(err)
	if f.Size() != 1200<<10 {
		must(fmt.Errorf("a is %d bytes now", f.Size()))
	}
	must(f.Close())
	must(s.Remove(ctx, "a"))
	_, err = s.Put(ctx, "b", big(), 1<<30)
	must(err)
}
