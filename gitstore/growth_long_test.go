//go:build long

package gitstore

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Publishing costs what it did, however many versions there are, and a part of
// what git's own add, commit and tag cost with equal durability.
func TestPublishingStaysFast(t *testing.T) {
	const versions = 1000
	s := openStore(t, nil)
	took, bare := make([]time.Duration, versions), make([]time.Duration, versions)
	probe := filepath.Join(t.TempDir(), "probe")
	for i := range versions {
		tree := sampleTree(strings.Repeat(fmt.Sprintf("value_%d = %d\n", i, i), 60))
		start := time.Now()
		publish(t, s, testSlug, ver(0, 0, i), tree)
		took[i] = time.Since(start)
		// What the disk takes for one synced file at that moment, since others
		// may be using it.
		start = time.Now()
		if err := s.writeFile(probe, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		bare[i] = time.Since(start)
		os.Remove(probe)
	}
	first, last := median(took[:100]), median(took[versions-100:])
	disk := float64(median(bare[versions-100:])) / float64(median(bare[:100]))
	growth := float64(last) / float64(first) / disk
	t.Logf("publish: median of the first 100 %v, of the last 100 %v; the disk's own change %.2f, growth %.2f", first, last, disk, growth)
	if growth > 1.3 {
		t.Errorf("publishing has grown %.2f times slower over %d versions", growth, versions)
	}

	work := t.TempDir()
	git(t, work, "init", "-q")
	var cli []time.Duration
	for i := range 50 {
		tree := sampleTree(strings.Repeat(fmt.Sprintf("value_%d = %d\n", i, i), 60))
		layOut(t, work, tree)
		id := []string{"-c", "core.fsync=all", "-c", "user.name=x", "-c", "user.email=x@y"}
		start := time.Now()
		git(t, work, append(id, "add", "-A")...)
		git(t, work, append(id, "commit", "-q", "-m", "x")...)
		git(t, work, append(id, "tag", "-a", "-m", "x", fmt.Sprint("v", i))...)
		cli = append(cli, time.Since(start))
	}
	ratio := float64(median(took)) / float64(median(cli))
	t.Logf("publish %v, git add, commit and tag %v, ratio %.2f", median(took), median(cli), ratio)
	if ratio > 0.6 {
		t.Errorf("publishing takes %.2f of git's time", ratio)
	}

	timed := func(what string, do func() error) {
		start := time.Now()
		if err := do(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		t.Logf("%s: %v", what, time.Since(start).Round(100*time.Microsecond))
	}
	cold := reopen(t, s)
	timed("first read of one version after a restart", func() error { _, err := cold.Plugin(t.Context(), testSlug, ver(0, 0, 500)); return err })
	timed("list of 1000 versions", func() error { _, err := cold.Plugins(t.Context(), testSlug); return err })
	timed("recover", func() error { _, err := cold.Recover(t.Context(), testSlug); return err })
	timed("check", func() error { _, err := cold.Check(t.Context(), testSlug); return err })
	url := smartHTTP(t, s, testSlug)
	timed("clone", func() error {
		_, err := tryGit(".", "clone", "-q", url, filepath.Join(t.TempDir(), "clone"))
		return err
	})
	timed("shallow clone", func() error {
		_, err := tryGit(".", "clone", "-q", "--depth=1", url, filepath.Join(t.TempDir(), "clone"))
		return err
	})
	checkRepo(t, s, testSlug)
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}

// Half a gigabyte goes in and out through bounded memory.
func TestLargeTreeNeedsLittleMemory(t *testing.T) {
	const size = 500 << 20
	s := openStore(t, nil)
	dir := t.TempDir()
	if out, err := exec.Command("sh", "-c", fmt.Sprintf("head -c %d /dev/urandom > %s/weights.bin", size, dir)).CombinedOutput(); err != nil {
		t.Fatal(string(out), err)
	}
	write(t, filepath.Join(dir, "manifest.py"), "metadata = {}\n")
	runtime.GC()
	start, peak := time.Now(), watchHeap(t)
	publish(t, s, testSlug, ver(1, 0, 0), os.DirFS(dir))
	t.Logf("publish: %v, heap up to %d MiB", time.Since(start).Round(time.Millisecond), peak()>>20)
	start = time.Now()
	write(t, filepath.Join(dir, "manifest.py"), "two\n")
	publish(t, s, testSlug, ver(1, 0, 1), os.DirFS(dir))
	t.Logf("the next version with the same file: %v", time.Since(start).Round(time.Millisecond))
	start, used := time.Now(), watchHeap(t)
	view, err := s.Tree(t.Context(), testSlug, ver(1, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := ContentHash(t.Context(), view)
	if p, err2 := s.Plugin(t.Context(), testSlug, ver(1, 0, 1)); err != nil || err2 != nil || p.ContentHash != hash {
		t.Errorf("hash %s, %v, %v; want %s", hash, err, err2, p.ContentHash)
	}
	t.Logf("read back: %v, heap up to %d MiB", time.Since(start).Round(time.Millisecond), used()>>20)
	if most := max(peak(), used()); most > 64<<20 {
		t.Errorf("heap grew to %d MiB", most>>20)
	}
	start = time.Now()
	git(t, ".", "clone", "-q", "--no-checkout", smartHTTP(t, s, testSlug), filepath.Join(t.TempDir(), "clone"))
	t.Logf("clone: %v", time.Since(start).Round(time.Millisecond))
}

// watchHeap looks at the heap until the returned function gives its peak.
func watchHeap(t *testing.T) func() uint64 {
	stop, done := make(chan struct{}), make(chan struct{})
	var most uint64
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	ended := false
	return func() uint64 {
		if !ended {
			ended = true
			close(stop)
			<-done
		}
		return most
	}
}
