package registry_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/sqlite"
)

const org = plugforge.Owner("org_a")

func (h *house) retire(p plugforge.Plugin) error {
	d := sqlite.Deletion{Slug: p.Slug, Version: p.Version, Commit: p.Commit, By: me, At: noon, Message: "leaks"}
	if err := h.db.BeginDeletion(h.t.Context(), d); err != nil {
		return err
	}
	return h.reg.Retire(h.t.Context(), d)
}

// publishOrg publishes a version of the organisation.
func (h *house) publishOrg(name, version string) plugforge.Plugin {
	h.t.Helper()
	v, err := plugforge.ParseVersion(version)
	must(h.t, err)
	ctx := h.t.Context()
	u, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: org, Name: plugforge.Name(name), Version: &v, By: me})
	must(h.t, err)
	_, err = h.reg.Receive(ctx, u.ID, bytes.NewReader(fixture.Zip(fixture.Files(name, version))))
	must(h.t, err)
	verdict, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: org, UploadID: u.ID, By: me})
	must(h.t, err)
	if !verdict.Passed {
		h.t.Fatalf("verdict %+v", verdict)
	}
	return *verdict.Plugin
}

func enabling(p plugforge.Plugin, params string) sqlite.Enabling {
	slug := plugforge.Slug{Owner: "ns_a", Name: p.Slug.Name}
	return sqlite.Enabling{
		Slug: slug, Version: p.Version, Org: org, Params: []byte(params), By: me, At: noon,
		Deployment: &plugforge.Deployment{
			ID: "dpl_0123456789abcdef01234567", Slug: slug, Version: p.Version, Action: plugforge.ActionDeploy, Type: plugforge.TypeRealtime,
			State: plugforge.StateQueued, By: me, Message: "m", Commit: p.Commit, QueuedAt: noon,
		},
	}
}

// Cut at each stage of a deletion, the next start finishes it once it is a
// fact, and a client's next try does before.
func TestCrashWhileRetiring(t *testing.T) {
	for _, stage := range []string{gitstore.StageTombstone, gitstore.StageRetired, registry.StageDeleteRow, registry.StageDeleteArchive} {
		t.Run(stage, func(t *testing.T) {
			h := newHouse(t)
			first, second := h.mustPublish("text_embed", "1.0.0"), h.mustPublish("text_embed", "1.0.1")
			if !h.crashAt(stage, func() { _ = h.retire(*first.Plugin) }) {
				t.Fatal("the stage was never reached")
			}
			h.checkRetired(*first.Plugin, *second.Plugin)
		})
	}
}

func (h *house) checkRetired(gone, stays plugforge.Plugin) {
	h.t.Helper()
	ctx := h.t.Context()
	_, err := h.reg.Plugin(ctx, gone.Slug.Owner, gone.ID())
	wantCode(h.t, err, plugforge.CodeNotFound)
	_, err = h.reg.Tree(ctx, gone.Slug, gone.Version)
	wantCode(h.t, err, plugforge.CodeNotFound)
	_, err = h.reg.OpenBlob(ctx, h.reg.ArchiveKey(gone))
	wantCode(h.t, err, plugforge.CodeNotFound)
	wantCode(h.t, h.retire(gone), plugforge.CodeNotFound)
	_, err = h.tryCreate(string(gone.Slug.Name), gone.Version.String())
	wantCode(h.t, err, plugforge.CodeAlreadyExists)
	page, err := h.reg.Plugins(ctx, registry.Query{Owner: gone.Slug.Owner})
	must(h.t, err)
	if len(page.Plugins) != 1 || page.Plugins[0].Commit != stays.Commit {
		h.t.Errorf("listed: %+v", page.Plugins)
	}
	if tags := h.tags(string(gone.Slug.Name)); !slices.Equal(tags, []string{"deleted/v" + gone.Version.String(), "v" + stays.Version.String()}) {
		h.t.Errorf("tags %v", tags)
	}
	if under, err := h.db.Deletions(ctx); err != nil || len(under) != 0 {
		h.t.Errorf("under way: %v, %v", under, err)
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		h.t.Errorf("blobs %v", files)
	}
}

// Numbers stay taken when the index is made anew from git, which also knows
// what came from an organisation.
func TestRebuiltIndexKnowsTheDeleted(t *testing.T) {
	h := newHouse(t)
	first, second := h.mustPublish("text_embed", "1.0.0"), h.mustPublish("text_embed", "1.0.1")
	must(t, h.retire(*first.Plugin))
	shared := h.publishOrg("shared", "1.0.0")
	_, err := h.reg.Enable(t.Context(), enabling(shared, `{}`))
	must(t, err)
	h.close()
	files, err := filepath.Glob(filepath.Join(h.dir, "plugforge.db*"))
	must(t, err)
	for _, f := range files {
		must(t, os.Remove(f))
	}
	h.open()
	p, err := h.reg.Plugin(t.Context(), "ns_a", shared.ID())
	if err != nil || p.Origin != org || p.Commit != shared.Commit || len(h.archive(p)) == 0 {
		t.Errorf("enabled before: %+v, %v", p, err)
	}
	_, err = h.tryCreate("shared", "")
	wantCode(t, err, plugforge.CodeConflict)
	must(t, h.reg.Disable(t.Context(), "ns_a", shared.ID(), me))
	must(t, h.retire(shared))
	h.restart()
	h.checkRetired(*first.Plugin, *second.Plugin)
	if _, err := h.reg.Plugin(t.Context(), "org_a", shared.ID()); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		t.Error(err)
	}
}

// Cut at each stage, an enabling that has begun is finished by the next start,
// with its deployment in the queue.
func TestCrashWhileEnabling(t *testing.T) {
	stages := []string{
		registry.StageEnableRow, registry.StageEnableArchive, gitstore.StageCopied, gitstore.StageAdopted, gitstore.StageMain, registry.StageEnableDone,
	}
	for _, stage := range stages {
		t.Run(stage, func(t *testing.T) {
			h := newHouse(t)
			p := h.publishOrg("text_embed", "1.0.0")
			if !h.crashAt(stage, func() { _, _ = h.reg.Enable(t.Context(), enabling(p, `{"a":1}`)) }) {
				t.Fatal("the stage was never reached")
			}
			got, err := h.reg.Plugin(t.Context(), "ns_a", p.ID())
			must(t, err)
			if got.Origin != org || string(got.Params) != `{"a":1}` || got.Commit != p.Commit || !bytes.Equal(h.archive(got), h.archive(p)) {
				t.Errorf("enabled %+v", got)
			}
			if queued, err := h.db.Unfinished(t.Context()); err != nil || len(queued) != 1 {
				t.Errorf("queued %v, %v", queued, err)
			}
			if under, err := h.db.Enablings(t.Context()); err != nil || len(under) != 0 {
				t.Errorf("under way: %v, %v", under, err)
			}
			h.checkAgreement()
			h.restart()
			h.checkAgreement()
			if files := h.blobFilesAre(2); len(files) != 2 {
				t.Errorf("blobs %v", files)
			}
		})
	}
}

// A name is a namespace's own or the organisation's, never both; and what was
// refused leaves nothing.
func TestNamesClash(t *testing.T) {
	h := newHouse(t)
	late := h.create("shared", "") // before it is enabled
	h.put(late, fixture.Zip(fixture.Files("shared", "1.0.0")))
	shared, mine := h.publishOrg("shared", "1.0.0"), h.publishOrg("Mine", "1.0.0")
	h.mustPublish("mine", "1.0.0")
	_, err := h.reg.Enable(t.Context(), enabling(mine, `{}`))
	wantCode(t, err, plugforge.CodeConflict)
	missing := mine
	missing.Version.Major = 7
	_, err = h.reg.Enable(t.Context(), enabling(missing, `{}`))
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.reg.Enable(t.Context(), enabling(shared, `{}`))
	must(t, err)
	_, err = h.reg.Enable(t.Context(), enabling(shared, `{"b":2}`))
	must(t, err)
	wantCode(t, h.retire(shared), plugforge.CodeConflict)
	_, err = h.confirm(late)
	wantCode(t, err, plugforge.CodeConflict)
	for _, name := range []string{"shared", "SHARED"} {
		_, err = h.tryCreate(name, "")
		wantCode(t, err, plugforge.CodeConflict)
	}
	must(t, h.reg.Disable(t.Context(), "ns_a", shared.ID(), me))
	_, err = h.tryCreate("shared", "")
	wantCode(t, err, plugforge.CodeConflict)
	if err := h.reg.HasSlug(t.Context(), plugforge.Slug{Owner: "ns_a", Name: "shared"}); err != nil {
		t.Errorf("its history is gone: %v", err)
	}
	if _, err := h.reg.Tree(t.Context(), plugforge.Slug{Owner: "ns_a", Name: "shared"}, shared.Version); err != nil {
		t.Errorf("its history is gone: %v", err)
	}
	h.restart()
	if under, err := h.db.Enablings(t.Context()); err != nil || len(under) != 0 {
		t.Errorf("under way: %v, %v", under, err)
	}
}
