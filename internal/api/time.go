package api

import (
	"fmt"
	"strconv"
	"time"
)

// TimeLayout is how times look in the API: RFC 3339, UTC, always milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Time is a time as the API writes it. It reads any RFC 3339 time.
type Time struct{ time.Time }

// String is the time in TimeLayout.
func (t Time) String() string { return t.UTC().Format(TimeLayout) }

// MarshalJSON writes TimeLayout, in quotes.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, t.String()), nil
}

// MarshalText writes TimeLayout.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalJSON reads an RFC 3339 time in quotes. Null leaves t as it is.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text, err := strconv.Unquote(string(data))
	if err != nil {
		return fmt.Errorf("time %s is not a string", data)
	}
	return t.UnmarshalText([]byte(text))
}

// UnmarshalText reads an RFC 3339 time.
func (t *Time) UnmarshalText(text []byte) error {
	parsed, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return fmt.Errorf("time %q is not RFC 3339, such as %s", text, TimeLayout)
	}
	t.Time = parsed.UTC()
	return nil
}
