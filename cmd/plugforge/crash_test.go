package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// aims is where the server is killed, how often each: what a client or an
// operator would call the step, and the stages that stand for it.
func aims() map[string][]string {
	return map[string][]string{
		"PUT":      {"put.blob", "put.row", "put.blob", "put.row", "put.blob"},
		"confirm":  {"confirm.checked", "confirm.archive", "publish.objects", "confirm.archive", "confirm.checked"},
		"tag":      slices.Repeat([]string{"publish.tag"}, 5),
		"main":     slices.Repeat([]string{"publish.main"}, 5),
		"row":      slices.Repeat([]string{"confirm.row"}, 5),
		"switch":   slices.Repeat([]string{"deploy.switch"}, 5),
		"ledger":   slices.Repeat([]string{"ledger.append"}, 5),
		"rollback": {"rollback.queued", "rollback.row", "rollback.switch", "rollback.done", "rollback.switch"},
		"undeploy": {"undeploy.ledger", "undeploy.done", "undeploy.ledger", "undeploy.done", "undeploy.ledger"},
		"others":   {"upload.row", "deploy.queued", "deploy.row", "deploy.done"},
	}
}

// newLives makes clients with every mix of habits, whose plugins' names begin
// with the prefix.
func newLives(prefix string, batchOnly, realtime int) []*life {
	var lives []*life
	for i := range batchOnly + realtime {
		lives = append(lives, &life{name: fmt.Sprintf("%s_%d", prefix, i), realtime: i >= batchOnly, named: i%2 == 0})
	}
	return lives
}

// A server killed at any stage loses nothing that it acknowledged, and starts
// again with nothing half done.
func TestKilledAtEveryStage(t *testing.T) {
	var plan []struct{ step, stage string }
	for step, stages := range aims() {
		for _, stage := range stages {
			plan = append(plan, struct{ step, stage string }{step, stage})
		}
	}
	rand.Shuffle(len(plan), func(i, j int) { plan[i], plan[j] = plan[j], plan[i] })
	w := &war{t: t, site: newSite(t), lives: newLives("Crash", 2, 1)}
	hits := map[string]int{}
	for round, aim := range plan {
		skip := rand.IntN(3)
		stage := w.round(round, func(stage string) bool {
			if stage != aim.stage {
				return false
			}
			skip--
			return skip < 0
		}, nil)
		if stage == aim.stage {
			hits[aim.step]++
		}
		if t.Failed() {
			t.Fatalf("after round %d, killed at %s", round, aim.stage)
		}
	}
	w.finish()
	for step := range aims() {
		if hits[step] < 5 && step != "others" {
			t.Errorf("killed at %s %d times, 5 are needed", step, hits[step])
		}
	}
	t.Logf("%d kills: %v", len(plan), hits)
}

// war is a series of servers killed under load on one site.
type war struct {
	t       *testing.T
	site    *site
	lives   []*life
	retired []*life // lived on this site before, and must still be there whole
	kills   int
	failed  int           // deployments that ended FAILED
	orphans time.Duration // the longest that a killed server's processes took to go
	starts  []time.Duration

	checking, loading time.Duration
}

// round starts a server, checks what the one before left, puts it under load
// and has it killed: by its stages (hit) or at some time (after). The stage is
// returned, empty for a kill by time.
func (w *war) round(number int, hit func(stage string) bool, after *time.Duration) string {
	w.t.Helper()
	srv := w.site.start(w.t)
	w.starts = append(w.starts, time.Since(srv.begun))
	begun := time.Now()
	w.check(srv, number%12 == 11)
	w.checking += time.Since(begun)
	if w.t.Failed() {
		return ""
	}
	if hit != nil {
		srv.takeAim(hit)
	}
	if after != nil {
		go func() {
			time.Sleep(*after)
			srv.kill("")
		}()
	}
	begun = time.Now()
	w.load(srv)
	w.loading += time.Since(begun)
	one := <-srv.shot
	w.kills++
	w.orphans = max(w.orphans, waitGone(w.t, one.children, one.at))
	srv.checkLog()
	return one.stage
}

// load lets every client live its life until the server is gone.
func (w *war) load(srv *server) {
	w.t.Helper()
	var clients sync.WaitGroup
	for _, l := range w.lives {
		clients.Go(func() {
			c := srv.client(w.site.key)
			for {
				err := l.next(c)
				if err == nil {
					continue
				}
				var answered *refusal
				if gone(srv) && !errors.As(err, &answered) {
					return
				}
				w.t.Errorf("plugin %s: %v", l.name, err)
				srv.process.Kill()
				return
			}
		})
	}
	done := make(chan struct{})
	go func() { clients.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(60 * time.Second):
		w.t.Errorf("nothing killed the server in 60 s of load:\n%s", srv.log.String())
		srv.process.Kill()
		<-done
	}
	if w.t.Failed() {
		w.t.Fatalf("the load failed, the server's last words:\n%s", srv.log.String())
	}
}

// gone waits a moment for the server to be, since a connection may break
// before the process is reaped.
func gone(srv *server) bool {
	select {
	case <-srv.exited:
		return true
	case <-time.After(2 * time.Second):
		return false
	}
}

// check is what holds on a server started after a kill. A full check compares
// every version's bytes; the others those of each life's newest.
func (w *war) check(srv *server, full bool) {
	w.t.Helper()
	c := srv.client(w.site.key)
	if err := waitReady(c); err != nil {
		w.t.Fatalf("%v\n%s", err, srv.log.String())
	}
	failed := make([]int, len(w.lives))
	var checks sync.WaitGroup
	for i, l := range w.lives {
		checks.Go(func() {
			failed[i] = l.recover(w.t, w.site, c)
			if w.t.Failed() {
				return
			}
			w.site.fsck(w.t, l.name)
			some := l.releases[max(0, len(l.releases)-1):]
			if full {
				some = l.releases
			}
			for _, r := range some {
				if err := r.sameBytes(c); err != nil {
					w.t.Error(err)
				}
			}
			if len(some) > 0 && (full || i == w.kills%len(w.lives)) {
				l.cloneEquals(w.t, c, some)
			}
		})
	}
	checks.Wait()
	w.failed = 0
	for _, n := range failed {
		w.failed += n
	}
	w.site.checkDatabase(w.t)
	w.site.checkLeftovers(w.t, slices.Concat(w.lives, w.retired))
}

// finish checks everything once more, and that the server still stops well.
func (w *war) finish() {
	w.t.Helper()
	w.lives, w.retired = slices.Concat(w.retired, w.lives), nil
	srv := w.site.start(w.t)
	w.check(srv, true)
	srv.stop()
	w.site.checkRunFolder(w.t, 0)
	versions, entries := 0, 0
	for _, l := range w.lives {
		versions += len(l.releases)
		entries += len(l.ledger)
	}
	slices.Sort(w.starts)
	w.t.Logf("%v of checks, %v under load", w.checking.Round(time.Millisecond), w.loading.Round(time.Millisecond))
	w.t.Logf("%d kills: %d versions and %d ledger entries acknowledged, all there; %d deployments failed with a reason; listening after %v (median), %v (longest); a killed server's processes gone after at most %v",
		w.kills, versions, entries, w.failed, w.starts[len(w.starts)/2], w.starts[len(w.starts)-1], w.orphans)
}

// waitReady waits until every live version has a replica.
func waitReady(c *client) error {
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, _, err = c.do("GET", "/readyz", "", nil, false); err == nil {
			return nil
		}
	}
	return fmt.Errorf("the server is not ready after 30 s: %w", err)
}
