package manifest

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// place is where something stands in a file, from 1.
type place struct{ line, col int }

// source is a parsed file and what was found in it.
type source struct {
	path  string
	file  *pysyntax.File
	names *pysyntax.Names
	found []plugforge.Finding

	spent       int                             // of the budget
	unread      int                             // values that could not be folded
	environment map[pysyntax.Node]pysyntax.Node // see readsEnvironment
}

// mostParts is how many parts, and bytes of text, all values and types of a
// manifest may have once constants stand in their places. It bounds the time
// and the memory that a small file of constants within constants takes.
const mostParts = 8 << 20

// constantOf gives the constant value of e. A file with a hundred values that
// are none has findings enough: no further ones are tried, for each may cost
// many steps.
func (s *source) constantOf(e pysyntax.Expr) (pysyntax.Value, *pysyntax.Unfoldable) {
	if s.unread > 100 || s.spent > mostParts {
		return pysyntax.Value{At: e}, &pysyntax.Unfoldable{At: e, Why: "a value after so many that can't be read"}
	}
	v, bad := s.names.Fold(e, s.names.Module)
	if bad != nil {
		s.unread++
	} else {
		s.spend(e, partsOf(v))
	}
	return v, bad
}

// constantText is constantOf for who wants a string or nothing.
func (s *source) constantText(e pysyntax.Expr) (string, bool) {
	v, bad := s.constantOf(e)
	if bad != nil {
		return "", false
	}
	text, ok := v.V.(string)
	return text, ok
}

func partsOf(v pysyntax.Value) int {
	n := 1
	switch x := v.V.(type) {
	case []pysyntax.Value:
		for _, item := range x {
			n += partsOf(item)
		}
	case []pysyntax.Entry:
		for _, e := range x {
			n += 1 + partsOf(e.Value)
		}
	}
	return n
}

// spend takes parts from the budget. It is false once the budget is used up,
// which is a finding, the first time.
func (s *source) spend(at pysyntax.Node, parts int) bool {
	before := s.spent
	s.spent += parts
	if before <= mostParts && s.spent > mostParts {
		s.add(at, "too-large", "the manifest's values come to more than ", itoa(mostParts>>20), " MiB here: make them smaller")
	}
	return s.spent <= mostParts
}

// loadSource parses one file; the source is nil if it has findings.
func loadSource(ctx context.Context, tree fs.FS, path string) (*source, []plugforge.Finding, error) {
	data, err := fs.ReadFile(tree, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, []plugforge.Finding{{Path: path, Rule: "manifest.missing-file",
			Text: "the plugin has no " + path + ": add it at the root of the archive"}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	file, problems, err := pysyntax.Parse(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	var found []plugforge.Finding
	for _, p := range problems {
		found = append(found, plugforge.Finding{Path: path, Line: p.Line, Col: p.Col, Rule: "manifest.unreadable", Text: p.Text})
	}
	if len(found) > 0 {
		return nil, found, nil
	}
	return &source{path: path, file: file, names: pysyntax.Resolve(file, packageOf(path), nil)}, nil, nil
}

// packageOf is the package that holds a file, as origins name it.
func packageOf(path string) string {
	dir, _, ok := cutLast(strings.ReplaceAll(strings.TrimSuffix(path, ".py"), "/", "."))
	if !ok {
		return pysyntax.OwnPrefix
	}
	return pysyntax.OwnPrefix + dir
}

// shown is the source of a node for a message, cut where it is long.
func (s *source) shown(n pysyntax.Node) string {
	text := strings.Join(strings.Fields(s.file.Text(n)), " ")
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80]) + "…"
	}
	return text
}

func (s *source) place(n pysyntax.Node) place {
	line, col := s.file.Place(n.Start())
	return place{line, col}
}

// mostFindings is how many findings a file gets; nobody reads more.
const mostFindings = 1000

// add records a finding at n.
func (s *source) add(n pysyntax.Node, rule string, text ...string) {
	if len(s.found) >= mostFindings {
		return
	}
	at := s.place(n)
	s.found = append(s.found, plugforge.Finding{Path: s.path, Line: at.line, Col: at.col, Rule: "manifest." + rule, Text: strings.Join(text, "")})
}
