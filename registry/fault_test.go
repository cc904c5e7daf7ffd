package registry_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
)

// TestIndexFailsAfterTheTag has the row of a version refused once its tag is
// there: not acknowledged, and finished by confirming again.
func TestIndexFailsAfterTheTag(t *testing.T) {
	h := newHouse(t)
	other, err := sql.Open("sqlite3", filepath.Join(h.dir, "plugforge.db"))
	must(t, err)
	defer other.Close()
	h.marker = func(stage string) {
		if stage == gitstore.StageMain {
			_, err := other.Exec(`CREATE TRIGGER refuse BEFORE INSERT ON versions BEGIN SELECT RAISE(ABORT, 'no'); END`)
			must(t, err)
		}
	}
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	_, err = h.confirm(u)
	wantCode(t, err, plugforge.CodeInternal)
	h.marker = nil
	if tags := h.tags("text_embed"); len(tags) != 1 {
		t.Fatalf("tags %v: the fault came too early", tags)
	}
	if _, err := h.reg.Tree(t.Context(), u.Slug, u.Version); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		t.Errorf("a version that nobody was told of can be read: %v", err)
	}
	_, err = other.Exec(`DROP TRIGGER refuse`)
	must(t, err)
	v, err := h.confirm(u)
	must(t, err)
	if !v.Passed {
		t.Errorf("verdict %+v", v)
	}
	h.checkAgreement()
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v", files)
	}
}

// TestGitFails has a file lie where the repository would go.
func TestGitFails(t *testing.T) {
	h := newHouse(t)
	must(t, os.MkdirAll(filepath.Dir(h.repository("text_embed")), 0o755))
	must(t, os.WriteFile(h.repository("text_embed"), []byte("in the way"), 0o600))
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	if v, err := h.confirm(u); err == nil {
		t.Fatalf("published into a file: %+v", v)
	}
	if files := h.blobFilesAre(1); len(files) != 1 || !strings.HasPrefix(files[0], "uploads/") {
		t.Errorf("blobs %v, want the upload's alone", files)
	}
	if page, err := h.reg.Plugins(t.Context(), registry.Query{Owner: "ns_a"}); err != nil || page.Total != 0 {
		t.Errorf("listed %+v, %v", page, err)
	}
	must(t, os.Remove(h.repository("text_embed")))
	if v, err := h.confirm(u); err != nil || !v.Passed {
		t.Errorf("when it can be done: %+v, %v", v, err)
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v", files)
	}
}

// TestClientThatGoesAway ends the request at each stage of publishing, which
// goes on without it; and before, which leaves nothing.
func TestClientThatGoesAway(t *testing.T) {
	for _, stage := range []string{registry.StageConfirmArchive, gitstore.StageObjects, gitstore.StageTag, registry.StageConfirmRow} {
		h := newHouse(t)
		u := h.create("text_embed", "")
		h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
		ctx, cancel := context.WithCancel(t.Context())
		h.marker = func(s string) {
			if s == stage {
				cancel()
			}
		}
		v, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, By: me})
		if err != nil || !v.Passed {
			t.Errorf("%s: %+v, %v", stage, v, err)
		}
		h.checkAgreement()
	}
	h := newHouse(t)
	u := h.create("text_embed", "")
	content := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.reg.Receive(ctx, u.ID, bytes.NewReader(content)); err == nil {
		t.Error("received for nobody")
	}
	if _, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, By: me}); err == nil {
		t.Error("confirmed for nobody")
	}
	if files := h.blobFilesAre(0); len(files) != 0 {
		t.Errorf("blobs %v", files)
	}
}
