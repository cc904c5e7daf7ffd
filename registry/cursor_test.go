package registry

import (
	"math"
	"testing"

	"plugforge"
)

func FuzzCursor(f *testing.F) {
	for _, seq := range []int64{1, 50, math.MaxInt64} {
		f.Add(encodeCursor(seq))
	}
	for _, text := range []string{"", "x", "cDE6", "cDE6MA", "cDE6LTE", "cDE6MDE", "cDI6MQ", "cDE6MQ==", "cDE6OTIyMzM3MjAzNjg1NDc3NTgwOA"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		seq, err := decodeCursor(text)
		if err != nil {
			if plugforge.CodeOf(err) != plugforge.CodeValidation || seq != 0 {
				t.Errorf("%q: %d, %v", text, seq, err)
			}
			return
		}
		if encodeCursor(seq) != text {
			t.Errorf("%q and %q are one place", text, encodeCursor(seq))
		}
	})
}
