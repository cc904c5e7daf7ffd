package pysyntax_test

import (
	"context"
	"testing"

	"plugforge/internal/pysyntax"
)

// TestAsAfterChoice: "as" takes all of "a if b else c", which the grammar reads
// otherwise.
func TestAsAfterChoice(t *testing.T) {
	for text, items := range map[string]int{
		"with A if B else C as f: pass\n":                               1,
		"with A if B else C if D else E as f.x[0]: pass\n":              1,
		"with (A if B else C as f): pass\n":                             1,
		"with (A if B else C as f, D if E else F as (g, h)): pass\n":    2,
		"with A as f, B if C else D as g: pass\n":                       2,
		"with A if B else C as f, D as g: pass\n":                       2,
		"with A if B else C as f if D else E: pass\n":                   0,
		"with A if B else (C as f): pass\n":                             0,
		"x = (A if B else C as f)\n":                                    0,
		"with lambda: x as f, A if B else lambda y: z as g: pass\n":     2,
		"async def k():\n  async with A if B else await C as f: pass\n": 1,
	} {
		f, _, err := pysyntax.Parse(context.Background(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if items == 0 {
			if f != nil {
				t.Errorf("%q is read", text)
			}
			continue
		}
		if f == nil {
			t.Errorf("%q is not read", text)
			continue
		}
		names, got := pysyntax.Resolve(f, pysyntax.OwnPrefix, nil), 0
		names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, _ []pysyntax.Node) bool {
			if item, ok := n.(*pysyntax.WithItem); ok {
				got++
				if item.Target == nil {
					t.Errorf("%q has an item without its target", text)
				}
			}
			return true
		})
		if got != items {
			t.Errorf("%q has %d items, want %d", text, got, items)
		}
	}
	f, _, err := pysyntax.Parse(context.Background(), []byte("try: pass\nexcept A if B else C as e: pass\n"))
	if f == nil || err != nil {
		t.Errorf("except with a choice is not read: %v", err)
	}
}
