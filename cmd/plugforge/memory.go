package main

import (
	"os"
	"runtime/debug"
)

// What the server keeps is small and what a request allocates is short-lived,
// so it is collected less often than Go does by itself: that took a sixth of
// the processor time of publishing.
const (
	collectAt   = 400     // per cent over what is kept
	collectHard = 1 << 30 // bytes in all, from which on it collects as often as it takes
)

// tuneMemory sets how often memory is collected, where GOGC and GOMEMLIMIT
// leave it open.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(collectHard)
	}
}
