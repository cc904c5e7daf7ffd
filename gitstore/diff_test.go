package gitstore

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
)

// randomTree makes small trees out of few names and lines, so that any two
// have much in common.
func randomTree(rng *rand.Rand) fstest.MapFS {
	names := []string{"manifest.py", "pipeline.py", "a/b.py", "a/c d.py", "a", "x/y/z.txt", "quo\"te.py", "\u00e9 \u4e2d.txt", " lead", "trail ", "bin.dat", "tab-b/x", "a-b", "empty.py", "e/empty", "new/b.py"}
	tree := fstest.MapFS{}
	for _, name := range names {
		if rng.IntN(3) == 0 {
			continue
		}
		clash := false
		for other := range tree {
			clash = clash || strings.HasPrefix(name, other+"/") || strings.HasPrefix(other, name+"/")
		}
		if clash {
			continue
		}
		mode := os.FileMode(0o644)
		if rng.IntN(4) == 0 {
			mode = 0o755
		}
		tree[name] = &fstest.MapFile{Data: randomContent(rng), Mode: mode}
	}
	if len(tree) == 0 {
		tree["only.py"] = &fstest.MapFile{Data: randomContent(rng), Mode: 0o644}
	}
	return tree
}

func randomContent(rng *rand.Rand) []byte {
	var b bytes.Buffer
	switch rng.IntN(10) {
	case 0:
		return nil
	case 1: // binary, of any length that base 85 may stumble on
		for range rng.IntN(260) {
			b.WriteByte(byte(rng.IntN(256)))
		}
		return b.Bytes()
	case 2: // shared, so that it may count as renamed
		return []byte("one of few contents\n" + strings.Repeat("x\n", rng.IntN(2)))
	}
	ends := []string{"\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n", "\t\n"}
	end := ends[rng.IntN(len(ends))]
	for range rng.IntN(40) {
		fmt.Fprintf(&b, "%sline %d%s", []string{"", "-", "+", "@@ ", "\\ ", "diff --git "}[rng.IntN(6)], rng.IntN(12), end)
	}
	if rng.IntN(3) == 0 {
		b.WriteString("no newline at the end")
	}
	return b.Bytes()
}

// git apply, given our patch, makes the second tree of the first, and of the
// second, in reverse, the first.
func TestPatchAppliesByteByByte(t *testing.T) {
	t.Parallel()
	const pairs, versions = 300, 40
	s := openStore(t, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	trees := make([]fstest.MapFS, versions)
	for i := range trees {
		trees[i] = randomTree(rng)
		publish(t, s, testSlug, ver(0, 0, i), trees[i])
	}
	const parts = 4 // at once, each in a work tree of its own
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(part), 3))
			work := t.TempDir()
			git(t, work, "init", "-q")
			for i := range pairs / parts {
				from := rng.IntN(versions)
				to := (from + 1 + rng.IntN(versions-1)) % versions
				var patch bytes.Buffer
				if err := s.Patch(t.Context(), &patch, testSlug, ver(0, 0, from), ver(0, 0, to)); err != nil {
					t.Fatal(err)
				}
				// Every tenth pair is also undone, and the text of Diff compared.
				applyPatch(t, work, trees[from], trees[to], patch.Bytes(), i%10 == 0)
				if i%10 == 0 {
					checkDiff(t, s, patch.String(), ver(0, 0, from), ver(0, 0, to))
				}
				if t.Failed() {
					t.Fatalf("pair %d, from %d to %d\n%s", i, from, to, patch.String())
				}
			}
		})
	}
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

// checkDiff holds Diff against the patch and against git's own counts.
func checkDiff(t *testing.T, s *Store, patch string, v1, v2 plugforge.Version) {
	t.Helper()
	list, err := s.Diff(t.Context(), testSlug, v1, v2)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for name := range strings.SplitSeq(strings.TrimSuffix(git(t, s.repoDir(testSlug), "diff", "-z", "--no-renames", "--name-only", "v"+v1.String(), "v"+v2.String()), "\x00"), "\x00") {
		want[name] = true
	}
	got := map[string]bool{}
	for _, f := range list {
		got[f.Path] = true
		if f.OldPath != "" {
			got[f.OldPath] = true
		}
		if f.Binary != (f.Diff == "") {
			t.Errorf("%s: binary %v with diff %q", f.Path, f.Binary, f.Diff)
		}
		if !strings.Contains(patch, f.Diff) {
			t.Errorf("%s: its part is not in the patch:\n%s", f.Path, f.Diff)
		}
		if f.Additions != countLines(f.Diff, "\n+") || f.Deletions != countLines(f.Diff, "\n-") {
			t.Errorf("%s: counts +%d -%d in\n%s", f.Path, f.Additions, f.Deletions, f.Diff)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("Diff names %v, git %v", got, want)
	}
}

func countLines(diff, mark string) int {
	_, hunks, _ := strings.Cut(diff, "\n@@ ")
	return strings.Count(hunks, mark)
}

func TestDiff(t *testing.T) {
	s := openStore(t, nil)
	old := fstest.MapFS{
		"same.py": {Data: []byte("same\n"), Mode: 0o644}, "gone.py": {Data: []byte("gone\n"), Mode: 0o644},
		"edit.py": {Data: []byte("1\n2\n3\n"), Mode: 0o644}, "mode.sh": {Data: []byte("x\n"), Mode: 0o644},
		"from.py": {Data: []byte("moved\n"), Mode: 0o644}, "bin": {Data: []byte("a\x00b"), Mode: 0o644},
		"e1/__init__.py": {Mode: 0o644},
	}
	new := fstest.MapFS{
		"same.py": old["same.py"], "edit.py": {Data: []byte("1\ntwo\n3\n4"), Mode: 0o644}, "mode.sh": {Data: []byte("x\n"), Mode: 0o755},
		"sub/to.py": {Data: []byte("moved\n"), Mode: 0o644}, "bin": {Data: []byte("a\x00c"), Mode: 0o644}, "new.py": {Data: []byte("n\n"), Mode: 0o644},
		"e2/__init__.py": {Mode: 0o644},
	}
	publish(t, s, testSlug, ver(1, 0, 0), old)
	publish(t, s, testSlug, ver(2, 0, 0), new)
	list, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, fmt.Sprintf("%s %s %s %v +%d -%d", f.Status, f.Path, f.OldPath, f.Binary, f.Additions, f.Deletions))
	}
	want := []string{
		"modified bin  true +0 -0", "deleted e1/__init__.py  false +0 -0", "added e2/__init__.py  false +0 -0",
		"modified edit.py  false +2 -1", "deleted gone.py  false +0 -1", "modified mode.sh  false +0 -0",
		"added new.py  false +1 -0", "renamed sub/to.py from.py false +0 -0",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	same, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(1, 0, 0))
	if err != nil || len(same) != 0 {
		t.Errorf("a version differs from itself: %v, %v", same, err)
	}
	_, err = s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(3, 0, 0))
	wantCode(t, err, plugforge.CodeNotFound)
}

// Inputs on which line matchers take minutes.
func TestDiffStaysFast(t *testing.T) {
	s := openStore(t, nil)
	rng := rand.New(rand.NewPCG(3, 4))
	lines := func(n int, line func(i int) string) []byte {
		var b bytes.Buffer
		for i := range n {
			b.WriteString(line(i))
		}
		return b.Bytes()
	}
	numbered := func(i int) string { return fmt.Sprintf("line %d\n", i) }
	coin := func(int) string { return []string{"x\n", "y\n"}[rng.IntN(2)] }
	cases := map[string][2][]byte{
		"every other line changed": {lines(40_000, numbered), lines(40_000, func(i int) string {
			if i%2 == 0 {
				return fmt.Sprintf("changed %d\n", i)
			}
			return numbered(i)
		})},
		"all lines changed": {lines(40_000, numbered), lines(40_000, func(i int) string { return fmt.Sprintf("other %d\n", i) })},
		"two lines, random": {lines(40_000, coin), lines(40_000, coin)},
		"few repeated":      {lines(20_000, func(int) string { return fmt.Sprintf("%d\n", rng.IntN(150)) }), lines(20_000, func(int) string { return fmt.Sprintf("%d\n", rng.IntN(150)) })},
		"reversed":          {lines(20_000, numbered), lines(20_000, func(i int) string { return numbered(20_000 - i) })},
		"newlines only":     {bytes.Repeat([]byte("\n"), 1<<20), bytes.Repeat([]byte("\n"), 2<<20)},
	}
	gaps := fstest.MapFS{} // many files, each the worst that is still matched by line
	gaps2 := fstest.MapFS{}
	for i := range 300 {
		gaps[fmt.Sprint("f", i)] = &fstest.MapFile{Data: lines(199, coin), Mode: 0o644}
		gaps2[fmt.Sprint("f", i)] = &fstest.MapFile{Data: lines(199, coin), Mode: 0o644}
	}
	n := 0
	try := func(name string, from, to fstest.MapFS) {
		n++
		publish(t, s, testSlug, ver(n, 0, 0), from)
		publish(t, s, testSlug, ver(n, 1, 0), to)
		start := cpuTime(t) // the machine may be busy with others
		var patch bytes.Buffer
		if err := s.Patch(t.Context(), &patch, testSlug, ver(n, 0, 0), ver(n, 1, 0)); err != nil {
			t.Fatal(err)
		}
		took := cpuTime(t) - start
		t.Logf("%s: %v, patch of %d bytes", name, took.Round(time.Millisecond), patch.Len())
		if took > 6*time.Second { // 2 s is the aim; the race detector takes its share
			t.Errorf("%s took %v", name, took)
		}
		work := t.TempDir()
		git(t, work, "init", "-q")
		applyPatch(t, work, from, to, patch.Bytes(), false)
	}
	for name, c := range cases {
		try(name, fstest.MapFS{"f": {Data: c[0], Mode: 0o644}}, fstest.MapFS{"f": {Data: c[1], Mode: 0o644}})
	}
	try("many gaps", gaps, gaps2)
}

// cpuTime is what this process has taken so far.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// A text too large for lines goes into a patch whole and is refused by Diff.
func TestDiffOfLargeFiles(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	large := bytes.Repeat([]byte("0123456789\u00e9\n"), maxText/12)
	from := fstest.MapFS{"large.txt": {Data: large, Mode: 0o644}, "large.bin": {Data: append(large, 0), Mode: 0o644}}
	to := fstest.MapFS{"large.txt": {Data: append([]byte("x"), large...), Mode: 0o644}, "large.bin": {Data: append(large, 0, 0), Mode: 0o644}}
	publish(t, s, testSlug, ver(1, 0, 0), from)
	publish(t, s, testSlug, ver(2, 0, 0), to)
	_, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0))
	wantCode(t, err, plugforge.CodeTooLarge)
	if err == nil || !strings.Contains(err.Error(), "large.txt") {
		t.Errorf("%v does not name the text", err)
	}
	var patch bytes.Buffer
	if err := s.Patch(t.Context(), &patch, testSlug, ver(1, 0, 0), ver(2, 0, 0)); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	git(t, work, "init", "-q")
	applyPatch(t, work, from, to, patch.Bytes(), true)
}
