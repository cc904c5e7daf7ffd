//go:build long

package main

import "testing"

// The power fails at every moment of a longer life.
func TestPowerLossAtEveryMoment(t *testing.T) {
	h := newHistory(t, 17)
	h.lose(h.moments())
}
