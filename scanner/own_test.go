package scanner_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge/scanner"
)

// TestAcrossFiles: what one file of the plugin imports, another cannot use
// under a name that hides it.
func TestAcrossFiles(t *testing.T) {
	const helper = "import os as o\nimport os.path as p\nfrom os import path\nVALUE = 1\n"
	for name, c := range map[string]struct {
		main string
		ok   bool
	}{
		"value":         {"from .lib.helper import VALUE\nprint(VALUE)\n", true},
		"path":          {"from .lib.helper import p, path\np.join('a', path.sep)\n", true},
		"from":          {"from .lib.helper import o\no.system('id')\n", false},
		"renamed":       {"from .lib.helper import o as q\nq.system('id')\n", false},
		"attribute":     {"from .lib import helper\nhelper.o.system('id')\n", false},
		"absolute":      {"from lib.helper import o\no.system('id')\n", false},
		"by plugin":     {"from my_plugin.lib.helper import o\no.system('id')\n", false},
		"dotted":        {"import lib.helper\nlib.helper.o.system('id')\n", false},
		"star":          {"from .lib.helper import *\no.system('id')\n", false},
		"twice removed": {"from .lib.again import r\nr.system('id')\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{
				"lib/helper.py": {Data: []byte(helper)},
				"main.py":       {Data: []byte(c.main)},
			}
			if strings.Contains(c.main, "again") {
				tree["lib/again.py"] = &fstest.MapFile{Data: []byte("from .helper import VALUE\ntry:\n    from .helper import o as r\nexcept ImportError:\n    r = None\n")}
			}
			found := scanTree(t, tree)
			for _, f := range found {
				if f.Path == "lib/helper.py" {
					t.Errorf("the helper is honest by itself: %v", f)
				}
			}
			if ok := len(found) == 0; ok != c.ok {
				t.Errorf("found %v", found)
			}
		})
	}
}

// TestOwnModulesWithUsualNames: a plugin may name its files like modules of
// the standard library, since it is imported as a package.
func TestOwnModulesWithUsualNames(t *testing.T) {
	tree := fstest.MapFS{
		"code.py":         {Data: []byte("def run(x):\n    return x\n")},
		"lib/__init__.py": {Data: []byte("")},
		"lib/resource.py": {Data: []byte("LIMIT = 1\n")},
		"main.py":         {Data: []byte("from .code import run\nfrom . import code\nfrom .lib import resource\nrun(code.run(resource.LIMIT))\n")},
	}
	if found := scanTree(t, tree); len(found) > 0 {
		t.Errorf("refused: %v", found)
	}
	tree["main.py"] = &fstest.MapFile{Data: []byte("import resource\n")}
	if found := scanTree(t, tree); len(found) != 1 {
		t.Errorf("the standard library's resource passes: %v", found)
	}
}

func TestFindingReads(t *testing.T) {
	found := scanText(t, "realtime.py", "import json\nimport re\nimport subprocess\n")
	want := "realtime.py:3:8: PF101: subprocess is forbidden: it starts or controls processes; " +
		"instead do the work in Python, or with a library that does it in-process"
	if len(found) != 1 || found[0].String() != want {
		t.Errorf("got %v", found)
	}
}

// TestRules: ids are unique and in order, and every rule tells the way out.
func TestRules(t *testing.T) {
	before := ""
	for _, r := range scanner.Rules() {
		if r.ID <= before || r.Title == "" || r.Why == "" || r.Instead == "" {
			t.Errorf("%+v", r)
		}
		before = r.ID
	}
}

// TestOtherFiles: only Python is read, and all of it.
func TestOtherFiles(t *testing.T) {
	tree := fstest.MapFS{
		"README.md":       {Data: []byte("import subprocess\n")},
		"model.bin":       {Data: []byte{0xff, 0}},
		"a/b/c/Deep.pYw":  {Data: []byte("import subprocess\n")},
		"tests/test_x.py": {Data: []byte("eval('1')\n")},
	}
	found := scanTree(t, tree)
	if len(found) != 2 || found[0].Path != "a/b/c/Deep.pYw" || found[1].Path != "tests/test_x.py" {
		t.Errorf("found %v", found)
	}
}

func TestTooMuchPython(t *testing.T) {
	tree := fstest.MapFS{}
	line := strings.Repeat("x = 1\n", 80_000)
	for i := range scanner.MaxTotal/len(line) + 1 {
		tree[fmt.Sprintf("a%d.py", i)] = &fstest.MapFile{Data: []byte(line)}
	}
	found := scanTree(t, tree)
	if len(found) != 1 || found[0].Path != "archive" || found[0].Rule != "PF203" {
		t.Errorf("found %v", found)
	}
}

// TestVerdictStays: what changes nothing for Python changes nothing for the
// verdict.
func TestVerdictStays(t *testing.T) {
	changes := map[string]func(string) string{
		"blank lines": func(s string) string { return strings.ReplaceAll(s, "\n", "\n\n") },
		"comments":    func(s string) string { return "# one\n" + s + "# two\n" },
		"line ends":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"in an if": func(s string) string {
			return "if 1:\n    " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n    ") + "\n"
		},
		"byte order mark": func(s string) string { return "\ufeff" + s },
	}
	for _, folder := range []string{"refuse", "pass"} {
		for name, file := range corpus(t, folder) {
			text := string(file.Data)
			if !strings.HasSuffix(name, ".py") || strings.HasPrefix(name, "encoding/") || strings.HasPrefix(name, "syntax/") || strings.Contains(text, `"""`) || strings.Contains(text, "__future__") {
				continue // a change would change what these are about
			}
			for what, change := range changes {
				if what == "in an if" && folder == "pass" {
					continue // hides a builtin no longer for sure
				}
				if found := scanText(t, "a.py", change(text)); (len(found) > 0) != (folder == "refuse") {
					t.Errorf("%s/%s with %s: %v", folder, name, what, found)
				}
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, folder := range []string{"refuse", "pass"} {
		for _, file := range corpus(f, folder) {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		first := scanTree(t, fstest.MapFS{"a.py": {Data: src}})
		for _, finding := range first {
			if finding.Rule == "" || finding.Text == "" || (finding.Line == 0) != (finding.Col == 0) {
				t.Fatalf("%+v", finding)
			}
		}
		again := scanTree(t, fstest.MapFS{"a.py": {Data: src}})
		if fmt.Sprint(first) != fmt.Sprint(again) {
			t.Fatalf("%v, then %v", first, again)
		}
	})
}
