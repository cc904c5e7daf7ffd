package manifest

import (
	"math"
	"strings"
	"unicode"

	"plugforge/internal/pysyntax"
)

// docstring is the cleaned first string of a body; ok is false if there is
// none, or an empty one.
func docstring(body []pysyntax.Stmt) (text string, ok bool) {
	if len(body) == 0 {
		return "", false
	}
	k := stringStatement(body[0])
	if k == nil || k.Text == "" {
		return "", false
	}
	return cleanDoc(k.Text), true
}

// stringStatement is the string that a statement consists of; nil for others.
func stringStatement(stmt pysyntax.Stmt) *pysyntax.Const {
	s, ok := stmt.(*pysyntax.ExprStmt)
	if !ok {
		return nil
	}
	k, ok := s.X.(*pysyntax.Const)
	if !ok || k.Kind != pysyntax.Str {
		return nil
	}
	return k
}

// cleanDoc takes indentation off as inspect.cleandoc does: the first line's
// own, and of the others what all of them have.
func cleanDoc(text string) string {
	lines := strings.Split(expandTabs(text), "\n")
	margin := math.MaxInt
	for _, l := range lines[1:] {
		if body := strings.TrimLeftFunc(l, unicode.IsSpace); body != "" {
			margin = min(margin, len([]rune(l))-len([]rune(body)))
		}
	}
	lines[0] = strings.TrimLeftFunc(lines[0], unicode.IsSpace)
	for i := 1; i < len(lines) && margin < math.MaxInt; i++ {
		runes := []rune(lines[i])
		lines[i] = string(runes[min(margin, len(runes)):])
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}

// expandTabs puts blanks for tabs, up to the next column that eight divides.
func expandTabs(text string) string {
	if !strings.Contains(text, "\t") {
		return text
	}
	var b strings.Builder
	col := 0
	for _, r := range text {
		switch r {
		case '\t':
			b.WriteString(strings.Repeat(" ", 8-col%8))
			col += 8 - col%8
			continue
		case '\n', '\r':
			col = -1
		}
		b.WriteRune(r)
		col++
	}
	return b.String()
}

// titleOf is the title that pydantic gives a field: the words of its name.
func titleOf(name string) string {
	return strings.TrimFunc(strings.ReplaceAll(pyTitle(name), "_", " "), unicode.IsSpace)
}

// pyTitle is Python's str.title().
func pyTitle(text string) string {
	var out strings.Builder
	inside := false
	for _, r := range text {
		cased := unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
		switch {
		case !cased:
			out.WriteRune(r)
		case inside:
			out.WriteRune(unicode.ToLower(r))
		default:
			out.WriteRune(unicode.ToTitle(r))
		}
		inside = cased
	}
	return out.String()
}
