package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plugforge"
	"plugforge/httpapi"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// Bad input, route by route: the status, and what the message must name.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	const id, slug = "plugins/text_embed_1_0_0", "plugins/by-name/text_embed"
	long := strings.Repeat("x", 1<<20+1)
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		says         string
	}{
		{"POST", "plugins/uploads", nil, 422, "body"},
		{"POST", "plugins/uploads", `{"name":`, 422, "ends too early"},
		{"POST", "plugins/uploads", `{"name":"text_embed","name":"x"}`, 422, "body.name: is given twice"},
		{"POST", "plugins/uploads", `{"name":1,"version":2}`, 422, "body.name: must be a string; body.version: must be a string"},
		{"POST", "plugins/uploads", `{"name":"` + long + `"}`, 413, "1048576"},
		{"POST", "plugins/uploads", map[string]any{"name": "a"}, 422, "letter"},
		{"POST", "plugins/uploads", map[string]any{"name": "../../etc"}, 422, "letter"},
		{"POST", "plugins/uploads", map[string]any{"name": "naïve"}, 422, "letter"},
		{"POST", "plugins/uploads", map[string]any{"name": "text_embed\n"}, 422, "letter"},
		{"POST", "plugins/uploads", map[string]any{"name": strings.Repeat("a", 65)}, 422, "letter"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "version": "1.0.0-rc1"}, 422, "X.Y.Z"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "version": "01.0.0"}, 422, "leading zeros"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "version": "1.0.0.0"}, 422, "X.Y.Z"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "version": ""}, 422, "X.Y.Z"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "description": strings.Repeat("ä", 501)}, 422, "501 characters"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "file_size_bytes": -1}, 422, "body.file_size_bytes"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "file_size_bytes": 500<<20 + 1}, 422, "524288000"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "presigned_url_expiration": 59}, 422, "60 to 86400"},
		{"POST", "plugins/uploads", map[string]any{"name": "x_embed", "presigned_url_expiration": 86401}, 422, "60 to 86400"},
		{"POST", "plugins/uploads", map[string]any{"name": "text_embed", "version": "1"}, 409, "1.0.0"},
		{"POST", "plugins/uploads", map[string]any{"name": "TEXT_embed"}, 409, "text_embed"},

		{"POST", "plugins/uploads/plu_nothing/confirm", nil, 404, "plu_nothing"},
		{"POST", "plugins/uploads/x/confirm", "[]", 422, "object"},
		{"POST", "plugins/uploads/x/confirm", map[string]any{"message": strings.Repeat("m", 1<<20)}, 413, "1048576"},
		{"POST", "plugins/uploads/x/confirm", map[string]any{"message": "a\x00b"}, 422, "body.message"},
		{"POST", "plugins/uploads/x/confirm", map[string]any{"file_size_bytes": -5}, 422, "body.file_size_bytes"},
		{"POST", "plugins/uploads/x/confirm", map[string]any{"etag": 5}, 422, "body.etag"},

		{"GET", "plugins?limit=0", nil, 422, "query.limit"},
		{"GET", "plugins?limit=201", nil, 422, "1 to 200"},
		{"GET", "plugins?limit=1;x", nil, 400, "query"},
		{"GET", "plugins?cursor=nonsense", nil, 422, "cursor"},
		{"GET", "plugins?active=perhaps", nil, 422, "query.active"},
		{"GET", "plugins/text_embed", nil, 404, `"text_embed"`},
		{"GET", "plugins/text_embed_9_9_9", nil, 404, `"text_embed_9_9_9"`},
		{"GET", "plugins/Text_embed_1_0_0", nil, 404, "not found"},
		{"GET", "plugins/text_embed_1_0_00", nil, 404, "not found"},
		{"GET", "plugins/text_embed_v1_0_0", nil, 404, "not found"},
		{"GET", id + "?return_presigned_urls=x", nil, 422, "return_presigned_urls"},

		{"POST", id + "/deploy?wait=forever", nil, 422, "query.wait"},
		{"POST", id + "/deploy?wait=61s", nil, 422, "60s"},
		{"POST", id + "/deploy?deployment_type=serverless", nil, 422, "realtime or batch_only"},
		{"POST", id + "/deploy?wait=x", `{"message":1}`, 422, "message"},
		{"POST", "plugins/no_embed_1_0_0/deploy", `{"message":1}`, 422, "message"},
		{"POST", "plugins/no_embed_1_0_0/deploy", nil, 404, "no_embed_1_0_0"},
		{"POST", "plugins/no_embed_1_0_0/undeploy", "{", 422, "JSON"},
		{"POST", "plugins/no_embed_1_0_0/undeploy", nil, 404, "no_embed_1_0_0"},
		{"GET", "plugins/no_embed_1_0_0/status?wait=x", nil, 422, "query.wait"},
		{"GET", "plugins/no_embed_1_0_0/status", nil, 404, "no_embed_1_0_0"},
		{"GET", "plugins/no_embed_1_0_0/download", nil, 404, "no_embed_1_0_0"},
		{"GET", "plugins/no_embed_1_0_0/source", nil, 404, "no_embed_1_0_0"},
		{"GET", "plugins/no_embed_1_0_0/source?path=..", nil, 422, "query.path"},

		{"DELETE", "plugins/no_embed_1_0_0", nil, 404, "no_embed_1_0_0"},
		{"DELETE", "plugins/no_embed", nil, 404, "no_embed"},
		{"DELETE", id + "?message=%00", nil, 422, "query.message"},
		{"DELETE", id + "?message=" + strings.Repeat("m", 10_001), nil, 422, "10001 characters"},
		{"DELETE", id + "?message=a&message=b", nil, 422, "more than once"},
		{"DELETE", "/v1/plugins/text_embed_1_0_0", nil, 403, "scope org"},
		{"GET", "plugins/available?limit=0", nil, 422, "query.limit"},
		{"GET", "plugins/available?cursor=x", nil, 422, "cursor"},
		{"POST", "plugins/org/text_embed_1_0_0/enable", `{"params":[]}`, 422, "body.params"},
		{"POST", "plugins/org/text_embed_1_0_0/enable", `{"params":"x","deploy":1}`, 422, "body.deploy: must be true or false"},
		{"POST", "plugins/org/text_embed_1_0_0/enable", `{"params":{"a":1,"a":2}}`, 422, "twice"},
		{"POST", "plugins/org/text_embed_1_0_0/enable", map[string]any{"params": map[string]any{"a": strings.Repeat("x", 64<<10)}}, 422, "65536"},
		{"POST", "plugins/org/text_embed_1_0_0/enable?wait=x", nil, 422, "query.wait"},
		{"POST", "plugins/org/text_embed_1_0_0/enable", nil, 404, "organisation"},
		{"POST", "plugins/org/text_embed/enable", nil, 404, "organisation"},
		{"POST", "plugins/org/text_embed_1_0_0/disable", nil, 404, "own"},
		{"POST", "plugins/org/no_embed_1_0_0/disable", nil, 404, "no_embed_1_0_0"},
		{"POST", "plugins/no_embed_1_0_0/realtime/test", "{}", 404, "no_embed_1_0_0"},
		{"POST", id + "/realtime/test", "{}", 409, "deploy"},
		{"POST", "realtime/text_embed", "{}", 404, "not deployed"},
		{"POST", "realtime/no_embed", "{}", 404, "no_embed"},
		{"POST", "realtime/text_embed@1.0.0", "{}", 404, "1.0.0"},
		{"POST", "realtime/text_embed@", "{}", 404, "text_embed@"},
		{"POST", "realtime/text_embed@one", "{}", 422, "X.Y.Z"},
		{"POST", "realtime/text_embed@1.0.0@2", "{}", 404, ""},
		{"POST", "realtime/x", "{}", 404, "x"},

		{"GET", "plugins/by-name/no_embed/versions", nil, 404, "no_embed"},
		{"GET", "plugins/by-name/a/versions", nil, 404, `"a"`},
		{"GET", slug + "/versions?limit=many", nil, 422, "query.limit"},
		{"GET", slug + "/versions?cursor=x", nil, 422, "cursor"},
		{"GET", slug + "/versions?deployed=ever", nil, 422, "query.deployed"},
		{"GET", slug + "/versions?deployed=", nil, 422, "query.deployed"},
		{"GET", slug + "/versions?since=2026-01-02", nil, 422, "RFC 3339"},
		{"GET", slug + "/versions?author=", nil, 422, "query.author"},
		{"GET", slug + "/versions?author=a%00b", nil, 422, "NUL"},
		{"GET", slug + "/versions?author=a&author=b", nil, 422, "more than once"},
		{"GET", slug + "/deployments?at=yesterday", nil, 422, "RFC 3339"},
		{"GET", slug + "/deployments?cursor=x", nil, 422, "cursor"},
		{"GET", slug + "/source", nil, 404, "no active version"},
		{"GET", slug + "/diff?v1=1.0.0", nil, 422, "query.v2"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.9", nil, 404, "1.0.9"},
		{"GET", slug + "/diff?v1=1.0.0&v2=active", nil, 404, "no active version"},
		{"GET", slug + "/diff?v1=ACTIVE&v2=1.0.0", nil, 422, "X.Y.Z"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&path=../manifest.py", nil, 422, "query.path"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&path=", nil, 422, "query.path"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&path=none.py", nil, 404, "none.py"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&path=processors", nil, 404, "processors"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&path=a%00b", nil, 422, "NUL"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&context=-1", nil, 422, "0 to 1000"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&context=1001", nil, 422, "query.context"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&context=three", nil, 422, "query.context"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&stat=some", nil, 422, "query.stat"},
		{"GET", slug + "/diff?v1=1.0.0&v2=1.0.0&v2=1.0.0", nil, 422, "more than once"},
		{"POST", slug + "/rollback", `{"version":"x"}`, 422, "body.version"},
		{"POST", slug + "/rollback", `{"version":"1.0.0","target_version":"1.0.1"}`, 422, "body.target_version"},
		{"POST", slug + "/rollback", `{"version":"7.7.7"}`, 404, "7_7_7"},
		{"POST", slug + "/rollback", `{"plugin_id":"other_embed_1_0_0"}`, 404, "other_embed_1_0_0"},
		{"POST", slug + "/rollback", `{"plugin_id":"nonsense"}`, 404, "nonsense"},
		{"POST", slug + "/rollback?wait=x", nil, 422, "query.wait"},
		{"POST", slug + "/rollback", nil, 409, "roll back"},
		{"POST", "plugins/by-name/no_embed/rollback", nil, 404, "no_embed"},
	} {
		a := s.Call(c.method, c.path, c.body)
		if a.Status != c.status || !strings.Contains(a.Message(), c.says) {
			t.Errorf("%s %s %.80v: %d %.300s; want %d naming %q", c.method, c.path, c.body, a.Status, a.Body, c.status, c.says)
		}
	}
	// Nothing of all that left a trace.
	if list := s.Want(200, "GET", "plugins", nil).Fields(); list["total"] != 1.0 {
		t.Errorf("afterwards: %v", list)
	}
}

// formRoute takes a form; its bodies have tests of their own.
const formRoute = "/v1/namespaces/{namespace_id}/plugins"

// Every route that takes JSON refuses other types and bodies over its limit,
// before it looks whether what it names exists.
func TestBodiesOfEveryRoute(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Key = s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: append(plugforge.DefaultScopes(), plugforge.ScopeOrg)})
	for _, r := range httpapi.RouteTable(s.API) {
		if r.Method != http.MethodPost || r.Git || r.Path == formRoute {
			continue
		}
		path, limit := example(r.Path), 1<<20
		switch {
		case r.Scope == plugforge.ScopeInvoke, strings.HasSuffix(r.Path, "/search"):
			limit = 16 << 20
		case strings.HasSuffix(r.Path, "/points"):
			limit = 64 << 20
		}
		for _, kind := range []string{"text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"} {
			req := s.Request("POST", path, "{}")
			req.Header.Set("Content-Type", kind)
			if a := s.Send(req); a.Status != 415 || a.ErrorType() != "UnsupportedMediaTypeError" {
				t.Errorf("%s with %s: %d %s", path, kind, a.Status, a.Body)
			}
		}
		over := strings.Repeat(" ", limit+1)
		for _, declared := range []bool{true, false} {
			req := s.Request("POST", path, over)
			if !declared {
				req.ContentLength = -1
			}
			if a := s.Send(req); a.Status != 413 || !strings.Contains(a.Message(), fmt.Sprint(limit)) {
				t.Errorf("%s over its limit, declared %v: %d %s", path, declared, a.Status, a.Body)
			}
		}
	}
}
