package gitstore

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
)

// rebuilt is what the unmarked lines of a and the marked ones of b make: b, if
// the marks are right.
func rebuilt(a, b []string, gone, added []bool) []string {
	var out []string
	i := 0
	for j := range b {
		if added[j] {
			out = append(out, b[j])
			continue
		}
		for i < len(a) && gone[i] {
			i++
		}
		if i == len(a) {
			return nil
		}
		out = append(out, a[i])
		i++
	}
	if slices.Contains(gone[i:], false) {
		return nil
	}
	return out
}

func lineTotal(marks ...[]bool) (n int) {
	for _, side := range marks {
		for _, marked := range side {
			if marked {
				n++
			}
		}
	}
	return n
}

// Over many edited texts our differences are right, and shorter together than
// those of go-difflib, which looks for long equal stretches first.
func TestMatchAgainstDifflib(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	ours, theirs := 0, 0
	for range 400 {
		text := string(randomContent(rng))
		a := splitLines(text)
		b := splitLines(string(edited(rng, []byte(text))))
		gone, added := (&matcher{work: diffWork}).match(a, b)
		if got := rebuilt(a, b, gone, added); !slices.Equal(got, b) {
			t.Fatalf("%q and %q: %v %v rebuild %q", a, b, gone, added, got)
		}
		ours += lineTotal(gone, added)
		theirs += len(a) + len(b)
		for _, block := range difflib.NewMatcherWithJunk(a, b, false, nil).GetMatchingBlocks() {
			theirs -= 2 * block.Size
		}
	}
	if ours > theirs || ours == 0 {
		t.Errorf("%d lines differ, %d for go-difflib", ours, theirs)
	}
}

// Any two texts: the marks rebuild the second from the first, with and without
// work left, and moved to where they read best.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{
		{"", "a"}, {"a\nb\nc", "a\nc"}, {"x\nx\nx\n", "x\n"}, {"a\nb\na\nb\n", "b\na\nb\na\n"}, {"a", "a\n"}, {"\n\n\n", "\n"},
		{strings.Repeat("{\n\n}\n", 50), strings.Repeat("{\n}\n\n", 49)}, {"def a():\n  1\n\ndef b():\n  2\n", "def a():\n  1\n\ndef c():\n  3\n\ndef b():\n  2\n"},
	} {
		f.Add(seed[0], seed[1], 1000)
	}
	f.Fuzz(func(t *testing.T, left, right string, work int) {
		a, b := splitLines(left), splitLines(right)
		for _, work := range []int{diffWork, work % 1000} {
			gone, added := (&matcher{work: work}).match(a, b)
			if got := rebuilt(a, b, gone, added); !slices.Equal(got, b) {
				t.Fatalf("work %d: %v %v rebuild %q", work, gone, added, got)
			}
			list := changes(gone, added)
			slide(list, a, b)
			i, j := 0, 0
			for k, c := range append(list, change{len(a), len(a), len(b), len(b)}) {
				if c.a1-i != c.b1-j || c.a1 < i || !slices.Equal(a[i:c.a1], b[j:c.b1]) || k > 0 && k < len(list) && c.a1 == i {
					t.Fatalf("moved changes %v of %q and %q", list, a, b)
				}
				i, j = c.a2, c.b2
			}
		}
	})
}

// A stretch that could stand in several places stands where it reads best.
func TestSlide(t *testing.T) {
	a := splitLines("def a():\n    return 1\n\n\ndef b():\n    return 2\n")
	b := splitLines("def a():\n    return 1\n\n\ndef c():\n    return 3\n\n\ndef b():\n    return 2\n")
	list := changes((&matcher{work: diffWork}).match(a, b))
	slide(list, a, b)
	if want := []change{{4, 4, 4, 8}}; !slices.Equal(list, want) {
		t.Errorf("got %v, want %v", list, want)
	}
}
