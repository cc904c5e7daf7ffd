package archive_test

import (
	"strings"
)

func hostileHeaders() []hostile {
	base := honest()[1]
	local := func(f func(*head)) []byte { e := base; e.local = f; return one(e) }
	central := func(f func(*head)) []byte { e := base; e.central = f; return one(e) }
	both := func(f func(*head)) []byte { e := base; e.local, e.central = f, f; return one(e) }
	size, packed := uint32(len(base.content)), uint32(len(deflate(base.content)))
	described := func(desc []byte) []byte { e := base; e.flags, e.desc = 8, desc; return one(e) }
	crc := func() uint32 { h, _ := base.head(); return h.crc }()
	all := []hostile{
		{"directory mark wrong", central(func(h *head) { h.mark = "PK\x01\x03" }), "directory-broken", "archive"},
		{"local mark wrong", local(func(h *head) { h.mark = "PK\x03\x05" }), "local-missing", ""},
		{"local header not there", central(func(h *head) { h.offset += 2 }), "local-missing", ""},
		{"local header in the directory", central(func(h *head) { h.offset += 80 }), "local-missing", ""},
		{"two names", local(func(h *head) { h.name = "processors/evil.py" }), "headers-disagree", ""},
		{"two name lengths", local(func(h *head) { h.name = "processors/core.pyc" }), "headers-disagree", ""},
		{"two methods", local(func(h *head) { h.method = 0 }), "headers-disagree", ""},
		{"two flags", local(func(h *head) { h.flags = 2 }), "headers-disagree", ""},
		{"two checksums", local(func(h *head) { h.crc ^= 1 }), "headers-disagree", ""},
		{"checksum only in the directory", local(func(h *head) { h.crc = 0 }), "headers-disagree", ""},
		{"two sizes", local(func(h *head) { h.size++ }), "headers-disagree", ""},
		{"two compressed sizes", local(func(h *head) { h.packed++ }), "headers-disagree", ""},
		{"encrypted in the local header alone", local(func(h *head) { h.flags = 1 }), "headers-disagree", ""},
		{"compressed size reaches the next record", both(func(h *head) { h.packed += 500 }), "overlap", ""},
		{"compressed size huge", both(func(h *head) { h.packed = 1<<32 - 2 }), "overlap", ""},
		{"offset huge", central(func(h *head) { h.offset = 1<<32 - 2 }), "overlap", ""},
		{"on another disk", central(func(h *head) { h.disk = 1 }), "multi-disk", ""},
		{"descriptor missing", described(nil), "descriptor", ""},
		{"descriptor too short", described(le32(crc, packed)), "descriptor", ""},
		{"descriptor with another checksum", described(le32(0x08074b50, crc^1, packed, size)), "descriptor", ""},
		{"descriptor with another size", described(le32(crc, packed, size+1)), "descriptor", ""},
		{"descriptor with another wide size", described(append(le32(crc), le64(uint64(packed), 1<<40)...)), "descriptor", ""},
		{"descriptor with another mark", described(le32(0x08074b51, crc, packed, size)), "descriptor", ""},
		{"descriptor and bytes after it", described(append(le32(0x08074b50, crc, packed, size), "hidden"...)), "descriptor", ""},
		{"descriptor without its flag", func() []byte { e := base; e.desc = le32(crc, packed, size); return one(e) }(), "gap", "archive"},
		{"extra field cut off", both(func(h *head) { h.extra = []byte{1, 2, 9, 0, 1} }), "extra-field", ""},
		{"extra field too short to be one", both(func(h *head) { h.extra = []byte{1, 2, 3} }), "extra-field", ""},
		{"two zip64 fields", both(func(h *head) { h.extra = append(extra(1, nil), extra(1, nil)...) }), "extra-field", ""},
		{"zip64 field missing", central(func(h *head) { h.size = 1<<32 - 1 }), "zip64", ""},
		{"zip64 field too short", central(func(h *head) { h.size = 1<<32 - 1; h.extra = extra(1, le32(size)) }), "zip64", ""},
		{"zip64 field too long", central(func(h *head) { h.size = 1<<32 - 1; h.extra = extra(1, make([]byte, 40)) }), "zip64", ""},
		{"zip64 field of odd length", central(func(h *head) { h.extra = extra(1, make([]byte, 5)) }), "zip64", ""},
		{"zip64 field differs from the header", central(func(h *head) { h.extra = extra(1, le64(uint64(size)+1)) }), "zip64", ""},
		{"zip64 field read in two ways", central(func(h *head) {
			h.offset, h.extra = 1<<32-1, extra(1, le64(uint64(size), uint64(packed), 44))
		}), "zip64", ""},
		{"zip64 size beyond numbers", central(func(h *head) { h.size, h.extra = 1<<32-1, extra(1, le64(1<<63)) }), "extracted-too-large", ""},
		{"zip64 size of 4 GiB", both(func(h *head) {
			h.size, h.packed, h.extra = 1<<32-1, 1<<32-1, extra(1, le64(1<<32, uint64(packed)))
		}), "extracted-too-large", "archive"},
		{"unicode path that renames", both(func(h *head) { h.extra = extra(0x7075, []byte("\x01\x00\x00\x00\x00processors/evil.py")) }), "renaming-extra", ""},
		{"unicode path in the local header alone", local(func(h *head) { h.extra = extra(0x7075, []byte("\x01\x00\x00\x00\x00x")) }), "renaming-extra", ""},
		{"unicode path cut off", both(func(h *head) { h.extra = extra(0x7075, []byte("\x01")) }), "renaming-extra", ""},
		{"unicode path of another version", both(func(h *head) { h.extra = unicodePath(h.name); h.extra[4] = 2 }), "extra-field", ""},
		{"unicode path with another checksum", both(func(h *head) { h.extra = unicodePath(h.name); h.extra[5] ^= 1 }), "extra-field", ""},
		{"unicode path beside a descriptor", func() []byte {
			e := base
			e.flags, e.desc, e.extra = 8, le32(0x08074b50, crc, packed, size), unicodePath(e.name)
			return one(e)
		}(), "extra-field", ""},
		{"two unicode paths", both(func(h *head) {
			h.extra = append(unicodePath(h.name), extra(0x7075, nil)...)
		}), "extra-field", ""},
		{"encrypted", both(func(h *head) { h.flags = 1 }), "encrypted", ""},
		{"strongly encrypted", both(func(h *head) { h.flags = 1 << 6 }), "encrypted", ""},
		{"masked headers", both(func(h *head) { h.flags = 1 << 13 }), "encrypted", ""},
		{"patch data", both(func(h *head) { h.flags = 1 << 5 }), "flags", ""},
		{"reserved flag", both(func(h *head) { h.flags = 1 << 15 }), "flags", ""},
		{"bzip2", both(func(h *head) { h.method = 12 }), "method", ""},
		{"AES", both(func(h *head) { h.method = 99 }), "method", ""},
		{"unknown method", both(func(h *head) { h.method = 77 }), "method", ""},
		{"version 6.3", both(func(h *head) { h.version = 63 }), "version", ""},
		{"version of another system", both(func(h *head) { h.version = 20 | 2<<8 }), "version", ""},
		{"stored with two sizes", both(func(h *head) { h.method = 0 }), "size", ""},
	}
	for i := range all {
		switch all[i].path {
		case "":
			all[i].path = base.name
		case "archive":
			all[i].path = ""
		}
	}
	mixed := honest()
	mixed[0].extra = unicodePath(mixed[0].name)
	mixed[1].flags, mixed[1].desc = 8, le32(0x08074b50, crc, packed, size)
	pair := honest()
	pair[1].before = "hidden"
	same := honest()
	same[1].central = func(h *head) { h.offset = 0 }
	inside := honest()
	inside[0].content = strings.Repeat("x", 100)
	inside[1].central = func(h *head) { h.offset = 60 }
	return append(all,
		hostile{"bytes between entries", raw{entries: pair}.bytes(), "gap", base.name},
		hostile{"two entries in one place", raw{entries: same}.bytes(), "overlap", base.name},
		hostile{"entry inside another", raw{entries: inside}.bytes(), "overlap", base.name},
		hostile{"descriptor in one entry, unicode path in another", raw{entries: mixed}.bytes(), "extra-field", base.name},
		hostile{"listed backwards", raw{entries: honest(), swap: true}.bytes(), "out-of-order", "manifest.py"},
		hostile{"directory too large", largeDirectory(), "directory-too-large", ""},
	)
}

// largeDirectory has few entries, with comments that fill the directory.
func largeDirectory() []byte {
	var z raw
	for i := range 300 {
		z.entries = append(z.entries, ent{name: strings.Repeat("x", i+1), central: func(h *head) { h.comment = strings.Repeat("c", 60000) }})
	}
	return z.bytes()
}
