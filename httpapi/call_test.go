package httpapi_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"testing"

	"plugforge/httpapi"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// Whatever JSON the server makes ends with a newline and spells < > & as they
// are, good answers and errors alike; what a handler answers is passed on to
// the byte.
func TestOneSpellingOfJSON(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.With(fixture.Files("text_embed", "1.0.0"), "realtime.py", `
class InferenceService:
    async def __call__(self, inputs, parameters):
        return {"a": "<&>"}
`)))
	for _, c := range []struct {
		method, path string
		body         any
		key          bool
	}{
		{"GET", "plugins", nil, false}, // Bearer <api key>
		{"GET", "plugins", nil, true},
		{"GET", "plugins/none_1_0_0", nil, true},
		{"POST", "plugins/uploads", map[string]any{"name": "<&>"}, true},
		{"POST", "plugins/text_embed_1_0_0/realtime/test", nil, true},
		{"GET", "plugins/text_embed_1_0_0/source", nil, true},
		{"BREW", "plugins", nil, true},
		{"GET", "/nothing", nil, true},
		{"GET", "/healthz", nil, false},
		{"GET", "/openapi.json", nil, false},
	} {
		r := s.Request(c.method, c.path, c.body)
		if !c.key {
			r.Header.Del("Authorization")
		}
		a := s.Send(r)
		if !bytes.HasSuffix(a.Body, []byte("}\n")) {
			t.Errorf("%s %s: no newline at the end of %.200s", c.method, c.path, a.Body)
		}
		if at := bytes.Index(a.Body, []byte(`\u003`)); at >= 0 {
			t.Errorf("%s %s: escaped for HTML: %s", c.method, c.path, a.Body[max(0, at-80):at+6])
		}
	}
	if a := s.Want(200, "POST", "realtime/text_embed", nil); string(a.Body) != `{"a":"<&>"}` {
		t.Errorf("the handler's answer: %q", a.Body)
	}
}

// HEAD answers what GET answers, without the body, wherever no key is asked
// for: probes and link checkers send it.
func TestHead(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	head := func(path string) *http.Response {
		t.Helper()
		resp, err := http.Head(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err != nil || len(body) != 0 {
			t.Errorf("HEAD %s: body %q, %v", path, body, err)
		}
		return resp
	}
	var open int
	for _, r := range httpapi.RouteTable(s.API) {
		if !r.Open {
			continue
		}
		open++
		get, resp := s.Want(200, "GET", r.Path, nil), head(r.Path)
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != get.Header.Get("Content-Type") ||
			resp.Header.Get("Content-Length") != strconv.Itoa(len(get.Body)) || resp.Header.Get("X-Request-Id") == "" {
			t.Errorf("HEAD %s: %d %v", r.Path, resp.StatusCode, resp.Header)
		}
	}
	if open != 5 {
		t.Errorf("%d open routes", open)
	}
	if resp := head("/v1/namespaces/ns_test/plugins"); resp.StatusCode != 405 || resp.Header.Get("Allow") != "GET, POST" {
		t.Errorf("HEAD of what needs a key: %d %v", resp.StatusCode, resp.Header)
	}
}
