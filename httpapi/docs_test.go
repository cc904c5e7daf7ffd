package httpapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"plugforge/internal/testserver"
)

// The reference asks no other host for anything, and its policy would stop it.
func TestDocs(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	r := s.Request("GET", "/docs", nil)
	r.Header.Del("Authorization")
	a := s.Send(r)
	if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", a.Status, a.Header)
	}
	if other := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9]|@import|\burl\(`).Find(regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAll(a.Body, nil)); other != nil {
		t.Errorf("the page names %q", other)
	}
	policy := a.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "connect-src 'self'", "script-src 'sha256-", "style-src 'sha256-", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || bytes.Contains(a.Body, []byte("innerHTML")) || bytes.Contains(a.Body, []byte("/*S")) {
		t.Error("the page is looser than it should be")
	}
}

// openapi.json says what openapi.yaml says, in its order.
func TestOpenAPIKeepsItsOrder(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	got := s.Want(200, "GET", "/openapi.json", nil).Body
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var plain, served any
	if err := yaml.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(plain)
	if err := json.Unmarshal(got, &served); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(served); !bytes.Equal(again, want) {
		t.Error("openapi.json and openapi.yaml differ")
	}
	upload, list := bytes.Index(got, []byte("createUpload")), bytes.Index(got, []byte("listPlugins"))
	if upload < 0 || upload > list {
		t.Error("the order of the description is lost")
	}
}
