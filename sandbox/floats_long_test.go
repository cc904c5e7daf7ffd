//go:build long

package sandbox

import (
	"math/rand/v2"
	"testing"
)

func TestMillionsOfFloats(t *testing.T) {
	for seed := range uint64(10) {
		compareFloats(t, randomFloats(rand.New(rand.NewPCG(seed, 7)), 500_000))
	}
}
