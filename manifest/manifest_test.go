package manifest_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/manifest"
)

func TestFixture(t *testing.T) {
	for name, tree := range map[string]fstest.MapFS{
		"realtime": fixture.Files("text_embed", "1.2.3"), "batch": fixture.BatchOnly("text_embed", "1.2.3"),
	} {
		t.Run(name, func(t *testing.T) {
			m, found, err := manifest.Read(context.Background(), tree)
			if err != nil || len(found) > 0 {
				t.Fatal(err, found)
			}
			if m.Name != "text_embed" || m.Version != "1.2.3" || m.FirstFeature() != "text_embed_embedding" ||
				m.FeatureURI != "mixpeek://text_embed@1.2.3/text_embed_embedding" || m.Category != "text" {
				t.Errorf("%+v", m)
			}
			if !strings.Contains(string(m.InputSchema), `"minLength":1`) {
				t.Errorf("%s", m.InputSchema)
			}
		})
	}
}

// TestMarshal: nothing is null that a client would iterate over.
func TestMarshal(t *testing.T) {
	m := mustRead(t, "feature_extractor_name = 'tiny_one'\n")
	got, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"feature_extractor_name":"tiny_one","version":"","description":"","input_schema":{},"output_schema":{},
		"parameter_schema":{},"required_vector_indexes":[],"features":[],"dependencies":[],
		"compute_profile":{"resource_type":"cpu","batch_size":64,"max_concurrency":2,"actor_memory_gb":2},
		"serve_config":{},"feature_uri":"","cost_rates":[]}`
	if !sameJSON(t, got, []byte(want)) {
		t.Errorf("%s", got)
	}
	if m.SyncThreads() != 1 {
		t.Errorf("SyncThreads() = %d", m.SyncThreads())
	}
}

// TestFormB: everything as plain top-level literals and constants.
func TestFormB(t *testing.T) {
	m := mustRead(t, `"""A manifest."""
import os
DIM = 3 * 256
PREFIX = "text" + "_"
COMMON = {"owner": "me"}
feature_extractor_name = "form_b"
version = "v2.1"
description = ("one "
               "two")
dependencies = ["numpy>=1.26", "torch"]
features: list = [
    {"feature_type": "embedding", "feature_name": PREFIX + "a", "embedding_dim": DIM, "distance_metric": "dot", **COMMON},
    {"feature_type": "float", "feature_name": f"{PREFIX}b"},
    {"feature_type": "embedding", "feature_name": "c", "embedding_dim": 2},
]
input_schema = {"type": "object", "properties": {"x": {"type": "string", "default": None}}}
output_schema = {"type": "object"}
compute_profile = {"resource_type": "gpu", "max_concurrency": 4, "gpu_memory_gb": 8}
serve_config = {"num_replicas": 2, "memory_gb": 1.5}
cost_rates = [{"unit": "call", "amount": 1}]
required_vector_indexes = ["a"]
`)
	if m.Version != "2.1.0" || m.Description != "one two" || len(m.Dependencies) != 2 || m.SyncThreads() != 4 ||
		m.ServeConfig.NumReplicas == nil || *m.ServeConfig.NumReplicas != 2 || m.FeatureURI != "mixpeek://form_b@2.1.0/text_a" {
		t.Errorf("%+v", m)
	}
	got, _ := json.Marshal(m.Features)
	want := `[{"feature_type":"embedding","feature_name":"text_a","embedding_dim":768,"distance_metric":"dot","owner":"me"},
		{"feature_type":"float","feature_name":"text_b"},
		{"feature_type":"embedding","feature_name":"c","embedding_dim":2,"distance_metric":"cosine"}]`
	if !sameJSON(t, got, []byte(want)) {
		t.Errorf("%s", got)
	}
}

// TestMixed: form A's dictionary beside top-level keys, and metadata keys that
// are not known are kept.
func TestMixed(t *testing.T) {
	m := mustRead(t, `metadata = dict(name="mixed_one", version="1.0.0", author={"mail": "a@b"}, tags=["x"])
version = "1.0.0"
description = "d"
`)
	if m.Name != "mixed_one" || m.Description != "d" || string(m.Extra["author"]) != `{"mail":"a@b"}` {
		t.Errorf("%+v", m)
	}
}

func TestFindings(t *testing.T) {
	const head = "feature_extractor_name = 'some_name'\n"
	for name, c := range map[string]struct{ text, want string }{
		"syntax":          {"x = (\n", "manifest.py:1:1: manifest.unreadable"},
		"no name":         {"version = '1.0.0'\n", "manifest.py:0:0: manifest.missing-name"},
		"bad name":        {"feature_extractor_name = '1x'\n", "manifest.py:1:26: manifest.bad-name"},
		"bad version":     {head + "version = '1.02'\n", "manifest.py:2:11: manifest.bad-version"},
		"number version":  {head + "version = 1.0\n", "manifest.py:2:11: manifest.wrong-type: version must be a string, not a number"},
		"call":            {head + "description = make()\n", "manifest.py:2:15: manifest.unknown-value: description: a call"},
		"environment":     {head + "import os\ndescription = os.environ.get('X', 'd')\n", "manifest.py:3:15: manifest.environment"},
		"comprehension":   {head + "features = [f for f in x]\n", "manifest.py:2:12: manifest.unknown-value: features: a comprehension"},
		"rebound":         {head + "D = 1\nD = 2\nfeatures = [D]\n", "manifest.py:4:13: manifest.unknown-value"},
		"twice":           {head + "metadata = {'description': 'a'}\ndescription = 'b'\n", "manifest.py:3:1: manifest.given-twice"},
		"in an if":        {head + "if True:\n    description = 'x'\n", "manifest.py:3:5: manifest.not-plain"},
		"changed":         {head + "features = []\nfeatures.append({})\n", "manifest.py:3:1: manifest.changed"},
		"changed key":     {"metadata = {'name': 'abc'}\nmetadata['version'] = '1.0.0'\n", "manifest.py:2:1: manifest.changed"},
		"augmented":       {head + "features = []\nfeatures += [{}]\n", "manifest.not-plain"},
		"type":            {head + "features = [{'type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1}]\n", "manifest.py:2:14: manifest.look-alike-key: the key of a feature is feature_type, not type"},
		"name":            {head + "features = [{'feature_type': 'float', 'name': 'a'}]\n", "the key of a feature is feature_name, not name"},
		"dimensions":      {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'dimensions': 1}]\n", "the key of a feature is embedding_dim, not dimensions"},
		"distance":        {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1, 'distance': 'dot'}]\n", "the key of a feature is distance_metric, not distance"},
		"zero dimension":  {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 0}]\n", "manifest.bad-dimension"},
		"no dimension":    {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a'}]\n", "manifest.missing-key: the feature is an embedding and has no embedding_dim"},
		"bad metric":      {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1, 'distance_metric': 'l2'}]\n", "manifest.bad-metric"},
		"same features":   {head + "features = [{'feature_type': 'int', 'feature_name': 'a'}, {'feature_type': 'int', 'feature_name': 'a'}]\n", "manifest.duplicate-feature"},
		"resource type":   {head + "compute_profile = {'resource_type': 'tpu'}\n", "manifest.bad-value"},
		"batch size":      {head + "compute_profile = {'batch_size': '64'}\n", "compute_profile: batch_size must be a whole number"},
		"unknown profile": {head + "compute_profile = {'memory': 1}\n", "manifest.unknown-key"},
		"replicas":        {head + "serve_config = {'min_replicas': 3, 'max_replicas': 1}\n", "min_replicas is above max_replicas"},
		"dependencies":    {head + "dependencies = 'numpy'\n", "manifest.wrong-type: dependencies must be a list"},
		"imported class":  {head + "from .models import X\ninput_schema = X\n", "manifest.py:3:16: manifest.unknown-value: input_schema: X is neither"},
		"plain class":     {head + "class X:\n    pass\ninput_schema = X\n", "manifest.not-a-model"},
		"unknown type":    {head + "from pydantic import BaseModel\nclass X(BaseModel):\n    a: Widget\ninput_schema = X\n", "manifest.py:4:8: manifest.unknown-type: the type Widget"},
		"unknown field":   {head + "from pydantic import BaseModel, Field\nclass X(BaseModel):\n    a: int = Field(discriminator='x')\ninput_schema = X\n", "manifest.unknown-field: discriminator: each class of the union"},
		"computed":        {head + "from pydantic import BaseModel\nclass X(BaseModel):\n    a: int = len('x')\ninput_schema = X\n", "manifest.py:4:14: manifest.unknown-value: a default"},
		"own base":        {head + "class X(X):\n    a: int\ninput_schema = X\n", "manifest.not-a-model"},
		"set":             {head + "cost_rates = {1, 2}\n", "manifest.unknown-value: cost_rates: a set"},
		"surrogate":       {head + "required_vector_indexes = ['\\ud800']\n", "manifest.not-json"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fixture.With(fixture.Files("sample", "1.0.0"), "manifest.py", c.text)
			m, found, err := manifest.Read(context.Background(), tree)
			if err != nil {
				t.Fatal(err)
			}
			if m != nil || len(found) == 0 {
				t.Fatalf("accepted: %+v", m)
			}
			if all := join(found); !strings.Contains(all, c.want) {
				t.Errorf("got\n%swant %s", all, c.want)
			}
		})
	}
}

func join(found []plugforge.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// TestAllAtOnce: one reading tells everything that is wrong, in order.
func TestAllAtOnce(t *testing.T) {
	tree := fstest.MapFS{"manifest.py": {Data: []byte("version = 'x'\nfeatures = [{'type': 'a', 'name': 'b'}]\n")}}
	_, found, err := manifest.Read(context.Background(), tree)
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, f := range found {
		rules = append(rules, f.Path+" "+f.Rule)
	}
	want := "manifest.py manifest.missing-name,manifest.py manifest.bad-version,manifest.py manifest.look-alike-key," +
		"manifest.py manifest.look-alike-key,pipeline.py manifest.missing-file"
	if got := strings.Join(rules, ","); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHandlers(t *testing.T) {
	const handler = "    async def _process_single(self, inputs, parameters):\n        return {}\n"
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"call":           {"class InferenceService(Base):\n    async def __call__(self, inputs, parameters):\n        return {}\n", true},
		"run_inference":  {"class InferenceService(Base):\n    def run_inference(self, inputs, parameters):\n        return {}\n", true},
		"any name":       {"class MyInferenceService:\n    def __call__(self, i, p):\n        return {}\ndef get_inference_service(**kw):\n    return MyInferenceService()\n", true},
		"process_single": {"class Whatever:\n" + handler, true},
		"predict":        {"class RealtimeHandler:\n    def predict(self, request):\n        return {}\n", true},
		"inherited":      {"class A:\n" + handler + "class B(A):\n    pass\n", true},
		"empty":          {"", false},
		"no method":      {"class InferenceService(Base):\n    def other(self):\n        return {}\n", false},
		"other class":    {"class Service:\n    def __call__(self, i, p):\n        return {}\n", false},
		"no predict":     {"class RealtimeHandler:\n    def run(self, request):\n        return {}\n", false},
		"ring":           {"class A(B):\n    pass\nclass B(A):\n    pass\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fixture.Files("sample", "1.0.0")
			tree["realtime.py"] = &fstest.MapFile{Data: []byte(c.text)}
			_, found, err := manifest.Read(context.Background(), tree)
			if err != nil {
				t.Fatal(err)
			}
			if ok := len(found) == 0; ok != c.ok {
				t.Errorf("found %v", found)
			}
			if !c.ok && !strings.Contains(join(found), "realtime.py:0:0: manifest.no-handler") {
				t.Errorf("found %v", found)
			}
		})
	}
}

func TestPipeline(t *testing.T) {
	tree := fixture.With(fixture.Files("sample", "1.0.0"), "pipeline.py", "def build():\n    pass\n")
	_, found, err := manifest.Read(context.Background(), tree)
	if err != nil || !strings.Contains(join(found), "pipeline.py:0:0: manifest.no-build-steps") {
		t.Error(err, found)
	}
}

func TestCheck(t *testing.T) {
	m := mustRead(t, "metadata = {'name': 'given_name', 'version': '1.0.0'}\n")
	one, two := plugforge.Version{Major: 1}, plugforge.Version{Major: 2}
	if found, warning := manifest.Check(m, "given_name", one, true); len(found) > 0 || warning != "" {
		t.Error(found, warning)
	}
	found, warning := manifest.Check(m, "other", two, true)
	if all := join(found); len(found) != 2 || warning != "" ||
		!strings.Contains(all, "manifest.py:1:21: manifest.name-mismatch: the manifest names the plugin given_name, the upload other") ||
		!strings.Contains(all, "manifest.py:1:46: manifest.version-mismatch: the manifest says version 1.0.0, the upload 2.0.0") {
		t.Error(all)
	}
	if found, warning := manifest.Check(m, "given_name", two, false); len(found) > 0 || warning != "the manifest says version 1.0.0; the upload was given 2.0.0" {
		t.Error(found, warning)
	}
}

func TestDeadlineIsNoVerdict(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := manifest.Read(ctx, fixture.Files("sample", "1.0.0"))
	if plugforge.CodeOf(err) != plugforge.CodeUnavailable {
		t.Errorf("err = %v", err)
	}
}

func FuzzRead(f *testing.F) {
	base := fixture.Files("sample", "1.0.0")
	f.Add(string(base["manifest.py"].Data))
	f.Add("metadata = {'name': 'abc', **X}\nX = {'version': '1'}\nclass A(B): x: 'A' = Field(1, ge=2)\ninput_schema = A\n")
	f.Add("features = [{'type': 1}] * 3 + [*a]\na = [a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, found, err := manifest.Read(context.Background(), fstest.MapFS{
			"manifest.py": {Data: []byte(text)}, "pipeline.py": base["pipeline.py"]})
		if err != nil {
			t.Fatal(err)
		}
		if (m == nil) == (len(found) == 0) {
			t.Fatalf("manifest %v with findings %v", m, found)
		}
		if m != nil {
			if b, err := json.Marshal(m); err != nil || !json.Valid(b) {
				t.Fatalf("%v: %s", err, b)
			}
		}
	})
}

// TestHandlersElsewhere: a handler, or what it inherits, may stand in another
// file of the plugin, which is looked at.
func TestHandlersElsewhere(t *testing.T) {
	const handler = "    async def _process_single(self, inputs, parameters):\n        return {}\n"
	for name, c := range map[string]struct {
		realtime string
		files    map[string]string
		ok       bool
	}{
		"imported":         {"from .processors.core import Embedder\n", map[string]string{"processors/core.py": "class Embedder:\n" + handler}, true},
		"imported, none":   {"from .processors.core import Embedder\n", map[string]string{"processors/core.py": "class Embedder:\n    pass\n"}, false},
		"by name":          {"from sample.processors.core import Embedder as E\n", map[string]string{"processors/core.py": "class Embedder:\n" + handler}, true},
		"inherited":        {"from .base import Base\nclass Mine(Base):\n    pass\n", map[string]string{"base.py": "class Base:\n" + handler}, true},
		"inherited far":    {"from .a import B\nclass Mine(B):\n    pass\n", map[string]string{"a/__init__.py": "from .b import B\n", "a/b.py": "class B:\n" + handler}, true},
		"inherited none":   {"from .base import Base\nclass InferenceService(Base):\n    pass\n", map[string]string{"base.py": "class Base:\n    pass\n"}, false},
		"ring of imports":  {"from .a import X\n", map[string]string{"a.py": "from .b import X\n", "b.py": "from .a import X\n"}, false},
		"all of a module":  {"from .base import *\n", map[string]string{"base.py": "class InferenceService:\n" + handler}, true},
		"made":             {"class Odd:\n    def __call__(self, i, p):\n        return {}\ndef get_inference_service(**kw):\n    return Odd()\n", nil, true},
		"made, no method":  {"class Odd:\n    pass\ndef get_inference_service(**kw):\n    return Odd()\n", nil, false},
		"assigned method":  {"class InferenceService:\n    def go(self, i, p):\n        return {}\n    __call__ = go\n", nil, true},
		"unreadable":       {"from .base import Base\nclass Mine(Base):\n    pass\n", map[string]string{"base.py": "class Base(\n"}, true},
		"missing module":   {"from .nowhere import Base\nclass InferenceService(Base):\n    pass\n", nil, false},
		"library's base":   {"import torch\nclass InferenceService(torch.nn.Module):\n    pass\n", nil, false},
		"attribute's base": {"from . import base\nclass Mine(base.Base):\n    pass\n", map[string]string{"base.py": "class Base:\n" + handler}, true},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fixture.With(fixture.Files("sample", "1.0.0"), "realtime.py", c.realtime)
			for path, text := range c.files {
				tree = fixture.With(tree, path, text)
			}
			_, found, err := manifest.Read(context.Background(), tree)
			if err != nil {
				t.Fatal(err)
			}
			if ok := len(found) == 0; ok != c.ok {
				t.Errorf("found %v", found)
			}
		})
	}
}
