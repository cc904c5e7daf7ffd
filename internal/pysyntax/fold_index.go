package pysyntax

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// subscript folds an item or slice of a constant.
func (f *folder) subscript(e *Subscript, s *Scope) Value {
	on := f.fold(e.X, s)
	if f.failed != nil {
		return on
	}
	if entries, ok := on.V.([]Entry); ok {
		key := f.fold(e.Index, s)
		for i := len(entries) - 1; i >= 0; i-- {
			if k, ok := entries[i].Key.V.(string); ok && k == key.V {
				return entries[i].Value
			}
		}
		return f.fail(e, "a key that is not there")
	}
	items, isList := on.V.([]Value)
	text, isText := on.V.(string)
	if isText && utf8.ValidString(text) {
		items = f.letters(e, text, false).V.([]Value)
	} else if !isList {
		return f.fail(e, "%s", Describe(e))
	}
	if slice, ok := e.Index.(*Slice); ok {
		picked, ok := f.slice(items, slice, s)
		if !ok {
			return f.fail(e, "%s", Describe(e))
		}
		if isList {
			return Value{e, picked}
		}
		var joined strings.Builder
		for _, p := range picked {
			joined.WriteString(p.V.(string))
		}
		return f.text(e, joined.String())
	}
	i, ok := f.fold(e.Index, s).V.(*big.Int)
	if !ok || !i.IsInt64() {
		return f.fail(e, "%s", Describe(e))
	}
	at := int(i.Int64())
	if at < 0 {
		at += len(items)
	}
	if at < 0 || at >= len(items) {
		return f.fail(e, "an index that is not there")
	}
	return items[at]
}

// slice picks items as Python does.
func (f *folder) slice(items []Value, sl *Slice, s *Scope) ([]Value, bool) {
	bound := func(e Expr, missing int) (int, bool) {
		if e == nil {
			return missing, true
		}
		v := f.fold(e, s)
		if v.V == nil && f.failed == nil {
			return missing, true
		}
		i, ok := v.V.(*big.Int)
		if !ok || !i.IsInt64() || i.Int64() > 1<<30 || i.Int64() < -1<<30 {
			return 0, false
		}
		return int(i.Int64()), true
	}
	step, ok := bound(sl.Step, 1)
	if !ok || step == 0 {
		return nil, false
	}
	first, last := 0, len(items)
	if step < 0 {
		first, last = len(items)-1, -len(items)-1
	}
	lo, ok1 := bound(sl.Lo, first)
	hi, ok2 := bound(sl.Hi, last)
	if !ok1 || !ok2 {
		return nil, false
	}
	if lo < 0 {
		lo += len(items)
	}
	if hi < 0 && hi != -len(items)-1 {
		hi += len(items)
	}
	if hi == -len(items)-1 {
		hi = -1
	}
	out := []Value{}
	if step > 0 {
		for i := max(lo, 0); i < min(hi, len(items)); i += step {
			out = append(out, items[i])
		}
		return out, true
	}
	for i := min(lo, len(items)-1); i > hi && i >= 0; i += step {
		out = append(out, items[i])
	}
	return out, true
}
