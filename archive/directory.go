package archive

import (
	"fmt"
)

const centralLen = 46

// record is one entry: what its central header says, and where its content
// lies.
type record struct {
	name    string // raw
	made    uint16 // the maker's system in the high byte
	version uint16 // needed to extract
	flags   uint16
	method  uint16
	crc     uint32
	packed  int64 // bytes of content as it lies in the archive
	size    int64 // bytes extracted, as declared
	attrs   uint32
	offset  int64 // of the local header
	content int64 // where the content starts; set by walk

	unicode bool // an extra field of both headers repeats the name in UTF-8

	path string // in the tree, without the wrapping folder; set by checkTotals
}

// The flags that matter.
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13

	flagsEncryption = flagEncrypted | flagStrong | flagMasked

	// Beside the descriptor and UTF-8 flags only the two that tell how hard
	// the compressor tried mean nothing to readers.
	flagsAllowed = flagDescriptor | flagUTF8 | 1<<1 | 1<<2
)

const (
	methodStored   = 0
	methodDeflated = 8
)

// isFolder tells by the name alone, as readers do.
func (r *record) isFolder() bool { return len(r.name) > 0 && r.name[len(r.name)-1] == '/' }

// directory reads the central directory, which frame has bounded.
func (c *checker) directory(f frame) ([]*record, bool, error) {
	b := make([]byte, f.length)
	if _, err := c.src.ReadAt(b, f.start); err != nil {
		return nil, false, err
	}
	var records []*record
	for len(b) > 0 {
		if int64(len(records)) == f.records {
			c.whole("directory-broken", "it goes on after the entries that its end record counts")
			return nil, false, nil
		}
		r, rest, ok := c.central(b)
		if !ok {
			return nil, false, nil
		}
		records, b = append(records, r), rest
	}
	if int64(len(records)) != f.records {
		c.whole("directory-broken", fmt.Sprintf("it holds %d entries where its end record counts %d", len(records), f.records))
		return nil, false, nil
	}
	if f.records == 0 && f.start > 0 {
		c.whole("gap", f.start)
		return nil, false, nil
	}
	return records, true, nil
}

// central reads the central header at the start of b and gives what follows.
func (c *checker) central(b []byte) (*record, []byte, bool) {
	if len(b) < centralLen || string(b[:4]) != markCentral {
		c.whole("directory-broken", "an entry's mark is missing")
		return nil, nil, false
	}
	nameLen, extraLen, commentLen := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	total := centralLen + nameLen + extraLen + commentLen
	if total > len(b) {
		c.whole("directory-broken", "an entry reaches past its end")
		return nil, nil, false
	}
	r := &record{
		made: le.Uint16(b[4:]), version: le.Uint16(b[6:]), flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]),
		crc: le.Uint32(b[16:]), attrs: le.Uint32(b[38:]),
		name: string(b[centralLen : centralLen+nameLen]),
	}
	fields := []field64{
		{name: "size", wide: 4, value: uint64(le.Uint32(b[24:]))},
		{name: "compressed size", wide: 4, value: uint64(le.Uint32(b[20:]))},
		{name: "offset", wide: 4, value: uint64(le.Uint32(b[42:]))},
		{name: "disk", wide: 2, value: uint64(le.Uint16(b[34:]))},
	}
	extra := b[centralLen+nameLen : centralLen+nameLen+extraLen]
	if !c.extras(r.name, extra, fields) {
		return nil, nil, false
	}
	r.unicode = repeatsName(extra)
	if fields[3].value != 0 {
		c.add(r.name, "multi-disk")
		return nil, nil, false
	}
	// Beyond these the walk could not even do its sums.
	if fields[0].value > 1<<62 {
		c.add(r.name, "extracted-too-large", fields[0].value, MaxExtracted)
		return nil, nil, false
	}
	if size := uint64(c.size); fields[1].value > size || fields[2].value > size {
		c.add(r.name, "overlap")
		return nil, nil, false
	}
	r.size, r.packed, r.offset = int64(fields[0].value), int64(fields[1].value), int64(fields[2].value)
	return r, b[total:], true
}
