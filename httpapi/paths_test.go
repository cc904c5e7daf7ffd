package httpapi

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	stdpath "path"
	"strings"
	"testing"

	"plugforge"
)

func TestCanonicalPaths(t *testing.T) {
	for _, c := range []struct {
		path string
		ok   bool
	}{
		{"/", true},
		{"/healthz", true},
		{"/v1/namespaces/ns_a/plugins", true},
		{"/v1/namespaces/ns_a/plugins/", true},
		{"/v1/namespaces/ns_a/realtime/text_embed@1.0.0", true},
		{"/v1/namespaces/ns_a/realtime/text_embed%401.0.0", true},
		{"/v1/namespaces/ns_a/plugins/%C3%A4", true},
		{"/git/ns_a/text_embed.git/info/refs", true},
		{"/v1/namespaces/ns_a/..%2f..%2fns_b/plugins", false},
		{"/v1/namespaces/ns_a/..%2Fns_b/plugins", false},
		{"/v1/namespaces/ns_a/../ns_b/plugins", false},
		{"/v1/namespaces/ns_a/%2e%2e/ns_b/plugins", false},
		{"/v1/namespaces/ns_a/%2E./ns_b/plugins", false},
		{"/v1/./namespaces", false},
		{"/v1/namespaces/.", false},
		{"/v1/namespaces/..", false},
		{"//v1/namespaces", false},
		{"/v1//namespaces", false},
		{"/v1/namespaces//", false},
		{`/v1/namespaces\ns_a`, false},
		{"/v1/namespaces/%5Cns_a", false},
		{"/v1/namespaces/ns_a%00", false},
		{"/v1/namespaces/ns_a%0a", false},
		{"/v1/namespaces/ns_a%7F", false},
		{"/v1/namespaces/%ff", false},
		{"/v1/namespaces/%C0%AF", false},
		{"/v1/namespaces/%6es_a/plugins", false},
		{"/v1/namespaces/ns%5Fa/plugins", false},
		{"/%76%31/namespaces", false},
		{"/v1/namespaces/%c3%a4", false},
		{"/v1/namespaces/\"%2f", false},
		{"/v1/namespaces/\"a", false},
	} {
		u, err := url.ParseRequestURI(c.path)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		err = checkPath(&http.Request{URL: u})
		if c.ok && err != nil || !c.ok && plugforge.CodeOf(err) != plugforge.CodeBadRequest {
			t.Errorf("%s: %v, want ok %v", c.path, err, c.ok)
		}
	}
}

// Whatever path comes, it is answered in place, never by a redirect; and what
// is routed is what cleaning would have made of it.
func FuzzPathNeverRedirects(f *testing.F) {
	for _, seed := range []string{"/", "//", "/v1/../healthz", "/healthz/", "/git/a/b.git/info/refs", "/v1/namespaces/a/realtime/b@1", "/%2e%2e/", "/a/./b", "/a%2fb"} {
		f.Add(seed)
	}
	s := &Server{log: slog.New(slog.DiscardHandler), window: paceWindow}
	s.routes = s.table()
	s.router = s.mount(s.routes)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		// No route has this method, so no handler runs.
		r := httptest.NewRequest(http.MethodOptions, "/", nil)
		r.URL = u
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != 400 && w.Code != 404 && w.Code != 405 {
			t.Fatalf("%q: %d", path, w.Code)
		}
		if w.Code == 400 {
			return
		}
		if cleaned := stdpath.Clean(u.Path); cleaned != u.Path && cleaned+"/" != u.Path {
			t.Fatalf("%q was routed, but is %q when cleaned", path, cleaned)
		}
		if strings.ContainsAny(u.Path, "\\\x00") || strings.Contains(strings.ToLower(u.RawPath), "%2f") {
			t.Fatalf("%q was routed", path)
		}
	})
}
