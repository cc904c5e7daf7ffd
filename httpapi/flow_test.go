package httpapi_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

const call = `{"inputs":{"text":"hello"},"parameters":{}}`

// answeredBy is the version that the route answers with, which the handler's
// own answer must agree with.
func answeredBy(t *testing.T, s *testserver.Server, route string) string {
	t.Helper()
	a := s.Want(200, "POST", route, call)
	var said struct {
		Embedding []float64
		Version   string
	}
	a.JSON(&said)
	if v := a.Header.Get("X-Plugin-Version"); v != said.Version || len(said.Embedding) != fixture.Dimension {
		t.Fatalf("X-Plugin-Version %s, the handler says %s", v, a.Body)
	}
	return said.Version
}

// One plugin's whole life, each answer held against the description.
func TestWholeLife(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	v1 := s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	status := s.Want(200, "GET", "plugins/"+v1+"/status", nil).Fields()
	if status["status"] != "NOT_DEPLOYED" || status["deployed"] != false || status["route_prefix"] != nil || status["deployed_at"] != nil {
		t.Errorf("before any deploy: %v", status)
	}
	s.Want(404, "POST", "realtime/text_embed", call)
	s.Want(409, "POST", "plugins/"+v1+"/realtime/test", call)
	s.Want(404, "GET", "plugins/by-name/text_embed/source", nil)

	deployed := s.DeployAndWait(v1).Fields()
	route, _ := deployed["route_prefix"].(string)
	if route != "/v1/namespaces/ns_test/realtime/text_embed" || deployed["status"] != "deployed" || deployed["success"] != true {
		t.Fatalf("%v", deployed)
	}
	status = s.Want(200, "GET", "plugins/"+v1+"/status?wait=1s", nil).Fields()
	if status["status"] != "DEPLOYED" || status["realtime_enabled"] != true || status["route_prefix"] != route {
		t.Errorf("deployed: %v", status)
	}
	if got := answeredBy(t, s, route); got != "1.0.0" {
		t.Errorf("answered by %s", got)
	}
	s.Want(200, "POST", "realtime/text_embed@1", call)
	s.Want(404, "POST", "realtime/text_embed@9.9.9", call)

	v2 := s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	between := time.Now()
	time.Sleep(5 * time.Millisecond)
	s.DeployAndWait(v2)
	if got := answeredBy(t, s, route); got != "1.0.1" {
		t.Errorf("answered by %s", got)
	}
	if got := answeredBy(t, s, route+"@1.0.0"); got != "1.0.0" {
		t.Errorf("pinned, answered by %s", got)
	}
	s.Want(409, "POST", "plugins/"+v1+"/realtime/test", call)

	checkVersions(t, s)
	checkHistory(t, s, between)
	back := s.Want(200, "POST", "plugins/by-name/text_embed/rollback", map[string]any{"message": "1.0.1 is slow"}).Fields()
	if back["version"] != "1.0.0" || back["previous_version"] != "1.0.1" || back["deployment_status"] != "DEPLOYED" || back["plugin_id"] != v1 {
		t.Errorf("rollback: %v", back)
	}
	if got := answeredBy(t, s, route); got != "1.0.0" {
		t.Errorf("rolled back, answered by %s", got)
	}
	again := s.Want(200, "POST", "plugins/by-name/text_embed/rollback", map[string]any{"plugin_id": v2, "version": "1.0.1", "target_version": "v1.0.1"}).Fields()
	if again["version"] != "1.0.1" {
		t.Errorf("rollback to a named version: %v", again)
	}

	for range 2 { // of what is not deployed too
		if down := s.Want(200, "POST", "plugins/"+v2+"/undeploy", map[string]any{"message": "the end"}).Fields(); down["status"] != "not_deployed" || down["success"] != true {
			t.Errorf("undeploy: %v", down)
		}
	}
	s.Want(404, "POST", route, call)
	if list := s.Want(200, "GET", "plugins?active=true", nil).Fields(); list["total"] != 0.0 {
		t.Errorf("active after undeploy: %v", list)
	}
	checkKeyNowhere(t, s)
}

// checkKeyNowhere looks for the key in all that the server keeps and logs.
func checkKeyNowhere(t *testing.T, s *testserver.Server) {
	t.Helper()
	if strings.Contains(s.Log.String(), s.Key) || strings.Contains(s.Log.String(), "signature=") {
		t.Error("a key or a signature stands in the log")
	}
	err := filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(s.Key)) {
			t.Errorf("the key stands in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func checkVersions(t *testing.T, s *testserver.Server) {
	t.Helper()
	var list struct {
		ActiveVersion string  `json:"active_version"`
		NextCursor    *string `json:"next_cursor"`
		Total         int
		Versions      []struct {
			Version, Message, Author, Commit string
			DeployedAt                       *string `json:"deployed_at"`
			DeploymentStatus                 string  `json:"deployment_status"`
			Active                           bool
		}
	}
	s.Want(200, "GET", "plugins/by-name/text_embed/versions", nil).JSON(&list)
	if list.ActiveVersion != "1.0.1" || list.Total != 2 || len(list.Versions) != 2 || list.NextCursor != nil {
		t.Fatalf("%+v", list)
	}
	newest, oldest := list.Versions[0], list.Versions[1]
	if newest.Version != "1.0.1" || !newest.Active || newest.DeploymentStatus != "DEPLOYED" || newest.Message != "publish 1.0.1" || newest.Author != "Test Author" {
		t.Errorf("%+v", newest)
	}
	if oldest.Version != "1.0.0" || oldest.Active || oldest.DeploymentStatus != "NOT_DEPLOYED" || oldest.DeployedAt == nil {
		t.Errorf("%+v", oldest)
	}
	if at := *oldest.DeployedAt; len(at) != len("2026-01-02T03:04:05.678Z") || !strings.HasSuffix(at, "Z") {
		t.Errorf("deployed_at %s has no milliseconds", at)
	}
	// Pages hold all, once each, in the same order.
	var paged []string
	for path := "plugins/by-name/text_embed/versions?limit=1"; ; {
		page := s.Want(200, "GET", path, nil).Fields()
		for _, v := range page["versions"].([]any) {
			paged = append(paged, v.(map[string]any)["version"].(string))
		}
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		path = "plugins/by-name/text_embed/versions?limit=1&cursor=" + next
	}
	if strings.Join(paged, " ") != "1.0.1 1.0.0" {
		t.Errorf("pages: %v", paged)
	}
	for query, total := range map[string]float64{"": 2, "?active=true": 1, "?name=text_embed": 2, "?name=Text_embed": 0,
		"?feature_uri=mixpeek://text_embed@1.0.0/text_embed_embedding": 1} {
		if got := s.Want(200, "GET", "plugins"+query, nil).Fields()["total"]; got != total {
			t.Errorf("plugins%s: total %v, want %v", query, got, total)
		}
	}
}

func checkHistory(t *testing.T, s *testserver.Server, between time.Time) {
	t.Helper()
	versions := func(query string) (all []string) {
		list := s.Want(200, "GET", "plugins/by-name/text_embed/deployments"+query, nil).Fields()
		for _, d := range list["deployments"].([]any) {
			one := d.(map[string]any)
			all = append(all, fmt.Sprint(one["action"], " ", one["version"]))
		}
		return all
	}
	if got := fmt.Sprint(versions("")); got != "[deploy 1.0.1 deploy 1.0.0]" {
		t.Errorf("deployments: %s", got)
	}
	if got := fmt.Sprint(versions("?limit=1")); got != "[deploy 1.0.1]" {
		t.Errorf("deployments, one: %s", got)
	}
	if got := fmt.Sprint(versions("?at=" + between.UTC().Format("2006-01-02T15:04:05.000Z"))); got != "[deploy 1.0.0]" {
		t.Errorf("live between: %s", got)
	}
	if got := versions("?at=2001-01-01T00:00:00Z"); len(got) != 0 {
		t.Errorf("live in 2001: %s", got)
	}
}

// What the handler does, well or badly, is told as the contract says.
func TestHandlers(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	handler := func(version, text string) string {
		return s.Publish("text_embed", version, fixture.With(fixture.Files("text_embed", version), "realtime.py", text))
	}
	const head = "from shared.plugins.inference.serve import BaseInferenceService\n\n\nclass InferenceService(BaseInferenceService):\n    async def __call__(self, inputs, parameters):\n"
	id := handler("1.0.0", head+`        if inputs.get("fail"):
            raise ValueError("the text is <empty>")
        return {"z": 1, "a": {"x": [1.5, None, True]}, "inputs": inputs, "parameters": parameters}
`)
	s.DeployAndWait(id)
	a := s.Want(200, "POST", "realtime/text_embed", `{"inputs": {"é": 1e4}, "parameters": {"p": 2}}`)
	if a.Status == 200 && !strings.HasPrefix(string(a.Body), `{"z"`) {
		t.Errorf("the answer's keys are not in the handler's order: %s", a.Body)
	}
	for _, empty := range []any{nil, "{}", `{"unknown": 1}`} {
		if got := s.Want(200, "POST", "realtime/text_embed", empty).Fields()["inputs"]; fmt.Sprint(got) != "map[]" {
			t.Errorf("body %v gave the handler %v", empty, got)
		}
	}
	test := s.Want(200, "POST", "plugins/"+id+"/realtime/test", call).Fields()
	if test["status"] != "success" || test["response_type"] != "dict" || fmt.Sprint(test["response_keys"]) != "[z a inputs parameters]" ||
		test["inference_name"] != "InferenceService" || test["error"] != nil {
		t.Errorf("test: %v", test)
	}
	raised := s.Want(500, "POST", "realtime/text_embed", `{"inputs":{"fail":1}}`)
	if raised.ErrorType() != "PluginError" || raised.Header.Get("X-Plugin-Version") != "1.0.0" || !strings.Contains(raised.Message(), "ValueError: the text is <empty>") || strings.Contains(string(raised.Body), "Traceback") {
		t.Errorf("raised: %s", raised.Body)
	}
	test = s.Want(200, "POST", "plugins/"+id+"/realtime/test", `{"inputs":{"fail":1}}`).Fields()
	if text, _ := test["error"].(string); test["status"] != "error" || !strings.Contains(text, "ValueError: the text is <empty>") || !strings.Contains(text, "realtime.py") {
		t.Errorf("test of one that raises: %v", test)
	}
	for _, bad := range []string{"{", "[]", `"x"`, "{} {}", `{"inputs": 5}`, "\xff"} {
		if a := s.Call("POST", "realtime/text_embed", bad); a.Status != 422 || a.ErrorType() != "ValidationError" {
			t.Errorf("body %q: %d %s", bad, a.Status, a.Body)
		}
	}
	if got := answeredOK(s); got != 200 {
		t.Errorf("after bad bodies: %d", got)
	}

	broken := handler("1.0.1", head+"        return {}\n\n\nraise RuntimeError('no model here')\n")
	failed := s.Want(200, "POST", "plugins/"+broken+"/deploy?wait=30s", nil).Fields()
	if failed["success"] != false || failed["status"] != "failed" || failed["route_prefix"] != nil {
		t.Errorf("a deploy that fails: %v", failed)
	}
	status := s.Want(200, "GET", "plugins/"+broken+"/status", nil).Fields()
	if text, _ := status["error"].(string); status["status"] != "FAILED" || !strings.Contains(text, "no model here") {
		t.Errorf("status of a deploy that failed: %v", status)
	}
	if got := answeredOK(s); got != 200 {
		t.Errorf("after a deploy that failed: %d", got)
	}
	batch := s.Publish("batch_embed", "1.0.0", fixture.BatchOnly("batch_embed", "1.0.0"))
	a = s.Call("POST", "plugins/"+batch+"/deploy?deployment_type=realtime", nil)
	if a.Status != 422 {
		t.Errorf("realtime without realtime.py: %d %s", a.Status, a.Body)
	}
	if got := s.DeployAndWait(batch).Fields(); got["status"] != "batch_only" || got["route_prefix"] != nil {
		t.Errorf("batch: %v", got)
	}
	status = s.Want(200, "GET", "plugins/"+batch+"/status", nil).Fields()
	if status["status"] != "NOT_DEPLOYED" || status["deployed"] != true || status["realtime_enabled"] != false {
		t.Errorf("status of batch: %v", status)
	}
	s.Want(404, "POST", "realtime/batch_embed", call)
}

func answeredOK(s *testserver.Server) int { return s.Call("POST", "realtime/text_embed", call).Status }

// The files come back in every form as they were sent.
func TestSourceAndDownload(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	tree := fixture.Files("text_embed", "1.0.0")
	tree = fixture.With(tree, "assets/large.txt", strings.Repeat("0123456789abcdef\n", 70_000))
	tree = fixture.With(tree, "assets/raw.bin", "\x00\x01\xff")
	tree = fixture.With(tree, "assets/a & b <é>.txt", "«é» & <b>\n")
	sent := fixture.Zip(tree)
	id := s.Upload("text_embed", "1.0.0", sent)
	s.Want(200, "POST", "plugins/uploads/"+id+"/confirm", nil)
	pluginID := "text_embed_1_0_0"

	var source struct {
		Active bool
		Commit string
		Files  []struct {
			Path, Mode, Encoding, Sha256 string
			SizeBytes                    int64 `json:"size_bytes"`
			Content, URL                 *string
		}
	}
	s.Want(200, "GET", "plugins/"+pluginID+"/source", nil).JSON(&source)
	if len(source.Files) != len(tree) || source.Active || len(source.Commit) != 40 {
		t.Fatalf("%+v", source)
	}
	for _, f := range source.Files {
		want := string(tree[f.Path].Data)
		sum := sha256.Sum256([]byte(want))
		if f.SizeBytes != int64(len(want)) || f.Sha256 != hex.EncodeToString(sum[:]) || f.Mode != "100644" {
			t.Errorf("%+v", f)
		}
		switch {
		case f.Path == "assets/large.txt":
			if f.Content != nil || f.URL == nil {
				t.Fatalf("%s: content in the answer, or no url", f.Path)
			}
			if got := s.Want(200, "GET", *f.URL, nil); string(got.Body) != want || got.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s differs at its url", f.Path)
			}
		case f.Path == "assets/raw.bin":
			if f.Encoding != "base64" || *f.Content != "AAH/" {
				t.Errorf("%+v", f)
			}
		case f.Content == nil || *f.Content != want || f.Encoding != "utf-8" || f.URL != nil:
			t.Errorf("%s differs", f.Path)
		}
	}

	r := s.Request("GET", "plugins/"+pluginID+"/source", nil)
	r.Header.Set("Accept", "application/zip")
	equalTrees(t, s.Send(r).Body, tree)

	for path, status := range map[string]int{"manifest.py": 200, "assets/a%20%26%20b%20%3C%C3%A9%3E.txt": 200, "assets": 404, "nothing.py": 404,
		"..%2Fsecret": 422, "%2Fetc%2Fpasswd": 422, "": 422, ".": 422, "a%00b": 422, "assets%2F": 422, "a%2F%2Fb": 422} {
		if a := s.Call("GET", "plugins/"+pluginID+"/source?path="+path, nil); a.Status != status {
			t.Errorf("path %s: %d %s, want %d", path, a.Status, a.Body, status)
		}
	}

	link := s.Want(200, "GET", "plugins/"+pluginID+"/download", nil).Fields()
	url, _ := link["presigned_download_url"].(string)
	sum := sha256.Sum256(sent)
	if link["sha256"] != hex.EncodeToString(sum[:]) || link["size_bytes"] != float64(len(sent)) {
		t.Errorf("%v", link)
	}
	get := func(url string) testserver.Answer {
		r := s.Request("GET", url, nil)
		r.Header.Del("Authorization")
		return s.Send(r)
	}
	if a := get(url); a.Status != 200 || !bytes.Equal(a.Body, sent) || !strings.Contains(a.Header.Get("Content-Disposition"), "text_embed-1.0.0.zip") {
		t.Errorf("download: %d, %d bytes of %d", a.Status, len(a.Body), len(sent))
	}
	detail := s.Want(200, "GET", "plugins/"+pluginID+"?return_presigned_urls=true", nil).Fields()
	if again, _ := detail["presigned_download_url"].(string); get(again).Status != 200 {
		t.Errorf("the detail's URL %v does not work", again)
	}
	for _, bad := range []string{strings.Replace(url, "text_embed_1", "text_embed_2", 1), strings.Replace(url, "ns_test", "ns_other", 1), strings.Replace(url, "signature=", "signature=A", 1)} {
		if a := get(bad); a.Status != 403 {
			t.Errorf("%s: %d %s", bad, a.Status, a.Body)
		}
	}
	if a := s.Put(strings.Replace(url, "/downloads/", "/uploads/", 1), sent); a.Status == 200 {
		t.Errorf("a download URL took a PUT: %d", a.Status)
	}
	s.Clock.Move(time.Hour + time.Second)
	if a := get(url); a.Status != 403 {
		t.Errorf("expired: %d", a.Status)
	}
}

func equalTrees(t *testing.T, archive []byte, want fs.FS) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if expected, err := fs.ReadFile(want, f.Name); err != nil || !bytes.Equal(got, expected) {
			t.Errorf("%s differs: %v", f.Name, err)
		}
		files++
	}
	all, _ := fs.Glob(want, "*")
	if files < len(all) {
		t.Errorf("%d files", files)
	}
}

// The JSON and the patch tell the same difference, and git takes the patch.
func TestDiff(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	before := fixture.With(fixture.Files("text_embed", "1.0.0"), "notes.txt", "a\nb\nc")
	after := fixture.With(fixture.Files("text_embed", "1.0.1"), "notes.txt", "a\r\nb\nd\n")
	after = fixture.With(after, "raw.bin", "\x00\x01")
	s.Publish("text_embed", "1.0.0", before)
	s.Publish("text_embed", "1.0.1", after)
	const diff = "plugins/by-name/text_embed/diff"
	var said struct {
		V1, V2  string
		Summary struct {
			FilesChanged int `json:"files_changed"`
		}
		Files []struct {
			Path, Status, Diff string
			Binary             bool
		}
	}
	s.Want(200, "GET", diff+"?v1=1&v2=1.0.1", nil).JSON(&said)
	if said.V1 != "1.0.0" || said.V2 != "1.0.1" || said.Summary.FilesChanged != len(said.Files) || len(said.Files) < 3 {
		t.Errorf("%+v", said)
	}
	for _, f := range said.Files {
		if f.Path == "raw.bin" && (!f.Binary || f.Status != "added" || f.Diff != "") {
			t.Errorf("%+v", f)
		}
	}
	patch := func(query string) []byte {
		r := s.Request("GET", diff+query, nil)
		r.Header.Set("Accept", "text/x-diff")
		a := s.Send(r)
		if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/x-diff") {
			t.Fatalf("patch: %d %s", a.Status, a.Body)
		}
		return a.Body
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, before); err != nil {
		t.Fatal(err)
	}
	apply := exec.Command("git", "apply", "-")
	apply.Dir, apply.Stdin = dir, bytes.NewReader(patch("?v1=1.0.0&v2=1.0.1"))
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	for path, f := range after {
		if got, err := os.ReadFile(filepath.Join(dir, path)); err != nil || !bytes.Equal(got, f.Data) {
			t.Errorf("%s after git apply: %v", path, err)
		}
	}
	if got := patch("?v1=1.0.0&v2=1.0.0"); len(got) != 0 {
		t.Errorf("the patch between equal versions: %q", got)
	}
	for query, status := range map[string]int{"?v1=1.0.0&v2=9.0.0": 404, "?v1=9.0.0&v2=1.0.0": 404, "?v1=1.0.0": 422, "": 422, "?v1=1.0.0&v2=x": 422} {
		a := s.Call("GET", diff+query, nil)
		if a.Status != status || !json.Valid(a.Body) {
			t.Errorf("%s: %d %s", query, a.Status, a.Body)
		}
	}
	s.Want(404, "GET", "plugins/by-name/no_embed/diff?v1=1.0.0&v2=1.0.1", nil)
}
