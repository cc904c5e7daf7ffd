//go:build long

package main

import (
	"archive/zip"
	crand "crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge/internal/fixture"
)

// What a server may take, in KiB: of anonymous memory with its git processes at
// any moment, and resident when it has nothing to do.
const (
	mostAnon = 200 << 10
	mostIdle = 64 << 10
)

// statusKB reads a line of /proc/PID/status; 0 for a process that is gone.
func statusKB(pid int, line string) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "\n"+line+":")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(fields[0])
	return n
}

// childrenOf lists what runs under a process, without stopping it.
func childrenOf(pid int) (all []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			child, _ := strconv.Atoi(word)
			all = append(append(all, child), childrenOf(child)...)
		}
	}
	return all
}

// watchAnon looks every 10 ms at the anonymous memory of a server and what runs
// under it. The returned function ends that and gives the peak in KiB.
func watchAnon(srv *server) (stop func() (peak, children int)) {
	end, done := make(chan struct{}), make(chan struct{})
	var most, under int
	go func() {
		defer close(done)
		for {
			sum := 0
			for _, pid := range childrenOf(srv.process.Pid) {
				sum += statusKB(pid, "RssAnon")
			}
			under = max(under, sum)
			most = max(most, sum+statusKB(srv.process.Pid, "RssAnon"))
			select {
			case <-end:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() (int, int) { close(end); <-done; return most, under }
}

// becomesIdle waits until the server has given back what it does not need.
func becomesIdle(t *testing.T, srv *server) {
	t.Helper()
	var rss int
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(time.Second) {
		if rss = statusKB(srv.process.Pid, "VmRSS"); rss <= mostIdle {
			break
		}
	}
	t.Logf("idle: %d MiB resident, %d of them anonymous", rss>>10, statusKB(srv.process.Pid, "RssAnon")>>10)
	if rss > mostIdle {
		t.Errorf("an idle server takes %d KiB, at most %d are meant", rss, mostIdle)
	}
}

// heavyArchive writes a zip of a plugin with a stored file of random bytes.
func heavyArchive(t *testing.T, name, version string, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heavy.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for path, file := range fixture.BatchOnly(name, version) {
		entry, err := w.Create(path)
		if err == nil {
			_, err = entry.Write(file.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	entry, err := w.CreateHeader(&zip.FileHeader{Name: "weights/model.bin", Method: zip.Store})
	if err == nil {
		_, err = io.CopyN(entry, crand.Reader, size)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// stream sends a request and throws its answer away.
func (c *client) stream(method, path string, body io.Reader, header http.Header) (int64, error) {
	req, err := http.NewRequest(method, path, body)
	if err != nil {
		return 0, err
	}
	req.Header = header
	if f, ok := body.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			req.ContentLength = info.Size()
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answered %d", method, path, res.StatusCode)
	}
	return n, err
}

// A file of 390 MB goes in, and out in every way, through little memory, and
// small plugins are published meanwhile as if it were not there.
func TestLargeFileNeedsLittleMemory(t *testing.T) {
	const size = 390 << 20
	s := newSite(t)
	dir, err := os.MkdirTemp("/var/tmp", "pf-heavy-") // a disk, where syncing costs what it does
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	copyFolder(t, s.data, filepath.Join(dir, "data"))
	s.data = filepath.Join(dir, "data")
	archive := heavyArchive(t, "Heavy", "1.0.0", size)
	srv := s.start(t)
	c := srv.client(s.key)

	small := &life{name: "Small", named: true}
	var took []time.Duration
	one := func() {
		begun := time.Now()
		if err := small.publish(c); err != nil {
			t.Error(err)
		}
		took = append(took, time.Since(begun))
	}
	p99 := func() time.Duration {
		sorted := slices.Sorted(slices.Values(took))
		return sorted[len(sorted)*99/100]
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		one()
	}
	alone := p99()

	peak := watchAnon(srv)
	stop, took := make(chan struct{}), took[:0]
	var beside sync.WaitGroup
	beside.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			begun := time.Now()
			if err := small.publish(c); err != nil {
				t.Error(err)
				return
			}
			took = append(took, time.Since(begun))
		}
	})
	step := func(what string, do func() (int64, error)) {
		begun := time.Now()
		n, err := do()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		t.Logf("%s: %d MiB in %v", what, n>>20, time.Since(begun).Round(time.Millisecond))
	}
	base := "http://" + srv.address
	auth := http.Header{"Authorization": {"Bearer " + s.key}}
	source := base + "/v1/namespaces/" + testNamespace + "/plugins/Heavy_1_0_0/source"
	var upload string
	step("PUT", func() (int64, error) {
		u, err := c.upload("Heavy", "1.0.0")
		if err != nil {
			return 0, err
		}
		upload = u.UploadID
		f, err := os.Open(archive)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		_, err = c.stream("PUT", u.PresignedURL, f, http.Header{"Content-Type": {"application/zip"}})
		return size, err
	})
	step("confirm", func() (int64, error) {
		verdict, err := c.confirm(upload, "weights")
		if err == nil && !verdict.Success {
			err = fmt.Errorf("refused: %v", verdict.ValidationErrors)
		}
		return size, err
	})
	step("source as a zip", func() (int64, error) {
		h := auth.Clone()
		h.Set("Accept", "application/zip")
		return c.stream("GET", source, nil, h)
	})
	step("the file alone", func() (int64, error) { return c.stream("GET", source+"?path=weights/model.bin", nil, auth) })
	step("source as JSON", func() (int64, error) { return c.stream("GET", source, nil, auth) })
	step("clone", func() (int64, error) {
		items, _, err := c.versions("Heavy")
		if err != nil {
			return 0, err
		}
		ask := "0011command=fetch" + "0001" + "0032want " + items[0].Commit + "\n" + "0009done\n" + "0000"
		req, err := http.NewRequest("POST", base+"/git/"+testNamespace+"/Heavy.git/git-upload-pack", strings.NewReader(ask))
		if err != nil {
			return 0, err
		}
		req.SetBasicAuth("x", s.key)
		req.Header.Set("Content-Type", "application/x-git-upload-pack-request")
		req.Header.Set("Git-Protocol", "version=2")
		return c.stream("POST", req.URL.String(), strings.NewReader(ask), req.Header)
	})
	close(stop)
	beside.Wait()
	most, under := peak()
	t.Logf("%d MiB of anonymous memory at its peak, at most %d of it git's; %d small publishes beside, p99 %v (alone %v)",
		most>>10, under>>10, len(took), p99(), alone)
	if most > mostAnon {
		t.Errorf("%d KiB of anonymous memory, at most %d are meant", most, mostAnon)
	}
	// On a machine that is busy with other things this says nothing.
	if alone < 40*time.Millisecond && p99() > 100*time.Millisecond {
		t.Errorf("small publishes beside it take %v at p99", p99())
	}
	becomesIdle(t, srv)
}

// A thousand plugins, each opened in turn in every way, leave no descriptors and
// no memory behind.
func TestThousandPluginsLeaveNothingBehind(t *testing.T) {
	s := newSite(t)
	srv := s.start(t)
	c := srv.client(s.key)
	becomesIdle(t, srv)
	fds := func() int {
		list, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.process.Pid))
		return len(list)
	}
	var lives []*life
	for i := range 1000 {
		l := &life{name: fmt.Sprintf("Thousand_%d", i), named: true}
		if err := l.publish(c); err != nil {
			t.Fatal(err)
		}
		lives = append(lives, l)
	}
	open := func() {
		for _, l := range lives {
			if _, err := c.source(l.releases[0].id); err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.versions(l.name); err != nil {
				t.Fatal(err)
			}
			header := http.Header{"Git-Protocol": {"version=2"}}
			req := http.Request{Header: header}
			req.SetBasicAuth("x", s.key)
			if _, err := c.stream("GET", "http://"+srv.address+"/git/"+testNamespace+"/"+l.name+".git/info/refs?service=git-upload-pack", nil, header); err != nil {
				t.Fatal(err)
			}
		}
	}
	open()
	becomesIdle(t, srv)
	before, anon := fds(), statusKB(srv.process.Pid, "RssAnon")
	for range 3 {
		open()
	}
	becomesIdle(t, srv)
	time.Sleep(45 * time.Second) // memory goes back when nothing has happened for a while
	t.Logf("descriptors %d, then %d; anonymous memory %d KiB, then %d", before, fds(), anon, statusKB(srv.process.Pid, "RssAnon"))
	if fds() > before+4 {
		t.Errorf("%d descriptors, %d before", fds(), before)
	}
	if grown := statusKB(srv.process.Pid, "RssAnon") - anon; grown > 8<<10 {
		t.Errorf("%d KiB more than before", grown)
	}
}
