//go:build long

package main

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Five hundred kills at any time: under load, while it starts, while it
// recovers.
func TestKilledAtAnyTime(t *testing.T) {
	w := &war{t: t, site: newSite(t), lives: newLives(4, 2)}
	for round := range 500 {
		after := time.Duration(rand.Int64N(int64(600 * time.Millisecond)))
		w.round(round, nil, &after)
		if t.Failed() {
			t.Fatalf("after round %d, killed after %v of load", round, after)
		}
		for range rand.IntN(3) {
			w.killWhileStarting()
		}
	}
	w.finish()
}

// killWhileStarting starts a server and kills it before, while or just after
// it recovers.
func (w *war) killWhileStarting() {
	w.t.Helper()
	srv := w.site.launch(w.t)
	time.Sleep(time.Duration(rand.Int64N(int64(400 * time.Millisecond))))
	srv.kill("")
	one := <-srv.shot
	w.kills++
	w.orphans = max(w.orphans, waitGone(w.t, one.children, one.at))
	srv.checkLog()
}
