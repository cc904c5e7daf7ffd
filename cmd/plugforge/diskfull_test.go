package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server whose disk is full says so (507), goes on reading, and takes new
// versions again as soon as there is room, without a restart; whatever it was
// doing when the room ran out, nothing acknowledged is lost and nothing is half
// there.
func TestDiskFull(t *testing.T) {
	s := newSite(t)
	s.flags = []string{"--min-free", "none"}
	srv, disk := s.onSmallDisk(t, 24<<20)
	c := srv.client(s.key)
	l := &life{name: "Full_0", named: true}
	seen := *s
	seen.data = filepath.Join(filepath.Dir(s.data), "seen")
	w := &war{t: t, site: &seen, lives: []*life{l}}
	live := func(steps int) {
		t.Helper()
		for range steps {
			if err := l.next(c); err != nil {
				t.Fatalf("%v\n%s", err, srv.log.String())
			}
		}
	}
	live(3)
	full := 0
	for _, room := range []int64{0, 4 << 10, 16 << 10, 40 << 10, 100 << 10, 250 << 10} {
		fill := filepath.Join(disk, "filler")
		fillDisk(t, fill, room)
		// What was acknowledged as queued waits for room, and its client with it.
		freed := make(chan error, 1)
		time.AfterFunc(250*time.Millisecond, func() { freed <- os.Remove(fill) })
		for range 12 {
			err := l.next(c)
			if err == nil {
				continue
			}
			// Or what was acknowledged as queued is told to have failed for it.
			var r *refusal
			if answered := errors.As(err, &r); answered && (r.status != http.StatusInsufficientStorage || !strings.Contains(r.body, "InsufficientStorageError")) ||
				!answered && !strings.Contains(err.Error(), "disk is full") {
				t.Fatalf("with %d bytes left: %v\n%s", room, err, srv.log.String())
			}
			l.owed = nil // it is told to have failed
			full++
			if err := readsGoOn(c, l); err != nil {
				t.Fatalf("with %d bytes left: %v", room, err)
			}
			break
		}
		if err := <-freed; err != nil {
			t.Fatal(err)
		}
		if err := l.askAgain(c); err != nil {
			t.Fatalf("after %d bytes were left, asking again: %v", room, err)
		}
		seen.copyFrom(t, disk)
		seen.cgroups = nil // it is the same server
		w.check(srv, true)
		if t.Failed() {
			t.Fatalf("after %d bytes were left\n%s", room, srv.log.String())
		}
		live(4)
	}
	if full < 4 {
		t.Errorf("the disk was full %d times of 6", full)
	}
	t.Logf("full %d times, %d versions, %d ledger entries", full, len(l.releases), len(l.ledger))
}

// askAgain repeats the upload that was refused, as its client would.
func (l *life) askAgain(c *client) error {
	switch {
	case l.doubt == nil:
		return nil
	case l.doubt.what == "put":
		return l.publish(c)
	case l.doubt.what == "confirm":
		return l.confirm(c)
	}
	return nil
}

// readsGoOn reads everything of the newest version.
func readsGoOn(c *client, l *life) error {
	newest := l.releases[len(l.releases)-1]
	if err := newest.sameBytes(c); err != nil {
		return err
	}
	if _, err := c.deployments(l.name); err != nil {
		return err
	}
	if _, _, err := c.versions(l.name); err != nil {
		return err
	}
	_, err := c.status(newest.id, "0s")
	return err
}

// onSmallDisk starts a server on a copy of the site on a disk of so many bytes
// that only the server sees, and others by the path through /proc that it gives.
func (s *site) onSmallDisk(t *testing.T, size int) (srv *server, disk string) {
	t.Helper()
	start := filepath.Join(filepath.Dir(s.data), "start")
	copyFolder(t, s.data, start)
	unshare := []string{"unshare", "--mount"}
	if os.Getuid() != 0 {
		unshare = append(unshare, "--user", "--map-root-user")
	}
	script := fmt.Sprintf(`mount -t tmpfs -o size=%d,mode=755 small "$1" && cp -a "$2/." "$1/" && shift 2 && exec "$@"`, size)
	s.tracer = append(unshare, "sh", "-c", script, "small-disk", s.data, start)
	srv = s.start(t)
	return srv, filepath.Join("/proc", fmt.Sprint(srv.process.Pid), "root", s.data)
}

// copyFrom makes the site's own folder what the server's is, for git does not
// go through /proc.
func (s *site) copyFrom(t *testing.T, disk string) {
	t.Helper()
	if err := os.RemoveAll(s.data); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-a", disk, s.data).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v: %s", err, out)
	}
}

// fillDisk writes a file until so many bytes are left.
func fillDisk(t *testing.T, path string, leave int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	size, err := f.Seek(0, 1)
	if err == nil {
		err = f.Truncate(max(0, size-leave))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Uploads stop before the disk is full; what is there goes on being read and
// deployed.
func TestMinFree(t *testing.T) {
	s := newSite(t)
	srv := s.start(t)
	c := srv.client(s.key)
	l := &life{name: "Free_0"}
	if err := l.next(c); err != nil {
		t.Fatal(err)
	}
	upload, err := c.upload(l.name, "")
	if err != nil {
		t.Fatal(err)
	}
	srv.stop()
	s.flags = []string{"--min-free", "8000TiB"}
	srv = s.start(t)
	c = srv.client(s.key)
	_, err = c.put(upload.PresignedURL, newRelease(l, upload).archive)
	if statusOf(err) != http.StatusInsufficientStorage {
		t.Errorf("PUT: %v", err)
	}
	_, err = c.upload(l.name, "")
	if statusOf(err) != http.StatusInsufficientStorage || !strings.Contains(err.Error(), "takes no uploads below") {
		t.Errorf("another upload: %v", err)
	}
	if err := l.deploy(c); err != nil {
		t.Error(err)
	}
	if err := readsGoOn(c, l); err != nil {
		t.Error(err)
	}
}
