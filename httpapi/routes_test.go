package httpapi_test

import (
	"encoding/json"
	"fmt"
	pathpkg "path"
	"slices"
	"strings"
	"testing"

	"plugforge/httpapi"
	"plugforge/internal/testserver"
)

// undescribed are the routes that are git's own protocol and no JSON calls.
var undescribed = []string{
	"GET /git/{namespace_id}/{slug}.git/info/refs",
	"POST /git/{namespace_id}/{slug}.git/git-upload-pack",
	"POST /git/{namespace_id}/{slug}.git/git-receive-pack",
}

// The table of routes and the description name the same calls, with the same
// security.
func TestRoutesAreThoseDescribed(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	s.Want(200, "GET", "/openapi.json", nil).JSON(&doc)
	type call struct {
		Description string
		Security    *[]any
	}
	described := map[string]call{}
	for path, item := range doc.Paths {
		for method, raw := range item {
			if method == "parameters" {
				continue
			}
			var one call
			if err := json.Unmarshal(raw, &one); err != nil {
				t.Fatal(err)
			}
			described[strings.ToUpper(method)+" "+path] = one
		}
	}
	for _, r := range httpapi.RouteTable(s.API) {
		name := r.Method + " " + r.Path
		if r.Keyed == (r.Scope == "") {
			t.Errorf("%s: key %v, but scope %q", name, r.Keyed, r.Scope)
		}
		if slices.Contains(undescribed, name) {
			continue
		}
		one, ok := described[name]
		if !ok {
			t.Errorf("%s is served but not described in openapi.yaml", name)
			continue
		}
		delete(described, name)
		if open := one.Security != nil && len(*one.Security) == 0; open == r.Keyed {
			t.Errorf("%s: described as open: %v, needs a key: %v", name, open, r.Keyed)
		}
		said := strings.ReplaceAll(one.Description, "Scope is ", "Scope: ")
		if want := fmt.Sprintf("Scope: %s.", r.Scope); r.Keyed && !strings.Contains(said, want) {
			t.Errorf("%s: the description does not say %q", name, want)
		}
	}
	for name := range described {
		t.Errorf("%s is described but not served", name)
	}
}

// A path's wrong methods are 405 with the right ones in Allow, and are told so
// without a key.
func TestWrongMethods(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	allowed := map[string][]string{}
	for _, r := range httpapi.RouteTable(s.API) {
		allowed[example(r.Path)] = append(allowed[example(r.Path)], r.Method)
		if r.Method == "GET" && !r.Git {
			allowed[example(r.Path)] = append(allowed[example(r.Path)], "HEAD")
		}
	}
	for path, methods := range allowed {
		parent, last := pathpkg.Split(path)
		if !strings.HasSuffix(parent, "/plugins/") || last == "text_embed_1_0_0" {
			continue
		}
		for _, method := range []string{"GET", "HEAD", "DELETE"} { // as a plugin id, which it can't be
			if !slices.Contains(methods, method) {
				allowed[path] = append(allowed[path], method)
			}
		}
	}
	for path, methods := range allowed {
		slices.Sort(methods)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"} {
			if slices.Contains(methods, method) {
				continue
			}
			r := s.Request(method, path, nil)
			r.Header.Del("Authorization")
			a := s.Send(r)
			if got := a.Header.Get("Allow"); a.Status != 405 || got != strings.Join(methods, ", ") || a.ErrorType() != "MethodNotAllowedError" {
				t.Errorf("%s %s: %d, Allow %q, want 405 and %v", method, path, a.Status, got, methods)
			}
		}
	}
}

// example fills a route's variables with what could be there.
func example(path string) string {
	return strings.NewReplacer("{namespace_id}", testserver.Namespace, "{plugin_id}", "text_embed_1_0_0", "{slug}", "text_embed",
		"{version}", "1.0.0", "{upload_id}", "plu_0123456789abcdef01234567", "{name}", "text_vector").Replace(path)
}

func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v1/namespaces", "/v1/namespaces/ns_test", "/v1/namespaces/ns_test/plugins/", "/healthz/", "/V1/namespaces/ns_test/plugins",
		"/v1/namespaces/ns_test/plugins/x_1_0_0/nothing", "/git/ns_test/text_embed/info/refs", "/git/ns_test/text_embed.git", "/docs/x",
		"/v1/namespaces/ns_test/plugins/text_embed_1_0_0/realtime",
	} {
		if a := s.Call("GET", path, nil); a.Status != 404 || a.ErrorType() != "NotFoundError" {
			t.Errorf("GET %s: %d %s, want 404", path, a.Status, a.Body)
		} else if m := a.Message(); !strings.Contains(m, "GET /docs ") || !strings.Contains(m, "GET /openapi.json ") {
			t.Errorf("GET %s leads nowhere: %s", path, m)
		}
	}
}
