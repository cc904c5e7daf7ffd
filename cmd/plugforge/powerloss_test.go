package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge/internal/powerloss"
)

// A machine that loses power at any moment keeps all that was acknowledged: a
// sample of the moments of which the long test takes every one.
func TestPowerLoss(t *testing.T) {
	h := newHistory(t, 9)
	moments := h.moments()
	rand.Shuffle(len(moments), func(i, j int) { moments[i], moments[j] = moments[j], moments[i] })
	h.lose(moments[:min(len(moments), 10)])
}

// history is one plugin's life on a server that was traced.
type history struct {
	t     *testing.T
	site  *site
	start string           // a copy of the data folder as it was before
	calls []powerloss.Call // what the server asked of the system
	lives []*life          // what was acknowledged before each request, and at the end
}

// newHistory lives so many steps of a batch-only plugin's life.
func newHistory(t *testing.T, steps int) *history {
	h := &history{t: t, site: newSite(t)}
	dir := filepath.Dir(h.site.data)
	h.start = filepath.Join(dir, "start")
	copyFolder(t, h.site.data, h.start)
	trace := filepath.Join(dir, "trace")
	h.site.tracer = slices.Concat([]string{"strace"}, powerloss.Arguments(), []string{"-o", trace})
	srv := h.site.start(t)
	h.site.tracer = nil
	l := &life{name: "Power_0", named: true}
	c := srv.client(h.site.key)
	c.before = func() { h.lives = append(h.lives, l.copy()) }
	for range steps {
		if err := l.next(c); err != nil {
			t.Fatalf("%v\n%s", err, srv.log.String())
		}
	}
	h.lives = append(h.lives, l.copy())
	srv.stop()
	h.readTrace(trace, srv.process.Pid)
	return h
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	d, err := powerloss.Load(from)
	if err == nil {
		err = d.Save(to, powerloss.Everything())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copy is the life as it is now; releases do not change.
func (l *life) copy() *life {
	c := *l
	c.releases, c.ledger = slices.Clone(l.releases), slices.Clone(l.ledger)
	if l.doubt != nil {
		doubt := *l.doubt
		c.doubt = &doubt
	}
	if l.owed != nil {
		owed := *l.owed
		c.owed = &owed
	}
	return &c
}

// readTrace waits for the tracer to write its last line.
func (h *history) readTrace(path string, pid int) {
	h.t.Helper()
	var text []byte
	last := regexp.MustCompile(fmt.Sprintf(`(?m)^%d +\+\+\+ exited`, pid))
	for end := time.Now().Add(20 * time.Second); !last.Match(text); time.Sleep(20 * time.Millisecond) {
		var err error
		if text, err = os.ReadFile(path); err != nil || time.Now().After(end) {
			h.t.Fatalf("the trace does not end: %v, %d bytes", err, len(text))
		}
	}
	var err error
	if h.calls, err = powerloss.ReadTrace(bytes.NewReader(text)); err != nil {
		h.t.Fatal(err)
	}
}

// moments are the calls after which the disk may hold something else than
// before. It proves that the disk was followed rightly: at the end it is what
// the server left.
func (h *history) moments() []int {
	h.t.Helper()
	var moments []int
	d := h.replay(func(i, _ int, _ *powerloss.Disk) { moments = append(moments, i) })
	end := filepath.Join(filepath.Dir(h.site.data), "end")
	if err := d.Save(end, powerloss.Everything()); err != nil {
		h.t.Fatal(err)
	}
	sameFolders(h.t, h.site.data, end)
	h.t.Logf("%d moments in %d calls, %d requests", len(moments), len(h.calls), len(h.lives)-1)
	return moments
}

// replay follows the calls and hands over each moment: its call, how many
// requests were answered by then, and the disk.
func (h *history) replay(moment func(call, answered int, d *powerloss.Disk)) *powerloss.Disk {
	h.t.Helper()
	d, err := powerloss.Load(h.start)
	if err != nil {
		h.t.Fatal(err)
	}
	d.MovedTo(h.site.data)
	answered := 0
	for i, call := range h.calls {
		changed, err := d.Do(call)
		if err != nil {
			h.t.Fatal(err)
		}
		// The log tells of a request just before its answer goes out.
		if call.Name == "write" && call.Args[0].Text == "2" && bytes.Contains(call.Args[1].Data, []byte(`"msg":"request"`)) {
			answered++
		}
		if changed {
			moment(i, answered, d)
		}
	}
	if answered != len(h.lives)-1 {
		h.t.Fatalf("the log tells of %d requests, %d were made", answered, len(h.lives)-1)
	}
	return d
}

// lose has the power fail at the moments, in the worst way and in one that is
// up to chance, and checks what a server started on that disk makes of it.
func (h *history) lose(moments []int) {
	h.t.Helper()
	seed := rand.Uint64()
	h.replay(func(i, answered int, d *powerloss.Disk) {
		if !slices.Contains(moments, i) || h.t.Failed() {
			return
		}
		for kind, luck := range map[string]powerloss.Luck{"nothing unsynced kept": powerloss.Nothing(), "some kept": powerloss.Some(seed + uint64(i))} {
			h.survives(fmt.Sprintf("%s after call %d (%s), %d requests answered, seed %d", kind, i, h.calls[i].Name, answered, seed),
				d, luck, h.lives[answered].copy())
		}
	})
}

func (h *history) survives(what string, d *powerloss.Disk, luck powerloss.Luck, l *life) {
	h.t.Helper()
	s := &site{data: filepath.Join(filepath.Dir(h.site.data), "lost"), run: h.site.run, key: h.site.key}
	if err := d.Save(s.data, luck); err != nil {
		h.t.Fatal(err)
	}
	// Shared memory is written without a call, and never synced.
	os.Remove(filepath.Join(s.data, "plugforge.db-shm"))
	w := &war{t: h.t, site: s, lives: []*life{l}}
	srv := s.start(h.t)
	w.check(srv, true)
	if h.t.Failed() {
		h.t.Fatalf("%s; the server said:\n%s", what, srv.log.String())
	}
	srv.stop()
	if err := os.RemoveAll(s.data); err != nil {
		h.t.Fatal(err)
	}
}

// sameFolders compares all files but SQLite's shared memory.
func sameFolders(t *testing.T, want, got string) {
	t.Helper()
	list := func(root string) map[string]string {
		files := map[string]string{}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(path, "-shm") {
				return err
			}
			content, err := os.ReadFile(path)
			name, _ := filepath.Rel(root, path)
			files[name] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	a, b := list(want), list(got)
	for name, content := range a {
		if other, ok := b[name]; !ok || other != content {
			t.Errorf("%s: %d bytes on the disk, %d in the model of it (there: %v)", name, len(content), len(other), ok)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			t.Errorf("%s is only in the model of the disk", name)
		}
	}
}
