package sqlite

import (
	"testing"
	"time"

	"plugforge"
)

func deletion(p plugforge.Plugin) Deletion {
	return Deletion{Slug: p.Slug, Version: p.Version, Commit: p.Commit, By: me, At: noon.Add(time.Hour), Message: "leaks"}
}

// A deleted version is gone from every read, and its number stays taken.
func TestDeletion(t *testing.T) {
	db := openNew(t)
	p := publish(t, db, upload("plu_1", "text_embed", "1.0.0"))
	d := deletion(p)
	must(t, db.BeginDeletion(t.Context(), d))
	if _, err := db.Plugin(t.Context(), p.Slug.Owner, p.ID()); err != nil {
		t.Error(err)
	}
	under, err := db.Deletions(t.Context())
	if err != nil || len(under) != 1 || under[0] != d {
		t.Fatalf("under way: %+v, %v", under, err)
	}
	must(t, db.DropDeletion(t.Context(), d))
	if under, err = db.Deletions(t.Context()); err != nil || len(under) != 0 {
		t.Fatalf("dropped: %+v, %v", under, err)
	}
	must(t, db.BeginDeletion(t.Context(), d))
	must(t, db.FinishDeletion(t.Context(), d))
	must(t, db.FinishDeletion(t.Context(), d))
	must(t, db.DropDeletion(t.Context(), d)) // too late
	_, err = db.Plugin(t.Context(), p.Slug.Owner, p.ID())
	wantCode(t, err, plugforge.CodeNotFound)
	wantCode(t, db.BeginDeletion(t.Context(), d), plugforge.CodeNotFound)
	if items, total, err := db.Plugins(t.Context(), PluginQuery{Owner: "ns_a", Limit: 9, Disabled: true}); err != nil || total+len(items) != 0 {
		t.Errorf("listed: %v, %v", items, err)
	}
	if has, err := db.HasSlug(t.Context(), p.Slug); has || err != nil {
		t.Error("the slug is still there", err)
	}
	for name, want := range map[plugforge.Name]bool{p.Slug.Name: true, "Text_embed": false, "no_embed": false} {
		if had, err := db.HadSlug(t.Context(), plugforge.Slug{Owner: p.Slug.Owner, Name: name}); had != want || err != nil {
			t.Errorf("HadSlug(%s) = %v, %v", name, had, err)
		}
	}
	_, err = db.CreateUpload(t.Context(), upload("plu_2", "text_embed", "1.0.0"))
	wantCode(t, err, plugforge.CodeAlreadyExists)
	if u := create(t, db, upload("plu_3", "text_embed", "")); u.Version != vers("1.0.1") {
		t.Errorf("bumped to %s", u.Version)
	}
	if deleted, _, err := db.RetiredIDs(t.Context()); err != nil || len(deleted[p.Slug]) != 1 {
		t.Errorf("retired %v, %v", deleted, err)
	}
	if n, err := db.VerifyAudit(t.Context()); err != nil || n != 2 {
		t.Errorf("audit of %d, %v", n, err)
	}
}

// An organisation's version in a namespace: enabled, found, counted, disabled,
// enabled again with other parameters.
func TestEnabling(t *testing.T) {
	db := openNew(t)
	at := upload("plu_1", "text_embed", "1.0.0")
	at.Slug.Owner = "org_a"
	p := publish(t, db, at)
	ns := plugforge.Slug{Owner: "ns_a", Name: p.Slug.Name}
	queued := plugforge.Deployment{
		ID: "dpl_1", Slug: ns, Version: p.Version, Action: plugforge.ActionDeploy, Type: plugforge.TypeRealtime,
		State: plugforge.StateQueued, By: me, Message: "m", Commit: p.Commit, QueuedAt: noon,
	}
	e := Enabling{Slug: ns, Version: p.Version, Org: "org_a", Params: []byte(`{"a":1}`), Deployment: &queued, By: me, At: noon}
	wrong := e
	wrong.Version = vers("2.0.0")
	wantCode(t, db.BeginEnabling(t.Context(), wrong), plugforge.CodeNotFound)
	must(t, db.BeginEnabling(t.Context(), e))
	wantCode(t, db.BeginDeletion(t.Context(), deletion(p)), plugforge.CodeConflict)
	under, err := db.Enablings(t.Context())
	if err != nil || len(under) != 1 || *under[0].Deployment != queued || string(under[0].Params) != `{"a":1}` || under[0].Slug != ns {
		t.Fatalf("under way: %+v, %v", under, err)
	}
	_, err = db.CreateUpload(t.Context(), upload("plu_2", "Text_embed", ""))
	wantCode(t, err, plugforge.CodeConflict)
	must(t, db.FinishEnabling(t.Context(), under[0], p))
	if under, err = db.Enablings(t.Context()); err != nil || len(under) != 0 {
		t.Errorf("under way: %+v, %v", under, err)
	}
	got, err := db.Plugin(t.Context(), "ns_a", p.ID())
	if err != nil || got.Slug != ns || got.Origin != "org_a" || string(got.Params) != `{"a":1}` || got.Commit != p.Commit {
		t.Errorf("enabled %+v, %v", got, err)
	}
	if d, err := db.Deployment(t.Context(), "dpl_1"); err != nil || d.State != plugforge.StateQueued {
		t.Errorf("deployment %+v, %v", d, err)
	}
	mine := deletion(p)
	mine.Slug = ns
	wantCode(t, db.BeginDeletion(t.Context(), mine), plugforge.CodeConflict)
	err = db.BeginDeletion(t.Context(), deletion(p))
	if e, ok := err.(*plugforge.Error); !ok || e.Details["enabled_in"] != 1 {
		t.Errorf("delete while enabled: %v", err)
	}
	if enabled, err := db.Enabled(t.Context(), "ns_a", "org_a"); err != nil || !enabled[p.ID()] {
		t.Errorf("enabled %v, %v", enabled, err)
	}
	must(t, db.DisablePlugin(t.Context(), "ns_a", p.ID(), me, noon))
	wantCode(t, db.DisablePlugin(t.Context(), "ns_a", p.ID(), me, noon), plugforge.CodeNotFound)
	_, err = db.Plugin(t.Context(), "ns_a", p.ID())
	wantCode(t, err, plugforge.CodeNotFound)
	if has, err := db.HasVersion(t.Context(), ns, p.Version); !has || err != nil {
		t.Error("its history is gone", err)
	}
	if items, total, err := db.Plugins(t.Context(), PluginQuery{Owner: "ns_a", Limit: 9}); err != nil || total+len(items) != 0 {
		t.Errorf("listed: %v, %v", items, err)
	}
	if items, _, err := db.Plugins(t.Context(), PluginQuery{Owner: "ns_a", Name: "text_embed", Limit: 9, Disabled: true}); err != nil || len(items) != 1 {
		t.Errorf("history: %v, %v", items, err)
	}
	_, err = db.CreateUpload(t.Context(), upload("plu_2", "text_embed", ""))
	wantCode(t, err, plugforge.CodeConflict)
	e.Params, e.Deployment = nil, nil
	must(t, db.BeginEnabling(t.Context(), e))
	must(t, db.FinishEnabling(t.Context(), e, p))
	if got, err := db.Plugin(t.Context(), "ns_a", p.ID()); err != nil || got.Params != nil {
		t.Errorf("again %+v, %v", got, err)
	}
	must(t, db.DisablePlugin(t.Context(), "ns_a", p.ID(), me, noon))
	must(t, db.BeginDeletion(t.Context(), deletion(p)))
	wantCode(t, db.BeginEnabling(t.Context(), e), plugforge.CodeNotFound)

	own := upload("plu_9", "TEXT_embed", "1.0.0")
	own.Slug.Owner = "ns_own"
	publish(t, db, own)
	must(t, db.DropDeletion(t.Context(), deletion(p)))
	e.Slug.Owner = "ns_own"
	wantCode(t, db.BeginEnabling(t.Context(), e), plugforge.CodeConflict)
	if n, err := db.VerifyAudit(t.Context()); err != nil || n != 6 {
		t.Errorf("audit of %d, %v", n, err)
	}
}
