package pysyntax

import (
	"strings"
	"unicode/utf8"
)

// mostDigits of a decimal integer are read, as by CPython.
const mostDigits = 4300

func (c *converter) number(i int32) Expr {
	text := c.source(i)
	digits := strings.ReplaceAll(text, "_", "")
	e := &Const{Span: c.span(i), Kind: Int, Text: digits}
	lower := strings.ToLower(digits)
	based := len(lower) > 1 && lower[0] == '0' && strings.IndexByte("xob", lower[1]) >= 0
	switch {
	case strings.HasSuffix(lower, "l"):
		c.fail(i, "%s is Python 2: drop the L", digits)
	case !based && strings.HasSuffix(lower, "j"):
		e.Kind = Complex
	case c.kind(i) == "float":
		e.Kind = Float
	case based:
	case lower[0] == '0' && strings.Trim(lower, "0") != "":
		c.fail(i, "%s starts with 0: an octal number starts with 0o", c.describe(i))
	case len(lower) > mostDigits:
		c.fail(i, "an integer of more than %d digits", mostDigits)
	}
	rest := c.text[c.at(i).end:]
	prefix := text == "0" && rest != "" && strings.IndexByte("xXoObB", rest[0]) >= 0 // 0or is no 0 and or
	if prefix || !underscored(text, based) || !numberEnds(rest) {
		c.fail(i, "%s is not a number", c.describe(i))
	}
	return e
}

// underscored tells whether all underscores stand between digits, or behind
// the prefix of a base.
func underscored(text string, based bool) bool {
	digit := func(k int) bool {
		return k < len(text) && (text[k] >= '0' && text[k] <= '9' || based && text[k] != '_')
	}
	for k := range len(text) {
		if text[k] == '_' && !(digit(k-1) && digit(k+1)) {
			return false
		}
	}
	return true
}

// numberEnds tells whether rest may follow a number: no letter, unless it
// starts one of the words that CPython lets follow.
func numberEnds(rest string) bool {
	if rest == "" || rest[0] < utf8.RuneSelf && rest[0] != '_' && (rest[0]|0x20 < 'a' || rest[0]|0x20 > 'z') {
		return true
	}
	for _, word := range []string{"and", "else", "for", "if", "in", "is", "or", "not"} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	return false
}
