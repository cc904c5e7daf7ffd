package pysyntax_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

func parse(t testing.TB, text string) *pysyntax.File {
	t.Helper()
	f, problems, err := pysyntax.Parse(context.Background(), []byte(text))
	if err != nil || len(problems) > 0 {
		t.Fatalf("%q: %v %v", text, problems, err)
	}
	return f
}

func TestRefusedText(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kind pysyntax.Kind
		at   string
	}{
		"not utf-8":         {"x = 1\ny = '\xff'\n", pysyntax.Encoding, "2:6"},
		"cookie":            {"# coding: latin-1\n", pysyntax.Encoding, "1:11"},
		"second line":       {"#!/bin/sh\n# vim: set fileencoding=cp1252 :\n", pysyntax.Encoding, "2:25"},
		"nul":               {"x = 1\x00", pysyntax.Hidden, "1:6"},
		"bare cr":           {"# a\rimport os\n", pysyntax.Hidden, "1:4"},
		"last cr":           {"x = 1\r", pysyntax.Hidden, "1:6"},
		"bidi":              {"x = 'é\u202e'\n", pysyntax.Hidden, "1:7"},
		"inner bom":         {"x = 1\n\ufeffy = 2\n", pysyntax.Hidden, "2:1"},
		"size":              {strings.Repeat("#", pysyntax.MaxSize+1), pysyntax.Size, "0:0"},
		"indent":            {"if x:\n" + strings.Repeat(" ", pysyntax.MaxIndent+1) + "y\n", pysyntax.Size, "2:1"},
		"comments":          {strings.Repeat("#\n", pysyntax.MaxRun+1), pysyntax.Size, fmt.Sprint(pysyntax.MaxRun+1, ":1")},
		"nesting":           {"x = " + strings.Repeat("(", 2000) + strings.Repeat(")", 2000), pysyntax.Size, "1:205"},
		"blocks":            {blocks(pysyntax.MaxBlocks + 1), pysyntax.Size, "101:101"},
		"print":             {"print 1\n", pysyntax.Syntax, "1:1"},
		"exec":              {"exec 'x'\n", pysyntax.Syntax, "1:1"},
		"backquotes":        {"x = `y`\n", pysyntax.Syntax, "1:5"},
		"diamond":           {"x = 1 <> 2\n", pysyntax.Syntax, "1:7"},
		"long":              {"x = 1L\n", pysyntax.Syntax, "1:5"},
		"tuple parameter":   {"def f((a, b)): pass\n", pysyntax.Syntax, "1:7"},
		"string over lines": {"x = '\n'\n", pysyntax.Syntax, "1:5"},
		"single brace":      {"x = f'}'\n", pysyntax.Syntax, "1:1"},
		"bytes and str":     {"x = b'a' 'b'\n", pysyntax.Syntax, "1:5"},
		"prefix":            {"x = ub'a'\n", pysyntax.Syntax, "1:5"},
		"template string":   {"x = t'{a}'\n", pysyntax.Syntax, "1:5"},
		"unclosed":          {"def f(:\n  pass\n", pysyntax.Syntax, "1:7"},
	} {
		t.Run(name, func(t *testing.T) {
			f, problems, err := pysyntax.Parse(context.Background(), []byte(c.text))
			if err != nil || f != nil || len(problems) == 0 {
				t.Fatalf("file %v, problems %v, err %v", f != nil, problems, err)
			}
			p := problems[0]
			if at := fmt.Sprintf("%d:%d", p.Line, p.Col); p.Kind != c.kind || strings.ReplaceAll(c.at, " ", "") != at || p.Text == "" {
				t.Errorf("got kind %d at %s: %s; want %d at %s", p.Kind, at, p.Text, c.kind, c.at)
			}
		})
	}
}

func blocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	return b.String() + strings.Repeat(" ", n) + "y\n"
}

func TestReadText(t *testing.T) {
	for _, text := range []string{"", "\n", "\ufeffx = 1\n", "# -*- coding: utf-8 -*-\nx = 1\r\ny = 2\r\n", "x = 1 # é", "\tx = 1"[1:],
		"print >>x, y\n", "type X = int\n", "type(x).y = 1\n", "match = 1\nmatch match:\n case 1: pass\n", "x = rf'\\{y}'\n", "x = f'{{{y}}}'\n"} {
		parse(t, text)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f, problems, err := pysyntax.Parse(ctx, []byte(strings.Repeat("x = [1, 2, 3]\n", 1000)))
	if f != nil || problems != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v %v %v", f, problems, err)
	}
}

// last is the value of the file's last statement, with the scopes.
func last(t *testing.T, text string) (*pysyntax.Names, pysyntax.Expr) {
	t.Helper()
	f := parse(t, text)
	s, ok := f.Body[len(f.Body)-1].(*pysyntax.ExprStmt)
	if !ok {
		t.Fatalf("%q does not end in an expression", text)
	}
	return pysyntax.Resolve(f, pysyntax.OwnPrefix, nil), s.X
}

func TestOrigins(t *testing.T) {
	for text, want := range map[string]string{
		"os":                                   "builtins.os",
		"import os\nos.path":                   "os.path",
		"import os.path\nos":                   "os",
		"import os.path as p\np.x":             "os.path.x",
		"from os import path as p\np":          "os.path",
		"from .a.b import c\nc.d":              "~a.b.c.d",
		"from . import a\na":                   "~a",
		"import a\nb = c = a\nc.x":             "a.x",
		"import a, b\nx, y = a, b\ny":          "b",
		"import a, b\n(a if x else b).y":       "a.y b.y",
		"import a\n(x := a).y":                 "a.y",
		"import a\ngetattr(a, 'b' + 'c')":      "a.bc",
		"import a\na.B(1).c":                   "a.B().c",
		"from pathlib import Path\nPath()/'x'": "pathlib.Path()",
		"__import__('o' + 's').x":              "os.x",
		"eval = 1\neval":                       "",
		"if x:\n  eval = 1\neval":              "builtins.eval",
		"def eval(): pass\ndel eval\neval":     "builtins.eval",
		"import a\nx = y = z = 0\ndef f():\n  global x, y, z\n  x = y\n  y = z\n  z = x or a\nx.b": "a.b",
		"import a\ndef f():\n  global g\n  g = a\ng":                                               "a builtins.g",
		"x = 1\nx": "",
	} {
		n, e := last(t, text+"\n")
		if got := strings.Join(n.Origins(e, n.Module), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]any{
		"1 + 2 * 3": big.NewInt(7), "0x10": big.NewInt(16), "-5": big.NewInt(-5), "7 // 2": big.NewInt(3), "1 / 4": 0.25, "2 ** 10": big.NewInt(1024),
		"True": true, "not True": false, "None": nil, "1.5": 1.5, "1_000": big.NewInt(1000),
		`"a" "b" + 'c'`: "abc", `"a" * 3`: "aaa", `"abc"[::-1]`: "cba", `"abcdef"[1:5:2]`: "bd", `"abc"[-1]`: "c", `f"{1}{'x'}"`: "1x",
		`"-".join(["a", "b"])`: "a-b", `"%s:%d" % ("a", 1)`: "a:1", `"{}{0}"[:2].format("x")`: "x", `chr(97)`: "a", `"\x41\u0042\N{digit one}\101"`: "AB1A",
		`bytes([104, 105]).decode()`: "hi", `r"\n" + b"x".decode()`: `\nx`, "x = 'a'\ny = x + 'b'\ny": "ab", `{"a": "b"}["a"]`: "b",
		"import base64\nbase64.b64decode('aGk=').decode()": "hi", `"".join(reversed("abc"))`: "cba", `"aXb".replace("X", "-").upper()`: "A-B",
	} {
		n, e := last(t, text+"\n")
		v, bad := n.Fold(e, n.Module)
		if bad != nil {
			t.Errorf("%q: %s", text, bad.Why)
			continue
		}
		if i, ok := want.(*big.Int); ok {
			if got, ok := v.V.(*big.Int); !ok || got.Cmp(i) != 0 {
				t.Errorf("%q = %v", text, v.V)
			}
		} else if v.V != want {
			t.Errorf("%q = %v, want %v", text, v.V, want)
		}
	}
	for _, text := range []string{"f()", "x", "x = 1\nx = 2\nx", "x = x\nx", "x = y\ny = x\nx", "[a for a in b]", "'a' * 1000000", "a = 'ab'*30000\na + a",
		"9 ** 9 ** 9", "{1, 2}", "1 / 0", "1 % 0", "'%s' % ()", "'a'[5]", "lambda: 1", `"\N{SNOWMAN}"`, "1 << 100000", "'{a}'.format()"} {
		n, e := last(t, text+"\n")
		if v, bad := n.Fold(e, n.Module); bad == nil {
			t.Errorf("%q = %v, want no value", text, v.V)
		}
	}
}

// FuzzParse has CPython judge what we make of a text, and wants that names and
// values can be asked for wherever it is read.
func FuzzParse(f *testing.F) {
	for _, path := range sample(f, stdlib, 60) {
		if src, err := os.ReadFile(path); err == nil && len(src) < 20_000 {
			f.Add(src)
		}
	}
	for _, s := range snippets {
		f.Add([]byte(s + "\n"))
	}
	oracle := startCPython(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 64<<10 {
			return
		}
		new(tally).judge(t, oracle, string(src))
		file, problems, err := pysyntax.Parse(context.Background(), src)
		if err != nil || (file == nil) == (len(problems) == 0) {
			t.Fatalf("file %v, problems %v, err %v", file != nil, problems, err)
		}
		if file == nil {
			return
		}
		n := pysyntax.Resolve(file, pysyntax.OwnPrefix, nil)
		n.Walk(func(node pysyntax.Node, s *pysyntax.Scope, _ []pysyntax.Node) bool {
			if node.Start() < 0 || node.End() < node.Start() || node.End() > len(src) {
				t.Fatalf("%T lies at %d to %d of %d", node, node.Start(), node.End(), len(src))
			}
			if e, ok := node.(pysyntax.Expr); ok {
				n.Origins(e, s)
				n.Fold(e, s)
			}
			return true
		})
	})
}

// TestErrorPlace: an error far down is not blamed on the first line.
func TestErrorPlace(t *testing.T) {
	good := "\"\"\"Doc.\"\"\"\nimport re\n\n\ndef f(x):\n    return x\n\n\n"
	for _, size := range []int{3, 3000} { // the second is too long for a whole recovery
		head := strings.Repeat(good, size)
		_, problems, err := pysyntax.Parse(context.Background(), []byte(head+"x = = 1\n"+good))
		want := strings.Count(head, "\n") + 1
		if err != nil || len(problems) != 1 || problems[0].Line < want-1 || problems[0].Line > want+8 {
			t.Errorf("%v %v, want line %d", err, problems, want)
		}
	}
	head := strings.Repeat(good, 3)
	_, problems, _ := pysyntax.Parse(context.Background(), []byte(head+"x = (1,\n"+good))
	if len(problems) != 1 || problems[0].Line < strings.Count(head, "\n") {
		t.Errorf("%v", problems)
	}
}
