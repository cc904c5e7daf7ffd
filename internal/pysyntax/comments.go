package pysyntax

import "bytes"

// Comments gives where the comments of the file lie, from # to the line's end
// without it. The tree does not hold them: they are read from the source, with
// strings (also those in f-strings) as Python reads them.
func (f *File) Comments() []Span {
	c := comments{src: f.Src}
	c.code(0, false)
	return c.found
}

// comments goes over the source of a file that parsed: what is not a string or
// a comment is passed byte by byte.
type comments struct {
	src   []byte
	found []Span
}

// code reads from at to the source's end; in a field of an f-string to the }
// or the : that ends its expression. It gives where it stopped.
func (c *comments) code(at int, field bool) int {
	depth := 0
	for at < len(c.src) {
		switch b := c.src[at]; b {
		case '#':
			end := lineEnd(c.src, at)
			c.found = append(c.found, Span{int32(at), int32(end)})
			at = end
		case '"', '\'':
			at = c.literal(at)
		case '(', '[', '{':
			depth++
			at++
		case ')', ']':
			depth--
			at++
		case '}', ':':
			if field && depth == 0 {
				return at
			}
			if b == '}' {
				depth--
			}
			at++
		default:
			at++
		}
	}
	return at
}

func lineEnd(src []byte, at int) int {
	n := bytes.IndexByte(src[at:], '\n')
	if n < 0 {
		return len(src)
	}
	for n > 0 && src[at+n-1] == '\r' {
		n--
	}
	return at + n
}

// literal reads a string whose opening quote is at at, and gives its end.
func (c *comments) literal(at int) int {
	raw, formatted := c.prefix(at)
	quote := c.src[at : at+1]
	if bytes.HasPrefix(c.src[at:], []byte{quote[0], quote[0], quote[0]}) {
		quote = c.src[at : at+3]
	}
	return c.text(at+len(quote), quote, raw, formatted, false)
}

// prefix tells what the letters before a quote make of a string.
func (c *comments) prefix(at int) (raw, formatted bool) {
	from := at
	for from > 0 && at-from < 2 && bytes.IndexByte([]byte("rRbBfFuUtT"), c.src[from-1]) >= 0 {
		from--
	}
	if from > 0 && isWordByte(c.src[from-1]) {
		return false, false // the end of a keyword: in"a"
	}
	for _, b := range c.src[from:at] {
		raw = raw || b|0x20 == 'r'
		formatted = formatted || b|0x20 == 'f' || b|0x20 == 't'
	}
	return raw, formatted
}

func isWordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b >= 0x80
}

// text reads a string's inside to its closing quote and gives the place behind
// it; the format of a field, which is text too, to the } that ends the field.
func (c *comments) text(at int, quote []byte, raw, formatted, format bool) int {
	for at < len(c.src) {
		switch b := c.src[at]; {
		case b == '\\' && formatted && raw && at+1 < len(c.src) && (c.src[at+1] == '{' || c.src[at+1] == '}'):
			at++ // rf"\{x}" has a field
		case b == '\\' && formatted && !raw && bytes.HasPrefix(c.src[at:], []byte(`\N{`)):
			at += 3 // a character's name; its } is none of a field's
			if end := bytes.IndexByte(c.src[at:], '}'); end >= 0 {
				at += end + 1
			}
		case b == '\\' && formatted && at+1 < len(c.src) && (c.src[at+1] == '{' || c.src[at+1] == '}'):
			at++
		case b == '\\':
			at += 2
		case bytes.HasPrefix(c.src[at:], quote):
			if format {
				return at // the field is cut: let the string end
			}
			return at + len(quote)
		case formatted && b == '{' && !format && at+1 < len(c.src) && c.src[at+1] == '{':
			at += 2
		case formatted && b == '{':
			at = c.code(at+1, true)
			if at < len(c.src) && c.src[at] == ':' {
				at = c.text(at+1, quote, raw, true, true)
			}
			if at < len(c.src) && c.src[at] == '}' {
				at++
			}
		case format && b == '}':
			return at
		default:
			at++
		}
	}
	return len(c.src)
}
