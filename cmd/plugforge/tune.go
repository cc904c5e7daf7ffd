package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// vectorCache is how many bytes of vectors are held in memory to search them.
const vectorCache = 1 << 30

// Beside the vectors the server keeps little, and what a request allocates is
// short-lived, so memory is collected less often than Go does by itself: that
// took a sixth of the processor time of publishing. The bound in all must stay
// well above what is kept, or nothing but collecting would be done.
const (
	collectAt   = 400                 // per cent over what is kept
	collectHard = vectorCache + 1<<30 // bytes in all, from which on it collects as often as it takes
)

// minProcs is how many goroutines may be in Go code or in a system call that
// was not yet noticed to be slow. An fsync is one: on two processors two of
// them keep everybody else waiting for some 20 µs or more, each time. It took
// a fifth of publishing.
const minProcs = 8

// tuneRuntime sets what the environment (GOGC, GOMEMLIMIT, GOMAXPROCS) leaves
// open.
func tuneRuntime() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(collectHard)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(minProcs, runtime.GOMAXPROCS(0)))
	}
}
