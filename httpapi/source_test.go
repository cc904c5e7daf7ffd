package httpapi_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"mime"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge/httpapi"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// with sends a GET with headers, given in turn with their values.
func with(s *testserver.Server, path string, headers ...string) testserver.Answer {
	r := s.Request("GET", path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return s.Send(r)
}

// One file and the archive are to be had in parts, and not again by who has
// them.
func TestRangesAndConditions(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	large := make([]byte, 9<<20) // over what is kept in memory whole
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range large {
		large[i] = byte(rng.Uint32())
	}
	tree := fixture.With(fixture.Files("text_embed", "1.0.0"), "assets/weights.bin", string(large))
	s.Publish("text_embed", "1.0.0", tree)
	s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	s.DeployAndWait("text_embed_1_0_0")
	const source = "plugins/text_embed_1_0_0/source"
	link, _ := s.Want(200, "GET", "plugins/text_embed_1_0_0/download", nil).Fields()["presigned_download_url"].(string)
	const weights = source + "?path=assets/weights.bin"
	for _, path := range []string{source + "?path=realtime.py", weights, "plugins/by-name/text_embed/source?path=manifest.py", link} {
		whole := with(s, path)
		etag, n := whole.Header.Get("ETag"), len(whole.Body)
		if whole.Status != 200 || !strings.HasPrefix(etag, `"`) || whole.Header.Get("Accept-Ranges") != "bytes" || whole.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("%s: %d %v", path, whole.Status, whole.Header)
		}
		part := func(from, to int, headers ...string) {
			t.Helper()
			a := with(s, path, headers...)
			if want := fmt.Sprintf("bytes %d-%d/%d", from, to-1, n); a.Status != 206 || !bytes.Equal(a.Body, whole.Body[from:to]) || a.Header.Get("Content-Range") != want || a.Header.Get("ETag") != etag {
				t.Errorf("%s with %q: %d, %d bytes, %v", path, headers, a.Status, len(a.Body), a.Header)
			}
		}
		all := func(headers ...string) {
			t.Helper()
			if a := with(s, path, headers...); a.Status != 200 || !bytes.Equal(a.Body, whole.Body) {
				t.Errorf("%s with %q: %d, %d bytes of %d", path, headers, a.Status, len(a.Body), n)
			}
		}
		part(0, 10, "Range", "bytes=0-9")
		part(10, n, "Range", "bytes=10-")
		part(n-5, n, "Range", "bytes=-5")
		part(n/2, n/2+3, "Range", fmt.Sprintf("bytes=%d-%d", n/2, n/2+2), "If-Range", etag)
		if a := with(s, path, "If-None-Match", etag); a.Status != 304 || len(a.Body) != 0 {
			t.Errorf("%s again: %d, %d bytes", path, a.Status, len(a.Body))
		}
		if a := with(s, path, "Range", fmt.Sprintf("bytes=%d-", n)); a.Status != 416 || a.Header.Get("Content-Range") != fmt.Sprintf("bytes */%d", n) || a.ErrorType() != "RangeNotSatisfiableError" || a.Header.Get("ETag") != "" || a.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s, a range outside: %d %v %.200s", path, a.Status, a.Header, a.Body)
		}
		if n > 1<<20 {
			continue
		}
		all("Range", "bytes=0-9", "If-Range", `"another"`)
		all("Range", "bytes=0-9", "If-Range", "W/"+etag)
		all("Range", "bytes=0-1,5-6")
		all("Range", "bytes=0-1", "Range", "bytes=5-6")
		all("If-None-Match", `"another", W/"more"`)
		all("If-Match", etag)
		for _, tag := range []string{etag, "W/" + etag, `"another", ` + etag, "*"} {
			if a := with(s, path, "If-None-Match", tag); a.Status != 304 || len(a.Body) != 0 || a.Header.Get("ETag") != etag {
				t.Errorf("%s that a client has as %s: %d, %d bytes, %v", path, tag, a.Status, len(a.Body), a.Header)
			}
		}
		for _, none := range []string{"bytes=9-1", "bytes=x", "lines=1-2", "bytes=-", "bytes=1-2-3", "bytes=99999999999999999999-", "0-1", ""} {
			all("Range", none)
		}
		if a := with(s, path, "If-Match", `"another"`); a.Status != 412 || a.ErrorType() != "PreconditionFailedError" {
			t.Errorf("%s if it is another: %d %.200s", path, a.Status, a.Body)
		}
	}

	// What is in two versions has one tag, and what differs two.
	tag := func(path string) string { return s.Want(200, "HEAD", path, nil).Header.Get("ETag") }
	for file, same := range map[string]bool{"pipeline.py": bytes.Equal(tree["pipeline.py"].Data, fixture.Files("text_embed", "1.0.1")["pipeline.py"].Data), "manifest.py": false} {
		if (tag(source+"?path="+file) == tag("plugins/text_embed_1_0_1/source?path="+file)) != same {
			t.Errorf("the tags of %s over two versions: same %v", file, !same)
		}
	}
}

// Of all files, too, nothing is sent to who has it; the tag changes with what
// the answer tells.
func TestSourceIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	const source = "plugins/text_embed_1_0_0/source"
	for _, kind := range []string{"application/json", "application/zip"} {
		first := with(s, source, "Accept", kind)
		etag := first.Header.Get("ETag")
		if first.Status != 200 || etag == "" || first.Header.Get("Vary") != "Accept" || len(first.Body) == 0 {
			t.Fatalf("%s: %d %v", kind, first.Status, first.Header)
		}
		if a := with(s, source, "Accept", kind, "If-None-Match", etag); a.Status != 304 || len(a.Body) != 0 || a.Header.Get("ETag") != etag {
			t.Errorf("%s again: %d %v", kind, a.Status, a.Header)
		}
		if a := with(s, source, "Accept", kind, "Range", "bytes=0-9"); a.Status != 200 || !bytes.Equal(a.Body, first.Body) {
			t.Errorf("%s, a range of it: %d", kind, a.Status)
		}
		r := s.Request(http.MethodHead, source, nil)
		r.Header.Set("Accept", kind)
		if a := s.Send(r); a.Status != 200 || a.Header.Get("ETag") != etag || len(a.Body) != 0 {
			t.Errorf("HEAD of %s: %d %v", kind, a.Status, a.Header)
		}
		if kind == "application/json" {
			s.DeployAndWait("text_embed_1_0_0")
			if a := with(s, source, "If-None-Match", etag); a.Status != 200 || a.Fields()["active"] != true {
				t.Errorf("after it went live: %d %.200s", a.Status, a.Body)
			}
		}
	}
}

// Many files and large ones: the answer is one JSON document still.
func TestSourceOfManyFiles(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	tree := fixture.Files("text_embed", "1.0.0")
	for i := range 300 {
		tree[fmt.Sprintf("assets/%d/%d.txt", i%7, i)] = &fstest.MapFile{Data: bytes.Repeat([]byte("<&>\u2028\\\"\n"), i*40), Mode: 0o644}
	}
	s.Publish("text_embed", "1.0.0", tree)
	var source struct {
		Success bool
		Files   []struct{ Path, Content string }
	}
	s.Want(200, "GET", "plugins/text_embed_1_0_0/source", nil).JSON(&source)
	if len(source.Files) != len(tree) || !source.Success {
		t.Fatalf("%d files of %d", len(source.Files), len(tree))
	}
	for _, f := range source.Files {
		if f.Content != string(tree[f.Path].Data) {
			t.Errorf("%s differs", f.Path)
		}
	}
}

// Any name survives in Content-Disposition, and none gets out of it.
func TestAttachment(t *testing.T) {
	for _, name := range []string{
		"realtime.py", "a & b <é>.txt", `quo"te.py`, `back\slash`, "semi;colon=1", "100%.py", "naïve 中.bin", "a\r\nSet-Cookie: x=1", "tab\there",
		"\x00", "\U0001f600", "a'b", "a+b c", "", "..", "\u202egnp.exe",
	} {
		header := httpapi.Attachment(name)
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name || strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q: %q reads as %q %q, %v", name, header, kind, params, err)
		}
	}
}
