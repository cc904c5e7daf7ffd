package archive

import (
	"slices"
	"strings"
)

const localLen = 30

// walk goes from the archive's first byte to its directory and demands that
// the records lie there one after the other, each with a local header that
// says what the directory says. It stops where going on would only repeat the
// same complaint.
func (c *checker) walk(f frame, records []*record) error {
	at := int64(0)
	for i, r := range records {
		if i > 0 && r.offset < records[i-1].offset {
			c.add(r.name, "out-of-order")
			return nil
		}
		switch {
		case r.offset < at:
			c.add(r.name, "overlap")
			return nil
		case r.offset > at && i == 0:
			c.whole("prefix-bytes", r.offset)
		case r.offset > at:
			c.add(r.name, "gap", r.offset-at)
		}
		next := f.start
		if i+1 < len(records) {
			next = records[i+1].offset
		}
		end, ok, err := c.local(r, next, f.start)
		if err != nil || !ok {
			return err
		}
		at = end
	}
	if at < f.start {
		c.whole("gap", f.start-at)
	}
	c.checkMixture(records)
	return nil
}

// checkMixture refuses descriptors in an archive with names in extra fields:
// unzip takes every descriptor for one of ZIP64 then, and gives up.
func (c *checker) checkMixture(records []*record) {
	described := slices.IndexFunc(records, func(r *record) bool { return r.flags&flagDescriptor != 0 })
	if c.unicode && described >= 0 {
		c.add(records[described].name, "extra-field", "sizes after the content do not go with extra fields that repeat names")
	}
}

// local compares the record's local header with its central one and gives
// where the record ends. The next record, or the directory, starts at next.
func (c *checker) local(r *record, next, limit int64) (end int64, ok bool, err error) {
	if r.offset+localLen > limit {
		c.add(r.name, "local-missing")
		return 0, false, nil
	}
	head, err := c.read(r.offset, localLen)
	if err != nil {
		return 0, false, err
	}
	if string(head[:4]) != markLocal {
		c.add(r.name, "local-missing")
		return 0, false, nil
	}
	h := [localLen]byte(head)
	nameLen, extraLen := int(le.Uint16(h[26:])), int(le.Uint16(h[28:]))
	r.content = r.offset + localLen + int64(nameLen) + int64(extraLen)
	if end = r.content + r.packed; end > limit {
		c.add(r.name, "overlap")
		return 0, false, nil
	}
	b, err := c.read(r.offset+localLen, nameLen+extraLen)
	if err != nil {
		return 0, false, err
	}
	c.compare(r, h[:], b[:nameLen], b[nameLen:])
	if r.flags&flagDescriptor == 0 {
		return end, true, nil
	}
	n, err := c.descriptor(r, end, next)
	return end + n, true, err
}

// compare demands that the local header says what the central one does. Sizes
// and checksum may be left to the descriptor, and are 0 then.
func (c *checker) compare(r *record, h, name, extra []byte) {
	fields := []field64{
		{name: "size", wide: 4, value: uint64(le.Uint32(h[22:]))},
		{name: "compressed size", wide: 4, value: uint64(le.Uint32(h[18:]))},
	}
	if !c.extras(r.name, extra, fields) {
		return
	}
	repeats := repeatsName(extra)
	c.unicode = c.unicode || r.unicode || repeats
	r.unicode = r.unicode && repeats
	left := func(v uint64) bool { return v == 0 && r.flags&flagDescriptor != 0 }
	var differ []string
	note := func(what string, same bool) {
		if !same {
			differ = append(differ, what)
		}
	}
	crc := le.Uint32(h[14:])
	note("name", string(name) == r.name)
	note("flags", le.Uint16(h[6:]) == r.flags)
	note("method", le.Uint16(h[8:]) == r.method)
	note("checksum", crc == r.crc || left(uint64(crc)))
	note("size", fields[0].value == uint64(r.size) || left(fields[0].value))
	note("compressed size", fields[1].value == uint64(r.packed) || left(fields[1].value))
	if differ != nil {
		c.add(r.name, "headers-disagree", strings.Join(differ, ", "))
	}
}

// descriptor reads what follows the content of a record whose sizes were not
// known when its local header was written, and gives its length. With or
// without mark, with 4 or 8 bytes a size: writers do all four, so the length
// decides, which the next record's place tells.
func (c *checker) descriptor(r *record, at, next int64) (int64, error) {
	n := next - at
	if n != 12 && n != 16 && n != 20 && n != 24 {
		c.add(r.name, "descriptor")
		return max(n, 0), nil
	}
	b, err := c.read(at, int(n))
	if err != nil {
		return 0, err
	}
	marked := n == 16 || n == 24
	if marked && string(b[:4]) != markDescriptor {
		c.add(r.name, "descriptor")
		return n, nil
	}
	if marked {
		b = b[4:]
	}
	wide := (len(b) - 4) / 2
	packed, rest := take(b[4:], wide)
	size, _ := take(rest, wide)
	if le.Uint32(b) != r.crc || packed != uint64(r.packed) || size != uint64(r.size) {
		c.add(r.name, "descriptor")
	}
	return n, nil
}
