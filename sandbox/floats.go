package sandbox

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
)

// notFiniteText is Python's own, so that an author reads the same whichever
// side finds it.
const notFiniteText = "Out of range float values are not JSON compliant"

var errNotFinite = errors.New("float is not finite")

// appendFloat writes f with the digits of Python's repr, which are those of
// json.dumps: the shortest that read back as f, plain for 1e-4 <= |f| < 1e16
// and with an exponent of at least two digits otherwise.
func appendFloat(dst []byte, f float64) ([]byte, error) {
	a := math.Abs(f)
	switch {
	case a >= 1e-4 && a < 1e16 || a == 0:
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		if a == math.Trunc(a) {
			dst = append(dst, '.', '0')
		}
		return dst, nil
	case math.IsNaN(f) || math.IsInf(f, 0):
		return dst, errNotFinite
	default:
		return strconv.AppendFloat(dst, f, 'e', -1, 64), nil
	}
}

// part is a piece of an answer as it came.
type part struct {
	kind frameType
	data []byte
}

// errTooLarge is for an answer over its cap.
var errTooLarge = errors.New("answer too large")

// assemble joins an answer's parts to its JSON: text as it is, floats written
// out. Errors: errNotFinite, errTooLarge past limit bytes, errFrame.
func assemble(parts []part, limit int) ([]byte, error) {
	if len(parts) == 1 && parts[0].kind == frameText {
		return parts[0].data, nil
	}
	size := 0
	for _, p := range parts {
		if p.kind == frameText {
			size += len(p.data)
		} else {
			size += len(p.data) / int(p.kind.item()) * 21
		}
	}
	dst := make([]byte, 0, min(size, limit))
	open := frameType(0) // the kind of the array being written
	for i, p := range parts {
		var err error
		if p.kind == frameText {
			dst = append(dst, p.data...)
		} else {
			if open == 0 {
				dst, open = append(dst, '['), p.kind
			} else if len(p.data) > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendFloats(dst, p.kind, p.data); err != nil {
				return nil, err
			}
			// A new array never follows without text between the two.
			if i+1 == len(parts) || parts[i+1].kind != open {
				dst, open = append(dst, ']'), 0
			}
		}
		if len(dst) > limit {
			return nil, errTooLarge
		}
	}
	return dst, nil
}

// appendFloats writes an array's items, with commas between them.
func appendFloats(dst []byte, kind frameType, data []byte) ([]byte, error) {
	var err error
	step := int(kind.item())
	for at := 0; at+step <= len(data); at += step {
		if at > 0 {
			dst = append(dst, ',')
		}
		var f float64
		switch kind {
		case frameList64:
			if data[at] != 'g' {
				return nil, errFrame
			}
			f = math.Float64frombits(binary.LittleEndian.Uint64(data[at+1:]))
		case frameFloat64:
			f = math.Float64frombits(binary.LittleEndian.Uint64(data[at:]))
		default:
			f = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[at:])))
		}
		if dst, err = appendFloat(dst, f); err != nil {
			return nil, err
		}
	}
	return dst, nil
}
