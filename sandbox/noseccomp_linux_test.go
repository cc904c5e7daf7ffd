package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"

	"plugforge"
)

const noSeccompEnv = "PLUGFORGE_SANDBOX_TEST_NO_SECCOMP"

// noSeccompServer is a server where nobody may filter system calls, as on a
// kernel built without.
func noSeccompServer() {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fail(seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: seccomp.Policy{
		DefaultAction: seccomp.ActionAllow,
		Syscalls: []seccomp.SyscallGroup{{
			Action: seccomp.ActionErrno | seccomp.Action(unix.EINVAL),
			Names:  []string{"seccomp"},
			NamesWithCondtions: []seccomp.NameWithConditions{{Name: "prctl", Conditions: seccomp.ArgumentConditions{
				{Argument: 0, Operation: seccomp.Equal, Value: unix.PR_SET_SECCOMP},
			}}},
		}},
	}}))
	var config Config
	fail(json.Unmarshal([]byte(os.Getenv(noSeccompEnv)), &config))
	h, err := Open(context.Background(), config)
	fail(err)
	_, err = h.Start(context.Background(), handlerSpec(doHandler))
	fmt.Printf("%s|%v\n", plugforge.CodeOf(err), err)
	fail(h.Close(context.Background()))
}

// TestWithoutSeccompNothingRuns has the deploy fail with the mend.
func TestWithoutSeccompNothingRuns(t *testing.T) {
	t.Parallel()
	run, err := os.MkdirTemp("/tmp", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	config, err := json.Marshal(Config{RunDir: run, WorkerFile: workerFile})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), noSeccompEnv+"="+string(config))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := string(out); !strings.HasPrefix(got, string(plugforge.CodeUnavailable)+"|") || !strings.Contains(got, "CONFIG_SECCOMP_FILTER") {
		t.Errorf("got %s", got)
	}
}
