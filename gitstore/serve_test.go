package gitstore

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
)

// smartHTTP is the least server that git clones from.
func smartHTTP(t *testing.T, s *Store, slug plugforge.Slug) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		protocol := r.Header.Get("Git-Protocol")
		switch {
		case strings.HasSuffix(r.URL.Path, "/info/refs") && r.URL.Query().Get("service") == "git-upload-pack":
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			err = s.InfoRefs(r.Context(), w, slug, protocol)
		case strings.HasSuffix(r.URL.Path, "/git-upload-pack"):
			body := io.Reader(r.Body)
			if r.Header.Get("Content-Encoding") == "gzip" {
				if body, err = gzip.NewReader(r.Body); err != nil {
					http.Error(w, err.Error(), http.StatusBadRequest)
					return
				}
			}
			w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
			err = s.UploadPack(r.Context(), w, body, slug, protocol)
		default:
			http.Error(w, "only cloning", http.StatusForbidden)
		}
		if err != nil && r.Context().Err() == nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/x.git"
}

func TestClones(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	one := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two\n"))
	if _, err := s.AppendLedger(t.Context(), testSlug, deployEntry(one, "dpl_1")); err != nil {
		t.Fatal(err)
	}
	url := smartHTTP(t, s, testSlug)
	for _, protocol := range []string{"0", "1", "2"} {
		t.Run("protocol "+protocol, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "clone")
			git(t, ".", "-c", "protocol.version="+protocol, "clone", "-q", url, dir)
			sameTree(t, os.DirFS(dir), sampleTree("two\n"))
			if got := git(t, dir, "log", "--format=%s", "origin/active"); got != "deploy Text_Embed 1.0.0\n" {
				t.Errorf("ledger %q", got)
			}
			git(t, dir, "fsck", "--strict")
		})
	}
	shallow := filepath.Join(t.TempDir(), "shallow")
	git(t, ".", "clone", "-q", "--depth", "1", url, shallow)
	if got := strings.TrimSpace(git(t, shallow, "rev-list", "--count", "HEAD")); got != "1" {
		t.Errorf("a shallow clone has %s commits", got)
	}
	sameTree(t, os.DirFS(shallow), sampleTree("two\n"))
	partial := filepath.Join(t.TempDir(), "partial")
	git(t, ".", "clone", "-q", "--filter=blob:none", "--no-checkout", url, partial)
	if got := git(t, partial, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"); strings.Contains(got, "blob") {
		t.Errorf("a partial clone has blobs:\n%s", got)
	}
	if out, err := tryGit(shallow, "push", url, "HEAD:refs/heads/main"); err == nil {
		t.Errorf("a push was taken: %s", out)
	}
}

// A fetch brings what is new and nothing else.
func TestIncrementalFetch(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	url := smartHTTP(t, s, testSlug)
	dir := filepath.Join(t.TempDir(), "clone")
	git(t, ".", "clone", "-q", url, dir)
	count := func() int {
		return strings.Count(git(t, dir, "cat-file", "--batch-all-objects", "--batch-check"), "\n")
	}
	before := count()
	publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two\n"))
	git(t, dir, "-c", "fetch.unpackLimit=1", "fetch", "-q", "--tags")
	if got := count() - before; got != 4 { // blob, tree, commit, tag
		t.Errorf("one changed file brought %d objects", got)
	}
	git(t, dir, "fsck", "--strict")
}

func TestServingRefuses(t *testing.T) {
	s := openStore(t, nil)
	var out bytes.Buffer
	err := s.InfoRefs(t.Context(), &out, testSlug, "version=2")
	wantCode(t, err, plugforge.CodeNotFound)
	if out.Len() != 0 {
		t.Errorf("an unknown plugin answers %q", out.String())
	}
	publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	err = s.UploadPack(t.Context(), &out, bytes.NewReader(make([]byte, maxRequest+1)), testSlug, "")
	wantCode(t, err, plugforge.CodeTooLarge)
	for _, body := range []string{"", "0000", "zzzz", "ffff", "0004", strings.Repeat("0", 100)} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_ = s.UploadPack(ctx, io.Discard, strings.NewReader(body), testSlug, "version=2\nX=1") // must return
		if ctx.Err() != nil {
			t.Errorf("body %q: git did not end", body)
		}
		cancel()
	}
	s.git = ""
	err = s.InfoRefs(t.Context(), &out, testSlug, "")
	wantCode(t, err, plugforge.CodeUnavailable)
}

// A client that goes away takes git with it and frees its place.
func TestCloneEndsWithItsClient(t *testing.T) {
	data := t.TempDir()
	s, err := Open(t.Context(), Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "key"), Clones: 1, CloneWait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 8<<20)
	state := uint32(1)
	for i := range noise {
		state = state*1664525 + 1013904223
		noise[i] = byte(state >> 24)
	}
	p := publish(t, s, testSlug, ver(1, 0, 0), fstest.MapFS{"noise.bin": {Data: noise, Mode: 0o644}})
	request := "0011command=fetch" + "0001" + "0032want " + p.Commit + "\n" + "0009done\n" + "0000"
	ctx, cancel := context.WithCancel(t.Context())
	stuck := &stuckWriter{started: make(chan struct{}), ctx: ctx}
	done := make(chan error, 1)
	go func() { done <- s.UploadPack(ctx, stuck, strings.NewReader(request), testSlug, "version=2") }()
	<-stuck.started
	waiting, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	wantCode(t, s.InfoRefs(waiting, io.Discard, testSlug, ""), plugforge.CodeUnavailable) // the only place is taken
	refused := s.InfoRefs(t.Context(), io.Discard, testSlug, "")                          // after a second
	var public *plugforge.Error
	if !errors.As(refused, &public) || public.Code != plugforge.CodeUnavailable || public.Details["retry_after_seconds"] != 1 {
		t.Errorf("with the only place taken: %v", refused)
	}
	cancel()
	select {
	case err := <-done:
		wantCode(t, err, plugforge.CodeUnavailable)
	case <-time.After(10 * time.Second):
		t.Fatal("git outlived its client")
	}
	if err := s.InfoRefs(t.Context(), io.Discard, testSlug, ""); err != nil {
		t.Error(err)
	}
}

type stuckWriter struct {
	started chan struct{}
	ctx     context.Context
	once    bool
}

func (w *stuckWriter) Write(p []byte) (int, error) {
	if !w.once {
		w.once = true
		close(w.started)
	}
	<-w.ctx.Done()
	return 0, w.ctx.Err()
}
