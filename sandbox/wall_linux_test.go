package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"plugforge"
)

// TestWall tries from inside what a replica must not be able to do, with the
// scan of sources out of the way. What it opens for writing it never writes.
func TestWall(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("of the data folder"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLUGFORGE_TEST_SECRET", "sk_in_the_environment")
	h := openHost(t, nil)
	other := start(t, h, handlerSpec(doHandler)).(*replica)
	r := start(t, h, specOf("realtime.py", `
import ctypes, errno, glob, os, socket, subprocess
def attempt(f):
    try: f()
    except OSError as e: return errno.errorcode.get(e.errno, str(e.errno))
    except Exception as e: return type(e).__name__
    return "OK"
libc = ctypes.CDLL(None, use_errno=True)
def syscall(*a):
    if libc.syscall(*a) < 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))
def connect(family, addr):
    s = socket.socket(family)
    s.settimeout(1)
    s.connect(addr)
class InferenceService:
    def __call__(self, inputs, parameters):
        x = {}
        for path in inputs["write"]: x["write " + path] = attempt(lambda: os.close(os.open(path, os.O_WRONLY)))
        for path in inputs["read"]: x["read " + path] = attempt(lambda: open(path, "rb").read(16))
        for path in inputs["list"]: x["list " + path] = attempt(lambda: os.listdir(path))
        for path in ["/x", "/usr/x", "/plugin/x", "/runner/x", "/dev/x", "/etc/x", "/proc/x"]:
            x["create " + path] = attempt(lambda: open(path, "x"))
        x["connect out"] = attempt(lambda: connect(socket.AF_INET, ("192.0.2.1", 80)))
        x["connect local"] = attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", 1)))
        x["mount"] = attempt(lambda: syscall(165, b"none", b"/tmp", b"tmpfs", 0, None))
        x["unshare user"] = attempt(lambda: subprocess.run(["/usr/bin/unshare", "--user", "/bin/true"], check=True, stderr=subprocess.DEVNULL))
        x["setuid 0"] = attempt(lambda: os.setuid(0))
        x["ptrace worker"] = attempt(lambda: syscall(101, 16, os.getppid(), 0, 0))
        x["worker memory"] = attempt(lambda: open(f"/proc/{os.getppid()}/mem", "rb"))
        x["worker descriptors"] = attempt(lambda: os.listdir(f"/proc/{os.getppid()}/fd"))
        x["worker environment"] = attempt(lambda: open(f"/proc/{os.getppid()}/environ", "rb").read())
        x["sethostname"] = attempt(lambda: socket.sethostname("x"))
        x["chroot"] = attempt(lambda: os.chroot("/tmp"))
        x["mknod"] = attempt(lambda: os.mknod("/tmp/null", 0o20666, os.makedev(1, 3)))
        status = open("/proc/self/status").read()
        caps = [l.split()[1] for l in status.splitlines() if l.startswith("Cap")]
        return {"tries": x, "caps": caps, "nnp": "NoNewPrivs:\t1" in status,
                "pids": sorted(int(p) for p in os.listdir("/proc") if p.isdigit()),
                "env": dict(os.environ), "uid": os.getuid(), "host": socket.gethostname(),
                "nics": open("/proc/net/dev").read().splitlines()[2:], "cmdline": open("/proc/1/cmdline").read(),
                "env1": attempt(lambda: open("/proc/1/environ").read()) == "OK" and open("/proc/1/environ").read() or "",
                "fds": sorted(os.readlink(f"/proc/self/fd/{f}") for f in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{f}") or True and os.path.lexists(f"/proc/self/fd/{f}")),
                "data": open("/tmp/new", "w").write("may") }
`)).(*replica)
	write := []string{
		"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/modprobe",
		"/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger", "/usr/bin/env", insideWorker, "/plugin/realtime.py", "/runner/main.py", "/etc/passwd",
	}
	read := []string{
		"/etc/shadow", "/root/.bashrc", "/root", secret, "/proc/kcore", "/proc/kmsg", "/dev/kmsg", "/dev/mem", "/dev/vda", "/dev/sda",
		"/var/run/docker.sock", "/run/docker.sock", h.dir.path, other.folder, other.tree + "/realtime.py", "/sys/kernel/notes", "/sys/fs/cgroup/memory/tasks",
	}
	list := []string{h.dir.path, filepath.Join(h.dir.path, "trees"), other.folder, "/root", "/home", "/var", "/sys", uidDir, "/run/plugforge"}
	inputs, _ := json.Marshal(map[string]any{"inputs": map[string]any{"write": write, "read": read, "list": list}})
	var got struct {
		Tries   map[string]string
		Caps    []string
		NNP     bool
		Pids    []int
		Env     map[string]string
		UID     int
		Host    string
		Nics    []string
		Cmdline string
		Env1    string
		Fds     []string
	}
	if err := json.Unmarshal([]byte(call(t, r, string(inputs))), &got); err != nil {
		t.Fatal(err)
	}
	for what, outcome := range got.Tries {
		if outcome == "OK" {
			t.Errorf("it could %s", what)
		}
	}
	if n := len(got.Tries); n < len(write)+len(read)+len(list)+18 {
		t.Errorf("only %d tries were made", n)
	}
	if o := got.Tries["connect out"]; o != "ENETUNREACH" {
		t.Errorf("connecting out fails with %s", o)
	}
	if o := got.Tries["connect local"]; o != "ECONNREFUSED" {
		t.Errorf("connecting to its own loopback fails with %s", o)
	}
	for _, caps := range got.Caps {
		if strings.Trim(caps, "0") != "" {
			t.Errorf("capabilities %s", caps)
		}
	}
	if !got.NNP || got.UID == 0 || got.Host != "plugforge" || len(got.Nics) != 1 || len(got.Pids) > 4 {
		t.Errorf("no new privileges %v, uid %d, host %s, nics %v, processes %v", got.NNP, got.UID, got.Host, got.Nics, got.Pids)
	}
	all, _ := json.Marshal(got.Env)
	if s := string(all) + got.Env1; strings.Contains(s, "SECRET") || strings.Contains(s, "PLUGIN_") || strings.Contains(s, "COOKIE") {
		t.Errorf("environment: %s", s)
	}
	if strings.Contains(got.Cmdline, h.dir.path) {
		t.Errorf("the first process's command line tells host paths: %s", got.Cmdline)
	}
	t.Logf("descriptors %v, tries %v", got.Fds, got.Tries)
}

// TestNeverTheHostsRoot looks from outside.
func TestNeverTheHostsRoot(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler)).(*replica)
	if os.Geteuid() != 0 {
		t.Skip("this server is not root, so neither are its replicas")
	}
	var pids []string
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		cmdline, _ := os.ReadFile("/proc/" + entry.Name() + "/cgroup")
		if strings.Contains(string(cmdline), h.dir.instance) && strings.Contains(string(cmdline), r.name) {
			pids = append(pids, entry.Name())
		}
	}
	if len(h.groups.have) > 0 && len(pids) < 4 {
		t.Errorf("%d processes are in the replica's cgroup: bwrap twice, worker and Python must be", len(pids))
	}
	for _, pid := range pids {
		status, err := os.ReadFile("/proc/" + pid + "/status")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(status)) {
			fields := strings.Fields(line)
			if fields[0] != "Uid:" && fields[0] != "Gid:" {
				continue
			}
			for _, id := range fields[1:] {
				if id < "1900000000" || id > "1900065535" || len(id) != 10 {
					t.Errorf("process %s has the id %s on the host: %s", pid, id, line)
				}
			}
		}
	}
}

func TestModesOfTheRunFolder(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler)).(*replica)
	for path, want := range map[string]os.FileMode{
		h.dir.path: 0o711, filepath.Join(h.dir.path, "trees"): 0o711, filepath.Join(h.dir.path, "locks"): 0o700,
		r.folder: 0o700, r.tree: 0o755, filepath.Join(r.tree, "realtime.py"): 0o444, h.worker: 0o755,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		owner := info.Sys().(*syscall.Stat_t).Uid
		if want := os.Geteuid(); path == r.folder && h.root {
			if owner != r.lease.id {
				t.Errorf("%s belongs to %d", path, owner)
			}
		} else if int(owner) != want {
			t.Errorf("%s belongs to %d", path, owner)
		}
	}
}

func TestTreesAreShared(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	spec := handlerSpec(doHandler)
	spec.Commit = strings.Repeat("a", 40)
	a, b := start(t, h, spec).(*replica), start(t, h, spec).(*replica)
	if a.tree != b.tree {
		t.Error("two replicas of one commit have two folders")
	}
	other := spec
	other.Slug.Owner = "ns_other"
	if c := start(t, h, other).(*replica); c.tree == a.tree {
		t.Error("two namespaces share a folder")
	}
	_ = a.Stop(t.Context())
	call(t, b, `{}`)
	_ = b.Stop(t.Context())
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(b.tree); os.IsNotExist(err) {
			break
		} else if time.Since(begun) > 5*time.Second {
			t.Fatal("the folder stays when nobody uses it")
		}
	}
}

func TestModeNone(t *testing.T) {
	t.Parallel()
	h := openHost(t, func(c *Config) { c.Mode = ModeNone })
	r := start(t, h, handlerSpec(`
if "spawn" in inputs:
    import subprocess
    subprocess.Popen(["/bin/sh", "-c", "setsid sleep 1000 &"])
return {"uid": os.getuid(), "env": len(os.environ), "root": os.path.dirname(__file__) != "/plugin"}`)).(*replica)
	got := call(t, r, `{"inputs":{"spawn":1}}`)
	if strings.Contains(got, `"uid":0`) || !strings.Contains(got, `"root":true`) {
		t.Errorf("got %s", got)
	}
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	assertUserGone(t, r)
}

var _ plugforge.Replica = (*replica)(nil)
