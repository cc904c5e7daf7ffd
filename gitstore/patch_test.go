package gitstore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"plugforge"
)

// git apply, given our patch, makes the second tree of the first, and of the
// second, in reverse, the first.
func TestPatchAppliesByteByByte(t *testing.T) {
	t.Parallel()
	applyPairs(t, 1, 200, 40)
}

// applyPairs tries so many pairs of so many versions.
func applyPairs(t *testing.T, seed uint64, pairs, versions int) {
	s := openStore(t, nil)
	rng := rand.New(rand.NewPCG(seed, 2))
	trees := make([]fstest.MapFS, versions)
	for i := range trees {
		if trees[i] = randomTree(rng); i%2 == 1 {
			trees[i] = editedTree(rng, trees[i-1])
		}
		publish(t, s, testSlug, ver(0, 0, i), trees[i])
	}
	const parts = 4 // at once, each in a work tree of its own
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, uint64(part)))
			work := t.TempDir()
			git(t, work, "init", "-q")
			for i := range pairs / parts {
				from := rng.IntN(versions)
				to := (from + 1 + rng.IntN(versions-1)) % versions
				if i%2 == 0 {
					to = from ^ 1 // the one that is the other, edited
				}
				var patch bytes.Buffer
				if err := s.Patch(t.Context(), &patch, testSlug, ver(0, 0, from), ver(0, 0, to), plugforge.DiffOptions{}); err != nil {
					t.Fatal(err)
				}
				// Every tenth pair is also undone; every third is held against git diff.
				applyPatch(t, work, trees[from], trees[to], patch.Bytes(), i%10 == 0)
				if i%3 == 0 {
					checkDiff(t, s, patch.String(), ver(0, 0, from), ver(0, 0, to))
				}
				if t.Failed() {
					t.Fatalf("pair %d, from %d to %d\n%s", i, from, to, patch.String())
				}
			}
		})
	}
}

// Any two files under any legal names: git apply makes one of the other.
func FuzzPatch(f *testing.F) {
	for _, seed := range []struct {
		from, to    string
		left, right string
	}{
		{"a.py", "a.py", "1\n2\n", "1\n2"}, {"a", "a/b", "x\n", "x\n"}, {"a b", "\"q\"", "1\n2\n3\n4\n", "1\n2\n3\n5\n"}, {"x", "x", "", "\x00"},
		{"\u00e9", "\xff", "\r\n", "\n"}, {"-- a", "a\\b", "--- a\n+++ b\n@@ -1 +1 @@\n", "diff --git a/x b/x\n"}, {"x", "y", "\f\n", "\f\n\v"}, {"dev/null", "dev/null", "a", "b"},
	} {
		f.Add(seed.from, seed.to, []byte(seed.left), []byte(seed.right), true)
	}
	f.Fuzz(func(t *testing.T, before, after string, left, right []byte, exec bool) {
		mode := os.FileMode(0o644)
		if exec {
			mode = 0o755
		}
		from, to := fstest.MapFS{before: {Data: left, Mode: 0o644}}, fstest.MapFS{after: {Data: right, Mode: mode}}
		for _, tree := range []fstest.MapFS{from, to} {
			for name := range tree {
				if !fs.ValidPath(name) {
					t.Skip()
				}
			}
			if _, err := readSource(t.Context(), tree); err != nil {
				t.Skip() // no version could have it
			}
		}
		patch, err := patchTrees(t, from, to)
		if err != nil {
			t.Fatal(err)
		}
		if patch == "" {
			return // equal
		}
		work := t.TempDir()
		git(t, work, "init", "-q")
		applyPatch(t, work, from, to, []byte(patch), true)
	})
}

// patchTrees is the patch between two trees outside of any store.
func patchTrees(t *testing.T, from, to fstest.MapFS) (string, error) {
	t.Helper()
	places, sides, err := readTrees(t.Context(), from, to)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	_, err = newPatcher(t.Context(), places, plugforge.DiffOptions{}).each(sides[0], sides[1], func(p *patcher, f pair) error { return p.write(out, f) })
	err = errors.Join(err, out.Flush())
	return b.String(), err
}

func applyPatch(t *testing.T, work string, before, after fstest.MapFS, patch []byte, reverse bool) {
	t.Helper()
	layOut(t, work, before)
	file := filepath.Join(t.TempDir(), "patch")
	if err := os.WriteFile(file, patch, 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, work, "apply", "--whitespace=nowarn", file)
	sameTree(t, os.DirFS(work), after)
	if reverse {
		git(t, work, "apply", "--whitespace=nowarn", "-R", file)
		sameTree(t, os.DirFS(work), before)
	}
}

func layOut(t *testing.T, dir string, tree fstest.MapFS) {
	t.Helper()
	old, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range old {
		if e.Name() != ".git" {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, f := range tree {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, f.Mode); err != nil {
			t.Fatal(err)
		}
	}
}
