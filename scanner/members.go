package scanner

// What permitted packages of third parties have that plugins may not use, as
// parts of forbidden.
const (
	thirdProcesses = ` torch.multiprocessing torch.distributed.run torch.distributed.launch torch.distributed.launcher torch.distributed.elastic
		torch.distributed.rpc anyio.run_process anyio.open_process anyio.to_process trio.run_process trio.lowlevel.open_process
		tqdm.contrib.concurrent.process_map huggingface_hub.utils.run_subprocess accelerate.notebook_launcher accelerate.debug_launcher
		mlflow.projects mlflow.run spacy.cli spacy.util.run_command nltk.internals nltk.app dask.distributed dask.multiprocessing distributed
		PIL.ImageShow PIL.ImageGrab PIL.Image.Image.show PIL.Image.open().show PIL.Image.new().show PIL.Image.fromarray().show PIL.Image._show
		pytesseract.pytesseract.tesseract_cmd pytesseract.tesseract_cmd joblib.externals matplotlib.texmanager six.moves.getoutput
		numpy.distutils numpy.f2py click.edit click.launch click.echo_via_pager typer.launch typer.edit onnxruntime.tools ultralytics.utils.checks.check_requirements`
	thirdNativeCode = ` numpy.ctypeslib torch.utils.cpp_extension torch.ops.load_library torch.classes.load_library tensorflow.load_op_library
		tensorflow.load_library tensorflow.python.framework.load_library tensorflow.compat.v1.load_op_library
		scipy.LowLevelCallable numba.pycc numba.core.typing.ctypes_utils triton.runtime.build onnx.reference.c_ops tvm`
	thirdCodeOfText = ` pandas.eval pandas.core.computation numexpr.evaluate numexpr.re_evaluate numexpr.validate numexpr.NumExpr numexpr.necompiler
		numexpr.disassemble numpy.testing.runstring numpy.testing.measure numpy.testing.rundocs numpy.testing._private numpy.safe_eval
		numpy.lib.utils.safe_eval numpy.compat six.exec_ sympy.sympify sympy.parsing sympy.S sympy.lambdify sympy.parse_expr
		PIL.ImageMath.eval PIL.ImageMath.unsafe_eval transformers.agents transformers.tools
		torch.hub.load torch.hub.list torch.hub.help torch.hub._load_local torch.fx.graph_module torch.testing._internal
		hydra.utils fire decorator.FunctionMaker boltons.funcutils.FunctionBuilder detectron2.config.LazyConfig mmengine.Config mmcv.Config
		langchain.utilities.PythonREPL langchain.tools.python langchain_community.utilities.python langchain_experimental
		pygments.lexers.load_lexer_from_file pygments.formatters.load_formatter_from_file pygments.plugin
		numpy.test numpy.ma.bench numpy.ma.timer_comparison scipy.test pandas.test pandas.util.testing sklearn.test
		gensim.test attr._make attr.resolve_types attrs.resolve_types
		pyparsing.testing`
	thirdImports = ` pydantic.ImportString pydantic.types.ImportString pydantic.PyObject pydantic.utils.import_string pydantic.types.import_string pydantic.typing pydantic.v1.typing pydantic._internal
		pydantic.v1.PyObject pydantic.v1.utils.import_string pydantic.deprecated torch.package torch.utils.model_dump werkzeug.utils.import_string
		transformers.dynamic_module_utils diffusers.utils.dynamic_modules_utils evaluate.load six.moves.reload_module lazy_loader
		pytest.importorskip pytest.main keras.config.enable_unsafe_deserialization tensorflow.keras.config.enable_unsafe_deserialization
		tensorflow.python.util.lazy_loader`
	thirdFiles      = ` numpy.DataSource numpy.lib.npyio.DataSource numpy.lib._datasource click.open_file click.File typer.FileText typer.FileTextWrite`
	thirdUnpickling = ` pandas.read_pickle pandas.io.pickle pandas.compat.pickle_compat yaml.unsafe_load yaml.unsafe_load_all yaml.full_load yaml.full_load_all
		yaml.Loader yaml.UnsafeLoader yaml.FullLoader yaml.CLoader yaml.CFullLoader yaml.CUnsafeLoader yaml.unsafe_load yaml.loader yaml.constructor
		yaml.cyaml joblib.load joblib.numpy_pickle ruamel.yaml.unsafe_load ruamel.yaml.load ruamel.yaml.load_all
		torch.serialization._load torch._weights_only_unpickler gensim.utils.unpickle pyarrow.deserialize pyarrow.deserialize_from
		mlflow.pyfunc.load_model mlflow.sklearn.load_model statsmodels.api.load statsmodels.iolib.smpickle networkx.read_gpickle
		polars.Expr.deserialize polars.LazyFrame.deserialize skops.io._utils pyarrow.PyExtensionType sklearn.externals numpy.lib.format.read_array spacy.util.load_language_data srsly.pickle_loads`
)

// loadsWeights load tensors alone unless weights_only is false.
var loadsWeights = setOf(`torch.load torch.serialization.load`)

// mustBeFalse are keywords that make whatever takes them run what it loads.
// The value is the rule.
var mustBeFalse = map[string]string{
	"trust_remote_code": codeOfText,
	"allow_pickle":      unpickling,
	"custom_pipeline":   codeOfText,
}

// seenCalled are functions whose arguments are judged, so that they may not be
// handed on.
var seenCalled = setOf(`logging.basicConfig pydantic.create_model pydantic.v1.create_model dataclasses.make_dataclass attr.make_class
	attrs.make_class unittest.main argparse.ArgumentParser pandas.DataFrame.eval pandas.DataFrame.query`)

// numeric are modules that programs hand on to choose what they compute with.
var numeric = setOf(`numpy torch tensorflow jax cupy scipy keras PIL cv2 polars transformers torchvision torchaudio sklearn onnxruntime`)

// unsafeNames are members of libraries that say what they are on whatever they
// hang.
var unsafeNames = map[string]string{
	"unsafe_load": unpickling, "unsafe_load_all": unpickling, "full_load": unpickling, "full_load_all": unpickling, "UnsafeLoader": unpickling,
	"FullLoader": unpickling, "UnsafeConstructor": unpickling, "FullConstructor": unpickling, "read_pickle": unpickling,
	"pickle_compat": unpickling, "ctypeslib": nativeCode, "import_string": imports, "exec_": codeOfText, "runstring": codeOfText,
	"rundocs": codeOfText, "_ufunc_reconstruct": imports, "_makenamedict": imports, "temp_setattr": patching,
}

// positional is where numpy.load and its like take allow_pickle.
var positional = map[string]int{"numpy.load": 2, "numpy.lib.npyio.load": 2, "numpy.lib.format.read_array": 1}

// loopMethods are methods of asyncio's event loop that open what is forbidden.
var loopMethods = map[string]string{
	"subprocess_exec": processes, "subprocess_shell": processes,
	"create_connection": rawSockets, "create_server": rawSockets, "create_unix_connection": rawSockets, "create_unix_server": rawSockets,
	"create_datagram_endpoint": rawSockets, "connect_accepted_socket": rawSockets, "sock_connect": rawSockets,
	"add_signal_handler": hostControl, "connect_read_pipe": files, "connect_write_pipe": files,
}

// pathMethods read, write or replace what a pathlib path names.
var pathMethods = setOf(`open read_text read_bytes write_text write_bytes symlink_to hardlink_to link_to chmod lchmod copy copy_into move move_into`)

// steering are variables of the environment that decide what Python, the
// loader or a library runs.
var steering = setOf(`PYTHONBREAKPOINT PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONUSERBASE PYTHONEXECUTABLE PYTHONWARNINGS
	PYTHONPLATLIBDIR PYTHONCASEOK PYTHONPYCACHEPREFIX LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES BROWSER PATH
	OPENSSL_CONF OPENSSL_ENGINES OPENSSL_MODULES IMAGEIO_FFMPEG_EXE FFMPEG_BINARY IMAGEMAGICK_BINARY NODE_OPTIONS JAVA_TOOL_OPTIONS PERL5OPT
	RUBYOPT TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD HF_DATASETS_TRUST_REMOTE_CODE EDITOR VISUAL PAGER MANPAGER SHELL IFS BASH_ENV ENV GCONV_PATH CC CXX CUDAHOSTCXX`)
