package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
)

var (
	testSlug = plugforge.Slug{Owner: "ns_test", Name: "Text_Embed"}
	testTime = time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)
	testKey  = plugforge.Actor{KeyID: "key_0123456789abcdef", Name: "Ada L. @home"}
)

const someSHA256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func openStore(t testing.TB, marker func(string)) *Store {
	t.Helper()
	data := t.TempDir()
	s, err := Open(t.Context(), Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "signing.key"), Marker: marker})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publication(slug plugforge.Slug, v plugforge.Version) Publication {
	return Publication{
		Plugin: plugforge.Plugin{
			Slug: slug, Version: v, Message: "initial release", Description: "Embeds text.\n\"quoted\" \u2028 <b>",
			Author: testKey, CodeHash: someSHA256, ArchiveSize: 4711, ScanPassed: true,
			Scan:     plugforge.ScanRecord{Policy: someSHA256},
			UploadID: "plu_" + strings.ReplaceAll(v.String(), ".", "-"), CreatedAt: testTime,
		},
	}
}

func ver(major, minor, patch int) plugforge.Version {
	return plugforge.Version{Major: major, Minor: minor, Patch: patch}
}

func sampleTree(extra ...string) fstest.MapFS {
	tree := fstest.MapFS{
		"manifest.py":        {Data: []byte("metadata = {}\n"), Mode: 0o644},
		"pipeline.py":        {Data: []byte("def build_steps(): pass\n"), Mode: 0o644},
		"realtime.py":        {Data: []byte("class InferenceService: pass\n"), Mode: 0o644},
		"processors/core.py": {Data: []byte("x = 1\n"), Mode: 0o644},
		"processors-b/a.py":  {Data: []byte("x = 2\n"), Mode: 0o644},
		"run.sh":             {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		"empty.py":           {Data: nil, Mode: 0o644},
	}
	for _, e := range extra {
		tree["extra.py"] = &fstest.MapFile{Data: []byte(e), Mode: 0o644}
	}
	return tree
}

func publish(t testing.TB, s *Store, slug plugforge.Slug, v plugforge.Version, tree fs.FS) plugforge.Plugin {
	t.Helper()
	p, err := s.Publish(context.Background(), publication(slug, v), tree)
	if err != nil {
		t.Fatalf("publish %s: %v", v, err)
	}
	return p
}

// git runs stock git, as an auditor would, and returns its output.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := tryGit(dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func tryGit(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*", "-c", "core.autocrlf=false"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// checkRepo is what must hold of a repository whenever nothing is under way.
func checkRepo(t testing.TB, s *Store, slug plugforge.Slug) {
	t.Helper()
	dir := s.repoDir(slug)
	out, err := tryGit(dir, "fsck", "--full", "--strict", "--no-dangling")
	for line := range strings.Lines(out) {
		// Of a repository without versions git notes that, and no more.
		if !strings.HasPrefix(line, "notice: HEAD points to an unborn branch") && !strings.HasPrefix(line, "notice: No default references") {
			err = errors.Join(err, errors.New(strings.TrimSpace(line)))
		}
	}
	if err != nil {
		t.Errorf("git fsck: %v", err)
	}
	all := strings.Fields(git(t, dir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
	reached := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(git(t, dir, "rev-list", "--objects", "--all")), "\n") {
		if name, _, _ := strings.Cut(line, " "); name != "" {
			reached[name] = true
		}
	}
	for line := range strings.SplitSeq(git(t, dir, "for-each-ref", "--format=%(objectname)"), "\n") {
		reached[line] = true
	}
	for _, name := range all {
		if !reached[name] {
			t.Errorf("object %s is in the store and no ref leads to it", name)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, quarantine))
	if err != nil || len(left) != 0 {
		t.Errorf("quarantine holds %v, %v", left, err)
	}
	if left, _ := os.ReadDir(filepath.Join(s.dir, foundry)); len(left) != 0 {
		t.Errorf("half-made repositories are left: %v", left)
	}
	if tmp, _ := filepath.Glob(filepath.Join(dir, "objects", "*", "tmp_*")); len(tmp) != 0 {
		t.Errorf("left in objects: %v", tmp)
	}
}

// sameTree fails unless both trees hold the same files, bytes and exec bits.
func sameTree(t testing.TB, got, want fs.FS) {
	t.Helper()
	g, w := listTree(t, got), listTree(t, want)
	for path, entry := range w {
		if g[path] != entry {
			t.Errorf("%s: got %.80q, want %.80q", path, g[path], entry)
		}
	}
	for path := range g {
		if _, ok := w[path]; !ok {
			t.Errorf("%s is there and should not be", path)
		}
	}
}

func listTree(t testing.TB, tree fs.FS) map[string]string {
	t.Helper()
	list := map[string]string{}
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := fs.ReadFile(tree, path)
		list[path] = fmt.Sprintf("%v %s", info.Mode()&0o100 != 0, bytes.Clone(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// wantCode fails unless err has that public code.
func wantCode(t testing.TB, err error, code plugforge.Code) {
	t.Helper()
	if plugforge.CodeOf(err) != code {
		t.Errorf("got error %v (%s), want code %s", err, plugforge.CodeOf(err), code)
	}
}
