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

	path string // in the tree, without the wrapping folder; set by checkTotals
}

// The flags that matter.
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13

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
	if !c.extras(r.name, b[centralLen+nameLen:centralLen+nameLen+extraLen], fields) {
		return nil, nil, false
	}
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

// field64 is a header's field that a ZIP64 extra field may widen.
type field64 struct {
	name  string
	wide  int // bytes it has in the header: 4, or 2 for a disk number
	value uint64
}

// refers tells whether the header leaves the value to the extra field.
func (f field64) refers() bool {
	return f.wide == 4 && f.value == max32 || f.wide == 2 && f.value == max16
}

// wide64 is the bytes that the field has in the extra field.
func (f field64) wide64() int { return 2 * f.wide }

const (
	extraZip64       = 0x0001
	extraUnicodePath = 0x7075
)

// extras reads a header's extra fields and fills in what fields leave to them.
// It is false when that could not be done.
func (c *checker) extras(name string, b []byte, fields []field64) bool {
	var zip64 []byte
	var wide, named bool
	for len(b) > 0 {
		if len(b) < 4 || int(le.Uint16(b[2:])) > len(b)-4 {
			c.add(name, "extra-field", "the last one is cut off")
			return false
		}
		id, value := le.Uint16(b), b[4:4+le.Uint16(b[2:])]
		b = b[4+len(value):]
		if id == extraZip64 && wide || id == extraUnicodePath && named {
			c.add(name, "extra-field", fmt.Sprintf("%#04x is there twice", id))
			return false
		}
		switch id {
		case extraZip64:
			zip64, wide = value, true
		case extraUnicodePath:
			named = true
			c.unicodePath(name, value)
		}
	}
	if problem := widen(fields, zip64, wide); problem != "" {
		c.add(name, "zip64", problem)
		return false
	}
	return true
}

// unicodePath lets a second name pass only if it is the first. (A version byte
// and the first name's checksum come before it.)
func (c *checker) unicodePath(name string, value []byte) {
	if len(value) < 5 || string(value[5:]) != name {
		c.add(name, "renaming-extra")
	}
}

// widen fills in from the ZIP64 extra field the values that the header leaves
// to it, and demands that those which it holds beside are the header's. It
// gives what is wrong, "" for nothing.
func widen(fields []field64, b []byte, present bool) string {
	least, full, prefix := 0, 0, true
	for i, f := range fields {
		if f.refers() {
			least += f.wide64()
			prefix = prefix && (i == 0 || fields[i-1].refers())
		}
		full += f.wide64()
	}
	switch {
	case !present && least == 0:
		return ""
	case !present:
		return "an entry refers to an extra field that is missing"
	case len(b) == least:
		for i := range fields {
			if fields[i].refers() {
				fields[i].value, b = take(b, fields[i].wide64())
			}
		}
		return ""
	case len(b) < least || len(b) > full || !prefix:
		return "an entry's extra field is of the wrong length"
	}
	return widenAll(fields, b)
}

// widenAll reads an extra field that holds more than the header left to it:
// every value from the first on.
func widenAll(fields []field64, b []byte) string {
	for i := range fields {
		f := &fields[i]
		if len(b) == 0 {
			return ""
		}
		if len(b) < f.wide64() {
			return "an entry's extra field is of the wrong length"
		}
		var value uint64
		value, b = take(b, f.wide64())
		if !f.refers() && value != f.value {
			return "an entry's " + f.name + " differs between header and extra field"
		}
		f.value = value
	}
	return ""
}

// take reads a number of n bytes, 8 or 4, from the start of b.
func take(b []byte, n int) (uint64, []byte) {
	if n == 8 {
		return le.Uint64(b), b[8:]
	}
	return uint64(le.Uint32(b)), b[n:]
}
