package scanner_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestHonest: extractors as people write them have no finding. A file of
// testdata/pass is judged alone; an archive in testdata/pass/plugins is a whole
// plugin, judged as one tree, since its modules import each other.
func TestHonest(t *testing.T) {
	trees, files := honest(t)
	if files < 170 {
		t.Errorf("%d honest files", files)
	}
	for name, tree := range trees {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, f := range scanTree(t, tree) {
				t.Errorf("%s:%d:%d: %s: %s", f.Path, f.Line, f.Col, f.Rule, f.Text)
			}
		})
	}
}

// TestHonestIsPython: CPython compiles every file, or the corpus would say
// nothing about what people write.
func TestHonestIsPython(t *testing.T) {
	const compileAll = `
import json, sys, warnings
bad = {}
for name, source in json.load(sys.stdin).items():
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            compile(bytes(source, "latin-1"), name, "exec", dont_inherit=True)
    except Exception as e:
        bad[name] = repr(e)
json.dump(bad, sys.stdout)
`
	trees, _ := honest(t)
	sources := map[string]string{}
	for name, tree := range trees {
		for file, content := range tree.(fstest.MapFS) {
			if path.Ext(file) == ".py" {
				sources[path.Join(name, file)] = latin1(content.Data)
			}
		}
	}
	in, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-I", "-c", compileAll)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var bad map[string]string
	if err := json.Unmarshal(out, &bad); err != nil {
		t.Fatal(err)
	}
	for name, why := range bad {
		t.Errorf("%s: %s", name, why)
	}
}

// latin1 gives bytes as a string of code points, so that JSON carries them whole.
func latin1(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// honest gives what to judge by name, and how many Python files it is.
func honest(t *testing.T) (map[string]fs.FS, int) {
	t.Helper()
	trees, files := map[string]fs.FS{}, 0
	for name, file := range corpus(t, "pass") {
		tree := fstest.MapFS{}
		if path.Ext(name) == ".txtar" {
			for _, f := range txtar.Parse(file.Data).Files {
				tree[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		} else {
			tree[name] = file
		}
		for file := range tree {
			if path.Ext(file) == ".py" {
				files++
			}
		}
		trees[name] = tree
	}
	return trees, files
}
