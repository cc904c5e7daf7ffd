package scanner_test

import (
	"context"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge/internal/pysyntax"
)

// edit replaces bytes of a text; an insertion replaces none.
type edit struct {
	from, to int
	text     string
}

func apply(src []byte, edits []edit) string {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].from < edits[j].from })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue
		}
		b.Write(src[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(src[at:])
	return b.String()
}

func inFString(parents []pysyntax.Node) bool {
	return slices.ContainsFunc(parents, func(p pysyntax.Node) bool { _, is := p.(*pysyntax.FString); return is })
}

// inParentheses puts what is called into parentheses.
func inParentheses(f *pysyntax.File, names *pysyntax.Names) []edit {
	var edits []edit
	names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, parents []pysyntax.Node) bool {
		call, ok := n.(*pysyntax.Call)
		if !ok || inFString(parents) {
			return true
		}
		if name, ok := call.Fun.(*pysyntax.Name); ok && !strings.ContainsRune(f.Text(name), '\\') {
			edits = append(edits, edit{name.Start(), name.Start(), "("}, edit{name.End(), name.End(), ")"})
		}
		return true
	})
	return edits
}

// renamed gives another name to what choose picks, wherever it is a plain name
// of the file; what may be asked for by its text keeps its name.
func renamed(f *pysyntax.File, names *pysyntax.Names, choose func(name string, b *pysyntax.Binding) *edit) []edit {
	fixed, chosen := map[string]bool{}, map[string][]edit{}
	names.Walk(func(n pysyntax.Node, s *pysyntax.Scope, parents []pysyntax.Node) bool {
		switch n := n.(type) {
		case *pysyntax.Outer:
			for _, name := range n.Names {
				fixed[name] = true
			}
		case *pysyntax.Name:
			fixed[n.ID] = fixed[n.ID] || s.Kind == pysyntax.ClassScope || inFString(parents) || f.Text(n) != n.ID || strings.HasPrefix(n.ID, "_")
		case *pysyntax.Const:
			fixed[n.Text] = true
		case *pysyntax.Pattern:
			fixed[n.Name] = true
		case *pysyntax.Import:
			for _, a := range n.Names {
				fixed[strings.Split(a.Name, ".")[0]] = fixed[strings.Split(a.Name, ".")[0]] || strings.Contains(a.Name, ".")
			}
		}
		if _, bound := s.Names()["__all__"]; bound {
			fixed["__all__"] = true
		}
		return true
	})
	scopes := map[*pysyntax.Scope]bool{}
	names.Walk(func(_ pysyntax.Node, s *pysyntax.Scope, _ []pysyntax.Node) bool { scopes[s] = true; return true })
	for s := range scopes {
		for name, v := range s.Names() {
			for _, b := range v.Bindings {
				if e := choose(name, b); e == nil {
					fixed[name] = true
				} else {
					chosen[name] = append(chosen[name], *e)
				}
			}
		}
	}
	var edits []edit
	for name, own := range chosen {
		if !fixed[name] {
			edits = append(edits, own...)
		}
	}
	names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, _ []pysyntax.Node) bool {
		if name, ok := n.(*pysyntax.Name); ok && chosen[name.ID] != nil && !fixed[name.ID] {
			edits = append(edits, edit{name.Start(), name.End(), "pf_" + name.ID})
		}
		return true
	})
	return slices.DeleteFunc(edits, func(e edit) bool { return e.text == "" })
}

func localsRenamed(f *pysyntax.File, names *pysyntax.Names) []edit {
	return renamed(f, names, func(_ string, b *pysyntax.Binding) *edit {
		if b.Origin != "" || b.Def != nil || b.Param != nil || b.Value == nil && b.Item == nil {
			return nil
		}
		return &edit{}
	})
}

func importsRenamed(f *pysyntax.File, names *pysyntax.Names) []edit {
	return renamed(f, names, func(name string, b *pysyntax.Binding) *edit {
		i, ok := b.Node.(*pysyntax.Import)
		if !ok || len(i.Names) != 1 || i.Names[0].As != "" || i.Names[0].Name != name || f.Text(i.Names[0]) != name {
			return nil
		}
		return &edit{i.Names[0].End(), i.Names[0].End(), " as pf_" + name}
	})
}

// TestVerdictStaysRewritten: parentheses, other names for locals and for
// imports change nothing for Python and nothing for the verdict.
func TestVerdictStaysRewritten(t *testing.T) {
	changes := map[string]func(*pysyntax.File, *pysyntax.Names) []edit{
		"parentheses": inParentheses, "other locals": localsRenamed, "other imports": importsRenamed,
	}
	changed := map[string]int{}
	judge := func(name, text string, refused bool) {
		f, _, err := pysyntax.Parse(context.Background(), []byte(text))
		if err != nil || f == nil {
			return
		}
		names := pysyntax.Resolve(f, pysyntax.OwnPrefix, nil)
		for what, change := range changes {
			if what == "other locals" && strings.HasPrefix(name, "shadow/") {
				continue // these are about their names
			}
			edits := change(f, names)
			if len(edits) == 0 {
				continue
			}
			changed[what]++
			after := apply([]byte(text), edits)
			if found := scanTree(t, fstest.MapFS{"a.py": {Data: []byte(after)}}); (len(found) > 0) != refused {
				t.Errorf("%s with %s: %v\n%s", name, what, found, after)
			}
		}
	}
	for name, tree := range bypassTrees(t) {
		if !strings.HasSuffix(name, ".py") {
			continue
		}
		entries, _ := fs.ReadDir(tree, ".")
		if data, err := fs.ReadFile(tree, entries[0].Name()); err == nil && len(scanTree(t, tree)) > 0 {
			judge(name, string(data), true)
		}
	}
	for name, file := range corpus(t, "pass") {
		if strings.HasSuffix(name, ".py") && len(scanText(t, "a.py", string(file.Data))) == 0 {
			judge(name, string(file.Data), false)
		}
	}
	for what, n := range changed {
		if n < 100 {
			t.Errorf("%s changed %d files", what, n)
		}
	}
	t.Logf("changed: %v", changed)
}
