package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const serverChildEnv = "PLUGFORGE_SANDBOX_TEST_CHILD"

// childReport is what the server that gets killed tells of itself.
type childReport struct {
	Instance string
	UIDs     []uint32
	Cgroups  []string
	Folders  []string
}

// serverChild is a server in a process of its own: eight replicas, half of
// them with a daemon that has left its parents.
func serverChild() {
	var config Config
	if err := json.Unmarshal([]byte(os.Getenv(serverChildEnv)), &config); err != nil {
		panic(err)
	}
	h, err := Open(context.Background(), config)
	if err != nil {
		panic(err)
	}
	report := childReport{Instance: h.dir.instance}
	for i := range 8 {
		body := doHandler
		if i%2 == 1 {
			body = "if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(1000)\nreturn {}"
		}
		started, err := h.Start(context.Background(), handlerSpec(body))
		if err != nil {
			panic(err)
		}
		r := started.(*replica)
		if _, err := r.call(context.Background(), callOf(`{}`)); err != nil {
			panic(err)
		}
		report.Folders = append(report.Folders, r.folder, r.tree)
		if r.lease != nil {
			report.UIDs = append(report.UIDs, r.lease.id)
		}
		for _, dir := range r.group.v1 {
			report.Cgroups = append(report.Cgroups, dir)
		}
		if r.group.v2 != nil {
			report.Cgroups = append(report.Cgroups, r.group.v2.Name())
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(report)
	select {}
}

func TestServerKilled(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	config := Config{RunDir: dir, WorkerFile: workerFile}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), serverChildEnv+"="+string(text))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	_ = child.Process.Kill()
	_ = child.Wait()
	killed := time.Now()
	var report childReport
	if err != nil || json.Unmarshal(line, &report) != nil {
		t.Fatalf("the server said %q, %v", line, err)
	}
	alive := func() (n int) {
		for _, dir := range report.Cgroups {
			procs, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
			n += strings.Count(string(procs), "\n")
		}
		for _, uid := range report.UIDs {
			entries, _ := os.ReadDir("/proc")
			for _, entry := range entries {
				if pid := atoi(entry.Name()); pid > 0 && runsUnder(pid, uid) {
					n++
				}
			}
		}
		return n
	}
	for alive() > 0 {
		if time.Since(killed) > 2*time.Second {
			t.Fatalf("%d processes are left 2 s after the server was killed", alive())
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("0 processes left %s after the kill", time.Since(killed).Round(time.Millisecond))

	// A server that lives beside the dead one keeps what is its own.
	h, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, h, handlerSpec(doHandler))
	again, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	call(t, r, `{}`)
	for _, path := range append(report.Folders, report.Cgroups...) {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("the next server left %s", path)
		}
	}
	for _, open := range []*Host{h, again} {
		if err := open.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	assertEmpty(t, dir)
}
