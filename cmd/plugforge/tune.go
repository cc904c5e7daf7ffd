package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// vectorCache is how many bytes of vectors are held in memory to search them.
const vectorCache = 1 << 30

// Beside the vectors the server keeps little, and what a request allocates is
// short-lived, so memory is collected less often than Go does by itself: that
// took a sixth of the processor time of publishing. It is collected once garbage
// has reached so many bytes, or as many per cent of what is kept as bounded here:
// by per cent alone a moment's work would let it grow to several times as much.
// The bound in all must stay well above what is kept, or nothing but collecting
// would be done.
const (
	garbage       = 48 << 20            // bytes
	collectSeldom = 400                 // per cent
	collectOften  = 50                  // per cent
	collectHard   = vectorCache + 1<<30 // bytes in all, from which on it collects as often as it takes
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
		debug.SetGCPercent(collectSeldom)
		afterEachCollection(collectSeldom)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(collectHard)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(minProcs, runtime.GOMAXPROCS(0)))
	}
}

// afterEachCollection sets, each time that memory was collected, when to do so
// next.
func afterEachCollection(now int) {
	dropped := new([64]byte)
	runtime.AddCleanup(dropped, func(now int) {
		kept := max(1, figure("/gc/heap/live:bytes"))
		next := int(min(max(garbage*100/kept, collectOften), collectSeldom))
		if next != now {
			debug.SetGCPercent(next)
		}
		afterEachCollection(next)
	}, now)
}

// figure reads one of the runtime's own, which is a whole number.
func figure(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// What idle means: so long next to nothing has been allocated. idleWorth is how
// much must have been since memory was given back last.
const (
	idleAfter = 20 * time.Second
	idleBytes = 2 << 20
	idleWorth = 8 << 20
)

// giveBack returns memory that is not in use to the system: what starting up
// took at once, and the rest whenever the server has become idle, which rest is
// told of, until ctx ends. Go by itself keeps what its next collection may need.
func giveBack(ctx context.Context, rest func()) {
	const name = "/gc/heap/allocs:bytes"
	freeAll()
	before, given := figure(name), figure(name)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(idleAfter):
		}
		now := figure(name)
		if now-before < idleBytes && now-given > idleWorth {
			rest()
			freeAll()
			given = now
		}
		before = now
	}
}

// freeAll gives back what can be. What pools hold is garbage only to the second
// collection after its last use.
func freeAll() {
	runtime.GC()
	debug.FreeOSMemory()
	trimC()
}
