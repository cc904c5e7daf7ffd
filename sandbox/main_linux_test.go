package sandbox

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
)

// workerFile is the worker program, built once for all tests.
var workerFile string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	if os.Getenv(serverChildEnv) != "" {
		serverChild()
		return 0
	}
	if os.Getenv(policyServerEnv) != "" {
		policyServer()
		return 0
	}
	if os.Getenv(noSeccompEnv) != "" {
		noSeccompServer()
		return 0
	}
	if workerFile = os.Getenv("PLUGFORGE_TEST_WORKER"); workerFile != "" {
		return m.Run() // for a user who has no Go
	}
	dir, err := os.MkdirTemp("", "pfw")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	workerFile = filepath.Join(dir, "plugforge-worker")
	build := exec.Command("go", "build", "-race=false", "-o", workerFile, "plugforge/cmd/plugforge-worker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the worker: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// openHost opens a host in a short folder of its own and closes it with the
// test, which fails when anything is left.
func openHost(t testing.TB, change func(*Config)) *Host {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	config := Config{RunDir: dir, WorkerFile: workerFile, StartTimeout: 30 * time.Second, Python: os.Getenv("PLUGFORGE_TEST_PYTHON")}
	if testing.Verbose() {
		config.Logger = slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if change != nil {
		change(&config)
	}
	h, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := h.Close(ctx); err != nil {
			t.Errorf("close the host: %v", err)
		}
		assertEmpty(t, dir)
	})
	return h
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) { w.t.Logf("%s", b); return len(b), nil }

// assertEmpty fails when the run folder holds anything but its skeleton.
func assertEmpty(t testing.TB, dir string) {
	t.Helper()
	skeleton := map[string]bool{".": true, "bin": true, "runner": true, "trees": true, "locks": true}
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err == nil && !skeleton[rel] {
			t.Errorf("left in the run folder: %s", rel)
		}
		return nil
	})
}

// plugin makes a tree of path, text pairs.
func plugin(pairs ...string) fs.FS {
	tree := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		tree[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return tree
}

func specOf(pairs ...string) plugforge.ReplicaSpec {
	return plugforge.ReplicaSpec{
		Slug:    plugforge.Slug{Owner: "ns_test", Name: "text_embed"},
		Version: plugforge.Version{Major: 1},
		Tree:    plugin(pairs...),
	}
}

// handlerSpec is a plugin of one file whose handler has this body.
func handlerSpec(body string) plugforge.ReplicaSpec {
	return specOf("realtime.py", `
from shared.plugins.inference.serve import BaseInferenceService
import asyncio, os, sys, time
class InferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters):
`+indent(body, "        "))
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by) + "\n"
}

func start(t testing.TB, h *Host, spec plugforge.ReplicaSpec) plugforge.Replica {
	t.Helper()
	r, err := h.Start(t.Context(), spec)
	if err != nil {
		t.Fatalf("start: %+v", err)
	}
	return r
}

func call(t testing.TB, r plugforge.Replica, body string) string {
	t.Helper()
	a, err := r.Call(t.Context(), plugforge.Call{Body: []byte(body)})
	if err != nil {
		t.Fatalf("call: %+v", err)
	}
	return string(a.Body)
}
