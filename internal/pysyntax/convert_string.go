package pysyntax

import (
	"strings"
	"unicode/utf8"
)

// stringExpr makes a Const or FString of a literal or of adjacent ones.
func (c *converter) stringExpr(i int32) Expr {
	literals := []int32{i}
	if c.kind(i) == "concatenated_string" {
		literals = c.named(i)
	}
	all := &FString{Span: c.span(i)}
	kinds, formatted := map[ConstKind]bool{}, false
	for _, k := range literals {
		kind, isF := c.literal(k, all)
		kinds[kind] = true
		formatted = formatted || isF
	}
	if len(kinds) > 1 {
		c.fail(i, "bytes and str literals cannot be joined")
	}
	if formatted {
		return all
	}
	e := &Const{Span: c.span(i), Kind: Str}
	if kinds[Bytes] {
		e.Kind = Bytes
	}
	var b strings.Builder
	for n, p := range all.Parts {
		part, ok := p.(*Const)
		if !ok { // an unknown prefix that is one of f-strings to the grammar
			return c.badExpr(i)
		}
		e.Lossy = e.Lossy || part.Lossy
		if len(all.Parts) == 1 && n == 0 {
			e.Text = part.Text
			return e
		}
		b.WriteString(part.Text)
	}
	e.Text = b.String()
	return e
}

// literal adds the parts of one string node.
func (c *converter) literal(i int32, all *FString) (kind ConstKind, formatted bool) {
	kind = Str
	kids := c.named(i)
	if len(kids) < 2 || c.kind(kids[0]) != "string_start" || c.kind(kids[len(kids)-1]) != "string_end" {
		c.badExpr(i)
		return kind, false
	}
	prefix := strings.ToLower(strings.TrimRight(c.source(kids[0]), `'"`+"`"))
	switch prefix {
	case "", "u", "r", "f", "rf", "fr":
	case "b", "rb", "br":
		kind = Bytes
	default:
		c.fail(i, "the string prefix %q is not known", prefix)
	}
	if strings.HasSuffix(c.source(kids[0]), "`") {
		c.fail(i, "backquotes are Python 2: write repr(…)")
	}
	raw, formatted := strings.Contains(prefix, "r"), strings.Contains(prefix, "f")
	quote := strings.TrimLeft(c.source(kids[0]), "rRbBuUfF")
	// The end token holds more than the quotes after a raw string's backslash.
	end := c.at(kids[len(kids)-1]).end - int32(len(quote))
	inside := c.text[c.at(kids[0]).end:max(end, c.at(kids[0]).end)]
	if len(quote) == 1 && hasBareNewline(inside) {
		c.fail(i, "the string does not end on its line")
	}
	form := form{quote, raw}
	if !formatted {
		c.piece(i, inside, form, true)
	}
	// The text is what lies between the interpolations, not what the grammar's
	// content nodes cover: r"\\" has none.
	from := c.at(kids[0]).end
	for _, k := range kids[1:] {
		to := c.at(k).start
		if c.kind(k) == "string_end" {
			to = end
		}
		if part := c.textPart(k, Span{from, to}, kind, raw, formatted); part != nil {
			all.Parts = append(all.Parts, part)
			if formatted {
				c.piece(i, c.text[from:to], form, to == end)
			}
		}
		switch c.kind(k) {
		case "interpolation":
			if text, ok := c.shown(k); ok {
				all.Parts = append(all.Parts, text)
			}
			all.Parts = append(all.Parts, c.interpolation(k, form))
			from = c.at(k).end
		case "string_content", "string_end":
		default:
			c.badExpr(k)
		}
	}
	return kind, formatted
}

// textPart is the text of a literal that lies in s; nil if it is empty.
func (c *converter) textPart(i int32, s Span, kind ConstKind, raw, formatted bool) Expr {
	if s.From >= s.To || c.kind(i) == "string_content" {
		return nil
	}
	part := &Const{Span: s, Kind: kind}
	body := c.text[s.From:s.To]
	if formatted {
		body = c.unbrace(i, body, raw)
	}
	sense := exact
	if raw {
		part.Text = strings.ReplaceAll(body, "\r\n", "\n")
	} else {
		part.Text, sense = unescape(body, kind == Bytes)
	}
	part.Lossy = sense == lossy
	if sense == malformed {
		c.fail(i, malformedEscape)
	}
	if kind == Bytes && strings.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		c.fail(i, "a bytes literal holds ASCII characters only: write the others as escapes")
	}
	return part
}

// form is how a literal is written.
type form struct {
	quote string
	raw   bool
}

// piece refuses text inside a literal that holds its quote with no backslash
// before it, or, if the quote follows, ends in a backslash that takes it: to
// CPython the literal ends elsewhere.
func (c *converter) piece(i int32, text string, f form, last bool) {
	for k := 0; k < len(text); k++ {
		if strings.HasPrefix(text[k:], f.quote) || last && text[k:] == "\\" {
			c.fail(i, "the string does not end at its last quote")
			return
		}
		if text[k] == '\\' {
			k++
		}
	}
}

// hasBareNewline finds a line end that no backslash precedes.
func hasBareNewline(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if strings.HasPrefix(s[i+1:], "\r\n") {
				i++
			}
			i++
		case '\n':
			return true
		}
	}
	return false
}

// unbrace turns {{ and }} of an f-string's text into single ones. A brace that
// is neither doubled nor part of \N{…} would be code that tree-sitter took for
// text: the file is refused.
func (c *converter) unbrace(i int32, body string, raw bool) string {
	if !strings.ContainsAny(body, "{}") {
		return body
	}
	var b strings.Builder
	for k := 0; k < len(body); k++ {
		switch ch := body[k]; {
		case ch == '\\' && !raw && strings.HasPrefix(body[k+1:], "N{") && strings.IndexByte(body[k:], '}') > 0:
			end := k + strings.IndexByte(body[k:], '}')
			b.WriteString(body[k : end+1])
			k = end
		case ch == '\\' && !raw && k+1 < len(body) && body[k+1] != '{' && body[k+1] != '}':
			b.WriteString(body[k : k+2])
			k++
		case ch != '{' && ch != '}':
			b.WriteByte(ch)
		case k+1 < len(body) && body[k+1] == ch:
			b.WriteByte(ch)
			k++
		default:
			c.fail(i, "a single brace in an f-string")
			return body
		}
	}
	return b.String()
}

// shown is the text that f"{x=}" has before the value of x.
func (c *converter) shown(i int32) (*Const, bool) {
	value := c.field(i, "expression")
	if value == 0 || c.after(value) != '=' {
		return nil, false
	}
	s := Span{c.at(i).start + 1, c.at(i).end - 1}
	for _, name := range []string{"format_specifier", "type_conversion"} {
		if k := c.field(i, name); k != 0 {
			s.To = c.at(k).start
		}
	}
	return &Const{Span: s, Kind: Str, Text: c.text[s.From:s.To]}, true
}

func (c *converter) interpolation(i int32, lit form) Expr {
	value := c.field(i, "expression")
	if f := c.equals(i, value, lit); f != nil {
		return f
	}
	f := &Formatted{Span: c.span(i), Value: c.exprWith(value, yields)}
	c.exposed(value)
	conversion, spec := c.field(i, "type_conversion"), c.field(i, "format_specifier")
	if _, ok := c.shown(i); ok && conversion == 0 && spec == 0 {
		f.Conversion = 'r'
	}
	if conversion != 0 {
		text := c.source(conversion)
		if len(text) != 2 || strings.IndexByte("rsa", text[1]) < 0 {
			c.fail(conversion, "the conversion %q is none of !r, !s and !a", text)
			return f
		}
		f.Conversion = text[1]
		if next := c.text[c.at(conversion).end]; next != '}' && next != ':' {
			c.fail(conversion, "a blank after the conversion %s", text)
		}
	}
	if spec == 0 {
		return f
	}
	f.HasSpec = true
	from := c.at(spec).start
	for _, part := range c.named(spec) {
		switch c.kind(part) {
		case "format_expression", "interpolation":
			f.Spec = append(f.Spec, c.interpolation(part, lit))
		default:
			c.badExpr(part)
		}
		c.specText(i, from, c.at(part).start, lit)
		from = c.at(part).end
	}
	c.specText(i, from, c.at(spec).end, lit)
	return f
}

// equals reads {x:=8}, which the grammar takes for an assignment and is x and
// the specification =8.
func (c *converter) equals(i, value int32, lit form) *Formatted {
	if c.kind(value) != "named_expression" {
		return nil
	}
	name := c.field(value, "name")
	from := c.at(name).end + int32(strings.IndexByte(c.text[c.at(name).end:], ':')) + 1
	if strings.ContainsAny(c.text[from:c.at(i).end-1], "{}") {
		return nil
	}
	c.specText(i, from, c.at(i).end-1, lit)
	return &Formatted{Span: c.span(i), Value: c.expr(name), HasSpec: true}
}

// specText checks the text of a format specification.
func (c *converter) specText(i, from, to int32, lit form) {
	text := c.text[from:max(from, to)]
	c.piece(i, text, lit, false)
	if _, sense := unescape(text, false); sense == malformed && !lit.raw {
		c.fail(i, malformedEscape)
	}
}

const malformedEscape = "a malformed escape in a string: write the backslash twice to mean itself"

// exposed refuses a lambda that no bracket hides in an f-string's expression:
// CPython ends the expression at its colon.
func (c *converter) exposed(i int32) {
	switch c.kind(i) {
	case "lambda":
		c.noneOf([]int32{i}, "lambda")
	case "expression_list", "pattern_list", "binary_operator", "boolean_operator", "not_operator", "unary_operator",
		"comparison_operator", "conditional_expression", "yield", "await", "list_splat":
		for _, k := range c.named(i) {
			c.exposed(k)
		}
	}
}
