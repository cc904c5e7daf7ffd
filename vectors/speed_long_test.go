//go:build long

package vectors

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A search over 100,000 points of 384 dimensions takes at most 150 ms on one
// core.
func TestSearchIsFastEnough(t *testing.T) {
	s := filled(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	r := rand.New(rand.NewPCG(5, 6))
	var took []time.Duration
	for range 21 {
		q := Query{Namespace: ns, Name: "v", Floats: random(r, benchDim), Limit: 10}
		begun := time.Now()
		if hits, err := s.Search(t.Context(), q); err != nil || len(hits) != 10 {
			t.Fatal(len(hits), err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	t.Logf("median %v, slowest %v", took[10], took[20])
	if took[10] > 150*time.Millisecond {
		t.Errorf("the median search took %v", took[10])
	}
}
