package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// The probes of testdata/probes try, from inside a sandbox of a real server,
// all that a replica must not be able to do. They run against a server that is
// root, one that is not, and one that may write no cgroup; and once without a
// wall, where each must get through or say why that can't be shown.

const policyServerEnv = "PLUGFORGE_SANDBOX_TEST_POLICY"

// probeOutcome is what a probe tells of itself and what became of it.
type probeOutcome struct {
	Got     string   // "through", or what stopped it
	Wall    []string // what may stop it
	Lacking []string // what it gets without a wall where the machine has no such thing
	Unshown string   // why nothing shows that it gets through without a wall
}

// policyOrder is what a server in a process of its own shall do.
type policyOrder struct {
	Config  Config
	Probes  string // their folder
	Context map[string]any
}

type policyReport struct {
	Bounds   []string // cgroup controllers in force
	Outcomes map[string]probeOutcome
}

// policyServer runs the probes in a replica that has a neighbour.
func policyServer() {
	report, err := runPolicy()
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(report)
}

func runPolicy() (report policyReport, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var order policyOrder
	if err := json.NewDecoder(os.Stdin).Decode(&order); err != nil {
		return report, err
	}
	h, err := Open(ctx, order.Config)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, h.Close(ctx)) }()
	report.Bounds = h.groups.have
	other, err := h.Start(ctx, handlerSpec(doHandler))
	if err != nil {
		return report, err
	}
	spec := specOf()
	spec.Tree = os.DirFS(order.Probes)
	r, err := h.Start(ctx, spec)
	if err != nil {
		return report, err
	}
	addPaths(order.Context, h.dir.path, other.(*replica).folder, other.(*replica).tree)
	order.Context["limits"].(map[string]any)["data"] = r.(*replica).startRequest().Limits.DataBytes
	body, err := json.Marshal(map[string]any{"inputs": order.Context})
	if err != nil {
		return report, err
	}
	answer, err := r.Call(ctx, callOf(string(body)))
	if err != nil {
		return report, err
	}
	return report, json.Unmarshal(answer.Body, &report.Outcomes)
}

func addPaths(context map[string]any, run, neighbour, tree string) {
	paths := context["paths"].(map[string]any)
	paths["run"], paths["trees"], paths["locks"] = run, filepath.Join(run, "trees"), filepath.Join(run, "locks")
	paths["neighbour"], paths["neighbour_tree"], paths["neighbour_file"] = neighbour, tree, filepath.Join(tree, "realtime.py")
	context["run"] = run
}

const probeMarker = "sk_in_the_environment"

// policyGround is what the probes go after, and copies of all that another
// user must reach to be a server.
type policyGround struct {
	dir, program, worker, probes string
	context                      map[string]any
}

func newPolicyGround(t *testing.T) policyGround {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pfp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	g := policyGround{dir, filepath.Join(dir, "sandbox.test"), filepath.Join(dir, "plugforge-worker"), filepath.Join(dir, "probes"), nil}
	secret, socket := filepath.Join(dir, "data", "secret"), filepath.Join(dir, "socket")
	unix, err1 := net.Listen("unix", socket)
	abstract, err2 := net.Listen("unix", "@"+socket)
	tcp, err3 := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err1, err2, err3,
		os.Chmod(dir, 0o755), os.Mkdir(filepath.Dir(secret), 0o755), os.WriteFile(secret, []byte("of the data folder"), 0o644), os.Chmod(socket, 0o777),
		os.CopyFS(g.probes, os.DirFS("testdata/probes")), copyProgram(self, g.program), copyProgram(workerFile, g.worker)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(unix.Close(), abstract.Close(), tcp.Close()) })
	machine, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	address := ""
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			address = ip.IP.String()
		}
	}
	g.context = map[string]any{
		"numbers": machine.SyscallNames, "marker": probeMarker, "server_pid": os.Getpid(), "server_name": filepath.Base(g.program),
		"port": tcp.Addr().(*net.TCPAddr).Port, "abstract": socket, "address": address,
		"limits": map[string]any{"core": 0, "files": 1024, "file_size": 256 << 20, "processes": 256, "tmp": 256 << 20},
		"paths":  map[string]any{"secret": secret, "data": filepath.Dir(secret), "socket": socket},
		"shown": map[string]any{"worker": insideWorker, "plugin": "/plugin/realtime.py", "plugin_folder": "/plugin",
			"runner": "/runner/main.py", "runner_folder": "/runner"},
	}
	return g
}

func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// TestPolicy runs the probes against each kind of server.
func TestPolicy(t *testing.T) {
	t.Parallel()
	t.Logf("kernel %s", kernelRelease())
	g := newPolicyGround(t)
	for _, kind := range []string{"root", "unprivileged", "no cgroup"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			report := g.serve(t, kind)
			if kind == "no cgroup" && len(report.Bounds) > 0 {
				t.Errorf("cgroups are in force: %v", report.Bounds)
			}
			if len(report.Outcomes) < 200 {
				t.Errorf("only %d probes ran", len(report.Outcomes))
			}
			for name, o := range report.Outcomes {
				t.Run(name, func(t *testing.T) {
					wall := o.Wall
					if name == "take back that it dies first" && (kind == "unprivileged" || !mayRaiseLimits()) {
						wall = []string{"through"} // who may not forbid it; docs/security.md says so
					}
					if !slices.Contains(wall, o.Got) {
						t.Errorf("it ended with %s; the wall says %v", o.Got, wall)
					}
				})
			}
		})
	}
}

// serve starts a server of a kind and has it run the probes.
func (g policyGround) serve(t *testing.T, kind string) policyReport {
	t.Helper()
	if os.Geteuid() != 0 && kind != "unprivileged" {
		if os.Getenv("CI") != "" {
			t.Fatal("CI has to be root for this")
		}
		t.Skip("it takes root to be this kind of server")
	}
	run, err := os.MkdirTemp("/tmp", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	cmd := exec.CommandContext(t.Context(), g.program)
	switch {
	case kind == "no cgroup":
		cmd = exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", `mount -t tmpfs -o ro none /sys/fs/cgroup && exec "$0"`, g.program)
	case kind == "unprivileged" && os.Geteuid() == 0:
		const nobodys = 1899999999 // below the pool
		if err := os.Chown(run, nobodys, nobodys); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodys, Gid: nobodys}}
	}
	cmd.Dir = "/"
	cmd.Env = []string{policyServerEnv + "=1", "PATH=/usr/bin:/bin", "PLUGFORGE_TEST_SECRET=" + probeMarker}
	order, err := json.Marshal(policyOrder{
		Config: Config{RunDir: run, WorkerFile: g.worker, CallTimeout: time.Minute, Python: os.Getenv("PLUGFORGE_TEST_PYTHON")},
		Probes: g.probes, Context: g.context,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(order), &out, &said
	var report policyReport
	if err := errors.Join(cmd.Run(), json.Unmarshal(out.Bytes(), &report)); err != nil {
		t.Fatalf("the server: %v\n%s", err, said.String())
	}
	return report
}

// TestPolicyControls runs the probes as root without a wall, in namespaces of
// their own where they change something.
func TestPolicyControls(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("CI has to be root for this")
		}
		t.Skip("it takes root to be without a wall")
	}
	g := newPolicyGround(t)
	neighbour := filepath.Join(g.dir, "neighbour")
	if err := errors.Join(os.Mkdir(neighbour, 0o700), os.CopyFS(filepath.Join(g.dir, "trees"), os.DirFS(g.probes)), os.Mkdir(filepath.Join(g.dir, "locks"), 0o700)); err != nil {
		t.Fatal(err)
	}
	addPaths(g.context, g.dir, neighbour, g.probes)
	g.context["limits"].(map[string]any)["data"] = 8 << 30
	g.context["worker_pid"], g.context["server_name"] = os.Getpid(), "import sys"
	g.context["shown"] = map[string]any{"worker": g.worker, "plugin": filepath.Join(g.probes, "realtime.py"), "plugin_folder": g.probes,
		"runner": filepath.Join(g.probes, "kit.py"), "runner_folder": g.probes}
	text, err := json.Marshal(g.context)
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(filepath.Join(g.dir, "data", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "--uts", "--ipc", "sh", "-c",
		`ulimit -c unlimited; exec /usr/bin/python3 -I -B -c 'import sys; sys.path.insert(0, sys.argv[1]); from probes import kit, realtime; kit.main(sys.argv[2])' "$0" "$1"`, g.dir, string(text))
	cmd.ExtraFiles = []*os.File{open}
	cmd.Env = append(os.Environ(), "PLUGFORGE_TEST_SECRET="+probeMarker)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	var outcomes map[string]probeOutcome
	if err := errors.Join(err, json.Unmarshal(out, &outcomes)); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	for name, o := range outcomes {
		t.Run(name, func(t *testing.T) {
			switch {
			case o.Unshown != "":
				t.Logf("not shown: %s", o.Unshown)
			case slices.Contains(o.Lacking, o.Got):
				t.Logf("not shown: this machine has none (%s)", o.Got)
			case o.Got != "through":
				t.Errorf("without a wall it ended with %s", o.Got)
			}
		})
	}
}

// mayRaiseLimits tells whether this process has CAP_SYS_RESOURCE, which some
// containers' root has not.
func mayRaiseLimits() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) != 0
}

func kernelRelease() string {
	var u unix.Utsname
	_ = unix.Uname(&u)
	return strings.TrimRight(string(u.Release[:]), "\x00")
}
