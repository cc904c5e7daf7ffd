package main

// example is code that breaks a rule, and the same without. Tests have the
// checks judge both.
type example struct{ bad, good string }

// ruleExamples are by rule. Those of manifest.… stand in manifest.py unless
// they define build_steps (pipeline.py) or a handler (realtime.py).
func ruleExamples() map[string]example {
	return map[string]example{
		"PF101": {"import subprocess\nsubprocess.run([\"ffmpeg\", path])", "import librosa\naudio, rate = librosa.load(path)"},
		"PF102": {"import ctypes\nlib = ctypes.CDLL(\"libfast.so\")", "import numpy\ntotal = numpy.dot(a, b)"},
		"PF103": {"import socket\ns = socket.create_connection((host, 443))", "import httpx\nanswer = httpx.get(url)"},
		"PF104": {"result = eval(text)", "import json\nresult = json.loads(text)"},
		"PF105": {"import importlib\nmodel = importlib.import_module(name)", "from . import fast, exact\nmodel = {\"fast\": fast, \"exact\": exact}[name]"},
		"PF106": {"words = open(\"words.txt\").read()", "import numpy\nweights = numpy.load(path)"},
		"PF107": {"def fit(model):\n    setattr(model, \"scale\", 2)", "def fit(model):\n    model.scale = 2"},
		"PF108": {"import pickle\nmodel = pickle.loads(data)", "import json\nmodel = json.loads(data)"},
		"PF109": {"def kinds(base):\n    return base.__subclasses__()", "from . import fast, exact\n\n\ndef kinds():\n    return [fast.Fast, exact.Exact]"},
		"PF110": {"import os\nvalue = getattr(os, name)", "import os\nvalue = os.environ.get(name)"},
		"PF111": {"import resource\nresource.setrlimit(resource.RLIMIT_AS, (limit, limit))", "compute_profile = {\"actor_memory_gb\": 4.0}"},
		"PF112": {"import os\nos.chmod(path, 0o755)", "import os\nmode = os.environ.get(\"MODE\")"},
		"PF113": {"from os import *", "from os import environ"},
		"PF114": {"import cProfile\ncProfile.run(text)", "import time\nbegun = time.perf_counter()"},
		"PF115": {"def embed(text: \"load(1)\"):\n    return text", "def embed(text: str):\n    return text"},
		"PF116": {},
		"PF117": {"import logging\nlogging.os.getpid()", "import os\nname = os.path.basename(path)"},
		"PF118": {"import os\nhelper.use(os)", "import os\nhelper.use(os.environ[\"MODE\"])"},
		"PF119": {"import acme_sdk\nclient = acme_sdk.Client()", "import httpx\nclient = httpx.Client()"},
		"PF120": {"import json\njson.loads = print", "import json\n\n\ndef loads(text):\n    return json.loads(text)"},
		"PF121": {"import os\nos.environ[\"LD_PRELOAD\"] = path", "import os\nos.environ[\"TOKENIZERS_PARALLELISM\"] = \"false\""},
		"PF201": {"# coding: utf-7\nx = 1", "# coding: utf-8\nx = 1"},
		"PF202": {"name = \"a\u202eb\"", "name = \"a\\u202eb\""},
		"PF203": {},
		"PF204": {"def embed(text)\n    return text", "def embed(text):\n    return text"},
		"PF401": {"value = 1  # plugforge: allow PF110 the name is constant", "value = 1"},

		"manifest.bad-dependency":   {`dependencies = ["numpy", ""]`, `dependencies = ["numpy"]`},
		"manifest.bad-dimension":    {feature(`"embedding_dim": 0`), feature(`"embedding_dim": 384`)},
		"manifest.bad-feature-name": {`features = [{"feature_type": "embedding", "feature_name": "my vector", "embedding_dim": 8, "distance_metric": "dot"}]`, `features = [{"feature_type": "embedding", "feature_name": "my_vector", "embedding_dim": 8, "distance_metric": "dot"}]`},
		"manifest.bad-metric":       {`features = [{"feature_type": "embedding", "feature_name": "v", "embedding_dim": 8, "distance_metric": "l2"}]`, `features = [{"feature_type": "embedding", "feature_name": "v", "embedding_dim": 8, "distance_metric": "euclid"}]`},
		"manifest.bad-name":         {`metadata = {"name": "2fast", "version": "1.0.0"}`, `metadata = {"name": "fast2", "version": "1.0.0"}`},
		"manifest.bad-value":        {`compute_profile = {"batch_size": 0}`, `compute_profile = {"batch_size": 64}`},
		"manifest.bad-version":      {`metadata = {"name": "text_embed", "version": "1.0-beta"}`, `metadata = {"name": "text_embed", "version": "1.0.0"}`},
		"manifest.changed":          {"features = []\nfeatures.append({\"feature_type\": \"label\", \"feature_name\": \"mood\"})", `features = [{"feature_type": "label", "feature_name": "mood"}]`},
		"manifest.duplicate-feature": {"features = [{\"feature_type\": \"label\", \"feature_name\": \"mood\"},\n            {\"feature_type\": \"score\", \"feature_name\": \"mood\"}]",
			"features = [{\"feature_type\": \"label\", \"feature_name\": \"mood\"},\n            {\"feature_type\": \"score\", \"feature_name\": \"mood_score\"}]"},
		"manifest.environment":      {"import os\ndescription = os.environ[\"WHAT\"]", `description = "Embeds a text"`},
		"manifest.given-twice":      {"metadata = {\"name\": \"text_embed\", \"version\": \"1.0.0\"}\nversion = \"2.0.0\"", `metadata = {"name": "text_embed", "version": "2.0.0"}`},
		"manifest.look-alike-key":   {`features = [{"feature_type": "embedding", "feature_name": "v", "dimensions": 8, "distance_metric": "dot"}]`, feature(`"embedding_dim": 8`)},
		"manifest.missing-file":     {},
		"manifest.missing-key":      {`features = [{"feature_type": "label"}]`, `features = [{"feature_type": "label", "feature_name": "mood"}]`},
		"manifest.missing-name":     {`metadata = {"version": "1.0.0"}`, `metadata = {"name": "text_embed", "version": "1.0.0"}`},
		"manifest.name-mismatch":    {},
		"manifest.no-build-steps":   {"def steps():\n    return []", "def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {\"steps\": [], \"prepare\": None}"},
		"manifest.no-handler":       {"def predict(request):\n    return {}", "class RealtimeHandler:\n    def predict(self, request):\n        return {}"},
		"manifest.not-a-model":      {"class Input:\n    text: str\n\ninput_schema = Input", "from pydantic import BaseModel\n\nclass Input(BaseModel):\n    text: str\n\ninput_schema = Input"},
		"manifest.not-json":         {`cost_rates = [{1: "cent"}]`, `cost_rates = [{"1": "cent"}]`},
		"manifest.not-plain":        {"if True:\n    description = \"Embeds a text\"", `description = "Embeds a text"`},
		"manifest.unknown-config":   {model("model_config = {\"alias_generator\": str.lower}"), model("model_config = {\"title\": \"What goes in\"}")},
		"manifest.unknown-field":    {model("text: str = Field(..., discriminator=\"kind\")"), model("text: str = Field(..., min_length=1)")},
		"manifest.unknown-key":      {`compute_profile = {"batchsize": 64}`, `compute_profile = {"batch_size": 64}`},
		"manifest.unknown-type":     {model("when: complex"), model("when: float")},
		"manifest.unknown-value":    {`description = make_text()`, `description = "Embeds a text"`},
		"manifest.unreadable":       {"features = [", "features = []"},
		"manifest.version-mismatch": {},
		"manifest.wrong-type":       {`description = 5`, `description = "Embeds a text"`},
	}
}

func feature(dimension string) string {
	return `features = [{"feature_type": "embedding", "feature_name": "v", ` + dimension + `, "distance_metric": "dot"}]`
}

func model(body string) string {
	return "from pydantic import BaseModel, Field\n\nclass Input(BaseModel):\n    " + body + "\n\ninput_schema = Input"
}
