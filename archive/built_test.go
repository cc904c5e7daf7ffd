package archive_test

import (
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"plugforge"
)

// tape turns fuzzed bytes into decisions. Where it ends, they are the first
// ones, which are honest.
type tape struct{ b []byte }

func (t *tape) next() int {
	if len(t.b) == 0 {
		return 0
	}
	v := t.b[0]
	t.b = t.b[1:]
	return int(v)
}

// bytes are up to most of the tape's own.
func (t *tape) bytes(most int) []byte {
	n := t.next() % (most + 1)
	n = min(n, len(t.b))
	b := t.b[:n]
	t.b = t.b[n:]
	return b
}

// rarely is true for a few values only, so that most of an archive is honest.
func (t *tape) rarely() bool { return t.next() >= 240 }

func pick[T any](t *tape, from ...T) T { return from[t.next()%len(from)] }

// odd picks the first most of the time.
func odd[T any](t *tape, from ...T) T {
	if !t.rarely() {
		return from[0]
	}
	return pick(t, from...)
}

var segments = []string{"a", "b.py", "core", "manifest.py", "A", "é", "日本", "w", "a;b", "a:b", "a b", " a", "~", "-x", "@a", "#a", "a?*[b]", "con", "...",
	"__MACOSX", "__pycache__", ".DS_Store", "._a", "Thumbs.db", "desktop.ini", ".hidden", ".github", "assets", "models", "x.zip", "x.bin", "x.pth",
	"..", ".", "", ".git", "a;1", "a.", "a\\b", "a\x01", "a\xff", "C:a", "e\u0301", "É", "shared", "\u00a0", "a=b", "a\u00adb", "$HOME", "`a`", "%41", "a'b", `a"b`}

func (t *tape) name() string {
	var parts []string
	for range 1 + t.next()%3 {
		if t.rarely() {
			parts = append(parts, segments[t.next()%len(segments)])
		} else {
			parts = append(parts, segments[t.next()%31])
		}
	}
	if t.rarely() {
		parts = append(parts, string(t.bytes(9)))
	}
	return strings.Join(parts, "/") + odd(t, "", "/", "//")
}

func (t *tape) content() string {
	return pick(t, "x = 1\n", "", "x", strings.Repeat("x = 1\n", 300), "PK\x05\x06"+strings.Repeat("\x00", 18), "PK\x03\x04PK\x01\x02",
		"\r\n\x00\xff", string(named("inner.py")), "#!/bin/sh\n", "\x7fELF\x00", string(le32(0x08074b50, 0, 0, 0)))
}

func (t *tape) extra(h *head) []byte {
	wide := func(which int) []byte {
		var v []byte
		for i, n := range []uint32{h.size, h.packed, h.offset} {
			if which>>i&1 == 1 {
				v = append(v, le64(uint64(n))...)
			}
		}
		return extra(1, v)
	}
	switch t.next() % 20 {
	case 0, 1, 2, 3, 4:
		return nil
	case 5:
		return extra(0x5455, append([]byte{1}, le32(1e9)...))
	case 6:
		return extra(0x5855, le32(1e9, 1e9))
	case 7:
		return extra(0x7875, []byte("\x01\x04\x00\x00\x00\x00\x04\x00\x00\x00\x00"))
	case 8:
		return extra(0x000a, append(le32(0), append(le16(1, 24), make([]byte, 24)...)...))
	case 9:
		return extra(0xcafe, nil)
	case 10:
		return unicodePath(h.name)
	case 11:
		b := unicodePath(h.name)
		b[4+t.next()%5] ^= 1
		return b
	case 12:
		b := extra(0x7075, append(unicodePath(h.name)[4:9], t.name()...))
		return b
	case 13, 14:
		// All the values beside the header's.
		return wide(t.next() % 8)
	case 15, 16:
		// The values instead of the header's.
		b := wide(3)
		h.size, h.packed = 1<<32-1, 1<<32-1
		return b
	case 17:
		v := append(le16(pick[uint16](t, 0o100644, 0o120777, 0o040755, 0o104755)), append(le32(0), le16(0, 0)...)...)
		return extra(0x756e, append(le32(crc32.ChecksumIEEE(v)), v...))
	case 18:
		// Any id with any bytes.
		return extra(uint16(t.next())|uint16(t.next())<<8, t.bytes(40))
	}
	return append(t.extra(h), t.extra(h)...)
}

func (t *tape) descriptor(h head) []byte {
	short, long := le32(h.packed, h.size), le64(uint64(h.packed), uint64(h.size))
	mark, crc := le32(0x08074b50), le32(h.crc)
	cat := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	return pick(t, cat(mark, crc, short), cat(crc, short), cat(mark, crc, long), cat(crc, long), cat(mark, crc, short), cat(mark, crc), cat(crc, short, mark), nil)
}

// tweak changes a field of a header, in one of its copies.
func (t *tape) tweak() func(*head) {
	if !t.rarely() {
		return nil
	}
	which, by := t.next(), uint32(1+t.next()%8)
	return func(h *head) {
		switch which % 11 {
		case 0:
			h.crc += by
		case 1:
			h.size += by
		case 2:
			h.packed += by
		case 3:
			h.name += "x"
		case 4:
			h.flags ^= 1 << (by + uint32(which)/11%8)
		case 5:
			h.method += uint16(by)
		case 6:
			h.version += uint16(by) << 3
		case 7:
			h.offset += by
		case 8:
			h.disk += uint16(by)
		case 9:
			h.comment = "PK\x05\x06 comment"
		case 10:
			h.crc, h.size, h.packed = 0, 0, 0
		}
	}
}

func (t *tape) entry() ent {
	e := ent{
		name: t.name(), content: t.content(), deflate: t.next()%2 == 1,
		made:  pick[uint16](t, 3, 3, 0, 19, 10, 11, uint16(t.next()%32))<<8 | pick[uint16](t, 20, 21, 30, 50, 63, uint16(t.next())),
		attrs: pick[uint32](t, 0, 0o100644<<16, 0o100755<<16, 0x20, 0, 0o100644<<16, 1<<(t.next()%32)),
	}
	if strings.HasSuffix(e.name, "/") && !t.rarely() {
		e.content, e.deflate = "", false
		e.attrs = pick[uint32](t, 0, 0x10, 0o040755<<16|0x10)
	}
	if t.rarely() {
		e.attrs = pick[uint32](t, 0o120777, 0o020666, 0o104755, 0o040755) << 16
	}
	if strings.ContainsFunc(e.name, func(r rune) bool { return r >= 0x80 }) != t.rarely() {
		e.flags |= 1 << 11
	}
	if t.rarely() {
		e.flags |= 1 << (t.next() % 16)
	}
	central, local := t.next(), t.next()
	first, second := t.tweak(), t.tweak()
	t2 := tape{t.b}
	e.central = func(h *head) {
		if central >= 128 {
			t := tape{[]byte{byte(central)}}
			t.b = append(t.b, t2.b...)
			h.extra = t.extra(h)
		}
		if first != nil {
			first(h)
		}
	}
	e.local = func(h *head) {
		if local >= 128 {
			t := tape{[]byte{byte(local)}}
			t.b = append(t.b, t2.b...)
			h.extra = t.extra(h)
		}
		if second != nil {
			second(h)
		}
	}
	if t.next() >= 128 {
		h, _ := e.head()
		e.flags |= 1 << 3
		e.desc = t.descriptor(h)
	}
	e.before = odd(t, "", "PK", "hidden")
	return e
}

func (t *tape) archive() []byte {
	var z raw
	wrap := pick(t, "", "", "w/")
	for range 1 + t.next()%4 {
		e := t.entry()
		e.name = wrap + e.name
		z.entries = append(z.entries, e)
	}
	if t.rarely() {
		z.entries = append(z.entries, z.entries[0])
	}
	z.zip64 = t.next() >= 200
	z.comment = odd(t, "", "hello", "PK\x05\x06", "PK\x03\x04PK\x06\x07", "PK\x05\x06"+strings.Repeat("\x00", 18), strings.Repeat("c", 65535))
	z.prefix, z.gap, z.late, z.trailer = odd(t, "", "MZ"), odd(t, "", "PK\x06\x08"), odd(t, "", "PK\x05\x05\x00\x00"), odd(t, "", "\n")
	z.swap = t.rarely()
	if t.rarely() {
		at, v := t.next()%20, t.next()
		z.end = func(b []byte) { b[4+at%18] = byte(v) }
	} else if z.zip64 && t.next() >= 128 {
		z.end = func(b []byte) { copy(b[8:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") }
	}
	if t.rarely() {
		at, v := t.next(), t.next()
		z.end64 = func(r, l []byte) { append(r, l...)[at%76] = byte(v); copy(l, append(r, l...)[56:]) }
	}
	return z.bytes()
}

// FuzzBuilt makes archives whose every part is chosen, honest for the most, so
// that far more of them are accepted than of archives with bytes changed.
func FuzzBuilt(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		b := make([]byte, 200)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		f.Add(b)
	}
	f.Add([]byte{})
	others := newReaders(f)
	accepted := 0
	f.Fuzz(func(t *testing.T, b []byte) {
		z := (&tape{b}).archive()
		tree, err := open(t, z)
		var r *plugforge.Rejection
		switch {
		case errors.As(err, &r):
			return
		case err != nil:
			t.Fatalf("neither accepted nor rejected: %v", err)
		}
		accepted++
		others.agree(t, tree, z)
	})
	f.Logf("%d accepted", accepted)
}
