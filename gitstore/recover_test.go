package gitstore

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// A repository with two versions, a ledger and one loose object of its own.
func damagedStore(t *testing.T) (*Store, [2]plugforge.Plugin) {
	s := openStore(t, nil)
	one := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	two := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two\n"))
	for i, p := range []plugforge.Plugin{one, two} {
		e := deployEntry(p, []string{"dpl_1", "dpl_2"}[i])
		if _, err := s.AppendLedger(t.Context(), testSlug, e); err != nil {
			t.Fatal(err)
		}
	}
	return s, [2]plugforge.Plugin{one, two}
}

// reopen is a restart: nothing remembered.
func reopen(t *testing.T, s *Store) *Store {
	t.Helper()
	again, err := Open(t.Context(), Config{Dir: s.dir, KeyFile: filepath.Join(filepath.Dir(s.dir), "signing.key")})
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func write(t *testing.T, path, text string) {
	t.Helper()
	_ = os.Remove(path) // packs are read-only
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func globOne(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	return found[0]
}

// Each case damages the repository; after a restart and Recover everything
// acknowledged is there, and git finds nothing wrong.
func TestRecoverMends(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, dir string, p [2]plugforge.Plugin){
		"nothing":    func(*testing.T, string, [2]plugforge.Plugin) {},
		"main empty": func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/refs/heads/main", "") },
		"main gone":  func(t *testing.T, dir string, _ [2]plugforge.Plugin) { os.Remove(dir + "/refs/heads/main") },
		"main behind": func(t *testing.T, dir string, p [2]plugforge.Plugin) {
			write(t, dir+"/refs/heads/main", p[0].Commit+"\n")
		},
		"tag empty":    func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/refs/tags/v1.0.0", "") },
		"tag garbage":  func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/refs/tags/v1.0.1", "\x00\x00") },
		"active empty": func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/refs/heads/active", "") },
		"HEAD empty":   func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/HEAD", "") },
		"config gone":  func(t *testing.T, dir string, _ [2]plugforge.Plugin) { os.Remove(dir + "/config") },
		"refs/lock":    func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/refs/heads/main.lock", "") },
		"packed.lock":  func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/packed-refs.lock", "x") },
		"tmp_pack":     func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/objects/pack/tmp_pack_x", "x") },
		"tmp_obj":      func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/objects/ab/tmp_obj_x", "x") },
		"torn empty":   func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/quarantine/version-pack", "") },
		"torn entry":   func(t *testing.T, dir string, _ [2]plugforge.Plugin) { write(t, dir+"/quarantine/ledger-active", "") },
		"quarantine":   func(t *testing.T, dir string, _ [2]plugforge.Plugin) { os.RemoveAll(dir + "/quarantine") },
		"idx torn": func(t *testing.T, dir string, _ [2]plugforge.Plugin) {
			write(t, globOne(t, dir+"/objects/pack/*.idx"), "")
		},
		"idx gone": func(t *testing.T, dir string, _ [2]plugforge.Plugin) {
			os.Remove(globOne(t, dir+"/objects/pack/*.idx"))
		},
		"idx of others": func(t *testing.T, dir string, _ [2]plugforge.Plugin) { swapIndexes(t, dir) },
		"torn loose": func(t *testing.T, dir string, p [2]plugforge.Plugin) {
			write(t, dir+"/objects/"+p[0].Commit[:2]+"/"+p[0].Commit[2:], "")
		},
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			s, p := damagedStore(t)
			ledger, err := s.Ledger(t.Context(), testSlug, 0)
			if err != nil {
				t.Fatal(err)
			}
			damage(t, s.repoDir(testSlug), p)
			s = reopen(t, s)
			report, err := s.Recover(t.Context(), testSlug)
			if err != nil || len(report.Problems) != 0 || (len(report.Mended) == 0) != (name == "nothing" || name == "quarantine") {
				t.Fatalf("report %+v, %v", report, err)
			}
			list, err := s.Plugins(t.Context(), testSlug)
			if err != nil || !reflect.DeepEqual(list, p[:]) {
				t.Errorf("versions %+v, %v", list, err)
			}
			after, err := s.Ledger(t.Context(), testSlug, 0)
			if err != nil || !reflect.DeepEqual(after, ledger) {
				t.Errorf("ledger %+v, %v", after, err)
			}
			if check, err := s.Check(t.Context(), testSlug); err != nil || len(check.Problems) != 0 {
				t.Errorf("check %+v, %v", check, err)
			}
			publish(t, s, testSlug, ver(1, 0, 2), sampleTree("three\n"))
			checkRepo(t, s, testSlug)
			if again, err := s.Recover(t.Context(), testSlug); err != nil || len(again.Mended)+len(again.Problems) != 0 {
				t.Errorf("a second time: %+v, %v", again, err)
			}
		})
	}
}

func swapIndexes(t *testing.T, dir string) {
	found, _ := filepath.Glob(dir + "/objects/pack/*.idx")
	data, err := os.ReadFile(found[0])
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	write(t, found[1], string(data))
}

// What cannot be mended is reported, is never served, and leaves other slugs
// alone.
func TestDamageIsDetected(t *testing.T) {
	t.Parallel()
	other := plugforge.Slug{Owner: testSlug.Owner, Name: "other"}
	flip := func(t *testing.T, path string, at int) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[(at+len(data))%len(data)] ^= 0x40
		write(t, path, string(data))
	}
	cases := map[string]func(t *testing.T, dir string){
		"bit flipped in a pack": func(t *testing.T, dir string) { flip(t, biggestPack(t, dir), 200) },
		"half a pack": func(t *testing.T, dir string) {
			path := biggestPack(t, dir)
			data, _ := os.ReadFile(path)
			write(t, path, string(data[:len(data)/2]))
		},
		"pack gone": func(t *testing.T, dir string) { os.Remove(biggestPack(t, dir)) },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			s, _ := damagedStore(t)
			kept := publish(t, s, other, ver(1, 0, 0), sampleTree())
			damage(t, s.repoDir(testSlug))
			s = reopen(t, s)
			if _, err := s.Recover(t.Context(), testSlug); err != nil {
				t.Errorf("Recover: %v", err)
			}
			if report, err := s.Check(t.Context(), testSlug); err != nil || len(report.Problems) == 0 {
				t.Errorf("Check found nothing: %+v, %v", report, err)
			}
			view, err := s.Tree(t.Context(), testSlug, ver(1, 0, 0))
			for path, f := range sampleTree() {
				if err != nil {
					break
				}
				if data, err := fs.ReadFile(view, path); err == nil && !bytes.Equal(data, f.Data) {
					t.Errorf("%s is served as %q", path, data)
				}
			}
			if got, err := s.Plugin(t.Context(), other, ver(1, 0, 0)); err != nil || !reflect.DeepEqual(got, kept) {
				t.Errorf("another slug: %+v, %v", got, err)
			}
			checkRepo(t, s, other)
		})
	}
}

func biggestPack(t *testing.T, dir string) string {
	found, _ := filepath.Glob(dir + "/objects/pack/*.pack")
	best, size := "", int64(0)
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.Size() > size {
			best, size = path, info.Size()
		}
	}
	return best
}

// A loose object swapped with another's bytes, or cut short, is no object.
func TestLooseObjectsAreVerified(t *testing.T) {
	s, _ := damagedStore(t)
	dir := s.repoDir(testSlug)
	active := strings.TrimSpace(git(t, dir, "rev-parse", "active"))
	before := strings.TrimSpace(git(t, dir, "rev-parse", "active^"))
	path := func(h string) string { return filepath.Join(dir, "objects", h[:2], h[2:]) }
	good, err := os.ReadFile(path(active))
	if err != nil {
		t.Fatal(err)
	}
	swapped, err := os.ReadFile(path(before))
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string]string{"swapped": string(swapped), "empty": "", "half": string(good[:len(good)/2]), "longer": string(good) + "x"} {
		write(t, path(active), bytes)
		_, err := s.Ledger(t.Context(), testSlug, 0)
		if name != "longer" && !errors.Is(err, errCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(t, path(active), string(good))
	// The next upload of what is torn loosely writes it anew and drops the torn copy.
	tree := sampleTree("three\n")
	object, err := newContent(plumbing.BlobObject, []byte("three\n"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, path(object.hash.String()), "")
	publish(t, s, testSlug, ver(1, 0, 2), tree)
	view, err := s.Tree(t.Context(), testSlug, ver(1, 0, 2))
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, view, tree)
	checkRepo(t, s, testSlug)
}

// What is streamed for its size is checked before its last byte is given.
func TestLargeFilesAreVerified(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	data := bytes.Repeat([]byte("large and dull "), maxWhole/15+1)
	publish(t, s, testSlug, ver(1, 0, 0), fstest.MapFS{"large": {Data: data, Mode: 0o644}})
	view, err := s.Tree(t.Context(), testSlug, ver(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fs.ReadFile(view, "large"); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	path := biggestPack(t, s.repoDir(testSlug))
	pack, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pack[len(pack)-30] ^= 1
	write(t, path, string(pack))
	f, err := view.Open("large")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, f); err == nil || n >= int64(len(data)) {
		t.Errorf("a damaged file was given whole: %d bytes, %v", n, err)
	}
}

func TestSigningKey(t *testing.T) {
	s, _ := damagedStore(t)
	key := filepath.Join(filepath.Dir(s.dir), "signing.key")
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file %v, %v", info, err)
	}
	if again := reopen(t, s); again.AllowedSigners() != s.AllowedSigners() {
		t.Error("a restart made another key")
	}
	try := func(why string, spoil func() error) {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), Config{Dir: s.dir, KeyFile: key})
		wantCode(t, err, plugforge.CodeConflict)
		if err != nil && !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v does not name the file", why, err)
		}
	}
	try("readable by all", func() error { return os.Chmod(key, 0o644) })
	try("torn", func() error { return errors.Join(os.Chmod(key, 0o600), os.Truncate(key, 10)) })
	try("gone", func() error { return os.Remove(key) })
}

// After a failed sync nothing is promised any more, until a restart.
func TestFailedSyncEndsWriting(t *testing.T) {
	s, p := damagedStore(t)
	f, err := os.Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if s.sync(f) == nil {
		t.Fatal("a closed file was synced")
	}
	wantCode(t, s.Ready(), plugforge.CodeUnavailable)
	_, err = s.Publish(t.Context(), publication(testSlug, ver(1, 0, 2)), sampleTree())
	wantCode(t, err, plugforge.CodeUnavailable)
	_, err = s.AppendLedger(t.Context(), testSlug, deployEntry(p[0], "dpl_3"))
	wantCode(t, err, plugforge.CodeUnavailable)
	if _, err := s.Plugins(t.Context(), testSlug); err != nil {
		t.Errorf("reading: %v", err)
	}
	s = reopen(t, s)
	publish(t, s, testSlug, ver(1, 0, 2), sampleTree())
}
