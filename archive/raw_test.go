package archive_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
)

// raw builds zips byte by byte, so that each field can lie. The zero values
// give an honest archive.
type raw struct {
	entries []ent
	prefix  string // before the first record
	gap     string // between the records and the directory
	late    string // between the directory and the end record
	comment string
	trailer string
	zip64   bool              // write ZIP64 end records
	end     func(b []byte)    // changes the end record
	end64   func(r, l []byte) // changes the ZIP64 end record and its locator
	swap    bool              // list the entries backwards
}

type ent struct {
	name    string
	content string
	deflate bool
	packed  []byte // instead of the compressed content
	flags   uint16
	made    uint16
	attrs   uint32
	extra   []byte // of both headers
	before  string // bytes before the local header
	desc    []byte // data descriptor
	local   func(h *head)
	central func(h *head)
}

// head is a header's fields, as far as they can be lied about.
type head struct {
	mark         string
	version      uint16
	flags        uint16
	method       uint16
	crc          uint32
	packed, size uint32
	name         string
	extra        []byte
	comment      string
	disk         uint16
	offset       uint32
}

func le16(v ...uint16) (b []byte) {
	for _, n := range v {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	return b
}

func le32(v ...uint32) (b []byte) {
	for _, n := range v {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func le64(v ...uint64) (b []byte) {
	for _, n := range v {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

func extra(id uint16, value []byte) []byte {
	return append(le16(id, uint16(len(value))), value...)
}

// unicodePath is the extra field that repeats a name in UTF-8.
func unicodePath(name string) []byte {
	return extra(0x7075, append(append([]byte{1}, le32(crc32.ChecksumIEEE([]byte(name)))...), name...))
}

func deflate(content string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 6)
	w.Write([]byte(content))
	w.Close()
	return b.Bytes()
}

func (e ent) head() (head, []byte) {
	h := head{version: 20, flags: e.flags, name: e.name, extra: e.extra, crc: crc32.ChecksumIEEE([]byte(e.content)), size: uint32(len(e.content))}
	body := []byte(e.content)
	if e.deflate {
		h.method, body = 8, deflate(e.content)
	}
	if e.packed != nil {
		body = e.packed
	}
	h.packed = uint32(len(body))
	return h, body
}

func (z raw) bytes() []byte {
	b := []byte(z.prefix)
	var directory []byte
	for _, e := range z.entries {
		b = append(b, e.before...)
		h, body := e.head()
		c := h
		c.offset, h.mark, c.mark = uint32(len(b)), "PK\x03\x04", "PK\x01\x02"
		if e.flags&8 != 0 {
			h.crc, h.packed, h.size = 0, 0, 0
		}
		if e.local != nil {
			e.local(&h)
		}
		if e.central != nil {
			e.central(&c)
		}
		b = append(b, h.mark...)
		b = append(b, le16(h.version, h.flags, h.method, 0, 1<<5|1)...)
		b = append(b, le32(h.crc, h.packed, h.size)...)
		b = append(b, le16(uint16(len(h.name)), uint16(len(h.extra)))...)
		b = append(append(append(append(b, h.name...), h.extra...), body...), e.desc...)

		d := append([]byte(c.mark), le16(e.made, c.version, c.flags, c.method, 0, 1<<5|1)...)
		d = append(d, le32(c.crc, c.packed, c.size)...)
		d = append(d, le16(uint16(len(c.name)), uint16(len(c.extra)), uint16(len(c.comment)), c.disk, 0)...)
		d = append(append(d, le32(e.attrs, c.offset)...), c.name...)
		d = append(append(d, c.extra...), c.comment...)
		if z.swap {
			directory = append(d, directory...)
		} else {
			directory = append(directory, d...)
		}
	}
	b = append(b, z.gap...)
	start, n := len(b), len(z.entries)
	b = append(append(b, directory...), z.late...)
	if z.zip64 {
		r := append([]byte("PK\x06\x06"), le64(44)...)
		r = append(append(r, le16(45, 45)...), le32(0, 0)...)
		r = append(r, le64(uint64(n), uint64(n), uint64(len(directory)), uint64(start))...)
		l := append(append([]byte("PK\x06\x07"), le32(0)...), le64(uint64(len(b)))...)
		l = append(l, le32(1)...)
		if z.end64 != nil {
			z.end64(r, l)
		}
		b = append(append(b, r...), l...)
	}
	end := append([]byte("PK\x05\x06"), le16(0, 0, uint16(n), uint16(n))...)
	end = append(end, le32(uint32(len(directory)), uint32(start))...)
	end = append(end, le16(uint16(len(z.comment)))...)
	if z.end != nil {
		z.end(end)
	}
	return append(append(append(b, end...), z.comment...), z.trailer...)
}

// honest is two files, the second deflated.
func honest() []ent {
	return []ent{
		{name: "manifest.py", content: "metadata = {}\n"},
		{name: "processors/core.py", content: "x = 1\nx = 1\nx = 1\nx = 1\n", deflate: true},
	}
}

// one is an archive of a single changed entry after an honest one.
func one(e ent) []byte { return raw{entries: []ent{honest()[0], e}}.bytes() }

// named is an archive of files with these names, marked UTF-8 where needed.
func named(names ...string) []byte {
	var z raw
	for _, name := range names {
		e := ent{name: name, content: "x = 1\n"}
		for i := range len(name) {
			if name[i] >= 0x80 {
				// From Unix: unzip misreads such names from elsewhere.
				e.flags, e.made, e.attrs = 1<<11, 3<<8, 0o100644<<16
			}
		}
		if name != "" && name[len(name)-1] == '/' {
			e.content, e.attrs = "", 0
		}
		z.entries = append(z.entries, e)
	}
	return z.bytes()
}
