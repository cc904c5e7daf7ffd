package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plugforge"
)

func callOf(body string) plugforge.Call { return plugforge.Call{Body: []byte(body)} }

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func TestUIDPool(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	files := uidFiles{
		passwd: []string{file("passwd", "root:x:0:0::/root:/bin/sh\neve:x:5000:5000::/:/bin/sh\nbroken\n"), filepath.Join(dir, "missing")},
		subids: []string{file("subuid", "eve:100000:65536\n\nodd:x:y\nhuge:4000000000:65536\n")},
	}
	for text, want := range map[string]string{
		"1900000000-1900065535": "", "6000-99999": "", "165536-200000": "",
		"4000-6000": "passwd (eve)", "5000-5000": "passwd (eve)",
		"99999-100000": "subuid (eve)", "120000-120001": "subuid (eve)", "165535-165536": "subuid (eve)", "50000-300000": "subuid (eve)",
		"0-10": "below 1000", "999-2000": "below 1000", "4294967290-4294967295": "the last two", "10-x": "write first-last",
		"": "write first-last", "5": "write first-last", "2000-1999": "write first-last", "-1-5": "write first-last", "2000-99999999999": "write first-last",
	} {
		_, err := parseUIDs(text, files)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && (plugforge.CodeOf(err) != plugforge.CodeValidation || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestUIDLeases(t *testing.T) {
	t.Parallel()
	pool := uidPool{first: 1900000000, last: 1900000003, dir: t.TempDir()}
	var leases []*uidLease
	var ids []uint32
	for range 4 {
		lease, err := pool.lease()
		if err != nil {
			t.Fatal(err)
		}
		leases, ids = append(leases, lease), append(ids, lease.id)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 4 {
		t.Errorf("an id was given twice: %v", ids)
	}
	if _, err := pool.lease(); plugforge.CodeOf(err) != plugforge.CodeUnavailable {
		t.Errorf("a fifth of four: %v", err)
	}
	_ = leases[3].file.Close() // as when its server dies
	pool.sweep()
	if left, _ := os.ReadDir(pool.dir); len(left) != 3 {
		t.Errorf("%d files are left of three leases", len(left))
	}
	leases[3], _ = pool.lease()
	leases[2].release()
	again, err := pool.lease()
	if err != nil || again.id != leases[2].id {
		t.Errorf("the released one: %v, %v", again, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	for want, config := range map[string]Config{
		"is not known":     {RunDir: dir, Mode: "chroot"},
		"whole path":       {RunDir: dir, Python: "python3"},
		"choose a shorter": {RunDir: "/tmp/" + strings.Repeat("x", 100)},
		"sandbox uids":     {RunDir: dir, UIDs: "0-70000"},
	} {
		if want == "sandbox uids" && os.Geteuid() != 0 {
			continue
		}
		if _, err := Open(t.Context(), config); plugforge.CodeOf(err) != plugforge.CodeValidation || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a refused configuration made its folder")
	}
}

func TestWallAdvice(t *testing.T) {
	t.Parallel()
	for stderr, want := range map[string]string{
		"bwrap: Can't mount proc on /newroot/proc: Operation not permitted":                       "masks /proc",
		"bwrap: No permissions to create new namespace, likely because the kernel does not allow": "user namespaces are not permitted",
		"bwrap: setting up uid map: Permission denied":                                            "user namespaces are not permitted",
		"bwrap: Unknown option --disable-userns":                                                  "too old",
		"bwrap: Can't find source path /root/x: Permission denied":                                "cannot reach",
		"bwrap: something new": "something new",
	} {
		if got := wallAdvice(stderr, os.ErrInvalid); !strings.Contains(got, want) {
			t.Errorf("%s: advice %s", stderr, got)
		}
	}
}

func TestParseMounts(t *testing.T) {
	t.Parallel()
	const info = `25 1 0:22 / /sys rw - sysfs sysfs rw
30 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct
32 25 0:28 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
34 25 0:30 /elsewhere /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
broken
`
	got := parseMounts(info, map[string]string{"memory": "/a/b", "cpu": "/", "cpuacct": "/", "pids": "/docker/abc/d", "freezer": "/x", "": "/user.slice"})
	want := []cgroupMount{
		{controllers: []string{"memory"}, own: "/sys/fs/cgroup/memory/a/b"},
		{controllers: []string{"cpu", "cpuacct"}, own: "/sys/fs/cgroup/cpu,cpuacct"},
		{controllers: []string{"pids"}, own: "/sys/fs/cgroup/pids/d"},
		{v2: true, own: "/sys/fs/cgroup/unified/user.slice"},
	}
	if !slices.EqualFunc(got, want, func(a, b cgroupMount) bool {
		return a.v2 == b.v2 && a.own == b.own && slices.Equal(a.controllers, b.controllers)
	}) {
		t.Errorf("got %+v", got)
	}
}

// TestLeftCgroupIsKilled sweeps a group with a process in it.
func TestLeftCgroupIsKilled(t *testing.T) {
	t.Parallel()
	if err := sweepCgroup("/"); err != nil {
		t.Error("a list that names the root is not ours; it must be left alone:", err)
	}
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(doHandler)).(*replica)
	for _, dir := range r.group.v1 {
		if err := removeCgroup(dir); err != nil {
			t.Error(err)
		}
	}
	if len(r.group.v1) > 0 {
		<-r.Done()
	}
}

func TestEmptyCgroupsOfTheDeadAreSwept(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	for _, parent := range h.groups.home {
		dead := filepath.Join(parent, "plugforge-"+strconv.Itoa(os.Getpid())+"-1-dead"+randomHex(4))
		if err := os.MkdirAll(filepath.Join(dead, "replica"), 0o755); err != nil {
			t.Fatal(err)
		}
		sweepEmptyCgroups(parent)
		if _, err := os.Stat(dead); !os.IsNotExist(err) {
			t.Errorf("%s is left", dead)
		}
	}
	for _, mine := range h.groups.v1 {
		if _, err := os.Stat(mine); err != nil {
			t.Errorf("a living host's folder was swept: %v", err)
		}
	}
}
