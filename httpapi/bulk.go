package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// mostFaults bounds how many faults of a long list are told.
const mostFaults = 20

// fields are an object's members, undecoded. nil stands for what is no object.
type fields map[string]json.RawMessage

// at is a place below loc.
func at(loc []string, name string) []string { return append(slices.Clone(loc), name) }

// members splits an object without decoding what is in it, so that long lists
// of numbers are read once. A member that is given twice is a fault.
func members(raw []byte, f *faults, loc ...string) fields {
	raw = bytes.Trim(raw, " \t\r\n") // what JSON takes for space, and no more
	switch {
	case len(raw) == 0:
		f.add("missing", "is missing: send a JSON object", loc...)
		return nil
	case !utf8.Valid(raw):
		f.add("json_invalid", "is not UTF-8", loc...)
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return notThat(raw, dec, err, "object", f, loc)
	}
	all := fields{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return notThat(raw, dec, err, "object", f, loc)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return notThat(raw, dec, err, "object", f, loc)
		}
		name := key.(string)
		if _, twice := all[name]; twice {
			f.add("duplicate_field", "is given twice", at(loc, name)...)
		}
		all[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return notThat(raw, dec, err, "object", f, loc)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return notThat(raw, dec, errors.New("more after the value's end"), "object", f, loc)
	}
	return all
}

// notThat tells why raw could not be read as what it must be.
func notThat(raw []byte, dec *json.Decoder, err error, want string, f *faults, loc []string) fields {
	if err == nil || json.Valid(raw) {
		f.add(want+"_type", "must be a JSON "+want, loc...)
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && noNumber(raw, max(dec.InputOffset(), syntax.Offset)) {
		f.add("json_invalid", "holds NaN or Infinity, which JSON does not have: every number must be finite", loc...)
		return nil
	}
	f.add("json_invalid", wrongJSON(raw, dec.InputOffset(), err), loc...)
	return nil
}

// noNumber tells whether what breaks the JSON around there is one of the words
// that some languages write for numbers which are not finite.
func noNumber(raw []byte, offset int64) bool {
	from := min(max(offset-2, 0), int64(len(raw)))
	near := raw[from:min(from+12, int64(len(raw)))]
	return bytes.Contains(near, []byte("NaN")) || bytes.Contains(near, []byte("Inf"))
}

// elements splits a list of at most so many; more, or no list, is a fault.
func elements(raw json.RawMessage, most int, f *faults, loc ...string) []json.RawMessage {
	if raw == nil || len(*f) > 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		f.add("list_type", "must be a list", loc...)
		return nil
	}
	var all []json.RawMessage
	for dec.More() {
		if len(all) == most {
			f.add("too_long", fmt.Sprintf("are more than %d: send at most %d in one call", most, most), loc...)
			return nil
		}
		var one json.RawMessage
		if err := dec.Decode(&one); err != nil { // raw is whole JSON: it was decoded before
			f.add("json_invalid", wrongJSON(raw, dec.InputOffset(), err), loc...)
			return nil
		}
		all = append(all, one)
	}
	return all
}

// text is a string member.
func (m fields) text(f *faults, needed bool, loc ...string) (text string) {
	if m == nil {
		return ""
	}
	raw, there := m[loc[len(loc)-1]]
	switch {
	case !there && needed:
		f.add("missing", "is missing", loc...)
	case there && (json.Unmarshal(raw, &text) != nil || string(raw) == "null"):
		f.add("string_type", "must be a string", loc...)
	}
	return text
}

// object is a member that is an object, as it came; nil for none or null.
func (m fields) object(f *faults, loc ...string) json.RawMessage {
	raw, there := m[loc[len(loc)-1]]
	if !there || string(raw) == "null" {
		return nil
	}
	if raw[0] != '{' {
		f.add("object_type", "must be a JSON object", loc...)
		return nil
	}
	var inner faults
	if err := walkJSON(json.NewDecoder(bytes.NewReader(raw)), loc, &inner); err != nil {
		inner.add("json_invalid", "is not legal: "+err.Error(), loc...)
	}
	*f = append(*f, inner...)
	return raw
}

// parseFloats reads a list of numbers, which is whole JSON. The fault says what
// else it is.
func parseFloats(raw json.RawMessage) (floats []float32, fault string) {
	if len(raw) == 0 || raw[0] != '[' {
		return nil, "must be a list of numbers"
	}
	floats = make([]float32, 0, bytes.Count(raw, []byte{','})+1)
	rest := bytes.TrimSpace(raw[1 : len(raw)-1])
	for len(rest) > 0 {
		item := rest
		if comma := bytes.IndexByte(rest, ','); comma >= 0 {
			item, rest = rest[:comma], rest[comma+1:]
		} else {
			rest = nil
		}
		item = bytes.TrimSpace(item)
		if len(item) == 0 || item[0] != '-' && (item[0] < '0' || item[0] > '9') {
			return nil, fmt.Sprintf("holds at %d what is not a number: use numbers only", len(floats))
		}
		n, err := strconv.ParseFloat(string(item), 32)
		if err != nil || math.IsInf(n, 0) {
			return nil, fmt.Sprintf("holds %s at %d: every number must be finite and fit 32 bits", quoted(string(item)), len(floats))
		}
		floats = append(floats, float32(n))
	}
	return floats, ""
}
