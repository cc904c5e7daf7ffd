package deploy_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
)

func TestLifeOfASlug(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	one := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	two := h.publish("embed", "1.0.1", fixture.Files("embed", "1.0.1"))

	_, _, err := h.Call(ctx, slugOf("embed"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.Test(ctx, owner, one, []byte(`{}`))
	wantCode(t, err, plugforge.CodeConflict)
	if s, err := h.Status(ctx, owner, one, 0); err != nil || s.State != plugforge.StateNotDeployed || s.Message != "never deployed" {
		t.Errorf("before: %+v, %v", s, err)
	}
	_, err = h.Rollback(ctx, deploy.RollbackRequest{Slug: slugOf("embed"), By: author}, time.Second)
	wantCode(t, err, plugforge.CodeConflict)

	s := h.deploy(one, plugforge.StateDeployed)
	if !s.Deployed || !s.Realtime || s.DeployedAt.IsZero() || s.QueuedAt.IsZero() || h.answers("embed") != "1.0.0" {
		t.Errorf("deployed: %+v", s)
	}
	answer, err := h.Test(ctx, owner, one, []byte(`{"inputs":{"text":"x"}}`))
	if err != nil || answer.Type != "dict" || answer.Inference != "InferenceService" {
		t.Errorf("test answers %+v, %v", answer, err)
	}

	h.deploy(two, plugforge.StateDeployed)
	if got := h.answers("embed"); got != "1.0.1" {
		t.Errorf("after the switch %s answers", got)
	}
	if _, v, err := h.Call(ctx, slugOf("embed"), &one.Version, []byte(`{}`)); err != nil || v != one.Version {
		t.Errorf("the replaced version, pinned: %v, %v", v, err)
	}
	if s, err := h.Status(ctx, owner, one, 0); err != nil || s.State != plugforge.StateNotDeployed || !strings.Contains(s.Message, "replaced by version 1.0.1") {
		t.Errorf("replaced: %+v, %v", s, err)
	}

	back, err := h.Rollback(ctx, deploy.RollbackRequest{Slug: slugOf("embed"), Message: "two is worse", By: author}, 30*time.Second)
	must(t, err)
	if back.ID != one || back.State != plugforge.StateDeployed || *back.Previous != two.Version || back.Message != "two is worse" || h.answers("embed") != "1.0.0" {
		t.Errorf("rollback: %+v", back)
	}
	again, err := h.Rollback(ctx, deploy.RollbackRequest{Slug: slugOf("embed"), Target: &one.Version, By: author}, 30*time.Second)
	if err != nil || again.State != plugforge.StateDeployed {
		t.Errorf("rollback to what is live: %+v, %v", again, err)
	}

	if s, err := h.Undeploy(ctx, deploy.Request{Owner: owner, ID: two, By: author}); err != nil || s.Deployed {
		t.Errorf("undeploy of what is not live: %+v, %v", s, err)
	}
	s, err = h.Undeploy(ctx, deploy.Request{Owner: owner, ID: one, By: author, Message: "enough"})
	if err != nil || s.Deployed || s.State != plugforge.StateNotDeployed || !strings.Contains(s.Message, "taken out of service") {
		t.Errorf("undeploy: %+v, %v", s, err)
	}
	for _, pin := range []*plugforge.Version{nil, &one.Version, &two.Version} {
		_, _, err := h.Call(ctx, slugOf("embed"), pin, []byte(`{}`))
		wantCode(t, err, plugforge.CodeNotFound)
	}
	want := []string{"undeploy 1.0.0", "rollback 1.0.0", "deploy 1.0.1", "deploy 1.0.0"}
	if got := h.ledger("embed"); !slices.Equal(got, want) {
		t.Errorf("ledger %v, want %v", got, want)
	}
	items, _, err := h.Deployments(ctx, slugOf("embed"), 10, "")
	must(t, err)
	if len(items) != 4 || items[0].Message != "enough" || items[3].State != plugforge.StateNotDeployed {
		t.Errorf("deployments %+v", items)
	}
	at, err := h.LiveAt(ctx, slugOf("embed"), items[2].DeployedAt)
	if err != nil || len(at) != 1 || at[0].Version != two.Version {
		t.Errorf("live when two was: %+v, %v", at, err)
	}
}

func TestFailedImportChangesNothing(t *testing.T) {
	h := open(t)
	good := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	bad := h.publish("embed", "1.0.1", fixture.With(fixture.Files("embed", "1.0.1"), "processors/core.py", "def embed(text):\n    return []\n\n\nraise RuntimeError('no weights')\n"))
	h.deploy(good, plugforge.StateDeployed)
	s := h.deploy(bad, plugforge.StateFailed)
	if !strings.Contains(s.Error, "RuntimeError: no weights") || !strings.Contains(s.Error, "processors/core.py") {
		t.Errorf("error does not hold the traceback: %q", s.Error)
	}
	if h.answers("embed") != "1.0.0" {
		t.Error("the version before is gone")
	}
	if got := h.ledger("embed"); !slices.Equal(got, []string{"deploy 1.0.0"}) {
		t.Errorf("a deploy that never was live is in the ledger: %v", got)
	}
}

func TestBatchOnly(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	live := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	batch := h.publish("embed", "1.0.1", fixture.BatchOnly("embed", "1.0.1"))
	_, err := h.Deploy(ctx, deploy.Request{Owner: owner, ID: batch, Type: plugforge.TypeRealtime, By: author}, 0)
	wantCode(t, err, plugforge.CodeValidation)
	h.deploy(live, plugforge.StateDeployed)
	s := h.deploy(batch, plugforge.StateNotDeployed)
	if !s.Deployed || s.Realtime || s.Type != plugforge.TypeBatchOnly {
		t.Errorf("batch-only: %+v", s)
	}
	_, _, err = h.Call(ctx, slugOf("embed"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	h.restart()
	if s, err := h.Status(ctx, owner, batch, 0); err != nil || !s.Deployed {
		t.Errorf("after a restart: %+v, %v", s, err)
	}
}

func TestNothingIsDroppedOverSwitches(t *testing.T) {
	h := open(t, func(c *deploy.Config) { c.Retain = time.Millisecond })
	var ids []plugforge.PluginID
	for i := range 4 {
		v := fmt.Sprintf("1.0.%d", i)
		ids = append(ids, h.publish("embed", v, fixture.Files("embed", v)))
	}
	h.deploy(ids[0], plugforge.StateDeployed)
	ctx, stop := context.WithCancel(t.Context())
	var calls, failed atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for ctx.Err() == nil {
				answer, v, err := h.Call(context.WithoutCancel(ctx), slugOf("embed"), nil, []byte(`{"inputs":{"text":"a b"}}`))
				calls.Add(1)
				if err != nil || !strings.Contains(string(answer.Body), `"`+v.String()+`"`) {
					failed.Add(1)
					t.Errorf("call: version %s, body %s, %v", v, answer.Body, err)
				}
			}
		})
	}
	for i := 1; i < 8; i++ {
		h.deploy(ids[i%len(ids)], plugforge.StateDeployed)
	}
	stop()
	callers.Wait()
	if failed.Load() > 0 || calls.Load() < 100 {
		t.Errorf("%d of %d calls failed over 7 switches", failed.Load(), calls.Load())
	}
}

// dying answers once and leaves its process by os._exit when told to.
const dying = `
import os
from shared.plugins.inference.serve import BaseInferenceService


class InferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters):
        if inputs.get("text") == "die":
            os._exit(3)
        return {"version": "1.0.0"}
`

func TestDeadReplicaIsReplaced(t *testing.T) {
	h := open(t, func(c *deploy.Config) { c.Backoff = []time.Duration{0, 0, 0, 0} })
	id := h.publish("mortal", "1.0.0", handler("mortal", "1.0.0", dying))
	if s := h.deploy(id, plugforge.StateDeployed); strings.Contains(s.Message, "died") {
		t.Errorf("status before: %s", s.Message)
	}
	for range 2 {
		_, _, err := h.Call(t.Context(), slugOf("mortal"), nil, []byte(`{"inputs":{"text":"die"}}`))
		wantCode(t, err, plugforge.CodeUnavailable)
		h.eventually("the restart", func() bool { return h.Ready() == nil })
		if h.answers("mortal") != "1.0.0" {
			t.Fatal("the new replica does not answer")
		}
	}
	s, err := h.Status(t.Context(), owner, id, 0)
	must(t, err)
	if !strings.Contains(s.Message, "is live and answers realtime calls; a replica died ") || !strings.HasSuffix(s.Message, "exited with status 3") || s.Error != "" {
		t.Errorf("status after: %q, error %q", s.Message, s.Error)
	}
	// Each death is one line, under the names that every line uses.
	log := h.log.String()
	if n := strings.Count(log, "exited with status 3"); n != 2 || strings.Count(log, `plugin=ns_test/mortal version=1.0.0 replica=`) < 2 {
		t.Errorf("%d lines tell of 2 deaths:\n%s", n, log)
	}
	if strings.Contains(log, "slug=") || strings.Contains(log, "version={") {
		t.Errorf("names are not what they are elsewhere:\n%s", log)
	}
}

// looping comes up, and leaves its process a moment later.
const looping = `
import asyncio
import os
from shared.plugins.inference.serve import BaseInferenceService


class InferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters):
        asyncio.get_running_loop().call_later(0.02, os._exit, 7)
        return {"version": "1.0.0"}
`

func TestCrashLoopIsStoppedAndRecorded(t *testing.T) {
	h := open(t, func(c *deploy.Config) { c.Backoff = []time.Duration{0, 0, 0} })
	id := h.publish("loop", "1.0.0", handler("loop", "1.0.0", looping))
	h.deploy(id, plugforge.StateDeployed)
	h.eventually("the stop", func() bool {
		_, _, err := h.Call(t.Context(), slugOf("loop"), nil, []byte(`{}`))
		return plugforge.CodeOf(err) == plugforge.CodeNotFound
	})
	h.eventually("the record", func() bool {
		s, err := h.Status(t.Context(), owner, id, 0)
		return err == nil && s.State == plugforge.StateFailed && strings.Contains(s.Error, "stopped after repeated crashes")
	})
	if got := h.ledger("loop"); !slices.Equal(got, []string{"stopped 1.0.0", "deploy 1.0.0"}) {
		t.Errorf("ledger %v", got)
	}
	h.restart()
	_, _, err := h.Call(t.Context(), slugOf("loop"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	if _, err := h.Rollback(t.Context(), deploy.RollbackRequest{Slug: slugOf("loop"), By: author}, 0); plugforge.CodeOf(err) != plugforge.CodeConflict {
		t.Errorf("rollback with nowhere to go: %v", err)
	}
}

func TestRestartServesWhatWasLive(t *testing.T) {
	h := open(t)
	h.deploy(h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0")), plugforge.StateDeployed)
	h.restart()
	h.eventually("serving again", func() bool { return h.Ready() == nil })
	if h.answers("embed") != "1.0.0" {
		t.Error("another version answers")
	}
	if got := h.ledger("embed"); len(got) != 1 {
		t.Errorf("a restart is no entry: %v", got)
	}
}

// A crash after the ledger entry and before the row: the entry is the truth.
func TestRestartFollowsTheLedger(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	one := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	two := h.publish("embed", "1.0.1", fixture.Files("embed", "1.0.1"))
	h.deploy(one, plugforge.StateDeployed)
	h.shut()
	plugin, err := h.reg.Plugin(ctx, owner, two)
	must(t, err)
	cut := plugforge.Deployment{
		ID: "dpl_0123456789abcdef01234567", Slug: slugOf("embed"), Version: two.Version, Commit: plugin.Commit,
		Action: plugforge.ActionDeploy, Type: plugforge.TypeRealtime, State: plugforge.StateInProgress,
		By: author, Message: "deploy embed 1.0.1", Previous: &one.Version,
		QueuedAt: time.Now().UTC().Truncate(time.Millisecond), StartedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	must(t, h.db.InsertDeployment(ctx, cut))
	_, err = h.git.AppendLedger(ctx, cut.Slug, gitstore.Entry{
		Action: cut.Action, Version: cut.Version, VersionCommit: cut.Commit, Previous: cut.Previous,
		DeploymentID: cut.ID, Type: cut.Type, By: cut.By, Message: cut.Message, At: cut.StartedAt,
	})
	must(t, err)
	h.restart()
	h.eventually("serving again", func() bool { return h.Ready() == nil })
	if h.answers("embed") != "1.0.1" {
		t.Error("the ledger's head does not answer")
	}
	d, err := h.db.Deployment(ctx, cut.ID)
	if err != nil || d.State != plugforge.StateDeployed || !d.DeployedAt.Equal(cut.StartedAt) {
		t.Errorf("row %+v, %v", d, err)
	}
	if s, err := h.Status(ctx, owner, one, 0); err != nil || s.Deployed {
		t.Errorf("the version before: %+v, %v", s, err)
	}
}

// A crash before the ledger entry: it never was live and begins again.
func TestRestartTakesUpTheQueue(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	one := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	plugin, err := h.reg.Plugin(ctx, owner, one)
	must(t, err)
	h.shut()
	must(t, h.db.InsertDeployment(ctx, plugforge.Deployment{
		ID: "dpl_0123456789abcdef01234567", Slug: slugOf("embed"), Version: one.Version, Commit: plugin.Commit,
		Action: plugforge.ActionDeploy, Type: plugforge.TypeRealtime, State: plugforge.StatePending, By: author,
		Message: "m", QueuedAt: time.Now().UTC().Truncate(time.Millisecond),
	}))
	h.restart()
	if s, err := h.Status(ctx, owner, one, 30*time.Second); err != nil || s.State != plugforge.StateDeployed {
		t.Errorf("%+v, %v", s, err)
	}
}

// faultyEngine is the real sandbox until it is told to refuse: what a host
// without bubblewrap or with an empty uid pool does.
type faultyEngine struct {
	deploy.Engine
	broken atomic.Bool
}

func (f *faultyEngine) Start(ctx context.Context, spec plugforge.ReplicaSpec) (plugforge.Replica, error) {
	if f.broken.Load() {
		return nil, plugforge.Errorf(plugforge.CodeUnavailable, "bubblewrap is missing: apt-get install bubblewrap")
	}
	return f.Engine.Start(ctx, spec)
}

func TestEngineFaultNeverStopsWhatIsLive(t *testing.T) {
	faulty := &faultyEngine{}
	h := open(t, func(c *deploy.Config) {
		faulty.Engine = c.Engine
		c.Engine, c.Backoff = faulty, []time.Duration{0, time.Millisecond}
	})
	ctx := t.Context()
	one := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	h.deploy(one, plugforge.StateDeployed)
	faulty.broken.Store(true)
	s := h.deploy(one, plugforge.StateDeployed)
	if !strings.Contains(s.Error, "apt-get install bubblewrap") || !strings.Contains(s.Message, "failed") {
		t.Errorf("the attempt is not told of: %+v", s)
	}
	h.restart()
	_, _, err := h.Call(ctx, slugOf("embed"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeUnavailable)
	time.Sleep(100 * time.Millisecond) // many tries at a millisecond each
	if h.Ready() == nil {
		t.Error("ready without a replica")
	}
	faulty.broken.Store(false)
	h.eventually("recovery", func() bool { return h.Ready() == nil })
	if h.answers("embed") != "1.0.0" {
		t.Error("not serving again")
	}
}

func TestUndeployCancelsWhatIsQueued(t *testing.T) {
	h := open(t)
	slow := h.publish("slow", "1.0.0", handler("slow", "1.0.0", "import time\n\ntime.sleep(20)\n"+dying))
	ctx := t.Context()
	_, err := h.Deploy(ctx, deploy.Request{Owner: owner, ID: slow, By: author}, 300*time.Millisecond)
	must(t, err)
	_, err = h.Undeploy(ctx, deploy.Request{Owner: owner, ID: slow, By: author})
	must(t, err)
	s, err := h.Status(ctx, owner, slow, 10*time.Second)
	if err != nil || s.State != plugforge.StateFailed || !strings.Contains(s.Error, "cancelled") {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestRacingSwitchesLeaveOneTruth(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	one := h.publish("embed", "1.0.0", fixture.Files("embed", "1.0.0"))
	two := h.publish("embed", "1.0.1", fixture.Files("embed", "1.0.1"))
	var racers sync.WaitGroup
	for i := range 12 {
		racers.Go(func() {
			var err error
			switch id := []plugforge.PluginID{one, two}[i%2]; i % 3 {
			case 0:
				_, err = h.Deploy(ctx, deploy.Request{Owner: owner, ID: id, By: author}, 30*time.Second)
			case 1:
				_, err = h.Rollback(ctx, deploy.RollbackRequest{Slug: slugOf("embed"), Target: &id.Version, By: author}, 30*time.Second)
			default:
				_, err = h.Undeploy(ctx, deploy.Request{Owner: owner, ID: id, By: author})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	racers.Wait()
	h.deploy(two, plugforge.StateDeployed)
	head := h.ledger("embed")[0]
	active, err := h.db.Active(ctx, slugOf("embed"))
	must(t, err)
	if head != "deploy 1.0.1" || active.Version != two.Version || h.answers("embed") != "1.0.1" {
		t.Errorf("ledger says %s, database %s", head, active.Version)
	}
	entries, err := h.git.Ledger(ctx, slugOf("embed"), 0)
	must(t, err)
	for i, e := range entries[:len(entries)-1] {
		if e.Action == plugforge.ActionUndeploy {
			continue
		}
		before := entries[i+1]
		gone := before.Action == plugforge.ActionUndeploy
		if gone != (e.Previous == nil) || !gone && *e.Previous != before.Version {
			t.Errorf("entry %d: previous %v after %s %s", i, e.Previous, before.Action, before.Version)
		}
	}
}

func TestUnknownVersion(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	ghost := plugforge.PluginID{Name: "ghost", Version: plugforge.Version{Major: 1}}
	_, err := h.Deploy(ctx, deploy.Request{Owner: owner, ID: ghost, By: author}, 0)
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.Undeploy(ctx, deploy.Request{Owner: owner, ID: ghost, By: author})
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.Status(ctx, owner, ghost, 0)
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.Deploy(ctx, deploy.Request{Owner: owner, ID: ghost, Message: "a\x00b", By: author}, 0)
	wantCode(t, err, plugforge.CodeValidation)
}

func TestDamagedRepositoryLeavesTheOthersAlone(t *testing.T) {
	h := open(t)
	for _, name := range []string{"good", "damaged"} {
		h.deploy(h.publish(name, "1.0.0", fixture.Files(name, "1.0.0")), plugforge.StateDeployed)
	}
	must(t, os.RemoveAll(filepath.Join(h.dir, "git", "ns", string(owner), "damaged.git", "objects")))
	h.restart()
	h.eventually("serving again", func() bool { return h.Ready() == nil })
	if h.answers("good") != "1.0.0" {
		t.Error("the sound plugin does not answer")
	}
	_, _, err := h.Call(t.Context(), slugOf("damaged"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
}

// atOnce counts how many calls of a sync handler run together.
const atOnce = `
import threading
import time
from shared.plugins.inference.serve import BaseInferenceService

running = 0
lock = threading.Lock()


class InferenceService(BaseInferenceService):
    def run_inference(self, inputs, parameters):
        global running
        with lock:
            running += 1
            seen = running
        time.sleep(0.05)
        with lock:
            running -= 1
        return {"version": "1.0.0", "seen": seen}
`

func TestSyncHandlersRunTogetherOnlyWhenAsked(t *testing.T) {
	h := open(t)
	base := fixture.Files("alone", "1.0.0")
	plain := fixture.With(base, "realtime.py", atOnce)
	asked := fixture.With(fixture.With(fixture.Files("together", "1.0.0"), "realtime.py", atOnce),
		"manifest.py", string(fixture.Files("together", "1.0.0")["manifest.py"].Data)+"\ncompute_profile = {\"max_concurrency\": 4}\n")
	h.deploy(h.publish("alone", "1.0.0", plain), plugforge.StateDeployed)
	h.deploy(h.publish("together", "1.0.0", asked), plugforge.StateDeployed)
	for name, want := range map[string]bool{"alone": false, "together": true} {
		var together atomic.Bool
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() {
				answer, _, err := h.Call(t.Context(), slugOf(name), nil, []byte(`{}`))
				if err != nil {
					t.Error(err)
				}
				if !strings.Contains(string(answer.Body), `"seen":1}`) {
					together.Store(true)
				}
			})
		}
		callers.Wait()
		if together.Load() != want {
			t.Errorf("%s: calls ran together: %v, want %v", name, together.Load(), want)
		}
	}
}
