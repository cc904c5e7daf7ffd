package sandbox

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"plugforge/internal/workerapi"
)

// Where things lie inside a sandbox.
const (
	insidePlugin = "/plugin"
	insideRunner = "/runner"
	insideWorker = "/worker"
)

// wall is what a sandbox is built from.
type wall struct {
	worker, runner, plugin string // on the host
	python                 string // the interpreter as configured
	prefixes               []string
	tmpBytes               int64
}

// arguments are those of bwrap, less the command. It reads the filter of system
// calls from the descriptor filter. Order matters: what comes later lies over
// what came before.
func (w wall) arguments(filter int) []string {
	a := []string{
		"--seccomp", strconv.Itoa(filter),
		"--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
		"--cap-drop", "ALL", "--clearenv",
		"--uid", "1000", "--gid", "1000", "--hostname", "plugforge",
	}
	a = append(a, systemFolders()...)
	a = append(a, maskedProc()...)
	size := strconv.FormatInt(w.tmpBytes, 10)
	a = append(a,
		"--dev", "/dev", "--size", size, "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
		"--size", size, "--perms", "1777", "--tmpfs", "/tmp",
		"--size", "65536", "--perms", "0700", "--tmpfs", workerapi.SocketDir,
	)
	// After /tmp, below which a virtual environment may lie.
	for _, prefix := range w.prefixes {
		a = append(a, "--ro-bind", prefix, prefix)
	}
	for _, name := range []string{"passwd", "group", "hosts", "nsswitch.conf"} {
		a = append(a, "--ro-bind", filepath.Join(w.runner, "etc", name), "/etc/"+name)
	}
	a = append(a,
		"--ro-bind", w.worker, insideWorker,
		"--ro-bind", filepath.Join(w.runner, "python"), insideRunner,
	)
	if w.plugin != "" {
		a = append(a, "--ro-bind", w.plugin, insidePlugin)
	}
	return append(a, "--remount-ro", "/", "--chdir", "/tmp")
}

// systemFolders shows /usr and what leads into it, and the few files of /etc
// that programs of the system read.
func systemFolders() []string {
	a := []string{"--ro-bind", "/usr", "/usr"}
	for _, dir := range []string{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"} {
		if target, err := os.Readlink(dir); err == nil {
			a = append(a, "--symlink", target, dir)
		} else if _, err := os.Stat(dir); err == nil {
			a = append(a, "--ro-bind", dir, dir)
		}
	}
	for _, file := range []string{"ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types", "ssl/certs", "ssl/openssl.cnf"} {
		if _, err := os.Stat("/etc/" + file); err == nil {
			a = append(a, "--ro-bind-try", "/etc/"+file, "/etc/"+file)
		}
	}
	return a
}

// maskedProc is a /proc of the sandbox's own processes, without what reaches
// beyond them. The kernel asks for the host's root there, which a replica is
// not; this is the second lock.
func maskedProc() []string {
	a := []string{"--proc", "/proc"}
	for _, dir := range []string{"/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs"} {
		if isDir(dir) {
			a = append(a, "--ro-bind", dir, dir)
		}
	}
	for _, dir := range []string{"/proc/acpi", "/proc/scsi", "/proc/asound", "/proc/pressure", "/proc/driver"} {
		if isDir(dir) {
			a = append(a, "--size", "4096", "--tmpfs", dir, "--remount-ro", dir)
		}
	}
	for _, file := range []string{"kcore", "keys", "key-users", "timer_list", "timer_stats", "latency_stats", "sched_debug", "sysrq-trigger", "interrupts", "kallsyms", "kmsg", "kpagecount", "kpageflags", "kpagecgroup"} {
		if _, err := os.Stat("/proc/" + file); err == nil {
			a = append(a, "--ro-bind", "/dev/null", "/proc/"+file)
		}
	}
	return a
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// environment is all that Python finds in its environment.
func environment(tmp string) []string {
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + tmp, "TMPDIR=" + tmp, "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
		"USER=plugin", "LOGNAME=plugin", "PYTHONHASHSEED=random", "PLUGFORGE=1",
	}
}

// join makes the block that bwrap's --args reads: what stands there is not in
// the process list, where host paths would be for all to see.
func join(args []string) []byte { return []byte(strings.Join(args, "\x00") + "\x00") }
