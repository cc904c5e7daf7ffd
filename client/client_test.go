package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/archive"
	"plugforge/client"
	"plugforge/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

func connect(t *testing.T, srv *testserver.Server, key string) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{URL: srv.URL + "/v1/", Key: key, Namespace: testserver.Namespace})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sample is a small plugin that greets.
func sample(greeting string) fstest.MapFS {
	return fstest.MapFS{
		"manifest.py": {Data: []byte("feature_extractor_name = \"greeter\"\nversion = \"1.0.0\"\ndescription = \"greets\"\n" +
			"features = [{\"feature_type\": \"embedding\", \"feature_name\": \"vec\", \"embedding_dim\": 2, \"distance_metric\": \"cosine\"}]\n")},
		"pipeline.py": {Data: []byte("def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {\"steps\": []}\n")},
		"realtime.py": {Data: []byte("class InferenceService:\n    async def __call__(self, inputs, parameters):\n        return {\"greeting\": " +
			fmt.Sprintf("%q", greeting) + " + inputs[\"name\"]}\n")},
	}
}

func publish(t *testing.T, c *client.Client, tree fs.FS, v *plugforge.Version) client.Verdict {
	t.Helper()
	var zip bytes.Buffer
	if err := archive.Write(&zip, tree); err != nil {
		t.Fatal(err)
	}
	size := int64(zip.Len())
	u, err := c.Upload(t.Context(), client.UploadRequest{Name: "greeter", Version: v, Description: "greets", Size: size})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(t.Context(), u, &zip, size); err != nil {
		t.Fatal(err)
	}
	verdict, err := c.Confirm(t.Context(), u, "why", size)
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

func settle(t *testing.T, c *client.Client, id plugforge.PluginID) client.Status {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		st, err := c.Status(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if st.Settled() {
			return st
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still %s", id, st.State)
		}
	}
}

// A plugin's whole life, each result in the house's nouns.
func TestLife(t *testing.T) {
	srv := testserver.Start(t)
	c := connect(t, srv, srv.Key)
	ctx := t.Context()
	if err := c.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	first := publish(t, c, sample("hello "), nil)
	second := publish(t, c, sample("hi "), nil)
	v1, v2 := plugforge.Version{Major: 1}, plugforge.Version{Major: 1, Patch: 1}
	if !first.Passed || first.ID != (plugforge.PluginID{Name: "greeter", Version: v1}) || second.ID.Version != v2 || first.FeatureURI != "mixpeek://greeter@1.0.0/vec" {
		t.Fatalf("verdicts %+v, %+v", first, second)
	}
	for _, id := range []plugforge.PluginID{first.ID, second.ID} {
		if kind, err := c.Deploy(ctx, id, "", "because"); err != nil || kind != plugforge.TypeRealtime {
			t.Fatal(kind, err)
		}
		if st := settle(t, c, id); st.State != plugforge.StateDeployed || !st.Active || !st.Realtime || st.Route == "" || st.DeployedAt.IsZero() {
			t.Fatalf("%+v", st)
		}
	}
	answer, by, err := c.Call(ctx, "greeter", nil, []byte(`{"inputs": {"name": "you"}}`))
	if err != nil || string(answer) != `{"greeting":"hi you"}` || by != "1.0.1" {
		t.Fatalf("%s by %s, %v", answer, by, err)
	}
	back, err := c.Rollback(ctx, "greeter", nil, "bad")
	if err != nil || back.ID != first.ID || back.Previous == nil || *back.Previous != v2 {
		t.Fatalf("%+v, %v", back, err)
	}
	settle(t, c, first.ID)
	checkHistory(t, c, v1, v2)

	source, err := c.Source(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for name, want := range sample("hello ") {
		if got, err := fs.ReadFile(source.Tree, name); err != nil || !bytes.Equal(got, want.Data) {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	var patch bytes.Buffer
	if err := c.Patch(ctx, &patch, "greeter", v1, v2, plugforge.DiffOptions{Path: "realtime.py", Context: plugforge.NoContext}); err != nil || !bytes.Contains(patch.Bytes(), []byte("\n@@ -")) || bytes.Contains(patch.Bytes(), []byte("\n ")) {
		t.Errorf("patch %q, %v", patch.String(), err)
	}
	if err := c.Patch(ctx, &patch, "greeter", v1, v2, plugforge.DiffOptions{Path: "none.py"}); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		t.Errorf("patch of a file that is not: %v", err)
	}
	if files, err := c.Diff(ctx, "greeter", v1, v2, plugforge.DiffOptions{Counts: true}); err != nil || len(files) != 1 || files[0].Diff != "" || files[0].Additions != 1 {
		t.Errorf("counts %+v, %v", files, err)
	}
	files, err := c.Diff(ctx, "greeter", v1, v2, plugforge.DiffOptions{})
	if err != nil || len(files) != 1 || files[0].Path != "realtime.py" || files[0].Additions != 1 || files[0].Deletions != 1 || files[0].Status != plugforge.FileModified {
		t.Errorf("diff %+v, %v", files, err)
	}
	if _, err := c.Undeploy(ctx, first.ID, "done"); err != nil {
		t.Fatal(err)
	}
	if st, err := c.Status(ctx, first.ID); err != nil || st.Active {
		t.Errorf("%+v, %v", st, err)
	}
}

func checkHistory(t *testing.T, c *client.Client, v1, v2 plugforge.Version) {
	t.Helper()
	h, err := c.Versions(t.Context(), "greeter", 0)
	if err != nil || h.Total != 2 || len(h.Versions) != 2 || h.Versions[0].ID.Version != v2 || h.Active == nil || *h.Active != v1 || h.Versions[1].Message != "why" || !h.Versions[1].Active {
		t.Errorf("versions %+v, %v", h, err)
	}
	one, err := c.Versions(t.Context(), "greeter", 1)
	if err != nil || len(one.Versions) != 1 || one.Total != 2 {
		t.Errorf("one version %+v, %v", one, err)
	}
	ran, err := c.Deployments(t.Context(), "greeter", 0)
	if err != nil || len(ran) != 3 || ran[0].Action != plugforge.ActionRollback || ran[0].Message != "bad" || ran[0].Version != v1 || !ran[0].EndedAt.IsZero() || ran[1].EndedAt.IsZero() {
		t.Errorf("deployments %+v, %v", ran, err)
	}
	all, err := c.Plugins(t.Context())
	if err != nil || len(all) != 2 || all[0].ID.Version != v2 || !all[1].Active || all[0].Description != "greets" {
		t.Errorf("plugins %+v, %v", all, err)
	}
}

// Lists follow their cursors to the end.
func TestPages(t *testing.T) {
	srv := testserver.Start(t)
	c := connect(t, srv, srv.Key)
	const versions = 7
	c.SetPage(3)
	tree := sample("x")
	tree["manifest.py"].Data = bytes.Replace(tree["manifest.py"].Data, []byte("version = \"1.0.0\"\n"), nil, 1)
	for i := range versions {
		if v := publish(t, c, tree, &plugforge.Version{Major: 1, Minor: i}); !v.Passed {
			t.Fatalf("%+v", v)
		}
	}
	h, err := c.Versions(t.Context(), "greeter", 0)
	if err != nil || len(h.Versions) != versions || h.Versions[0].ID.Version.Minor != versions-1 || h.Versions[versions-1].ID.Version.Minor != 0 {
		t.Errorf("%d versions, %v", len(h.Versions), err)
	}
	if some, err := c.Versions(t.Context(), "greeter", 5); err != nil || len(some.Versions) != 5 {
		t.Errorf("%d versions, %v", len(some.Versions), err)
	}
	if all, err := c.Plugins(t.Context()); err != nil || len(all) != versions {
		t.Errorf("%d plugins, %v", len(all), err)
	}
}

// A refusal is a verdict with its places.
func TestRefusal(t *testing.T) {
	srv := testserver.Start(t)
	c := connect(t, srv, srv.Key)
	tree := sample("x")
	tree["processors/evil.py"] = &fstest.MapFile{Data: []byte("import subprocess\n")}
	v := publish(t, c, tree, nil)
	if v.Passed || len(v.Findings) == 0 || v.Message == "" {
		t.Fatalf("%+v", v)
	}
	f := v.Findings[0]
	if f.Path != "processors/evil.py" || f.Line != 1 || f.Col != 8 || !strings.HasPrefix(f.Rule, "PF") || !strings.Contains(f.Text, "subprocess") {
		t.Errorf("%+v", f)
	}
}

// What the server says is what the caller gets.
func TestErrors(t *testing.T) {
	srv := testserver.Start(t)
	c := connect(t, srv, srv.Key)
	publish(t, c, sample("x"), nil)
	reader := connect(t, srv, srv.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, Scopes: []plugforge.Scope{plugforge.ScopeRead}}))
	stranger := connect(t, srv, "sk_0000000000000000000000000000000000000000")
	id := plugforge.PluginID{Name: "greeter", Version: plugforge.Version{Major: 1}}
	absent := plugforge.PluginID{Name: "greeter", Version: plugforge.Version{Major: 9}}
	ctx := t.Context()
	for name, one := range map[string]struct {
		call func() error
		code plugforge.Code
	}{
		"unknown version": {func() error { _, err := c.Status(ctx, absent); return err }, plugforge.CodeNotFound},
		"unknown slug":    {func() error { _, err := c.Versions(ctx, "nobody", 0); return err }, plugforge.CodeNotFound},
		"number taken": {func() error {
			_, err := c.Upload(ctx, client.UploadRequest{Name: "greeter", Version: &id.Version})
			return err
		}, plugforge.CodeAlreadyExists},
		"name's case":     {func() error { _, err := c.Upload(ctx, client.UploadRequest{Name: "Greeter"}); return err }, plugforge.CodeConflict},
		"no scope":        {func() error { _, err := reader.Deploy(ctx, id, "", ""); return err }, plugforge.CodeForbidden},
		"no such key":     {func() error { _, err := stranger.Plugins(ctx); return err }, plugforge.CodeUnauthorized},
		"nothing to call": {func() error { _, _, err := c.Call(ctx, "greeter", nil, []byte("{}")); return err }, plugforge.CodeNotFound},
		"nothing before":  {func() error { _, err := c.Rollback(ctx, "greeter", nil, ""); return err }, plugforge.CodeConflict},
		"source":          {func() error { _, err := c.Source(ctx, absent); return err }, plugforge.CodeNotFound},
	} {
		err := one.call()
		var public *plugforge.Error
		if !errors.As(err, &public) || public.Code != one.code || public.Message == "" || public.Op == "" {
			t.Errorf("%s: %v (%s), want %s", name, err, plugforge.CodeOf(err), one.code)
		}
	}
}

// What is no plugforge server is told apart, with the address, and gets no
// second chance at the key.
func TestStrangers(t *testing.T) {
	var seen []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header.Get("Authorization")) }))
	defer elsewhere.Close()
	for name, one := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "redirect to " + elsewhere.URL},
		"page":        {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>welcome</html>") }, "can't be read"},
		"not found":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, "not as a plugforge server does"},
		"bad gateway": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, "502"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"success":`)
		}, "can't be read"},
	} {
		srv := httptest.NewServer(one.answer)
		c, err := client.New(client.Config{URL: srv.URL, Key: "sk_secret", Namespace: "ns_x"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Plugins(t.Context())
		var public *plugforge.Error
		if !errors.As(err, &public) || public.Code != plugforge.CodeUnavailable || !strings.Contains(public.Message, one.says) || !strings.Contains(public.Message, srv.URL) {
			t.Errorf("%s: %v", name, err)
		}
		srv.Close()
	}
	if len(seen) > 0 {
		t.Errorf("a redirect was followed with %q", seen)
	}
}

func TestUnreachable(t *testing.T) {
	c, err := client.New(client.Config{URL: "http://127.0.0.1:1/v1", Key: "sk_secret", Namespace: "ns_x"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Plugins(t.Context())
	var public *plugforge.Error
	if !errors.As(err, &public) || public.Code != plugforge.CodeUnavailable || public.Details["address"] != "http://127.0.0.1:1" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Plugins(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNewReadsTheAddressAsPeopleWriteIt(t *testing.T) {
	for given, want := range map[string]string{
		"": client.DefaultURL, "http://h:1": "http://h:1", "http://h:1/": "http://h:1", "http://h:1/v1": "http://h:1", "http://h:1/v1/": "http://h:1",
		"https://h/prefix/v1": "https://h/prefix", "https://h//": "https://h",
	} {
		c, err := client.New(client.Config{URL: given})
		if err != nil || c.Address() != want {
			t.Errorf("%q: %v, want %s", given, err, want)
		}
	}
	for _, bad := range []string{"h:1", "ftp://h", "http://", "http://u:p@h", "http://h?x=1", "http://h#x", "http://h:port", "/v1", "http://\x7f"} {
		_, err := client.New(client.Config{URL: bad})
		if plugforge.CodeOf(err) != plugforge.CodeValidation || strings.Contains(err.Error(), "u:p") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, key := range []string{"sk_a b", "sk_a\n", "sk_\u00e9"} {
		_, err := client.New(client.Config{Key: key})
		if plugforge.CodeOf(err) != plugforge.CodeValidation || strings.Contains(err.Error(), key) {
			t.Errorf("key %q: %v", key, err)
		}
	}
}
