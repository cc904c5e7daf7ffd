package archive_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"plugforge"
	"plugforge/archive"
)

func open(t testing.TB, b []byte) (*archive.Tree, error) {
	t.Helper()
	return archive.Open(t.Context(), bytes.NewReader(b), int64(len(b)))
}

// hostile is one archive that breaks one rule.
type hostile struct {
	name string
	zip  []byte
	rule string // without "archive."
	path string // of the finding; "" for "archive"
}

func allHostile() []hostile { return collectHostile() }

var collectHostile = sync.OnceValue(func() []hostile {
	return slices.Concat(hostileFrames(), hostileHeaders(), hostileNames(), hostileKinds(), hostileContents())
})

// Every hostile archive is refused, by its own rule, at its own place, with a
// sentence that could be printed to a terminal.
func TestHostile(t *testing.T) {
	names := map[string]bool{}
	for _, h := range allHostile() {
		if names[h.name] {
			t.Errorf("two cases are named %s", h.name)
		}
		names[h.name] = true
		t.Run(h.name, func(t *testing.T) {
			_, err := open(t, h.zip)
			var r *plugforge.Rejection
			if !errors.As(err, &r) {
				t.Fatalf("not rejected: %v", err)
			}
			want := h.path
			if want == "" {
				want = "archive"
			}
			if !slices.ContainsFunc(r.Findings, func(f plugforge.Finding) bool { return f.Rule == "archive."+h.rule && f.Path == want }) {
				t.Errorf("no %s at %q in:\n%s", h.rule, want, r)
			}
			for _, f := range r.Findings {
				s := f.String()
				if f.Text == "" || f.Line != 0 || f.Col != 0 || strings.Contains(s, "%!") || len(s) > 2000 || s != plugforge.Printable(s) {
					t.Errorf("a finding reads %q", s)
				}
			}
			if !slices.Equal(r.Findings, plugforge.SortFindings(slices.Clone(r.Findings))) {
				t.Errorf("findings are not sorted:\n%s", r)
			}
		})
	}
}

// Each rule has a hostile archive of its own.
func TestEveryRuleHasItsCase(t *testing.T) {
	tested := map[string]bool{}
	for _, h := range allHostile() {
		tested["archive."+h.rule] = true
	}
	// These two need more than an archive's bytes: see TestTooLarge and
	// TestReadersThatDisagree.
	tested["archive.too-large"], tested["archive.readers-disagree"] = true, true
	for _, rule := range archive.Rules() {
		if !tested[rule.Code] {
			t.Errorf("%s has no hostile archive", rule.Code)
		}
		delete(tested, rule.Code)
	}
	if len(tested) != 0 {
		t.Errorf("cases for rules that do not exist: %v", tested)
	}
}

// nothing is an archive that may not be read at all.
type nothing struct{ t *testing.T }

func (r nothing) ReadAt([]byte, int64) (int, error) {
	r.t.Error("an archive over the limit is read")
	return 0, io.EOF
}

func TestTooLarge(t *testing.T) {
	_, err := archive.Open(t.Context(), nothing{t}, archive.MaxSize+1)
	if err == nil || !strings.Contains(err.Error(), "archive.too-large: the archive is 524288001 bytes: at most 524288000") {
		t.Errorf("got %v", err)
	}
}

// twoFaced shows another directory from the second time on that it is asked.
type twoFaced struct {
	first, then []byte
	start       int64
	asked       int
}

func (r *twoFaced) ReadAt(p []byte, off int64) (int, error) {
	b := r.first
	if r.asked > 0 {
		b = r.then
	}
	if off == r.start {
		r.asked++
	}
	return bytes.NewReader(b).ReadAt(p, off)
}

// No archive is known that passes the walk and that archive/zip sees
// differently; a source that changes its mind stands for one.
func TestReadersThatDisagree(t *testing.T) {
	plain := raw{entries: honest()}.bytes()
	start := int64(bytes.Index(plain, []byte("PK\x01\x02")))
	for _, field := range []int64{0, 8, 10, 16, 20, 24, 42, 46} {
		changed := bytes.Clone(plain)
		changed[start+field] ^= 1
		_, err := archive.Open(t.Context(), &twoFaced{first: plain, then: changed, start: start}, int64(len(plain)))
		if err == nil || !strings.Contains(err.Error(), "archive.readers-disagree") {
			t.Errorf("field at %d: %v", field, err)
		}
	}
}

func hostileFrames() []hostile {
	plain := raw{entries: honest()}.bytes()
	with := func(change func(z *raw)) []byte {
		z := raw{entries: honest()}
		change(&z)
		return z.bytes()
	}
	put := func(at int, b []byte) func([]byte) { return func(p []byte) { copy(p[at:], b) } }
	end64 := func(f func(r, l []byte)) []byte { return with(func(z *raw) { z.zip64, z.end64 = true, f }) }
	inner := raw{entries: honest()}.bytes()
	return []hostile{
		{"empty file", nil, "not-zip", ""},
		{"gzip", []byte("\x1f\x8b\x08 and more bytes than an end record has"), "not-zip", ""},
		{"terminal escape", []byte("\x1b[2J\x1b]0;owned\x07 and more bytes than that"), "not-zip", ""},
		{"cut in the middle", plain[:len(plain)/2], "no-end", ""},
		{"cut in the end record", plain[:len(plain)-3], "cut-off", ""},
		{"more than a comment's bytes after it", append(bytes.Clone(plain), make([]byte, 70000)...), "no-end", ""},
		{"one byte after it", with(func(z *raw) { z.trailer = "\n" }), "trailing-bytes", ""},
		{"comment longer than what follows", with(func(z *raw) { z.end = put(20, le16(9)) }), "cut-off", ""},
		{"script before it, offsets not moved", append([]byte("#!/bin/sh\nexit\n"), plain...), "prefix-bytes", ""},
		{"script before it, offsets moved", with(func(z *raw) { z.prefix = "#!/bin/sh\nexit\n" }), "prefix-bytes", ""},
		{"zip before it", append(bytes.Clone(plain), plain...), "gap", ""},
		{"end record in the comment", with(func(z *raw) {
			z.comment = "PK\x05\x06" + strings.Repeat("\x00", 18)
		}), "two-ends", ""},
		{"end record in the comment, not at its end", with(func(z *raw) {
			z.comment = "PK\x05\x06" + strings.Repeat("\x00", 18) + "bytes after it"
		}), "trailing-bytes", ""},
		{"mark in the comment, too short for a record", with(func(z *raw) { z.comment = "see PK\x05\x06" }), "two-ends", ""},
		{"whole archive in the comment", with(func(z *raw) { z.comment = string(inner) }), "two-ends", ""},
		{"earlier end record whose comment is the rest", raw{entries: append(honest(),
			ent{name: "a.bin", content: "PK\x05\x06" + strings.Repeat("\x00", 16) + "\x00\x00"})}.withReach(), "two-ends", ""},
		{"disk 1", with(func(z *raw) { z.end = put(4, le16(1)) }), "multi-disk", ""},
		{"directory on disk 1", with(func(z *raw) { z.end = put(6, le16(1)) }), "multi-disk", ""},
		{"fewer entries here than in all", with(func(z *raw) { z.end = put(8, le16(1)) }), "multi-disk", ""},
		{"count too low", with(func(z *raw) { z.end = put(8, le16(1, 1)) }), "directory-broken", ""},
		{"count too high", with(func(z *raw) { z.end = put(8, le16(3, 3)) }), "directory-broken", ""},
		{"count impossible", with(func(z *raw) { z.end = put(8, le16(9000, 9000)) }), "directory-broken", ""},
		{"count zero", with(func(z *raw) { z.end = put(8, le16(0, 0)) }), "directory-broken", ""},
		{"count over the bound", with(func(z *raw) { z.end = put(8, le16(10001, 10001)) }), "directory-too-large", ""},
		{"directory too short", with(func(z *raw) { z.end = put(12, le32(60)) }), "gap", ""},
		{"directory too long", with(func(z *raw) { z.end = put(12, le32(5000)) }), "overlap", ""},
		{"directory elsewhere", with(func(z *raw) { z.end = put(16, le32(3)) }), "gap", ""},
		{"directory past the end", with(func(z *raw) { z.end = put(16, le32(1<<30)) }), "overlap", ""},
		{"bytes before the directory", with(func(z *raw) { z.gap = "hidden" }), "gap", ""},
		{"bytes after the directory", with(func(z *raw) { z.late = "hidden" }), "gap", ""},
		{"only bytes before the end", raw{gap: "PK\x03\x04 hidden"}.bytes(), "gap", ""},
		{"zip64 referred to and missing", with(func(z *raw) { z.end = put(16, le32(1<<32-1)) }), "zip64", ""},
		{"zip64 count referred to and missing", with(func(z *raw) { z.end = put(8, le16(1<<16-1, 1<<16-1)) }), "zip64", ""},
		{"zip64 count differs", end64(func(r, _ []byte) { copy(r[24:], le64(1, 1)) }), "zip64", ""},
		{"zip64 offset differs", end64(func(r, _ []byte) { copy(r[48:], le64(0)) }), "zip64", ""},
		{"zip64 locator astray", end64(func(_, l []byte) { copy(l[8:], le64(1)) }), "zip64", ""},
		{"zip64 record with more bytes", end64(func(r, _ []byte) { copy(r[4:], le64(45)) }), "zip64", ""},
		{"zip64 record without mark", end64(func(r, _ []byte) { copy(r, "PK??") }), "zip64", ""},
		{"zip64 on two disks", end64(func(_, l []byte) { copy(l[16:], le32(2)) }), "multi-disk", ""},
		{"zip64 huge", with(func(z *raw) {
			z.zip64 = true
			z.end64 = func(r, _ []byte) { copy(r[24:], le64(1<<63, 1<<63, 1<<63, 1<<63)) }
			z.end = func(b []byte) { copy(b[8:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") }
		}), "zip64", ""},
		{"zip64 disks differ", with(func(z *raw) {
			z.zip64 = true
			z.end64 = func(r, _ []byte) { copy(r[16:], le32(1)) }
			z.end = put(4, le16(1<<16-1))
		}), "multi-disk", ""},
		{"no files", raw{}.bytes(), "empty", ""},
		{"folders and junk alone", named("plugin/", "plugin/sub/", "__MACOSX/._a", ".DS_Store"), "empty", ""},
	}
}

// withReach makes the last entry's content an end record whose comment is all
// that follows.
func (z raw) withReach() []byte {
	b := z.bytes()
	at := bytes.Index(b, []byte("PK\x05\x06"))
	copy(b[at+20:], le16(uint16(len(b)-at-22)))
	// The content changed, so its checksums do.
	last := &z.entries[len(z.entries)-1]
	last.content = string(b[at : at+len(last.content)])
	return z.bytes()
}
