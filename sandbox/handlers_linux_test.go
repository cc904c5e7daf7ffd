package sandbox

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"plugforge"
)

// TestHandlerForms covers what authors write in realtime.py.
func TestHandlerForms(t *testing.T) {
	t.Parallel()
	const base = "from shared.plugins.inference.serve import BaseInferenceService\n"
	forms := map[string]struct{ source, class string }{
		"base class with __call__": {base + `
class InferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters):
        self.logger.info("called")
        return {"sum": inputs["a"] + parameters["b"]}`, "InferenceService"},
		"base class with run_inference": {base + `
class InferenceService(BaseInferenceService):
    def __init__(self):
        self.ready = True
    async def run_inference(self, inputs, parameters):
        self.logger.info("called without super().__init__()")
        return {"sum": inputs["a"] + parameters["b"]}`, "InferenceService"},
		"any class whose name ends so, sync": {`
class AddInferenceService:
    def __call__(self, inputs, parameters):
        return {"sum": inputs["a"] + parameters["b"]}`, "AddInferenceService"},
		"a factory": {`
class _Hidden:
    def __init__(self, factor): self.factor = factor
    def __call__(self, inputs, parameters):
        return {"sum": (inputs["a"] + parameters["b"]) * self.factor}
def get_inference_service(**kwargs):
    return _Hidden(kwargs.get("factor", 1))`, "_Hidden"},
		"_process_single": {`
class Embedder:
    async def _process_single(self, inputs, parameters):
        return {"sum": inputs["a"] + parameters["b"]}`, "Embedder"},
		"RealtimeHandler": {`
class RealtimeHandler:
    def predict(self, request):
        return {"sum": request["a"] + request["b"]}`, "RealtimeHandler"},
		"RealtimeHandler, async": {`
class RealtimeHandler:
    async def predict(self, request):
        return {"sum": request["a"] + request["b"]}`, "RealtimeHandler"},
		"a subclass of one in the same file": {base + `
class CommonInferenceService(BaseInferenceService):
    async def __call__(self, inputs, parameters): return {"sum": -1}
class InferenceService(CommonInferenceService):
    async def __call__(self, inputs, parameters): return {"sum": inputs["a"] + parameters["b"]}`, "InferenceService"},
		"sync that returns an awaitable": {`
import asyncio
class InferenceService:
    def __call__(self, inputs, parameters):
        async def later():
            await asyncio.sleep(0.01)
            return {"sum": inputs["a"] + parameters["b"]}
        return later()`, "InferenceService"},
		"defined in a module of its own": {"from .service import InferenceService\n", "InferenceService"},
		"an asyncio.run at construction": {`
import asyncio
class InferenceService:
    def __init__(self):
        async def warm(): return 1
        asyncio.run(warm())
    async def __call__(self, inputs, parameters):
        await asyncio.sleep(0)
        return {"sum": inputs["a"] + parameters["b"]}`, "InferenceService"},
	}
	h := openHost(t, nil)
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			r := start(t, h, specOf("realtime.py", form.source, "service.py", `
class InferenceService:
    async def run_inference(self, inputs, parameters): return {"sum": inputs["a"] + parameters["b"]}`))
			a, err := r.Call(t.Context(), plugforge.Call{Body: []byte(`{"inputs":{"a":2},"parameters":{"b":3}}`), Test: true})
			if err != nil {
				t.Fatal(err)
			}
			if string(a.Body) != `{"sum":5}` || a.Type != "dict" || a.Inference != form.class {
				t.Errorf("got %s, %s, %s", a.Body, a.Type, a.Inference)
			}
			_ = r.Stop(t.Context())
		})
	}
}

func TestStartTellsWhatTheAuthorDid(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	for name, one := range map[string]struct{ source, kind, message, traceback string }{
		"raises at import":     {"def f():\n    raise ValueError('no model')\nf()\n", "ValueError", "no model", "/plugin/realtime.py\", line 2, in f"},
		"missing module":       {"import nothing_of_the_kind\n", "ModuleNotFoundError", "nothing_of_the_kind", "realtime.py"},
		"broken syntax":        {"def (:\n", "SyntaxError", "", "realtime.py"},
		"exits at import":      {"import sys\nsys.exit(3)\n", "SystemExit", "3", "realtime.py"},
		"raises when built":    {"class InferenceService:\n    def __init__(self): 1/0\n    def __call__(self, i, p): pass\n", "ZeroDivisionError", "division by zero", "line 2"},
		"has no handler":       {"x = 1\n", "TypeError", "realtime.py must define", ""},
		"exception of its own": {"class Odd(Exception):\n    def __str__(self): raise Exception()\nraise Odd()\n", "Odd", "str() failed", ""},
		"chained":              {"try:\n    {}['k']\nexcept KeyError as e:\n    raise RuntimeError('outer') from e\n", "RuntimeError", "outer", "KeyError: 'k'"},
	} {
		_, err := h.Start(t.Context(), specOf("realtime.py", one.source))
		var raised *plugforge.HandlerError
		if !errors.As(err, &raised) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if raised.Type != one.kind || !strings.Contains(raised.Message, one.message) || !strings.Contains(raised.Traceback, one.traceback) {
			t.Errorf("%s: got %q %q\n%s", name, raised.Type, raised.Message, raised.Traceback)
		}
		if strings.Contains(raised.Traceback, "plugforge_runner") || strings.Contains(raised.Traceback, "importlib") {
			t.Errorf("%s: the traceback shows the runner:\n%s", name, raised.Traceback)
		}
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	const files = `
class InferenceService:
    def __call__(self, inputs, parameters): return ANSWER
`
	for name, one := range map[string]struct {
		spec plugforge.ReplicaSpec
		want string
	}{
		"relative and by name, folders without __init__": {specOf(
			"realtime.py", "from .processors.core import x\nfrom text_embed.processors.core import y\nimport text_embed.processors.core as c\nANSWER={'v': [x, y, c.x]}\n"+files,
			"processors/core.py", "from . import more\nx = more.value\ny = 2\n",
			"processors/more.py", "value = 1\n"), `{"v":[1,2,1]}`},
		"the real json": {specOf(
			"realtime.py", "import json\nfrom . import json as mine\nimport sys\nANSWER={'v': [json.dumps([1]), mine.dumps, '/plugin' in sys.path, '' in sys.path]}\n"+files,
			"json.py", "dumps = 'mine'\n"), `{"v":["[1]","mine",false,false]}`},
		"a package file": {specOf(
			"__init__.py", "setting = 7\n",
			"realtime.py", "from . import setting\nimport text_embed\nANSWER={'v': [setting, text_embed.setting]}\n"+files), `{"v":[7,7]}`},
		"pipeline names": {specOf(
			"realtime.py", "from .pipeline import D\nfrom shared.plugins import parallel_io, concurrent_api_calls, open_asset, download_asset\nfrom shared.plugins.sdk import parallel_io as p\nANSWER={'v': [D.name, p(lambda x: x + 1, [1, 2])]}\n"+files,
			"pipeline.py", "from engine.plugins.extractors.pipeline import PipelineDefinition, StepDefinition, ResourceType, RowCondition, build_pipeline_steps\nD = PipelineDefinition(name='n', version='1', steps=[StepDefinition(name='s', resource_type=ResourceType.CPU)])\n"), `{"v":["n",[2,3]]}`},
	} {
		h := openHost(t, nil)
		if got := call(t, start(t, h, one.spec), `{}`); got != one.want {
			t.Errorf("%s: got %s, want %s", name, got, one.want)
		}
	}
	// A plugin that bears a module's name leaves that module alone.
	h := openHost(t, nil)
	spec := specOf("realtime.py", "import json\nfrom .helper import v\nANSWER={'v': json.loads(v)}\n"+files, "helper.py", "v = '[1]'\n")
	spec.Slug.Name = "json"
	if got := call(t, start(t, h, spec), `{}`); got != `{"v":[1]}` {
		t.Errorf("plugin named json: got %s", got)
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(`return {"n": len(inputs)}`))
	for body, want := range map[string]string{
		`{"inputs":`:                       "not JSON",
		`{"inputs":{}} x`:                  "not JSON",
		`[]`:                               "must be an object",
		`"text"`:                           "must be an object",
		`null`:                             "must be an object",
		`{"inputs":[]}`:                    "inputs must be an object",
		`{"parameters":"x"}`:               "parameters must be an object",
		"{\"inputs\":{\"a\":\"\xff\"}}":    "not UTF-8",
		`{"inputs":{"a":NaN}}`:             "NaN",
		"\ufeff{}":                         "not JSON",
		strings.Repeat(`{"a":`, 100_000):   "nested",
		`{"a":` + strings.Repeat("9", 5e3): "not JSON",
	} {
		_, err := r.Call(t.Context(), plugforge.Call{Body: []byte(body)})
		if plugforge.CodeOf(err) != plugforge.CodeValidation || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v", body, err)
		}
	}
	for body, want := range map[string]string{
		``: `{"n":0}`, `{}`: `{"n":0}`, `{"inputs":null,"other":1}`: `{"n":0}`, ` {"inputs":{"a":1,"b":2}} `: `{"n":2}`,
	} {
		if got := call(t, r, body); got != want {
			t.Errorf("%q: got %s", body, got)
		}
	}
}

// TestAnswers compares with json.dumps of the same interpreter.
func TestAnswers(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, specOf("realtime.py", `
import array, collections, json, random
class F(float): pass
big = [random.random() for _ in range(100_000)]
VALUES = {
  "tiny": {"ok": True, "none": None, "n": 2**70, "s": "ä\u2028\ud800", "f": -0.0},
  "floats": {"embedding": [random.gauss(0, 1) for _ in range(384)]},
  "tuple": {"embedding": tuple(random.gauss(0, 1) for _ in range(384))},
  "short list": {"v": [0.5] * 15},
  "mixed": {"v": [0.5] * 20 + [1] + [0.5] * 20},
  "mixed bool": {"v": [0.5] + [True] * 20 + [0.5]},
  "subclass": {"v": [F(0.5)] * 20},
  "subclass inside": {"v": [0.5] + [F(1.5)] * 20 + [0.5]},
  "nested": {"a": [{"v": [0.25] * 16, "w": 1}, {"v": [[0.5] * 16, [1.5] * 17], "x": "y"}], "z": {"q": {"v": [1e-7] * 16}}},
  "cuts": {"v": big, "w": big[:50], "x": 1},
  "keys": {1: 0, None: 1, True: 2, 1.5: 3, "b": 4, "a": 5},
  "ordered": collections.OrderedDict([("b", 1), ("a", [0.5] * 32)]),
  "deep": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": [0.5] * 32}}}}}}}}}},
  "empty": {},
  "empties": {"a": [], "b": {}, "c": ""},
}
class InferenceService:
    async def __call__(self, inputs, parameters):
        from plugforge_runner import answers
        VALUES["mark"] = {"a": answers.MARK, "v": [0.5] * 16}
        VALUES["mark quoted"] = {"a": '"' + answers.MARK + '"', "v": [0.5] * 16}
        VALUES["mark as key"] = {answers.MARK: 1, "v": [0.5] * 16}
        if "arrays" in inputs:
            return {"d": array.array("d", [0.1, 5.0]), "f": array.array("f", [0.1, 5.0]), "i": array.array("i", [1]), "e": array.array("d")}
        v = VALUES[inputs["which"]]
        return {"text": json.dumps(v, separators=(",", ":"))} if inputs.get("text") else v
    def names(self): pass
`))
	for _, name := range []string{"tiny", "floats", "tuple", "short list", "mixed", "mixed bool", "subclass", "subclass inside", "nested", "cuts",
		"keys", "ordered", "deep", "empty", "empties", "mark", "mark quoted", "mark as key"} {
		got := call(t, r, `{"inputs":{"which":"`+name+`"}}`)
		var want struct{ Text string }
		if err := json.Unmarshal([]byte(call(t, r, `{"inputs":{"which":"`+name+`","text":true}}`)), &want); err != nil {
			t.Fatal(err)
		}
		if got != want.Text {
			t.Errorf("%s:\n got %.200s\nwant %.200s", name, got, want.Text)
		}
	}
	if got := call(t, r, `{"inputs":{"arrays":1}}`); got != `{"d":[0.1,5.0],"f":[0.10000000149011612,5.0],"i":[1],"e":[]}` {
		t.Errorf("arrays: got %s", got)
	}
}

func TestWhatHandlersRaise(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(`
x = inputs["do"]
if x == "raise": raise KeyError("k")
if x == "later":
    await asyncio.sleep(0.01)
    raise ValueError("after a while")
if x == "exit": sys.exit(5)
if x == "exit later":
    await asyncio.sleep(0.01)
    sys.exit(5)
if x == "interrupt": raise KeyboardInterrupt()
if x == "task exits":
    async def leave(): raise SystemExit(4)
    t = asyncio.create_task(leave())
    await asyncio.sleep(0.01)
    return {"survived": True}
if x == "list": return [1]
if x == "none": return None
if x == "set": return {"v": {1}}
if x == "nan": return {"v": float("nan")}
if x == "nan in floats": return {"v": [0.5] * 16 + [float("inf")] + [0.5]}
if x == "circular":
    d = {}
    d["d"] = d
    return d
if x == "cancelled": raise asyncio.CancelledError()
if x == "long": raise ValueError("x" * 10_000_000)
return {"fine": True}`))
	for do, want := range map[string]string{
		"raise": "KeyError: 'k'", "later": "ValueError: after a while", "exit": "SystemExit: 5", "exit later": "SystemExit: 5",
		"interrupt": "KeyboardInterrupt: ", "list": "TypeError: the handler must return a dict, not list",
		"none": "TypeError: the handler must return a dict, not NoneType", "set": "TypeError: Object of type set is not JSON serializable",
		"nan": "ValueError: Out of range float values are not JSON compliant", "nan in floats": "ValueError: Out of range float values are not JSON compliant",
		"circular": "RecursionError: ", "cancelled": "CancelledError: ", "long": "ValueError: xxx",
	} {
		_, err := r.Call(t.Context(), plugforge.Call{Body: []byte(`{"inputs":{"do":"` + do + `"}}`)})
		var raised *plugforge.HandlerError
		if !errors.As(err, &raised) || !strings.HasPrefix(raised.Error(), want) {
			t.Errorf("%s: got %.200v", do, err)
		} else if len(raised.Error()) > 10_000 || len(raised.Traceback) > 64<<10 {
			t.Errorf("%s: the report is %d and %d bytes long", do, len(raised.Error()), len(raised.Traceback))
		}
	}
	if got := call(t, r, `{"inputs":{"do":"task exits"}}`); got != `{"survived":true}` {
		t.Errorf("task exits: got %s", got)
	}
	if got := call(t, r, `{"inputs":{"do":""}}`); got != `{"fine":true}` {
		t.Errorf("afterwards: got %s", got)
	}
}
