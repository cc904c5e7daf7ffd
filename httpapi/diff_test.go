package httpapi_test

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// difference is an answer of diff.
type difference struct {
	V1, V2  string
	Summary struct {
		FilesChanged int `json:"files_changed"`
		Additions    int
		Deletions    int
	}
	Files []struct {
		Path, Status, Diff   string
		OldPath              *string `json:"old_path"`
		Binary, Truncated    bool
		Additions, Deletions int
		URL                  *string
	}
}

func getPatch(t *testing.T, s *testserver.Server, path string) []byte {
	t.Helper()
	r := s.Request("GET", path, nil)
	r.Header.Set("Accept", "text/x-diff")
	a := s.Send(r)
	if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/x-diff") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("patch: %d %v %s", a.Status, a.Header, a.Body)
	}
	return a.Body
}

func TestDiffOptions(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	body := strings.Repeat("x = 1\n", 20)
	before := fixture.With(fixture.Files("text_embed", "1.0.0"), "a b.py", body+"# end\n")
	after := fixture.With(fixture.Files("text_embed", "1.0.1"), "moved/é.py", body+"# the end\n")
	s.Publish("text_embed", "1.0.0", before)
	s.Publish("text_embed", "1.0.1", after)
	s.DeployAndWait("text_embed_1_0_1")
	const diff = "plugins/by-name/text_embed/diff?v1=1.0.0&v2="
	get := func(query string) (d difference) {
		t.Helper()
		s.Want(200, "GET", diff+query, nil).JSON(&d)
		return d
	}
	if d := get("active"); d.V2 != "1.0.1" || d.Summary.FilesChanged < 2 {
		t.Errorf("with what is active: %+v", d)
	}
	all, stat := get("1.0.1"), get("1.0.1&stat=true")
	if stat.Summary != all.Summary || len(stat.Files) != len(all.Files) {
		t.Errorf("counts alone: %+v, all: %+v", stat, all)
	}
	for _, f := range stat.Files {
		if f.Diff != "" || f.Truncated {
			t.Errorf("with stat: %+v", f)
		}
	}
	for _, path := range []string{"a b.py", "moved/é.py"} {
		d := get("1.0.1&context=0&path=" + url.QueryEscape(path))
		if len(d.Files) != 1 || d.Files[0].Path != "moved/é.py" || d.Files[0].OldPath == nil || *d.Files[0].OldPath != "a b.py" || d.Files[0].Status != "renamed" || d.Files[0].Additions != 1 {
			t.Fatalf("%s: %+v", path, d)
		}
		if want := "@@ -21 +21 @@\n-# end\n+# the end\n"; !strings.HasSuffix(d.Files[0].Diff, want) {
			t.Errorf("without context: %q", d.Files[0].Diff)
		}
		patch := getPatch(t, s, diff+"1.0.1&path="+url.QueryEscape(path))
		dir := t.TempDir()
		if err := os.CopyFS(dir, before); err != nil {
			t.Fatal(err)
		}
		apply := exec.Command("git", "apply", "-")
		apply.Dir, apply.Stdin = dir, bytes.NewReader(patch)
		if out, err := apply.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v\n%s", err, out)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "moved", "é.py")); err != nil || string(got) != body+"# the end\n" {
			t.Errorf("after git apply: %q, %v", got, err)
		}
	}
	r := s.Request("GET", diff+"1.0.1&stat=true", nil)
	r.Header.Set("Accept", "text/x-diff")
	if a := s.Send(r); a.Status != 422 || !strings.Contains(a.Message(), "query.stat") {
		t.Errorf("a patch's counts: %d %s", a.Status, a.Body)
	}
}

// What is not in the JSON is where it says.
func TestDiffTruncated(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	long := strings.Repeat("0123456789abcdef\n", 5<<20/17)
	s.Publish("text_embed", "1.0.0", fixture.With(fixture.Files("text_embed", "1.0.0"), "assets/a&b.txt", long))
	s.Publish("text_embed", "1.0.1", fixture.With(fixture.With(fixture.Files("text_embed", "1.0.1"), "assets/a&b.txt", long+"x"), "assets/t.bin", "\x00"))
	var d difference
	s.Want(200, "GET", "plugins/by-name/text_embed/diff?v1=1.0.0&v2=1.0.1", nil).JSON(&d)
	found := 0
	for _, f := range d.Files {
		if f.Truncated == (f.Path != "assets/a&b.txt") || (f.URL == nil) != (!f.Truncated && !f.Binary) {
			t.Errorf("%+v", f)
		}
		if f.URL != nil {
			found++
			if patch := getPatch(t, s, *f.URL); !bytes.Contains(patch, []byte("GIT binary patch")) || bytes.Count(patch, []byte("diff --git")) != 1 {
				t.Errorf("%s at %s: %.300s", f.Path, *f.URL, patch)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d files have a url", found)
	}
}
