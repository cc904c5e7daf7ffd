package scanner_test

import (
	"context"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/scanner"
)

func scanTree(t testing.TB, tree fs.FS) []plugforge.Finding {
	t.Helper()
	found, err := scanner.Scan(context.Background(), tree, scanner.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return found.Findings
}

func scanText(t testing.TB, name, text string) []plugforge.Finding {
	t.Helper()
	return scanTree(t, fstest.MapFS{name: {Data: []byte(text)}})
}

// corpus gives the files below a folder of testdata, by path within it.
func corpus(t testing.TB, folder string) fstest.MapFS {
	t.Helper()
	tree, root := fstest.MapFS{}, os.DirFS("testdata/"+folder)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			data, err := fs.ReadFile(root, name)
			tree[name] = &fstest.MapFile{Data: data}
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestRefuses: each file is a way around a scanner, and must have a finding.
func TestRefuses(t *testing.T) {
	tree := corpus(t, "refuse")
	classes := map[string]int{}
	for name, file := range tree {
		classes[path.Dir(name)]++
		found := scanText(t, path.Base(name), string(file.Data))
		if len(found) == 0 {
			t.Errorf("%s passes:\n%s", name, file.Data)
		}
		for _, f := range found {
			if !strings.HasPrefix(f.Rule, "PF") || f.Line == 0 || f.Col == 0 || f.Text == "" {
				t.Errorf("%s: the finding lacks rule, place or text: %+v", name, f)
			}
		}
	}
	if len(tree) < 120 || len(classes) < 14 {
		t.Errorf("%d files in %d classes", len(tree), len(classes))
	}
}

func TestFixturePasses(t *testing.T) {
	if found := scanTree(t, fixture.Files("sample", "1.0.0")); len(found) > 0 {
		t.Errorf("refused: %v", found)
	}
	if found := scanTree(t, fixture.BatchOnly("sample", "1.0.0")); len(found) > 0 {
		t.Errorf("refused: %v", found)
	}
}
