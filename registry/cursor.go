package registry

import (
	"encoding/base64"
	"strconv"
	"strings"

	"plugforge"
)

// cursorKind opens every cursor: what it is a place in, and the format's
// version.
const cursorKind = "p1:"

// encodeCursor is the opaque text for the place before seq; "" for 0.
func encodeCursor(seq int64) string {
	if seq == 0 {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorKind + strconv.FormatInt(seq, 10)))
}

// decodeCursor is encodeCursor's inverse: any other text is CodeValidation.
func decodeCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	plain, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if digits, ok := strings.CutPrefix(string(plain), cursorKind); err == nil && ok {
		seq, err := strconv.ParseInt(digits, 10, 64)
		if err == nil && seq > 0 && encodeCursor(seq) == text {
			return seq, nil
		}
	}
	e := plugforge.Errorf(plugforge.CodeValidation, "cursor is not one that this list gave: leave it out to start from the newest")
	e.Fields = []plugforge.FieldError{{Loc: []string{"query", "cursor"}, Msg: e.Message, Type: "value_error"}}
	return 0, e
}
