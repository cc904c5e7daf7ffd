package registry_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge/internal/fixture"
	"plugforge/registry"
)

// descriptors counts the blobs that this process has open below dir.
func descriptors(t *testing.T, dir string) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	n := 0
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(to, dir+"/blobs") {
			n++
		}
	}
	return n
}

func (h *house) wantDescriptors(want int) {
	h.t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if descriptors(h.t, h.dir) == want {
			return
		}
	}
	h.t.Fatalf("%d blobs are open, want %d", descriptors(h.t, h.dir), want)
}

// A check that is begun when the bytes arrive waits for its confirmation, is of
// the last bytes, and leaves nothing open.
func TestCheckedEarly(t *testing.T) {
	h := newHouse(t)
	good := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	u := h.create("text_embed", "1.0.0")
	h.put(u, good)
	h.wantDescriptors(1)
	h.put(u, evil("text_embed", "1.0.0"))
	if v, err := h.confirm(u); err != nil || v.Passed {
		t.Errorf("evil bytes after good ones: %+v, %v", v, err)
	}
	u = h.create("text_embed", "1.0.0")
	h.put(u, evil("text_embed", "1.0.0"))
	h.put(u, good)
	if v, err := h.confirm(u); err != nil || !v.Passed {
		t.Errorf("good bytes after evil ones: %+v, %v", v, err)
	}
	h.restart() // which ends those that nobody confirmed
	h.wantDescriptors(0)
}

// More uploads than checks are kept for, and all confirmed at once.
func TestCheckedEarlyIsBounded(t *testing.T) {
	h := newHouse(t)
	uploads := map[string]registry.Upload{}
	for i := range 24 {
		name := "plugin_" + string(rune('a'+i))
		uploads[name] = h.create(name, "1.0.0")
		h.put(uploads[name], fixture.Zip(fixture.Files(name, "1.0.0")))
		if n := descriptors(t, h.dir); n > 16 {
			t.Errorf("after upload %d %d blobs are open", i, n)
		}
	}
	var all sync.WaitGroup
	for name, u := range uploads {
		all.Go(func() {
			if v, err := h.confirm(u); err != nil || !v.Passed {
				t.Errorf("%s: %+v, %v", name, v, err)
			}
		})
	}
	all.Wait()
	h.wantDescriptors(0)
}
