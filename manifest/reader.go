package manifest

import (
	"context"
	"slices"
	"strings"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// reader reads the keys of one manifest.py.
type reader struct {
	*source
	ctx    context.Context
	m      *Manifest
	values map[string]given
}

// given is the expression that a key has, and the node to blame for the key.
type given struct {
	key   pysyntax.Node
	value pysyntax.Expr
}

// known are the keys that mean something at the top level and in metadata.
func known() []string {
	return []string{"feature_extractor_name", "name", "version", "description", "category", "input_schema", "output_schema",
		"parameter_schema", "required_vector_indexes", "features", "dependencies", "compute_profile", "serve_config",
		"feature_uri", "cost_rates"}
}

func (r *reader) read() {
	r.collect()
	r.identity()
	r.text("description", &r.m.Description)
	r.text("category", &r.m.Category)
	r.schema("input_schema", &r.m.InputSchema)
	r.schema("output_schema", &r.m.OutputSchema)
	r.schema("parameter_schema", &r.m.ParameterSchema)
	r.features()
	r.dependencies()
	r.list("required_vector_indexes", &r.m.RequiredVectorIndexes)
	r.costRates()
	r.computeProfile()
	r.serveConfig()
	r.text("feature_uri", &r.m.FeatureURI)
	r.defaultURI()
}

// collect finds the one value of each key, at the top level or in metadata.
func (r *reader) collect() {
	for _, stmt := range r.file.Body {
		target, value := plainAssignment(stmt)
		if target == nil {
			continue
		}
		if target.ID == "metadata" {
			r.metadata(value)
		} else if slices.Contains(known(), target.ID) && target.ID != "name" {
			r.give(target.ID, target, value)
		}
	}
	if _, ok := r.values["feature_extractor_name"]; !ok {
		// name alone is a usual word; it counts where nothing better is given.
		for _, stmt := range r.file.Body {
			if target, value := plainAssignment(stmt); target != nil && target.ID == "name" {
				r.give("feature_extractor_name", target, value)
			}
		}
	}
	r.onlyPlain()
	r.noMutation()
	r.misspelt()
}

// misspelt finds top-level names that nothing in the file uses and that are
// close to a key which is not given.
func (r *reader) misspelt() {
	used := map[string]int{}
	r.names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, _ []pysyntax.Node) bool {
		if name, ok := n.(*pysyntax.Name); ok {
			used[name.ID]++
		}
		return true
	})
	for _, stmt := range r.file.Body {
		target, _ := plainAssignment(stmt)
		if target == nil || used[target.ID] > 1 || target.ID != strings.ToLower(target.ID) {
			continue
		}
		right := nearest(target.ID, append(known(), "metadata"))
		if _, given := r.values[right]; right != "" && !given {
			r.add(target, "unknown-key", "nothing reads ", target.ID, " (did you mean ", right, "?): correct it, or remove it")
		}
	}
}

// plainAssignment is X = value or X: T = value.
func plainAssignment(stmt pysyntax.Stmt) (*pysyntax.Name, pysyntax.Expr) {
	switch s := stmt.(type) {
	case *pysyntax.Assign:
		if name, ok := s.Targets[0].(*pysyntax.Name); ok && len(s.Targets) == 1 {
			return name, s.Value
		}
	case *pysyntax.AnnAssign:
		if name, ok := s.Target.(*pysyntax.Name); ok && s.Value != nil {
			return name, s.Value
		}
	}
	return nil, nil
}

// give records a key. The same key in both forms must have the same value.
func (r *reader) give(key string, at pysyntax.Node, value pysyntax.Expr) {
	before, again := r.values[key]
	if !again {
		r.values[key] = given{at, value}
		return
	}
	old, bad1 := r.constantOf(before.value)
	now, bad2 := r.constantOf(value)
	same := bad1 == nil && bad2 == nil && string(r.raw(old)) == string(r.raw(now))
	if bad1 != nil && bad2 != nil {
		same = r.file.Text(before.value) == r.file.Text(value)
	}
	if !same {
		line, _ := r.file.Place(before.key.Start())
		r.add(at, "given-twice", key, " is given here and on line ", itoa(line), " with another value: keep one")
	}
}

// metadata reads the dictionary of form A.
func (r *reader) metadata(value pysyntax.Expr) {
	r.sameKeys(value)
	entries, bad := r.entries(value, 0)
	if bad != nil {
		r.add(bad, "unknown-value", "metadata must be a dictionary display with string keys; ", pysyntax.Describe(bad), " is not read here")
		return
	}
	for _, e := range entries {
		switch {
		case e.name == "name" || e.name == "feature_extractor_name":
			r.give("feature_extractor_name", e.key, e.value)
		case slices.Contains(known(), e.name):
			r.give(e.name, e.key, e.value)
		case nearest(e.name, known()) != "":
			r.add(e.key, "unknown-key", "metadata has no key ", quote(e.name), r.near(e.name, known()), ": correct it, or choose a name that is not so close")
		default:
			if v, ok := r.fold(e.name, e.value); ok {
				r.m.Extra[e.name] = r.raw(v)
			}
		}
	}
}

type entry struct {
	name  string
	key   pysyntax.Node
	value pysyntax.Expr
}

// entries are those of a dictionary whose values may be anything: a display,
// dict(…), or a constant that holds one; or the node that is none of these.
func (r *reader) entries(value pysyntax.Expr, depth int) ([]entry, pysyntax.Node) {
	var out []entry
	if depth > 20 || !r.spend(value, 1) {
		return nil, value
	}
	switch v := value.(type) {
	case *pysyntax.Dict:
		for i, key := range v.Keys {
			if key == nil {
				inner, bad := r.entries(v.Values[i], depth+1)
				if bad != nil {
					return nil, bad
				}
				out = append(out, inner...)
				continue
			}
			name, ok := r.constantText(key)
			if !ok {
				return nil, key
			}
			out = append(out, entry{name, key, v.Values[i]})
		}
		return out, nil
	case *pysyntax.Call:
		if origins := r.names.Origins(v.Fun, r.names.Module); len(v.Args) == 0 && slices.Equal(origins, []string{"builtins.dict"}) {
			for _, k := range v.Keywords {
				if k.Name == "" {
					return nil, k
				}
				out = append(out, entry{k.Name, k, k.Value})
			}
			return out, nil
		}
	case *pysyntax.Name:
		if inner, _ := r.names.Constant(v, r.names.Module); inner != nil && inner != value {
			if _, loop := inner.(*pysyntax.Name); !loop {
				return r.entries(inner, depth+1)
			}
		}
	}
	return nil, value
}

// onlyPlain refuses keys that get their value in a way that is not followed.
func (r *reader) onlyPlain() {
	for _, key := range append(known(), "metadata") {
		v := r.names.Module.Names()[key]
		if v == nil || key == "name" || len(v.Bindings) == 1 && r.isTopLevel(v.Bindings[0].Node) {
			continue
		}
		for _, b := range v.Bindings {
			if !r.isTopLevel(b.Node) || b != v.Bindings[0] {
				r.add(b.Node, "not-plain", key, " must be given by one plain assignment at the top level; ",
					pysyntax.Describe(b.Node), " here is not read")
			}
		}
	}
}

func (r *reader) isTopLevel(n pysyntax.Node) bool {
	for _, stmt := range r.file.Body {
		if stmt == n {
			target, _ := plainAssignment(stmt)
			return target != nil
		}
	}
	return false
}

// noMutation refuses changes to dictionaries and lists after they are
// assigned, outside functions: they would be lost.
func (r *reader) noMutation() {
	check := func(at pysyntax.Node, e pysyntax.Expr) {
		for {
			switch x := e.(type) {
			case *pysyntax.Attr:
				e = x.X
				continue
			case *pysyntax.Subscript:
				e = x.X
				continue
			case *pysyntax.Name:
				v := r.names.Module.Names()[x.ID]
				if v == nil || len(v.Bindings) == 0 {
					return
				}
				_, isSeq := v.Bindings[0].Value.(*pysyntax.Seq)
				_, isDict := v.Bindings[0].Value.(*pysyntax.Dict)
				if isSeq || isDict {
					r.add(at, "changed", x.ID, " is changed after it was assigned, which is not read: write the whole value in the assignment")
				}
			}
			return
		}
	}
	r.names.Walk(func(n pysyntax.Node, s *pysyntax.Scope, _ []pysyntax.Node) bool {
		if s.Kind == pysyntax.FuncScope {
			return false
		}
		switch n := n.(type) {
		case *pysyntax.ExprStmt:
			if call, ok := n.X.(*pysyntax.Call); ok {
				if attr, ok := call.Fun.(*pysyntax.Attr); ok {
					check(n, attr.X)
				}
			}
		case *pysyntax.Assign:
			for _, t := range n.Targets {
				if _, plain := t.(*pysyntax.Name); !plain {
					check(n, t)
				}
			}
		case *pysyntax.AugAssign:
			check(n, n.Target)
		case *pysyntax.Del:
			for _, t := range n.Targets {
				check(n, t)
			}
		}
		return true
	})
}

// identity reads name and version.
func (r *reader) identity() {
	name, ok := r.values["feature_extractor_name"]
	if !ok {
		r.found = append(r.found, plugforge.Finding{Path: r.path, Rule: "manifest.missing-name",
			Text: "the manifest has no feature_extractor_name: add it to metadata or at the top level"})
	} else if text, ok := r.textOf("feature_extractor_name", name.value); ok {
		r.m.Name, r.m.places["name"] = text, r.place(name.value)
		if _, err := plugforge.ParseName(text); err != nil {
			r.add(name.value, "bad-name", err.(*plugforge.Error).Message)
		}
	}
	if version, ok := r.values["version"]; ok {
		if text, ok := r.textOf("version", version.value); ok {
			v, err := plugforge.ParseVersion(text)
			if err != nil {
				r.add(version.value, "bad-version", err.(*plugforge.Error).Message)
			}
			r.m.Version, r.m.places["version"] = v.String(), r.place(version.value)
		}
	}
}

func (r *reader) defaultURI() {
	name, err1 := plugforge.ParseName(r.m.Name)
	version, err2 := plugforge.ParseVersion(r.m.Version)
	if r.m.FeatureURI == "" && err1 == nil && err2 == nil {
		r.m.FeatureURI = plugforge.PluginID{Name: name, Version: version}.FeatureURI(r.m.FirstFeature())
	}
}
