package archive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// The marks that open each kind of record.
const (
	markLocal      = "PK\x03\x04"
	markDescriptor = "PK\x07\x08"
	markCentral    = "PK\x01\x02"
	markEnd        = "PK\x05\x06"
	markEnd64      = "PK\x06\x06"
	markLocator64  = "PK\x06\x07"
)

const (
	endLen       = 22
	end64Len     = 56
	locator64Len = 20

	max16 = 1<<16 - 1
	max32 = 1<<32 - 1
)

var le = binary.LittleEndian

// frame is what the end records say about the rest of the archive.
type frame struct {
	start   int64 // where the central directory starts, and the contents end
	length  int64 // of the central directory
	records int64
}

// frame finds the end record and what it says. Readers look for it in
// different ways; it is accepted only where all of them find the same one.
func (c *checker) frame() (frame, bool, error) {
	if c.size > MaxSize {
		c.whole("too-large", c.size, MaxSize)
		return frame{}, false, nil
	}
	head, err := c.read(0, int(min(c.size, 8)))
	if err != nil {
		return frame{}, false, err
	}
	opening := string(head)
	tail, err := c.read(max(0, c.size-endLen-max16), int(min(c.size, endLen+max16)))
	if err != nil {
		return frame{}, false, err
	}
	at := bytes.LastIndex(tail, []byte(markEnd))
	if at < 0 {
		c.noEnd(opening)
		return frame{}, false, nil
	}
	if !c.oneEnd(tail, at) {
		return frame{}, false, nil
	}
	end := c.size - int64(len(tail)-at)
	f, limit, ok, err := c.endRecords(end, bytes.Clone(tail[at:at+endLen]))
	if err != nil || !ok {
		return frame{}, false, err
	}
	return f, c.fits(f, limit, opening), nil
}

func (c *checker) noEnd(opening string) {
	if strings.HasPrefix(opening, markLocal) {
		c.whole("no-end")
		return
	}
	c.whole("not-zip", describe(opening))
}

// describe guesses what a file is from its first bytes.
func describe(opening string) string {
	for _, known := range []struct{ mark, name string }{
		{"\x1f\x8b", "gzip"}, {"7z\xbc\xaf", "7-Zip"}, {"Rar!", "RAR"}, {"BZh", "bzip2"},
		{"\xfd7zXZ", "xz"}, {"(\xb5/\xfd", "zstd"}, {"<", "a web page"}, {"{", "JSON"}, {"\x7fELF", "a program"},
	} {
		if strings.HasPrefix(opening, known.mark) {
			return "it looks like " + known.name
		}
	}
	if opening == "" {
		return "it is empty"
	}
	return "it starts with " + fmt.Sprintf("%q", opening)
}

// oneEnd tells whether the last end record, at tail[at:], is the only one that
// any reader may take.
func (c *checker) oneEnd(tail []byte, at int) bool {
	comment := len(tail) - at - endLen
	if comment < 0 {
		// Its mark stands within another record's fields or comment.
		c.ambiguousOrCut(tail, at)
		return false
	}
	switch said := int(le.Uint16(tail[at+20:])); {
	case said > comment:
		c.whole("cut-off", said-comment)
		return false
	case said < comment:
		c.whole("trailing-bytes", comment-said)
		return false
	}
	for rest := tail[:at]; ; {
		earlier := bytes.LastIndex(rest, []byte(markEnd))
		if earlier < 0 {
			return true
		}
		// An end record inside a stored file is harmless unless its own
		// comment would reach the archive's end.
		if earlier+endLen+int(le.Uint16(tail[earlier+20:])) == len(tail) {
			c.whole("two-ends")
			return false
		}
		rest = rest[:earlier]
	}
}

func (c *checker) ambiguousOrCut(tail []byte, at int) {
	if bytes.LastIndex(tail[:at], []byte(markEnd)) >= 0 {
		c.whole("two-ends")
	} else {
		c.whole("cut-off", at+endLen-len(tail))
	}
}

// endRecords reads the end record at end and the ZIP64 ones before it. limit
// is where the first of them stands.
func (c *checker) endRecords(end int64, b []byte) (f frame, limit int64, ok bool, err error) {
	disk, startDisk := le.Uint16(b[4:]), le.Uint16(b[6:])
	here, total := le.Uint16(b[8:]), le.Uint16(b[10:])
	length, start := le.Uint32(b[12:]), le.Uint32(b[16:])

	big, limit, err := c.end64(end)
	if err != nil {
		return frame{}, 0, false, err
	}
	if big == nil {
		if disk != 0 || startDisk != 0 || here != total {
			c.whole("multi-disk")
			return frame{}, 0, false, nil
		}
		if total == max16 || length == max32 || start == max32 {
			c.whole("zip64", "the end record refers to a ZIP64 record that is missing")
			return frame{}, 0, false, nil
		}
		return frame{int64(start), int64(length), int64(total)}, limit, true, nil
	}
	return c.reconcile(big, limit, [...]small{
		{uint64(disk), max16, uint64(le.Uint32(big[16:]))}, {uint64(startDisk), max16, uint64(le.Uint32(big[20:]))},
		{uint64(here), max16, le.Uint64(big[24:])}, {uint64(total), max16, le.Uint64(big[32:])},
		{uint64(length), max32, le.Uint64(big[40:])}, {uint64(start), max32, le.Uint64(big[48:])},
	})
}

// small is a field of the end record beside its ZIP64 double.
type small struct{ value, referral, double uint64 }

// reconcile demands that readers with and without ZIP64 see the same.
func (c *checker) reconcile(big []byte, limit int64, fields [6]small) (frame, int64, bool, error) {
	for _, f := range fields {
		if f.value != f.referral && f.value != f.double {
			c.whole("zip64", "its two end records differ")
			return frame{}, 0, false, nil
		}
	}
	if fields[0].double != 0 || fields[1].double != 0 || fields[2].double != fields[3].double {
		c.whole("multi-disk")
		return frame{}, 0, false, nil
	}
	records, length, start := fields[3].double, fields[4].double, fields[5].double
	if size := uint64(c.size); records > size || length > size || start > size {
		c.whole("zip64", "its end record points past the archive's end")
		return frame{}, 0, false, nil
	}
	return frame{int64(start), int64(length), int64(records)}, limit, true, nil
}

// end64 gives the ZIP64 end record, nil when there is none, and where the end
// records start. One that is broken is a finding, and left to contradict.
func (c *checker) end64(end int64) ([]byte, int64, error) {
	if end < locator64Len {
		return nil, end, nil
	}
	locator, err := c.read(end-locator64Len, locator64Len)
	if err != nil || string(locator[:4]) != markLocator64 {
		return nil, end, err
	}
	at := end - locator64Len - end64Len
	disk, said, disks := le.Uint32(locator[4:]), le.Uint64(locator[8:]), le.Uint32(locator[16:])
	if disk != 0 || disks != 1 {
		c.whole("multi-disk")
	}
	if at < 0 || said != uint64(at) {
		c.whole("zip64", "its locator does not point at the record before it")
		return nil, end, nil
	}
	b, err := c.read(at, end64Len)
	if err != nil {
		return nil, end, err
	}
	if string(b[:4]) != markEnd64 || le.Uint64(b[4:]) != end64Len-12 {
		c.whole("zip64", "its end record is malformed")
		return nil, end, nil
	}
	return bytes.Clone(b), at, nil
}

// fits demands that the directory ends where the end records start, and that
// it is of a sane size.
func (c *checker) fits(f frame, limit int64, opening string) bool {
	if len(c.findings) > 0 {
		return false
	}
	const leastRecord = 46
	slack := limit - f.start - f.length
	switch {
	case slack > 0 && !strings.HasPrefix(opening, markLocal) && !strings.HasPrefix(opening, markEnd):
		c.whole("prefix-bytes", slack)
	case slack > 0:
		c.whole("gap", slack)
	case slack < 0:
		c.whole("overlap")
	case f.records > maxRecords:
		c.whole("directory-too-large", fmt.Sprintf("%d entries", f.records), maxRecords, maxDirectory)
	case f.length > maxDirectory:
		c.whole("directory-too-large", fmt.Sprintf("its entries in %d bytes", f.length), maxRecords, maxDirectory)
	case f.records*leastRecord > f.length:
		c.whole("directory-broken", fmt.Sprintf("%d entries can't fit into %d bytes", f.records, f.length))
	default:
		return true
	}
	return false
}
