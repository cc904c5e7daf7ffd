package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/httpapi"
	"plugforge/internal/testserver"
)

// gate stands before a real server and holds requests until it is told.
type gate struct {
	*httptest.Server
	hold    func(*http.Request) bool
	arrived chan struct{} // a held request is there
	release chan struct{} // closed: let it through
}

// startGated starts a server whose URLs lead through a gate.
func startGated(t *testing.T, hold func(*http.Request) bool) (*testserver.Server, *gate) {
	t.Helper()
	t.Setenv("PLUGFORGE_TEST_WORKER", os.Getenv("PLUGFORGE_WORKER"))
	g := &gate{hold: hold, arrived: make(chan struct{}, 16), release: make(chan struct{})}
	var behind *httputil.ReverseProxy
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.hold(r) {
			g.arrived <- struct{}{}
			if r.Method == http.MethodPut { // until it is read, nobody notices that the client leaves
				io.Copy(io.Discard, r.Body)
			}
			select {
			case <-g.release:
			case <-r.Context().Done():
				return
			case <-time.After(30 * time.Second):
			}
		}
		behind.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	srv := testserver.Start(t, func(cfg *httpapi.Config) { cfg.PublicURL = g.URL })
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	behind = httputil.NewSingleHostReverseProxy(target)
	behind.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	t.Setenv("PLUGFORGE_API_URL", g.URL)
	t.Setenv("PLUGFORGE_API_KEY", srv.Key)
	t.Setenv("PLUGFORGE_NAMESPACE", testserver.Namespace)
	t.Setenv("TMPDIR", t.TempDir())
	return srv, g
}

// pushInBackground runs the command as main does, until cancel is its Ctrl-C.
func pushInBackground(args ...string) (cancel func(), done <-chan int, stderr *bytes.Buffer) {
	ctx, cancel := context.WithCancel(context.Background())
	status := make(chan int, 1)
	stderr = &bytes.Buffer{}
	go func() { status <- run(ctx, append([]string{"push"}, args...), io.Discard, stderr) }()
	return cancel, status, stderr
}

func await[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing happened within 20 s")
	}
	return v
}

// Ctrl-C while the archive is on its way: no version, no file left, and the
// next push goes as if nothing had been.
func TestPushStoppedWhileSending(t *testing.T) {
	srv, g := startGated(t, func(r *http.Request) bool { return r.Method == http.MethodPut })
	sample := samplePlugin(t)
	cancel, done, stderr := pushInBackground(sample)
	await(t, g.arrived)
	cancel()
	if status := await(t, done); status != exitFailure {
		t.Errorf("exit status %d, want %d", status, exitFailure)
	}
	if !strings.HasPrefix(stderr.String(), "Error: stopped") {
		t.Errorf("says %q", stderr)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("left behind %v", left)
	}
	versions := srv.Call("GET", "plugins", nil)
	if n := versions.Fields()["total"]; n != 0.0 {
		t.Errorf("%v versions were published", n)
	}
	g.hold = func(*http.Request) bool { return false }
	if status := run(t.Context(), []string{"push", sample}, io.Discard, stderr); status != exitOK {
		t.Errorf("the next push: exit status %d, %s", status, stderr)
	}
}

// Ctrl-C while the server decides: its decision is waited for and told, and
// nothing is begun after it.
func TestPushStoppedWhileDeciding(t *testing.T) {
	srv, g := startGated(t, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/confirm") })
	cancel, done, stderr := pushInBackground(samplePlugin(t), "--deploy", "--wait", "-m", "kept")
	await(t, g.arrived)
	cancel()
	time.Sleep(50 * time.Millisecond) // a push that does not wait would be gone by now
	close(g.release)
	if status := await(t, done); status != exitFailure {
		t.Errorf("exit status %d, want %d", status, exitFailure)
	}
	for _, want := range []string{"the server is deciding", "text_embed_1_0_0 is published, and not deployed", "Try: plugforge deploy text_embed@1.0.0"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("does not say %q:\n%s", want, stderr)
		}
	}
	status := srv.Call("GET", "plugins/text_embed_1_0_0/status", nil).Fields()
	if status["status"] != string(plugforge.StateNotDeployed) || status["queued_at"] != nil {
		t.Errorf("it is deployed: %v", status)
	}
}

// Two pushes of one number at once: one has it, the other takes the next.
func TestPushOfOneNumberAtOnce(t *testing.T) {
	srv, g := startGated(t, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/uploads") })
	sample := samplePlugin(t)
	_, one, saysOne := pushInBackground(sample)
	_, two, saysTwo := pushInBackground(sample)
	await(t, g.arrived)
	await(t, g.arrived)
	close(g.release)
	a, b := await(t, one), await(t, two)
	if a != exitOK || b != exitOK {
		t.Errorf("exit statuses %d and %d\n%s\n%s", a, b, saysOne, saysTwo)
	}
	if says := saysOne.String() + saysTwo.String(); strings.Count(says, "The manifest says version 1.0.0, which is taken: this becomes 1.0.1.") != 1 {
		t.Errorf("they say\n%s", says)
	}
	if total := srv.Call("GET", "plugins", nil).Fields()["total"]; total != 2.0 {
		t.Errorf("%v versions", total)
	}
}

func samplePlugin(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata/plugins/text_embed")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
