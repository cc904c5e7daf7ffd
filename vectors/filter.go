package vectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"

	"plugforge"
)

// Filter names members of a payload and what each must equal: a JSON string,
// number, boolean or null. All must hold. 1, 1.0 and 1e0 are equal; a member
// that is missing equals nothing, not even null.
type Filter map[string]json.RawMessage

// Check is CodeValidation, naming the place, for a value that is no scalar.
func (f Filter) Check(loc ...string) error {
	for name, value := range f {
		if _, ok := canonical(value); !ok {
			return invalid(append(slices.Clone(loc), name), "must be a string, a number, true, false or null: a filter compares a payload field with one value")
		}
	}
	return nil
}

// matches compares with a stored payload.
func (f Filter) matches(payload string) bool {
	if len(f) == 0 {
		return true
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(payload), &members) != nil {
		return false
	}
	for name, value := range f {
		want, _ := canonical(value)
		got, ok := canonical(members[name])
		if !ok || got != want {
			return false
		}
	}
	return true
}

// canonical writes a scalar so that equal values have equal texts.
func canonical(value json.RawMessage) (string, bool) {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return "", false
	}
	switch c := value[0]; {
	case c == '"':
		var s string
		err := json.Unmarshal(value, &s)
		return "s" + s, err == nil
	case c == 't', c == 'f', c == 'n':
		return string(value), true
	case c == '-', c >= '0' && c <= '9':
		return canonicalNumber(string(value))
	}
	return "", false
}

// canonicalNumber keeps integers of any size apart, and takes others for the
// float64 that they are closest to.
func canonicalNumber(text string) (string, bool) {
	if n, ok := new(big.Int).SetString(text, 10); ok {
		return "i" + n.String(), true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return "", false
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		n, _ := big.NewFloat(f).Int(nil)
		return "i" + n.String(), true
	}
	return "f" + strconv.FormatFloat(f, 'g', -1, 64), true
}

// mark stands for a member and its value: 8 bytes of a hash. Points whose
// marks hold the filter's are candidates; the payload itself decides.
func mark(name, value string) uint64 {
	text := strconv.AppendInt(nil, int64(len(name)), 10)
	text = append(append(append(text, ':'), name...), value...)
	sum := sha256.Sum256(text)
	return binary.LittleEndian.Uint64(sum[:])
}

// fieldMarks is the marks of a payload's scalar members, as they are stored.
func fieldMarks(members map[string]json.RawMessage) []byte {
	var b []byte
	for name, value := range members {
		if text, ok := canonical(value); ok {
			b = binary.LittleEndian.AppendUint64(b, mark(name, text))
		}
	}
	return b
}

// marks is what a candidate's stored marks must hold.
func (f Filter) marks() []uint64 {
	var all []uint64
	for name, value := range f {
		text, _ := canonical(value)
		all = append(all, mark(name, text))
	}
	return all
}

func holds[S string | []byte](fields S, wanted []uint64) bool {
	for _, w := range wanted {
		found := false
		for i := 0; i+8 <= len(fields) && !found; i += 8 {
			found = le64(fields[i:i+8]) == w
		}
		if !found {
			return false
		}
	}
	return true
}

func le64[S string | []byte](b S) uint64 {
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// Query asks for the points closest to a vector.
type Query struct {
	Namespace plugforge.Owner
	Name      string
	Floats    []float32
	Limit     int // 1 to MaxPoints
	Filter    Filter
}
