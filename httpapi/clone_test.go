package httpapi_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"plugforge/gitstore"
	"plugforge/httpapi"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// withNoise is a plugin whose files do not shrink, so that a clone of it is as
// long as they are.
func withNoise(version string, size int) fstest.MapFS {
	tree := fixture.Files("text_embed", version)
	noise := make([]byte, size)
	state := uint32(size)
	for i := range noise {
		state = state*1664525 + 1013904223
		noise[i] = byte(state >> 24)
	}
	tree["assets/noise.bin"] = &fstest.MapFile{Data: noise, Mode: 0o644}
	return tree
}

// limitClones has the API serve so many clones at once, and the others wait.
func limitClones(t *testing.T, s *testserver.Server, clones int, wait time.Duration) {
	t.Helper()
	git, err := gitstore.Open(t.Context(), gitstore.Config{
		Dir: filepath.Join(s.Dir, "git"), KeyFile: filepath.Join(s.Dir, "signing"), Clones: clones, CloneWait: wait,
	})
	if err != nil {
		t.Fatal(err)
	}
	httpapi.SetGit(s.API, git)
}

// Every way of cloning less than all, and what a clone is good for.
func TestPartsOfAClone(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	id := s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	s.Want(200, "POST", "plugins/"+id+"/deploy?wait=30s&deployment_type=batch_only", nil)
	s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	from, dir := remote(s, s.Key, "ns_test/text_embed.git"), t.TempDir()
	clone := func(name string, args ...string) string {
		into := filepath.Join(dir, name)
		mustGit(t, dir, append(append([]string{"-c", "protocol.version=2", "clone", "-q"}, args...), from, into)...)
		return into
	}
	sameFiles := func(where, version string) {
		t.Helper()
		for path, f := range fixture.Files("text_embed", version) {
			if got, err := os.ReadFile(filepath.Join(where, path)); err != nil || !bytes.Equal(got, f.Data) {
				t.Errorf("%s: %s differs: %v", where, path, err)
			}
		}
	}

	partial := clone("partial", "--filter=blob:none")
	sameFiles(partial, "1.0.1") // the checkout fetched what it needed
	missing := mustGit(t, partial, "rev-list", "--objects", "--all", "--missing=print")
	if !strings.Contains(missing, "\n?") {
		t.Errorf("a partial clone lacks nothing:\n%s", missing)
	}
	mustGit(t, partial, "checkout", "-q", "v1.0.0") // and fetches more when asked
	sameFiles(partial, "1.0.0")

	single := clone("single", "--single-branch", "--branch", "main", "--no-tags")
	if refs := mustGit(t, single, "for-each-ref", "--format=%(refname)"); refs != "refs/heads/main\nrefs/remotes/origin/HEAD\nrefs/remotes/origin/main\n" {
		t.Errorf("a clone of one branch has %q", refs)
	}
	ledger := clone("ledger", "--single-branch", "--branch", "active", "--depth", "1")
	sameFiles(ledger, "1.0.0")

	// What git archive packs of a clone is the version's files and no more.
	whole := clone("whole")
	unpacked := filepath.Join(dir, "unpacked")
	if err := os.Mkdir(unpacked, 0o755); err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dir, "v.tar")
	mustGit(t, whole, "archive", "-o", packed, "v1.0.0")
	if out, err := exec.Command("tar", "-C", unpacked, "-xf", packed).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	sameFiles(unpacked, "1.0.0")

	// A fetch brings what is new: here three files, the folder, a commit and a tag.
	objects := func() []string {
		all := strings.Split(mustGit(t, whole, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"), "\n")
		slices.Sort(all)
		return all
	}
	before := len(objects())
	tree := fixture.Files("text_embed", "1.0.2")
	tree["README.md"] = &fstest.MapFile{Data: []byte("# changed\n"), Mode: 0o644}
	s.Publish("text_embed", "1.0.2", tree)
	mustGit(t, whole, "-c", "fetch.unpackLimit=1", "fetch", "-q", "--tags")
	want := strings.Count(mustGit(t, whole, "rev-list", "--objects", "v1.0.2", "^v1.0.1"), "\n")
	if got := len(objects()) - before; got != want || got > 8 {
		t.Errorf("a fetch brought %d objects, %d are new", got, want)
	}
	mustGit(t, whole, "fsck", "--full", "--strict")
}

// Many clients at once are all served; past the bound they wait, and then are
// told to come again.
func TestManyClones(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	limitClones(t, s, 3, 20*time.Second)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	from, dir := remote(s, s.Key, "ns_test/text_embed.git"), t.TempDir()
	var clients sync.WaitGroup
	for i := range 20 {
		clients.Go(func() {
			if out, err := git(t, dir, "clone", "-q", from, filepath.Join(dir, fmt.Sprint(i))); err != nil {
				t.Errorf("clone %d: %v\n%s", i, err, out)
			}
		})
	}
	clients.Wait()
}

func TestClonesPastTheBound(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	limitClones(t, s, 2, time.Second)
	httpapi.SetWindow(s.API, 3*time.Second)
	s.Publish("text_embed", "1.0.0", withNoise("1.0.0", 6<<20))
	deafClone(t, s)
	deafClone(t, s)
	waitFor(t, "two clones to be under way", func() bool { return len(gitsBelow(s.Dir)) >= 2 })
	r := s.Request("GET", "/git/ns_test/text_embed.git/info/refs?service=git-upload-pack", nil)
	r.SetBasicAuth("x", s.Key)
	begun := time.Now()
	a := s.Send(r)
	if took := time.Since(begun); a.Status != 503 || a.Header.Get("Retry-After") != "1" || !strings.Contains(string(a.Body), "try again in 1 s") || took < 900*time.Millisecond {
		t.Errorf("a third clone: %d %v %q after %v", a.Status, a.Header, a.Body, took)
	}
	if a := s.Call("GET", "plugins", nil); a.Status != 200 { // the rest goes on
		t.Errorf("listing meanwhile: %d", a.Status)
	}
	// Who takes less than the least rate is cut, with all that works for it.
	waitFor(t, "git to end", func() bool { return len(gitsBelow(s.Dir)) == 0 })
	mustGit(t, t.TempDir(), "clone", "-q", "--bare", remote(s, s.Key, "ns_test/text_embed.git"), "after")
}

// deafClone asks for everything and reads nothing of it.
func deafClone(t *testing.T, s *testserver.Server) {
	t.Helper()
	tip := s.Want(200, "GET", "plugins/by-name/text_embed/versions", nil).Fields()["versions"].([]any)[0].(map[string]any)["commit"].(string)
	body := "0011command=fetch" + "0001" + "0032want " + tip + "\n" + "0009done\n" + "0000"
	r := s.Request("POST", "/git/ns_test/text_embed.git/git-upload-pack", body)
	r.SetBasicAuth("x", s.Key)
	r.Header.Set("Content-Type", "application/x-git-upload-pack-request")
	r.Header.Set("Git-Protocol", "version=2")
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
}

// gitsBelow lists the processes that work in a folder below dir.
func gitsBelow(dir string) (pids []string) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if at, err := os.Readlink(link); err == nil && strings.HasPrefix(at, dir+"/") {
			pids = append(pids, filepath.Base(filepath.Dir(link)))
		}
	}
	return pids
}

func waitFor(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 20 s for %s", what)
		}
	}
}

// A server that is slow to find the next bytes is not the client's fault: only
// the time that the client keeps it waiting counts.
func TestSlowServersAreNotCut(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	httpapi.SetWindow(s.API, 400*time.Millisecond)
	httpapi.AddPaced(s.API, "/test/slow", func(w io.Writer) error {
		for range 12 {
			if _, err := w.Write([]byte("piece\n")); err != nil {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
		return nil
	})
	resp, err := http.Get(s.URL + "/test/slow")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || len(got) != 72 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// What git's oldest clients ask for is refused in words, to those who may ask.
func TestDumbProtocol(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	for path, status := range map[string]int{
		"info/refs": 403, "HEAD": 403, "objects/info/packs": 403, "objects/pack/pack-1.pack": 403, "objects/12/34": 403,
		"config": 404, "refs/heads/main": 404,
	} {
		r := s.Request("GET", "/git/ns_test/text_embed.git/"+path, nil)
		r.SetBasicAuth("x", s.Key)
		if a := s.Send(r); a.Status != status || status == 403 && !strings.Contains(string(a.Body), "smart protocol") {
			t.Errorf("%s: %d %q, want %d", path, a.Status, a.Body, status)
		}
		if status != 403 {
			continue
		}
		if a := s.Send(s.Request("GET", "/git/ns_test/text_embed.git/"+path, nil)); a.Status != 401 || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic") {
			t.Errorf("%s without a key: %d", path, a.Status)
		}
		r = s.Request("GET", "/git/ns_other/text_embed.git/"+path, nil)
		r.SetBasicAuth("x", s.Key)
		if a := s.Send(r); a.Status != 404 {
			t.Errorf("%s of another namespace: %d", path, a.Status)
		}
	}
	r := s.Request("POST", "/git/ns_test/text_embed.git/HEAD", nil)
	if a := s.Send(r); a.Status != 405 || a.Header.Get("Allow") != "GET" {
		t.Errorf("POST HEAD: %d, Allow %q", a.Status, a.Header.Get("Allow"))
	}
}

// Whoever may clone may ask for any object by its name, so nothing may be in a
// store but what a ref leads to: not after fifty uploads that were refused, fifty
// that broke off, and clones that were killed, all beside uploads that passed.
func TestNothingWithoutARef(t *testing.T) {
	t.Parallel()
	const each = 50
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	from := remote(s, s.Key, "ns_test/text_embed.git")
	var work sync.WaitGroup
	work.Go(func() {
		for i := range each {
			version := fmt.Sprintf("2.0.%d", i)
			tree := fixture.With(fixture.BatchOnly("text_embed", version), "secret.py", fmt.Sprintf("import os\nos.system('%d')\n", i))
			id := s.Upload("text_embed", version, fixture.Zip(tree))
			if a := s.Want(200, "POST", "plugins/uploads/"+id+"/confirm", nil); a.Fields()["success"] != false {
				t.Errorf("upload %d passed", i)
			}
		}
	})
	work.Go(func() {
		for i := range each {
			version := fmt.Sprintf("3.0.%d", i)
			archive := fixture.Zip(fixture.With(fixture.BatchOnly("text_embed", version), "assets/n.txt", version))
			ctx, leave := context.WithTimeout(t.Context(), time.Duration(1+i%12)*time.Millisecond)
			var r *http.Request
			if i%2 == 0 { // the PUT breaks off
				var up struct {
					PresignedURL string `json:"presigned_url"`
				}
				s.Want(200, "POST", "plugins/uploads", map[string]any{"name": "text_embed", "version": version}).JSON(&up)
				r = s.Request("PUT", up.PresignedURL, nil)
				r.Body, r.ContentLength = io.NopCloser(io.MultiReader(bytes.NewReader(archive[:len(archive)/2]), breaksOff{})), int64(len(archive))
				r.Header.Del("Authorization")
				r.Header.Set("Content-Type", "application/zip")
			} else { // nobody waits for the verdict
				r = s.Request("POST", "plugins/uploads/"+s.Upload("text_embed", version, archive)+"/confirm", nil)
			}
			if resp, err := http.DefaultClient.Do(r.WithContext(ctx)); err == nil {
				resp.Body.Close()
			}
			leave()
		}
	})
	work.Go(func() {
		for i := range 8 {
			version := fmt.Sprintf("1.1.%d", i)
			s.Publish("text_embed", version, fixture.BatchOnly("text_embed", version))
			clone := exec.CommandContext(t.Context(), "git", "clone", "-q", "--bare", from, filepath.Join(t.TempDir(), "c"))
			if err := clone.Start(); err != nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Duration(5*i) * time.Millisecond)
			_ = clone.Process.Kill()
			_ = clone.Wait()
		}
	})
	work.Wait()

	repo := filepath.Join(s.Dir, "git", "ns", "ns_test", "text_embed.git")
	var loose []string
	waitFor(t, "what was under way to end", func() bool { loose = withoutRef(t, repo); return len(loose) == 0 && len(gitsBelow(s.Dir)) == 0 })
	if left, err := os.ReadDir(filepath.Join(repo, "quarantine")); err != nil || len(left) > 0 {
		t.Errorf("left in quarantine: %v, %v", left, err)
	}
	mustGit(t, repo, "-c", "safe.directory=*", "fsck", "--full", "--strict")
}

// breaksOff is a body that ends before it should.
type breaksOff struct{}

func (breaksOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// withoutRef lists the objects of a store that no ref leads to.
func withoutRef(t *testing.T, repo string) []string {
	t.Helper()
	lines := func(args ...string) []string {
		return strings.Split(strings.TrimSpace(mustGit(t, repo, append([]string{"-c", "safe.directory=*"}, args...)...)), "\n")
	}
	reached := map[string]bool{}
	for _, line := range slices.Concat(lines("rev-list", "--objects", "--all"), lines("for-each-ref", "--format=%(objectname)")) {
		name, _, _ := strings.Cut(line, " ")
		reached[name] = true
	}
	return slices.DeleteFunc(lines("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"), func(name string) bool { return reached[name] })
}
