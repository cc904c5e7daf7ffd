//go:build long

package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// Five hundred kills at any time: under load, while it starts, while it
// recovers.
func TestKilledAtAnyTime(t *testing.T) {
	w := &war{t: t, site: newSite(t), lives: newLives("Crash", 4, 2)}
	for round := range 500 {
		if round%50 == 49 {
			w.retire(fmt.Sprintf("After_%d", round))
		}
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

// retire takes every plugin out of service and goes on with new ones, so that
// rounds stay short.
func (w *war) retire(prefix string) {
	w.t.Helper()
	srv := w.site.start(w.t)
	w.check(srv, true)
	c := srv.client(w.site.key)
	for _, l := range w.lives {
		if err := l.undeploy(c); err != nil {
			w.t.Fatalf("plugin %s: %v", l.name, err)
		}
	}
	srv.stop()
	w.retired = append(w.retired, w.lives...)
	w.lives = newLives(prefix, 4, 2)
}
