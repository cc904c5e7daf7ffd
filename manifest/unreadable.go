package manifest

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// fold gives the constant value of a key, or a finding.
func (r *reader) fold(key string, e pysyntax.Expr) (pysyntax.Value, bool) {
	v, bad := r.constantOf(e)
	if bad == nil {
		return v, true
	}
	r.unreadable(key, bad)
	return v, false
}

// unreadable says why a value is not told by the file, and what to write.
func (s *source) unreadable(what string, bad *pysyntax.Unfoldable) {
	if at := s.readsEnvironment(bad.At); at != nil {
		s.add(at, "environment", what, " reads the environment, which differs between machines: write the value itself")
		return
	}
	s.add(bad.At, "unknown-value", what, ": ", bad.Why, " cannot be read without running the file: ", s.insteadOf(bad.At))
}

// readsEnvironment is the part of n that reads the environment; nil if none
// does. os alone is where folding stops in os.getenv("X").
func (s *source) readsEnvironment(n pysyntax.Node) (found pysyntax.Node) {
	if s.environment == nil {
		s.environment = map[pysyntax.Node]pysyntax.Node{}
		s.names.Walk(func(n pysyntax.Node, scope *pysyntax.Scope, _ []pysyntax.Node) bool {
			e, ok := n.(pysyntax.Expr)
			if ok && slices.ContainsFunc(s.names.Origins(e, scope), func(o string) bool {
				return strings.HasPrefix(o, "os.getenv") || strings.HasPrefix(o, "os.environ")
			}) {
				s.environment[n] = n
				if attr, ok := n.(*pysyntax.Attr); ok {
					s.environment[attr.X] = n
				}
			}
			return true
		})
	}
	pysyntax.Walk(n, func(n pysyntax.Node) bool {
		if found == nil {
			found = s.environment[n]
		}
		return found == nil
	})
	return found
}

// insteadOf tells what to write for a construct that is not read.
func (s *source) insteadOf(n pysyntax.Node) string {
	switch n := n.(type) {
	case *pysyntax.Comp:
		return "write its items out"
	case *pysyntax.Call:
		return "write what it gives"
	case *pysyntax.Cond, *pysyntax.BoolOp, *pysyntax.Compare:
		return "write the value that is meant"
	case *pysyntax.Name:
		if v := s.names.Module.Names()[n.ID]; v != nil {
			switch {
			case len(v.Bindings) == 1 && v.Bindings[0].Origin != "":
				return "it is imported, so write its value here"
			case len(v.Bindings) > 1:
				return "assign it once, or write the value here"
			}
		}
		return "write the value here"
	case *pysyntax.Formatted:
		return "put strings and whole numbers into an f-string, without a format"
	case *pysyntax.Lambda:
		return "write a value"
	case *pysyntax.Seq:
		if n.Kind == pysyntax.SetSeq {
			return "write a list"
		}
	}
	return "write a literal"
}
