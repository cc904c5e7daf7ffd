package scanner

import (
	"regexp"
	"strings"

	"plugforge/internal/pysyntax"
)

// built folds an expression that makes a string, and judges the string as if
// it stood there.
func (c *checker) built(e pysyntax.Expr, s *pysyntax.Scope) {
	if c.folded[e] || !foldable(e) {
		return
	}
	text, ok := c.names.FoldString(e, s)
	if !ok {
		return
	}
	pysyntax.Walk(e, func(n pysyntax.Node) bool { c.folded[n] = true; return true })
	if word := badText(text); word != "" {
		c.spells(e, word)
	}
	if strings.Trim(text, `[]{}()'" `) == "__annotations__" {
		c.add(e, annotations, "a string that spells __annotations__")
		c.instead(annotations, advised[text])
	}
	c.literal(e, text)
}

// foldable leaves out what gives no string, for speed.
func foldable(e pysyntax.Expr) bool {
	switch e := e.(type) {
	case *pysyntax.BinOp:
		return e.Op == "+" || e.Op == "%" || e.Op == "*"
	case *pysyntax.Call:
		_, ok := e.Fun.(*pysyntax.Attr)
		return ok
	}
	return true
}

// text judges a string constant.
func (c *checker) text(k *pysyntax.Const, s *pysyntax.Scope, parents []pysyntax.Node) {
	if k.Kind != pysyntax.Str && k.Kind != pysyntax.Bytes || c.quiet[k] || c.folded[k] {
		return
	}
	c.literal(k, k.Text)
	if strings.Trim(k.Text, `[]{}()'" `) == "__annotations__" {
		if call, ok := last(parents).(*pysyntax.Call); !ok || !c.isLookup(call, s) {
			c.add(k, annotations, "a string that spells __annotations__")
			c.instead(annotations, advised[k.Text])
		}
	}
	if word := badText(k.Text); word != "" {
		c.spells(k, word)
	}
}

func (c *checker) spells(at pysyntax.Node, word string) {
	c.add(at, objectGraph, "a string that could become the attribute "+word)
	c.instead(objectGraph, "write it inside a sentence, a comment or a docstring, or without the underscores")
}

var (
	// queryCall is what a query of pandas looks like that calls a function.
	queryCall = regexp.MustCompile(`(?:^|[^\w.])@\w+(?:\.\w+)*\.\w+\(`)
	fileURL   = regexp.MustCompile(`(?i)^\s*(?:url:)?(?:file|local_file|local-file):/`)
)

// literal judges strings by what the libraries that the file imports make of
// them.
func (c *checker) literal(k pysyntax.Expr, text string) {
	switch {
	case strings.Contains(text, "@") && queryCall.MatchString(text) && c.imports("pandas"):
		c.add(k, codeOfText, "a query that calls")
		c.instead(codeOfText, rows)
	case strings.Contains(text, ":/") && fileURL.MatchString(text) && c.imports("urllib"):
		c.add(k, files, "a file: address")
	}
}

// badText is the first of texts that stands in s as a word, unless s is prose:
// prompts, rules and messages speak of such names.
func badText(s string) string {
	if strings.IndexByte(s, '_') < 0 {
		return ""
	}
	for _, word := range texts {
		for rest := s; ; {
			at := strings.Index(rest, word)
			if at < 0 {
				break
			}
			end := at + len(word)
			alone := (at == 0 || !isWord(rest[at-1])) && (end == len(rest) || !isWord(rest[end]))
			if alone && (word != "__import__" || s == word) && !isProse(s) {
				return word // calls of __import__ in prose are that: what runs text is found where it stands
			}
			rest = rest[end:]
		}
	}
	return ""
}

// isProse tells of sentences: several plain words, no list of names, no JSON,
// and no field of str.format that climbs.
func isProse(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || strings.IndexByte("[{(\"'", s[0]) >= 0 || climbingField.MatchString(s) {
		return false
	}
	return len(plainWord.FindAllString(s, 4)) == 4
}

var (
	plainWord     = regexp.MustCompile(`(?:^|[\s,.;:(])\pL{2,}[,.;:?!)]?(?:\s|$)`)
	climbingField = regexp.MustCompile(`\{[^{}\s]*[.\[][^{}\s]*__|\{[^{}\s]*__[^{}\s]*\}`)
)

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}
