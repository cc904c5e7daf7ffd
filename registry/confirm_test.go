package registry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/scanner"
)

func TestConfirmCompares(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	u := h.create("text_embed", "")
	content := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	got, err := h.reg.Receive(ctx, u.ID, bytes.NewReader(content))
	must(t, err)
	size, wrong := int64(len(content)), int64(len(content)+1)
	for what, c := range map[string]struct {
		req  registry.ConfirmRequest
		code plugforge.Code
	}{
		"unknown":           {registry.ConfirmRequest{Owner: "ns_a", UploadID: "plu_x"}, plugforge.CodeNotFound},
		"another's":         {registry.ConfirmRequest{Owner: "ns_b", UploadID: u.ID}, plugforge.CodeNotFound},
		"etag":              {registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, ETag: strings.Repeat("0", 32)}, plugforge.CodeBadRequest},
		"size":              {registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, FileSize: &wrong}, plugforge.CodeBadRequest},
		"NUL in message":    {registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, Message: "a\x00"}, plugforge.CodeValidation},
		"message too large": {registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, Message: strings.Repeat("x", 64<<10+1)}, plugforge.CodeValidation},
	} {
		c.req.By = me
		_, err := h.reg.Confirm(ctx, c.req)
		if plugforge.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", what, err, c.code)
		}
	}
	_, unknown := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: "ns_a", UploadID: strings.Replace(u.ID, "plu_", "plv_", 1)})
	_, foreign := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: "ns_b", UploadID: u.ID})
	if a, b := strings.Replace(public(unknown), "plv_", "plu_", 1), public(foreign); a != b {
		t.Errorf("a foreign upload can be told from an unknown one:\n%s\n%s", a, b)
	}
	v, err := h.reg.Confirm(ctx, registry.ConfirmRequest{
		Owner: "ns_a", UploadID: u.ID, ETag: `"` + strings.ToUpper(got.MD5) + `"`, FileSize: &size, By: me,
	})
	must(t, err)
	if !v.Passed || v.Plugin.Message != "Publish text_embed 1.0.0" {
		t.Errorf("verdict %+v", v)
	}
}

// public is the part of an error that clients see.
func public(err error) string {
	var e *plugforge.Error
	if !errors.As(err, &e) {
		return "not a public error"
	}
	return string(e.Code) + " " + e.Message
}

func TestRejectionLeavesNothing(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	h.put(u, evil("text_embed", "1.0.0"))
	first, err := h.confirm(u)
	must(t, err)
	if first.Passed || first.Plugin != nil || first.ArchiveURL != "" || len(first.Findings) == 0 || !strings.HasPrefix(first.Findings[0], "processors/run.py:1:") {
		t.Fatalf("verdict %+v", first)
	}
	if files := h.blobFilesAre(0); len(files) != 0 {
		t.Errorf("blobs %v", files)
	}
	if exists(h.repository("text_embed")) {
		t.Error("there is a repository")
	}
	again, err := h.confirm(u)
	must(t, err)
	sameVerdict(t, "again", first, again)
	_, err = h.reg.Receive(t.Context(), u.ID, strings.NewReader("x"))
	wantCode(t, err, plugforge.CodeConflict)
	if next := h.create("text_embed", ""); next.Version != u.Version {
		t.Errorf("the number was not released: next is %s", next.Version)
	}
	h.pass(7 * 24 * time.Hour)
	h.restart()
	_, err = h.confirm(u)
	wantCode(t, err, plugforge.CodeNotFound)

	notZip := h.create("other", "")
	h.put(notZip, []byte("this is not a zip"))
	v, err := h.confirm(notZip)
	must(t, err)
	if v.Passed || len(v.Findings) == 0 || !strings.HasPrefix(v.Findings[0], "archive:0:0: archive.") {
		t.Errorf("verdict %+v", v)
	}
}

// Beside versions that stay, a refused one leaves no object in git.
func TestRejectionLeavesNoObjects(t *testing.T) {
	h := newHouse(t)
	h.mustPublish("text_embed", "")
	before := listFiles(t, h.repository("text_embed"))
	u := h.create("text_embed", "")
	h.put(u, evil("text_embed", u.Version.String()))
	v, err := h.confirm(u)
	must(t, err)
	if v.Passed {
		t.Fatalf("verdict %+v", v)
	}
	if after := listFiles(t, h.repository("text_embed")); !slices.Equal(after, before) {
		t.Errorf("the repository has\n%v\nand had\n%v", after, before)
	}
	if files := h.blobFilesAre(1); len(files) != 1 || !strings.HasPrefix(files[0], "archives/") {
		t.Errorf("blobs %v", files)
	}
	if entries := h.audited("version.reject"); len(entries) != 1 {
		t.Errorf("the audit tells %v", entries)
	}
}

func listFiles(t testing.TB, dir string) (files []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	}))
	return files
}

func TestManyFindingsAreCounted(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.With(fixture.Files("text_embed", "1.0.0"), "processors/run.py", strings.Repeat("import subprocess\n", 150))))
	v, err := h.confirm(u)
	must(t, err)
	if len(v.Findings) != 101 || !strings.HasPrefix(v.Findings[100], "and ") || !strings.HasSuffix(v.Findings[100], " more") {
		t.Errorf("%d findings, the last %q", len(v.Findings), v.Findings[len(v.Findings)-1])
	}
}

func TestWarnPublishesMarked(t *testing.T) {
	h := &house{t: t, dir: t.TempDir(), policy: registry.PolicyWarn}
	h.open()
	defer func() { h.close() }()
	u := h.create("text_embed", "")
	h.put(u, evil("text_embed", "1.0.0"))
	v, err := h.confirm(u)
	must(t, err)
	if !v.Passed || v.Plugin.ScanPassed || len(v.Findings) == 0 || !strings.Contains(v.Message, "scan") {
		t.Errorf("verdict %+v", v)
	}
	bad := h.create("text_embed", "")
	h.put(bad, fixture.Zip(fixture.With(fixture.Files("text_embed", "1.0.1"), "manifest.py", "")))
	if v, err := h.confirm(bad); err != nil || v.Passed {
		t.Errorf("without a manifest: %+v, %v", v, err)
	}
}

func TestMessageTellsOfJunkAndOtherVersion(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	tree := fixture.With(fixture.Files("text_embed", "7.7.7"), "__MACOSX/x", "junk")
	h.put(u, fixture.Zip(fixture.With(tree, ".DS_Store", "junk")))
	v, err := h.confirm(u)
	must(t, err)
	for _, want := range []string{"text_embed 1.0.0 is published", ".DS_Store", "__MACOSX/x", "7.7.7"} {
		if !strings.Contains(v.Message, want) {
			t.Errorf("message %q lacks %q", v.Message, want)
		}
	}
	named := h.create("text_embed", "2.0.0")
	h.put(named, fixture.Zip(fixture.Files("text_embed", "7.7.7")))
	if v, err := h.confirm(named); err != nil || v.Passed {
		t.Errorf("a named version that the manifest contradicts: %+v, %v", v, err)
	}
}

func TestReplayedPutChangesNothing(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	content := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	h.put(u, content)
	// While the checks' verdict is being carried out, other bytes are PUT; they
	// wait for the confirmation and are then refused.
	replayed := make(chan error, 1)
	h.marker = func(stage string) {
		if stage == registry.StageConfirmChecked {
			go func() {
				_, err := h.reg.Receive(context.Background(), u.ID, bytes.NewReader(evil("text_embed", "1.0.0")))
				replayed <- err
			}()
			for !slices.ContainsFunc(h.blobFiles(), func(f string) bool { return !strings.Contains(f, ".tmp") && f != h.only(u) }) {
				time.Sleep(time.Millisecond)
			}
		}
	}
	v, err := h.confirm(u)
	must(t, err)
	wantCode(t, <-replayed, plugforge.CodeConflict)
	h.marker = nil
	_, err = h.reg.Receive(t.Context(), u.ID, strings.NewReader("later"))
	wantCode(t, err, plugforge.CodeConflict)
	if !bytes.Equal(h.archive(*v.Plugin), content) {
		t.Error("the archive is not what was checked")
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v", files)
	}
}

// only is the one blob file of the upload that is there when it is first
// asked.
func (h *house) only(u registry.Upload) string {
	up, err := h.db.Upload(context.Background(), u.ID)
	must(h.t, err)
	return filepath.FromSlash(up.Blob)
}

func TestBytesThatChangedOnDiskAreNotPublished(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	path := filepath.Join(h.dir, "blobs", h.only(u))
	must(t, os.WriteFile(path, evil("text_embed", "1.0.0"), 0o600))
	_, err := h.confirm(u)
	wantCode(t, err, plugforge.CodeInternal)
	must(t, os.Remove(path))
	_, err = h.confirm(u)
	wantCode(t, err, plugforge.CodeBadRequest)
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	if v, err := h.confirm(u); err != nil || !v.Passed {
		t.Errorf("after PUT again: %+v, %v", v, err)
	}
}

func TestRacingConfirmsHaveOneWinner(t *testing.T) {
	h := newHouse(t)
	const racers = 16
	uploads := make([]registry.Upload, racers)
	for i := range uploads {
		uploads[i] = h.create("text_embed", "2.0.0")
		tree := fixture.With(fixture.Files("text_embed", "2.0.0"), "assets/who.txt", fmt.Sprint(i))
		h.put(uploads[i], fixture.Zip(tree))
	}
	var wg sync.WaitGroup
	verdicts, errs := make([]registry.Verdict, racers), make([]error, racers)
	for i, u := range uploads {
		wg.Go(func() { verdicts[i], errs[i] = h.confirm(u) })
	}
	wg.Wait()
	winner := -1
	for i := range uploads {
		switch {
		case errs[i] == nil && verdicts[i].Passed && winner < 0:
			winner = i
		case errs[i] == nil:
			t.Errorf("racer %d won too: %+v", i, verdicts[i])
		default:
			wantCode(t, errs[i], plugforge.CodeConflict)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	for i, u := range uploads {
		v, err := h.confirm(u)
		if i == winner {
			must(t, err)
			sameVerdict(t, "again", verdicts[i], v)
		} else if err == nil || errs[i] == nil || err.Error() != errs[i].Error() {
			t.Errorf("racer %d again: %v, before: %v", i, err, errs[i])
		}
	}
	tree, err := h.reg.Tree(t.Context(), plugforge.Slug{Owner: "ns_a", Name: "text_embed"}, vers("2.0.0"))
	must(t, err)
	if who := readTree(t, tree)["assets/who.txt"]; who != fmt.Sprint(winner) {
		t.Errorf("the tree is racer %s's, the winner %d", who, winner)
	}
	if files := h.blobFilesAre(1); len(files) != 1 {
		t.Errorf("blobs %v", files)
	}
	_, err = h.tryCreate("text_embed", "2.0.0")
	wantCode(t, err, plugforge.CodeAlreadyExists)
}

func TestConfirmingOneUploadManyTimesAtOnce(t *testing.T) {
	h := newHouse(t)
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	verdicts := make([]registry.Verdict, 8)
	var wg sync.WaitGroup
	for i := range verdicts {
		wg.Go(func() {
			var err error
			if verdicts[i], err = h.confirm(u); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, v := range verdicts {
		sameVerdict(t, "at once", verdicts[0], v)
	}
	if tags := h.tags("text_embed"); len(tags) != 1 {
		t.Errorf("tags %v", tags)
	}
}

func TestHeldNumberIsNotFinal(t *testing.T) {
	h := newHouse(t)
	h.mustPublish("text_embed", "1.0.0")
	named := h.create("text_embed", "1.0.1")
	h.put(named, fixture.Zip(fixture.Files("text_embed", "1.0.1")))
	bump := h.create("text_embed", "")
	if bump.Version != vers("1.0.1") {
		t.Fatalf("bump got %s", bump.Version)
	}
	_, err := h.confirm(named)
	wantCode(t, err, plugforge.CodeConflict)
	_, err = h.tryCreate("text_embed", "1.0.1")
	wantCode(t, err, plugforge.CodeConflict)
	h.put(bump, []byte("no zip")) // turned away: the number is free
	if v, err := h.confirm(bump); err != nil || v.Passed {
		t.Fatalf("%+v, %v", v, err)
	}
	if v, err := h.confirm(named); err != nil || !v.Passed {
		t.Errorf("%+v, %v", v, err)
	}
}

// leaky is a plugin with a secret in a file that is no Python, and beside it
// what other checks would quote it for.
func leaky(secret string) fstest.MapFS {
	tree := fixture.With(fixture.Files("text_embed", "1.0.0"), "assets/prod.env", "REGION=eu\nAPI="+secret+"\n")
	tree = fixture.With(tree, "processors/run.py", "import os\nvalue = f('"+secret+"', os)\n")
	return fixture.With(tree, "pipeline.py", string(tree["pipeline.py"].Data)+"\n\nkey = '"+secret+"'\n")
}

// TestSecretIsNowhere: an upload with a secret is refused under every policy,
// and no byte of it is left in the data folder or the log.
func TestSecretIsNowhere(t *testing.T) {
	secret := "sk_" + "Zq7wE" + strings.Repeat("aB3", 11) + "kV"
	for _, policy := range []registry.Policy{registry.PolicyEnforce, registry.PolicyWarn} {
		var log strings.Builder
		h := &house{t: t, dir: t.TempDir(), policy: policy, log: &log}
		h.open()
		u := h.create("text_embed", "")
		h.put(u, fixture.Zip(leaky(secret)))
		v, err := h.confirm(u)
		must(t, err)
		want := 0
		for _, f := range v.Findings {
			for _, place := range []string{"assets/prod.env:2:5: PF304: ", "pipeline.py:", "processors/run.py:2:12: PF304: "} {
				if strings.HasPrefix(f, place) && strings.Contains(f, ": PF304: ") {
					want++
				}
			}
		}
		if v.Passed || want != 3 {
			t.Errorf("%s: %+v", policy, v)
		}
		again, err := h.confirm(u)
		must(t, err)
		sameVerdict(t, "again", v, again)
		h.close()
		if files := h.blobFiles(); len(files) != 0 || exists(h.repository("text_embed")) {
			t.Errorf("%s: left: %v", policy, files)
		}
		if entries := h.audited("version.reject"); len(entries) != 1 || !strings.Contains(entries[0], "PF304") || !strings.Contains(entries[0], u.ID) {
			t.Errorf("%s: the audit tells %v", policy, entries)
		}
		for _, part := range []string{secret, secret[3:20], secret[20:]} {
			if strings.Contains(fmt.Sprintf("%+v", v)+log.String(), part) {
				t.Errorf("%s: the verdict or the log shows it: %+v\n%s", policy, v, log.String())
			}
			must(t, filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				content, err := os.ReadFile(path)
				if bytes.Contains(content, []byte(part)) {
					t.Errorf("%s: %s holds it", policy, path)
				}
				return err
			}))
		}
	}
}

// What a scan recorded under warn, what was suppressed and what was added
// survive the index.
func TestScanRecordSurvives(t *testing.T) {
	additions := scanner.Policy{
		Allow:    []scanner.Addition{{Name: "acme_sdk", Reason: "ours"}},
		Suppress: []scanner.Addition{{Name: "PF110", Reason: "reviewed"}},
	}
	h := &house{t: t, dir: t.TempDir(), policy: registry.PolicyWarn, additions: additions}
	h.open()
	defer func() { h.close() }()
	u := h.create("text_embed", "")
	h.put(u, fixture.Zip(fixture.With(fixture.Files("text_embed", "1.0.0"), "processors/run.py",
		"import os\nimport acme_sdk\nimport subprocess\nv = getattr(os, acme_sdk.name)  # plugforge: allow PF110 one of three\n")))
	v, err := h.confirm(u)
	must(t, err)
	if !v.Passed || len(v.Findings) != 1 {
		t.Fatalf("verdict %+v", v)
	}
	rec, err := h.reg.Scan(t.Context(), *v.Plugin)
	must(t, err)
	if !slices.Equal(rec.Findings, v.Findings) || !strings.Contains(rec.Findings[0], "processors/run.py:3:8: PF101") ||
		!slices.Equal(rec.Allowed, []string{"acme_sdk"}) || !slices.Equal(rec.Permitted, []string{"PF110"}) ||
		!slices.Equal(rec.Suppressed, []plugforge.Suppression{{Path: "processors/run.py", Line: 4, Rule: "PF110", Reason: "one of three"}}) {
		t.Errorf("record %+v", rec)
	}
	h.close()
	must(t, os.Remove(filepath.Join(h.dir, "plugforge.db")))
	h.additions = scanner.Policy{}
	h.open()
	p, err := h.reg.Plugin(t.Context(), "ns_a", plugforge.PluginID{Name: "text_embed", Version: vers("1.0.0")})
	must(t, err)
	after, err := h.reg.Scan(t.Context(), p)
	must(t, err)
	if p.ScanPassed || !reflect.DeepEqual(after, rec) {
		t.Errorf("after a rebuild %+v, before %+v", after, rec)
	}
	next := h.mustPublish("text_embed", "")
	clean, err := h.reg.Scan(t.Context(), *next.Plugin)
	must(t, err)
	if clean.Policy == rec.Policy || len(clean.Policy) != 64 || clean.Findings != nil || clean.Suppressed != nil || clean.Allowed != nil {
		t.Errorf("without additions %+v", clean)
	}
}
