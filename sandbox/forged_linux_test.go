package sandbox

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge"
)

// buildForged builds testdata/forged, a worker that lies.
func buildForged(t *testing.T) string {
	t.Helper()
	if os.Getenv("PLUGFORGE_TEST_WORKER") != "" {
		t.Skip("there is no Go to build it with")
	}
	file := filepath.Join(t.TempDir(), "forged")
	build := exec.CommandContext(t.Context(), "go", "build", "-race=false", "-o", file, "./testdata/forged")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// TestForgedWorker has what stands in the worker's place send every kind of
// broken control answer and frame, over the real sockets out of a real sandbox.
// Whatever it says, a start or a call ends in time with an error meant for
// people or with an answer, a stop ends, and nothing is left.
func TestForgedWorker(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) {
		c.WorkerFile = buildForged(t)
		c.StartTimeout, c.CallTimeout, c.StuckGrace = 4*time.Second, time.Second, 200*time.Millisecond
		c.AnswerBytes = 4 << 20
	})
	const bears = "bears it" // the lie changes nothing for who calls
	lies := map[string]string{
		"none: it tells the truth": bears,

		"control: zeros for ever": "", "control: a frame of 16 MB": "", "control: settings for ever": "", "control: text": "", "control: close": "",

		"start: no JSON": "", "start: a list": "", "start: nesting": "", "start: numbers beyond": "", "start: no protobuf": "", "start: 16 MB": "",
		"start: an error of 1 MB": "", "start: an unknown code": "", "start: two answers": "", "start: never": "", "start: close": "",
		"start: nothing": "",

		"status: no JSON": bears, "status: numbers beyond": bears, "status: a signal beyond": bears, "status: 16 MB": bears, "status: never": bears,
		"status: an error of 1 MB": bears, "stop: never": bears, "stop: no JSON": bears, "stop: close": bears, "stop: 16 MB": bears,
		"check: no JSON": bears, "check: never": bears, "check: nothing": bears,

		"early: garbage": "", "early: a length beyond": "", "early: half a header": "", "early: ready twice": "", "early: close": "", "early: an answer for every id": "",

		"load: garbage": "broken frame", "load: zeros for ever": "broken frame", "load: a length beyond": "broken frame", "load: half a header": "not imported within",
		"load: half a frame, then close": "", "load: close": "", "load: type 0": "broken frame", "load: a call of its own": "broken frame",
		"load: unknown flags": "broken frame", "load: bytes that must be zero": "broken frame", "load: ready, no JSON": "broken frame",
		"load: failed, no JSON": "broken frame", "load: failed, nested": "broken frame", "load: failed, 200 KB of escapes": "", "load: ready twice": "",
		"load: ready and failed": "", "load: pings answered for ever": "not imported within", "load: an answer for every id": "broken frame",

		"call: garbage": "", "call: zeros for ever": "", "call: a length beyond": "", "call: one byte more than a frame holds": "", "call: half a header": "",
		"call: half a payload": "", "call: half a frame, then close": "", "call: close": "", "call: type 0": "", "call: a call of its own": "",
		"call: unknown flags": "", "call: bytes that must be zero": "", "call: ready twice": "", "call: an answer that never ends": "", "call: empty pieces for ever": "",
		"call: types for ever": "", "call: half a float": "", "call: a float without its letter": "", "call: not a number": "", "call: raised, no JSON": "",
		"call: raised, goes on": "", "call: a bad request of 256 KB": "", "call: answered twice": bears,
	}
	// Most of a life is waiting, so more run at once than there are cores.
	type end struct {
		err  error
		took time.Duration
	}
	var mu sync.Mutex
	var lives sync.WaitGroup
	ends, slots := map[string]end{}, make(chan struct{}, 12)
	for lie := range lies {
		lives.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			begun := time.Now()
			err := forgedLife(t, h, lie)
			mu.Lock()
			defer mu.Unlock()
			ends[lie] = end{err, time.Since(begun)}
		})
	}
	lives.Wait()
	for lie, want := range lies {
		t.Run(lie, func(t *testing.T) {
			err := ends[lie].err
			if took := ends[lie].took; took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			switch {
			case want == bears && err != nil:
				t.Errorf("got %v", err)
			case want == bears, err == nil && strings.HasPrefix(lie, "load: ready"), err == nil && strings.HasPrefix(lie, "start: "):
			case err == nil:
				t.Error("nobody noticed")
			case plugforge.CodeOf(err) == plugforge.CodeInternal && !errors.As(err, new(*plugforge.HandlerError)):
				t.Errorf("an error that says nothing: %v", err)
			case !strings.Contains(err.Error(), want):
				t.Errorf("got %v, want %s", err, want)
			case len(err.Error()) > 20<<10:
				t.Errorf("%d bytes of error: %.200q", len(err.Error()), err.Error())
			}
		})
	}
}

// forgedLife starts a liar, calls it, and stops it. The first error is given.
func forgedLife(t *testing.T, h *Host, lie string) error {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	started, err := h.Start(ctx, specOf("mode", lie+"\n"))
	if err != nil {
		return err
	}
	if lie == "check: never" {
		short, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		if started.(*replica).worker.Healthy(short) == nil {
			t.Error("the worker is taken for well")
		}
	}
	_, err = started.Call(ctx, callOf(`{}`))
	if stopped := started.Stop(ctx); stopped != nil {
		t.Errorf("%s: stop: %v", lie, stopped)
	}
	assertUserGone(t, started)
	if strings.HasPrefix(lie, "status: ") {
		// Why it ended is asked of the worker, which lies: it still is an end.
		again, err := h.Start(ctx, specOf("mode", lie+"\n"))
		if err != nil {
			return err
		}
		again.(*replica).end(errFrame)
		if why := again.Err(); plugforge.CodeOf(why) != plugforge.CodePluginFailed || len(why.Error()) > 10<<10 {
			t.Errorf("%s: it ended with %.300v", lie, why)
		}
		<-again.(*replica).gone
	}
	return err
}
