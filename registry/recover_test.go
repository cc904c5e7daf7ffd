package registry_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
)

// TestCrashAtEveryStage cuts an upload's life at each stage, starts anew, and
// goes on as a client would: with the request that got no answer.
func TestCrashAtEveryStage(t *testing.T) {
	stages := []string{
		registry.StageUploadRow, registry.StagePutBlob, registry.StagePutRow, registry.StageConfirmChecked, registry.StageConfirmArchive,
		gitstore.StageObjects, gitstore.StageTag, gitstore.StageMain, registry.StageConfirmRow,
	}
	for _, stage := range stages {
		t.Run(stage, func(t *testing.T) {
			h := newHouse(t)
			h.mustPublish("text_embed", "")
			tree := fixture.With(fixture.Files("text_embed", "7.7.7"), ".DS_Store", "junk")
			content := fixture.Zip(tree)
			var u registry.Upload
			put := false
			reached := h.crashAt(stage, func() {
				u = h.create("text_embed", "")
				h.put(u, content)
				put = true
				h.confirm(u)
			})
			if !reached {
				t.Fatal("the stage was never reached")
			}
			h.checkAgreement()
			if u.ID == "" {
				u = h.create("text_embed", "") // no answer, so no upload: a new one
			}
			if !put {
				h.put(u, content)
			}
			v, err := h.confirm(u)
			must(t, err)
			if !v.Passed || !strings.Contains(v.Message, ".DS_Store") || !strings.Contains(v.Message, "7.7.7") {
				t.Fatalf("verdict %+v", v)
			}
			again, err := h.confirm(u)
			must(t, err)
			sameVerdict(t, "again", v, again)
			if !bytes.Equal(h.archive(*v.Plugin), content) {
				t.Error("the archive is another")
			}
			delete(tree, ".DS_Store")
			stored, err := h.reg.Tree(t.Context(), v.Plugin.Slug, v.Plugin.Version)
			must(t, err)
			if !maps.Equal(readTree(t, stored), readTree(t, tree)) {
				t.Error("the tree is another")
			}
			h.checkAgreement()
			if files := h.blobFilesAre(2); len(files) != 2 {
				t.Errorf("blobs %v, want two archives", files)
			}
		})
	}
}

// checkAgreement demands that index and git list the same versions.
func (h *house) checkAgreement() {
	h.t.Helper()
	page, err := h.reg.Plugins(h.t.Context(), registry.Query{Owner: "ns_a", Name: "text_embed"})
	must(h.t, err)
	var listed []string
	for _, p := range page.Plugins {
		listed = append(listed, "v"+p.Version.String())
		if len(h.archive(p)) == 0 {
			h.t.Errorf("%s has no archive", p.ID())
		}
	}
	slices.Sort(listed)
	if tags := h.tags("text_embed"); !slices.Equal(tags, listed) {
		h.t.Errorf("git has %v, the index %v", tags, listed)
	}
}

func TestIndexIsRebuiltFromGit(t *testing.T) {
	h := newHouse(t)
	var want []registry.Verdict
	for _, name := range []string{"text_embed", "other", "text_embed"} {
		h.pass(time.Second)
		want = append(want, h.mustPublish(name, ""))
	}
	before, err := h.reg.Plugins(t.Context(), registry.Query{Owner: "ns_a"})
	must(t, err)
	h.close()
	files, err := filepath.Glob(filepath.Join(h.dir, "plugforge.db*"))
	must(t, err)
	for _, f := range files {
		must(t, os.Remove(f))
	}
	h.open()
	after, err := h.reg.Plugins(t.Context(), registry.Query{Owner: "ns_a"})
	must(t, err)
	if len(after.Plugins) != len(before.Plugins) {
		t.Fatalf("%d versions, before %d", len(after.Plugins), len(before.Plugins))
	}
	for i, p := range after.Plugins {
		q := before.Plugins[i]
		p.Seq, q.Seq = 0, 0
		if !samePlugin(p, q) {
			t.Errorf("rebuilt\n%+v, was\n%+v", p, q)
		}
	}
	for _, w := range want {
		v, err := h.confirm(registry.Upload{ID: w.UploadID})
		must(t, err)
		sameVerdict(t, "confirmed after the rebuild", w, v)
	}
	if next := h.create("text_embed", ""); next.Version != vers("1.0.2") {
		t.Errorf("the next number is %s", next.Version)
	}
}

func samePlugin(p, q plugforge.Plugin) bool {
	same := bytes.Equal(p.Manifest, q.Manifest) && p.CreatedAt.Equal(q.CreatedAt)
	return same && p.Slug == q.Slug && p.Version == q.Version && p.Message == q.Message && p.Description == q.Description &&
		p.Author == q.Author && p.Commit == q.Commit && p.CodeHash == q.CodeHash && p.ContentHash == q.ContentHash &&
		p.ArchiveSize == q.ArchiveSize && p.ScanPassed == q.ScanPassed && p.UploadID == q.UploadID &&
		p.FeatureURI == q.FeatureURI && p.HasRealtime == q.HasRealtime
}

func TestMissingRepositories(t *testing.T) {
	h := newHouse(t)
	h.mustPublish("text_embed", "")
	kept := h.mustPublish("other", "")
	h.close()
	aside := filepath.Join(h.dir, "aside.git")
	must(t, os.Rename(h.repository("text_embed"), aside))
	h.open() // one plugin's trouble is not the others'
	if _, err := h.reg.Tree(t.Context(), kept.Plugin.Slug, kept.Plugin.Version); err != nil {
		t.Error(err)
	}
	if files := h.blobFilesAre(2); len(files) != 2 {
		t.Errorf("archives of the missing plugin were removed: %v", files)
	}
	h.close()
	other := filepath.Join(h.dir, "other.git")
	must(t, os.Rename(h.repository("other"), other))
	err := h.tryOpen()
	if err == nil || !strings.Contains(err.Error(), "git folder is empty") {
		t.Errorf("opened over an empty git folder: %v", err)
	}
	must(t, h.db.Close())
	must(t, os.Rename(aside, h.repository("text_embed")))
	must(t, os.Rename(other, h.repository("other")))
	h.open()
	h.checkAgreement()
}

func TestOrphanArchives(t *testing.T) {
	h := newHouse(t)
	h.mustPublish("text_embed", "")
	h.create("text_embed", "5.0.0")
	folder := filepath.Join(h.dir, "blobs", "archives", "ns_a", "text_embed")
	for _, name := range []string{"5.0.0.zip", "6.0.0.zip"} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	h.restart()
	if exists(filepath.Join(folder, "5.0.0.zip")) {
		t.Error("what an upload left stays")
	}
	if !exists(filepath.Join(folder, "6.0.0.zip")) || !exists(filepath.Join(folder, "1.0.0.zip")) {
		t.Error("what no upload explains was removed")
	}
}

// TestForeignArchiveInTheWay has bytes of a dead upload lie where a version's
// archive goes.
func TestForeignArchiveInTheWay(t *testing.T) {
	h := newHouse(t)
	folder := filepath.Join(h.dir, "blobs", "archives", "ns_a", "text_embed")
	must(t, os.MkdirAll(folder, 0o755))
	must(t, os.WriteFile(filepath.Join(folder, "1.0.0.zip"), []byte("of another upload"), 0o600))
	v := h.mustPublish("text_embed", "")
	if want := fixture.Zip(fixture.Files("text_embed", "1.0.0")); !bytes.Equal(h.archive(*v.Plugin), want) {
		t.Error("the archive is not this upload's")
	}
}
