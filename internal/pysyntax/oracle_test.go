package pysyntax_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

const stdlib = "/usr/lib/python3.11"

// TestOracle reads a sample of CPython's standard library as CPython does.
func TestOracle(t *testing.T) {
	compareWithCPython(t, sample(t, stdlib, 7))
}

// sample is every n-th Python file below root.
func sample(t testing.TB, root string, n int) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".py") {
			all = append(all, path)
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("no Python files below %s: %v", root, err)
	}
	var out []string
	for i := 0; i < len(all); i += n {
		out = append(out, all[i])
	}
	return out
}

// compareWithCPython fails for each file that CPython reads and we do not, or
// of which we see something else.
func compareWithCPython(t *testing.T, paths []string) {
	t.Helper()
	var compared, facts, skipped int
	for path, want := range cpythonFacts(t, paths) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, problems, err := pysyntax.Parse(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			continue
		}
		if f == nil {
			if problems[0].Kind == pysyntax.Syntax {
				t.Errorf("%s: CPython reads it, we do not: %+v", path, problems)
			}
			skipped++
			continue
		}
		compared++
		facts += len(want)
		if diff := firstDifference(want, ourFacts(f)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	t.Logf("%d files compared, %d facts; %d refused for their size or characters", compared, facts, skipped)
	if compared < len(paths)*9/10 {
		t.Errorf("only %d of %d files were compared", compared, len(paths))
	}
}

func cpythonFacts(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	cmd := exec.Command("/usr/bin/python3", "-I", "testdata/facts.py")
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	all := map[string][]string{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var one struct {
			Path  string
			Facts []string
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		all[one.Path] = one.Facts
	}
	if len(all) != len(paths) {
		t.Fatalf("CPython answered for %d of %d files", len(all), len(paths))
	}
	return all
}

func firstDifference(want, got []string) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(want):
			return "we see more: " + got[i]
		case i >= len(got):
			return "we miss: " + want[i]
		case want[i] != got[i]:
			return fmt.Sprintf("CPython sees %q, we %q", want[i], got[i])
		}
	}
	return ""
}

type collector struct {
	f      *pysyntax.File
	out    []string
	inside int
	counts map[string]int
}

// ourFacts are those of testdata/facts.py.
func ourFacts(f *pysyntax.File) []string {
	c := &collector{f: f, counts: map[string]int{}}
	for _, name := range []string{"Compare", "Lambda", "IfExp", "Await", "Starred", "Slice", "Dict", "comprehension",
		"Return", "Raise", "With", "For", "While", "Delete"} {
		c.counts[name] = 0
	}
	for _, s := range f.Body {
		c.visit(s)
	}
	for name, n := range c.counts {
		c.out = append(c.out, fmt.Sprintf("count %s %d", name, n))
	}
	slices.Sort(c.out)
	return c.out
}

func (c *collector) add(kind string, n pysyntax.Node, text string) {
	place := "f"
	if c.inside == 0 {
		line, col := c.f.Place(n.Start())
		place = fmt.Sprintf("%d:%d", line, col)
	}
	c.out = append(c.out, fmt.Sprintf("%s %s %s", kind, place, text))
}

func digest(k *pysyntax.Const) string {
	text := k.Text
	if k.Kind == pysyntax.Str {
		var b strings.Builder
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && n == 1 {
				n = 3 // a surrogate
			}
			if r < 0x80 {
				b.WriteRune(r)
			} else {
				b.WriteByte('?')
			}
			i += n
		}
		text = b.String()
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:12]
}

func (c *collector) visit(n pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Name:
		c.add("name", n, n.ID)
	case *pysyntax.Attr:
		c.add("attr", n, n.Name)
	case *pysyntax.Call:
		var names []string
		for _, k := range n.Keywords {
			if k.Name == "" {
				names = append(names, "**")
			} else {
				names = append(names, k.Name)
			}
		}
		c.add("call", n, fmt.Sprintf("%d %s", len(n.Args), strings.Join(names, ",")))
	case *pysyntax.Import:
		for _, a := range n.Names {
			c.add("import", a, a.Name+" "+a.As)
		}
	case *pysyntax.ImportFrom:
		for _, a := range n.Names {
			c.out = append(c.out, fmt.Sprintf("from %d.%s %s %s", n.Level, n.Module, a.Name, a.As))
		}
		if n.Star {
			c.out = append(c.out, fmt.Sprintf("from %d.%s * ", n.Level, n.Module))
		}
		return
	case *pysyntax.Const:
		if n.Kind == pysyntax.Str || n.Kind == pysyntax.Bytes {
			c.add("text", n, digest(n))
		}
	case *pysyntax.FString:
		if c.inside == 0 {
			c.add("fstring", n, "")
		}
		c.inside++
		for _, p := range n.Parts {
			if _, ok := p.(*pysyntax.Formatted); ok {
				c.visit(p)
			}
		}
		c.inside--
		return
	default:
		c.visitMore(n)
	}
	pysyntax.Children(n, c.visit)
}

func (c *collector) visitMore(n pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Func:
		c.add("def", n, n.Name)
	case *pysyntax.Class:
		c.add("class", n, n.Name)
	case *pysyntax.Param:
		// CPython's position is the name's, behind the stars.
		line, col := c.f.Place(n.Start())
		text := c.f.Text(n)
		for len(text) > 0 && strings.ContainsRune("* \t", rune(text[0])) {
			text, col = text[1:], col+1
		}
		place := fmt.Sprintf("%d:%d", line, col)
		if c.inside > 0 {
			place = "f"
		}
		c.out = append(c.out, fmt.Sprintf("arg %s %s", place, n.Name))
	case *pysyntax.Outer:
		c.add("outer", n, strings.Join(n.Names, ","))
	case *pysyntax.Handler:
		c.add("except", n, n.Name)
	case *pysyntax.Pattern:
		switch n.Kind {
		case pysyntax.PatternClass:
			var names []string
			for _, k := range n.Keywords {
				if k != "" {
					names = append(names, k)
				}
			}
			c.out = append(c.out, "matchclass "+strings.Join(names, ","))
		case pysyntax.PatternCapture, pysyntax.PatternAs, pysyntax.PatternStar:
			if n.Name != "" {
				c.out = append(c.out, "matchas "+n.Name)
			}
		}
	default:
		c.count(n)
	}
}

func (c *collector) count(n pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Walrus:
		// The target is a Name that Children visits.
	case *pysyntax.Compare:
		c.counts["Compare"]++
	case *pysyntax.Lambda:
		c.counts["Lambda"]++
	case *pysyntax.Cond:
		c.counts["IfExp"]++
	case *pysyntax.Await:
		c.counts["Await"]++
	case *pysyntax.Starred:
		c.counts["Starred"]++
	case *pysyntax.Slice:
		c.counts["Slice"]++
	case *pysyntax.Dict:
		c.counts["Dict"]++
	case *pysyntax.Clause:
		c.counts["comprehension"]++
	case *pysyntax.Return:
		c.counts["Return"]++
	case *pysyntax.Raise:
		c.counts["Raise"]++
	case *pysyntax.With:
		if !n.Async {
			c.counts["With"]++
		}
	case *pysyntax.For:
		if !n.Async {
			c.counts["For"]++
		}
	case *pysyntax.While:
		c.counts["While"]++
	case *pysyntax.Del:
		c.counts["Delete"]++
	}
}
