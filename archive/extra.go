package archive

import (
	"fmt"
	"hash/crc32"
)

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
	extraUnixMode    = 0x756e // of the maker ASi: unzip takes the mode from it
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
			if !c.unicodePath(name, value) {
				return false
			}
		case extraUnixMode:
			if len(value) < 6 {
				c.add(name, "extra-field", "the Unix mode is cut off")
				return false
			}
			// A checksum comes before the mode.
			c.checkMode(name, uint32(le.Uint16(value[4:])))
		}
	}
	if problem := widen(fields, zip64, wide); problem != "" {
		c.add(name, "zip64", problem)
		return false
	}
	return true
}

// unicodePath lets a second name pass only if it is the first, and if the
// version and the first name's checksum, which come before it, leave no reader
// in doubt about whether it counts.
func (c *checker) unicodePath(name string, value []byte) bool {
	switch {
	case len(value) < 5 || string(value[5:]) != name:
		c.add(name, "renaming-extra")
	case value[0] != 1 || le.Uint32(value[1:]) != crc32.ChecksumIEEE([]byte(name)):
		c.add(name, "extra-field", "the name in UTF-8 has a wrong checksum or version")
		return false
	}
	return true
}

// repeatsName tells whether extra fields that passed say the name once more:
// unzip goes by that then, whatever alphabet it takes the header's to be in.
func repeatsName(b []byte) bool {
	for len(b) > 0 {
		if le.Uint16(b) == extraUnicodePath {
			return true
		}
		b = b[4+le.Uint16(b[2:]):]
	}
	return false
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
