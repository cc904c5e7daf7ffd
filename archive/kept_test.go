package archive_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// kept lists the archives of a folder that tools made, by name. Each must stand
// in the README that says how.
func kept(t *testing.T, folder string, least int) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.zip"))
	if err != nil || len(paths) < least {
		t.Fatalf("%d archives, %v", len(paths), err)
	}
	readme := string(readFile(t, "testdata/README.md"))
	all := map[string][]byte{}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".zip")
		if !strings.Contains(readme, "| `"+name+"` |") {
			t.Errorf("README.md does not say how %s was made", name)
		}
		all[name] = readFile(t, path)
	}
	return all
}

// What the tools that testdata/README.md lists made is accepted, is the tree
// that they were given, and reads the same with other readers.
func TestKeptArchives(t *testing.T) {
	others, plain := newReaders(t), fstest.MapFS{}
	for name, content := range contents(t, os.DirFS("testdata/tree")) {
		plain[name] = &fstest.MapFile{Data: []byte(content)}
	}
	withName := maps.Clone(plain)
	withName["größe.py"] = plain["pipeline.py"]
	for name, b := range kept(t, "honest", 28) {
		t.Run(name, func(t *testing.T) {
			tree, err := open(t, b)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "-name") {
				sameTree(t, tree, withName)
			} else {
				sameTree(t, tree, plain)
			}
			others.agree(t, tree, b)
		})
	}
}

// What tools made and readers disagree about is refused, by the rule that the
// README names.
func TestKeptArchivesThatAreRefused(t *testing.T) {
	readme := string(readFile(t, "testdata/README.md"))
	for name, b := range kept(t, "refused", 6) {
		row := regexp.MustCompile("(?m)^\\| `" + name + "` \\|.*\\| `(archive\\.[a-z0-9-]+)` \\|$").FindStringSubmatch(readme)
		if row == nil {
			t.Fatalf("README.md has no rule for %s", name)
		}
		if _, err := open(t, b); err == nil || !strings.Contains(err.Error(), ": "+row[1]+": ") {
			t.Errorf("%s: %v, want %s", name, err, row[1])
		}
	}
}
