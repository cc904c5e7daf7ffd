package gitstore

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"plugforge"
)

func TestPublishAndReadBack(t *testing.T) {
	s := openStore(t, nil)
	tree := sampleTree()
	first := publish(t, s, testSlug, ver(1, 0, 0), tree)
	second := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("changed\n"))

	want := publication(testSlug, ver(1, 0, 0)).Plugin
	want.HasRealtime = true
	want.Commit, want.ContentHash = first.Commit, first.ContentHash
	if hash, err := ContentHash(t.Context(), tree); err != nil || hash != first.ContentHash || len(hash) != 64 {
		t.Errorf("content hash %q, %v; want %q", hash, err, first.ContentHash)
	}
	got, err := s.Plugin(t.Context(), testSlug, ver(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(first, want) {
		t.Errorf("read back\n%+v\npublished\n%+v\nwant\n%+v", got, first, want)
	}
	list, err := s.Plugins(t.Context(), testSlug)
	if err != nil || !reflect.DeepEqual(list, []plugforge.Plugin{first, second}) {
		t.Errorf("list %+v, %v", list, err)
	}
	glances, err := s.Glances(t.Context())
	if err != nil || len(glances) != 1 || !glances[0].Still || glances[0].Active != "" ||
		!glances[0].Holds([]plugforge.Version{first.Version, second.Version}, nil, second.Commit) ||
		glances[0].Holds([]plugforge.Version{first.Version}, nil, second.Commit) ||
		glances[0].Holds([]plugforge.Version{first.Version, second.Version}, nil, first.Commit) {
		t.Fatalf("glances %+v, %v", glances, err)
	}
	if slug, err := s.SlugOf(t.Context(), glances[0]); err != nil || slug != testSlug {
		t.Errorf("slug %v, %v", slug, err)
	}
	view, err := s.Tree(t.Context(), testSlug, ver(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, view, tree)
	if err := fstest.TestFS(view, "manifest.py", "processors/core.py", "processors-b/a.py", "empty.py"); err != nil {
		t.Error(err)
	}
	_, err = s.Plugin(t.Context(), testSlug, ver(9, 0, 0))
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = s.Plugin(t.Context(), plugforge.Slug{Owner: "ns_other", Name: testSlug.Name}, ver(1, 0, 0))
	wantCode(t, err, plugforge.CodeNotFound)
	checkRepo(t, s, testSlug)
}

// What an auditor does with stock git on a clone.
func TestStockGitVerifies(t *testing.T) {
	s := openStore(t, nil)
	p := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two\n"))
	if _, err := s.AppendLedger(t.Context(), testSlug, deployEntry(p, "dpl_1")); err != nil {
		t.Fatal(err)
	}
	signers := filepath.Join(t.TempDir(), "allowed")
	if err := os.WriteFile(signers, []byte(s.AllowedSigners()), 0o600); err != nil {
		t.Fatal(err)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, ".", "clone", "-q", s.repoDir(testSlug), clone)
	verify := []string{"-c", "gpg.ssh.allowedSignersFile=" + signers}
	for _, args := range [][]string{{"verify-tag", "v1.0.0", "v1.0.1"}, {"verify-commit", "v1.0.0^{commit}", "origin/main", "origin/active"}} {
		out := git(t, clone, append(verify, args...)...)
		if strings.Count(out, "Good \"git\" signature for "+committerEmail) != len(args)-1 {
			t.Errorf("%v: %s", args, out)
		}
	}
	if got := git(t, clone, "log", "--format=%an <%ae> %s", "v1.0.0"); got != "Ada L. @home <key_0123456789abcdef@plugforge> initial release\n" {
		t.Errorf("log %q", got)
	}
	if got := git(t, clone, "log", "--format=%(trailers:key=Upload-Id,valueonly)", "-1", "v1.0.0"); strings.TrimSpace(got) != "plu_1-0-0" {
		t.Errorf("trailer %q", got)
	}
	sameTree(t, os.DirFS(clone), sampleTree("two\n"))
	checkRepo(t, s, testSlug)
}

// The same input at the same time makes the same commit, wherever it is made.
func TestPublishIsDeterministic(t *testing.T) {
	data := t.TempDir()
	var commits []string
	for _, dir := range []string{"a", "b"} {
		s, err := Open(t.Context(), Config{Dir: filepath.Join(data, dir), KeyFile: filepath.Join(data, "key")})
		if err == nil {
			commits = append(commits, publish(t, s, testSlug, ver(1, 0, 0), sampleTree()).Commit)
			continue
		}
		t.Fatal(err)
	}
	if commits[0] != commits[1] {
		t.Errorf("commits differ: %v", commits)
	}
}

func TestPublishAgain(t *testing.T) {
	s := openStore(t, nil)
	first := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	if again := publish(t, s, testSlug, ver(1, 0, 0), sampleTree("other\n")); !reflect.DeepEqual(first, again) {
		t.Errorf("the same upload made %+v after %+v", again, first)
	}
	other := publication(testSlug, ver(1, 0, 0))
	other.Plugin.UploadID = "plu_other"
	_, err := s.Publish(t.Context(), other, sampleTree())
	wantCode(t, err, plugforge.CodeAlreadyExists)

	// A packed tag is as taken as a loose one, for the same upload and others.
	git(t, s.repoDir(testSlug), "pack-refs", "--all")
	if again := publish(t, s, testSlug, ver(1, 0, 0), sampleTree()); !reflect.DeepEqual(first, again) {
		t.Errorf("after pack-refs the same upload made %+v", again)
	}
	_, err = s.Publish(t.Context(), other, sampleTree())
	wantCode(t, err, plugforge.CodeAlreadyExists)
	second := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two"))
	git(t, s.repoDir(testSlug), "gc", "-q", "--aggressive", "--prune=now")
	list, err := s.Plugins(t.Context(), testSlug)
	if err != nil || !reflect.DeepEqual(list, []plugforge.Plugin{first, second}) {
		t.Errorf("after gc: %+v, %v", list, err)
	}
	checkRepo(t, s, testSlug)
}

// A deleted version's number stays taken, whatever DELETE's crash left.
func TestTombstone(t *testing.T) {
	s := openStore(t, nil)
	publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	gone := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("secret\n"))
	last := publish(t, s, testSlug, ver(1, 0, 2), sampleTree("three\n"))
	dir := s.repoDir(testSlug)
	git(t, dir, "-c", "user.name=x", "-c", "user.email=x@y", "tag", "-a", "-m", "withdrawn", "deleted/v1.0.1", gone.Commit)
	for _, both := range []bool{true, false} {
		if !both {
			git(t, dir, "update-ref", "-d", "refs/tags/v1.0.1")
		}
		_, err := s.Plugin(t.Context(), testSlug, gone.Version)
		wantCode(t, err, plugforge.CodeNotFound)
		_, err = s.Publish(t.Context(), publication(testSlug, gone.Version), sampleTree("secret\n"))
		wantCode(t, err, plugforge.CodeAlreadyExists)
		list, err := s.Plugins(t.Context(), testSlug)
		if err != nil || len(list) != 2 || list[1].Commit != last.Commit {
			t.Errorf("both tags %v: %+v, %v", both, list, err)
		}
	}
	publish(t, s, testSlug, ver(1, 0, 3), sampleTree("four\n"))
	git(t, dir, "fsck", "--strict")
}

func TestRacingPublishers(t *testing.T) {
	data := t.TempDir()
	const racers = 32
	var wg sync.WaitGroup
	errs := make([]error, racers)
	for i := range racers {
		// Two stores on one folder stand for two processes: flock decides.
		s, err := Open(t.Context(), Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "key")})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			p := publication(testSlug, ver(1, 0, 0))
			p.Plugin.UploadID = fmt.Sprintf("plu_%d", i)
			_, errs[i] = s.Publish(t.Context(), p, sampleTree(fmt.Sprint(i)))
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantCode(t, err, plugforge.CodeAlreadyExists)
	}
	if won != 1 {
		t.Errorf("%d of %d racers won", won, racers)
	}
	s, err := Open(t.Context(), Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "key")})
	if err != nil {
		t.Fatal(err)
	}
	checkRepo(t, s, testSlug)
}

func TestNamesThatDifferByCase(t *testing.T) {
	s := openStore(t, nil)
	publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	other := plugforge.Slug{Owner: testSlug.Owner, Name: "text_embed"}
	_, err := s.Publish(t.Context(), publication(other, ver(1, 0, 1)), sampleTree())
	wantCode(t, err, plugforge.CodeConflict)
	if err == nil || !strings.Contains(err.Error(), string(testSlug.Name)) {
		t.Errorf("%v does not name the plugin that is there", err)
	}
	_, err = s.Plugin(t.Context(), other, ver(1, 0, 0))
	wantCode(t, err, plugforge.CodeNotFound)
	publish(t, s, plugforge.Slug{Owner: "org_test", Name: "text_embed"}, ver(1, 0, 0), sampleTree())
}

// What git could not carry is refused, and leaves nothing.
func TestRefusedTrees(t *testing.T) {
	s := openStore(t, nil)
	for _, path := range []string{".git", ".GIT/config", "a/.git/hooks/x", ".g\u200cit/x", "git~1/x", ".git./x", ".gitmodules", "a/.gitattributes", "GITMOD~1", "a\\b", "a\nb", "a\x7fb", "\xff", "ok/" + strings.Repeat("x", 256)} {
		tree := sampleTree()
		tree[path] = &fstest.MapFile{Data: []byte("x"), Mode: 0o644}
		_, err := s.Publish(t.Context(), publication(testSlug, ver(1, 0, 0)), tree)
		if err == nil {
			t.Errorf("%q was published", path)
		}
	}
	link := sampleTree()
	link["link"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: os.ModeSymlink | 0o777}
	_, err := s.Publish(t.Context(), publication(testSlug, ver(1, 0, 0)), link)
	wantCode(t, err, plugforge.CodeValidation)
	_, err = s.Publish(t.Context(), publication(testSlug, ver(1, 0, 0)), fstest.MapFS{})
	wantCode(t, err, plugforge.CodeValidation)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "*", "*", "*")); len(left) != 0 {
		t.Errorf("refused uploads left %v", left)
	}
}

func TestRefusedPublications(t *testing.T) {
	s := openStore(t, nil)
	for name, spoil := range map[string]func(*Publication){
		"owner":       func(p *Publication) { p.Plugin.Slug.Owner = "../x" },
		"name":        func(p *Publication) { p.Plugin.Slug.Name = "a/../b" },
		"version":     func(p *Publication) { p.Plugin.Version.Major = -1 },
		"nul":         func(p *Publication) { p.Plugin.Message = "a\x00b" },
		"utf-8":       func(p *Publication) { p.Plugin.Description = "\xff" },
		"long":        func(p *Publication) { p.Plugin.Message = strings.Repeat("x", maxMessage+1) },
		"code hash":   func(p *Publication) { p.Plugin.CodeHash = "x" },
		"policy hash": func(p *Publication) { p.Plugin.Scan.Policy = "\nPlugin: other" },
		"upload":      func(p *Publication) { p.Plugin.UploadID = "a\nb" },
		"author":      func(p *Publication) { p.Plugin.Author.Name = "x <y>\n" },
		"time":        func(p *Publication) { p.Plugin.CreatedAt = p.Plugin.CreatedAt.AddDate(-100, 0, 0) },
	} {
		p := publication(testSlug, ver(1, 0, 0))
		spoil(&p)
		_, err := s.Publish(t.Context(), p, sampleTree())
		t.Run(name, func(t *testing.T) { wantCode(t, err, plugforge.CodeValidation) })
	}
}
