//go:build long

package pysyntax_test

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"testing"

	"plugforge/internal/pysyntax"
)

// TestMemoryStays: tree-sitter's trees live outside Go's heap, and its Go side
// keeps a little of each parse; neither may add up to much.
func TestMemoryStays(t *testing.T) {
	src := bytes.Repeat([]byte("def f(x):\n    return [x, 1, 'a', {x: f(x)}]\n"), 500)
	parses := func(n int) {
		for range n {
			if _, problems, err := pysyntax.Parse(context.Background(), src); err != nil || len(problems) > 0 {
				t.Fatal(problems, err)
			}
		}
	}
	parses(200)
	before := resident(t)
	parses(3000)
	grown := resident(t) - before
	t.Logf("3,000 parses of %d bytes: resident memory grew by %d KiB", len(src), grown>>10)
	if grown > 24<<20 {
		t.Errorf("resident memory grew by %d bytes", grown)
	}
}

func resident(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(string(bytes.Fields(b)[1]))
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
