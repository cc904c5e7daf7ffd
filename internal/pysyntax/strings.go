package pysyntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/runenames"
)

// meaning is what became of the escapes in a literal: each means something to
// CPython as to us, or one lies outside ASCII and is known by its name alone,
// or one is malformed.
type meaning uint8

const (
	exact meaning = iota
	lossy
	malformed
)

// unescape gives the value of the inside of a str or bytes literal.
func unescape(body string, isBytes bool) (value string, sense meaning) {
	if strings.IndexByte(body, '\\') < 0 && strings.IndexByte(body, '\r') < 0 {
		return body, exact
	}
	var b strings.Builder
	for i := 0; i < len(body); {
		c := body[i]
		if c == '\r' && i+1 < len(body) && body[i+1] == '\n' {
			i++ // CPython reads every line end as LF
			continue
		}
		if c != '\\' || i+1 == len(body) {
			b.WriteByte(c)
			i++
			continue
		}
		n, one := escape(&b, body[i+1:], isBytes)
		sense = max(sense, one)
		i += 1 + n
	}
	return b.String(), sense
}

var simpleEscapes = map[byte]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11,
}

// escape writes what follows a backslash and tells how many bytes it took.
func escape(b *strings.Builder, s string, isBytes bool) (n int, sense meaning) {
	switch c := s[0]; {
	case c == '\n':
		return 1, exact
	case c == '\r':
		return min(2, len(s)), exact
	case simpleEscapes[c] != 0:
		b.WriteByte(simpleEscapes[c])
		return 1, exact
	case c >= '0' && c <= '7':
		n = 1
		for n < 3 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			n++
		}
		v, _ := strconv.ParseUint(s[:n], 8, 16)
		writeCode(b, rune(v), isBytes)
		return n, exact
	case c == 'x':
		return hexEscape(b, s, 2, isBytes)
	case c == 'u' && !isBytes:
		return hexEscape(b, s, 4, false)
	case c == 'U' && !isBytes:
		return hexEscape(b, s, 8, false)
	case c == 'N' && !isBytes:
		end := strings.IndexByte(s, '}')
		if end < 3 || s[1] != '{' {
			return 1, malformed
		}
		r := asciiNamed(s[2:end])
		b.WriteRune(r)
		if r == utf8.RuneError {
			return end + 1, lossy
		}
		return end + 1, exact
	}
	// An unknown escape stays as it is, backslash and all.
	b.WriteByte('\\')
	return 0, exact
}

func hexEscape(b *strings.Builder, s string, digits int, isBytes bool) (int, meaning) {
	if len(s) <= digits {
		return 1, malformed
	}
	v, err := strconv.ParseUint(s[1:1+digits], 16, 32)
	if err != nil || v > utf8.MaxRune {
		return 1, malformed
	}
	writeCode(b, rune(v), isBytes)
	return 1 + digits, exact
}

// writeCode keeps surrogates, which UTF-8 has no form for, as the three bytes
// they would have: the value then is not valid UTF-8, and nobody takes it for
// another character.
func writeCode(b *strings.Builder, r rune, isBytes bool) {
	switch {
	case isBytes:
		b.WriteByte(byte(r))
	case r >= 0xd800 && r <= 0xdfff:
		b.Write([]byte{0xe0 | byte(r>>12), 0x80 | byte(r>>6)&0x3f, 0x80 | byte(r)&0x3f})
	default:
		b.WriteRune(r)
	}
}

// asciiNamed is the ASCII character of that Unicode name, in any case;
// utf8.RuneError for every other.
func asciiNamed(name string) rune {
	for r := rune(' '); r < 0x7f; r++ {
		if strings.EqualFold(runenames.Name(r), name) {
			return r
		}
	}
	return utf8.RuneError
}
