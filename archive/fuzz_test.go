package archive_test

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"plugforge"
	"plugforge/archive"
	"plugforge/internal/fixture"
)

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
	others := newReaders(t)
	for name, b := range map[string][]byte{
		"fixture":           fixture.Zip(plugin()),
		"names":             named("w/manifest.py", "w/é/ü ß.py", "w/日本/語.py", "w/a..b", "w/...", "w/git", "w/ x", "w/.hidden"),
		"DOS name repeated": raw{entries: append(honest(), ent{name: "\u65e5\u672c.py", flags: 1 << 11, extra: unicodePath("\u65e5\u672c.py")})}.bytes(),
		"junk":              named("w/manifest.py", "__MACOSX/w/._manifest.py", "w/.DS_Store", "w/__pycache__/x"),
		"zip64":             raw{entries: []ent{honest()[0], wide}, zip64: true}.bytes(),
		"comment":           raw{entries: honest(), comment: "PK\x03\x04PK\x01\x02 comment"}.bytes(),
		"nested":            raw{entries: append(honest(), ent{name: "model.pt", content: string(raw{entries: honest()}.bytes())})}.bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := open(t, b)
			if err != nil {
				t.Fatal(err)
			}
			others.agree(t, tree, b)
			var again bytes.Buffer
			if err := archive.Write(&again, tree); err != nil {
				t.Fatal(err)
			}
			others.agree(t, tree, again.Bytes())
		})
	}
}

// FuzzOpen: no archive brings Open down, and what it accepts is extracted to
// the same files by archive/zip, Python and unzip, and to nowhere else.
func FuzzOpen(f *testing.F) {
	for _, h := range allHostile() {
		if len(h.zip) < 100<<10 {
			f.Add(h.zip)
		}
	}
	f.Add(fixture.Zip(plugin()))
	f.Add(raw{entries: honest(), zip64: true}.bytes())
	f.Add(named("w/manifest.py", "__MACOSX/w/._manifest.py"))
	others := newReaders(f)
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
		others.agree(t, tree, b)
	})
}
