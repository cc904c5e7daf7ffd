package httpapi_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
	"plugforge/sqlite"
)

// part is a field of a form; a file has bytes.
type part struct {
	name, text string
	file       []byte
}

func formRequest(s *testserver.Server, parts ...part) *http.Request {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		if p.file == nil {
			w.WriteField(p.name, p.text)
			continue
		}
		f, _ := w.CreateFormFile(p.name, "plugin.zip")
		f.Write(p.file)
	}
	w.Close()
	r := s.Request("POST", "plugins", b.Bytes())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func archiveOf(name, version string) []byte { return fixture.Zip(fixture.Files(name, version)) }

// leftovers counts the archives that lie on disk without a version.
func leftovers(t *testing.T, s *testserver.Server) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.Dir, "blobs", "uploads", "*"))
	if err != nil {
		t.Fatal(err)
	}
	temp, _ := os.ReadDir(filepath.Join(s.Dir, "blobs", ".tmp"))
	return len(found) + len(temp)
}

func TestUploadInOneCall(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for i, order := range [][]part{
		{{name: "name", text: "text_embed"}, {name: "version", text: "1.0.0"}, {name: "message", text: "the first"}, {name: "file", file: archiveOf("text_embed", "1.0.0")}},
		{{name: "file", file: archiveOf("text_embed", "1.0.1")}, {name: "unknown", text: "x"}, {name: "description", text: "Embeds."}, {name: "version", text: "v1.0.1"}, {name: "name", text: "text_embed"}},
	} {
		a := s.Send(formRequest(s, order...)).Fields()
		want := fmt.Sprintf("true text_embed_1_0_%d passed [] not_deployed mixpeek://text_embed@1.0.%d/text_embed_embedding", i, i)
		got := fmt.Sprint(a["success"], " ", a["plugin_id"], " ", a["validation_status"], " ", a["validation_errors"], " ", a["deployment_status"], " ", a["feature_uri"])
		if got != want || a["s3_archive_url"] == "" {
			t.Errorf("%s, want %s (%v)", got, want, a)
		}
	}
	versions := s.Want(200, "GET", "plugins/by-name/text_embed/versions", nil).Fields()["versions"].([]any)
	if m := versions[1].(map[string]any)["message"]; m != "the first" {
		t.Errorf("the message is %v", m)
	}
	// Refused: the ids are filled all the same, and nothing stays.
	bad := fixture.Zip(fixture.With(fixture.Files("text_embed", "2.0.0"), "processors/core.py", "import subprocess\n"))
	a := s.Send(formRequest(s, part{name: "name", text: "text_embed"}, part{name: "version", text: "2.0.0"}, part{name: "file", file: bad}))
	f := a.Fields()
	if a.Status != 200 || f["success"] != false || f["validation_status"] != "failed" || f["plugin_id"] != "text_embed_2_0_0" ||
		f["feature_uri"] != "mixpeek://text_embed@2.0.0/text_embed_embedding" || !strings.HasPrefix(fmt.Sprint(f["validation_errors"]), "[processors/core.py:1:") {
		t.Errorf("refused: %d %s", a.Status, a.Body)
	}
	a = s.Send(formRequest(s, part{name: "name", text: "text_embed"}, part{name: "version", text: "2.0.0"}, part{name: "file", file: []byte("no zip")}))
	if f := a.Fields(); a.Status != 200 || f["success"] != false || f["feature_uri"] != "mixpeek://text_embed@2.0.0" {
		t.Errorf("no zip: %d %s", a.Status, a.Body)
	}
	a = s.Send(formRequest(s, part{name: "name", text: "text_embed"}, part{name: "version", text: "1.0.0"}, part{name: "file", file: archiveOf("text_embed", "1.0.0")}))
	if a.Status != 409 || a.ErrorType() != "AlreadyExistsError" {
		t.Errorf("a version that exists: %d %s", a.Status, a.Body)
	}
	if n := leftovers(t, s); n != 0 {
		t.Errorf("%d archives were left behind", n)
	}
}

func TestRepeatedUploads(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	zip := archiveOf("text_embed", "1.0.0")
	send := func(token, secret string, parts ...part) testserver.Answer {
		r := formRequest(s, parts...)
		if token != "" {
			r.Header.Set("Idempotency-Key", token)
		}
		if secret != "" {
			r.Header.Set("Authorization", "Bearer "+secret)
		}
		return s.Send(r)
	}
	name, file := part{name: "name", text: "text_embed"}, part{name: "file", file: zip}
	id := func(a testserver.Answer) string {
		t.Helper()
		return fmt.Sprint(a.Status, " ", a.Fields()["plugin_id"])
	}
	// Eight at once, and one later: one version.
	answers := make([]string, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = id(send("", "", name, file)) })
	}
	all.Wait()
	for _, got := range append(answers, id(send("", "", name, file)), id(send("fresh", "", name, file))) {
		if got != "200 text_embed_1_0_0" {
			t.Errorf("the same archive without a version: %s", got)
		}
	}
	// By another key it is another request.
	other := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}})
	if got := id(send("", other, name, file)); got != "200 text_embed_1_0_1" {
		t.Errorf("by another key: %s", got)
	}
	// A token repeats its request, and no other.
	named := part{name: "version", text: "3.0.0"}
	third := part{name: "file", file: archiveOf("text_embed", "3.0.0")}
	for range 2 {
		if got := id(send("tok", "", name, named, third)); got != "200 text_embed_3_0_0" {
			t.Errorf("with a token: %s", got)
		}
	}
	if a := send("tok", "", name, named, part{name: "message", text: "else"}, third); a.Status != 422 || !strings.Contains(a.Message(), "Idempotency-Key") {
		t.Errorf("another request under the token: %d %s", a.Status, a.Body)
	}
	if a := send("", "", name, named, third); a.Status != 409 {
		t.Errorf("the named version without the token: %d %s", a.Status, a.Body)
	}
	// A verdict against it is repeated too.
	refused := part{name: "file", file: []byte("no zip")}
	for range 2 {
		if f := send("bad", "", name, part{name: "version", text: "4.0.0"}, refused).Fields(); f["success"] != false || f["plugin_id"] != "text_embed_4_0_0" {
			t.Errorf("refused: %v", f)
		}
	}
	// What it became was deleted: it is a new request.
	s.Want(200, "DELETE", "plugins/text_embed_1_0_0", nil)
	if got := id(send("", "", name, file)); got != "200 text_embed_3_0_1" {
		t.Errorf("after the first result was deleted: %s", got)
	}
	if total := s.Want(200, "GET", "plugins", nil).Fields()["total"]; total != 3.0 {
		t.Errorf("%v versions, want 3", total)
	}
	if n := leftovers(t, s); n != 0 {
		t.Errorf("%d archives were left behind", n)
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	zip := part{name: "file", file: archiveOf("text_embed", "1.0.0")}
	name := part{name: "name", text: "text_embed"}
	many := []part{name}
	for range 70 {
		many = append(many, part{name: "x", text: "y"})
	}
	for says, parts := range map[string][]part{
		"422 body.name: is missing":                   {zip},
		"422 body.file: is missing":                   {name},
		"422 body.name: name \"a\"":                   {{name: "name", text: "a"}, zip},
		"422 body.version: version \"1.x\"":           {name, {name: "version", text: "1.x"}, zip},
		"422 body.version: version \"\"":              {name, {name: "version"}, zip},
		"422 body.name: is given twice":               {name, name, zip},
		"422 body.file: is given twice":               {name, zip, zip},
		"422 body.name: is not UTF-8":                 {{name: "name", text: "\xff"}, zip},
		"422 body.description: is 501":                {name, {name: "description", text: strings.Repeat("d", 501)}, zip},
		"422 body.message: is longer":                 {name, {name: "message", text: strings.Repeat("m", 65<<10)}, zip},
		"422 body.message: message holds":             {name, {name: "message", text: "a\x00b"}, zip},
		"422 body: has too many fields":               append(many, zip),
		"422 body.name: is missing; body.version: ve": {{name: "version", text: "x"}, {name: "file", file: []byte("x")}},
	} {
		a := s.Send(formRequest(s, parts...))
		if got := fmt.Sprint(a.Status, " ", a.Message()); !strings.HasPrefix(got, says) {
			t.Errorf("%s, want %s", got, says)
		}
	}
	raw := func(kind, body string, size int64) string {
		r := s.Request("POST", "plugins", body)
		r.Header.Set("Content-Type", kind)
		if size != 0 {
			r.ContentLength = size
		}
		a := s.Send(r)
		return fmt.Sprint(a.Status, " ", a.Message())
	}
	const form = "multipart/form-data; boundary=b"
	for _, c := range []struct{ kind, body, says string }{
		{"application/json", "{}", "415 Content-Type"},
		{"multipart/mixed; boundary=b", "--b--", "415 Content-Type"},
		{"multipart/form-data", "--b--", "422 body: has no boundary"},
		{form, "", "422 body: is not whole multipart"},
		{form, "--b--\r\n", "422 body: is not whole multipart"},
		{form, "nonsense", "422 body: is not whole multipart"},
		{form, "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf", "400 "},
		{form, "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nhalf", "422 body: is not whole multipart"},
	} {
		if got := raw(c.kind, c.body, 0); !strings.HasPrefix(got, c.says) {
			t.Errorf("%s %q: %s, want %s", c.kind, c.body, got, c.says)
		}
	}
	for _, token := range []string{"", "a b", strings.Repeat("x", 256), "ä"} {
		r := formRequest(s, name, zip)
		r.Header["Idempotency-Key"] = []string{token}
		if a := s.Send(r); a.Status != 422 || !strings.Contains(a.Message(), "Idempotency-Key") {
			t.Errorf("Idempotency-Key %.10q: %d %s", token, a.Status, a.Body)
		}
	}
	if n := leftovers(t, s); n != 0 {
		t.Errorf("%d archives were left behind", n)
	}
	if total := s.Want(200, "GET", "plugins", nil).Fields()["total"]; total != 0.0 {
		t.Errorf("%v versions", total)
	}
}

// What says that it is over the limit is refused before a byte of it is read.
func TestFormDeclaredOverItsLimit(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/namespaces/%s/plugins HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n", testserver.Namespace, s.Key, 600<<20)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 413 || !strings.Contains(string(body), "limit") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	set := func(q sqlite.Quota) {
		t.Helper()
		if err := s.DB.SetQuota(t.Context(), testserver.Namespace, q, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	over := func(a testserver.Answer, which string, current, most float64) {
		t.Helper()
		info, _ := a.Fields()["error"].(map[string]any)
		d, _ := info["details"].(map[string]any)
		if a.Status != 403 || a.ErrorType() != "QuotaExceededError" || d["quota"] != which || d["current"] != current || d["max"] != most {
			t.Errorf("%d %s, want QuotaExceededError of %s, %v of %v", a.Status, a.Body, which, current, most)
		}
	}
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	size := float64(len(archiveOf("text_embed", "1.0.0")))
	set(sqlite.Quota{Plugins: 1})
	over(s.Call("POST", "plugins/uploads", map[string]any{"name": "other_embed"}), "plugins", 1, 1)
	over(s.Send(formRequest(s, part{name: "name", text: "other_embed"}, part{name: "file", file: archiveOf("other_embed", "1.0.0")})), "plugins", 1, 1)
	s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	set(sqlite.Quota{Versions: 2})
	over(s.Call("POST", "plugins/uploads", map[string]any{"name": "text_embed"}), "versions", 2, 2)
	s.Want(409, "POST", "plugins/uploads", map[string]any{"name": "text_embed", "version": "1.0.0"}) // taken is said first
	waiting := s.Upload("other_embed", "1.0.0", archiveOf("other_embed", "1.0.0"))
	set(sqlite.Quota{Bytes: int64(2*size) + 10})
	over(s.Call("POST", "plugins/uploads", map[string]any{"name": "text_embed", "file_size_bytes": 100}), "bytes", 2*size, 2*size+10)
	over(s.Call("POST", "plugins/uploads/"+waiting+"/confirm", nil), "bytes", 2*size, 2*size+10)
	set(sqlite.Quota{}) // raised: the upload is still there
	if a := s.Want(200, "POST", "plugins/uploads/"+waiting+"/confirm", nil); a.Fields()["success"] != true {
		t.Errorf("after the quota was raised: %s", a.Body)
	}
	q, u, err := s.DB.Quota(t.Context(), testserver.Namespace)
	if err != nil || q != (sqlite.Quota{}) || u.Plugins != 2 || u.Versions != 2 || u.Bytes < int64(2*size) {
		t.Errorf("%+v %+v %v", q, u, err)
	}
}

// Sixteen uploads at once for four places: four get in, over both ways.
func TestQuotaRace(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	if err := s.DB.SetQuota(t.Context(), testserver.Namespace, sqlite.Quota{Plugins: 4, Versions: 4}, time.Now()); err != nil {
		t.Fatal(err)
	}
	race := func(name func(i int) string) {
		t.Helper()
		ids := make([]string, 8)
		for i := range ids {
			ids[i] = s.Upload(name(i), fmt.Sprintf("1.0.%d", i), archiveOf(name(i), fmt.Sprintf("1.0.%d", i)))
		}
		var all sync.WaitGroup
		statuses := make([]int, 16)
		for i := range ids {
			all.Go(func() { statuses[i] = s.Call("POST", "plugins/uploads/"+ids[i]+"/confirm", nil).Status })
			all.Go(func() {
				other := fmt.Sprintf("2.0.%d", i)
				statuses[8+i] = s.Send(formRequest(s, part{name: "name", text: name(i)}, part{name: "version", text: other}, part{name: "file", file: archiveOf(name(i), other)})).Status
			})
		}
		all.Wait()
		for _, status := range statuses {
			if status != 200 && status != 403 {
				t.Errorf("statuses: %v", statuses)
			}
		}
	}
	race(func(i int) string { return fmt.Sprintf("embed_%d", i) })
	_, u, err := s.DB.Quota(t.Context(), testserver.Namespace)
	if err != nil || u.Plugins != 4 {
		t.Errorf("%d plugins, want 4 (%v)", u.Plugins, err)
	}
	if err := s.DB.SetQuota(t.Context(), testserver.Namespace, sqlite.Quota{Versions: 4}, time.Now()); err != nil {
		t.Fatal(err)
	}
	race(func(int) string { return "one_embed" })
	if _, u, err = s.DB.Quota(t.Context(), testserver.Namespace); err != nil || u.Versions != 4 {
		t.Errorf("%d versions, want 4 (%v)", u.Versions, err)
	}
}

// A page begun before versions were added goes on where it stopped, without
// gap or repetition.
func TestCursorsStayWhileVersionsAreAdded(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for i := range 5 {
		s.Publish("text_embed", fmt.Sprintf("1.0.%d", i), fixture.BatchOnly("text_embed", fmt.Sprintf("1.0.%d", i)))
	}
	s.DeployAndWait("text_embed_1_0_0")
	s.DeployAndWait("text_embed_1_0_1")
	for path, list := range map[string]string{"plugins": "plugins", "plugins/by-name/text_embed/versions": "versions", "plugins/by-name/text_embed/deployments": "deployments"} {
		var seen []string
		cursor := ""
		for page := range 10 {
			f := s.Want(200, "GET", path+"?limit=2"+cursor, nil).Fields()
			for _, item := range f[list].([]any) {
				seen = append(seen, item.(map[string]any)["version"].(string))
			}
			if page == 0 {
				version := fmt.Sprintf("2.%d.0", len(list))
				s.DeployAndWait(s.Publish("text_embed", version, fixture.BatchOnly("text_embed", version)))
			}
			next, _ := f["next_cursor"].(string)
			if next == "" {
				break
			}
			if strings.ContainsAny(next, "+/=&?") || strings.Contains(next, "1.0") {
				t.Errorf("%s: the cursor %s is not opaque", path, next)
			}
			cursor = "&cursor=" + next
		}
		want := "1.0.1 1.0.0"
		if list != "deployments" {
			want = "1.0.4 1.0.3 1.0.2 1.0.1 1.0.0"
		}
		if got := strings.Join(seen, " "); !strings.HasSuffix(got, want) || strings.Count(got, "1.0.0") != 1 {
			t.Errorf("%s: %s", path, got)
		}
		for _, bad := range []string{"x", "MQ", "cDE6MA", "ZDE6LTE", "djE6", "ZDE6KzE", "cDE6KzE", "ZDE6MQ=", "cDE6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"} {
			s.Want(422, "GET", path+"?cursor="+bad, nil)
		}
	}
}
