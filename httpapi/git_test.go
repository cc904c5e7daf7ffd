package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// git runs stock git without any configuration of the machine's.
func git(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1"}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func mustGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := git(t, dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func remote(s *testserver.Server, secret, path string) string {
	return strings.Replace(s.URL, "http://", "http://anyone:"+secret+"@", 1) + "/git/" + path
}

func TestClone(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	tree := fixture.Files("text_embed", "1.0.0")
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", tree))
	s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	reader := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: []plugforge.Scope{plugforge.ScopeRead}})
	from := remote(s, reader, "ns_test/text_embed.git")
	dir := t.TempDir()
	for _, protocol := range []string{"0", "2"} {
		into := filepath.Join(dir, "clone"+protocol)
		mustGit(t, dir, "-c", "protocol.version="+protocol, "clone", "-q", from, into)
		for path, f := range fixture.Files("text_embed", "1.0.1") {
			if got, err := os.ReadFile(filepath.Join(into, path)); err != nil || !bytes.Equal(got, f.Data) {
				t.Errorf("protocol %s: %s differs: %v", protocol, path, err)
			}
		}
		if log := mustGit(t, into, "log", "--format=%s", "main"); log != "publish 1.0.1\npublish 1.0.0\n" {
			t.Errorf("log main: %q", log)
		}
		if log := mustGit(t, into, "log", "--format=%s", "origin/active"); log != "deploy text_embed 1.0.0\n" {
			t.Errorf("log origin/active: %q", log)
		}
		mustGit(t, into, "fsck", "--full", "--strict")
		signers := filepath.Join(dir, "allowed_signers")
		if err := os.WriteFile(signers, s.Want(200, "GET", "/git/allowed_signers", nil).Body, 0o600); err != nil {
			t.Fatal(err)
		}
		mustGit(t, into, "-c", "gpg.ssh.allowedSignersFile="+signers, "verify-tag", "v1.0.0", "v1.0.1")
	}
	shallow := filepath.Join(dir, "shallow")
	mustGit(t, dir, "clone", "-q", "--depth", "1", from, shallow)
	if n := mustGit(t, shallow, "rev-list", "--count", "HEAD"); n != "1\n" {
		t.Errorf("a shallow clone holds %s commits", n)
	}

	// A fetch says what it has, in a body that git compresses.
	for i := range 12 {
		s.Publish("text_embed", fmt.Sprintf("2.0.%d", i), fixture.Files("text_embed", fmt.Sprintf("2.0.%d", i)))
	}
	mustGit(t, filepath.Join(dir, "clone2"), "fetch", "-q", "--tags")
	if tags := mustGit(t, filepath.Join(dir, "clone2"), "tag"); strings.Count(tags, "\n") != 14 {
		t.Errorf("tags after fetch: %s", tags)
	}
	if log := s.Log.String(); strings.Contains(log, "superfluous") {
		t.Errorf("a header was sent twice: %s", log)
	}
}

// What git shows to its user when it is refused.
func TestGitRefusals(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	dir := t.TempDir()
	clone := filepath.Join(dir, "clone")
	mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/text_embed.git"), clone)
	mustGit(t, clone, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "mine")
	if out, err := git(t, clone, "push", "-q"); err == nil || !strings.Contains(out, "pushing is not how a version is made here") {
		t.Errorf("push: %v\n%s", err, out)
	}
	invoker := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: []plugforge.Scope{plugforge.ScopeInvoke}})
	for what, c := range map[string]struct{ from, says string }{
		"no plugin":        {remote(s, s.Key, "ns_test/no_embed.git"), "no_embed"},
		"no namespace":     {remote(s, s.Key, "ns_other/text_embed.git"), `namespace "ns_other" not found`},
		"no read scope":    {remote(s, invoker, "ns_test/text_embed.git"), "lacks the scope read"},
		"a wrong key":      {remote(s, "sk_nothing", "ns_test/text_embed.git"), "Authentication failed"},
		"no key":           {s.URL + "/git/ns_test/text_embed.git", "could not read Username"},
		"in other letters": {remote(s, s.Key, "ns_test/TEXT_EMBED.git"), "not found"},
	} {
		out, err := git(t, dir, "clone", "-q", c.from, filepath.Join(dir, strings.ReplaceAll(what, " ", "_")))
		if err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
}

// What no git sends.
func TestGitBadRequests(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 9 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	w.Close()
	const request = "application/x-git-upload-pack-request"
	for what, c := range map[string]struct {
		method, path, contentType, encoding string
		body                                []byte
		status                              int
	}{
		"dumb protocol":   {"GET", "info/refs", "", "", nil, 403},
		"another service": {"GET", "info/refs?service=git-upload-archive", "", "", nil, 403},
		"receive-pack":    {"POST", "git-receive-pack", "application/x-git-receive-pack-request", "", []byte("0000"), 403},
		"another type":    {"POST", "git-upload-pack", "text/plain", "", []byte("0000"), 415},
		"another packing": {"POST", "git-upload-pack", request, "br", []byte("0000"), 415},
		"no gzip":         {"POST", "git-upload-pack", request, "gzip", []byte("0000"), 400},
		"half a gzip":     {"POST", "git-upload-pack", request, "gzip", packed.Bytes()[:packed.Len()/2], 400},
		"a gzip bomb":     {"POST", "git-upload-pack", request, "gzip", packed.Bytes(), 413},
		"too long":        {"POST", "git-upload-pack", request, "", make([]byte, 9<<20), 413},
	} {
		var body any
		if c.body != nil {
			body = c.body
		}
		r := s.Request(c.method, "/git/ns_test/text_embed.git/"+c.path, body)
		r.SetBasicAuth("x", s.Key)
		r.Header.Set("Content-Type", c.contentType)
		r.Header.Set("Content-Encoding", c.encoding)
		a := s.Send(r)
		if a.Status != c.status || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") || len(a.Body) == 0 {
			t.Errorf("%s: %d %s %q, want %d", what, a.Status, a.Header.Get("Content-Type"), a.Body, c.status)
		}
	}
	r := s.Request("GET", "/git/ns_test/text_embed.git/info/refs?service=git-upload-pack", nil)
	r.SetBasicAuth("x", s.Key)
	r.Header.Set("Git-Protocol", "version=2")
	if a := s.Send(r); a.Status != http.StatusOK || a.Header.Get("Content-Type") != "application/x-git-upload-pack-advertisement" || !strings.Contains(string(a.Body), "version 2") {
		t.Errorf("protocol 2: %d %s", a.Status, a.Body)
	}
}
