package registry_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/registry"
)

func TestWholeLife(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	u := h.create("text_embed", "")
	if u.Version != vers("1.0.0") || u.MaxSize != registry.MaxArchive || u.Key != "uploads/"+u.ID+".zip" || !u.ExpiresAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("upload %+v", u)
	}
	tree := fixture.Files("text_embed", "1.0.0")
	content := fixture.Zip(tree)
	h.put(u, content)
	first, err := h.confirm(u)
	must(t, err)
	p := first.Plugin
	if !first.Passed || p == nil || first.ArchiveURL != "plugforge://archives/ns_a/text_embed/1.0.0.zip" {
		t.Fatalf("verdict %+v", first)
	}
	if p.Message != "why 1.0.0" || !p.HasRealtime || !p.ScanPassed || p.Author != me || p.UploadID != u.ID ||
		!strings.HasPrefix(p.FeatureURI, "mixpeek://text_embed@1.0.0/") || !strings.HasPrefix(string(p.Manifest), "{") || p.Description == "" {
		t.Errorf("plugin %+v", *p)
	}
	if got := h.archive(*p); !bytes.Equal(got, content) {
		t.Error("the archive kept is not the one uploaded")
	}
	got, err := h.reg.Tree(ctx, p.Slug, p.Version)
	must(t, err)
	if !maps.Equal(readTree(t, got), readTree(t, tree)) {
		t.Error("the tree is not the archive's files")
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v, want the archive alone", files)
	}
	again, err := h.confirm(u)
	must(t, err)
	sameVerdict(t, "again", first, again)
	h.restart()
	again, err = h.confirm(u)
	must(t, err)
	sameVerdict(t, "after a restart", first, again)

	h.mustPublish("text_embed", "")
	h.mustPublish("text_embed", "3.0.0")
	h.mustPublish("other", "")
	page, err := h.reg.Plugins(ctx, registry.Query{Owner: "ns_a", Limit: 3})
	must(t, err)
	if len(page.Plugins) != 3 || page.Total != 4 || page.Next == "" || page.Plugins[0].ID().String() != "other_1_0_0" {
		t.Errorf("first page %+v", page)
	}
	page, err = h.reg.Plugins(ctx, registry.Query{Owner: "ns_a", Limit: 3, Cursor: page.Next})
	must(t, err)
	if len(page.Plugins) != 1 || page.Next != "" || page.Plugins[0].ID().String() != "text_embed_1_0_0" {
		t.Errorf("last page %+v", page)
	}
	diff, err := h.reg.Diff(ctx, p.Slug, vers("1.0.0"), vers("1.0.1"), plugforge.DiffOptions{})
	must(t, err)
	if len(diff) == 0 {
		t.Error("two versions do not differ")
	}
	var patch bytes.Buffer
	must(t, h.reg.Patch(ctx, &patch, p.Slug, vers("1.0.0"), vers("1.0.1"), plugforge.DiffOptions{}))
	if !strings.Contains(patch.String(), "manifest.py") {
		t.Errorf("patch %s", patch.String())
	}
	if tags := h.tags("text_embed"); !slices.Equal(tags, []string{"v1.0.0", "v1.0.1", "v3.0.0"}) {
		t.Errorf("tags %v", tags)
	}
}

func TestNotFound(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.mustPublish("text_embed", "")
	known, unknown := plugforge.Slug{Owner: "ns_a", Name: "text_embed"}, plugforge.Slug{Owner: "ns_b", Name: "text_embed"}
	must(t, h.reg.HasSlug(ctx, known))
	wantCode(t, h.reg.HasSlug(ctx, unknown), plugforge.CodeNotFound)
	wantCode(t, h.reg.HasSlug(ctx, plugforge.Slug{Owner: "ns_a", Name: "Text_embed"}), plugforge.CodeNotFound)
	_, err := h.reg.Plugin(ctx, "ns_b", plugforge.PluginID{Name: "text_embed", Version: vers("1.0.0")})
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.reg.Tree(ctx, known, vers("1.0.1"))
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = h.reg.Diff(ctx, known, vers("1.0.0"), vers("9.0.0"), plugforge.DiffOptions{})
	wantCode(t, err, plugforge.CodeNotFound)
	if err == nil || !strings.Contains(err.Error(), "9.0.0") {
		t.Errorf("the message does not say which: %v", err)
	}
	var b bytes.Buffer
	wantCode(t, h.reg.Patch(ctx, &b, unknown, vers("1.0.0"), vers("1.0.0"), plugforge.DiffOptions{}), plugforge.CodeNotFound)
	for _, cursor := range []string{"x", "!!!", "cDE6LTE", "cDE6MDE", "cDI6MQ", "cDE6MQ==", strings.Repeat("A", 1000)} {
		_, err := h.reg.Plugins(ctx, registry.Query{Owner: "ns_a", Cursor: cursor})
		wantCode(t, err, plugforge.CodeValidation)
	}
	for _, limit := range []int{-1, 201} {
		_, err := h.reg.Plugins(ctx, registry.Query{Owner: "ns_a", Limit: limit})
		wantCode(t, err, plugforge.CodeValidation)
	}
	_, err = h.reg.OpenBlob(ctx, "archives/ns_a/text_embed/9.9.9.zip")
	wantCode(t, err, plugforge.CodeNotFound)
}

func TestCreateUploadBounds(t *testing.T) {
	h := newHouse(t)
	size := func(n int64) *int64 { return &n }
	base := registry.UploadRequest{Owner: "ns_a", Name: "text_embed", By: me}
	for what, c := range map[string]struct {
		change func(*registry.UploadRequest)
		ok     bool
	}{
		"largest":            {func(r *registry.UploadRequest) { r.FileSize = size(registry.MaxArchive) }, true},
		"too large":          {func(r *registry.UploadRequest) { r.FileSize = size(registry.MaxArchive + 1) }, false},
		"negative":           {func(r *registry.UploadRequest) { r.FileSize = size(-1) }, false},
		"one minute":         {func(r *registry.UploadRequest) { r.Expiration = time.Minute }, true},
		"too short":          {func(r *registry.UploadRequest) { r.Expiration = 59 * time.Second }, false},
		"one day":            {func(r *registry.UploadRequest) { r.Expiration = 24 * time.Hour }, true},
		"too long":           {func(r *registry.UploadRequest) { r.Expiration = 24*time.Hour + time.Second }, false},
		"long description":   {func(r *registry.UploadRequest) { r.Description = strings.Repeat("é", 500) }, true},
		"longer description": {func(r *registry.UploadRequest) { r.Description = strings.Repeat("x", 501) }, false},
		"NUL":                {func(r *registry.UploadRequest) { r.Description = "a\x00b" }, false},
		"not UTF-8":          {func(r *registry.UploadRequest) { r.Description = "a\xffb" }, false},
	} {
		req := base
		c.change(&req)
		_, err := h.reg.CreateUpload(t.Context(), req)
		if c.ok && err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if !c.ok {
			wantCode(t, err, plugforge.CodeValidation)
		}
	}
}

func TestReceiveBounds(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	_, err := h.reg.Receive(ctx, "plu_unknown", strings.NewReader("x"))
	wantCode(t, err, plugforge.CodeNotFound)
	n := int64(10)
	u, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: "ns_a", Name: "text_embed", FileSize: &n, By: me})
	must(t, err)
	_, err = h.reg.Receive(ctx, u.ID, strings.NewReader("eleven byte"))
	wantCode(t, err, plugforge.CodeTooLarge)
	_, err = h.reg.Receive(ctx, u.ID, io.MultiReader(strings.NewReader("abc"), brokenReader{}))
	wantCode(t, err, plugforge.CodeBadRequest)
	if files := h.blobFilesAre(0); len(files) != 0 {
		t.Errorf("failed PUTs left %v", files)
	}
	_, err = h.confirm(u)
	wantCode(t, err, plugforge.CodeBadRequest) // nothing uploaded yet
	h.put(u, []byte("123456789"))
	_, err = h.confirm(u)
	wantCode(t, err, plugforge.CodeBadRequest) // not the size announced
	h.put(u, []byte("1234567890"))
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("two PUTs left %v", files)
	}
	h.pass(time.Hour)
	_, err = h.reg.Receive(ctx, u.ID, strings.NewReader("late"))
	wantCode(t, err, plugforge.CodeGone)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestExpiry(t *testing.T) {
	h := newHouse(t)
	open, received := h.create("a_open", ""), h.create("a_received", "")
	h.put(received, fixture.Zip(fixture.Files("a_received", "1.0.0")))
	h.pass(time.Hour)
	_, err := h.confirm(open)
	wantCode(t, err, plugforge.CodeGone)
	if u := h.create("a_open", "1.0.0"); u.Version != open.Version {
		t.Errorf("got %s", u.Version)
	}
	_, err = h.confirm(open)
	wantCode(t, err, plugforge.CodeGone)
	h.pass(24*time.Hour - time.Second)
	if v, err := h.confirm(received); err != nil || !v.Passed {
		t.Errorf("within the grace: %+v, %v", v, err)
	}
	late := h.create("a_late", "")
	h.put(late, fixture.Zip(fixture.Files("a_late", "1.0.0")))
	h.pass(25 * time.Hour)
	_, err = h.confirm(late)
	wantCode(t, err, plugforge.CodeGone)
	h.restart()
	_, err = h.confirm(late)
	wantCode(t, err, plugforge.CodeGone)
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v", files)
	}
}

// TestSlowUploadOutlivesItsTime has a PUT begin in time and end after it,
// while others make the registry look for expired uploads.
func TestSlowUploadOutlivesItsTime(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	content := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := h.reg.Receive(context.Background(), u.ID, r)
		done <- err
	}()
	_, err := w.Write(content[:10])
	must(t, err)
	h.pass(2 * time.Hour)
	h.create("other", "")
	_, err = w.Write(content[10:])
	must(t, err)
	must(t, w.Close())
	must(t, <-done)
	if v, err := h.confirm(u); err != nil || !v.Passed {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestNamesThatDifferByCase(t *testing.T) {
	h := newHouse(t)
	lower, upper := h.create("text_embed", "1.0.0"), h.create("Text_Embed", "2.0.0")
	h.put(lower, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	h.put(upper, fixture.Zip(fixture.Files("Text_Embed", "2.0.0")))
	if v, err := h.confirm(lower); err != nil || !v.Passed {
		t.Fatalf("%+v, %v", v, err)
	}
	_, err := h.confirm(upper)
	wantCode(t, err, plugforge.CodeConflict)
	_, err = h.tryCreate("TEXT_EMBED", "")
	wantCode(t, err, plugforge.CodeConflict)
}
