package gitstore

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge"
)

// checkDiff holds Diff against the patch, and against git's own renames and
// counts.
func checkDiff(t *testing.T, s *Store, patch string, v1, v2 plugforge.Version) {
	t.Helper()
	list, err := s.Diff(t.Context(), testSlug, v1, v2, plugforge.DiffOptions{})
	if err != nil {
		t.Fatal(err)
	}
	counted, err := s.Diff(t.Context(), testSlug, v1, v2, plugforge.DiffOptions{Counts: true})
	if err != nil {
		t.Fatal(err)
	}
	want := numstat(t, s.repoDir(testSlug), v1, v2)
	for i, f := range list {
		git := want[f.Path]
		delete(want, f.Path)
		if f.Binary {
			git.added, git.gone = "0", "0" // of what is not UTF-8 git counts the lines
		}
		if got := (stat{f.OldPath, fmt.Sprint(f.Additions), fmt.Sprint(f.Deletions)}); got != git {
			t.Errorf("%s: got %q, git has %q", f.Path, got, git)
		}
		if f.Binary != (f.Diff == "") || f.Truncated {
			t.Errorf("%s: binary %v, truncated %v with diff %q", f.Path, f.Binary, f.Truncated, f.Diff)
		}
		if !strings.Contains(patch, f.Diff) {
			t.Errorf("%s: its part is not in the patch:\n%s", f.Path, f.Diff)
		}
		if f.Additions != countLines(f.Diff, "\n+") || f.Deletions != countLines(f.Diff, "\n-") {
			t.Errorf("%s: counts +%d -%d in\n%s", f.Path, f.Additions, f.Deletions, f.Diff)
		}
		if f.Diff = ""; counted[i] != f {
			t.Errorf("counts alone: %+v, with text %+v", counted[i], f)
		}
	}
	for path := range want {
		t.Errorf("git tells of %s, Diff does not", path)
	}
}

// stat is a line of git's.
type stat struct{ oldPath, added, gone string }

func numstat(t *testing.T, dir string, v1, v2 plugforge.Version) map[string]stat {
	t.Helper()
	fields := strings.Split(git(t, dir, "diff", "-z", "--numstat", "v"+v1.String(), "v"+v2.String()), "\x00")
	stats := map[string]stat{}
	for len(fields) > 1 {
		counts := strings.SplitN(fields[0], "\t", 3)
		one, path := stat{added: counts[0], gone: counts[1]}, counts[2]
		fields = fields[1:]
		if path == "" { // of what was renamed both names follow
			one.oldPath, path, fields = fields[0], fields[1], fields[2:]
		}
		if one.added == "-" {
			one.added, one.gone = "0", "0"
		}
		stats[path] = one
	}
	return stats
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
	list, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, fmt.Sprintf("%s %s %s %v +%d -%d", f.Status, f.Path, f.OldPath, f.Binary, f.Additions, f.Deletions))
	}
	want := []string{
		"modified bin  true +0 -0", "renamed e2/__init__.py e1/__init__.py false +0 -0",
		"modified edit.py  false +2 -1", "deleted gone.py  false +0 -1", "modified mode.sh  false +0 -0",
		"added new.py  false +1 -0", "renamed sub/to.py from.py false +0 -0",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	same, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(1, 0, 0), plugforge.DiffOptions{})
	if err != nil || len(same) != 0 {
		t.Errorf("a version differs from itself: %v, %v", same, err)
	}
	_, err = s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(3, 0, 0), plugforge.DiffOptions{})
	wantCode(t, err, plugforge.CodeNotFound)
}

// One file, other context, no context, and what nobody has.
func TestDiffOptions(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	lines := func(changed ...int) []byte {
		var b bytes.Buffer
		for i := range 60 {
			if slices.Contains(changed, i) {
				fmt.Fprintf(&b, "changed %d\n", i)
				continue
			}
			fmt.Fprintf(&b, "line %d\n", i)
		}
		return b.Bytes()
	}
	from := fstest.MapFS{"a.py": {Data: lines(), Mode: 0o644}, "old.py": {Data: lines(1), Mode: 0o644}, "same.py": {Data: []byte("s\n"), Mode: 0o644}, "d/x.py": {Data: []byte("x\n"), Mode: 0o644}}
	to := fstest.MapFS{"a.py": {Data: lines(10, 40), Mode: 0o644}, "new.py": {Data: lines(1, 30), Mode: 0o755}, "same.py": from["same.py"], "d/x.py": {Data: []byte("y\n"), Mode: 0o644}}
	publish(t, s, testSlug, ver(1, 0, 0), from)
	publish(t, s, testSlug, ver(2, 0, 0), to)
	diff := func(o plugforge.DiffOptions) []plugforge.FileDiff {
		t.Helper()
		list, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0), o)
		if err != nil {
			t.Fatal(err)
		}
		trees, err := DiffTrees(t.Context(), from, to, o)
		if err != nil || !reflect.DeepEqual(list, trees) {
			t.Errorf("%+v: trees differ by %v, %v", o, trees, err)
		}
		return list
	}
	for _, path := range []string{"old.py", "new.py"} {
		list := diff(plugforge.DiffOptions{Path: path})
		if len(list) != 1 || list[0].OldPath != "old.py" || list[0].Path != "new.py" || list[0].Additions != 1 {
			t.Errorf("%s: %+v", path, list)
		}
	}
	if list := diff(plugforge.DiffOptions{Path: "same.py"}); len(list) != 0 {
		t.Errorf("same.py: %+v", list)
	}
	for _, path := range []string{"none.py", "d", "same.py/x", "..", "/same.py"} {
		_, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{Path: path})
		wantCode(t, err, plugforge.CodeNotFound)
		var b bytes.Buffer
		wantCode(t, s.Patch(t.Context(), &b, testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{Path: path}), plugforge.CodeNotFound)
		if b.Len() > 0 {
			t.Errorf("%s: a patch was begun", path)
		}
		_, err = DiffTrees(t.Context(), from, to, plugforge.DiffOptions{Path: path})
		wantCode(t, err, plugforge.CodeNotFound)
	}
	for context, want := range map[int]string{
		0: "@@ -8,7 +8,7 @@ @@ -38,7 +38,7 @@", 1: "@@ -10,3 +10,3 @@ @@ -40,3 +40,3 @@",
		plugforge.NoContext: "@@ -11 +11 @@ @@ -41 +41 @@", 1000: "@@ -1,60 +1,60 @@", 15: "@@ -1,56 +1,56 @@",
	} {
		o := plugforge.DiffOptions{Path: "a.py", Context: context}
		text := diff(o)[0].Diff
		if got := strings.Join(regexp.MustCompile(`(?m)^@@.*@@$`).FindAllString(text, -1), " "); got != want {
			t.Errorf("context %d: %s, want %s", context, got, want)
		}
		lines := context
		switch {
		case context == 0:
			lines = 3
		case context < 0:
			lines = 0
		}
		raw := git(t, s.repoDir(testSlug), "diff", "--full-index", fmt.Sprintf("-U%d", lines), "v1.0.0", "v2.0.0", "--", "a.py")
		if plain := regexp.MustCompile(`(?m)^(@@.*@@).*$`).ReplaceAllString(raw, "$1"); plain != text {
			t.Errorf("context %d: got\n%s\ngit has\n%s", context, text, plain)
		}
		var patch bytes.Buffer
		if err := s.Patch(t.Context(), &patch, testSlug, ver(1, 0, 0), ver(2, 0, 0), o); err != nil || patch.String() != text {
			t.Errorf("context %d: patch\n%s, %v", context, patch.String(), err)
		}
	}
}
