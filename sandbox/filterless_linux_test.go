package sandbox

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/net/bpf"
)

// withoutFilter has a host's replicas make any system call.
func withoutFilter(t testing.TB, h *Host) *Host {
	t.Helper()
	all := bpf.RetConstant{Val: uint32(seccomp.ActionAllow)}
	raw, err := all.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	h.filter = encodeFilter([]bpf.RawInstruction{raw})
	return h
}

// TestTheFilterIsAWallOfItsOwn takes the filter away and leaves the rest of
// the wall: what stops at the filter alone, or at it first, gets through then.
func TestTheFilterIsAWallOfItsOwn(t *testing.T) {
	t.Parallel()
	g := newPolicyGround(t)
	h := withoutFilter(t, openHost(t, func(c *Config) { c.CallTimeout = time.Minute }))
	spec := specOf()
	spec.Tree = os.DirFS(g.probes)
	r := start(t, h, spec).(*replica)
	addPaths(g.context, h.dir.path, r.folder, r.tree)
	g.context["limits"].(map[string]any)["data"] = 8 << 30
	body, err := json.Marshal(map[string]any{"inputs": g.context})
	if err != nil {
		t.Fatal(err)
	}
	var outcomes map[string]probeOutcome
	if err := json.Unmarshal([]byte(call(t, r, string(body))), &outcomes); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"call clone3", "call memfd_create", "run a program from a memfd", "call execveat", "call shmget", "call msgget", "call semget",
		"ptrace: be traced", "ptrace: trace a child", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp",
		"personality: readable memory may run", "personality: high bits set", "socket of family netlink", "call syncfs",
		"call adjtimex", "prctl: ambient capabilities", "call name_to_handle_at", "make a terminal", "call seccomp",
	} {
		if got := outcomes[name].Got; got != "through" && !slices.Contains(outcomes[name].Lacking, got) {
			t.Errorf("%s: without the filter it ended with %q", name, got)
		}
	}
	var through []string
	for name, o := range outcomes {
		if o.Got == "through" {
			through = append(through, name)
		}
		// The other walls hold without it.
		if o.Got == "through" && !slices.Contains(o.Wall, "ENOSYS") && !slices.Contains(o.Wall, "ENOTTY") && !slices.Contains(o.Wall, "EPERM") &&
			!slices.Contains(o.Wall, "EINVAL") && !slices.Contains(o.Wall, "EAFNOSUPPORT") && !slices.Contains(o.Wall, "EPROTONOSUPPORT") &&
			name != "take back that it dies first" {
			t.Errorf("%s: only the filter stops it, which is not meant to", name)
		}
	}
	slices.Sort(through)
	t.Logf("%d of %d probes get through without the filter: %q", len(through), len(outcomes), through)
}

// BenchmarkFilter starts replicas by turns with the filter and without, on one
// machine in one run.
func BenchmarkFilter(b *testing.B) {
	hosts := []*Host{openHost(b, nil), withoutFilter(b, openHost(b, nil))}
	spec := benchSpec(benchHandlers()["tiny"])
	took := make([][]time.Duration, 2)
	for n := 0; b.Loop(); n++ {
		for i := range hosts {
			i = (i + n) % 2
			begun := time.Now()
			r := start(b, hosts[i], spec)
			call(b, r, `{}`)
			took[i] = append(took[i], time.Since(begun))
			if err := r.Stop(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	for i, name := range []string{"ms-with", "ms-without"} {
		slices.Sort(took[i])
		b.ReportMetric(float64(took[i][len(took[i])/2].Microseconds())/1000, name)
	}
}
