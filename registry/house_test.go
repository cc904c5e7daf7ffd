package registry_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/scanner"
	"plugforge/sqlite"
)

var (
	me   = plugforge.Actor{KeyID: "key_0123456789abcdef", Name: "ci"}
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
)

// house is a data folder with real stores in it.
type house struct {
	t         *testing.T
	dir       string
	policy    registry.Policy
	additions scanner.Policy
	log       io.Writer    // nil: the test's
	clock     atomic.Int64 // milliseconds after noon
	marker    func(stage string)

	db  *sqlite.DB
	git *gitstore.Store
	reg *registry.Registry
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, dir: t.TempDir()}
	h.open()
	t.Cleanup(func() {
		h.close()
		h.checkWhole()
	})
	return h
}

func (h *house) open() {
	h.t.Helper()
	if err := h.tryOpen(); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tryOpen() (err error) {
	ctx := context.Background()
	if h.db, err = sqlite.Open(ctx, filepath.Join(h.dir, "plugforge.db")); err != nil {
		return err
	}
	mark := func(stage string) {
		if h.marker != nil {
			h.marker(stage)
		}
	}
	h.git, err = gitstore.Open(ctx, gitstore.Config{Dir: filepath.Join(h.dir, "git"), KeyFile: filepath.Join(h.dir, "signing_key"), Marker: mark})
	if err != nil {
		return err
	}
	store, err := blobs.Open(filepath.Join(h.dir, "blobs"))
	if err != nil {
		return err
	}
	log := h.log
	if log == nil {
		log = h.t.Output()
	}
	h.reg, err = registry.Open(ctx, registry.Config{
		DB: h.db, Git: h.git, Blobs: store, ScanPolicy: h.policy, Additions: h.additions, Marker: mark,
		Now:    func() time.Time { return noon.Add(time.Duration(h.clock.Load()) * time.Millisecond) },
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	return err
}

func (h *house) close() {
	if h.reg != nil {
		h.reg.Close()
	}
	if err := h.db.Close(); err != nil {
		h.t.Error(err)
	}
}

func (h *house) restart() {
	h.t.Helper()
	h.close()
	h.open()
}

func (h *house) pass(d time.Duration) { h.clock.Add(d.Milliseconds()) }

// checkWhole has git and SQLite say that their files are sound, and looks for
// leftovers.
func (h *house) checkWhole() {
	h.t.Helper()
	repos, _ := filepath.Glob(filepath.Join(h.dir, "git", "*", "*", "*.git"))
	for _, repo := range repos {
		if out, err := exec.Command("git", "-C", repo, "fsck", "--full", "--strict").CombinedOutput(); err != nil || len(out) > 0 {
			h.t.Errorf("git fsck %s: %v\n%s", repo, err, out)
		}
	}
	db, err := sql.Open("sqlite3", filepath.Join(h.dir, "plugforge.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		h.t.Errorf("integrity_check: %s, %v", verdict, err)
	}
}

// blobFiles lists what lies in the folder of blobs.
func (h *house) blobFiles() []string {
	h.t.Helper()
	var found []string
	root := filepath.Join(h.dir, "blobs")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(root, path)
			found = append(found, rel)
		}
		return err
	})
	must(h.t, err)
	return found
}

// blobFilesAre is blobFiles once there are n: what an answer no longer needs is
// tidied away behind it. It waits for a bounded time.
func (h *house) blobFilesAre(n int) []string {
	h.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if files := h.blobFiles(); len(files) == n || time.Now().After(end) {
			return files
		}
	}
}

// audited gives what the audit says of each deed of a kind.
func (h *house) audited(action string) (details []string) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(h.dir, "plugforge.db"))
	must(h.t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT detail FROM audit WHERE action = ?`, action)
	must(h.t, err)
	defer rows.Close()
	for rows.Next() {
		var one string
		must(h.t, rows.Scan(&one))
		details = append(details, one)
	}
	must(h.t, rows.Err())
	return details
}

// repository is the folder of a slug's repository, which may not exist.
func (h *house) repository(name string) string {
	return filepath.Join(h.dir, "git", "ns", "ns_a", strings.ToLower(name)+".git")
}

func (h *house) tags(name string) []string {
	out, err := exec.Command("git", "-C", h.repository(name), "tag").Output()
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, want plugforge.Code) {
	t.Helper()
	if got := plugforge.CodeOf(err); got != want {
		t.Errorf("code %q, want %q (error: %v)", got, want, err)
	}
}

func vers(s string) plugforge.Version {
	v, err := plugforge.ParseVersion(s)
	if err != nil {
		panic(err)
	}
	return v
}

// create opens an upload; an empty version leaves the number to the registry.
func (h *house) create(name, version string) registry.Upload {
	h.t.Helper()
	u, err := h.tryCreate(name, version)
	must(h.t, err)
	return u
}

func (h *house) tryCreate(name, version string) (registry.Upload, error) {
	req := registry.UploadRequest{Owner: "ns_a", Name: plugforge.Name(name), By: me}
	if version != "" {
		v := vers(version)
		req.Version = &v
	}
	return h.reg.CreateUpload(context.Background(), req)
}

func (h *house) put(u registry.Upload, content []byte) {
	h.t.Helper()
	got, err := h.reg.Receive(context.Background(), u.ID, bytes.NewReader(content))
	must(h.t, err)
	if want := md5.Sum(content); got.MD5 != hex.EncodeToString(want[:]) || got.Size != int64(len(content)) {
		h.t.Fatalf("received %+v of %d bytes", got, len(content))
	}
}

func (h *house) confirm(u registry.Upload) (registry.Verdict, error) {
	return h.reg.Confirm(context.Background(), registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, Message: "why " + u.Version.String(), By: me})
}

func (h *house) mustPublish(name, version string) registry.Verdict {
	h.t.Helper()
	u := h.create(name, version)
	h.put(u, fixture.Zip(fixture.Files(name, u.Version.String())))
	v, err := h.confirm(u)
	must(h.t, err)
	if !v.Passed {
		h.t.Fatalf("%s %s was refused: %q", name, version, v.Findings)
	}
	return v
}

// evil is a plugin that the scan refuses, and under warn marks.
func evil(name, version string) []byte {
	return fixture.Zip(fixture.With(fixture.Files(name, version), "processors/run.py", "import subprocess\n"))
}

func sameVerdict(t testing.TB, when string, a, b registry.Verdict) {
	t.Helper()
	if a.UploadID != b.UploadID || a.ID != b.ID || a.Passed != b.Passed || a.Message != b.Message || a.ArchiveURL != b.ArchiveURL ||
		!slices.Equal(a.Findings, b.Findings) || (a.Plugin == nil) != (b.Plugin == nil) {
		t.Errorf("%s: verdict\n%+v, want\n%+v", when, b, a)
		return
	}
	if a.Plugin != nil && (a.Plugin.Commit != b.Plugin.Commit || !bytes.Equal(a.Plugin.Manifest, b.Plugin.Manifest)) {
		t.Errorf("%s: plugin\n%+v, want\n%+v", when, *b.Plugin, *a.Plugin)
	}
}

// readTree is a tree's files by path.
func readTree(t testing.TB, tree fs.FS) map[string]string {
	t.Helper()
	files := map[string]string{}
	must(t, fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, path)
		files[path] = string(content)
		return err
	}))
	return files
}

func (h *house) archive(p plugforge.Plugin) []byte {
	h.t.Helper()
	f, err := h.reg.OpenBlob(context.Background(), h.reg.ArchiveKey(p))
	must(h.t, err)
	defer f.Close()
	content, err := io.ReadAll(f)
	must(h.t, err)
	return content
}

// errCrash is what a marker panics with to cut a call short as a crash would.
var errCrash = errors.New("crash")

// crashAt runs fn until the stage is reached for the first time, then starts
// everything anew from what is on disk. It tells whether the stage came.
func (h *house) crashAt(stage string, fn func()) (reached bool) {
	h.t.Helper()
	h.marker = func(s string) {
		if s == stage {
			panic(errCrash)
		}
	}
	func() {
		defer func() {
			if e := recover(); e != nil {
				if e != errCrash {
					panic(e)
				}
				reached = true
			}
		}()
		fn()
	}()
	h.marker = nil
	h.restart()
	return reached
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
