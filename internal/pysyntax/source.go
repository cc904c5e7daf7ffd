package pysyntax

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What a file may be at most. With all of them the worst file that passes is
// read within a second; without them tree-sitter's time grows with the square
// of what it is given.
const (
	MaxSize     = 512 << 10 // bytes of one file
	MaxIndent   = 1_000     // columns before a line's first character
	MaxBlocks   = 99        // indented blocks within each other, as CPython
	MaxBrackets = 200       // open within each other, as CPython
	MaxNesting  = 1_000     // levels of the tree
	MaxRun      = 400       // lines in a row that are a comment, blank or a lone backslash
)

// Kind says what sort of Problem it is.
type Kind uint8

// The kinds of Problem.
const (
	Encoding Kind = iota // not UTF-8, or declares to be something else
	Hidden               // characters that show one program and run another
	Size                 // larger, longer or deeper than is read
	Syntax               // not Python 3
)

// Problem is why bytes are not taken as Python. Line and Col count from 1, Col
// in characters; both are 0 for what concerns the whole.
type Problem struct {
	Kind Kind
	Line int
	Col  int
	Text string // what is wrong and what would be right
}

var cookieRule = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`)

// checkSource finds all that makes src unfit before it is parsed.
func checkSource(src []byte) []Problem {
	if len(src) > MaxSize {
		return []Problem{{Kind: Size, Text: fmt.Sprintf(
			"the file has %d bytes; Python files are read up to %d: move data into a data file, or split the module", len(src), MaxSize)}}
	}
	if !utf8.Valid(src) {
		line, col := place(src, firstInvalid(src))
		return []Problem{{Encoding, line, col, "the file is not UTF-8: save it as UTF-8"}}
	}
	var found []Problem
	found = append(found, checkCookie(src)...)
	found = append(found, checkCharacters(src)...)
	return append(found, checkLines(src)...)
}

func firstInvalid(src []byte) int {
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(src)
}

const bom = "\xef\xbb\xbf"

// checkCookie looks where CPython looks for an encoding: in a comment on the
// first two lines, in the second only if the first is blank or a comment. The
// second is looked at in any case; a stray cookie there means no good.
func checkCookie(src []byte) []Problem {
	text, marked := bytes.CutPrefix(src, []byte(bom))
	for i := range 2 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		m := cookieRule.FindSubmatchIndex(line)
		if m == nil {
			continue
		}
		name := strings.ReplaceAll(strings.ToLower(string(line[m[2]:m[3]])), "_", "-")
		what := ""
		switch utf8Name, asciiName := name == "utf-8" || strings.HasPrefix(name, "utf-8-"), name == "ascii" || name == "us-ascii"; {
		case !utf8Name && !asciiName && name != "utf8":
			what = fmt.Sprintf("declares the encoding %s: only utf-8 and ascii are read; save it as UTF-8 and drop the declaration", name)
		case marked && !utf8Name:
			what = fmt.Sprintf("starts with a byte order mark and declares the encoding %s, which Python refuses: drop the declaration", name)
		case asciiName && bytes.IndexFunc(src, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0:
			what = fmt.Sprintf("declares the encoding %s and holds other characters: drop the declaration", name)
		default:
			continue
		}
		return []Problem{{Encoding, i + 1, utf8.RuneCount(line[:m[2]]) + 1, "the file " + what}}
	}
	return nil
}

// suspect bytes are those that checkCharacters has to look at: control
// characters, and the first bytes of characters that nobody sees.
var suspect = suspectBytes()

func suspectBytes() (is [256]bool) {
	for c := range 0x20 {
		is[c] = c != '\n' && c != '\t' && c != '\f'
	}
	is[0x7f] = true
	for _, r := range []rune{0x061c, 0x200b, 0xfeff, 0xe0000} {
		is[string(r)[0]] = true
	}
	return is
}

// checkCharacters finds what shows a person another text than Python runs.
func checkCharacters(src []byte) []Problem {
	var found []Problem
	seen := map[rune]bool{}
	for i, c := range src {
		if !suspect[c] || c == '\r' && i+1 < len(src) && src[i+1] == '\n' {
			continue
		}
		r, _ := utf8.DecodeRune(src[i:])
		if what := hidden(r, i); what != "" && !seen[r] {
			seen[r] = true
			line, col := place(src, i)
			found = append(found, Problem{Hidden, line, col, "the file holds " + what})
		}
	}
	return found
}

// hidden says what is wrong with a suspect character at that offset, if
// anything is.
func hidden(r rune, at int) string {
	switch {
	case r == '\r':
		return "a bare carriage return, which Python takes as a line end and editors hide: use LF or CRLF line ends"
	case r < 0x20, r == 0x7f:
		return fmt.Sprintf("the control character U+%04X: remove it, or write it as an escape", r)
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c:
		return fmt.Sprintf("the bidirectional control U+%04X, which reorders what people see: remove it, or write it as \\u%04x", r, r)
	case r == 0x200b, r >= 0x2060 && r <= 0x2064, r == 0xfeff && at > 0, r >= 0xe0000 && r <= 0xe007f:
		return fmt.Sprintf("the invisible character U+%04X: remove it, or write it as an escape", r)
	}
	return ""
}

// checkLines bounds what tree-sitter needs quadratic time for.
func checkLines(src []byte) []Problem {
	run := 0
	number := 0
	for at := 0; at < len(src); {
		end := bytes.IndexByte(src[at:], '\n') + at
		if end < at {
			end = len(src)
		}
		first := at
		for first < end && (src[first] == ' ' || src[first] == '\t' || src[first] == '\f') {
			first++
		}
		number++
		if first-at > MaxIndent {
			return []Problem{{Size, number, 1, fmt.Sprintf(
				"the line starts with %d blanks; at most %d are read: break the line or dedent it", first-at, MaxIndent)}}
		}
		at = end + 1
		blank := first == end || src[first] == '\r'
		if !blank && src[first] != '#' && src[first] != '\\' {
			run = 0
			continue
		}
		if run++; run > MaxRun && !blank {
			return []Problem{{Size, number, 1, fmt.Sprintf(
				"more than %d comment, blank or continuation lines in a row: remove some, or put code between them", MaxRun)}}
		}
	}
	return nil
}

// place gives line and column of a byte offset, both from 1.
func place(src []byte, offset int) (line, col int) {
	before := src[:min(offset, len(src))]
	start := bytes.LastIndexByte(before, '\n') + 1
	if start == 0 {
		before = bytes.TrimPrefix(before, []byte(bom))
	}
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
