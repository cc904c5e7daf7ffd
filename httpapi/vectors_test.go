package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// From upload to search: what a plugin declares becomes a vector, points come
// as vectors and as inputs, and a new version with another dimension is told,
// not applied.
func TestVectorsEndToEnd(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	if v := s.Want(200, "GET", "vectors", nil).Fields()["vectors"].([]any); len(v) != 0 {
		t.Fatalf("before anything: %v", v)
	}
	first := s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	if a := s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true}).Fields(); a["status"] != "no_changes_needed" {
		t.Errorf("nothing deployed: %v", a)
	}
	s.DeployAndWait(first)
	dry := s.Want(200, "POST", "plugins/reconfigure", map[string]any{"dry_run": true}).Fields()
	if dry["status"] != "reconfigured" || dry["dry_run"] != true || !strings.Contains(dry["message"].(string), "would be added") {
		t.Errorf("dry run: %v", dry)
	}
	if v := s.Want(200, "GET", "vectors", nil).Fields()["vectors"].([]any); len(v) != 0 {
		t.Fatalf("after a dry run: %v", v)
	}
	got := s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true}).Fields()
	if got["status"] != "reconfigured" || fmt.Sprint(got["vectors_added"], got["vectors_total"]) != "[text_embed_embedding] [text_embed_embedding]" ||
		got["previous_points_count"] != 0.0 || got["namespace_id"] != testserver.Namespace {
		t.Errorf("reconfigure: %v", got)
	}

	const vector = "vectors/text_embed_embedding"
	given := make([]float64, fixture.Dimension)
	given[0] = 1
	a := s.Want(200, "POST", vector+"/points", map[string]any{"points": []any{
		map[string]any{"id": "hello", "inputs": map[string]any{"text": "hello"}, "payload": map[string]any{"lang": "en", "n": 1}},
		map[string]any{"id": "salut", "inputs": map[string]any{"text": "salut"}, "payload": map[string]any{"lang": "fr", "n": 2}},
		map[string]any{"id": "given", "vector": given},
	}}).Fields()
	if a["upserted"] != 3.0 || a["points_count"] != 3.0 {
		t.Errorf("upsert: %v", a)
	}
	hits := func(body map[string]any) []any {
		t.Helper()
		return s.Want(200, "POST", vector+"/search", body).Fields()["hits"].([]any)
	}
	found := hits(map[string]any{"inputs": map[string]any{"text": "hello"}})
	best := found[0].(map[string]any)
	if len(found) != 3 || best["id"] != "hello" || best["score"].(float64) < 0.999999 || fmt.Sprint(best["payload"]) != "map[lang:en n:1]" {
		t.Errorf("search by inputs: %v", found)
	}
	if found = hits(map[string]any{"vector": given, "limit": 1}); len(found) != 1 || found[0].(map[string]any)["id"] != "given" || fmt.Sprint(found[0].(map[string]any)["payload"]) != "map[]" {
		t.Errorf("search by vector: %v", found)
	}
	if found = hits(map[string]any{"vector": given, "filter": map[string]any{"lang": "fr"}}); len(found) != 1 || found[0].(map[string]any)["id"] != "salut" {
		t.Errorf("filtered: %v", found)
	}

	second := s.Publish("text_embed", "2.0.0", changed("text_embed", "2.0.0", `"embedding_dim": 8`, `"embedding_dim": 16`))
	s.DeployAndWait(second)
	refused := s.Want(409, "POST", "plugins/reconfigure", map[string]any{"confirm": true})
	for _, says := range []string{"8 dimensions by cosine", "16 dimensions by cosine", "text_embed@1.0.0", "text_embed@2.0.0", "feature_name"} {
		if !strings.Contains(refused.Message(), says) {
			t.Errorf("the conflict does not say %q: %s", says, refused.Message())
		}
	}
	if refused.ErrorType() != "ConflictError" || !strings.Contains(string(refused.Body), `"conflicts":[{`) {
		t.Errorf("the conflict: %s", refused.Body)
	}
	s.Want(409, "POST", vector+"/search", map[string]any{"inputs": map[string]any{"text": "hello"}})
	if found = hits(map[string]any{"vector": given}); len(found) != 3 {
		t.Errorf("after the conflict: %v", found)
	}

	third := s.Publish("text_embed", "3.0.0", changed("text_embed", "3.0.0", `"feature_name": "text_embed_embedding"`, `"feature_name": "other_embedding"`))
	s.DeployAndWait(third)
	got = s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true}).Fields()
	if fmt.Sprint(got["vectors_added"], got["vectors_total"], got["previous_points_count"]) != "[other_embedding] [other_embedding text_embed_embedding] 3" {
		t.Errorf("a new feature: %v", got)
	}
	list := s.Want(200, "GET", "vectors?limit=1", nil).Fields()
	item := list["vectors"].([]any)[0].(map[string]any)
	if item["name"] != "other_embedding" || item["feature_uri"] != "mixpeek://text_embed@3.0.0/other_embedding" || item["points_count"] != 0.0 {
		t.Errorf("listed: %v", list)
	}
	list = s.Want(200, "GET", "vectors?limit=1&cursor="+list["next_cursor"].(string), nil).Fields()
	item = list["vectors"].([]any)[0].(map[string]any)
	if item["name"] != "text_embed_embedding" || item["points_count"] != 3.0 || list["next_cursor"] != nil {
		t.Errorf("the next page: %v", list)
	}
	gone := s.Want(200, "DELETE", vector+"/points", map[string]any{"ids": []string{"given", "never"}}).Fields()
	if gone["deleted"] != 1.0 || gone["points_count"] != 2.0 {
		t.Errorf("deleted: %v", gone)
	}
}

// changed is a sample plugin with one text of its manifest replaced.
func changed(name, version, old, replacement string) fs.FS {
	base := fixture.Files(name, version)
	text := strings.Replace(string(base["manifest.py"].Data), old, replacement, 1)
	if text == string(base["manifest.py"].Data) {
		panic("the manifest has no " + old)
	}
	return fixture.With(base, "manifest.py", text)
}

// A key without the scope invoke can't have a plugin called by way of a search.
func TestInputsNeedInvoke(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0")))
	s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true})
	secret := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: []plugforge.Scope{plugforge.ScopeWrite}})
	for path, body := range map[string]string{
		"search": `{"inputs":{"text":"a"}}`,
		"points": `{"points":[{"id":"a","inputs":{"text":"a"}}]}`,
	} {
		r := s.Request("POST", "vectors/text_embed_embedding/"+path, body)
		r.Header.Set("Authorization", "Bearer "+secret)
		if a := s.Send(r); a.Status != 403 || !strings.Contains(a.Message(), "invoke") {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
		s.Want(200, "POST", "vectors/text_embed_embedding/"+path, body)
	}
}

func TestVectorsBadInput(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0")))
	s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true})
	const points, search = "vectors/text_embed_embedding/points", "vectors/text_embed_embedding/search"
	eight := `[1,2,3,4,5,6,7,8]`
	many := `{"points":[` + strings.Repeat(`{"id":"x","vector":`+eight+`},`, 1000) + `{"id":"x","vector":` + eight + `}]}`
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "plugins/reconfigure", `{}`, 400, "confirm is not true"},
		{"POST", "plugins/reconfigure", `{"confirm":false}`, 400, "dry_run"},
		{"POST", "plugins/reconfigure", `{"confirm":null}`, 400, "confirm"},
		{"POST", "plugins/reconfigure", `{"confirm":"yes"}`, 422, "body.confirm: must be true or false"},
		{"POST", "plugins/reconfigure", ``, 422, "body"},
		{"GET", "vectors?cursor=x", "", 422, "query.cursor"},
		{"GET", "vectors?cursor=cDE6Mw", "", 422, "query.cursor"},
		{"GET", "vectors?limit=0", "", 422, "query.limit"},

		{"POST", "vectors/none/points", `{"points":[{"id":"a","vector":` + eight + `}]}`, 422, "it has text_embed_embedding"},
		{"POST", points, ``, 422, "body: is missing"},
		{"POST", points, `[]`, 422, "body: must be a JSON object"},
		{"POST", points, `{}`, 422, "body.points: is missing"},
		{"POST", points, `{"points":{}}`, 422, "body.points: must be a list"},
		{"POST", points, `{"points":[],"points":[]}`, 422, "body.points: is given twice"},
		{"POST", points, `{"points":[{"id":"a","id":"b","vector":` + eight + `}]}`, 422, "body.points.0.id: is given twice"},
		{"POST", points, `{"points":[5]}`, 422, "body.points.0: must be a JSON object"},
		{"POST", points, `{"points":[{"vector":` + eight + `}]}`, 422, "body.points.0.id: is missing"},
		{"POST", points, `{"points":[{"id":7,"vector":` + eight + `}]}`, 422, "body.points.0.id: must be a string"},
		{"POST", points, `{"points":[{"id":"a"}]}`, 422, "body.points.0: give either vector or inputs"},
		{"POST", points, `{"points":[{"id":"a","vector":` + eight + `,"inputs":{}}]}`, 422, "either vector or inputs"},
		{"POST", points, `{"points":[{"id":"a","vector":[1,2]}]}`, 422, "body.points.0.vector: has 2 numbers, and vector text_embed_embedding has 8 dimensions"},
		{"POST", points, `{"points":[{"id":"a","vector":[0,0,0,0,0,0,0,0]}]}`, 422, "all zero"},
		{"POST", points, `{"points":[{"id":"a","vector":[NaN,0,0,0,0,0,0,0]}]}`, 422, "NaN or Infinity"},
		{"POST", points, `{"points":[{"id":"a","vector":[1,-Infinity,0,0,0,0,0,0]}]}`, 422, "NaN or Infinity"},
		{"POST", points, `{"points":[{"id":"a","vector":[1e39,0,0,0,0,0,0,0]}]}`, 422, "finite and fit 32 bits"},
		{"POST", points, `{"points":[{"id":"a","vector":["1",0,0,0,0,0,0,0]}]}`, 422, "not a number"},
		{"POST", points, `{"points":[{"id":"a","vector":[[1],0,0,0,0,0,0,0]}]}`, 422, "not a number"},
		{"POST", points, `{"points":[{"id":"a","vector":"1"}]}`, 422, "a list of numbers"},
		{"POST", points, `{"points":[{"id":"a","vector":` + eight + `,"payload":[1]}]}`, 422, "body.points.0.payload: must be a JSON object"},
		{"POST", points, `{"points":[{"id":"a","vector":` + eight + `,"payload":{"a":{"b":1,"b":2}}}]}`, 422, "body.points.0.payload.a.b: is given twice"},
		{"POST", points, `{"points":[{"id":"a","inputs":"text"}]}`, 422, "body.points.0.inputs: must be a JSON object"},
		{"POST", points, `{"points":[{"id":"a","vector":` + eight + `},{"id":"a","vector":` + eight + `}]}`, 422, "body.points.1.id"},
		{"POST", points, many, 422, "at most 1000"},
		{"POST", points, `{"points":[{"id":"a","vector":[1,2`, 422, "ends too early"},
		{"DELETE", points, ``, 422, "missing"},
		{"DELETE", points, `{"ids":"a"}`, 422, "body.ids: must be a list"},
		{"DELETE", points, `{"ids":[1]}`, 422, "body.ids.0: must be a string"},
		{"DELETE", points, `{"ids":[` + strings.Repeat(`"a",`, 1000) + `"a"]}`, 422, "at most 1000"},
		{"DELETE", "vectors/none/points", `{"ids":["a"]}`, 422, "it has text_embed_embedding"},

		{"POST", "vectors/none/search", `{"vector":` + eight + `}`, 422, "it has text_embed_embedding"},
		{"POST", search, `{}`, 422, "either vector or inputs"},
		{"POST", search, `{"vector":[1]}`, 422, "body.vector: has 1 numbers"},
		{"POST", search, `{"vector":[0,0,0,0,0,0,0,0]}`, 422, "all zero"},
		{"POST", search, `{"vector":` + eight + `,"limit":0}`, 422, "1 to 1000"},
		{"POST", search, `{"vector":` + eight + `,"limit":1001}`, 422, "1 to 1000"},
		{"POST", search, `{"vector":` + eight + `,"limit":1.5}`, 422, "body.limit: must be an integer"},
		{"POST", search, `{"vector":` + eight + `,"filter":{"a":[1]}}`, 422, "body.filter.a"},
		{"POST", search, `{"vector":` + eight + `,"filter":5}`, 422, "body.filter: must be a JSON object"},
		{"POST", search, `{"vector":` + eight + `,"filter":{"a":1,"a":2}}`, 422, "given twice"},
	} {
		var body any
		if c.body != "" {
			body = c.body
		}
		if a := s.Call(c.method, c.path, body); a.Status != c.status || !strings.Contains(a.Message(), c.says) {
			t.Errorf("%s %s %.80s: %d %.300s; want %d naming %q", c.method, c.path, c.body, a.Status, a.Body, c.status, c.says)
		}
	}
	if list := s.Want(200, "GET", "vectors", nil).Fields(); list["vectors"].([]any)[0].(map[string]any)["points_count"] != 0.0 {
		t.Errorf("afterwards: %v", list)
	}
}

// A plugin's failure fails the whole call, and says which point it was.
func TestEmbeddingThatFails(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	tree := fixture.With(fixture.Files("text_embed", "1.0.0"), "realtime.py", `from shared.plugins.inference.serve import BaseInferenceService


class InferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters):
        return {"wrong": {"embedding": [1.0]}, "zero": {"embedding": [0.0] * 8}, "none": {}, "named": {"text_embed_embedding": [2.0] * 8, "embedding": [1.0]}}[inputs["kind"]]
`)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", tree))
	s.Want(200, "POST", "plugins/reconfigure", map[string]any{"confirm": true})
	for kind, want := range map[string]string{
		"wrong": "422 body.points.1.inputs: embedding in the answer of plugin text_embed_1_0_0 has 1 numbers",
		"zero":  "422 body.points.1.inputs: embedding in the answer of plugin text_embed_1_0_0 is all zero",
		"none":  "422 body.points.1.inputs: plugin text_embed_1_0_0 answered neither text_embed_embedding nor embedding",
		"boom":  "500 the plugin raised KeyError",
		"named": "200",
	} {
		body, _ := json.Marshal(map[string]any{"points": []any{
			map[string]any{"id": "fine", "inputs": map[string]any{"kind": "named"}}, map[string]any{"id": "x", "inputs": map[string]any{"kind": kind}},
		}})
		a := s.Call("POST", "vectors/text_embed_embedding/points", body)
		got := fmt.Sprint(a.Status)
		if a.Status != http.StatusOK {
			got += " " + a.Message()
			if n := s.Want(200, "GET", "vectors", nil).Fields()["vectors"].([]any)[0].(map[string]any)["points_count"]; kind != "named" && n != 0.0 && n != 2.0 {
				t.Errorf("%s left %v points", kind, n)
			}
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}
