package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// original is the generated client of the original API, at the newest version
// whose two classes have all the calls that drive.py drives. Higher numbers are
// not newer here: 0.82 to 1.3.1 lack realtime/test and reconfigure, 1.3.2 and up
// lack the classes.
const original = "mixpeek==0.81.1"

// The original API's own client, as its users install it, drives the server:
// all 14 calls of CustomPluginsNamespaceApi and all 5 of PluginsApi, each seen
// to answer a model of the client with the values wanted, and to raise the
// client's exception.
func TestOriginalClient(t *testing.T) {
	t.Parallel()
	python := originalClient(t)
	s := testserver.Start(t)
	s.NewKey(plugforge.Key{Org: "org_other", Namespaces: []plugforge.Owner{"ns_foreign"}})
	dir := t.TempDir()
	archive := func(name, version string, change ...string) string {
		tree := fixture.Files(name, version)
		if len(change) > 0 {
			tree = fixture.With(tree, change[0], change[1])
		}
		path := filepath.Join(dir, fmt.Sprintf("%s_%s.zip", name, version))
		if err := os.WriteFile(path, fixture.Zip(tree), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	told, err := json.Marshal(map[string]any{
		"url": s.URL, "namespace": testserver.Namespace, "other_namespace": "ns_foreign", "organization": "org_test",
		"keys": map[string]string{
			"namespace": s.Key,
			"reader":    s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: []plugforge.Scope{plugforge.ScopeRead}}),
			"boss":      s.NewKey(plugforge.Key{Scopes: []plugforge.Scope{plugforge.ScopeOrg}}),
		},
		"archives": map[string]string{
			"text_embed_1_0_0": archive("text_embed", "1.0.0"),
			"text_embed_1_1_0": archive("text_embed", "1.1.0"),
			"text_embed_1_2_0": archive("text_embed", "1.2.0", "processors/core.py", "raise RuntimeError('no model here')\n"),
			"forbidden":        archive("text_embed", "1.3.0", "processors/core.py", "import subprocess\n"),
			"shared_1.0.0":     archive("shared", "1.0.0"),
			"shared_1.1.0":     archive("shared", "1.1.0"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	// From a copy: what it reads counts as this test's input, and Python's
	// compiled files stay out of the repository.
	scripts := filepath.Join(dir, "scripts")
	if err := os.CopyFS(scripts, os.DirFS("testdata/original")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, python, "-E", filepath.Join(scripts, "drive.py"))
	cmd.Stdin = bytes.NewReader(told)
	out, err := cmd.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "14 14 5 5" {
		t.Errorf("%s: %v\n%s", original, err, got)
	}
}

// originalClient gives a Python that has the client. Its virtual environment
// lies in the user's cache folder and is made once, from the package index
// that pip is set up for.
func originalClient(t *testing.T) (python string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("a cache folder for the original client: %v", err)
	}
	dir := filepath.Join(cache, "plugforge-test", strings.ReplaceAll(original, "==", "-"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// Other test runs may be making it too.
	lock, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	env, whole := filepath.Join(dir, "env"), filepath.Join(dir, "whole")
	python = filepath.Join(env, "bin", "python")
	if _, err := os.Stat(whole); err == nil {
		return python
	}
	if err := os.RemoveAll(env); err != nil { // what a killed run left
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	for _, c := range []struct {
		mend string
		args []string
	}{
		{"python3-venv may be missing: make setup installs it", []string{"/usr/bin/python3", "-m", "venv", env}},
		{"this test needs the package index once; try again where pip reaches it", []string{
			python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "--timeout", "20", original}},
	} {
		if out, err := exec.CommandContext(ctx, c.args[0], c.args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("the original client %s can't be installed into %s (%s)\n%s: %v\n%s", original, env, c.mend, strings.Join(c.args, " "), err, out)
		}
	}
	if err := os.WriteFile(whole, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return python
}
