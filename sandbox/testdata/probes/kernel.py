"""System calls that the filter refuses, each in a form that does nothing."""
import ctypes
import fcntl
import mmap
import os
import signal
import struct
import tempfile
import termios

from .kit import add, call, probe, raw

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWCGROUP = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x02000000)
NOWHERE, AT_FDCWD, NO_FD = b"/nonexistent/probe", 2**64 - 100, 2**64 - 1
PAGE = 4096


def buffer(data=b"", size=PAGE):
    return ctypes.create_string_buffer(data, size)


def simple(name, *args, label="", **more):
    """A call that is refused by its name. Buffers are made as it runs."""
    def run(context):
        call(context, name, *(a() if callable(a) else a for a in args))
    add(label or f"call {name}", run, "ENOSYS", **more)


# Mounts and file systems. What a control mounts is in a namespace of its own.
simple("mount", None, b"/tmp", None, 0x1000 | 32, None, label="call mount: remount", beyond="EINVAL")
simple("umount2", b"/usr/bin", 0, beyond="EINVAL")
simple("pivot_root", NOWHERE, NOWHERE, beyond="ENOENT")
simple("chroot", b"/tmp")
simple("fsopen", b"tmpfs", 0)
simple("fsconfig", NO_FD, 0, None, None, 0, beyond="EBADF EINVAL")
simple("fsmount", NO_FD, 0, 0, beyond="EBADF")
simple("fspick", AT_FDCWD, b"/", 0)
simple("open_tree", AT_FDCWD, b"/", 1)
simple("move_mount", NO_FD, b"", NO_FD, b"", 0x44, beyond="EBADF")
simple("mount_setattr", AT_FDCWD, b"/", 0, buffer, 32)
simple("statmount", lambda: buffer(struct.pack("=IIQQ", 24, 0, 1, 0)), buffer, PAGE, 0, beyond="ENOENT EINVAL", lacking="ENOSYS")
simple("listmount", lambda: buffer(struct.pack("=IIQQ", 24, 0, 2**64 - 1, 0)), buffer, 8, 0, lacking="ENOSYS")
simple("quotactl", 0x800004 << 8, NOWHERE, 0, None, beyond="ENOENT EINVAL ENODEV", lacking="ENOSYS")
simple("fanotify_init", 0, 0, lacking="ENOSYS")
simple("name_to_handle_at", AT_FDCWD, b"/tmp", lambda: buffer(struct.pack("=Ii", 128, 0)), buffer, 0)
simple("open_by_handle_at", AT_FDCWD, lambda: buffer(struct.pack("=Ii", 8, 1)), 0, beyond="ESTALE")
simple("setxattr", b"/tmp", b"trusted.probe", b"", 0, 2, beyond="ENODATA")
simple("swapon", NOWHERE, 0, beyond="ENOENT", lacking="ENOSYS")
simple("swapoff", NOWHERE, beyond="ENOENT", lacking="ENOSYS")
simple("acct", NOWHERE, beyond="ENOENT", lacking="ENOSYS")
simple("syncfs", lambda: os.open("/proc", os.O_RDONLY))
simple("sync", unshown="it would make the whole machine write")
simple("mknod", lambda: (tempfile.mkdtemp() + "/null").encode(), 0o20666, os.makedev(1, 3))

# Namespaces.
for _name, _flag in {"user": NEWUSER, "mount": NEWNS, "network": NEWNET, "pid": NEWPID, "ipc": NEWIPC, "uts": NEWUTS, "cgroup": NEWCGROUP}.items():
    simple("unshare", _flag, label=f"unshare a {_name} namespace")


def clone(context, flags):
    if call(context, "clone", flags | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)


for _name, _flag in {"user": NEWUSER, "mount": NEWNS, "network": NEWNET, "pid": NEWPID}.items():
    add(f"clone into a {_name} namespace", lambda c, f=_flag: clone(c, f), "EPERM")
add("clone into a user namespace, high bits set", lambda c: clone(c, NEWUSER | 1 << 32), "EPERM")
simple("clone3", None, 0, beyond="EINVAL")
for _name in ("uts", "net", "mnt", "ipc"):
    simple("setns", lambda n=_name: os.open(f"/proc/self/ns/{n}", os.O_RDONLY), 0, label=f"setns to a {_name} namespace")

# Where kernels break.
simple("bpf", 0, lambda: buffer(struct.pack("=IIII", 2, 4, 4, 1)), 72, label="bpf: make a map", lacking="ENOSYS")
simple("bpf", 5, buffer, 72, label="bpf: load a program", beyond="EINVAL EFAULT E2BIG", lacking="ENOSYS")
simple("io_uring_setup", 1, buffer, lacking="ENOSYS EPERM")
simple("io_uring_enter", NO_FD, 0, 0, 0, None, 0, beyond="EBADF", lacking="ENOSYS")
simple("io_uring_register", NO_FD, 0, None, 0, beyond="EBADF EINVAL", lacking="ENOSYS")
simple("userfaultfd", 1, lacking="ENOSYS")
simple("perf_event_open", lambda: buffer(struct.pack("=IIQ", 1, 112, 0)), 0, NO_FD, NO_FD, 0, lacking="ENOSYS")
simple("keyctl", 0, 2**64 - 3, 1, label="keyctl: the session's keyring", lacking="ENOSYS")
simple("add_key", b"user", b"probe", b"x", 1, 2**64 - 2, lacking="ENOSYS")
simple("request_key", b"user", b"plugforge-no-such-key", None, 0, beyond="ENOKEY", lacking="ENOSYS")
simple("modify_ldt", 0, buffer, 16, lacking="ENOSYS")
simple("vmsplice", NO_FD, None, 0, 0, beyond="EBADF")
simple("remap_file_pages", 0, 0, 0, 0, 0, beyond="EINVAL", lacking="ENOSYS")
simple("migrate_pages", 0, 0, None, None, lacking="ENOSYS", beyond="EINVAL")
simple("move_pages", 0, 0, None, None, None, 0, lacking="ENOSYS", beyond="EINVAL")
simple("set_mempolicy", 0, None, 0, lacking="ENOSYS")
simple("seccomp", 2, 0, lambda: buffer(struct.pack("=I", 0x7fff0000)), lacking="ENOSYS")

# Memory that no tmpfs bounds.
simple("memfd_create", b"probe", 0)
simple("memfd_secret", 0, lacking="ENOSYS")
simple("shmget", 0, PAGE, 0o600)
simple("semget", 0, 1, 0o600)
simple("msgget", 0, 0o600)
simple("mq_open", b"probe", os.O_RDWR | os.O_CREAT, 0o600, None)


@probe("run a program from a memfd", "ENOSYS")
def memfd_exec(context):
    fd = call(context, "memfd_create", b"probe", 0)
    with open("/bin/true", "rb") as f:
        os.write(fd, f.read())
    if pid := os.fork():
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            raise OSError(8, "it does not run")
        return
    try:
        os.execv(f"/proc/self/fd/{fd}", ["true"])
    finally:
        os._exit(1)


simple("execveat", NO_FD, b"", None, None, 0x1000, beyond="EBADF EFAULT")

# The machine.
simple("reboot", 0, 0, 0, None, beyond="EINVAL")
simple("kexec_load", 0, 0, None, 0xdead, beyond="EINVAL", lacking="ENOSYS")
simple("kexec_file_load", NO_FD, NO_FD, 0, None, 0xdead, beyond="EINVAL", lacking="ENOSYS")
simple("init_module", None, 0, b"", beyond="ENOEXEC EFAULT EINVAL", lacking="ENOSYS")
simple("finit_module", NO_FD, b"", 0, beyond="EBADF", lacking="ENOSYS")
simple("delete_module", b"plugforge_probe", 0, beyond="ENOENT", lacking="ENOSYS")
simple("iopl", 3, lacking="ENOSYS")
simple("ioperm", 0x80, 1, 1, lacking="ENOSYS")
simple("sethostname", b"probe", 5)
simple("setdomainname", b"probe", 5)
simple("settimeofday", None, None, unshown="it would set the machine's clock")
simple("clock_settime", 0, None, unshown="it would set the machine's clock")
simple("adjtimex", buffer)
simple("clock_adjtime", 0, buffer)
simple("syslog", 10, None, 0, label="syslog: the size of the kernel's log")
simple("vhangup", unshown="it would hang up the terminal of whoever runs this")
simple("setuid", 0)
simple("setresuid", 0, 0, 0)
simple("setgid", 0)
simple("setgroups", 0, None)
simple("capset", None, None, beyond="EFAULT")
add("personality: readable memory may run", lambda c: call(c, "personality", 0x0400000), "EPERM")
add("personality: high bits set", lambda c: call(c, "personality", 0x0400000 | 1 << 32), "EPERM")
add("prctl: lock the security bits", lambda c: call(c, "prctl", 28, 0, 0, 0, 0), "EINVAL")
add("prctl: ambient capabilities", lambda c: call(c, "prctl", 47, 1, 0, 0, 0), "EINVAL")
add("prctl: let anybody trace", lambda c: call(c, "prctl", 0x59616d61, 2**64 - 1, 0, 0, 0), "EINVAL", lacking="EINVAL")


# Terminals: the kernel itself would say EIO or EPERM.
def terminal():
    return os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)


add("TIOCSTI", lambda c: fcntl.ioctl(terminal(), termios.TIOCSTI, b"x"), "ENOTTY")
add("TIOCSTI, high bits set", lambda c: call(c, "ioctl", terminal(), termios.TIOCSTI | 1 << 32, buffer(b"x")), "ENOTTY")
add("TIOCLINUX", lambda c: fcntl.ioctl(terminal(), 0x541C, b"\x02"), "ENOTTY", unshown="only a console has it")
add("make a terminal", lambda c: os.openpty(), "ENOTTY EINVAL EACCES EPERM")


# Other conventions.
for _name in ("getpid", "unshare", "fork"):
    def _run(context, name=_name):
        if raw(0x40000000 | context["numbers"][name], 0) == 0 and name == "fork":
            os._exit(0)
    add(f"x32 {_name}", _run, "ENOSYS", lacking="ENOSYS")


def int80(number):
    """Calls by the 32-bit convention: mov eax, number; int 0x80; ret."""
    code = b"\xb8" + struct.pack("=I", number) + b"\x31\xdb\xcd\x80\x48\x98\xc3"
    page = mmap.mmap(-1, PAGE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    got = ctypes.CFUNCTYPE(ctypes.c_long)(at)()
    if got < 0:
        raise OSError(-got, os.strerror(-got))


for _name, _number in {"getpid": 20, "unshare": 310, "personality": 136}.items():
    add(f"32-bit {_name}", lambda c, n=_number: int80(n), "ENOSYS SIGSEGV", lacking="SIGSEGV ENOSYS")
