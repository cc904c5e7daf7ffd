//go:build long

package gitstore

import (
	"fmt"
	"testing"
)

// Thousands of pairs, each applied, and a third of them held against git diff.
func TestPatchAppliesLong(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { applyPairs(t, 100+seed, 400, 40) })
	}
}
