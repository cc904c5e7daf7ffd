"""Other processes, and what bounds this one."""
import ctypes
import os
import resource
import signal
import struct
import tempfile
import time

from .kit import add, call, probe, through

WORKER_WALL = "EACCES EPERM"


def child():
    pid = os.fork()
    if pid == 0:
        time.sleep(5)
        os._exit(0)
    return pid


def vectors():
    data = ctypes.create_string_buffer(8)
    local = struct.pack("=QQ", ctypes.addressof(data), 8)
    return ctypes.create_string_buffer(local), data


def remote(context, name):
    pid = child()
    (iov, data), at = vectors(), 0
    try:
        call(context, name, pid, iov, 1, iov, 1, at)
    finally:
        os.kill(pid, signal.SIGKILL)


add("process_vm_readv", lambda c: remote(c, "process_vm_readv"), "ENOSYS")
add("process_vm_writev", lambda c: remote(c, "process_vm_writev"), "ENOSYS")
add("ptrace: be traced", lambda c: call(c, "ptrace", 0, 0, 0, 0), "ENOSYS")
add("kcmp", lambda c: call(c, "kcmp", os.getpid(), os.getpid(), 2, 0, 0), "ENOSYS", lacking="ENOSYS")
add("pidfd_getfd", lambda c: call(c, "pidfd_getfd", os.pidfd_open(os.getpid()), 0, 0), "ENOSYS")
add("process_madvise", lambda c: call(c, "process_madvise", os.pidfd_open(os.getpid()), None, 0, 20, 0), "ENOSYS", beyond="EINVAL")
add("process_mrelease", lambda c: call(c, "process_mrelease", os.pidfd_open(os.getpid()), 0), "ENOSYS", beyond="EINVAL", lacking="ENOSYS")


@probe("ptrace: trace a child", "ENOSYS")
def ptrace(context):
    pid = child()
    try:
        call(context, "ptrace", 0x4206, pid, 0, 0)
    finally:
        os.kill(pid, signal.SIGKILL)


# The worker, which holds the control stream.
for _name, _flags in {"mem": os.O_RDONLY, "environ": os.O_RDONLY, "maps": os.O_RDONLY, "oom_score_adj": os.O_WRONLY}.items():
    add(f"the worker's {_name}", lambda c, n=_name, f=_flags: os.read(os.open(f"/proc/{c['worker_pid']}/{n}", f), 0), WORKER_WALL, beyond="EBADF EINVAL")
for _name in ("fd", "fdinfo", "map_files"):
    add(f"the worker's {_name}", lambda c, n=_name: os.listdir(f"/proc/{c['worker_pid']}/{n}"), WORKER_WALL, lacking="ENOENT")
add("the worker's control stream", lambda c: os.open(f"/proc/{c['worker_pid']}/fd/3", os.O_RDWR), WORKER_WALL, beyond="ENXIO ENOENT")
add("the worker's root", lambda c: os.listdir(f"/proc/{c['worker_pid']}/root"), WORKER_WALL)
add("the worker's handles by pidfd", lambda c: call(c, "pidfd_getfd", os.pidfd_open(c["worker_pid"]), 3, 0), "ENOSYS", beyond="EBADF")

# The host's processes.
add("signal the server", lambda c: os.kill(c["server_pid"], 0), "ESRCH")
add("find the server by pidfd", lambda c: os.pidfd_open(c["server_pid"]), "ESRCH")


@probe("see the server among processes", "unseen")
def see(context):
    names = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as f:
                names.append(f.read())
        except OSError:
            pass
    through(any(context["server_name"] in n for n in names), "unseen")


@probe("the server's environment", "unseen")
def environments(context):
    seen = str(dict(os.environ))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ") as f:
                seen += f.read()
        except OSError:
            pass
    through(context["marker"] in seen, "unseen")


@probe("paths of the host in a command line", "unseen")
def command_lines(context):
    seen = ""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as f:
                seen += f.read()
        except OSError:
            pass
    through(context["run"] in seen, "unseen")


def status(field):
    with open("/proc/self/status") as f:
        return next(line.split(":")[1].strip() for line in f if line.startswith(field + ":"))


add("be root", lambda c: through(0 in os.getresuid() + os.getresgid(), "another"), "another")
for _set in ("CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd"):
    add(f"capabilities: {_set}", lambda c, s=_set: through(int(status(s), 16), "none"), "none", lacking="none")
add("gain privileges by exec", lambda c: through(status("NoNewPrivs") != "1", "no_new_privs"), "no_new_privs")
add("be without a filter", lambda c: through(status("Seccomp") != "2", "filtered"), "filtered")
add("supplementary groups", lambda c: through(set(os.getgroups()) - {65534, 1000}, "none"), "none", lacking="none")


# Bounds.
def unbounded(context, name, kind):
    most = context["limits"].get(name)
    soft, hard = resource.getrlimit(kind)
    # -1 is none.
    through(most is not None and (hard == -1 or hard > most or soft == -1 or soft > most), "bounded")


for _name, _kind in {"core": resource.RLIMIT_CORE, "files": resource.RLIMIT_NOFILE, "file_size": resource.RLIMIT_FSIZE,
                     "processes": resource.RLIMIT_NPROC, "data": resource.RLIMIT_DATA}.items():
    add(f"unbounded: {_name}", lambda c, n=_name, k=_kind: unbounded(c, n, k), "bounded")


@probe("raise a limit", "EPERM", lacking="EPERM")
def raise_limit(context):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if hard == -1:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
        hard = 1 << 30
    new = ctypes.create_string_buffer(struct.pack("=QQ", hard + 1, hard + 1))
    call(context, "prlimit64", 0, resource.RLIMIT_FSIZE, new, None)


add("run before others", lambda c: os.setpriority(os.PRIO_PROCESS, 0, -5), "EACCES EPERM")
add("run in real time", lambda c: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), "EPERM", lacking="EPERM")


@probe("outlive others when memory runs out", "last")
def oom(context):
    with open("/proc/self/oom_score_adj") as f:
        through(int(f.read()) < 1000, "last")


@probe("take back that it dies first", "EACCES")
def oom_back(context):
    with open("/proc/self/oom_score_adj", "w") as f:
        f.write("0")


for _path in ("/tmp", "/dev/shm", "/run/worker"):
    def _size(context, path=_path):
        s = os.statvfs(path)
        through(s.f_blocks * s.f_frsize > context["limits"]["tmp"], "bounded")
    add(f"unbounded: {_path}", _size, "bounded EACCES", lacking="ENOENT bounded")


@probe("a sparse file of 10 GiB", "EFBIG")
def sparse(context):
    with tempfile.TemporaryFile() as f:
        os.ftruncate(f.fileno(), 10 << 30)


@probe("a descriptor of the host's", "none")
def descriptors(context):
    held = []
    for pid in ("self", str(os.getppid())):
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                held.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
            except OSError:
                pass
    files = [h for h in held if h.startswith("/") and h != "/dev/null" and not h.startswith("/proc/")]
    through(files, "none")


@probe("the host's name", "another")
def host_name(context):
    through(os.uname().nodename != "plugforge", "another")

