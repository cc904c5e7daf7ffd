package archive_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plugforge"
	"plugforge/archive"
	"plugforge/internal/fixture"
)

// byGo reads what archive/zip sees, junk and folders left out, the wrapping
// folder taken off by what the tree says.
func byGo(t testing.TB, b []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("archive/zip refuses what is accepted: %v", err)
	}
	all := map[string]string{}
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			t.Fatalf("archive/zip can't open %q: %v", f.Name, err)
		}
		content, err := io.ReadAll(rc)
		rc.Close()
		if err != nil {
			t.Fatalf("archive/zip can't read %q: %v", f.Name, err)
		}
		if _, twice := all[f.Name]; twice {
			t.Fatalf("archive/zip sees %q twice", f.Name)
		}
		all[f.Name] = string(content)
	}
	return all
}

const pythonReader = `
import sys, json, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    json.dump([[i.filename, z.read(i).hex()] for i in z.infolist() if not i.is_dir()], sys.stdout)
`

// byPython reads the same with Python's zipfile.
func byPython(t testing.TB, b []byte) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("/usr/bin/python3", "-I", "-S", "-c", pythonReader, path).Output()
	if err != nil {
		t.Fatalf("Python refuses what is accepted: %v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	var list [][2]string
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, item := range list {
		if _, twice := all[item[0]]; twice {
			t.Fatalf("Python sees %q twice", item[0])
		}
		all[item[0]] = unhex(t, item[1])
	}
	return all
}

// byUnzip extracts with Info-ZIP's unzip into a fresh folder and reads that;
// nothing may be written beside it.
func byUnzip(t testing.TB, b []byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.zip"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "deep", "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unzip", "-q", "-d", "deep/out", "a.zip")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("unzip refuses what is accepted: %v\n%s", err, out)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 2 || list[1].Name() != "deep" {
		t.Fatalf("unzip wrote outside: %v, %v", list, err)
	}
	return contents(t, os.DirFS(filepath.Join(dir, "deep", "out")))
}

// agree demands that another reader sees the tree's files, and beside them
// only junk.
func agree(t testing.TB, who string, tree *archive.Tree, other map[string]string) {
	t.Helper()
	junk := map[string]bool{}
	for _, name := range tree.Dropped() {
		junk[name] = true
	}
	ours := contents(t, tree)
	wrapping, n := "", 0
	for name := range other {
		if junk[name] {
			continue
		}
		n++
		if _, here := ours[name]; !here {
			wrapping, _, _ = strings.Cut(name, "/")
			wrapping += "/"
		}
	}
	if n != len(ours) {
		t.Errorf("%s sees %d files, the tree has %d", who, n, len(ours))
	}
	for name, content := range ours {
		if got, here := other[wrapping+name]; !here || got != content {
			t.Errorf("%s reads %q differently (there: %v)", who, wrapping+name, here)
		}
	}
}

func unhex(t testing.TB, s string) string {
	t.Helper()
	b := make([]byte, len(s)/2)
	for i := range b {
		b[i] = nibble(s[2*i])<<4 | nibble(s[2*i+1])
	}
	return string(b)
}

func nibble(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// Archives that are at the edge of what is accepted read the same everywhere.
func TestOtherReadersAgree(t *testing.T) {
	wide := honest()[1]
	wide.local = func(h *head) {
		h.extra, h.size, h.packed = extra(1, le64(uint64(h.size), uint64(h.packed))), 1<<32-1, 1<<32-1
	}
	wide.central = func(h *head) {
		h.extra = extra(1, le64(uint64(h.size), uint64(h.packed)))
		h.size, h.packed = 1<<32-1, 1<<32-1
	}
	for name, b := range map[string][]byte{
		"fixture": fixture.Zip(plugin()),
		"names":   named("w/manifest.py", "w/é/ü ß.py", "w/日本/語.py", "w/a..b", "w/...", "w/git", "w/ x", "w/.hidden"),
		"junk":    named("w/manifest.py", "__MACOSX/w/._manifest.py", "w/.DS_Store", "w/__pycache__/x"),
		"zip64":   raw{entries: []ent{honest()[0], wide}, zip64: true}.bytes(),
		"comment": raw{entries: honest(), comment: "PK\x03\x04PK\x01\x02 comment"}.bytes(),
		"nested":  raw{entries: append(honest(), ent{name: "model.pt", content: string(raw{entries: honest()}.bytes())})}.bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := open(t, b)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, "archive/zip", tree, byGo(t, b))
			agree(t, "Python", tree, byPython(t, b))
			agree(t, "unzip", tree, byUnzip(t, b))
			var again bytes.Buffer
			if err := archive.Write(&again, tree); err != nil {
				t.Fatal(err)
			}
			agree(t, "Python, of the canonical zip", tree, byPython(t, again.Bytes()))
			agree(t, "unzip, of the canonical zip", tree, byUnzip(t, again.Bytes()))
		})
	}
}

// plainNames tells whether all names are ASCII: unzip takes others for those
// of a DOS code page where the archive does not come from Unix.
func plainNames(b []byte) bool {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	return err == nil && !slices.ContainsFunc(r.File, func(f *zip.File) bool { return strings.ContainsFunc(f.Name, func(r rune) bool { return r >= 0x80 }) })
}

// FuzzOpen: no archive brings Open down, and what it accepts is read the same
// by archive/zip and, for a sample, by Python and unzip.
func FuzzOpen(f *testing.F) {
	for _, h := range allHostile() {
		if len(h.zip) < 100<<10 {
			f.Add(h.zip)
		}
	}
	f.Add(fixture.Zip(plugin()))
	f.Add(raw{entries: honest(), zip64: true}.bytes())
	f.Add(named("w/manifest.py", "__MACOSX/w/._manifest.py"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tree, err := open(t, b)
		var r *plugforge.Rejection
		switch {
		case errors.As(err, &r):
			if len(r.Findings) == 0 {
				t.Error("rejected without a reason")
			}
			return
		case err != nil:
			t.Fatalf("neither accepted nor rejected: %v", err)
		}
		for name := range contents(t, tree) {
			if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
				t.Errorf("the tree holds %q", name)
			}
		}
		agree(t, "archive/zip", tree, byGo(t, b))
		if len(b)%7 == 0 {
			agree(t, "Python", tree, byPython(t, b))
			if plainNames(b) {
				agree(t, "unzip", tree, byUnzip(t, b))
			}
		}
	})
}
