package httpapi_test

import (
	"bytes"
	"strconv"
	"strings"
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

// HEAD answers what GET answers, without the body: probes and link checkers
// send it, and who wants to know how long a file is.
func TestHead(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	s.DeployAndWait("text_embed_1_0_0")
	link, _ := s.Want(200, "GET", "plugins/text_embed_1_0_0/download", nil).Fields()["presigned_download_url"].(string)
	paths := []string{link, "plugins/text_embed_1_0_0/source?path=manifest.py"}
	for _, r := range httpapi.RouteTable(s.API) {
		path := example(r.Path)
		if r.Method != "GET" || r.Git || r.Org || strings.HasPrefix(path, "/downloads/") {
			continue
		}
		if strings.HasSuffix(path, "/diff") {
			path += "?v1=1.0.0&v2=active"
		}
		paths = append(paths, path)
	}
	for _, path := range paths {
		get, head := s.Want(200, "GET", path, nil), s.Want(200, "HEAD", path, nil)
		length := strconv.Itoa(len(get.Body))
		if strings.HasSuffix(path, "/source") { // as long as it gets
			length = ""
		}
		if len(head.Body) != 0 || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") || head.Header.Get("ETag") != get.Header.Get("ETag") ||
			head.Header.Get("Content-Length") != length || head.Header.Get("X-Request-Id") == "" {
			t.Errorf("HEAD %s: %q %v, GET has %v", path, head.Body, head.Header, get.Header)
		}
	}
	if len(paths) < 15 {
		t.Errorf("only %d paths", len(paths))
	}
	r := s.Request("HEAD", "plugins", nil)
	r.Header.Del("Authorization")
	if a := s.Send(r); a.Status != 401 {
		t.Errorf("HEAD without a key: %d", a.Status)
	}
}
