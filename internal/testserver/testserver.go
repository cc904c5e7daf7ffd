// Package testserver is a whole server for tests: every room on real files,
// real git, real sandboxes and a real socket on 127.0.0.1. Each answer that
// its client gets is validated against the server's own description; one that
// differs fails the test.
//
// A test package that uses it has
//
//	func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }
//
// which builds the worker program once. Nothing here is used outside tests.
package testserver

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/httpapi"
	"plugforge/registry"
	"plugforge/sandbox"
	"plugforge/sqlite"
	"plugforge/vectors"
)

// workerVariable carries the worker's path from Main to Start.
const workerVariable = "PLUGFORGE_TEST_WORKER"

// Main builds the worker, runs the tests and gives the exit status.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pft")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	worker := filepath.Join(dir, "plugforge-worker")
	cmd := exec.Command("go", "build", "-o", worker, "plugforge/cmd/plugforge-worker")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the worker: %v\n%s", err, out)
		return 1
	}
	os.Setenv(workerVariable, worker)
	return m.Run()
}

// Server is a running server. Its namespace is ns_test of org_test.
type Server struct {
	URL      string
	Dir      string // the data folder
	DB       *sqlite.DB
	Git      *gitstore.Store
	Registry *registry.Registry
	Deploy   *deploy.Controller
	Signer   *blobs.Signer
	API      *httpapi.Server
	Log      *Log
	Key      string // has every scope but org over ns_test
	Clock    *Clock

	t      testing.TB
	client *client
}

// Namespace is where a Server's Key works.
const Namespace = "ns_test"

// Start runs a server until the test ends. Each change may alter how the API
// is wired.
func Start(t testing.TB, changes ...func(*httpapi.Config)) *Server {
	t.Helper()
	ctx, s := t.Context(), &Server{t: t, Dir: t.TempDir(), Log: &Log{}, Clock: &Clock{}}
	log := slog.New(slog.NewJSONHandler(s.Log, nil))
	var err error
	s.DB, err = sqlite.Open(ctx, filepath.Join(s.Dir, "plugforge.db"))
	s.must(err)
	t.Cleanup(func() { s.DB.Close() })
	s.Git, err = gitstore.Open(ctx, gitstore.Config{Dir: filepath.Join(s.Dir, "git"), KeyFile: filepath.Join(s.Dir, "signing")})
	s.must(err)
	store, err := blobs.Open(filepath.Join(s.Dir, "blobs"))
	s.must(err)
	s.Registry, err = registry.Open(ctx, registry.Config{DB: s.DB, Git: s.Git, Blobs: store, Now: s.Clock.Now, Logger: log})
	s.must(err)
	t.Cleanup(s.Registry.Close)
	s.startDeploy(ctx, log)
	points, err := vectors.Open(ctx, vectors.Config{File: filepath.Join(s.Dir, "vectors.db")})
	s.must(err)
	t.Cleanup(func() { points.Close() })
	s.Signer, err = blobs.NewSigner(bytes.Repeat([]byte("s"), 32), s.Clock.Now)
	s.must(err)

	// The listener is there before the server, which must know its own URL.
	web := httptest.NewUnstartedServer(nil)
	s.URL = "http://" + web.Listener.Addr().String()
	cfg := httpapi.Config{
		DB: s.DB, Registry: s.Registry, Deploy: s.Deploy, Git: s.Git, Vectors: points, Signer: s.Signer,
		PublicURL: s.URL, Logger: log, Now: s.Clock.Now, Ready: s.Deploy.Ready,
	}
	for _, change := range changes {
		change(&cfg)
	}
	s.API, err = httpapi.New(cfg)
	s.must(err)
	t.Cleanup(s.API.Close)
	web.Config = s.API.HTTPServer()
	web.Start()
	t.Cleanup(web.Close)
	s.client = newClient(t, s.URL)
	s.Key = s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{Namespace}})
	return s
}

func (s *Server) startDeploy(ctx context.Context, log *slog.Logger) {
	run, err := os.MkdirTemp("", "pfr") // short: a socket's path holds 108 bytes
	s.must(err)
	s.must(os.Chmod(run, 0o755))
	s.t.Cleanup(func() { os.RemoveAll(run) })
	host, err := sandbox.Open(ctx, sandbox.Config{
		RunDir: run, WorkerFile: os.Getenv(workerVariable), Python: "/usr/bin/python3",
		Mode: sandbox.ModeBwrap, UIDs: sandbox.DefaultUIDs, Logger: log,
	})
	s.must(err)
	closing := func(end func(context.Context) error) func() {
		return func() {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			s.must(end(ctx))
		}
	}
	s.t.Cleanup(closing(host.Close))
	s.Deploy, err = deploy.Open(ctx, deploy.Config{
		DB: s.DB, Registry: s.Registry, Git: s.Git, Engine: host, Retain: time.Minute, Now: s.Clock.Now, Logger: log,
	})
	s.must(err)
	s.t.Cleanup(closing(s.Deploy.Close))
}

func (s *Server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// NewKey stores the key, with what it leaves out filled in, and gives its
// secret.
func (s *Server) NewKey(k plugforge.Key) (secret string) {
	s.t.Helper()
	var raw [20]byte
	rand.Read(raw[:])
	secret = "sk_" + hex.EncodeToString(raw[:])
	if k.ID == "" {
		k.ID = "key_" + hex.EncodeToString(raw[:8])
	}
	if k.Name == "" {
		k.Name = "Test Author"
	}
	if k.Org == "" {
		k.Org = "org_test"
	}
	if k.Scopes == nil {
		k.Scopes = plugforge.DefaultScopes()
	}
	k.Prefix, k.CreatedAt = secret[:8], s.Clock.Now()
	hash := sha256.Sum256([]byte(secret))
	s.must(s.DB.CreateKey(s.t.Context(), k, hash[:]))
	return secret
}

// Clock is the server's time, which a test may move.
type Clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the present, moved.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// Move sets the clock forward, or back.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// Log is what the server logged.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write is io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is everything so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
