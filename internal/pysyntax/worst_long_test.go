//go:build long

package pysyntax_test

import (
	"testing"
	"time"

	"plugforge/internal/pysyntax"
)

// TestWorstWhole: the worst file that is read takes less than a second of an
// idle core; a busy one is given two.
func TestWorstWhole(t *testing.T) { readWorst(t, pysyntax.MaxSize, 2*time.Second) }
