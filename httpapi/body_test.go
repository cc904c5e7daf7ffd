package httpapi

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"plugforge"
	"plugforge/internal/api"
)

func upload(t *testing.T, body string) (api.UploadRequest, error) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	c := newCall(httptest.NewRecorder(), r, paceWindow)
	return decodeBody[api.UploadRequest](c, false)
}

func TestDecodeBody(t *testing.T) {
	got, err := upload(t, ` {"name": "a", "unknown": {"x": [1, {"y": null}]}, "version": null, "file_size_bytes": 5, "NAME": "b"} `)
	if err != nil {
		t.Fatal(err)
	}
	five := int64(5)
	if want := (api.UploadRequest{Name: "a", FileSizeBytes: &five}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct{ body, want string }{ // want: loc type, sorted as found
		{"", "body missing"},
		{"  ", "body missing"},
		{"null", "body object_type"},
		{"[]", "body object_type"},
		{`"name"`, "body object_type"},
		{"{", "body json_invalid"},
		{"{]", "body json_invalid"},
		{`{"name": "a"`, "body json_invalid"},
		{`{"name": "a",}`, "body json_invalid"},
		{`{"name": "a"} {}`, "body json_invalid"},
		{`{"name": "a"}x`, "body json_invalid"},
		{`{'name': 'a'}`, "body json_invalid"},
		{`{"name": NaN}`, "body json_invalid"},
		{"{\"name\": \"\xff\"}", "body json_invalid"},
		{"{\"name\": \"a\nb\"}", "body json_invalid"},
		{deep, "body json_invalid"},
		{strings.Repeat("[", 100000), "body json_invalid"},
		{"{}", "body.name missing"},
		{`{"name": null}`, "body.name string_type"},
		{`{"name": 5}`, "body.name string_type"},
		{`{"name": ["a"]}`, "body.name string_type"},
		{`{"name": "a", "name": "b"}`, "body.name duplicate_field"},
		{`{"name": "a", "na\u006de": "b"}`, "body.name duplicate_field"},
		{`{"name": "a", "x": [{"y": 1, "y": 2}]}`, "body.x.0.y duplicate_field"},
		{`{"version": 1, "file_size_bytes": "5", "presigned_url_expiration": 60.5}`,
			"body.file_size_bytes int_type, body.name missing, body.presigned_url_expiration int_type, body.version string_type"},
		{`{"name": "a", "file_size_bytes": 1e99}`, "body.file_size_bytes int_type"},
		{`{"name": "a", "file_size_bytes": 99999999999999999999}`, "body.file_size_bytes int_type"},
		{`{"name": "a", "file_size_bytes": true}`, "body.file_size_bytes int_type"},
	} {
		_, err := upload(t, c.body)
		if got := placesOf(t, err); got != c.want {
			t.Errorf("%.60q: %s, want %s", c.body, got, c.want)
		}
	}
}

// placesOf is what a validation error points to, in the order of its fields.
func placesOf(t *testing.T, err error) string {
	t.Helper()
	var e *plugforge.Error
	if !errors.As(err, &e) || e.Code != plugforge.CodeValidation {
		return "no validation error"
	}
	var places []string
	for _, f := range e.Fields {
		places = append(places, strings.Join(f.Loc, ".")+" "+f.Type)
	}
	return strings.Join(places, ", ")
}

func TestBodyTypes(t *testing.T) {
	for _, c := range []struct {
		contentType, encoding string
		ok                    bool
	}{
		{"", "", true}, {"application/json", "", true}, {"application/json; charset=utf-8", "", true}, {"Application/JSON;charset=UTF-8", "identity", true},
		{"text/plain", "", false}, {"application/jsonx", "", false}, {"application/json; charset=latin1", "", false}, {"application/json;", "", true},
		{"application/x-www-form-urlencoded", "", false}, {";;", "", false}, {"application/json", "gzip", false},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"name":"a"}`))
		r.Header.Set("Content-Type", c.contentType)
		r.Header.Set("Content-Encoding", c.encoding)
		_, err := newCall(httptest.NewRecorder(), r, paceWindow).readJSON(manageLimit)
		if c.ok && err != nil || !c.ok && plugforge.CodeOf(err) != plugforge.CodeUnsupportedMedia {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	for _, declared := range []bool{true, false} {
		for size, code := range map[int]plugforge.Code{99: "", 100: "", 101: plugforge.CodeTooLarge, 1000: plugforge.CodeTooLarge} {
			r := httptest.NewRequest("POST", "/", iotest.OneByteReader(strings.NewReader(strings.Repeat("x", size))))
			if declared {
				r.ContentLength = int64(size)
			}
			c := newCall(httptest.NewRecorder(), r, paceWindow)
			got, err := c.readJSON(100)
			if plugforge.CodeOf(err) != code || code == "" && len(got) != size {
				t.Errorf("%d bytes, declared %v: %d bytes, %v", size, declared, len(got), err)
			}
		}
	}
	r := httptest.NewRequest("POST", "/", iotest.ErrReader(errors.New("reset by peer")))
	if _, err := newCall(httptest.NewRecorder(), r, paceWindow).readJSON(100); plugforge.CodeOf(err) != plugforge.CodeBadRequest {
		t.Errorf("a body that breaks off: %v", err)
	}
}

// Whatever the body holds, decoding ends in a value or in a fault with a
// place, and what passes encoding/json takes too.
func FuzzDecodeBody(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":"a","name":"b"}`, `[[[`, `{"name":"a","version":null}`, "{\"a\":\xff}", `{"":{"":[]}}`, `1e9`, `{"name":"\ud800"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := upload(t, body)
		if err != nil {
			if placesOf(t, err) == "no validation error" || placesOf(t, err) == "" {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		var plain struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal([]byte(body), &plain); err != nil || !json.Valid([]byte(body)) {
			t.Fatalf("%q was taken as %+v, but is no JSON: %v", body, got, err)
		}
	})
}

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		query, want string
		read        func(*query) any
		value       any
	}{
		{"limit=7", "", func(q *query) any { return q.limit() }, 7},
		{"", "", func(q *query) any { return q.limit() }, 50},
		{"limit=0", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=201", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=-1", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=ten", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=99999999999999999999", "query.limit int_parsing", func(q *query) any { return q.limit() }, nil},
		{"limit=1&limit=2", "query.limit duplicate_field", func(q *query) any { return q.limit() }, nil},
		{"wait=30s", "", func(q *query) any { return q.wait().String() }, "30s"},
		{"wait=1m", "", func(q *query) any { return q.wait().String() }, "1m0s"},
		{"wait=5", "", func(q *query) any { return q.wait().String() }, "5s"},
		{"wait=250ms", "", func(q *query) any { return q.wait().String() }, "250ms"},
		{"wait=61s", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"wait=61", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"wait=-1s", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"wait=9223372036854775807", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"wait=soon", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"wait=", "query.wait duration_parsing", func(q *query) any { return q.wait() }, nil},
		{"active=true", "", func(q *query) any { return q.flag("active") }, true},
		{"active=1", "", func(q *query) any { return q.flag("active") }, true},
		{"active=False", "", func(q *query) any { return q.flag("active") }, false},
		{"active=maybe", "query.active bool_parsing", func(q *query) any { return q.flag("active") }, nil},
		{"active", "query.active bool_parsing", func(q *query) any { return q.flag("active") }, nil},
		{"v1=v2", "", func(q *query) any { return q.version("v1").String() }, "2.0.0"},
		{"", "query.v1 missing", func(q *query) any { return q.version("v1") }, nil},
		{"v1=1.0.0-rc1", "query.v1 value_error", func(q *query) any { return q.version("v1") }, nil},
		{"v1=01.0.0", "query.v1 value_error", func(q *query) any { return q.version("v1") }, nil},
		{"at=2026-01-02T03:04:05.678Z", "", func(q *query) any { return q.time("at").UnixMilli() }, int64(1767323045678)},
		{"at=2026-01-02", "query.at datetime_parsing", func(q *query) any { return q.time("at") }, nil},
		{"deployment_type=batch_only", "", func(q *query) any { return q.deploymentType() }, plugforge.TypeBatchOnly},
		{"deployment_type=BATCH_ONLY", "query.deployment_type enum", func(q *query) any { return q.deploymentType() }, nil},
		{"deployment_type=", "query.deployment_type enum", func(q *query) any { return q.deploymentType() }, nil},
		{"cursor=a%00b", "query.cursor value_error", func(q *query) any { v, _ := q.text("cursor"); return v }, nil},
	} {
		r := httptest.NewRequest("GET", "/?"+c.query, nil)
		q, err := newCall(httptest.NewRecorder(), r, paceWindow).query()
		if err != nil {
			t.Fatalf("%s: %v", c.query, err)
		}
		value := c.read(q)
		if c.want != "" {
			if got := placesOf(t, q.err()); got != c.want {
				t.Errorf("%s: %s, want %s", c.query, got, c.want)
			}
		} else if q.err() != nil || value != c.value {
			t.Errorf("%s: %v, %v; want %v", c.query, value, q.err(), c.value)
		}
	}
	for _, broken := range []string{"a=%zz", "limit=1;v1=2", "%"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.RawQuery = broken
		if _, err := newCall(httptest.NewRecorder(), r, paceWindow).query(); plugforge.CodeOf(err) != plugforge.CodeBadRequest {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

func TestPrefers(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "application/zip": true, "Application/Zip; q=0.5": true,
		"application/zip;q=0": false, "application/zip, application/json": false, "application/zip, application/json;q=0.9": true,
		"application/json, application/zip;q=0.3": false, "text/html, application/zip, */*;q=0.1": true, "application/*": false,
		"application/zip;q=nonsense": false, ";;;,application/zip": true,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		if got := newCall(httptest.NewRecorder(), r, paceWindow).prefers("application/zip"); got != want {
			t.Errorf("Accept %q: %v", accept, got)
		}
	}
}

func TestTopKeys(t *testing.T) {
	for body, want := range map[string]string{
		`{"b":1,"a":{"c":2},"d":[{"e":1}]}`: "b a d", `{}`: "", `[1]`: "", `"x"`: "", `{"a":1,"a":2}`: "a", ``: "", `{"a":`: "a",
	} {
		if got := strings.Join(topKeys([]byte(body)), " "); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// textCheck agrees with looking at the whole at once, however it is cut.
func FuzzTextCheck(f *testing.F) {
	f.Add("héllo wörld", 2)
	f.Add("\xff", 1)
	f.Add("a\x00b", 1)
	f.Add("日本語", 4)
	f.Add("🎉", 3)
	f.Add("\xf0\x9f", 1)
	f.Fuzz(func(t *testing.T, text string, at int) {
		whole := textCheck{clean: true}
		_, _ = whole.Write([]byte(text))
		pieces := textCheck{clean: true}
		for rest := text; rest != ""; {
			n := min(len(rest), max(at%5, 1))
			_, _ = pieces.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		want := strings.ToValidUTF8(text, "\x00") == text && !strings.ContainsFunc(text, func(r rune) bool {
			return r < 0x20 && r != '\n' && r != '\r' && r != '\t'
		})
		if whole.isText() != want || pieces.isText() != want {
			t.Fatalf("%q: whole %v, pieces %v, want %v", text, whole.isText(), pieces.isText(), want)
		}
	})
}
