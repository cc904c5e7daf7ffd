package deploy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/registry"
	"plugforge/sandbox"
	"plugforge/sqlite"
)

// workerFile is the worker that every test's sandbox runs, built once.
var workerFile string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "plugforge-deploy-")
	if err == nil {
		workerFile = filepath.Join(dir, "plugforge-worker")
		cmd := exec.Command("go", "build", "-o", workerFile, "plugforge/cmd/plugforge-worker")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		err = cmd.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the worker:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const owner = plugforge.Owner("ns_test")

var author = plugforge.Actor{KeyID: "key_0123456789abcdef", Name: "Test Author"}

// house is every room that deploy stands on, on real files, and a controller
// that a test may close and open again.
type house struct {
	t    *testing.T
	dir  string
	db   *sqlite.DB
	git  *gitstore.Store
	reg  *registry.Registry
	host *sandbox.Host
	log  *logged
	cfg  deploy.Config
	*deploy.Controller
}

func open(t *testing.T, change ...func(*deploy.Config)) *house {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	run, err := os.MkdirTemp("", "pfr") // short: a socket's path holds 108 bytes
	must(t, err)
	must(t, os.Chmod(run, 0o755))
	t.Cleanup(func() { os.RemoveAll(run) })
	h := &house{t: t, dir: dir, log: &logged{}}
	log := slog.New(slog.NewTextHandler(io.MultiWriter(testWriter{t}, h.log), nil))
	h.db, err = sqlite.Open(ctx, filepath.Join(dir, "plugforge.db"))
	must(t, err)
	t.Cleanup(func() { h.db.Close() })
	must(t, h.db.CreateKey(ctx, plugforge.Key{
		ID: author.KeyID, Name: author.Name, Org: "org_test", Namespaces: []plugforge.Owner{owner},
		Scopes: plugforge.DefaultScopes(), CreatedAt: time.Now(),
	}, bytes.Repeat([]byte{1}, 32)))
	h.git, err = gitstore.Open(ctx, gitstore.Config{Dir: filepath.Join(dir, "git"), KeyFile: filepath.Join(dir, "signing")})
	must(t, err)
	store, err := blobs.Open(filepath.Join(dir, "blobs"))
	must(t, err)
	h.reg, err = registry.Open(ctx, registry.Config{DB: h.db, Git: h.git, Blobs: store, ScanPolicy: registry.PolicyWarn, Logger: log})
	must(t, err)
	t.Cleanup(func() { h.reg.Close() })
	h.host, err = sandbox.Open(ctx, sandbox.Config{
		RunDir: run, WorkerFile: workerFile, Python: "/usr/bin/python3", Mode: sandbox.ModeBwrap, UIDs: sandbox.DefaultUIDs, Logger: log,
	})
	must(t, err)
	t.Cleanup(func() { must(t, h.host.Close(context.Background())) })
	h.cfg = deploy.Config{DB: h.db, Registry: h.reg, Git: h.git, Engine: h.host, Retain: time.Minute, Logger: log}
	for _, f := range change {
		f(&h.cfg)
	}
	h.Controller, err = deploy.Open(ctx, h.cfg)
	must(t, err)
	t.Cleanup(h.shut)
	return h
}

// shut closes the controller, bounded.
func (h *house) shut() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	must(h.t, h.Controller.Close(ctx))
}

// restart is a stop and a start of the controller on the same records.
func (h *house) restart() {
	h.t.Helper()
	h.shut()
	var err error
	h.Controller, err = deploy.Open(h.t.Context(), h.cfg)
	must(h.t, err)
}

// publish uploads a tree and returns its plugin id.
func (h *house) publish(name, version string, tree fs.FS) plugforge.PluginID {
	h.t.Helper()
	ctx := h.t.Context()
	v, err := plugforge.ParseVersion(version)
	must(h.t, err)
	up, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: owner, Name: plugforge.Name(name), Version: &v, By: author})
	must(h.t, err)
	_, err = h.reg.Receive(ctx, up.ID, bytes.NewReader(fixture.Zip(tree)))
	must(h.t, err)
	verdict, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: owner, UploadID: up.ID, By: author})
	must(h.t, err)
	if !verdict.Passed {
		h.t.Fatalf("publish %s %s: %v", name, version, verdict.Findings)
	}
	return verdict.ID
}

// handler is a plugin whose realtime.py is the given text.
func handler(name, version, realtime string) fstest.MapFS {
	return fixture.With(fixture.Files(name, version), "realtime.py", realtime)
}

// deploy deploys and waits; the state must be the one given.
func (h *house) deploy(id plugforge.PluginID, want plugforge.State) deploy.Status {
	h.t.Helper()
	s, err := h.Deploy(h.t.Context(), deploy.Request{Owner: owner, ID: id, By: author}, 30*time.Second)
	must(h.t, err)
	if s.State != want {
		h.t.Fatalf("deploy %s: %s (%s %s), want %s", id, s.State, s.Message, s.Error, want)
	}
	return s
}

// answers is the version that the route answers with, as the handler says.
func (h *house) answers(name string) string {
	h.t.Helper()
	answer, routed, err := h.Call(h.t.Context(), slugOf(name), nil, []byte(`{"inputs":{"text":"hello"}}`))
	must(h.t, err)
	var said struct{ Version string }
	must(h.t, json.Unmarshal(answer.Body, &said))
	if said.Version != routed.String() {
		h.t.Fatalf("handler says %q, the route says %s", said.Version, routed)
	}
	return said.Version
}

// eventually waits until a condition holds, bounded.
func (h *house) eventually(what string, holds func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("%s did not come to pass", what)
		}
	}
}

// ledger is the slug's entries, newest first, as "action version".
func (h *house) ledger(name string) []string {
	h.t.Helper()
	entries, err := h.git.Ledger(h.t.Context(), slugOf(name), 0)
	must(h.t, err)
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s", e.Action, e.Version))
	}
	return lines
}

func slugOf(name string) plugforge.Slug {
	return plugforge.Slug{Owner: owner, Name: plugforge.Name(name)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code plugforge.Code) {
	t.Helper()
	if plugforge.CodeOf(err) != code {
		t.Fatalf("error %v, want %s", err, code)
	}
}

// testWriter sends the log where the test's own output goes.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// logged keeps the log for a test to read.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
