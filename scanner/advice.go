package scanner

import "strings"

// advice says what to write instead of a member, where that is more to the
// point than what its rule says.
var advice = map[string]string{
	"torch.load":                  "leave weights_only out or True, and call it where the file tells its arguments; or ship safetensors",
	"torch.hub.load":              "ship the weights and build the model with torchvision, timm or your own module",
	"joblib.load":                 "ship ONNX, safetensors or .npz, or rebuild the model from its parameters; or ask the operator to permit PF108 (--scan-allow), and say why on the line: `# plugforge: allow PF108 the file is our own`",
	"numpy.load":                  "leave allow_pickle out, and store plain arrays",
	"pandas.read_pickle":          "use pandas.read_parquet",
	"yaml.load":                   "use yaml.safe_load, or pass Loader=yaml.SafeLoader",
	"yaml.load_all":               "use yaml.safe_load_all, or pass Loader=yaml.SafeLoader",
	"yaml.full_load":              "use yaml.safe_load",
	"yaml.unsafe_load":            "use yaml.safe_load",
	"pandas.eval":                 "write the expression with columns: frame.a + frame.b",
	"builtins.eval":               "use json.loads or ast.literal_eval for data, and a table of functions for choices",
	"builtins.exec":               "write the code itself, or a table of functions",
	"builtins.setattr":            "assign the attribute by its name, or keep a dictionary",
	"builtins.vars":               "use a dictionary, or dataclasses.asdict",
	"builtins.globals":            "use a dictionary of the things to choose from",
	"typing.get_type_hints":       "read __annotations__, or use dataclasses.fields",
	"logging.config":              "call logging.getLogger and its methods, or logging.basicConfig",
	"logging.FileHandler":         "log with logging.getLogger; the service keeps what plugins log",
	"importlib":                   "write an import statement, in a try for what may be missing",
	"multiprocessing":             "use concurrent.futures.ThreadPoolExecutor, and num_replicas for more processes",
	"torch.multiprocessing":       "use threads, and num_replicas for more processes",
	"signal":                      "use asyncio.wait_for or concurrent.futures for time-outs",
	"pickle":                      "store data as JSON, .npz, safetensors or Parquet",
	"shutil.copy":                 "leave files where they are, and read them with the library that needs them",
	"unittest.mock.patch":         "pass the double in as an argument",
	"inspect.getmembers":          "write a table of the members",
	"pytest.importorskip":         "write an import statement",
	"evaluate.load":               "use sklearn.metrics or torchmetrics",
	"urllib.request.urlretrieve":  "use requests.get, or ship the file in assets/",
	"builtins.object.__setattr__": "assign self.name in a class that is not frozen, or write object.__setattr__(self, \"name\", value) with a constant name",
	"types.FunctionType":          "write def or class; isinstance(x, types.FunctionType) and callable(x) pass",
	"types.LambdaType":            "write def or lambda; isinstance(x, types.LambdaType) and callable(x) pass",
	"types.new_class":             "write a class statement",
	"sys.modules":                 "write an import statement; try: import x, except ImportError: x = None tells whether x is there",
	"importlib.metadata":          "keep the version in a constant, or read the module's __version__",
	"importlib.util":              "write try: import x, except ImportError: x = None",
	"importlib.resources":         "read what ships with the plugin from Path(__file__).parent with a library's loader",
	"psutil":                      "leave figures of the machine to the service's metrics; torch.cuda.memory_allocated tells a card's",
	"os._exit":                    "raise an exception",
	"os.abort":                    "raise an exception",
	"os.kill":                     "raise an exception, or set a threading.Event that the work looks at",
	"os.fork":                     "use concurrent.futures.ThreadPoolExecutor, and num_replicas for more processes",
	"PIL.Image.Image.show":        "give the image's bytes back: image.save(buffer, \"PNG\") into an io.BytesIO",
	"pathlib.Path.write_text":     writers, "pathlib.Path.write_bytes": writers,
	"builtins.delattr":      "write del x.name, or keep a dictionary",
	"builtins.locals":       "use a dictionary of the things to choose from",
	"builtins.__builtins__": "call the function that you need by its own name",
	"builtins.__import__":   "write an import statement, in a try for what may be missing",
	"builtins.compile":      "write the code itself, or a table of functions; re.compile, torch.compile and methods of that name pass",
	"sys._getframe":         "pass the name as an argument; logging's %(funcName)s tells the caller",
	"gc.get_objects":        "leave it out; gc.collect, gc.freeze and gc.disable pass",
	"threading.settrace":    "leave it out of the plugin",
	"socket":                "call services with requests, httpx or aiohttp; platform.node() tells the machine's name",
	"webbrowser":            "leave it out: nobody sits before the server",
	"doctest":               "use unittest or pytest",
	"string.Formatter":      "use str.format with names of your own, or string.Template",
}

// loaders are the ways to read files that ship with a plugin.
const loaders = "use a library's own loader on Path(__file__).parent / \"assets\": numpy.load, numpy.loadtxt, pandas.read_json, pandas.read_csv, " +
	"PIL.Image.open, safetensors; for JSON and text json.load(gzip.open(path, \"rt\")) of a .gz file; a small table can be a constant in a .py file"

const writers = "keep it in an io.BytesIO or a tempfile, or give it back"

// membersOf says what a module that is open in part is for.
var membersOf = map[string]string{
	"os":      "use an allowed member, such as os.environ, os.path, os.getenv or os.makedirs",
	"sys":     "use an allowed member, such as sys.argv, sys.platform, sys.version_info or sys.stderr",
	"inspect": "use an allowed member, such as inspect.signature, inspect.isclass or inspect.getdoc",
}

// advised is what to say, beside what advice has, of attributes and strings by
// their name.
var advised = map[string]string{
	"__traceback__": traces, "tb_frame": traces, "tb_next": traces, "f_back": traces, "f_locals": traces,
	"f_globals": arguments, "f_builtins": arguments, "__globals__": arguments, "__code__": arguments, "__closure__": arguments,
	"__defaults__": arguments, "__kwdefaults__": arguments,
	"__subclasses__": "keep a list of the classes, filled by __init_subclass__ or a decorator",
	"__dict__":       "name the attributes, or use dataclasses.asdict, model_dump() or a dictionary; reading all of self.__dict__ passes",
	"__mro__":        classes, "mro": classes, "__bases__": classes, "__base__": classes, "__orig_bases__": classes,
	"__self__": "keep the object and the function apart", "__func__": "keep the function itself",
	"gi_frame": leave, "cr_frame": leave, "ag_frame": leave, "gi_code": leave, "co_code": leave, "__loader__": leave, "__spec__": leave,
	"__builtins__":     "call the function that you need by its own name",
	"__import__":       "write an import statement",
	"__getattribute__": "write x.name, or getattr(x, \"name\") with a constant name",
	"__setattr__":      "assign x.name = value, or super().__setattr__(name, value) inside a method of that name",
	"__delattr__":      "write del x.name",
	"__reduce__":       "leave copying and pickling to Python", "__reduce_ex__": "leave copying and pickling to Python",
	"__annotations__": "write the class with its annotations, and read them with dataclasses.fields",
	"write_text":      writers, "write_bytes": writers,
	"__path__": "leave it out: submodules are found without it",
}

const (
	traces    = "use traceback.format_exc() or logging's exc_info=True"
	arguments = "pass what you need as an argument, or keep it in a dictionary of your own"
	classes   = "use isinstance, issubclass or functools.singledispatch"
	leave     = "leave it out"
)

// better is what to write instead of an origin, or "".
func better(rule, origin string) string {
	origin = strings.TrimPrefix(strings.ReplaceAll(origin, "()", ""), maybe)
	for name := origin; name != ""; name = parent(name) {
		if text := advice[name]; text != "" {
			return text
		}
	}
	if rule != notListed {
		return ""
	}
	root, member, _ := strings.Cut(origin, ".")
	if name := member[strings.LastIndexByte(member, '.')+1:]; advised[name] != "" {
		return advised[name]
	}
	if isInner(root, member) {
		return "use the module's public functions, or copy the few lines that you need"
	}
	return membersOf[root]
}
