package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge"
)

// doHandler is a handler whose deeds its inputs choose.
const doHandler = `
x = inputs.get("do")
if x == "sleep":
    await asyncio.sleep(inputs["s"])
if x == "block": time.sleep(inputs["s"])
if x == "stubborn":
    while True:
        try: await asyncio.sleep(3600)
        except BaseException: pass
if x == "pid": return {"pid": os.getpid()}
if x == "stop": os.kill(os.getpid(), 19)
if x == "exit": os._exit(3)
if x == "segv":
    print("about to fall", flush=True)
    os.kill(os.getpid(), 11)
if x == "worker":
    os.kill(os.getppid(), 9)
    await asyncio.sleep(60)
if x == "freeze worker": os.kill(os.getppid(), 19)
if x == "big": return {"v": "x" * inputs["n"]}
if x == "big floats": return {"v": [0.5] * inputs["n"]}
if x == "echo": return {"v": inputs["v"]}
return {"done": x}`

func TestManyCallsAtOnce(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler))
	begun := time.Now()
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			want := fmt.Sprintf(`{"v":"%d %s"}`, i, strings.Repeat("y", i*2000))
			if got := call(t, r, `{"inputs":{"do":"echo","v":`+want[5:]+`}`); got != want {
				t.Errorf("call %d got another's answer: %.60s", i, got)
			}
			if got := call(t, r, `{"inputs":{"do":"sleep","s":0.3}}`); got != `{"done":"sleep"}` {
				t.Errorf("call %d: got %.60s", i, got)
			}
		})
	}
	wg.Wait()
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("200 calls that sleep 0.3 s took %s: they ran one after the other", took)
	}
}

func TestLargeBodies(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.AnswerBytes, c.RequestBytes = 4<<20, 4<<20 })
	r := start(t, h, handlerSpec(doHandler))
	text := strings.Repeat("z", 3<<20)
	if got := call(t, r, `{"inputs":{"do":"echo","v":"`+text+`"}}`); got != `{"v":"`+text+`"}` {
		t.Error("3 MiB came back changed")
	}
	for body, want := range map[string]plugforge.Code{
		`{"inputs":{"do":"big","n":5000000}}`:               plugforge.CodeTooLarge,
		`{"inputs":{"do":"big floats","n":1000000}}`:        plugforge.CodeTooLarge,
		`{"inputs":{"v":"` + strings.Repeat("x", 5e6) + `"`: plugforge.CodeTooLarge,
	} {
		if _, err := r.Call(t.Context(), plugforge.Call{Body: []byte(body)}); plugforge.CodeOf(err) != want {
			t.Errorf("%.50s: got %v", body, err)
		}
	}
	if got := call(t, r, `{}`); got != `{"done":null}` {
		t.Errorf("afterwards: got %s", got)
	}
}

func syncSpec(body string) plugforge.ReplicaSpec {
	return specOf("realtime.py", "import threading, time\nLOCK = threading.Lock()\nnow = most = 0\nclass InferenceService:\n    def __call__(self, inputs, parameters):\n"+
		"        global now, most\n"+indent(body, "        "))
}

const countOverlap = `with LOCK:
    now += 1
    most = max(most, now)
time.sleep(inputs.get("s", 0.05))
with LOCK: now -= 1
return {"most": most}`

func TestSyncHandlersTakeTurns(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	for threads, want := range map[int]string{0: `{"most":1}`, 1: `{"most":1}`, 3: `{"most":3}`} {
		spec := syncSpec(countOverlap)
		spec.MaxConcurrency = threads
		r := start(t, h, spec)
		var wg sync.WaitGroup
		for range 9 {
			wg.Go(func() { call(t, r, `{}`) })
		}
		wg.Wait()
		if got := call(t, r, `{}`); got != want {
			t.Errorf("%d threads: got %s, want %s", threads, got, want)
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.StuckGrace = 300 * time.Millisecond })
	patient := openHost(t, func(c *Config) { c.StuckGrace = 10 * time.Second })
	slow := func(r plugforge.Replica, body string) error {
		_, err := r.Call(t.Context(), plugforge.Call{Body: []byte(body)})
		return err
	}
	for name, one := range map[string]struct {
		spec  plugforge.ReplicaSpec
		body  string
		lives bool
	}{
		"async that waits":             {handlerSpec(doHandler), `{"inputs":{"do":"sleep","s":60}}`, true},
		"async that blocks the loop":   {handlerSpec(doHandler), `{"inputs":{"do":"block","s":60}}`, false},
		"async that ignores cancel":    {handlerSpec(doHandler), `{"inputs":{"do":"stubborn"}}`, false},
		"sync that is stuck":           {syncSpec(countOverlap), `{"inputs":{"s":60}}`, false},
		"sync that ends within grace":  {syncSpec(countOverlap), `{"inputs":{"s":0.5}}`, true},
		"a process that stops itself":  {handlerSpec(doHandler), `{"inputs":{"do":"stop"}}`, false},
		"a large body to such process": {handlerSpec(doHandler), `{"inputs":{"do":"stop","v":"` + strings.Repeat("x", 8<<20) + `"}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := h
			if one.lives {
				h = patient
			}
			one.spec.CallTimeout = 400 * time.Millisecond
			r := start(t, h, one.spec)
			if err := slow(r, one.body); plugforge.CodeOf(err) != plugforge.CodePluginTimeout {
				t.Fatalf("got %v", err)
			}
			if one.lives {
				for begun := time.Now(); slow(r, `{"inputs":{"s":0}}`) != nil; {
					if time.Since(begun) > 8*time.Second || r.Err() != nil {
						t.Fatalf("it answers no more: %v", r.Err())
					}
				}
				return
			}
			select {
			case <-r.Done():
			case <-time.After(5 * time.Second):
				t.Fatal("the stuck replica lives on")
			}
			if plugforge.CodeOf(r.Err()) != plugforge.CodePluginTimeout {
				t.Errorf("it ended because %v", r.Err())
			}
			if err := slow(r, `{}`); plugforge.CodeOf(err) != plugforge.CodeUnavailable {
				t.Errorf("a call to it: %v", err)
			}
		})
	}
}

func TestCallersThatGo(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.StuckGrace = 200 * time.Millisecond })
	r := start(t, h, specOf("realtime.py", `
import asyncio
cancelled = 0
class InferenceService:
    async def __call__(self, inputs, parameters):
        global cancelled
        try: await asyncio.sleep(inputs.get("s", 0))
        except asyncio.CancelledError:
            cancelled += 1
            raise
        return {"cancelled": cancelled}`))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := r.Call(ctx, plugforge.Call{Body: []byte(`{"inputs":{"s":60}}`)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Call(ctx, plugforge.Call{Body: []byte(`{"inputs":{"s":60}}`)}); plugforge.CodeOf(err) != plugforge.CodePluginTimeout {
		t.Errorf("deadline: got %v", err)
	}
	time.Sleep(100 * time.Millisecond)
	if got := call(t, r, `{}`); got != `{"cancelled":2}` {
		t.Errorf("the handler saw %s", got)
	}
	// A sync handler cannot be cancelled; it may take its time, and those that
	// wait behind it are dropped.
	s := start(t, h, syncSpec(countOverlap))
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, _ = s.Call(ctx, plugforge.Call{Body: []byte(`{"inputs":{"s":0.8}}`)})
		cancel()
	}
	begun := time.Now()
	if got := call(t, s, `{"inputs":{"s":0}}`); got != `{"most":1}` || time.Since(begun) > 1500*time.Millisecond {
		t.Errorf("got %s after %s", got, time.Since(begun))
	}
}

// TestFirstStep looks at the calls whose first step runs without a task of
// their own.
func TestFirstStep(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, specOf("realtime.py", `
import asyncio, contextvars
VAR = contextvars.ContextVar("v", default=0)
async def child(): return asyncio.current_task().get_name()
class InferenceService:
    async def __call__(self, inputs, parameters):
        x = inputs["do"]
        if x == "timeout at once":
            try:
                async with asyncio.timeout(0): await asyncio.sleep(5)
            except TimeoutError: return {"timed": "out"}
        if x == "timeout":
            try:
                async with asyncio.timeout(0.05): await asyncio.sleep(5)
            except TimeoutError: return {"timed": "out"}
        if x == "timeout unused":
            async with asyncio.timeout(0): pass
            return {"fine": True}
        if x == "wait_for":
            try: await asyncio.wait_for(asyncio.sleep(5), 0.05)
            except asyncio.TimeoutError: return {"timed": "out"}
        if x == "same task":
            a = asyncio.current_task()
            await asyncio.sleep(0)
            b = asyncio.current_task()
            await asyncio.sleep(0.01)
            return {"same": a is b is asyncio.current_task(), "none": a is None}
        if x == "cancel self":
            asyncio.current_task().cancel()
            try: await asyncio.sleep(1)
            except asyncio.CancelledError: return {"cancelled": True}
        if x == "cancel self and end":
            asyncio.current_task().cancel()
            return {"fine": True}
        if x == "group":
            async with asyncio.TaskGroup() as g:
                ts = [g.create_task(asyncio.sleep(0.01, i)) for i in range(3)]
            return {"v": [t.result() for t in ts]}
        if x == "group raises":
            async def bad(): raise ValueError("in group")
            try:
                async with asyncio.TaskGroup() as g: g.create_task(bad())
            except* ValueError: pass
            return {"caught": True}
        if x == "context":
            before = VAR.get()
            VAR.set(inputs["n"])
            if inputs.get("wait"): await asyncio.sleep(0.01)
            return {"before": before, "after": VAR.get()}
        if x == "future":
            f = asyncio.get_running_loop().create_future()
            f.set_result(3)
            return {"v": await f}
        if x == "task":
            return {"v": await asyncio.create_task(asyncio.sleep(0, 4))}
        if x == "thread":
            return {"v": await asyncio.to_thread(lambda: 5)}
        if x == "gather":
            return {"v": await asyncio.gather(*(asyncio.sleep(0, i) for i in range(3)))}
`))
	for do, want := range map[string]string{
		"timeout at once": `{"timed":"out"}`, "timeout": `{"timed":"out"}`, "timeout unused": `{"fine":true}`, "wait_for": `{"timed":"out"}`,
		"same task": `{"same":true,"none":false}`, "cancel self": `{"cancelled":true}`, "cancel self and end": `{"fine":true}`,
		"group": `{"v":[0,1,2]}`, "group raises": `{"caught":true}`, "future": `{"v":3}`, "task": `{"v":4}`, "thread": `{"v":5}`, "gather": `{"v":[0,1,2]}`,
	} {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if got := call(t, r, `{"inputs":{"do":"`+do+`"}}`); got != want {
					t.Errorf("%s: got %s", do, got)
				}
			})
		}
		wg.Wait()
	}
	for i := 1; i < 20; i++ {
		wait := []string{"", `,"wait":1`}[i%2]
		if got, want := call(t, r, fmt.Sprintf(`{"inputs":{"do":"context","n":%d%s}}`, i, wait)), fmt.Sprintf(`{"before":0,"after":%d}`, i); got != want {
			t.Errorf("context: got %s, want %s", got, want)
		}
	}
}

func TestStopDrains(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler))
	result := make(chan error, 1)
	go func() {
		_, err := r.Call(context.Background(), plugforge.Call{Body: []byte(`{"inputs":{"do":"sleep","s":0.5}}`)})
		result <- err
	}()
	time.Sleep(100 * time.Millisecond)
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Errorf("the running call: %v", err)
	}
	<-r.Done()
	if r.Err() != nil {
		t.Errorf("stopped, with %v", r.Err())
	}
	if _, err := r.Call(t.Context(), plugforge.Call{}); plugforge.CodeOf(err) != plugforge.CodeUnavailable {
		t.Errorf("a call afterwards: %v", err)
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
}

func TestStopDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	for _, do := range []string{"stubborn", "stop", "freeze worker"} {
		r := start(t, h, handlerSpec("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"+doHandler))
		result := make(chan error, 1)
		go func() {
			_, err := r.Call(context.Background(), plugforge.Call{Body: []byte(`{"inputs":{"do":"` + do + `"}}`)})
			result <- err
		}()
		time.Sleep(100 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		begun := time.Now()
		_ = r.Stop(ctx)
		cancel()
		if took := time.Since(begun); took > 6*time.Second {
			t.Errorf("%s: stopping took %s", do, took)
		}
		if err := <-result; do != "freeze worker" && plugforge.CodeOf(err) != plugforge.CodeUnavailable {
			t.Errorf("%s: the running call: %v", do, err)
		}
		assertUserGone(t, r)
	}
}

func TestReplicasThatDie(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	for do, want := range map[string]string{
		"exit": "exited with status 3", "segv": "signal 11", "worker": "the worker is gone",
	} {
		r := start(t, h, handlerSpec(doHandler))
		if _, err := r.Call(t.Context(), plugforge.Call{Body: []byte(`{"inputs":{"do":"` + do + `"}}`)}); plugforge.CodeOf(err) != plugforge.CodeUnavailable {
			t.Errorf("%s: the call got %v", do, err)
		}
		select {
		case <-r.Done():
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: not done", do)
		}
		if err := r.Err(); plugforge.CodeOf(err) != plugforge.CodePluginFailed || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: ended with %v", do, err)
		}
		if do == "segv" && !strings.Contains(r.Err().Error(), "about to fall") {
			t.Errorf("the last line printed is missing: %v", r.Err())
		}
		_ = r.Stop(t.Context())
		assertUserGone(t, r)
	}
}

// assertUserGone fails when anything still runs under a replica's user.
func assertUserGone(t *testing.T, r plugforge.Replica) {
	t.Helper()
	if lease := r.(*replica).lease; lease != nil {
		if left, err := killUser(lease.id); left != 0 || err != nil {
			t.Errorf("%d processes of the replica live on (%v)", left, err)
		}
	}
}

func TestCloseGivesStartsUp(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	result := make(chan error, 1)
	go func() {
		_, err := h.Start(context.Background(), specOf("realtime.py", "import time\ntime.sleep(1000)"))
		result <- err
	}()
	time.Sleep(200 * time.Millisecond)
	begun := time.Now()
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-result; plugforge.CodeOf(err) != plugforge.CodeUnavailable || time.Since(begun) > 8*time.Second {
		t.Errorf("the start: %v after %s", err, time.Since(begun))
	}
	if _, err := h.Start(t.Context(), handlerSpec(doHandler)); plugforge.CodeOf(err) != plugforge.CodeUnavailable {
		t.Errorf("a start afterwards: %v", err)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler)).(*replica)
	s, err := r.worker.Status(t.Context(), 0)
	if err != nil || !s.Running || s.RSSBytes < 1<<20 || s.RSSBytes > 1<<30 {
		t.Errorf("got %+v, %v", s, err)
	}
	if err := r.worker.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	if !r.line.answers(5 * time.Second) {
		t.Error("an idle plugin does not answer a ping")
	}
	if _, err := r.worker.Start(t.Context(), r.startRequest()); err == nil {
		t.Error("a second Python was started")
	}
}
