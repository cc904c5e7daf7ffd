package pysyntax

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

func cachedParse(t *testing.T, ctx context.Context, src string) *File {
	t.Helper()
	f, problems, err := Parse(ctx, []byte(src))
	if err != nil || len(problems) > 0 || string(f.Src) != src {
		t.Fatalf("Parse(%q) = %v, %v, %v", src, f, problems, err)
	}
	return f
}

func TestCacheGivesEqualBytesOneFile(t *testing.T) {
	ctx := NewCache(1000).With(t.Context())
	first := cachedParse(t, ctx, "x = 1\n")
	if again := cachedParse(t, ctx, "x = 1\n"); again != first {
		t.Error("the same bytes were read twice")
	}
	if other := cachedParse(t, ctx, "x = 2\n"); other == first {
		t.Error("other bytes gave the same file")
	}
	if outside := cachedParse(t, t.Context(), "x = 1\n"); outside == first {
		t.Error("a context without the cache used it")
	}
}

func TestCacheKeepsNoRefusal(t *testing.T) {
	c := NewCache(1000)
	for range 2 {
		f, problems, err := Parse(c.With(t.Context()), []byte("x = (\n"))
		if f != nil || len(problems) == 0 || err != nil {
			t.Errorf("got %v, %v, %v", f, problems, err)
		}
	}
	if len(c.files) != 0 {
		t.Errorf("%d files kept", len(c.files))
	}
}

func TestCacheStaysSmall(t *testing.T) {
	c := NewCache(80)
	ctx := c.With(t.Context())
	often := cachedParse(t, ctx, "often = 1\n")
	for i := range 50 {
		cachedParse(t, ctx, fmt.Sprintf("x = %d\n", 100+i))
		if cachedParse(t, ctx, "often = 1\n") != often {
			t.Fatal("what is asked for often was forgotten")
		}
	}
	cachedParse(t, ctx, "a_file_over_an_eighth = 1\n")
	total := 0
	for e := c.order.Front(); e != nil; e = e.Next() {
		total += len(e.Value.(*kept).file.Src)
	}
	if total != c.size || total > 80 || total < 60 || len(c.files) != c.order.Len() {
		t.Errorf("%d bytes kept, %d counted, in %d files of %d", total, c.size, c.order.Len(), len(c.files))
	}
}

func TestCacheMindsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(NewCache(1000).With(t.Context()))
	cachedParse(t, ctx, "x = 1\n")
	cancel()
	if _, _, err := Parse(ctx, []byte("x = 1\n")); err == nil {
		t.Error("no error after ctx ended")
	}
}

// Files are shared by whoever reads them, resolving names included.
func TestCacheFromManyGoroutines(t *testing.T) {
	ctx := NewCache(100).With(t.Context())
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				src := fmt.Sprintf("import os as o\ny = o.path\nx = %d\n", (g+i)%5)
				f, problems, err := Parse(ctx, []byte(src))
				if err != nil || len(problems) > 0 {
					t.Errorf("%q: %v, %v", src, problems, err)
					return
				}
				Resolve(f, "", nil)
			}
		})
	}
	all.Wait()
}
