package archive_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge/archive"
	"plugforge/internal/fixture"
)

// python makes a zip by running a script with the archive's path as argument.
func python(t *testing.T, script string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	run(t, "", "/usr/bin/python3", "-c", "import sys, zipfile, io\nout = sys.argv[1]\n"+script, path)
	return readFile(t, path)
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func plugin() fstest.MapFS {
	tree := fixture.Files("text_embed", "1.0.0")
	tree["assets/zeros.bin"] = &fstest.MapFile{Data: make([]byte, 300_000), Mode: 0o644}
	tree["empty.txt"] = &fstest.MapFile{Mode: 0o644}
	return tree
}

const pythonFiles = `
import os
FILES = {"manifest.py": b"metadata = {}\n", "processors/core.py": b"x = 1\n" * 1000, "empty.txt": b""}
def put(z, **how):
    for name, content in FILES.items():
        z.writestr(name, content, **how)
`

func pythonTree() fstest.MapFS {
	return fstest.MapFS{
		"manifest.py":        {Data: []byte("metadata = {}\n")},
		"processors/core.py": {Data: []byte(strings.Repeat("x = 1\n", 1000))},
		"empty.txt":          {},
	}
}

func goZip(t *testing.T, tree fs.FS, change func(h *zip.FileHeader)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		h := &zip.FileHeader{Name: path, Method: zip.Deflate, Modified: time.Now()}
		change(h)
		e, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		content, err := fs.ReadFile(tree, path)
		if err == nil {
			_, err = e.Write(content)
		}
		return err
	})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What ordinary tools make is accepted, and the tree is what was put in.
func TestHonestTools(t *testing.T) {
	described := raw{entries: honest()}
	for i := range described.entries {
		e := &described.entries[i]
		h, _ := e.head()
		e.flags = 8
		e.desc = [][]byte{
			le32(h.crc, h.packed, h.size),
			append(le32(0x08074b50, h.crc), le64(uint64(h.packed), uint64(h.size))...),
		}[i]
	}
	honestTree := fstest.MapFS{"manifest.py": {Data: []byte(honest()[0].content)}, "processors/core.py": {Data: []byte(honest()[1].content)}}
	wide := honest()[1]
	wide.local = func(h *head) {
		h.extra, h.size, h.packed = extra(1, le64(uint64(h.size), uint64(h.packed))), 1<<32-1, 1<<32-1
	}
	wide.central = func(h *head) {
		h.extra = extra(1, le64(uint64(h.size), uint64(h.packed), uint64(h.offset)))
		h.size, h.packed, h.offset = 1<<32-1, 1<<32-1, 1<<32-1
	}
	superfluous := honest()[1]
	superfluous.central = func(h *head) {
		h.extra = append(extra(1, append(le64(uint64(h.size), uint64(h.packed), uint64(h.offset)), le32(0)...)), unicodePath(h.name)...)
	}
	tests := []struct {
		name string
		zip  []byte
		tree fs.FS
	}{
		{"fixture", fixture.Zip(plugin()), plugin()},
		{"Go, stored with descriptors", goZip(t, plugin(), func(h *zip.FileHeader) { h.Method = zip.Store }), plugin()},
		{"Go, from Windows", goZip(t, plugin(), func(h *zip.FileHeader) { h.CreatorVersion = 20; h.ExternalAttrs = 0x20 }), plugin()},
		{"Python, appended to, with folders and comments", python(t, pythonFiles+`
with zipfile.ZipFile(out, "w") as z: z.writestr("manifest.py", FILES.pop("manifest.py")); z.mkdir("processors") if hasattr(z, "mkdir") else z.writestr("processors/", b"")
with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as z:
    put(z)
    z.comment = b"made by hand"
    z.infolist()[0].comment = b"the manifest"`), pythonTree()},
		{"descriptors of two kinds", described.bytes(), honestTree},
		{"ZIP64 throughout", raw{entries: []ent{honest()[0], wide}, zip64: true}.bytes(), honestTree},
		{"ZIP64 end record referred to", raw{entries: honest(), zip64: true, end: func(b []byte) {
			copy(b[8:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
		}}.bytes(), honestTree},
		{"superfluous ZIP64 field and unicode path", raw{entries: []ent{honest()[0], superfluous}}.bytes(), honestTree},
		{"comment of the archive", raw{entries: honest(), comment: strings.Repeat("c", 65535)}.bytes(), honestTree},
		{"stored zip as model weights at the end", raw{entries: append(honest(), ent{name: "model.pt", content: string(raw{entries: honest()}.bytes())})}.bytes(),
			fstest.MapFS{"manifest.py": honestTree["manifest.py"], "processors/core.py": honestTree["processors/core.py"], "model.pt": {Data: raw{entries: honest()}.bytes()}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, err := open(t, test.zip)
			if err != nil {
				t.Fatal(err)
			}
			sameTree(t, tree, test.tree)
			if err := fstest.TestFS(tree, "manifest.py", "processors/core.py"); err != nil {
				t.Error(err)
			}
		})
	}
}

func contents(t testing.TB, tree fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(tree, path)
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sameTree(t testing.TB, got, want fs.FS) {
	t.Helper()
	g, w := contents(t, got), contents(t, want)
	for path, content := range w {
		if have, ok := g[path]; !ok || have != content {
			t.Errorf("%q: there %v, %d bytes; want %d bytes", path, ok, len(have), len(content))
		}
		delete(g, path)
	}
	for path := range g {
		t.Errorf("%q is in the tree and should not be", path)
	}
}

func TestLayout(t *testing.T) {
	junk := []string{"__MACOSX/", "__MACOSX/._manifest.py", "p/.DS_Store", ".DS_Store", "p/._core.py", "Thumbs.db", "p/desktop.ini",
		"p/__pycache__/", "p/__pycache__/core.cpython-311.pyc", "p/Desktop.ini"}
	tests := []struct {
		name          string
		names         []string
		want, dropped []string
	}{
		{"wrapped", []string{"w/", "w/manifest.py", "w/p/core.py"}, []string{"manifest.py", "p/core.py"}, nil},
		{"wrapped once only", []string{"w/v/manifest.py", "w/v/p/core.py"}, []string{"v/manifest.py", "v/p/core.py"}, nil},
		{"wrapped, junk beside", append([]string{"w/manifest.py"}, junk...), []string{"manifest.py"}, junk},
		{"wrapped, an empty folder beside", []string{"w/manifest.py", "other/"}, []string{"manifest.py"}, nil},
		{"a file at the root", []string{"manifest.py", "w/a.py"}, []string{"manifest.py", "w/a.py"}, nil},
		{"two folders", []string{"a/x.py", "b/x.py"}, []string{"a/x.py", "b/x.py"}, nil},
		{"folders of like names", []string{"a/x.py", "ab/x.py"}, []string{"a/x.py", "ab/x.py"}, nil},
		{"one file", []string{"manifest.py"}, []string{"manifest.py"}, nil},
		{"names that only look like junk", []string{"__MACOSX", "__pycache__", "a/.DS_Store.py", "DS_Store", "Thumbs.dbx", "_.py", "x__pycache__/a.py"},
			[]string{"__MACOSX", "__pycache__", "a/.DS_Store.py", "DS_Store", "Thumbs.dbx", "_.py", "x__pycache__/a.py"}, nil},
		{"harmless names", []string{"manifest.py", ".gitignore", ".github/x.yml", "git", "a.git", ".git1", "git~x", "é/ü ß.py", "日本/語.py", "a..b", "...", "json.py", "a/shared/x.py", "models/x.gz.txt"},
			[]string{"manifest.py", ".gitignore", ".github/x.yml", "git", "a.git", ".git1", "git~x", "é/ü ß.py", "日本/語.py", "a..b", "...", "json.py", "a/shared/x.py", "models/x.gz.txt"}, nil},
		{"as deep and long as allowed", []string{"manifest.py", strings.Repeat("d/", 31) + "x", strings.Repeat("x", 255)},
			[]string{"manifest.py", strings.Repeat("d/", 31) + "x", strings.Repeat("x", 255)}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, err := open(t, named(test.names...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for name := range contents(t, tree) {
				got = append(got, name)
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("files %q, want %q", got, test.want)
			}
			if dropped := tree.Dropped(); !slices.Equal(dropped, test.dropped) {
				t.Errorf("dropped %q, want %q", dropped, test.dropped)
			}
			if err := fstest.TestFS(tree, test.want...); err != nil {
				t.Error(err)
			}
		})
	}
}

// Junk counts for nothing: not its number, its content nor its mode.
func TestJunkIsNotJudged(t *testing.T) {
	z := raw{entries: honest()}
	for i := range 2000 {
		z.entries = append(z.entries, ent{name: fmt.Sprintf("__MACOSX/._%d", i), content: "x", made: 3 << 8, attrs: 0o106777 << 16})
	}
	wrong := func(h *head) { h.crc, h.size = 1, 9 }
	z.entries = append(z.entries, ent{name: "__pycache__/\xff.pyc", content: "x", local: wrong, central: wrong})
	tree, err := open(t, z.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(tree.Dropped()); n != 2001 {
		t.Errorf("%d dropped", n)
	}
	// But it must not hide bytes or pretend.
	z.entries[5].before = "hidden"
	if _, err := open(t, z.bytes()); err == nil || !strings.Contains(err.Error(), "archive.gap") {
		t.Errorf("hidden bytes before junk: %v", err)
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	if _, err := open(t, many(archive.MaxFiles)); err != nil {
		t.Error(err)
	}
	// As compressible as bombs are, but no larger than a bomb must be.
	if _, err := open(t, bomb(64<<20, 1)); err != nil {
		t.Error(err)
	}
}

func TestDataMayLieInDataFolders(t *testing.T) {
	inner := string(raw{entries: honest()}.bytes())
	z := raw{entries: append(honest(),
		ent{name: "assets/data.tar.gz", content: "\x1f\x8b\x08"},
		ent{name: "models/deep/model.zip", content: inner},
		ent{name: "weights/tool", content: "\x7fELF\x02\x01\x01"},
		ent{name: "processors/model.pth", content: inner},
		ent{name: "processors/old.pth", content: "\x80\x02}q\x00."},
		ent{name: "x.keras", content: inner},
		ent{name: "x.npz", content: inner},
		ent{name: "tool.py", content: "#!/usr/bin/env python3\nx = 1\n"},
		ent{name: "processors/new.pth", content: "tensors\x00\x01\x02"},
		ent{name: "models/lib.bin", content: "\x7fELF\x02\x01\x01"},
		ent{name: "assets/run", content: "#!/bin/sh\n"},
		ent{name: "assets/inner.zip", content: inner},
		ent{name: "assets/ratio.npz", content: string(bomb(65<<20, 1))}, // weights are never unpacked
		ent{name: "assets/half.zip", content: string(bomb(64<<20, 1))},
		ent{name: "assets/odd.zip", content: "PK\x03\x04"},
		ent{name: "assets/odd.gz", content: "\x1f\x8b\x08"},
		ent{name: "lib.rs", content: "#![allow(dead_code)]\n"},
		ent{name: "broken.json", content: "{\r\r\n\"a\": 1, \"b\": 2}"},
		ent{name: "cpio.csv", content: "070701,070702\n"},
		ent{name: "PyInit_.txt", content: "PyInit_ is how an extension starts"},
		ent{name: "customize/site.py", content: "x = 1\n"},
		ent{name: "assets/sitecustomize", content: "a file of data\n"},
		ent{name: "MZ.txt", content: "MZ is how programs for DOS start"},
	)}
	if _, err := open(t, z.bytes()); err != nil {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	var z raw
	for i, e := range []ent{
		{made: 3 << 8, attrs: 0o100644 << 16}, {made: 3 << 8, attrs: 0o100755 << 16}, {made: 3 << 8, attrs: 0o100601 << 16},
		{made: 19 << 8, attrs: 0o100700 << 16}, {made: 0, attrs: 0o100755 << 16}, {made: 3 << 8, attrs: 0o600 << 16}, {},
	} {
		e.name, e.content = fmt.Sprintf("f%d", i), "x"
		z.entries = append(z.entries, e)
	}
	tree, err := open(t, z.bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []fs.FileMode{0o644, 0o755, 0o755, 0o755, 0o644, 0o644, 0o644} {
		info, err := fs.Stat(tree, fmt.Sprintf("f%d", i))
		if err != nil || info.Mode() != want || !info.ModTime().IsZero() {
			t.Errorf("f%d: %v, %v; want mode %v", i, info, err, want)
		}
	}
}

// All that is wrong is told at once, not the first alone.
func TestAllFindings(t *testing.T) {
	z := raw{entries: []ent{
		{name: "../a.py", content: "x"}, {name: "b\x01.py", content: "x", flags: 1}, {name: "dup.py"}, {name: "dup.py"},
		{name: "link", content: "a", made: 3 << 8, attrs: 0o120777 << 16},
	}}
	_, err := open(t, z.bytes())
	want := []string{
		"../a.py:0:0: archive.name-dotdot: ", `b\x01.py:0:0: archive.encrypted: `, `b\x01.py:0:0: archive.name-control: `,
		"dup.py:0:0: archive.duplicate-name: ", "link:0:0: archive.symlink: ",
	}
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("findings:\n%s", err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q, want %q…", i, line, want[i])
		}
	}
}
