//go:build long

package pysyntax_test

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// TestMutantsLong takes mutants of whole files too, for a minute or as long as
// PYSYNTAX_FUZZ says.
func TestMutantsLong(t *testing.T) {
	var bases []string
	for _, path := range sample(t, stdlib, 1) {
		if src, err := os.ReadFile(path); err == nil && len(src) > 200 && len(src) < 5000 {
			bases = append(bases, string(src))
		}
	}
	limit := time.Minute
	if d, err := time.ParseDuration(os.Getenv("PYSYNTAX_FUZZ")); err == nil {
		limit = d
	}
	seed := uint64(time.Now().UnixNano())
	rng, oracle := rand.New(rand.NewPCG(2, seed)), startCPython(t)
	var n tally
	runs := 0
	for end := time.Now().Add(limit); time.Now().Before(end); runs++ {
		n.judge(t, oracle, mutant(rng, bases))
	}
	t.Logf("seed %d: %d mutants, %+v", seed, runs, n)
}
