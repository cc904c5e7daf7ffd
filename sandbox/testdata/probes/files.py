"""Files: of the host, of neighbours, and the kernel's."""
import os

from .kit import add, through

HIDDEN = "ENOENT EACCES"
SHUT = "ENOENT EACCES EROFS EPERM"


def open_to(flags):
    return lambda path: os.close(os.open(path, flags))


read, write = open_to(os.O_RDONLY), open_to(os.O_WRONLY)


def nameless(folder):
    """Makes a file in a folder that never has a name, so nothing is left."""
    os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600))


def writable(path):
    through(not os.statvfs(path).f_flag & os.ST_RDONLY, "read-only")


# The host's.
for _path in ("/etc/shadow", "/etc/machine-id", "/etc/hostname", "/root", "/home", "/var/log", "/boot", "/srv", "/opt", "/mnt", "/media",
              "/run/plugforge", "/run/plugforge/uids", "/sys", "/sys/fs/cgroup", "/sys/firmware", "/sys/kernel/debug"):
    add(f"read {_path}", lambda c, p=_path: read(p), HIDDEN, lacking="ENOENT")
for _path in ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"):
    add(f"reach {_path}", lambda c, p=_path: os.stat(p), HIDDEN, lacking="ENOENT")
for _path in ("/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/loop-control", "/dev/fuse",
              "/dev/kvm", "/dev/net/tun", "/dev/vsock", "/dev/vhost-vsock", "/dev/userfaultfd", "/dev/mapper/control", "/dev/uinput", "/dev/tty1"):
    add(f"open {_path}", lambda c, p=_path: read(p), HIDDEN, lacking="ENOENT ENXIO ENODEV EIO ENOMEDIUM EBUSY EPERM")

# The server's and neighbours'.
for _name in ("secret", "data", "run", "trees", "locks", "neighbour", "neighbour_tree", "neighbour_file"):
    add(f"read the server's {_name}", lambda c, n=_name: read(c["paths"][n]), HIDDEN)
add("list the server's sockets", lambda c: os.stat(c["paths"]["socket"]), HIDDEN)

# What would be code as the host's root. Opened, never written.
for _path in ("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/hotplug", "kernel/poweroff_cmd", "kernel/usermodehelper/bset",
              "kernel/sysrq", "kernel/yama/ptrace_scope", "vm/drop_caches", "vm/overcommit_memory", "net/ipv4/ip_forward",
              "fs/binfmt_misc/register", "fs/suid_dumpable", "user/max_user_namespaces"):
    add(f"write /proc/sys/{_path}", lambda c, p=_path: write("/proc/sys/" + p), SHUT, lacking="ENOENT EACCES")
for _path in ("/proc/sysrq-trigger", "/proc/irq/default_smp_affinity", "/proc/pressure/memory",
              "/sys/kernel/uevent_helper", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs", "/sys/power/state"):
    add(f"write {_path}", lambda c, p=_path: write(p), SHUT, lacking="ENOENT EACCES EROFS EPERM")

# What container runtimes mask.
for _path in ("kcore", "keys", "key-users", "kallsyms", "kmsg", "timer_list", "interrupts", "kpagecount", "kpageflags", "kpagecgroup",
              "latency_stats", "sched_debug", "vmallocinfo", "slabinfo", "pagetypeinfo"):
    def _masked(context, path="/proc/" + _path):
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        if not os.read(fd, 8):
            raise FileNotFoundError(2, "nothing in it")
    add(f"read /proc/{_path}", _masked, HIDDEN + " EPERM", beyond="EAGAIN", lacking="ENOENT")
for _path in ("acpi", "scsi", "asound", "driver", "pressure"):
    def _empty(context, path="/proc/" + _path):
        if not os.listdir(path):
            raise FileNotFoundError(2, "nothing in it")
    add(f"list /proc/{_path}", _empty, HIDDEN, lacking="ENOENT")

# What is shown, and must stay as it is.
for _name, _key in {"the worker": "worker", "the plugin": "plugin", "the runner": "runner"}.items():
    # A program that runs is ETXTBSY before its mount is read-only.
    add(f"write {_name}", lambda c, k=_key: write(c["shown"][k]), SHUT + " ETXTBSY")
    add(f"{_name}'s mount may be written", lambda c, k=_key: writable(c["shown"][k]), "read-only")
for _path in ("/etc/passwd", "/etc/hosts", "/usr/bin/env"):
    add(f"write {_path}", lambda c, p=_path: write(p), SHUT)
for _path in ("/", "/usr", "/etc", "/dev", "/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs"):
    add(f"{_path}'s mount may be written", lambda c, p=_path: writable(p), "read-only ENOENT", lacking="ENOENT")
for _path in ("/", "/usr", "/usr/bin", "/etc", "/dev"):
    add(f"make a file in {_path}", lambda c, p=_path: nameless(p), SHUT, lacking="EOPNOTSUPP")
add("make a file beside the plugin", lambda c: nameless(c["shown"]["plugin_folder"]), SHUT)
add("make a file beside the runner", lambda c: nameless(c["shown"]["runner_folder"]), SHUT)
add("change the mode of the plugin", lambda c: os.chmod(c["shown"]["plugin"], 0o644), SHUT)
