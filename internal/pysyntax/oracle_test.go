package pysyntax_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

const stdlib = "/usr/lib/python3.11"

// TestOracle reads a part of CPython's standard library and of what is installed
// beside it as CPython does, another part each day.
func TestOracle(t *testing.T) {
	day := int(time.Now().Unix() / 86400)
	compareWithCPython(t, part(sample(t, stdlib, 1), day, 7))
	if isDir(packages) {
		compareWithCPython(t, part(sample(t, packages, 1), day, 50))
	}
}

// packages is where Debian installs modules.
const packages = "/usr/lib/python3/dist-packages"

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// part is every n-th path, from the day's on.
func part(paths []string, day, n int) (out []string) {
	for i := day % n; i < len(paths); i += n {
		out = append(out, paths[i])
	}
	return out
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

// compareWithCPython fails for each file that one of us reads and the other
// does not, or of which we see something else.
func compareWithCPython(t *testing.T, paths []string) {
	t.Helper()
	oracle := startCPython(t)
	var compared, facts, refused, both int
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := oracle.sees(src)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		f, problems, err := pysyntax.Parse(context.Background(), src)
		switch {
		case err != nil:
			t.Fatal(err)
		case f == nil && want.Refused != "":
			both++
		case f == nil && problems[0].Kind == pysyntax.Syntax:
			t.Errorf("%s: CPython reads it, we do not: %+v", path, problems)
		case f == nil:
			refused++
		case want.Refused != "":
			t.Errorf("%s: we read it, CPython does not: %s", path, want.Refused)
		default:
			compared++
			facts += len(want.Facts)
			if diff := firstDifference(want.Facts, ourFacts(f)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
	}
	t.Logf("%d files compared, %d facts; %d refused by us for their size or characters, %d by both", compared, facts, refused, both)
	if compared < len(paths)*9/10 {
		t.Errorf("only %d of %d files were compared", compared, len(paths))
	}
}

func firstDifference(want, got []string) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(want):
			return "we see more: " + around(got[i], 0)
		case i >= len(got):
			return "we miss: " + around(want[i], 0)
		case want[i] != got[i]:
			at := 0
			for at < min(len(want[i]), len(got[i])) && want[i][at] == got[i][at] {
				at++
			}
			return fmt.Sprintf("CPython sees %q, we %q", around(want[i], at), around(got[i], at))
		}
	}
	return ""
}

// around is what a message needs of a long fact that differs at that offset.
func around(fact string, at int) string {
	if len(fact) < 200 {
		return fact
	}
	return fact[:20] + "…" + fact[max(20, at-60):max(20, min(len(fact), at+60))]
}

type collector struct {
	f      *pysyntax.File
	out    []string
	inside int
}

// ourFacts are those of testdata/facts.py.
func ourFacts(f *pysyntax.File) []string {
	c := &collector{f: f}
	for _, s := range f.Body {
		c.visit(s)
	}
	for _, n := range f.Body {
		line, _ := f.Place(n.Start())
		c.out = append(c.out, fmt.Sprintf("shape %d %s", line, shape(n)))
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
		text := c.f.Text(n)
		behind := strings.TrimLeft(text, "* \t\f\\\r\n")
		line, col := c.f.Place(n.Start() + len(text) - len(behind))
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
	}
}
