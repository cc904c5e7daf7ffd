package manifest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
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
		"syntax":             {"x = (\n", "manifest.py:1:1: manifest.unreadable"},
		"no name":            {"version = '1.0.0'\n", "manifest.py:0:0: manifest.missing-name"},
		"bad name":           {"feature_extractor_name = '1x'\n", "manifest.py:1:26: manifest.bad-name"},
		"bad version":        {head + "version = '1.02'\n", "manifest.py:2:11: manifest.bad-version"},
		"number version":     {head + "version = 1.0\n", "manifest.py:2:11: manifest.wrong-type: version must be a string, not a number"},
		"call":               {head + "description = make()\n", "manifest.py:2:15: manifest.unknown-value: description: a call"},
		"environment":        {head + "import os\ndescription = os.environ.get('X', 'd')\n", "manifest.py:3:15: manifest.environment"},
		"comprehension":      {head + "features = [f for f in x]\n", "manifest.py:2:12: manifest.unknown-value: features: a comprehension"},
		"rebound":            {head + "D = 1\nD = 2\nfeatures = [D]\n", "manifest.py:4:13: manifest.unknown-value"},
		"twice":              {head + "metadata = {'description': 'a'}\ndescription = 'b'\n", "manifest.py:3:1: manifest.given-twice"},
		"in an if":           {head + "if True:\n    description = 'x'\n", "manifest.py:3:5: manifest.not-plain"},
		"changed":            {head + "features = []\nfeatures.append({})\n", "manifest.py:3:1: manifest.changed"},
		"changed key":        {"metadata = {'name': 'abc'}\nmetadata['version'] = '1.0.0'\n", "manifest.py:2:1: manifest.changed"},
		"augmented":          {head + "features = []\nfeatures += [{}]\n", "manifest.not-plain"},
		"type":               {head + "features = [{'type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1}]\n", "manifest.py:2:14: manifest.look-alike-key: the key of a feature is feature_type, not type"},
		"name":               {head + "features = [{'feature_type': 'float', 'name': 'a'}]\n", "the key of a feature is feature_name, not name"},
		"dimensions":         {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'dimensions': 1}]\n", "the key of a feature is embedding_dim, not dimensions"},
		"distance":           {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1, 'distance': 'dot'}]\n", "the key of a feature is distance_metric, not distance"},
		"zero dimension":     {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 0}]\n", "manifest.bad-dimension"},
		"no dimension":       {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a'}]\n", "manifest.missing-key: the feature is an embedding and has no embedding_dim"},
		"bad metric":         {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 1, 'distance_metric': 'l2'}]\n", "manifest.bad-metric"},
		"same features":      {head + "features = [{'feature_type': 'int', 'feature_name': 'a'}, {'feature_type': 'int', 'feature_name': 'a'}]\n", "manifest.duplicate-feature"},
		"resource type":      {head + "compute_profile = {'resource_type': 'tpu'}\n", "manifest.bad-value"},
		"batch size":         {head + "compute_profile = {'batch_size': '64'}\n", "compute_profile: batch_size must be a whole number"},
		"unknown profile":    {head + "compute_profile = {'memory': 1}\n", "manifest.unknown-key"},
		"replicas":           {head + "serve_config = {'min_replicas': 3, 'max_replicas': 1}\n", "min_replicas is above max_replicas"},
		"dependencies":       {head + "dependencies = 'numpy'\n", "manifest.wrong-type: dependencies must be a list"},
		"imported class":     {head + "from .models import X\ninput_schema = X\n", "manifest.py:3:16: manifest.unknown-value: input_schema: X is neither"},
		"plain class":        {head + "class X:\n    pass\ninput_schema = X\n", "manifest.not-a-model"},
		"unknown type":       {head + "from pydantic import BaseModel\nclass X(BaseModel):\n    a: Widget\ninput_schema = X\n", "manifest.py:4:8: manifest.unknown-type: the type Widget"},
		"unknown field":      {head + "from pydantic import BaseModel, Field\nclass X(BaseModel):\n    a: int = Field(discriminator='x')\ninput_schema = X\n", "manifest.unknown-field: discriminator: each class of the union"},
		"computed":           {head + "from pydantic import BaseModel\nclass X(BaseModel):\n    a: int = len('x')\ninput_schema = X\n", "manifest.py:4:14: manifest.unknown-value: a default"},
		"getenv":             {head + "import os\ndescription = os.getenv('X', 'd')\n", "manifest.py:3:15: manifest.environment: description reads the environment, which differs between machines: write the value itself"},
		"getenv imported":    {head + "from os import getenv as g\nfeatures = [{'a': f'{g(1)}'}]\n", "manifest.py:3:22: manifest.environment"},
		"environ within":     {head + "import os\nB = {'x': [os.environ['A']]}\nrequired_vector_indexes = [B]\n", "manifest.py:3:12: manifest.environment"},
		"environ in default": {head + "import os\nfrom pydantic import BaseModel\nclass X(BaseModel):\n    a: str = os.environ.get('A', 'b')\ninput_schema = X\n", "manifest.py:5:14: manifest.environment: a default reads the environment"},
		"imported value":     {head + "from .x import D\ndescription = D\n", "the name D, which this file does not assign once to a constant cannot be read without running the file: it is imported, so write its value here"},
		"comprehension way":  {head + "features = [f for f in x]\n", "write its items out"},
		"conditional":        {head + "description = 'a' if 1 else 'b'\n", "a conditional expression cannot be read without running the file: write the value that is meant"},
		"near feature key":   {head + "features = [{'feature_typ': 'int', 'feature_name': 'a'}]\n", "manifest.py:2:14: manifest.look-alike-key: the key of a feature is feature_type, not \"feature_typ\""},
		"dashed key":         {head + "features = [{'feature-type': 'int', 'feature_name': 'a'}]\n", "the key of a feature is feature_type, not \"feature-type\""},
		"near type":          {head + "features = [{'feature_type': 'embeding', 'feature_name': 'a', 'embedding_dim': 3}]\n", "write embedding"},
		"near metadata":      {"metadata = {'name': 'abc', 'desciption': 'x'}\n", "manifest.py:1:28: manifest.unknown-key: metadata has no key \"desciption\" (did you mean description?)"},
		"near top level":     {head + "dependancies = ['numpy']\n", "manifest.py:2:1: manifest.unknown-key: nothing reads dependancies (did you mean dependencies?)"},
		"near profile":       {head + "compute_profile = {'batchsize': 3}\n", "compute_profile has no key \"batchsize\" (did you mean batch_size?); its keys are resource_type, batch_size, max_concurrency, actor_memory_gb and gpu_memory_gb"},
		"near serve":         {head + "serve_config = {'num_cpu': 3}\n", "(did you mean num_cpus?)"},
		"number as key":      {head + "serve_config = {3: 3}\n", "a key of serve_config must be a string, not a number"},
		"key twice":          {head + "compute_profile = {'batch_size': 3, 'batch_size': 4}\n", "manifest.py:2:37: manifest.given-twice: the key \"batch_size\" stands twice in this dictionary: keep one"},
		"name twice":         {"metadata = {'name': 'abc', 'name': 'abd'}\n", "stands twice in this dictionary"},
		"dimension bound":    {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 65537}]\n", "embedding_dim must be a whole number from 1 to 65536"},
		"dimension float":    {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': 384.0}]\n", "manifest.bad-dimension"},
		"dimension bool":     {head + "features = [{'feature_type': 'embedding', 'feature_name': 'a', 'embedding_dim': True}]\n", "manifest.bad-dimension"},
		"infinite":           {head + "serve_config = {'num_cpus': 1e308 * 10}\n", "num_cpus must be a number from 0 to 1000000"},
		"infinite extra":     {"metadata = {'name': 'abc', 'x': 1e308 * 10}\n", "manifest.py:1:33: manifest.not-json: a number that is too large"},
		"cost as text":       {head + "cost_rates = ['free']\n", "an item of cost_rates must be a dictionary"},
		"cost key":           {head + "cost_rates = [{'units': 'page', 'credits_per_unit': 1}]\n", "the key of a cost rate is unit, not \"units\""},
		"cost below zero":    {head + "cost_rates = [{'unit': 'page', 'credits_per_unit': -1}]\n", "credits_per_unit must be a number from 0"},
		"cost unit":          {head + "cost_rates = [{'unit': 3, 'credits_per_unit': 1}]\n", "unit must be a word such as minute"},
		"one equals sign":    {head + "dependencies = ['numpy=1.0']\n", "manifest.py:2:17: manifest.bad-dependency: the dependency \"numpy=1.0\" is none that pip reads: only a comma and a version, or ; and a marker, may stand here after 5 characters; write == for a version: numpy==1.0"},
		"version alone":      {head + "dependencies = ['numpy 1.0']\n", "write == for a version: numpy==1.0"},
		"caret":              {head + "dependencies = ['numpy^1.0']\n", "write >= and <, or ~= with two numbers"},
		"option":             {head + "dependencies = ['-r requirements.txt']\n", "write the packages themselves, one in a string"},
		"bare URL":           {head + "dependencies = ['git+https://x.org/a']\n", "write it as name @ git+https://x.org/a"},
		"password":           {head + "dependencies = ['a @ https://u:secret@x.org/a.zip']\n", "must not hold a user or a password"},
		"file URL":           {head + "dependencies = ['a @ file:///tmp/a.zip']\n", "must lead to a server"},
		"no version":         {head + "dependencies = ['numpy>=2,<1']\n", "no version fits the dependency \"numpy>=2,<1\": loosen one of its bounds"},
		"two versions":       {head + "dependencies = [\n  'Num.Py==1.0',\n  'num_py==2.0']\n", "manifest.py:4:3: manifest.bad-dependency: no version fits both the dependency \"num_py==2.0\" and \"Num.Py==1.0\" of line 3: keep one"},
		"same twice":         {head + "dependencies = ['a>=1', 'a>=1']\n", "is given twice, first on line 2: remove one"},
		"spread":             {head + "dependencies = ['a>=1', 'A[x]<2']\n", "write them as one"},
		"marker":             {head + "dependencies = ['a; python=3']\n", "a marker compares a text in quotes with one of python_version"},
		"pipeline list":      {head + "dependencies = [1]\n", "a dependency must be a string such as"},
		"own base":           {head + "class X(X):\n    a: int\ninput_schema = X\n", "manifest.not-a-model"},
		"set":                {head + "cost_rates = {1, 2}\n", "manifest.unknown-value: cost_rates: a set"},
		"surrogate":          {head + "required_vector_indexes = ['\\ud800']\n", "manifest.not-json"},
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

// TestModelsThatAreNotRead: what a class has that is not read is named, with
// its line, and never guessed.
func TestModelsThatAreNotRead(t *testing.T) {
	const head = "feature_extractor_name = 'some_name'\nimport enum, dataclasses\nfrom typing import *\nfrom typing import Annotated, Callable, ClassVar, Final, Generic, List, Optional, Type, TypedDict, TypeVar, Union\n" +
		"from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, RootModel, field_validator\nT = TypeVar('T')\n"
	for name, c := range map[string]struct{ class, want string }{
		"callable":            {"    a: Callable", "manifest.py:8:8: manifest.unknown-type: the type Callable is not read"},
		"type":                {"    a: Type[int]", "the type Type[int] is not read"},
		"final":               {"    a: Final[int] = 3", "the type Final[int] is not read"},
		"unknown":             {"    a: Widget", "the type Widget is not read: use str, int"},
		"quoted unknown":      {"    a: 'List[Widget]'", "is not read"},
		"quoted nonsense":     {"    a: 'List['", "the type 'List[' is not read"},
		"long quotes":         {"    a: '" + strings.Repeat("x", 3000) + "'", "is not read"},
		"two arguments":       {"    a: List[int, str]", "the type List[int, str] is not read"},
		"typed dict":          {"    a: D", "the type D is not read"},
		"plain class":         {"    a: Plain", "the type Plain is not read"},
		"nested class":        {"    class In(BaseModel):\n        b: int\n    a: In", "the class In inside the model A is not read: move it to the top level"},
		"no annotation":       {"    a = 3", "an assignment in the model A is not read: write fields as name: type = default"},
		"in an if":            {"    if True:\n        a: int", "an if statement in the model A is not read"},
		"factory and default": {"    a: int = Field(3, default_factory=int)", "has both default and default_factory"},
		"const":               {"    a: int = Field(const=1)", "pydantic 2 has no const: write the type Literal"},
		"regex":               {"    a: str = Field(regex='x')", "pydantic 2 has no regex: write pattern"},
		"argument":            {"    a: str = Field(max_lenght=3)", "Field has no argument max_lenght (did you mean max_length?): remove it, or put it into json_schema_extra"},
		"stars":               {"    a: str = Field(**X)", "the argument ** of Field is not read"},
		"two positional":      {"    a: str = Field('a', 'b')", "Field takes one positional argument"},
		"extra callable":      {"    a: str = Field(json_schema_extra=f)", "json_schema_extra"},
		"extra ref":           {"    a: str = Field(json_schema_extra={'$ref': 'x'})", "$ref in json_schema_extra is not read"},
		"float for int":       {"    a: int = Field(ge=0.5)", "ge must be a whole number, as the field's type is"},
		"text for number":     {"    a: float = Field(ge='x')", "ge must be a number"},
		"negative length":     {"    a: str = Field(min_length=-1)", "min_length must be a whole number that is not negative"},
		"pattern":             {"    a: str = Field(pattern=1)", "pattern must be a string"},
		"strict union":        {"    a: Union[int, str] = Field(strict=True)", "strict does not fit the type of this field, and pydantic refuses it"},
		"bound on a model":    {"    a: M = Field(ge=3)", "the bound ge on the class M is not read"},
		"discriminator":       {"    a: Union[M, N] = Field(discriminator='kind')", "each class of the union must have a field kind whose type is Literal"},
		"examples":            {"    a: int = Field(examples=3)", "examples must be a list"},
		"validator's type":    {"    a: int\n    @field_validator('a', mode='plain')\n    def f(cls, v):\n        return v", "this validator takes another type than the field's"},
		"plain validator":     {"    a: Annotated[int, PlainValidator(f)]", "this part of Annotated is not read"},
		"own schema":          {"    @classmethod\n    def __get_pydantic_json_schema__(cls, a, b):\n        return {}", "makes a schema of its own, which is not run"},
		"default call":        {"    a: int = max(1, 2)", "a default: a call cannot be read without running the file: write what it gives"},
		"default model":       {"    a: M = M(b=1)", "a call of M is not run: write default_factory=lambda: M(b=1)"},
		"mixed set":           {"    a: set = {1, 'a'}", "a set of these has no order that every machine keeps: write a list"},
		"hidden name":         {"    int: int = 3\n    b: int = 4", "the name int is also given a value in this class"},
		"config option":       {"    model_config = ConfigDict(json_schema_mode_override='serialization')", "the option json_schema_mode_override of model_config is not read"},
		"config value":        {"    model_config = ConfigDict(extra='never')", "extra must be"},
		"config made":         {"    model_config = make()", "model_config must be ConfigDict"},
		"alias generator":     {"    model_config = ConfigDict(alias_generator=str.upper)", "this alias_generator is not run: use to_camel, to_pascal or to_snake"},
		"extra type":          {"    __pydantic_extra__: dict[str, int]", "the type of __pydantic_extra__ is not read"},
		"enum functional":     {"    a: E", "the type enum.Enum('E', 'A B') is not read"},
		"enum init":           {"    a: F", "the function __init__ of the enum F decides its values"},
		"enum auto":           {"    a: G", "auto() in an enum of strings is a number in quotes"},
		"enum member":         {"    a: int = H.NONE", "the attribute NONE"},
		"generic arity":       {"    a: Box[int, str]", "Box takes 1 types in brackets"},
		"generic list":        {"    a: Box[List[int]]", "the type List[int] in the brackets of Box is not read"},
		"later words":         {"    a: List[Annotated['A', Field(description='x')]]", "words of Field for a class that is defined further down"},
		"root twice":          {"    a: R", "the RootModel R has no type"},
		"decorated":           {"    a: Decorated", "the decorator dataclasses.dataclass of Decorated is not read"},
		"mixin with fields":   {"    a: Mixed", "the base Fields of Mixed is not followed"},
		"library base":        {"    a: Lib", "the base enum.Flag of Lib is not followed"},
		"no order of bases":   {"    a: Knot", "Python finds no order for the bases of Knot"},
	} {
		t.Run(name, func(t *testing.T) {
			text := head + "class A(BaseModel):\n" + c.class + "\nclass M(BaseModel):\n    b: int = 1\nclass N(BaseModel):\n    b: int = 1\nclass Plain:\n    pass\nclass D(TypedDict):\n    a: int\n" +
				"E = enum.Enum('E', 'A B')\nclass F(enum.Enum):\n    A = 1\n    def __init__(self, v):\n        self._value_ = 3\nclass G(str, enum.Enum):\n    A = enum.auto()\nclass H(enum.Enum):\n    A = 1\n" +
				"class Box(BaseModel, Generic[T]):\n    item: T\nclass R(RootModel):\n    pass\n@dataclasses.dataclass\nclass Decorated(BaseModel):\n    a: int\nclass Fields:\n    x: int = 3\nclass Mixed(BaseModel, Fields):\n    pass\n" +
				"class Lib(BaseModel, enum.Flag):\n    pass\nclass Knot(M, KnotTwo, KnotThree):\n    pass\nclass KnotTwo(M):\n    pass\nclass KnotThree(M):\n    pass\ninput_schema = A\n"
			text = strings.Replace(text, "from typing import *\n", "# typing\n", 1)
			_, found, err := manifest.Read(context.Background(), fixture.With(fixture.Files("sample", "1.0.0"), "manifest.py", text))
			if err != nil {
				t.Fatal(err)
			}
			if all := join(found); !strings.Contains(all, c.want) {
				t.Errorf("got\n%swant %s", all, c.want)
			}
		})
	}
}

// TestHonestManifests: what authors really write passes.
func TestHonestManifests(t *testing.T) {
	const head = "feature_extractor_name = 'some_name'\n"
	for name, text := range map[string]string{
		"markers":       "dependencies = ['numpy<2; python_version<\"3.9\"', 'numpy>=2; python_version>=\"3.9\"', 'torch[cuda]>=2.1', 'a @ git+https://x.org/a@v1', 'b @ git+ssh://git@x.org/b']\n",
		"used constant": "feature = {'feature_type': 'int', 'feature_name': 'a'}\nfeatures = [feature]\n",
		"upper case":    "VERSION = '1.0.0'\nversion = VERSION\n",
		"tuples":        "dependencies = ('numpy',)\nfeatures = tuple([])\n",
		"stars":         "BASE = ['numpy']\nMORE = {'batch_size': 2}\ndependencies = [*BASE, 'torch']\ncompute_profile = {**MORE, 'resource_type': 'cpu'}\n",
		"overridden":    "MORE = {'batch_size': 2}\ncompute_profile = {**MORE, 'batch_size': 3}\n",
		"none":          "features = None\ndependencies = None\ndescription = None\ninput_schema = None\n",
		"bytes":         "MB = 1024 ** 2\ncost_rates = [{'unit': 'page', 'credits_per_unit': 3 / 2, 'size': 4 * MB}]\n",
		"docstring":     "\"\"\"It is.\"\"\"\nif True:\n    pass\ndef helper():\n    return {}\n",
		"schema call":   "from pydantic import BaseModel\nclass A(BaseModel):\n    a: int\ninput_schema = A.model_json_schema()\noutput_schema = B = A\n",
	} {
		t.Run(name, func(t *testing.T) {
			if name == "schema call" {
				text = strings.Replace(text, "output_schema = B = A\n", "B = A\noutput_schema = B\n", 1)
			}
			mustRead(t, head+text)
		})
	}
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
	f.Add("metadata = {**metadata}\ndependencies = ['a>=1,<2; os_name==\"x\"', 'a @ git+https://x/y']\n")
	for _, shapes := range []string{"types", "models", "deferred"} {
		text, err := os.ReadFile("testdata/shapes/" + shapes + ".py")
		if err != nil {
			f.Fatal(err)
		}
		// Each class with the imports alone: what is long is slow to vary.
		parts := regexp.MustCompile(`(?m)^class `).Split(string(text), -1)
		for _, part := range parts[1:] {
			name := regexp.MustCompile(`^\w+`).FindString(part)
			f.Add(parts[0] + "class " + part + "\ninput_schema = " + name + "\n")
		}
	}
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
		if !slices.IsSortedFunc(found, func(a, b plugforge.Finding) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
		}) {
			t.Fatalf("findings out of order: %v", found)
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
