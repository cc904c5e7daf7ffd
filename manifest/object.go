package manifest

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	key   string
	value any
}

// with sets a member, in its old place if it has one.
func (o object) with(key string, value any) object {
	for i := range o {
		if o[i].key == key {
			o[i].value = value
			return o
		}
	}
	return append(o, member{key, value})
}

// put is with for many members: index holds where each key stands.
func (o object) put(index map[string]int, key string, value any) object {
	if i, ok := index[key]; ok {
		o[i].value = value
		return o
	}
	index[key] = len(o)
	return append(o, member{key, value})
}

func (o object) has(key string) bool {
	return slices.ContainsFunc(o, func(m member) bool { return m.key == key })
}

func (o object) get(key string) any {
	for _, m := range o {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (o object) without(key string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return m.key == key })
}

func (o object) sort() {
	slices.SortFunc(o, func(a, b member) int { return strings.Compare(a.key, b.key) })
}

// sortedFrom moves the first n members, sorted, behind the others.
func (o object) sortedFrom(n int) object {
	first := slices.Clone(o[:n])
	first.sort()
	return append(slices.Clone(o[n:]), first...)
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// toJSON turns a constant into what json.Marshal takes, and reports each part
// that JSON has no form for.
func (s *source) toJSON(v pysyntax.Value) any {
	size := 1
	if text, ok := v.V.(string); ok {
		size += len(text)
	}
	if !s.spend(v.At, size) {
		return nil
	}
	switch x := v.V.(type) {
	case nil, bool:
		return x
	case string:
		if !utf8.ValidString(x) {
			s.add(v.At, "not-json", "a string with a lone surrogate has no form in JSON: write the character itself")
			return nil
		}
		return x
	case *big.Int:
		return json.RawMessage(x.String())
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			s.add(v.At, "not-json", "a number that is too large, or none, has no form in JSON: write a smaller one")
		}
		return floatJSON(x)
	case []pysyntax.Value:
		out := make([]any, 0, len(x))
		for _, item := range x {
			out = append(out, s.toJSON(item))
		}
		return out
	case []pysyntax.Entry:
		o, index := object{}, map[string]int{}
		for _, e := range x {
			key, ok := e.Key.V.(string)
			if !ok || !utf8.ValidString(key) {
				s.add(e.Key.At, "not-json", "a key of a dictionary must be a string here")
				continue
			}
			o = o.put(index, key, s.toJSON(e.Value))
		}
		return o
	}
	s.add(v.At, "not-json", pysyntax.Describe(v.At), " has no form in JSON: write a string")
	return nil
}

// floatJSON writes a float as Python's repr does, so that 2.0 stays a float for
// readers; NaN and infinities, which JSON lacks, are null.
func floatJSON(x float64) any {
	size := math.Abs(x)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	if size != 0 && (size < 1e-4 || size >= 1e16) {
		return json.RawMessage(strconv.FormatFloat(x, 'e', -1, 64))
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return json.RawMessage(text)
}

// raw is toJSON, written out.
func (s *source) raw(v pysyntax.Value) json.RawMessage {
	b, err := json.Marshal(s.toJSON(v))
	if err != nil {
		s.add(v.At, "not-json", "this value has no form in JSON")
		return json.RawMessage("null")
	}
	return b
}
