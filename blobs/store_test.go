package blobs_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"plugforge"
	"plugforge/blobs"
)

func open(t *testing.T) (*blobs.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deep", "blobs")
	s, err := blobs.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func put(t *testing.T, s *blobs.Store, key, content string) {
	t.Helper()
	if _, err := s.Put(t.Context(), key, strings.NewReader(content), 1<<20); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s *blobs.Store, key string) string {
	t.Helper()
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != f.Size() {
		t.Errorf("%s: Size() %d, read %d", key, f.Size(), len(b))
	}
	return string(b)
}

func wantCode(t *testing.T, err error, want plugforge.Code) {
	t.Helper()
	if got := plugforge.CodeOf(err); got != want {
		t.Errorf("code %q, want %q (%v)", got, want, err)
	}
}

// files lists everything below dir that is not a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPutHashesAndKeeps(t *testing.T) {
	s, _ := open(t)
	for _, size := range []int{0, 1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 3<<20 + 17} {
		content := make([]byte, size)
		rand.NewChaCha8([32]byte{byte(size)}).Read(content)
		// A reader that gives one byte less than asked crosses every piece's edge.
		info, err := s.Put(t.Context(), "a/b.zip", iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(content))), int64(size))
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		sha, sum := sha256.Sum256(content), md5.Sum(content)
		want := blobs.Info{Size: int64(size), SHA256: hex.EncodeToString(sha[:]), MD5: hex.EncodeToString(sum[:])}
		if info != want {
			t.Errorf("%d bytes: %+v, want %+v", size, info, want)
		}
		if got := read(t, s, "a/b.zip"); got != string(content) {
			t.Errorf("%d bytes: other bytes came back", size)
		}
	}
}

func TestPutThatFailsLeavesNothing(t *testing.T) {
	cut := errors.New("connection cut")
	tests := []struct {
		name string
		r    io.Reader
		code plugforge.Code
	}{
		{"one byte too large", &again{"12345678901", 0}, plugforge.CodeTooLarge},
		{"endless", iotest.DataErrReader(io.MultiReader(strings.NewReader("x"), zeros{})), plugforge.CodeTooLarge},
		{"fails at once", iotest.ErrReader(cut), plugforge.CodeBadRequest},
		{"fails midway", io.MultiReader(strings.NewReader("123"), iotest.ErrReader(cut)), plugforge.CodeBadRequest},
		{"body shorter than declared", io.MultiReader(strings.NewReader("123"), iotest.ErrReader(io.ErrUnexpectedEOF)), plugforge.CodeBadRequest},
		{"public error stands", iotest.ErrReader(plugforge.Errorf(plugforge.CodeUnavailable, "too slow")), plugforge.CodeUnavailable},
		{"never yields", stuck{}, plugforge.CodeBadRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, dir := open(t)
			put(t, s, "held", "before")
			for _, key := range []string{"held", "fresh/key"} {
				_, err := s.Put(t.Context(), key, test.r, 10)
				wantCode(t, err, test.code)
			}
			if got := read(t, s, "held"); got != "before" {
				t.Errorf("the key holds %q now", got)
			}
			if all := files(t, dir); !slices.Equal(all, []string{"held"}) {
				t.Errorf("left behind: %q", all)
			}
		})
	}
	s, _ := open(t)
	_, err := s.Put(t.Context(), "k", iotest.ErrReader(cut), 10)
	if !errors.Is(err, cut) {
		t.Errorf("the cause is lost from %v", err)
	}
}

// again yields its text, ends, and starts over.
type again struct {
	text string
	at   int
}

func (r *again) Read(p []byte) (int, error) {
	if r.at == len(r.text) {
		r.at = 0
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	r.at += n
	return n, nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestPutStopsWhenTheContextDoes(t *testing.T) {
	s, dir := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	reads := 0
	_, err := s.Put(ctx, "k", readerFunc(func(p []byte) (int, error) {
		if reads++; reads == 3 {
			cancel()
		}
		return 1, nil
	}), 1<<40)
	if !errors.Is(err, context.Canceled) || reads != 3 {
		t.Errorf("after %d reads: %v", reads, err)
	}
	if all := files(t, dir); len(all) != 0 {
		t.Errorf("left behind: %q", all)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestKeys(t *testing.T) {
	s, dir := open(t)
	long := strings.Repeat("x", 200)
	for _, key := range []string{
		"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".tmp/put-1", "a/.b", "-rf", "a/-b",
		"a\\b", "a\x00", "a\n", "a b", "é", "a%2e", "C:/x", "\xff", long + "x", strings.Repeat(long+"/", 3) + "a",
	} {
		for name, call := range map[string]func() error{
			"Put":      func() error { _, err := s.Put(t.Context(), key, strings.NewReader("x"), 10); return err },
			"Open":     func() error { _, err := s.Open(t.Context(), key); return err },
			"LinkFrom": func() error { return s.Link(t.Context(), key, "to") },
			"LinkTo":   func() error { return s.Link(t.Context(), "from", key) },
			"Remove":   func() error { return s.Remove(t.Context(), key) },
		} {
			if err := call(); plugforge.CodeOf(err) != plugforge.CodeBadRequest {
				t.Errorf("%s %q: %v", name, key, err)
			}
		}
	}
	if all := files(t, filepath.Dir(dir)); len(all) != 0 {
		t.Errorf("illegal keys wrote %q", all)
	}
	for _, key := range []string{"a", "uploads/plu_01", "ns/ns_a/text_embed/1.0.0.zip", long + "/" + long, "a-b/c..d"} {
		put(t, s, key, key)
		if got := read(t, s, key); got != key {
			t.Errorf("%q holds %q", key, got)
		}
	}
}

func TestListing(t *testing.T) {
	s, _ := open(t)
	if keys, err := s.Keys(t.Context(), ""); err != nil || len(keys) != 0 {
		t.Errorf("an empty store lists %q, %v", keys, err)
	}
	for _, key := range []string{"up/b", "up/a/c", "upper/x", "z"} {
		put(t, s, key, "1")
	}
	for prefix, want := range map[string][]string{
		"":      {"up/a/c", "up/b", "upper/x", "z"},
		"up":    {"up/a/c", "up/b"},
		"up/a":  {"up/a/c"},
		"z":     nil, // a blob, not a folder
		"none":  nil,
		"z/sub": nil,
	} {
		if keys, err := s.Keys(t.Context(), prefix); err != nil || !slices.Equal(keys, want) {
			t.Errorf("Keys(%q) = %q, %v; want %q", prefix, keys, err, want)
		}
	}
	_, err := s.Keys(t.Context(), "../..")
	wantCode(t, err, plugforge.CodeBadRequest)
}

func TestKeysThroughOtherBlobsAreConflicts(t *testing.T) {
	s, dir := open(t)
	put(t, s, "a", "1")
	put(t, s, "d/e", "2")
	_, err := s.Put(t.Context(), "a/b", strings.NewReader("x"), 10)
	wantCode(t, err, plugforge.CodeConflict)
	_, err = s.Put(t.Context(), "d", strings.NewReader("x"), 10)
	wantCode(t, err, plugforge.CodeConflict)
	wantCode(t, s.Link(t.Context(), "a", "d"), plugforge.CodeConflict)
	wantCode(t, s.Link(t.Context(), "d", "f"), plugforge.CodeNotFound)
	_, err = s.Open(t.Context(), "d")
	wantCode(t, err, plugforge.CodeNotFound)
	if err := s.Remove(t.Context(), "d"); err != nil {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), "a/b"); err != nil {
		t.Error(err)
	}
	if all := files(t, dir); !slices.Equal(all, []string{"a", "d/e"}) {
		t.Errorf("files now: %q", all)
	}
}

func TestLink(t *testing.T) {
	s, dir := open(t)
	wantCode(t, s.Link(t.Context(), "up", "kept/1"), plugforge.CodeNotFound)
	if _, err := os.Stat(filepath.Join(dir, "kept")); err == nil {
		t.Error("a link from nothing made a folder")
	}
	put(t, s, "up", "one")
	for range 2 {
		if err := s.Link(t.Context(), "up", "kept/1"); err != nil {
			t.Fatal(err)
		}
	}
	// The same bytes in another file are as good.
	put(t, s, "again", "one")
	if err := s.Link(t.Context(), "again", "kept/1"); err != nil {
		t.Error(err)
	}
	// A later upload under the first key changes nothing under the second.
	put(t, s, "up", "two")
	wantCode(t, s.Link(t.Context(), "up", "kept/1"), plugforge.CodeAlreadyExists)
	put(t, s, "up", "longer")
	wantCode(t, s.Link(t.Context(), "up", "kept/1"), plugforge.CodeAlreadyExists)
	if err := s.Remove(t.Context(), "up"); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, "kept/1"); got != "one" {
		t.Errorf("the second key holds %q", got)
	}
}

func TestReadersKeepTheirBytes(t *testing.T) {
	s, _ := open(t)
	put(t, s, "k", "first")
	f, err := s.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, s, "k", "second")
	if err := s.Remove(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), "k"); err != nil {
		t.Errorf("removing again: %v", err)
	}
	_, err = s.Open(t.Context(), "k")
	wantCode(t, err, plugforge.CodeNotFound)
	got, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err != nil || string(got) != "first" {
		t.Errorf("the early reader has %q, %v", got, err)
	}
	if at, err := f.Seek(2, io.SeekStart); at != 2 || err != nil {
		t.Errorf("Seek: %d, %v", at, err)
	}
	if rest, _ := io.ReadAll(f); string(rest) != "rst" {
		t.Errorf("after Seek: %q", rest)
	}
}

func TestOpenSweeps(t *testing.T) {
	s, dir := open(t)
	put(t, s, "k", "kept")
	for i := range 3 {
		if err := os.WriteFile(filepath.Join(dir, ".tmp", fmt.Sprint("put-", i)), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := blobs.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if all := files(t, dir); !slices.Equal(all, []string{"k"}) {
		t.Errorf("files after the sweep: %q", all)
	}
	if got := read(t, s, "k"); got != "kept" {
		t.Errorf("k holds %q", got)
	}
	_, err = blobs.Open(filepath.Join(dir, "k"))
	wantCode(t, err, plugforge.CodeConflict)
}

// Racing writers and readers on one key: every reader sees one writer's whole
// blob, and the last rename's stays.
func TestConcurrentPuts(t *testing.T) {
	s, dir := open(t)
	content := func(i int) string { return strings.Repeat(string(rune('a'+i)), 300<<10) }
	put(t, s, "deep/folder/k", content(0))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 3 {
				if _, err := s.Put(t.Context(), "deep/folder/k", strings.NewReader(content(i)), 1<<20); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				f, err := s.Open(t.Context(), "deep/folder/k")
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(f)
				f.Close()
				if err != nil || len(b) != 300<<10 || strings.Trim(string(b), string(b[:1])) != "" {
					t.Errorf("a reader saw a mixture of %d bytes, %v", len(b), err)
				}
			}
		})
	}
	wg.Wait()
	if all := files(t, dir); len(all) != 1 {
		t.Errorf("files: %q", all)
	}
}

func TestPutDoesNotHoldTheBlob(t *testing.T) {
	s, _ := open(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const size = 64 << 20
	info, err := s.Put(t.Context(), "big", io.LimitReader(zeros{}, size), size)
	if err != nil || info.Size != size {
		t.Fatal(info, err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d MiB in took %d KiB of allocation", size>>20, used>>10)
	}
}
