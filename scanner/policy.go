package scanner

import (
	"strings"

	"plugforge/internal/pysyntax"
)

// The tables below are the policy. None is changed after start.

// forbidden maps modules and members, by origin, to the rule they break. What
// lies below a forbidden origin is forbidden with it. members.go has those of
// third parties.
var forbidden = table(map[string]string{
	processes: `subprocess subprocess32 _posixsubprocess multiprocessing _multiprocessing pty popen2 commands pexpect sh plumbum psutil invoke
		fabric pipes mailcap concurrent.futures.ProcessPoolExecutor concurrent.futures.process asyncio.subprocess
		asyncio.create_subprocess_exec asyncio.create_subprocess_shell asyncio.base_subprocess asyncio.unix_events platform.popen
		os.system os.popen os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe
		os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp
		os.fork os.forkpty os.kill os.killpg os.abort os._exit os.startfile os.wait os.waitpid os.nice
		posix nt _winapi` + thirdProcesses,
	nativeCode: `ctypes _ctypes cffi _cffi_backend mmap cppyy weave cppimport pyximport Cython llvmlite` + thirdNativeCode,
	rawSockets: `socket _socket _ssl socketserver asyncore asynchat smtpd http.server xmlrpc wsgiref paramiko telnetlib ftplib smtplib imaplib
		poplib nntplib asyncio.open_connection asyncio.open_unix_connection asyncio.start_server asyncio.start_unix_server
		ssl.socket ssl.create_connection ssl.SSLSocket ssl.wrap_socket ssl.get_server_certificate ssl.SSLContext().wrap_socket
		ssl.create_default_context().wrap_socket urllib.request.URLopener urllib.request.FancyURLopener urllib.request.FTPHandler
		urllib.request.ftpwrapper anyio.create_unix_listener anyio.create_tcp_listener anyio.create_udp_socket anyio.connect_tcp
		anyio.connect_unix anyio.create_connected_udp_socket anyio.create_unix_datagram_socket urllib.request.FileHandler
		logging.handlers.SocketHandler logging.handlers.DatagramHandler logging.handlers.SysLogHandler logging.handlers.SMTPHandler
		logging.handlers.HTTPHandler scapy`,
	codeOfText: `builtins.eval builtins.exec builtins.compile builtins.breakpoint code codeop timeit
		typing.get_type_hints typing.ForwardRef typing.evaluate_forward_ref typing_extensions.get_type_hints typing_extensions.ForwardRef
		typing_extensions.evaluate_forward_ref inspect.get_annotations annotationlib
		types.FunctionType types.CodeType types.LambdaType types.new_class collections.abc.FunctionType dataclasses.FunctionType
		unittest.mock.CodeType logging.config interpreters concurrent.interpreters asteval RestrictedPython simpleeval execjs js2py dukpy
		mako` + thirdCodeOfText,
	imports: `builtins.__import__ builtins.__loader__ builtins.__spec__ builtins.__build_class__ importlib _importlib imp _imp
		_frozen_importlib _frozen_importlib_external importlib_metadata importlib_resources runpy pkgutil zipimport modulefinder site sitecustomize
		usercustomize pkg_resources setuptools distutils pip ensurepip venv zipapp __main__ sys.modules sys.meta_path sys.path_hooks
		sys.path_importer_cache unittest.loader unittest.TestLoader unittest.main.TestProgram unittest.TestProgram unittest.defaultTestLoader unittest.mock.patch unittest.mock._importer
		enum.global_enum enum.global_flag_repr zipfile.PyZipFile zipfile.zipimport xml.sax.make_parser xml.dom.getDOMImplementation xml.dom.registerDOMImplementation
		xml.sax.saxexts logging.handlers.importlib mock` + thirdImports,
	files: `builtins.open io.open io.open_code io.FileIO io.OpenWrapper _io os.open os.fdopen codecs.open tokenize.open _pyio pyio
		fileinput linecache builtins.license builtins.credits builtins.copyright tarfile.bltn_open
		shutil.copyfile shutil.copy shutil.copy2 shutil.copytree shutil.move shutil.make_archive shutil.unpack_archive shutil.chown
		shutil.copymode shutil.copystat shutil.register_archive_format shutil.register_unpack_format
		logging.FileHandler logging.handlers.RotatingFileHandler logging.handlers.TimedRotatingFileHandler logging.handlers.WatchedFileHandler
		logging.handlers.BaseRotatingHandler urllib.request.urlretrieve urllib.request.urlcleanup netrc mailbox filecmp uu binhex argparse.FileType shlex.shlex http.cookiejar.LWPCookieJar http.cookiejar.MozillaCookieJar
		http.cookiejar.FileCookieJar xml.etree.ElementInclude` + thirdFiles,
	namespaces: `builtins.setattr builtins.delattr builtins.globals builtins.locals builtins.vars builtins.__builtins__ builtins.__dict__`,
	unpickling: `pickle _pickle cPickle pickletools marshal shelve dill cloudpickle jsonpickle dbm copyreg hickle klepto tracemalloc.Snapshot` + thirdUnpickling,
	objectGraph: `gc.get_objects gc.get_referrers gc.get_referents gc.callbacks gc.garbage sys._getframe sys._current_frames sys._getframemodulename
		sys.exc_info().tb_frame string.Formatter _string sys.settrace sys.setprofile threading.settrace threading.setprofile
		threading.settrace_all_threads threading.setprofile_all_threads _operator traceback.walk_stack traceback.walk_tb
		sys.monitoring types.DynamicClassAttribute`,
	hostControl: `fcntl resource signal _signal termios tty syslog readline faulthandler crypt spwd nis msvcrt winreg winsound msilib
		grp pwd ossaudiodev curses _thread _testcapi _testinternalcapi _ctypes_test ptrace prctl cgroups`,
	gadgets: `rlcompleter builtins.help pdb bdb cProfile profile profiling pstats trace doctest pydoc pydoc_data webbrowser antigravity this idlelib turtledemo
		lib2to3 test compileall py_compile cgi cgitb cmd tkinter turtle symtable symbol parser pyclbr dis ipdb IPython encodings pyexpat
		sre_compile sre_constants sre_parse atexit._run_exitfuncs`,
})

// table turns rule → words into origin → rule.
func table(rules map[string]string) map[string]string {
	out := map[string]string{}
	for rule, words := range rules {
		for w := range setOf(words) {
			out[w] = rule
		}
	}
	return out
}

// guarded are modules that are open in part: they may be used member by
// member, and not handed on. A nil list means that forbidden tells what is
// closed; else only what is listed is open.
var guarded = map[string]map[string]bool{
	"os": setOf(`environ environb path getenv getenvb sep altsep extsep pathsep linesep curdir pardir devnull name cpu_count getcwd getcwdb
		getpid getppid getuid geteuid getgid getlogin uname urandom getrandom listdir scandir walk fwalk makedirs mkdir rmdir removedirs remove unlink
		rename renames replace stat lstat stat_result access utime path.join fspath fsencode fsdecode PathLike DirEntry F_OK R_OK W_OK X_OK
		getloadavg times times_result sched_getaffinity process_cpu_count get_terminal_size terminal_size strerror error statvfs
		truncate readlink SEEK_SET SEEK_CUR SEEK_END get_exec_path supports_follow_symlinks cpu_count sysconf errno st abc stat_float_times`),
	"sys": setOf(`argv orig_argv version version_info hexversion api_version platform implementation maxsize maxunicode byteorder path stdout stderr
		stdin __stdout__ __stderr__ exit getsizeof getrefcount getrecursionlimit setrecursionlimit executable prefix base_prefix exec_prefix
		base_exec_prefix float_info int_info hash_info thread_info float_repr_style flags intern exc_info exception getdefaultencoding
		getfilesystemencoding is_finalizing warnoptions stdlib_module_names builtin_module_names copyright dont_write_bytecode
		getswitchinterval setswitchinterval get_int_max_str_digits set_int_max_str_digits last_value excepthook`),
	"inspect": setOf(`signature Signature Parameter BoundArguments isclass isfunction ismethod isbuiltin isroutine iscoroutine iscoroutinefunction
		isawaitable isgenerator isgeneratorfunction isasyncgen isasyncgenfunction isabstract ismodule isdatadescriptor
		markcoroutinefunction getdoc cleandoc getfullargspec FullArgSpec`),
	"io": nil, "asyncio": nil, "types": nil, "builtins": nil, "posixpath": nil, "operator": nil, "codecs": nil, "importlib": nil, "gc": nil,
	"shutil": nil,
}

// strong are module names so telling that an attribute of this name is that
// module, whatever it hangs on.
var strong = setOf(`os sys subprocess ctypes builtins __builtins__ importlib posix _posixsubprocess _socket _ctypes _io _pickle _thread _imp
	multiprocessing pty marshal runpy pkgutil codeop posixpath fcntl cPickle pydoc zipimport`)

// isStrong tells of those, and of what libraries import under them with an
// underscore before.
func isStrong(name string) bool { return strong[name] || strong[strings.TrimLeft(name, "_")] }

// modest are those of them that results of libraries have as fields.
var modest = setOf(`os sys`)

// moduleNames are names that mean the module when they hang on a module.
var moduleNames = setOf(`socket pickle shelve socketserver linecache gc pdb doctest termios asyncore imp zipimport webbrowser timeit copyreg
	bdb cProfile ftplib smtplib telnetlib imaplib poplib faulthandler tkinter pickletools fileinput pytest`)

// otherNames are what the standard library itself calls modules that it
// imports under names of their own, where no underscore tells.
var otherNames = map[string]string{"bltns": "builtins", "mp": "multiprocessing", "stdlib_re": "re"}

// submodules are members of the standard library's modules that share their
// name with a module of its own, and are something else.
var submodules = setOf(`email.parser html.parser array.array ast.keyword ast.operator bisect.bisect calendar.calendar collections.abc copy.copy
	datetime.datetime datetime.time fnmatch.fnmatch getopt.getopt gettext.gettext locale.gettext optparse.gettext glob.glob os.stat
	platform.platform pprint.pprint random.random shlex.shlex sys.platform time.time tokenize.tokenize string.string struct.struct
	compression.bz2 compression.gzip compression.lzma compression.zlib queue.time`)

// climbing are attributes that lead from an object into the interpreter, beside
// the names with double underscores that allowedDunders does not list.
var climbing = setOf(`f_globals f_locals f_builtins f_back f_code gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin ag_frame ag_code
	ag_await tb_frame tb_next func_globals func_code co_code co_consts co_names mro im_func im_self
	subprocess_exec subprocess_shell load_extension enable_load_extension _evaluate _str_formatter _convert_ _convert`)

// fileMethods open files on whatever they are called.
var fileMethods = setOf(`read_text read_bytes write_text write_bytes`)

// processMethods start processes or run code, whatever they hang on.
var processMethods = setOf(`popen Popen posix_spawn posix_spawnp execv execve execvp execvpe execl execle execlp execlpe spawnv spawnve spawnvp spawnvpe
	spawnl spawnle spawnlp spawnlpe forkpty check_output check_call getoutput getstatusoutput import_module exec_module load_module
	source_to_code runcode runsource runctx run_path resolve_name create_subprocess_shell create_subprocess_exec create_unix_server create_unix_connection create_datagram_endpoint connect_accepted_socket add_signal_handler
	register_custom_ops_library loadTestsFromName run_process`)

// steeringNames decide, at the top of a module, what imports find.
var steeringNames = setOf(`__path__ __package__ __spec__ __loader__ __name__ __file__ __builtins__ __cached__`)

// askedRoots are modules of which rules ask what their calls gave.
var askedRoots = setOf(`asyncio ssl sys io tempfile dataclasses logging PIL os pathlib threading bz2 gzip lzma zipfile tarfile wave`)

// streams are modules whose objects are open files.
var streams = setOf(`sys io tempfile bz2 gzip lzma zipfile tarfile wave`)

// texts are parts of strings that no honest string has: names for getattr and
// fields of str.format that climb.
var texts = strings.Fields(`__globals__ __subclasses__ __builtins__ __code__ __mro__ __bases__ __base__ __import__ __loader__ __getattribute__
	__closure__ __reduce__ __reduce_ex__ __self__ __dict__ __subclasshook__ __setattr__ __delattr__ __spec__ __func__ __kwdefaults__ f_globals
	f_builtins f_locals f_back gi_frame cr_frame ag_frame tb_frame gi_code func_globals`)

// ruleFor is the rule that an origin breaks; empty for none.
func ruleFor(origin string) string {
	if origin == pysyntax.Untold {
		return tangled
	}
	if data, ok := strings.CutPrefix(origin, maybe); ok {
		return ruleOfMaybe(data)
	}
	if rule := listedRule(origin); rule != "" {
		return rule
	}
	if rule := borrowedRule(origin); rule != "" {
		return rule
	}
	root, member, below := strings.Cut(origin, ".")
	if !below {
		if strings.HasPrefix(root, "_") && root != "__future__" && root != "_typeshed" {
			return imports
		}
		return ""
	}
	first, _, _ := strings.Cut(member, ".")
	if list := guarded[root]; list != nil && !list[strings.TrimRight(first, "()")] {
		return notListed
	}
	if isInner(root, member) {
		return notListed
	}
	if root == "pathlib" || root == "asyncio" {
		last := strings.TrimRight(member[strings.LastIndexByte(member, '.')+1:], "()")
		switch {
		case root == "pathlib" && pathMethods[last]:
			return files
		case root == "asyncio" && strings.Contains(member, "()"):
			return loopMethods[last]
		}
	}
	return ""
}

// borrowedRule is the rule of a function of the standard library that is
// reached through a module of a third party: pandas.io.common.codecs.open.
func borrowedRule(origin string) string {
	at := strings.LastIndexByte(origin, '.')
	before := strings.LastIndexByte(origin[:max(at, 0)], '.')
	if before < 0 || strings.Contains(origin, "()") || origin[0] == '?' {
		return ""
	}
	module := origin[before+1 : at]
	root, _, _ := strings.Cut(origin, ".")
	if !stdlib[module] || stdlib[root] || inClass(origin[:before]) {
		return ""
	}
	return forbidden[origin[before+1:]]
}

// listedRule is the rule of the longest part of an origin that forbidden
// lists. pathlib.Path() and os.system() are below pathlib and os.system.
func listedRule(origin string) string {
	for cut := origin; ; {
		if rule := forbidden[cut]; rule != "" {
			return rule
		}
		if strings.HasSuffix(cut, "()") {
			cut = cut[:len(cut)-2]
			continue
		}
		at := strings.LastIndexByte(cut, '.')
		if at < 0 {
			return ""
		}
		cut = cut[:at]
	}
}

// isInner tells whether a module's member lies behind an underscore. Private members of the plugin's own and, below their classes, of
// third parties are none of ours.
func isInner(root, member string) bool {
	if strings.IndexByte(member, '_') < 0 || strings.HasPrefix(root, pysyntax.OwnPrefix) || root == "?()" {
		return false
	}
	foreign := !stdlib[root]
	if foreign {
		member, _, _ = strings.Cut(member, "()")
	}
	for called := false; member != ""; {
		var name string
		name, member, _ = strings.Cut(member, ".")
		if called && isDunder(name) {
			continue // judged as such
		}
		called = called || strings.HasSuffix(name, "()")
		if name == "" || foreign && name[0] >= 'A' && name[0] <= 'Z' {
			return false
		}
		if name[0] == '_' && !allowedDunders[name] && (root != "builtins" || isDunder(name)) && !openInner[root+"."+name] && !strings.HasPrefix(root+"."+name, "torch._foreach_") {
			return true
		}
	}
	return false
}

// openInner are private by name, and what their makers tell people to use.
var openInner = setOf(`torch._assert torch._dynamo torch._inductor torch._functorch torch._logging typing_extensions._AnnotatedAlias spacy._`)

// isGuarded tells whether an origin is a guarded or forbidden module itself.
func isGuarded(origin string) bool {
	_, yes := guarded[origin]
	return yes
}
