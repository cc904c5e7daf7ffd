"""What a probe is, and how it runs.

A probe tries one thing that a replica must not be able to do, and never does
harm where it succeeds: it opens and does not write, names what does not exist,
or changes only the process that is forked for it. It returns if it got
through; an OSError is what stopped it. An errno in `beyond` is one that only
those see whom the wall let pass.
"""
import ctypes
import errno
import json
import os
import signal

PROBES = {}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


class Probe:
    def __init__(self, name, run, wall, beyond, unshown, lacking):
        self.name, self.run = name, run
        self.wall = wall            # the errnos of the wall
        self.beyond = beyond
        self.unshown = unshown      # why no control can show it
        self.lacking = lacking      # what a control gets where the machine has no such thing


def add(name, run, wall, beyond="", unshown="", lacking=""):
    assert name not in PROBES, name
    PROBES[name] = Probe(name, run, wall.split(), beyond.split(), unshown, lacking.split())


def probe(name, wall, **more):
    def take(run):
        add(name, run, wall, **more)
        return run
    return take


def call(context, name, *args):
    """A system call by its name. Numbers above 2^31 go as they are."""
    return raw(context["numbers"][name], *args)


def raw(number, *args):
    words = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in args]
    got = LIBC.syscall(ctypes.c_long(number), *words)
    if got < 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))
    return got


def through(condition, why):
    """Tells what stopped a probe that is not about an errno."""
    if not condition:
        raise Stopped(why)


class Stopped(Exception):
    pass


def _try(p, context):
    try:
        p.run(context)
    except OSError as exc:
        name = errno.errorcode.get(exc.errno, str(exc.errno))
        return "through" if name in p.beyond else name
    except Stopped as exc:
        return str(exc)
    return "through"


def outcome(p, context):
    """Runs a probe in a process of its own."""
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = "raised"
        try:
            signal.alarm(20)
            said = _try(p, context)
        except BaseException as exc:
            said = f"raised {exc!r}"
        finally:
            os.write(w, said.encode()[:500])
            os._exit(0)
    os.close(w)
    said = b""
    while more := os.read(r, 512):
        said += more
    os.close(r)
    _, status = os.waitpid(pid, 0)
    if not said and os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return said.decode()


def run_all(context):
    return {
        p.name: {"got": outcome(p, context), "wall": p.wall, "unshown": p.unshown, "lacking": p.lacking}
        for p in PROBES.values()
    }


def main(text):
    print(json.dumps(run_all(json.loads(text))))
