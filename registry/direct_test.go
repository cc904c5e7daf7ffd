package registry_test

import (
	"bytes"
	"testing"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/sqlite"
)

// direct publishes in one call, as the API does.
func (h *house) direct(req registry.DirectRequest, content []byte) (registry.Verdict, error) {
	h.t.Helper()
	req.Owner, req.Name, req.By = "ns_a", "text_embed", me
	sp, err := h.reg.Spool(h.t.Context(), bytes.NewReader(content))
	must(h.t, err)
	return h.reg.PublishDirect(h.t.Context(), req, sp)
}

// However a direct upload is cut, its repetition makes one version of it.
func TestDirectCrashAtEveryStage(t *testing.T) {
	for _, stage := range []string{
		registry.StagePutBlob, registry.StagePutRow, registry.StageConfirmChecked, registry.StageConfirmArchive,
		gitstore.StageObjects, gitstore.StageTag, gitstore.StageMain, registry.StageConfirmRow,
	} {
		for name, req := range map[string]registry.DirectRequest{"archive": {}, "token": {Token: "t", Version: &plugforge.Version{Major: 1, Patch: 1}}} {
			t.Run(stage+"/"+name, func(t *testing.T) {
				h := newHouse(t)
				h.mustPublish("text_embed", "")
				content := fixture.Zip(fixture.Files("text_embed", "1.0.1"))
				if !h.crashAt(stage, func() { h.direct(req, content) }) {
					t.Fatal("the stage was never reached")
				}
				h.checkAgreement()
				for range 2 {
					v, err := h.direct(req, content)
					must(t, err)
					if !v.Passed || v.ID.String() != "text_embed_1_0_1" {
						t.Fatalf("verdict %+v", v)
					}
				}
				page, err := h.reg.Plugins(t.Context(), registry.Query{Owner: "ns_a"})
				must(t, err)
				if len(page.Plugins) != 2 {
					t.Errorf("%d versions, want 2", len(page.Plugins))
				}
				h.checkAgreement()
				if files := h.blobFilesAre(2); len(files) != 2 {
					t.Errorf("blobs %v, want two archives", files)
				}
			})
		}
	}
}

// A repetition is known for a day.
func TestDirectRepeatsEnd(t *testing.T) {
	h := newHouse(t)
	content := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	for _, step := range []struct {
		pass time.Duration
		want string
	}{{0, "text_embed_1_0_0"}, {24*time.Hour - time.Millisecond, "text_embed_1_0_0"}, {time.Millisecond, "text_embed_1_0_1"}, {time.Hour, "text_embed_1_0_1"}} {
		h.pass(step.pass)
		v, err := h.direct(registry.DirectRequest{}, content)
		must(t, err)
		if v.ID.String() != step.want {
			t.Errorf("after %v more: %s, want %s", step.pass, v.ID, step.want)
		}
	}
}

// A quota that has no room keeps the upload, for when there is some.
func TestQuotaLeavesTheUpload(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	must(t, h.db.SetQuota(t.Context(), "ns_a", sqlite.Quota{Bytes: 10}, noon))
	if _, err := h.confirm(u); plugforge.CodeOf(err) != plugforge.CodeQuotaExceeded {
		t.Fatal(err)
	}
	if _, err := h.direct(registry.DirectRequest{}, fixture.Zip(fixture.Files("text_embed", "2.0.0"))); plugforge.CodeOf(err) != plugforge.CodeQuotaExceeded {
		t.Fatal(err)
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v, want the one that waits", files)
	}
	must(t, h.db.SetQuota(t.Context(), "ns_a", sqlite.Quota{Bytes: 10 << 20, Plugins: 1, Versions: 1}, noon))
	if v, err := h.confirm(u); err != nil || !v.Passed {
		t.Fatal(v, err)
	}
	if _, err := h.direct(registry.DirectRequest{}, fixture.Zip(fixture.Files("text_embed", "2.0.0"))); plugforge.CodeOf(err) != plugforge.CodeQuotaExceeded {
		t.Error(err)
	}
}
