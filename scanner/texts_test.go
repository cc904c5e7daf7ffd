package scanner_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestSaysWhatToWrite: a finding's text tells the author what to write instead
// of just what stands there.
func TestSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"open('labels.json')":                           `json.load(gzip.open(path, "rt"))`,
		"import pathlib\npathlib.Path('x').read_text()": "pandas.read_json",
		"import os\nos.chmod('x', 1)":                   "os.environ",
		"import torch\ntorch._C":                        "the module's public functions",
		"object.__setattr__(x, 'a', 1)":                 `object.__setattr__(self, "name", value)`,
		"import joblib\njoblib.load('x')":               "# plugforge: allow PF108",
		"import torch\ntorch.load('x', weights_only=0)": "leave weights_only out",
		"x.tb_frame":                                        "traceback.format_exc()",
		"x.__subclasses__()":                                "__init_subclass__",
		"import sys\nsys.path.append('/opt')":               "from .name import x",
		"import importlib.metadata":                         "the module's __version__",
		"import logging\ngetattr(logging, f())":             "logging.getLevelName(name)",
		"class A:\n def f(self, k): getattr(self, '_' + k)": `f"handle_{kind}"`,
		"df.query('@f.g(1)')":                               "frame[frame.a > least]",
		"m.f(trust_remote_code=True)":                       "put its code into the plugin",
		"class A:\n import os":                              "to the top of the file",
		"import foo_bar":                                    "is not among the modules that plugins may import",
		"K = '__globals__'":                                 "inside a sentence",
	} {
		found := scanText(t, "a.py", text+"\n")
		if len(found) == 0 || !strings.Contains(found[0].Text, want) {
			t.Errorf("%q: %v does not say %q", text, found, want)
		}
	}
}

// TestWeights: torch.load is safe unless it is told otherwise.
func TestWeights(t *testing.T) {
	for call, ok := range map[string]bool{
		"torch.load(p)":                                          true,
		"torch.load(p, map_location='cpu')":                      true,
		"torch.load(p, 'cpu', weights_only=True, mmap=True)":     true,
		"torch.load(p, **{'weights_only': True})":                true,
		"torch.load(p, pickle_module=None)":                      true,
		"torch.load(p, weights_only=False)":                      false,
		"torch.load(p, weights_only=flag)":                       false,
		"torch.load(p, weights_only=not True)":                   false,
		"torch.load(p, pickle_module=own)":                       false,
		"torch.load(p, None, own)":                               false,
		"torch.load(p, **settings)":                              false,
		"torch.load(*given)":                                     false,
		"load(torch.load)":                                       false,
		"getattr(torch, 'load')(p, weights_only=False)":          false,
		"os.environ['TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'] = '1'":   false,
		"torch.serialization.load(p, weights_only=bool(p))":      false,
		"model.load_state_dict(torch.load(p, map_location='x'))": true,
	} {
		found := scanText(t, "a.py", "import os\nimport torch\ndef f(p, flag, own, settings, given, model, load):\n    "+call+"\n")
		if (len(found) == 0) != ok {
			t.Errorf("%s: %v", call, found)
		}
	}
}

// TestOwnName: a plugin's modules may go by its name, which its manifest tells.
func TestOwnName(t *testing.T) {
	for name, c := range map[string]struct {
		manifest, main string
		ok             bool
	}{
		"the package":        {"metadata = {'name': 'my_plugin'}", "import my_plugin\nmy_plugin.config.DIM\n", true},
		"a module":           {"feature_extractor_name = 'my_' + 'plugin'", "import my_plugin.config as c\nfrom my_plugin import config\n", true},
		"another name":       {"metadata = {'name': 'my_plugin'}", "import your_plugin\n", false},
		"another's module":   {"metadata = {'name': 'my_plugin'}", "from your_plugin.config import DIM\n", false},
		"no manifest":        {"", "from any_plugin.config import DIM\n", true},
		"a forbidden module": {"metadata = {'name': 'subprocess'}", "import subprocess\n", false},
		"a known package":    {"metadata = {'name': 'jinja2'}", "import jinja2\n", false},
		"what it hides":      {"metadata = {'name': 'my_plugin'}", "import my_plugin\nmy_plugin.config.o.system('id')\n", false},
	} {
		tree := fstest.MapFS{
			"realtime.py": {Data: []byte(c.main)},
			"config.py":   {Data: []byte("import os as o\nDIM = 4\n")},
		}
		if c.manifest != "" {
			tree["manifest.py"] = &fstest.MapFile{Data: []byte(c.manifest + "\n")}
		}
		if found := scanTree(t, tree); (len(found) == 0) != c.ok {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// TestDoubles: tests may replace what a constant names; nothing else may, and
// nobody may import tests.
func TestDoubles(t *testing.T) {
	for text, ok := range map[string]bool{
		"patch('requests.get')":                      true,
		"patch('time.sleep', return_value=None)":     true,
		"patch.dict('os.environ', {'A': 'b'})":       true,
		"patch.object(thing, 'load', autospec=True)": true,
		"patch.multiple(thing, a=1)":                 true,
		"patch.stopall":                              true,
		"patch('builtins.open').get_original()":      false,
		"patch('os.system')":                         false,
		"patch('logging.os')":                        false,
		"patch('nobody.knows')":                      false,
		"patch('.'.join(thing))":                     false,
		"patch.object(thing, thing)":                 false,
		"patch.object(thing, '__globals__')":         false,
		"thing(patch)":                               false,
		"patch(*thing)":                              false,
		"patch._importer('os')":                      false,
		"__import__('os')":                           false,
	} {
		source := "from unittest.mock import patch\ndef f(thing):\n    " + text + "\n"
		if found := scanText(t, "tests/test_a.py", source); (len(found) == 0) != ok {
			t.Errorf("%s: %v", text, found)
		}
		if found := scanText(t, "core/a.py", source); len(found) == 0 {
			t.Errorf("%s passes outside tests/", text)
		}
	}
	for _, text := range []string{"from .tests import a", "from .tests.a import f", "import tests.a", "from . import tests", "import p.tests.a"} {
		tree := fstest.MapFS{
			"tests/a.py":  {Data: []byte("def f(): pass\n")},
			"realtime.py": {Data: []byte(text + "\n")},
			"manifest.py": {Data: []byte("metadata = {'name': 'p'}\n")},
		}
		if found := scanTree(t, tree); len(found) == 0 {
			t.Errorf("%s passes", text)
		}
	}
}
