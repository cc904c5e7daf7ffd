package powerloss

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that is written beside another and renamed over it: what may be there
// after each call, if nothing that was not synced is kept.
func TestDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	steps := []struct{ line, a, temp string }{
		{`7 openat(AT_FDCWD<"/">, "DIR/t", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 5<DIR/t>`, "old", "-"},
		{`7 write(5<DIR/t>, "new text", 8) = 8`, "old", "-"},
		{`7 openat(AT_FDCWD<"/">, "DIR", O_RDONLY|O_CLOEXEC) = 6<DIR>`, "old", "-"},
		{`7 fsync(6<DIR>) = 0`, "old", ""},
		{`7 fsync(5<DIR/t>) = 0`, "old", "new text"},
		{`7 renameat(AT_FDCWD<"/">, "DIR/t", AT_FDCWD<"/">, "DIR/a") = 0`, "old", "new text"},
		{"8 fsync(6<DIR> <unfinished ...>", "old", "new text"},
		{`7 unlinkat(AT_FDCWD<"/">, "DIR/a", 0) = 0`, "old", "new text"},
		{"8 <... fsync resumed>) = 0", "new text", "-"}, // what came after it began is not synced
		{`7 fsync(6<DIR>) = 0`, "-", "-"},
	}
	for n := range steps {
		var lines []string
		for _, s := range steps[:n+1] {
			lines = append(lines, hexed(strings.ReplaceAll(s.line, "DIR", dir)))
		}
		calls, err := ReadTrace(strings.NewReader(strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		d, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			if _, err := d.Do(c); err != nil {
				t.Fatal(err)
			}
		}
		saved := filepath.Join(t.TempDir(), "disk")
		if err := d.Save(saved, Nothing()); err != nil {
			t.Fatal(err)
		}
		if a, temp := content(saved, "a"), content(saved, "t"); a != steps[n].a || temp != steps[n].temp {
			t.Errorf("after %s: a holds %q and t %q, want %q and %q", steps[n].line, a, temp, steps[n].a, steps[n].temp)
		}
	}
}

func content(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "-"
	}
	return string(text)
}

// hexed spells strings and paths as strace -xx does.
func hexed(line string) string {
	var b strings.Builder
	quoted := false
	for _, r := range line {
		switch {
		case strings.ContainsRune(`"`, r):
			quoted = !quoted
			b.WriteRune(r)
		case quoted:
			for _, c := range []byte(string(r)) {
				b.WriteString(`\x` + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
			}
		default:
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), `<"\x2f">`, `<\x2f>`)
}

// The same seed is the same disk, and a call that cannot be followed is told.
func TestSomeAndUnknown(t *testing.T) {
	dir := t.TempDir()
	line := hexed(strings.ReplaceAll("7 openat(AT_FDCWD<\"/\">, \"DIR/t\", O_WRONLY|O_CREAT, 0600) = 5<DIR/t>\n7 pwrite64(5<DIR/t>, \""+strings.Repeat("x", 4000)+"\", 4000, 100) = 4000", "DIR", dir))
	calls, err := ReadTrace(strings.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range 40 {
		d, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			if _, err := d.Do(c); err != nil {
				t.Fatal(err)
			}
		}
		saved := filepath.Join(t.TempDir(), "disk")
		if err := d.Save(saved, Some(uint64(i/2))); err != nil {
			t.Fatal(err)
		}
		text := content(saved, "t")
		if i%2 == 1 && !seen[text] {
			t.Errorf("seed %d gave two disks", i/2)
		}
		seen[text] = true
	}
	if len(seen) < 5 {
		t.Errorf("20 seeds gave %d disks", len(seen))
	}
	d, _ := Load(dir)
	for _, bad := range []string{`7 truncate("DIR/t", 5) = 0`, `7 splice(1<DIR/t>, NULL, 2, NULL, 5, 0) = 5`, `7 write(9<DIR/t>, "x", 1) = 1`} {
		calls, err := ReadTrace(strings.NewReader(strings.ReplaceAll(bad, "DIR", dir)))
		if err != nil || len(calls) != 1 {
			t.Fatal(calls, err)
		}
		if _, err := d.Do(calls[0]); err == nil {
			t.Errorf("%s was followed", bad)
		}
	}
}
