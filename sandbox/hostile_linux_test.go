package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"plugforge"
)

// TestHostileWorkers replaces the worker: whatever stands in its place, a
// start ends in time and leaves nothing.
func TestHostileWorkers(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"prints before the handshake":       "echo hello; exec sleep 1000",
		"a megabyte without a newline":      "head -c 1000000 /dev/zero; exec sleep 1000",
		"never ending output":               "exec cat /dev/zero",
		"never ending lines on both":        "yes & exec yes >&2",
		"says nothing":                      "exec sleep 1000",
		"exits":                             "echo going >&2; exit 7",
		"another protocol version":          "echo '1|99|unix|/run/worker/plugin1|grpc|'; exec sleep 1000",
		"a network address":                 "echo '1|1|tcp|169.254.169.254:80|grpc|'; exec sleep 1000",
		"no gRPC behind its address":        "echo '1|1|unix|/run/worker/plugin1|grpc|'; exec sleep 1000",
		"another protocol":                  "echo '1|1|unix|/run/worker/plugin1|netrpc|'; exec sleep 1000",
		"daemons that hold the pipes":       "(setsid sh -c 'trap \"\" TERM HUP; sleep 1000; sleep 1000' &) ; exec sleep 1000",
		"a broken first frame on both ways": "head -c 4096 /dev/urandom >&3; head -c 4096 /dev/urandom >&4; echo '1|1|unix|/run/worker/plugin1|grpc|'; exec sleep 1000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "worker")
			if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			h := openHost(t, func(c *Config) { c.WorkerFile, c.StartTimeout = file, 1500*time.Millisecond })
			begun := time.Now()
			r, err := h.Start(t.Context(), handlerSpec(doHandler))
			if err == nil {
				t.Fatalf("it started: %v", r)
			}
			if took := time.Since(begun); took > 8*time.Second {
				t.Errorf("the start took %s to fail", took)
			}
			if strings.Contains(script, "going") && !strings.Contains(err.Error(), "going") {
				t.Errorf("the error leaves out what it printed: %v", err)
			}
		})
	}
}

// TestHostilePlugins has authors' code do its worst at import and in calls.
func TestHostilePlugins(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.StartTimeout, c.MemoryBytes, c.Processes = 3*time.Second, 256<<20, 64 })
	for name, one := range map[string]struct {
		source string
		code   plugforge.Code
		text   string
	}{
		"exits at import":          {"import os\nos._exit(3)", plugforge.CodePluginFailed, "status 3"},
		"falls at import":          {"import os\nos.kill(os.getpid(), 11)", plugforge.CodePluginFailed, "signal 11"},
		"never ends its import":    {"import time\nprint('loading', flush=True)\ntime.sleep(1000)", plugforge.CodePluginTimeout, "loading"},
		"stops itself at import":   {"import os\nos.kill(os.getpid(), 19)", plugforge.CodePluginTimeout, "3s"},
		"closes the call socket":   {"import os\nos.close(3)\nimport time\ntime.sleep(1000)", plugforge.CodePluginFailed, ""},
		"forges at import":         {"import os\nos.write(3, b'x' * 1000)\nimport time\ntime.sleep(1000)", plugforge.CodePluginFailed, "broken frame"},
		"eats memory at import":    {"x = []\nwhile True: x.append(b'x' * 10_000_000 + bytes(len(x)))", plugforge.CodePluginFailed, "out_of_memory"},
		"says it is ready, is not": {"import os, struct\nos.write(3, struct.pack('<IBBHQ', 2, 16, 0, 0, 0) + b'{}')\nos._exit(0)", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			r, err := h.Start(t.Context(), specOf("realtime.py", one.source))
			if one.code == "" && err == nil {
				<-r.Done()
				return
			}
			if one.text == "out_of_memory" && !h.groups.has("memory") {
				if !strings.Contains(err.Error(), "MemoryError") {
					t.Errorf("without a cgroup: %v", err)
				}
				return
			}
			if one.code != "" && (plugforge.CodeOf(err) != one.code || !strings.Contains(err.Error(), one.text)) {
				t.Errorf("got %s: %v", plugforge.CodeOf(err), err)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("the start took %s to fail", took)
			}
		})
	}
}

const attacker = `
import ctypes, os, random, struct, subprocess, sys, threading, time
class InferenceService:
    async def __call__(self, inputs, parameters):
        x = inputs.get("do")
        fd = 3
        if "forge" in (x or ""): os.set_blocking(fd, True)
        if x == "forge garbage": os.write(fd, os.urandom(100_000))
        if x == "forge length": os.write(fd, struct.pack("<IBBHQ", 2**32 - 1, 18, 0, 0, 1))
        if x == "forge ids":
            for i in range(5000): os.write(fd, struct.pack("<IBBHQ", 2, 18, 0, 0, 10**6 + i) + b"{}")
        if x == "forge own answer twice":
            os.write(fd, (struct.pack("<IBBHQ", 2, 18, 0, 0, inputs["id"]) + b"{}") * 3)
        if x == "memory":
            keep = []
            while True: keep.append(bytearray(os.urandom(1 << 20) * 16))
        if x == "processes":
            n = 0
            try:
                while True:
                    if os.fork() == 0:
                        time.sleep(100)
                        os._exit(0)
                    n += 1
            except OSError: pass
            return {"n": n}
        if x == "threads":
            n = 0
            try:
                while True:
                    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
                    n += 1
            except RuntimeError: pass
            return {"n": n}
        if x == "files":
            keep = []
            try:
                while True: keep.append(os.open("/dev/null", os.O_RDONLY))
            except OSError: pass
            for f in keep: os.close(f)
            return {"n": len(keep)}
        if x == "disk":
            n = 0
            try:
                while True:
                    with open(f"/tmp/{n}", "wb") as f: f.write(b"x" * (1 << 20))
                    n += 1
            except OSError: pass
            for i in range(n + 1): os.unlink(f"/tmp/{i}")
            return {"n": n}
        if x == "daemon":
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                time.sleep(1000)
            return {"n": 1}
        if x == "print":
            end = time.time() + 1.5
            while time.time() < end:
                sys.stdout.write('{"level":"error","@message":"forged","time":"x"}\n' * 500)
            return {"n": 1}
        if x == "print without end of line":
            for _ in range(300): sys.stderr.write("y" * (1 << 20))
            return {"n": 1}
        if x == "escapes":
            print("\x1b[31mred\x1b[0m \x07 \u202e end", flush=True)
            time.sleep(0.1)
            return {"n": 1}
        return {"n": 0}
`

func TestHostileCalls(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.MemoryBytes, c.Processes, c.TmpBytes, c.OpenFiles = 200<<20, 64, 32<<20, 256 })
	do := func(r plugforge.Replica, what string) (string, error) {
		a, err := r.Call(t.Context(), plugforge.Call{Body: []byte(`{"inputs":{"do":"` + what + `","id":1}}`)})
		return string(a.Body), err
	}
	for what, want := range map[string]string{
		"forge garbage": "broken frame", "forge length": "broken frame", "forge ids": "never made", "memory": "out_of_memory",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := start(t, h, specOf("realtime.py", attacker))
			_, err := do(r, what)
			if what == "memory" && !h.groups.has("memory") {
				if err == nil || !strings.Contains(err.Error(), "MemoryError") {
					t.Errorf("without a cgroup: %v", err)
				}
				return
			}
			if what != "forge ids" && plugforge.CodeOf(err) != plugforge.CodeUnavailable {
				t.Errorf("the call got %v", err)
			}
			select {
			case <-r.Done():
			case <-time.After(20 * time.Second):
				t.Fatal("it lives")
			}
			if !strings.Contains(r.Err().Error(), want) {
				t.Errorf("ended with %v", r.Err())
			}
		})
	}
	for _, what := range []string{"processes", "threads", "files", "disk", "daemon", "print", "print without end of line", "escapes", "forge own answer twice"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := start(t, h, specOf("realtime.py", attacker))
			got, err := do(r, what)
			if err != nil {
				t.Fatal(err)
			}
			switch what {
			case "processes", "threads":
				if len(got) != len(`{"n":10}`) || got > `{"n":64}` {
					t.Errorf("it made %s of at most 64", got)
				}
			case "files":
				if len(got) != len(`{"n":100}`) || got > `{"n":256}` {
					t.Errorf("it opened %s of at most 256", got)
				}
			case "disk":
				if len(got) != len(`{"n":10}`) || got > `{"n":32}` {
					t.Errorf("it wrote %s MiB of at most 32", got)
				}
			case "escapes":
				if kept := strings.Join(r.(*replica).log.tail(5), "\n"); !strings.Contains(kept, `\x1b[31mred`) || strings.ContainsAny(kept, "\x1b\x07\u202e") {
					t.Errorf("kept %q", kept)
				}
			case "print":
				if n := len(strings.Join(r.(*replica).log.tail(1000), "\n")); n > 200_000 {
					t.Errorf("%d bytes of log kept", n)
				}
			}
			if what != "processes" && what != "threads" {
				if got, err := do(r, ""); err != nil || got != `{"n":0}` {
					t.Errorf("afterwards: %s, %v", got, err)
				}
			}
			if err := r.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			assertUserGone(t, r)
		})
	}
}

// TestNothingLeaks starts what fails and what lives, over and over.
func TestNothingLeaks(t *testing.T) {
	h := openHost(t, nil)
	round := func() {
		_, err := h.Start(t.Context(), specOf("realtime.py", "import os\nos._exit(1)"))
		if err == nil {
			t.Fatal("it started")
		}
		r := start(t, h, handlerSpec(doHandler))
		_, _ = r.Call(t.Context(), plugforge.Call{Body: []byte(`{"inputs":{"do":"exit"}}`)})
		<-r.Done()
		_ = r.Stop(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := h.Start(ctx, handlerSpec(doHandler)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a start given up: %v", err)
		}
		cancel()
	}
	round()
	count := func() (fds, routines int) {
		entries, _ := os.ReadDir("/proc/self/fd")
		return len(entries), runtime.NumGoroutine()
	}
	time.Sleep(time.Second)
	fds, routines := count()
	for range 5 {
		round()
	}
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		fds2, routines2 := count()
		if fds2 <= fds+1 && routines2 <= routines+1 {
			return
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("descriptors %d, then %d; goroutines %d, then %d", fds, fds2, routines, routines2)
		}
	}
}

func TestStartSaysWhatIsMissing(t *testing.T) {
	for name, one := range map[string]struct {
		change func(*Config)
		path   string
		want   string
	}{
		"no bubblewrap":             {func(*Config) {}, "/nonexistent", "install the package bubblewrap"},
		"no Python":                 {func(c *Config) { c.Python = "/usr/bin/python9" }, "", "install python3"},
		"a Python out of reach":     {func(c *Config) { c.Python = hiddenProgram(t) }, "", "cannot reach"},
		"what is no Python":         {func(c *Config) { c.Python = "/bin/true" }, "", "is no Python"},
		"a Python that fails":       {func(c *Config) { c.Python = "/bin/false" }, "", "does not run"},
		"no worker":                 {func(c *Config) { c.WorkerFile = "/nonexistent/worker" }, "", "worker program /nonexistent/worker is missing"},
		"no worker beside the test": {func(c *Config) { c.WorkerFile = "" }, "", "plugforge-worker is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a Python out of reach" && os.Geteuid() != 0 {
				t.Skip("only root's replicas run as another user")
			}
			if one.path != "" {
				t.Setenv("PATH", one.path)
			}
			h := openHost(t, one.change)
			_, err := h.Start(t.Context(), handlerSpec(doHandler))
			if plugforge.CodeOf(err) != plugforge.CodeUnavailable || !strings.Contains(err.Error(), one.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	// What was missing and is there now is found without a restart.
	path := os.Getenv("PATH")
	t.Setenv("PATH", "/nonexistent")
	h := openHost(t, nil)
	t.Setenv("PATH", path)
	start(t, h, handlerSpec(doHandler))
}

// hiddenProgram is Python's name in a folder that only root may enter.
func hiddenProgram(t *testing.T) string {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "python3")
	if err := os.Symlink("/usr/bin/python3", link); err != nil {
		t.Fatal(err)
	}
	return link
}
