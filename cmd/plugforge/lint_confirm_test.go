package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plugforge"
	"plugforge/blobs"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/sqlite"
)

// badManifests each break rules of the manifest: one, or many at once.
func badManifests() map[string]map[string]string {
	one := func(text string) map[string]string {
		return map[string]string{"manifest.py": "metadata = {\"name\": \"text_embed\", \"version\": \"1.0.0\"}\n" + text + "\n"}
	}
	return map[string]map[string]string{
		"syntax":       {"manifest.py": "metadata = {\n"},
		"no name":      {"manifest.py": "version = \"1.0.0\"\n"},
		"other name":   {"manifest.py": "metadata = {\"name\": \"other\", \"version\": \"1.0.0\"}\n"},
		"environment":  one("import os\ndescription = os.environ.get(\"X\", \"d\")"),
		"call":         one("description = make()"),
		"look-alikes":  one("features = [{\"type\": \"embedding\", \"name\": \"v\", \"dimensions\": 8, \"distance\": \"dot\"}]"),
		"near misses":  one("features = [{\"feature_typ\": \"embedding\", \"feature_name\": \"v\", \"embeding_dim\": 8}]\ndependancies = []\ncompute_profile = {\"batchsize\": 1}"),
		"dependencies": one("dependencies = [\"numpy>=2,<1\", \"a=1\", \"Zope.Interface\", \"zope_interface\", \"x @ https://u:p@h/x.zip\"]"),
		"schema":       one("from pydantic import BaseModel, Field\nclass A(BaseModel):\n    a: Widget\n    b: int = Field(const=1)\n    c: str = make()\n    d: \"List[\"\ninput_schema = A"),
		"no steps":     {"pipeline.py": "def steps():\n    return []\n"},
		"no handler":   {"realtime.py": "class Service:\n    pass\n"},
		"long":         one("features = [" + strings.Repeat("{\"type\": \"x\", \"name\": \"é\\n\\u202e\"},\n", 30) + "]"),
		"everything":   {"manifest.py": "x = (\n", "pipeline.py": "import os\nos.system(\"x\")\n", "realtime.py": "y = 1\n"},
	}
}

// TestLintSaysWhatConfirmSays compares what an author reads before the upload
// with what the upload's answer holds: the same lines, in the same order.
func TestLintSaysWhatConfirmSays(t *testing.T) {
	reg := openRegistry(t)
	for name, files := range badManifests() {
		t.Run(name, func(t *testing.T) {
			tree := fixture.Files("text_embed", "1.0.0")
			for path, text := range files {
				tree = fixture.With(tree, path, text)
			}
			confirmed := confirmFindings(t, reg, fixture.Zip(tree))
			dir := filepath.Join(t.TempDir(), "text_embed")
			if err := os.CopyFS(dir, tree); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			var out bytes.Buffer
			lint := newLint()
			lint.SetArgs([]string{})
			lint.SetOut(&out)
			lint.SetErr(io.Discard)
			lint.SilenceErrors, lint.SilenceUsage = true, true
			var rejected *rejectedFolder
			if err := lint.ExecuteContext(t.Context()); err != nil && !errors.As(err, &rejected) {
				t.Fatal(err)
			}
			linted := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			// Only an upload has a name to compare with.
			confirmed = without(confirmed, "manifest.name-mismatch")
			if rejected == nil {
				linted = nil
			}
			if got, want := strings.Join(linted, "\n"), strings.Join(confirmed, "\n"); got != want {
				t.Errorf("lint\n%s\nconfirm\n%s", got, want)
			}
			if len(confirmed) == 0 && name != "other name" {
				t.Error("nothing was found")
			}
		})
	}
}

func without(lines []string, word string) []string {
	var out []string
	for _, l := range lines {
		if !strings.Contains(l, word) {
			out = append(out, l)
		}
	}
	return out
}

// openRegistry is a registry with real stores.
func openRegistry(t *testing.T) *registry.Registry {
	t.Helper()
	dir := t.TempDir()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "plugforge.db"))
	check(err)
	t.Cleanup(func() { _ = db.Close() })
	git, err := gitstore.Open(t.Context(), gitstore.Config{Dir: filepath.Join(dir, "git"), KeyFile: filepath.Join(dir, "signing_key")})
	check(err)
	store, err := blobs.Open(filepath.Join(dir, "blobs"))
	check(err)
	reg, err := registry.Open(t.Context(), registry.Config{DB: db, Git: git, Blobs: store, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	check(err)
	t.Cleanup(func() { reg.Close() })
	return reg
}

// confirmFindings uploads an archive and gives what its confirmation answers.
func confirmFindings(t *testing.T, reg *registry.Registry, content []byte) []string {
	t.Helper()
	by := plugforge.Actor{KeyID: "key_0123456789abcdef", Name: "ci"}
	u, err := reg.CreateUpload(t.Context(), registry.UploadRequest{Owner: "ns_a", Name: "text_embed", By: by})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reg.Receive(t.Context(), u.ID, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	v, err := reg.Confirm(t.Context(), registry.ConfirmRequest{Owner: "ns_a", UploadID: u.ID, By: by})
	if err != nil {
		t.Fatal(err)
	}
	if v.Passed {
		t.Fatalf("passed: %+v", v)
	}
	return v.Findings
}
