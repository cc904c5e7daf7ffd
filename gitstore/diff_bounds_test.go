package gitstore

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
)

// A thousand files, of which a hundred moved with an edit, as many changed and
// as many came and went.
func TestDiffOfAThousandFiles(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	rng := rand.New(rand.NewPCG(9, 9))
	from, to := fstest.MapFS{}, fstest.MapFS{}
	for i := range 1000 {
		name := fmt.Sprintf("d%d/f%d.py", i%17, i)
		data := []byte(fmt.Sprintf("# file %d\n", i) + strings.Repeat(fmt.Sprintf("x = %d\n", i), 1+rng.IntN(40)))
		switch f := (&fstest.MapFile{Data: data, Mode: 0o644}); i % 10 {
		case 0:
			from[name], to["moved/"+name] = f, &fstest.MapFile{Data: append(data, "y\n"...), Mode: 0o755}
		case 1:
			from[name], to[name] = f, &fstest.MapFile{Data: append([]byte("y\n"), data...), Mode: 0o644}
		case 2:
			from[name], to[fmt.Sprintf("new%d", i)] = f, &fstest.MapFile{Data: []byte(strings.Repeat(fmt.Sprintf("other %d\n", i), 9)), Mode: 0o644}
		default:
			from[name], to[name] = f, f
		}
	}
	publish(t, s, testSlug, ver(1, 0, 0), from)
	publish(t, s, testSlug, ver(2, 0, 0), to)
	start := cpuTime(t)
	var patch bytes.Buffer
	if err := s.Patch(t.Context(), &patch, testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{}); err != nil {
		t.Fatal(err)
	}
	if took := cpuTime(t) - start; took > 6*time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Log(took.Round(time.Millisecond))
	}
	checkDiff(t, s, patch.String(), ver(1, 0, 0), ver(2, 0, 0))
	work := t.TempDir()
	git(t, work, "init", "-q")
	applyPatch(t, work, from, to, patch.Bytes(), true)
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
		if err := s.Patch(t.Context(), &patch, testSlug, ver(n, 0, 0), ver(n, 1, 0), plugforge.DiffOptions{}); err != nil {
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

// A text too large for lines goes into a patch whole, and Diff says so.
func TestDiffOfLargeFiles(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	large := bytes.Repeat([]byte("0123456789\u00e9\n"), maxText/12)
	half := large[:maxText/2/13*13]
	from := fstest.MapFS{"large.txt": {Data: large, Mode: 0o644}, "large.bin": {Data: append(large, 0), Mode: 0o644}}
	to := fstest.MapFS{"large.txt": {Data: append([]byte("x"), large...), Mode: 0o644}, "large.bin": {Data: append(large, 0, 0), Mode: 0o644}}
	for i := range maxDiff/len(half) + 2 {
		to[fmt.Sprint("new", i)] = &fstest.MapFile{Data: append(half, byte('a'+i)), Mode: 0o644}
	}
	to["small.py"] = &fstest.MapFile{Data: []byte("x\n"), Mode: 0o644}
	publish(t, s, testSlug, ver(1, 0, 0), from)
	publish(t, s, testSlug, ver(2, 0, 0), to)
	list, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stats, text, cut := numstat(t, s.repoDir(testSlug), ver(1, 0, 0), ver(2, 0, 0)), 0, 0
	for _, f := range list {
		text += len(f.Diff)
		want := stats[f.Path]
		switch {
		case f.Path == "large.bin":
			if !f.Binary || f.Truncated {
				t.Errorf("%+v", f)
			}
			continue
		case f.Path == "large.txt":
			if lines := bytes.Count(large, []byte("\n")); !f.Truncated || f.Additions != lines || f.Deletions != lines {
				t.Errorf("%+v, want it as replaced whole, %d lines", f, lines)
			}
			continue
		case f.Truncated:
			cut++
		}
		if f.Truncated != (f.Diff == "") || fmt.Sprint(f.Additions) != want.added || fmt.Sprint(f.Deletions) != want.gone {
			t.Errorf("%s: truncated %v, text of %d bytes, +%d -%d, git has %v", f.Path, f.Truncated, len(f.Diff), f.Additions, f.Deletions, want)
		}
	}
	if text > maxDiff || cut < 2 || list[len(list)-1].Diff == "" {
		t.Errorf("%d bytes of text, %d files left out; the last: %+v", text, cut, list[len(list)-1])
	}
	var patch bytes.Buffer
	if err := s.Patch(t.Context(), &patch, testSlug, ver(1, 0, 0), ver(2, 0, 0), plugforge.DiffOptions{}); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	git(t, work, "init", "-q")
	applyPatch(t, work, from, to, patch.Bytes(), true)
}
