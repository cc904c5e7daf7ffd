package httpapi_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// opened is what POST uploads answers.
type opened struct {
	UploadID     string    `json:"upload_id"`
	PresignedURL string    `json:"presigned_url"`
	S3Key        string    `json:"s3_key"`
	ExpiresAt    time.Time `json:"expires_at"`
	NamespaceID  string    `json:"namespace_id"`
	Name         string
	Version      string
}

func openUpload(s *testserver.Server, request map[string]any) (up opened) {
	s.Want(200, "POST", "plugins/uploads", request).JSON(&up)
	return up
}

func TestUploadAndPut(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	up := openUpload(s, map[string]any{"name": "text_embed", "version": "v2.1", "unknown": []int{1}, "presigned_url_expiration": 60})
	if up.Name != "text_embed" || up.Version != "2.1.0" || up.NamespaceID != testserver.Namespace || up.S3Key == "" {
		t.Errorf("%+v", up)
	}
	if left := time.Until(up.ExpiresAt); left < 50*time.Second || left > 60*time.Second {
		t.Errorf("expires in %v, want 60 s", left)
	}
	archive := fixture.Zip(fixture.Files("text_embed", "2.1.0"))
	for range 2 { // repeatable until confirmed
		sum := md5.Sum(archive)
		if a := s.Put(up.PresignedURL, archive); a.Status != 200 || a.Header.Get("ETag") != `"`+hex.EncodeToString(sum[:])+`"` || len(a.Body) != 0 {
			t.Errorf("PUT: %d, ETag %s, %q", a.Status, a.Header.Get("ETag"), a.Body)
		}
	}
	if got := openUpload(s, map[string]any{"name": "text_embed2"}).Version; got != "1.0.0" {
		t.Errorf("a new name got %s", got)
	}
}

// A presigned URL opens what it was made for and nothing else.
func TestTamperedURLs(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	up := openUpload(s, map[string]any{"name": "text_embed"})
	other := openUpload(s, map[string]any{"name": "other_embed"})
	archive := []byte("PK")
	change := func(name, value string) string {
		u, err := url.Parse(up.PresignedURL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Set(name, value); value == "" {
			q.Del(name)
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
	otherQuery := strings.SplitN(other.PresignedURL, "?", 2)[1]
	path, query, _ := strings.Cut(up.PresignedURL, "?")
	get := s.Signer.Sign(blobs.Grant{Method: "GET", Key: "upload/" + up.UploadID, Expires: time.Now().Add(time.Hour)})
	for what, link := range map[string]string{
		"no query":              path,
		"another upload's":      path + "?" + otherQuery,
		"another path":          strings.Replace(up.PresignedURL, up.UploadID, other.UploadID, 1),
		"an upload that is not": strings.Replace(up.PresignedURL, up.UploadID, "plu_nothing", 1),
		"a later expiry":        change("expires", "99999999999999"),
		"a larger size":         change("max", "9999999999"),
		"another key":           change("key", "upload/"+other.UploadID),
		"another type":          change("type", "text/plain"),
		"no signature":          change("signature", ""),
		"another signature":     change("signature", "AAAA"),
		"a repeated value":      up.PresignedURL + "&max=1",
		"a broken query":        up.PresignedURL + "&x=%zz",
		"a GET link":            path + "?" + get.Encode(),
	} {
		if a := s.Put(link, archive); a.Status != 403 || a.ErrorType() != "ForbiddenError" {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	for what, c := range map[string]struct {
		edit   func(*http.Request)
		status int
	}{
		"another content type": {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, 415},
		"no content type":      {func(r *http.Request) { r.Header.Del("Content-Type") }, 415},
		"an encoding":          {func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, 415},
		"with parameters":      {func(r *http.Request) { r.Header.Set("Content-Type", "application/zip; x=y") }, 200},
	} {
		r := s.Request("PUT", path+"?"+query, archive)
		r.Header.Del("Authorization")
		r.Header.Set("Content-Type", "application/zip")
		c.edit(r)
		if a := s.Send(r); a.Status != c.status {
			t.Errorf("%s: %d %s, want %d", what, a.Status, a.Body, c.status)
		}
	}
	if line := rawStatus(t, s, "PUT "+strings.TrimPrefix(up.PresignedURL, s.URL)+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nContent-Length: 629145600\r\n\r\nPK"); !strings.Contains(line, " 413 ") {
		t.Errorf("a declared size over the limit: %q", line)
	}
	s.Clock.Move(61 * time.Minute)
	if a := s.Put(up.PresignedURL, archive); a.Status != 403 || !strings.Contains(a.Message(), "expired") {
		t.Errorf("expired: %d %s", a.Status, a.Body)
	}
	if strings.Contains(s.Log.String(), "signature=") {
		t.Error("a signature stands in the log")
	}
}

// readAll is a body that says nothing of its length.
type readAll struct{ *bytes.Reader }

func (readAll) Close() error { return nil }

// The size that the client declared is the most it may send, and the bytes of
// one that sent more are not kept.
func TestPutOverItsSize(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	up := openUpload(s, map[string]any{"name": "text_embed", "file_size_bytes": 100})
	for _, declared := range []bool{true, false} {
		r := s.Request("PUT", up.PresignedURL, nil)
		r.Header.Del("Authorization")
		r.Header.Set("Content-Type", "application/zip")
		r.Body = readAll{bytes.NewReader(make([]byte, 101))}
		if r.ContentLength = -1; declared {
			r.ContentLength = 101
		}
		if a := s.Send(r); a.Status != 413 || a.ErrorType() != "PayloadTooLargeError" {
			t.Errorf("declared %v: %d %s", declared, a.Status, a.Body)
		}
	}
	a := s.Call("POST", "plugins/uploads/"+up.UploadID+"/confirm", nil)
	if a.Status != 400 || a.ErrorType() != "BadRequestError" {
		t.Errorf("confirm: %d %s", a.Status, a.Body)
	}
	if a := s.Put(up.PresignedURL, make([]byte, 100)); a.Status != 200 {
		t.Errorf("100 bytes: %d %s", a.Status, a.Body)
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	archive := fixture.Zip(fixture.Files("text_embed", "1.0.0"))
	id := s.Upload("text_embed", "1.0.0", archive)
	confirm := "plugins/uploads/" + id + "/confirm"
	for _, wrong := range []map[string]any{{"etag": strings.Repeat("0", 32)}, {"file_size_bytes": len(archive) - 1}} {
		if a := s.Call("POST", confirm, wrong); a.Status != 400 {
			t.Errorf("%v: %d %s", wrong, a.Status, a.Body)
		}
	}
	sum := md5.Sum(archive)
	request := map[string]any{"message": "initial release", "etag": `"` + hex.EncodeToString(sum[:]) + `"`, "file_size_bytes": len(archive)}
	first := s.Want(200, "POST", confirm, request)
	var verdict struct {
		Success          bool
		PluginID         string `json:"plugin_id"`
		ValidationStatus string `json:"validation_status"`
		FeatureURI       string `json:"feature_uri"`
	}
	first.JSON(&verdict)
	if !verdict.Success || verdict.PluginID != "text_embed_1_0_0" || verdict.ValidationStatus != "passed" ||
		verdict.FeatureURI != "mixpeek://text_embed@1.0.0/text_embed_embedding" {
		t.Errorf("%s", first.Body)
	}
	if again := s.Want(200, "POST", confirm, nil); string(again.Body) != string(first.Body) {
		t.Errorf("confirming again answered\n%s\nafter\n%s", again.Body, first.Body)
	}
	for _, taken := range []map[string]any{{"name": "text_embed", "version": "1"}, {"name": "Text_Embed"}} {
		if a := s.Call("POST", "plugins/uploads", taken); a.Status != 409 {
			t.Errorf("%v: %d %s", taken, a.Status, a.Body)
		}
	}
	if got := openUpload(s, map[string]any{"name": "text_embed"}).Version; got != "1.0.1" {
		t.Errorf("the next version is %s", got)
	}
}

// An archive that breaks a rule is an answer that says where, and leaves
// nothing behind.
func TestConfirmRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	bad := fixture.With(fixture.Files("text_embed", "1.0.0"), "processors/core.py", "import subprocess\n\ndef embed(text):\n    return []\n")
	id := s.Upload("text_embed", "1.0.0", fixture.Zip(bad))
	a := s.Want(200, "POST", "plugins/uploads/"+id+"/confirm", nil)
	var verdict struct {
		Success          bool
		ValidationStatus string   `json:"validation_status"`
		ValidationErrors []string `json:"validation_errors"`
		PluginID         *string  `json:"plugin_id"`
	}
	a.JSON(&verdict)
	if verdict.Success || verdict.ValidationStatus != "failed" || len(verdict.ValidationErrors) == 0 ||
		!strings.HasPrefix(verdict.ValidationErrors[0], "processors/core.py:1:") || verdict.PluginID != nil {
		t.Errorf("%s", a.Body)
	}
	s.Want(404, "GET", "plugins/text_embed_1_0_0", nil)
	s.Want(404, "GET", "plugins/by-name/text_embed/versions", nil)
}

// Another namespace's key can't confirm an upload, whose id tells it nothing.
func TestConfirmOfAnother(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	id := s.Upload("text_embed", "1.0.0", fixture.Zip(fixture.Files("text_embed", "1.0.0")))
	other := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{"ns_other"}})
	ask := func(id string) testserver.Answer {
		r := s.Request("POST", "/v1/namespaces/ns_other/plugins/uploads/"+id+"/confirm", nil)
		r.Header.Set("Authorization", "Bearer "+other)
		return s.Send(r)
	}
	foreign, missing := ask(id), ask("plu_000000000000000000000000")
	if foreign.Status != 404 || strings.ReplaceAll(string(foreign.Body), id, "plu_000000000000000000000000") != string(missing.Body) {
		t.Errorf("foreign: %d %s\nmissing: %d %s", foreign.Status, foreign.Body, missing.Status, missing.Body)
	}
	s.Want(200, "POST", "plugins/uploads/"+id+"/confirm", nil)
}
