//go:build long

package sqlite

import (
	"testing"
	"time"
)

// A minute of it.
func TestWritersAndALongReaderForLong(t *testing.T) { writersAndALongReader(t, time.Minute) }
