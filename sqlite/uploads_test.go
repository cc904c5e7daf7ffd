package sqlite

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"plugforge"
)

var me = plugforge.Actor{KeyID: "key_1", Name: "ci"}

func upload(id, name, version string) Upload {
	u := Upload{ID: id, Slug: plugforge.Slug{Owner: "ns_a", Name: plugforge.Name(name)}, By: me, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	if version != "" {
		u.Named, u.Version = true, vers(version)
	}
	return u
}

func vers(s string) plugforge.Version {
	v, err := plugforge.ParseVersion(s)
	if err != nil {
		panic(err)
	}
	return v
}

func plugin(u Upload) plugforge.Plugin {
	return plugforge.Plugin{
		Slug: u.Slug, Version: u.Version, Message: "m", Description: "d", Author: me, Commit: "c" + u.ID, CodeHash: "h", ContentHash: "ch",
		ArchiveSize: 12, ScanPassed: true, UploadID: u.ID, CreatedAt: noon.Add(123 * time.Millisecond), Manifest: []byte(`{"a":1}`),
		FeatureURI: "mixpeek://x", HasRealtime: true,
	}
}

func create(t *testing.T, db *DB, u Upload) Upload {
	t.Helper()
	u, err := db.CreateUpload(t.Context(), u)
	must(t, err)
	return u
}

func publish(t *testing.T, db *DB, u Upload) plugforge.Plugin {
	t.Helper()
	p := plugin(create(t, db, u))
	must(t, db.InsertPlugin(t.Context(), p, []byte(`{}`)))
	return p
}

func TestRacingBumpsGetDifferentNumbers(t *testing.T) {
	db := openNew(t)
	const n = 40
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[plugforge.Version]string{}
	for i := range n {
		wg.Go(func() {
			u, err := db.CreateUpload(t.Context(), upload(fmt.Sprint("plu_", i), "text_embed", ""))
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if before, twice := seen[u.Version]; twice {
				t.Errorf("%s given to %s and %s", u.Version, before, u.ID)
			}
			seen[u.Version] = u.ID
		})
	}
	wg.Wait()
	for i := range n {
		if v := (plugforge.Version{Major: 1, Patch: i}); seen[v] == "" {
			t.Errorf("nobody got %s: the numbers have gaps", v)
		}
	}
}

func TestNumbers(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	if u := create(t, db, upload("plu_1", "embed", "")); u.Version != vers("1.0.0") || u.State != UploadOpen {
		t.Errorf("first upload got %s, %s", u.Version, u.State)
	}
	_, err := db.CreateUpload(ctx, upload("plu_2", "embed", "1.0.0"))
	wantCode(t, err, plugforge.CodeConflict)
	must(t, db.UploadRejected(ctx, "plu_1", []byte(`{}`), noon))
	p := publish(t, db, upload("plu_3", "embed", "1.0.0"))
	_, err = db.CreateUpload(ctx, upload("plu_4", "embed", "1"))
	wantCode(t, err, plugforge.CodeAlreadyExists)

	// A named number is nobody's: two may want it, one gets it.
	five, six := create(t, db, upload("plu_5", "embed", "2.0.0")), create(t, db, upload("plu_6", "embed", "2.0.0"))
	must(t, db.NumberFree(ctx, five))
	must(t, db.InsertPlugin(ctx, plugin(six), []byte(`{}`)))
	wantCode(t, db.NumberFree(ctx, five), plugforge.CodeAlreadyExists)
	wantCode(t, db.InsertPlugin(ctx, plugin(five), []byte(`{}`)), plugforge.CodeAlreadyExists)

	// Deleted numbers count.
	nine := publish(t, db, upload("plu_7", "embed", "2.0.9"))
	_, err = db.writer.Exec(`UPDATE versions SET deleted_at = 1 WHERE upload_id = 'plu_7'`)
	must(t, err)
	_, err = db.Plugin(ctx, "ns_a", nine.ID())
	wantCode(t, err, plugforge.CodeNotFound)
	if u := create(t, db, upload("plu_8", "embed", "")); u.Version != vers("2.0.10") {
		t.Errorf("after deleted 2.0.9 came %s", u.Version)
	}
	if u := create(t, db, upload("plu_9", "embed", "")); u.Version != vers("2.0.11") {
		t.Errorf("beside open 2.0.10 came %s", u.Version)
	}
	publish(t, db, upload("plu_10", "last", "999999999.999999999.999999999"))
	_, err = db.CreateUpload(ctx, upload("plu_11", "last", ""))
	wantCode(t, err, plugforge.CodeConflict)

	// Other owners have numbers of their own.
	foreign := upload("plu_12", "embed", "1.0.0")
	foreign.Slug.Owner = "ns_b"
	create(t, db, foreign)
	must(t, db.InsertPlugin(ctx, p, []byte(`{"other":1}`)))
}

func TestNamesThatDifferByCaseClash(t *testing.T) {
	db := openNew(t)
	open := create(t, db, upload("plu_1", "Embed", ""))
	_, err := db.CreateUpload(t.Context(), upload("plu_2", "embed", ""))
	wantCode(t, err, plugforge.CodeConflict)
	must(t, db.UploadRejected(t.Context(), open.ID, []byte(`{}`), noon))
	publish(t, db, upload("plu_3", "embed", ""))
	_, err = db.CreateUpload(t.Context(), upload("plu_4", "EMBED", "3.0.0"))
	wantCode(t, err, plugforge.CodeConflict)
	_, err = db.Plugin(t.Context(), "ns_a", plugforge.PluginID{Name: "EMBED", Version: vers("1.0.0")})
	wantCode(t, err, plugforge.CodeNotFound)
	for name, want := range map[plugforge.Name]bool{"embed": true, "EMBED": false, "other": false} {
		if got, err := db.HasSlug(t.Context(), plugforge.Slug{Owner: "ns_a", Name: name}); err != nil || got != want {
			t.Errorf("HasSlug(%s) = %v, %v", name, got, err)
		}
	}
}

func TestUploadLife(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	size := int64(7)
	want := upload("plu_1", "embed", "")
	want.DeclaredSize, want.Description = &size, "words"
	create(t, db, want)
	_, err := db.Upload(ctx, "plu_x")
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = db.UploadReceived(ctx, "plu_x", "b", 1, "s", "m", noon)
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = db.UploadReceived(ctx, "plu_1", "blob1", 5, "s1", "m1", noon)
	must(t, err)
	before, err := db.UploadReceived(ctx, "plu_1", "blob2", 7, "s2", "m2", noon)
	if err != nil || before.Blob != "blob1" {
		t.Errorf("the bytes before were %q, %v", before.Blob, err)
	}
	if blobs, err := db.UploadBlobs(ctx); err != nil || len(blobs) != 1 || !blobs["blob2"] {
		t.Errorf("needed blobs %v, %v", blobs, err)
	}
	u, err := db.Upload(ctx, "plu_1")
	must(t, err)
	if u.State != UploadReceived || u.Blob != "blob2" || u.Size != 7 || *u.DeclaredSize != 7 || u.Description != "words" ||
		u.SHA256 != "s2" || u.MD5 != "m2" || u.By != me || !u.ExpiresAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("upload %+v", u)
	}
	p := plugin(u)
	must(t, db.InsertPlugin(ctx, p, []byte(`{"passed":true}`)))
	must(t, db.InsertPlugin(ctx, p, []byte(`{"passed":"again"}`)))
	u, err = db.Upload(ctx, "plu_1")
	must(t, err)
	if u.State != UploadConfirmed || string(u.Verdict) != `{"passed":true}` || u.Blob != "" {
		t.Errorf("confirmed upload %+v", u)
	}
	_, err = db.UploadReceived(ctx, "plu_1", "blob3", 5, "s1", "m1", noon)
	wantCode(t, err, plugforge.CodeConflict)
	wantCode(t, db.UploadRejected(ctx, "plu_1", nil, noon), plugforge.CodeConflict)
	got, err := db.Plugin(ctx, "ns_a", p.ID())
	must(t, err)
	p.Seq = got.Seq
	if fmt.Sprint(got) != fmt.Sprint(p) {
		t.Errorf("stored\n%+v, want\n%+v", got, p)
	}
	if n, err := db.VerifyAudit(ctx); err != nil || n != 1 {
		t.Errorf("%d lines in the audit (%v), want the one publication", n, err)
	}
}

func TestRebuiltVersionsBringTheirUpload(t *testing.T) {
	db := openNew(t)
	u := upload("plu_1", "embed", "1.0.0")
	must(t, db.InsertPlugin(t.Context(), plugin(u), []byte(`{"passed":true}`)))
	got, err := db.Upload(t.Context(), "plu_1")
	must(t, err)
	if got.State != UploadConfirmed || string(got.Verdict) != `{"passed":true}` {
		t.Errorf("upload %+v", got)
	}
	// An organisation's version enabled in a namespace names the same upload.
	u.Slug.Owner = "ns_b"
	must(t, db.InsertPlugin(t.Context(), plugin(u), []byte(`{}`)))
	if got, err := db.Upload(t.Context(), "plu_1"); err != nil || got.Slug.Owner != "ns_a" {
		t.Errorf("the upload went to %s, %v", got.Slug.Owner, err)
	}
}

func TestExpiry(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	for _, id := range []string{"open", "busy", "received", "rejected"} {
		create(t, db, upload(id, "p_"+id, ""))
	}
	_, err := db.UploadReceived(ctx, "received", "blob", 1, "s", "m", noon)
	must(t, err)
	must(t, db.UploadRejected(ctx, "rejected", []byte(`{}`), noon))
	state := func(id string) UploadState {
		u, err := db.Upload(ctx, id)
		if plugforge.CodeOf(err) == plugforge.CodeNotFound {
			return "gone"
		}
		must(t, err)
		return u.State
	}
	end := noon.Add(time.Hour)
	steps := []struct {
		at      time.Time
		busy    []string
		expired int
		want    map[string]UploadState
	}{
		{end.Add(-time.Millisecond), nil, 0, map[string]UploadState{"open": "open", "busy": "open", "received": "received", "rejected": "rejected"}},
		{end, []string{"busy"}, 1, map[string]UploadState{"open": "expired", "busy": "open", "received": "received"}},
		{end.Add(Grace), nil, 2, map[string]UploadState{"busy": "expired", "received": "expired", "rejected": "rejected"}},
		{noon.Add(7 * 24 * time.Hour), nil, 0, map[string]UploadState{"open": "expired", "rejected": "gone"}},
		{end.Add(Grace + 7*24*time.Hour), nil, 0, map[string]UploadState{"open": "gone", "busy": "gone", "received": "gone"}},
	}
	for _, step := range steps {
		expired, err := db.ExpireUploads(ctx, step.at, step.busy...)
		must(t, err)
		if len(expired) != step.expired {
			t.Errorf("at %s: %d expired, want %d", step.at, len(expired), step.expired)
		}
		for _, u := range expired {
			if u.ID == "received" && u.Blob != "blob" {
				t.Errorf("the blob to remove is %q", u.Blob)
			}
		}
		for id, want := range step.want {
			if got := state(id); got != want {
				t.Errorf("at %s: %s is %s, want %s", step.at, id, got, want)
			}
		}
		if step.expired == 1 { // the number is free again
			if u := create(t, db, upload("next", "p_open", "")); u.Version != vers("1.0.0") {
				t.Errorf("after expiry came %s", u.Version)
			}
			must(t, db.UploadRejected(ctx, "next", nil, step.at))
		}
	}
	wantCode(t, Upload{State: UploadExpired}.Unsettled(), plugforge.CodeGone)
}

func TestListing(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	for i := range 5 {
		publish(t, db, upload(fmt.Sprint("plu_a", i), "embed", ""))
	}
	publish(t, db, upload("plu_b", "other", ""))
	d := deployment("dpl_1", "embed", "1.0.2", plugforge.ActionDeploy, noon)
	must(t, db.SwitchActive(ctx, d))
	for _, c := range []struct {
		q     PluginQuery
		total int
		want  string
	}{
		{PluginQuery{Limit: 3}, 6, "[other_1_0_0 embed_1_0_4 embed_1_0_3]"},
		{PluginQuery{Limit: 9, Before: 4}, 6, "[embed_1_0_2 embed_1_0_1 embed_1_0_0]"},
		{PluginQuery{Limit: 2, Name: "embed"}, 5, "[embed_1_0_4 embed_1_0_3]"},
		{PluginQuery{Limit: 2, Name: "EMBED"}, 0, "[]"},
		{PluginQuery{Limit: 9, ActiveOnly: true}, 1, "[embed_1_0_2]"},
		{PluginQuery{Limit: 1, FeatureURI: "mixpeek://x"}, 6, "[other_1_0_0]"},
		{PluginQuery{Limit: 1, FeatureURI: "mixpeek://y"}, 0, "[]"},
	} {
		c.q.Owner = "ns_a"
		items, total, err := db.Plugins(ctx, c.q)
		must(t, err)
		ids := []plugforge.PluginID{}
		for _, p := range items {
			ids = append(ids, p.ID())
		}
		if total != c.total || fmt.Sprint(ids) != c.want {
			t.Errorf("%+v: %v of %d, want %s of %d", c.q, ids, total, c.want, c.total)
		}
	}
}
