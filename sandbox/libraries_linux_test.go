package sandbox

import (
	"encoding/json"
	"testing"
)

// TestTheFilterLeavesWhatPluginsNeed uses, behind the whole wall, what authors
// and their libraries use of the system.
func TestTheFilterLeavesWhatPluginsNeed(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, specOf("realtime.py", `
import importlib, importlib.util, sys, traceback

def threads():
    import threading
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(8) as pool: assert sum(pool.map(lambda n: n * n, range(100))) == 328350

def processes():
    import multiprocessing
    with multiprocessing.get_context("fork").Pool(2) as pool: assert sum(pool.map(abs, range(-10, 0))) == 55

def grandchildren():
    import os
    def child():  # has the number of the socket, which is closed there, for a file
        held = [os.open("/dev/null", os.O_RDONLY) for _ in range(4)]
        if pid := os.fork(): os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        for fd in held: os.fstat(fd)
        os._exit(7)
    if (pid := os.fork()) == 0: child()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7

def spawned_processes():
    import subprocess
    assert subprocess.run(["/bin/sh", "-c", "echo $((6*7)) | cat"], capture_output=True, check=True).stdout == b"42\n"

def shared_memory():
    from multiprocessing import shared_memory
    block = shared_memory.SharedMemory(create=True, size=1 << 16)
    block.buf[:3] = b"abc"
    block.close(); block.unlink()

def maps():
    import mmap, tempfile
    with tempfile.TemporaryFile() as f:
        f.truncate(1 << 20)
        with mmap.mmap(f.fileno(), 0) as m: m[100:103] = b"xyz"; m.flush()
        f.seek(100); assert f.read(3) == b"xyz"
    with mmap.mmap(-1, 1 << 16) as m: m.write(b"1")

def loops():
    import asyncio
    async def serve():
        async def hello(reader, writer):
            writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
        for make, open_ in ((lambda: asyncio.start_server(hello, "127.0.0.1", 0), lambda s: asyncio.open_connection(*s.sockets[0].getsockname())),
                            (lambda: asyncio.start_unix_server(hello, "/tmp/hello"), lambda s: asyncio.open_unix_connection("/tmp/hello"))):
            server = await make()
            reader, writer = await open_(server)
            writer.write(b"hi\n")
            assert await reader.readline() == b"HI\n"
            writer.close(); server.close()
        child = await asyncio.create_subprocess_exec("/bin/echo", "out", stdout=asyncio.subprocess.PIPE)
        assert (await child.communicate())[0] == b"out\n"
        assert await asyncio.to_thread(sum, [1, 2]) == 3
    asyncio.run(serve())

def signals():
    import os, signal
    fd = os.pidfd_open(os.getpid()); os.close(fd)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    import threading; signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
    assert signal.sigtimedwait([signal.SIGUSR2], 1).si_signo == signal.SIGUSR2

def files():
    import os, shutil, tempfile, sqlite3
    with tempfile.TemporaryDirectory() as d:
        with open(d + "/a", "w") as f: f.write("x" * 100000); f.flush(); os.fsync(f.fileno())
        shutil.copy2(d + "/a", d + "/b"); os.replace(d + "/b", d + "/c"); os.link(d + "/a", d + "/l"); os.symlink("a", d + "/s")
        shutil.copytree(d, d + "/tree"); assert len(list(os.scandir(d))) == 5
        db = sqlite3.connect(d + "/db"); db.execute("pragma journal_mode=wal"); db.execute("create table t(x)"); db.commit(); db.close()

def clocks():
    import time, resource, os, random, ssl, platform, locale
    time.sleep(0.001); time.monotonic_ns(); resource.getrusage(resource.RUSAGE_SELF); os.urandom(8)
    ssl.create_default_context(); platform.platform(); os.cpu_count(); os.sched_getaffinity(0); os.getloadavg(); os.sysconf("SC_PHYS_PAGES")
    sys.stdout.isatty(); shutil_size = __import__("shutil").get_terminal_size(); os.nice(0)

def numbers():
    import numpy
    a = numpy.random.default_rng(1).random((400, 400))
    assert numpy.allclose(a @ numpy.linalg.inv(a), numpy.eye(400))
    numpy.save("/tmp/a.npy", a); assert numpy.load("/tmp/a.npy", mmap_mode="r").shape == (400, 400)

def frames():
    import pandas
    assert pandas.DataFrame({"k": list("aab"), "v": [1, 2, 3]}).groupby("k").v.sum().to_dict() == {"a": 3, "b": 3}

def arrows():
    import pyarrow
    assert pyarrow.table({"a": [1, 2]}).num_rows == 2

def uv():
    import uvloop, asyncio
    loop = uvloop.new_event_loop(); assert loop.run_until_complete(asyncio.sleep(0, 1)) == 1; loop.close()

needs = {"numbers": "numpy", "frames": "pandas", "arrows": "pyarrow", "uv": "uvloop"}

class InferenceService:
    def __call__(self, inputs, parameters):
        said = {}
        for f in (threads, processes, grandchildren, spawned_processes, shared_memory, maps, loops, signals, files, clocks, numbers, frames, arrows, uv):
            name = f.__name__
            if name in needs and importlib.util.find_spec(needs[name]) is None: said[name] = "not installed"; continue
            try: f(); said[name] = ""
            except BaseException: said[name] = traceback.format_exc()
        return said
`))
	var said map[string]string
	if err := json.Unmarshal([]byte(call(t, r, `{}`)), &said); err != nil {
		t.Fatal(err)
	}
	if len(said) != 14 {
		t.Errorf("%d uses were tried", len(said))
	}
	for name, trouble := range said {
		switch trouble {
		case "":
		case "not installed":
			t.Logf("%s: not installed here", name)
		default:
			t.Errorf("%s: %s", name, trouble)
		}
	}
}
