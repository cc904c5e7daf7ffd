package manifest

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

// defaultArgument reads a field's default. ... is none.
func (b *builder) defaultArgument(e pysyntax.Expr, into info) {
	if k, ok := e.(*pysyntax.Const); ok && k.Kind == pysyntax.Ellipsis {
		return
	}
	v, _ := b.jsonValue("a default", e, 0)
	into["default"] = v
}

// jsonValue is a value as pydantic writes it into a schema: what can be folded,
// members of enums, sets, and a few values of the standard library.
func (b *builder) jsonValue(what string, e pysyntax.Expr, depth int) (any, bool) {
	if !b.spend(e, 10) {
		return nil, false
	}
	if v, ok := b.memberOf(e); ok {
		return v, true
	}
	if depth < 20 {
		switch e := e.(type) {
		case *pysyntax.Name:
			if value, where := b.names.Constant(e, b.names.Module); value != nil && where == b.names.Module {
				return b.jsonValue(what, value, depth+1)
			}
		case *pysyntax.Seq:
			if e.Kind == pysyntax.SetSeq {
				return b.set(what, e.Items, depth)
			}
			if !slices.ContainsFunc(e.Items, isStarred) {
				return b.list(what, e.Items, depth)
			}
		case *pysyntax.Dict:
			if !slices.Contains(e.Keys, nil) {
				return b.dict(what, e, depth)
			}
		case *pysyntax.Const:
			if e.Kind == pysyntax.Bytes && utf8.ValidString(e.Text) {
				return e.Text, true
			}
		case *pysyntax.Call:
			if v, ok, known := b.constructed(what, e, depth); known {
				return v, ok
			}
		}
	}
	if depth >= 20 {
		b.add(e, "unknown-value", what, ": values within each other are read to 20 levels: write fewer")
		return nil, false
	}
	v, bad := b.constantOf(e)
	if bad != nil {
		b.unreadable(what, bad)
		return nil, false
	}
	found := len(b.found)
	out := b.toJSON(v)
	return out, len(b.found) == found
}

func isStarred(e pysyntax.Expr) bool { _, ok := e.(*pysyntax.Starred); return ok }

func (b *builder) list(what string, items []pysyntax.Expr, depth int) (any, bool) {
	out, all := []any{}, true
	for _, item := range items {
		v, ok := b.jsonValue(what, item, depth+1)
		out, all = append(out, v), all && ok
	}
	return out, all
}

// set is a list in order, as pydantic writes a set; what has no order is
// refused.
func (b *builder) set(what string, items []pysyntax.Expr, depth int) (any, bool) {
	list, ok := b.list(what, items, depth)
	if !ok {
		return nil, false
	}
	out := list.([]any)
	texts, numbers := true, true
	for _, v := range out {
		kind := jsonType(v)
		texts, numbers = texts && kind == "string", numbers && kind == "integer"
	}
	switch {
	case texts:
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	case numbers:
		slices.SortFunc(out, func(a, b any) int { return bigOf(a).Cmp(bigOf(b)) })
	case len(out) > 1:
		b.add(items[0], "unknown-value", what, ": a set of these has no order that every machine keeps: write a list")
		return nil, false
	}
	if depth > 0 && len(out) > 1 {
		b.add(items[0], "unknown-value", what, ": a set inside another value has no order that every machine keeps: write a list")
		return nil, false
	}
	return slices.CompactFunc(out, func(a, b any) bool { return jsonText(a) == jsonText(b) }), true
}

func bigOf(v any) *big.Int {
	n, _ := new(big.Int).SetString(string(v.(json.RawMessage)), 10)
	if n == nil {
		return new(big.Int)
	}
	return n
}

func (b *builder) dict(what string, e *pysyntax.Dict, depth int) (any, bool) {
	out, index, all := object{}, map[string]int{}, true
	for i, key := range e.Keys {
		k, ok := b.jsonValue(what, key, depth+1)
		v, ok2 := b.jsonValue(what, e.Values[i], depth+1)
		text, isText := k.(string)
		if number, isNumber := k.(json.RawMessage); isNumber && jsonType(k) == "integer" {
			text, isText = string(number), true
		}
		if ok && !isText {
			b.add(key, "not-json", "a key of a dictionary must be a string or a whole number here")
		}
		all = all && ok && ok2 && isText
		out = out.put(index, text, v)
	}
	return out, all
}

// constructed reads calls of the standard library that make a value.
func (b *builder) constructed(what string, e *pysyntax.Call, depth int) (v any, ok, known bool) {
	origin := b.originOf(e.Fun)
	switch origin {
	case "list", "tuple", "set", "frozenset", "dict":
		return b.builtContainer(what, origin, e, depth)
	case "pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath", "uuid.UUID", "decimal.Decimal":
		if len(e.Args) != 1 || len(e.Keywords) > 0 {
			return nil, false, false
		}
		text, isText := b.constantText(e.Args[0])
		if !isText {
			return nil, false, false
		}
		plain, ok := libraryText(origin, text)
		if !ok {
			b.add(e, "unknown-value", what, ": ", b.shown(e), " is not read: write it in its usual form, or use default_factory")
		}
		return plain, ok, true
	}
	if c := b.class(e.Fun); c != nil && b.family(c) == modelClass {
		b.add(e, "unknown-value", what, ": a call of ", c.Name, " is not run: write default_factory=lambda: ", b.shown(e))
		return nil, false, true
	}
	return nil, false, false
}

func (b *builder) builtContainer(what, origin string, e *pysyntax.Call, depth int) (v any, ok, known bool) {
	if len(e.Args) == 0 && len(e.Keywords) == 0 {
		if origin == "dict" {
			return object{}, true, true
		}
		return []any{}, true, true
	}
	if origin == "dict" && len(e.Args) == 0 {
		out, all := object{}, true
		for _, k := range e.Keywords {
			if k.Name == "" {
				return nil, false, false
			}
			v, ok := b.jsonValue(what, k.Value, depth+1)
			out, all = out.with(k.Name, v), all && ok
		}
		return out, all, true
	}
	if seq, isSeq := e.Args[0].(*pysyntax.Seq); isSeq && len(e.Args) == 1 && len(e.Keywords) == 0 && origin != "dict" && !slices.ContainsFunc(seq.Items, isStarred) {
		if origin == "set" || origin == "frozenset" {
			v, ok = b.set(what, seq.Items, depth)
		} else if seq.Kind != pysyntax.SetSeq {
			v, ok = b.list(what, seq.Items, depth)
		} else {
			return nil, false, false
		}
		return v, ok, true
	}
	return nil, false, false
}

// libraryText is what a value of the standard library is in JSON, for those
// written in their usual form.
func libraryText(origin, text string) (string, bool) {
	switch origin {
	case "uuid.UUID":
		low := strings.ToLower(text)
		ok := len(low) == 36
		for i := 0; ok && i < len(low); i++ {
			if i == 8 || i == 13 || i == 18 || i == 23 {
				ok = low[i] == '-'
			} else {
				ok = strings.IndexByte("0123456789abcdef", low[i]) >= 0
			}
		}
		return low, ok
	case "decimal.Decimal":
		digits := strings.TrimPrefix(text, "-")
		whole, part, hasPart := strings.Cut(digits, ".")
		plain := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
		ok := plain(whole) && (whole == "0" || whole[0] != '0') && (!hasPart || plain(part) && len(part) <= 6)
		return text, ok
	}
	ok := text != "" && !strings.Contains(text, "//") && !strings.HasSuffix(text, "/") && !slices.Contains(strings.Split(text, "/"), ".")
	return text, ok || text == "/" || text == "."
}
