package deploy_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/fixture"
	"plugforge/registry"
)

const org = plugforge.Owner("org_test")

// telling is a plugin that answers with its version and the parameters.
func telling(name, version string) fstest.MapFS {
	return handler(name, version, `
class InferenceService:
    async def __call__(self, inputs, parameters):
        return {"version": "`+version+`", "parameters": parameters}
`)
}

// Deleting what is live, warm, queued or idle: it is gone at once, and what
// else is there goes on.
func TestDelete(t *testing.T) {
	h := open(t)
	var ids []plugforge.PluginID
	for _, version := range []string{"1.0.0", "1.0.1", "1.0.2", "1.0.3"} {
		ids = append(ids, h.publish("text_embed", version, telling("text_embed", version)))
	}
	first, second, third, idle := ids[0], ids[1], ids[2], ids[3]
	h.deploy(first, plugforge.StateDeployed)
	h.deploy(second, plugforge.StateDeployed)
	del := func(id plugforge.PluginID, live bool) {
		t.Helper()
		removed, err := h.Delete(t.Context(), deploy.Request{Owner: owner, ID: id, By: author, Message: "leaks"})
		must(t, err)
		if removed != live {
			t.Errorf("delete %s: removed %v", id, removed)
		}
		_, err = h.Status(t.Context(), owner, id, 0)
		wantCode(t, err, plugforge.CodeNotFound)
		_, err = h.Deploy(t.Context(), deploy.Request{Owner: owner, ID: id, By: author}, 0)
		wantCode(t, err, plugforge.CodeNotFound)
		_, _, err = h.Call(t.Context(), slugOf("text_embed"), &id.Version, []byte(`{}`))
		wantCode(t, err, plugforge.CodeNotFound)
		_, err = h.Delete(t.Context(), deploy.Request{Owner: owner, ID: id, By: author})
		wantCode(t, err, plugforge.CodeNotFound)
	}
	if _, version, err := h.Call(t.Context(), slugOf("text_embed"), &first.Version, []byte(`{}`)); err != nil || version != first.Version {
		t.Fatalf("the replaced version is not warm: %v", err)
	}
	del(idle, false)
	del(first, false) // warm
	if got := h.answers("text_embed"); got != "1.0.1" {
		t.Errorf("%s answers", got)
	}
	_, err := h.Rollback(t.Context(), deploy.RollbackRequest{Slug: slugOf("text_embed"), By: author}, time.Second)
	wantCode(t, err, plugforge.CodeConflict)
	del(second, true) // live
	_, _, err = h.Call(t.Context(), slugOf("text_embed"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	h.restart()
	h.deploy(third, plugforge.StateDeployed)
	del(third, true)
	want := []string{"undeploy 1.0.2", "deploy 1.0.2", "undeploy 1.0.1", "deploy 1.0.1", "deploy 1.0.0"}
	if got := h.ledger("text_embed"); !slices.Equal(got, want) {
		t.Errorf("ledger %v", got)
	}
	entries, err := h.git.Ledger(t.Context(), slugOf("text_embed"), 1)
	if err != nil || entries[0].Message != "leaks" || entries[0].By != author {
		t.Errorf("the last entry: %+v, %v", entries, err)
	}
	h.restart()
}

// A version that is deleted while it is being brought up never goes live.
func TestDeleteWhileDeploying(t *testing.T) {
	h := open(t)
	id := h.publish("text_embed", "1.0.0", handler("text_embed", "1.0.0", `
import time
time.sleep(2)
class InferenceService:
    async def __call__(self, inputs, parameters):
        return {}
`))
	_, err := h.Deploy(t.Context(), deploy.Request{Owner: owner, ID: id, By: author}, 0)
	must(t, err)
	h.eventually("the roll-out", func() bool {
		s, err := h.Status(t.Context(), owner, id, 0)
		return err == nil && s.State == plugforge.StateInProgress
	})
	removed, err := h.Delete(t.Context(), deploy.Request{Owner: owner, ID: id, By: author})
	must(t, err)
	if removed {
		t.Error("it was not live")
	}
	h.eventually("the end", func() bool {
		items, _, err := h.Deployments(t.Context(), slugOf("text_embed"), 1, "")
		return err == nil && items[0].State == plugforge.StateFailed && strings.Contains(items[0].Error, "deleted")
	})
	if got := h.ledger("text_embed"); len(got) != 0 {
		t.Errorf("ledger %v", got)
	}
}

// publishOrg publishes a version of the organisation.
func (h *house) publishOrg(name, version string, tree fstest.MapFS) plugforge.PluginID {
	h.t.Helper()
	ctx := h.t.Context()
	up, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: org, Name: plugforge.Name(name), By: author})
	must(h.t, err)
	_, err = h.reg.Receive(ctx, up.ID, strings.NewReader(string(fixture.Zip(tree))))
	must(h.t, err)
	verdict, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: org, UploadID: up.ID, By: author})
	must(h.t, err)
	if !verdict.Passed || verdict.ID.Version.String() != version {
		h.t.Fatalf("publish %s: %+v", name, verdict)
	}
	return verdict.ID
}

// An organisation's plugin in a namespace: parameters, blue-green, rollback,
// warm versions, restarts, and its end.
func TestEnable(t *testing.T) {
	h := open(t)
	first := h.publishOrg("shared", "1.0.0", telling("shared", "1.0.0"))
	second := h.publishOrg("shared", "1.0.1", telling("shared", "1.0.1"))
	enable := func(id plugforge.PluginID, params string, live bool) {
		t.Helper()
		done, err := h.Enable(t.Context(), deploy.EnableRequest{
			Namespace: owner, Org: org, ID: id, Params: []byte(params), Deploy: live, By: author,
		}, 30*time.Second)
		must(t, err)
		if done.Status.Deployed != live || done.Plugin.Origin != org || done.Plugin.Slug.Owner != owner {
			t.Fatalf("enabled: %+v", done)
		}
	}
	says := func(want string) {
		t.Helper()
		answer, _, err := h.Call(t.Context(), slugOf("shared"), nil, []byte(`{"parameters":{"own":1}}`))
		must(t, err)
		if string(answer.Body) != want {
			t.Errorf("answer %s, want %s", answer.Body, want)
		}
	}
	enable(first, `{"model":"a","own":0}`, true)
	says(`{"version":"1.0.0","parameters":{"model":"a","own":1}}`)
	enable(second, `{"model":"b"}`, true)
	says(`{"version":"1.0.1","parameters":{"model":"b","own":1}}`)
	back, err := h.Rollback(t.Context(), deploy.RollbackRequest{Slug: slugOf("shared"), By: author}, 30*time.Second)
	if err != nil || back.State != plugforge.StateDeployed {
		t.Fatalf("rollback %+v, %v", back, err)
	}
	says(`{"version":"1.0.0","parameters":{"model":"a","own":1}}`)
	enable(second, `{"model":"c"}`, true) // not the warm one, which has other parameters
	says(`{"version":"1.0.1","parameters":{"model":"c","own":1}}`)
	h.restart()
	h.eventually("a replica", func() bool { return h.Ready() == nil })
	says(`{"version":"1.0.1","parameters":{"model":"c","own":1}}`)

	_, err = h.Delete(t.Context(), deploy.Request{Owner: owner, ID: second, By: author})
	wantCode(t, err, plugforge.CodeConflict)
	_, err = h.Delete(t.Context(), deploy.Request{Owner: org, ID: second, By: author})
	wantCode(t, err, plugforge.CodeConflict)
	for id, live := range map[plugforge.PluginID]bool{first: false, second: true} {
		removed, err := h.Disable(t.Context(), deploy.Request{Owner: owner, ID: id, By: author})
		must(t, err)
		if removed != live {
			t.Errorf("disable %s: removed %v", id, removed)
		}
		_, err = h.Deploy(t.Context(), deploy.Request{Owner: owner, ID: id, By: author}, 0)
		wantCode(t, err, plugforge.CodeNotFound)
		_, err = h.Disable(t.Context(), deploy.Request{Owner: owner, ID: id, By: author})
		wantCode(t, err, plugforge.CodeNotFound)
	}
	_, _, err = h.Call(t.Context(), slugOf("shared"), nil, []byte(`{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	if got := h.ledger("shared"); len(got) != 5 || got[0] != "undeploy 1.0.1" {
		t.Errorf("ledger %v", got)
	}
	h.restart()
	removed, err := h.Delete(t.Context(), deploy.Request{Owner: org, ID: second, By: author})
	if err != nil || removed {
		t.Errorf("delete: %v, %v", removed, err)
	}
	_, err = h.Enable(t.Context(), deploy.EnableRequest{Namespace: owner, Org: org, ID: second, By: author}, 0)
	wantCode(t, err, plugforge.CodeNotFound)
	enable(first, `{}`, false)
	own := h.publish("mine", "1.0.0", telling("mine", "1.0.0"))
	_, err = h.Disable(t.Context(), deploy.Request{Owner: owner, ID: own, By: author})
	wantCode(t, err, plugforge.CodeNotFound)
}

// Deletions race each other, deployments and rollbacks: one deletion wins, and
// what is live in the end is there and is what the ledger says.
func TestDeleteRaces(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for round := range 4 {
		name := fmt.Sprintf("racer_%d", round)
		var ids []plugforge.PluginID
		for _, version := range []string{"1.0.0", "1.0.1", "1.0.2"} {
			ids = append(ids, h.publish(name, version, fixture.Files(name, version)))
		}
		batch := func(id plugforge.PluginID) deploy.Request {
			return deploy.Request{Owner: owner, ID: id, Type: plugforge.TypeBatchOnly, By: author}
		}
		_, err := h.Deploy(ctx, batch(ids[round%2]), 10*time.Second)
		must(t, err)
		var all sync.WaitGroup
		var won, removed atomic.Int64
		for i := range 16 {
			all.Go(func() {
				live, err := h.Delete(ctx, deploy.Request{Owner: owner, ID: ids[0], By: author})
				switch plugforge.CodeOf(err) {
				case "":
					won.Add(1)
				case plugforge.CodeNotFound:
				default:
					t.Error(err)
				}
				if live {
					removed.Add(1)
				}
			})
			all.Go(func() {
				if _, err := h.Deploy(ctx, batch(ids[i%3]), time.Second); err != nil && plugforge.CodeOf(err) != plugforge.CodeNotFound {
					t.Error(err)
				}
			})
			all.Go(func() {
				_, err := h.Rollback(ctx, deploy.RollbackRequest{Slug: slugOf(name), By: author}, time.Second)
				if code := plugforge.CodeOf(err); code != "" && code != plugforge.CodeConflict && code != plugforge.CodeNotFound {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || removed.Load() > 1 {
			t.Errorf("%d deletions won, %d took something down", won.Load(), removed.Load())
		}
		h.eventually("the queue's end", func() bool {
			left, err := h.db.Unfinished(ctx)
			return err == nil && len(left) == 0
		})
		active, err := h.ActiveVersion(ctx, slugOf(name))
		must(t, err)
		entries, err := h.git.Ledger(ctx, slugOf(name), 1)
		must(t, err)
		head := entries[0]
		switch up := head.Action == plugforge.ActionDeploy || head.Action == plugforge.ActionRollback; {
		case up != (active != nil), up && *active != head.Version:
			t.Errorf("the ledger ends with %s %s, active is %v", head.Action, head.Version, active)
		case active != nil && *active == ids[0].Version:
			t.Error("the deleted version is live")
		}
		report, err := h.git.Check(ctx, slugOf(name))
		if err != nil || len(report.Problems) != 0 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	h.restart()
}
