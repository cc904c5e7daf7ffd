package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cgroups makes a group for each replica below the server's own, so that
// limits set on the server hold for its replicas too. Both versions are
// handled; a machine may mix them.
type cgroups struct {
	v1   map[string]string // controller: this host's folder in its hierarchy
	home map[string]string // controller: the server's own folder there
	v2   string            // this host's folder; empty where v2 gives no controllers
	have []string          // controllers in force
}

// wanted tells which controllers bound a replica.
func wanted(controller string) bool {
	return controller == "memory" || controller == "pids" || controller == "cpu"
}

// openCgroups finds what this process may write, and makes the host's folders
// under name. Each path is recorded before it exists. It never fails: have
// says what is in force.
func openCgroups(name string, record func(path string) error) *cgroups {
	c := &cgroups{v1: map[string]string{}, home: map[string]string{}}
	mounts, err := cgroupMounts()
	if err != nil {
		return c
	}
	for _, m := range mounts {
		sweepEmptyCgroups(m.own)
		dir := filepath.Join(m.own, name)
		if m.v2 {
			if c.openV2(m.own, dir, record) {
				c.v2 = dir
			}
			continue
		}
		for _, controller := range m.controllers {
			if !wanted(controller) || unix.Access(m.own, unix.W_OK) != nil {
				continue
			}
			if record(dir) != nil {
				continue
			}
			if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
				continue
			}
			c.v1[controller], c.home[controller] = dir, m.own
			c.have = append(c.have, controller)
		}
	}
	return c
}

type cgroupMount struct {
	v2          bool
	controllers []string
	own         string // the folder of the cgroup that this process is in
}

// cgroupMounts reads where hierarchies are mounted and where this process is.
func cgroupMounts() ([]cgroupMount, error) {
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	place := map[string]string{} // controller ("" for v2): path
	for text := range strings.Lines(string(groups)) {
		if parts := strings.SplitN(strings.TrimSpace(text), ":", 3); len(parts) == 3 {
			for _, controller := range strings.Split(parts[1], ",") {
				place[controller] = parts[2]
			}
		}
	}
	info, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMounts(string(info), place), nil
}

func parseMounts(mountinfo string, place map[string]string) []cgroupMount {
	var mounts []cgroupMount
	for text := range strings.Lines(mountinfo) {
		before, after, ok := strings.Cut(strings.TrimSpace(text), " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 5 || len(right) < 3 || right[0] != "cgroup" && right[0] != "cgroup2" {
			continue
		}
		m := cgroupMount{v2: right[0] == "cgroup2"}
		key := ""
		if !m.v2 {
			for _, option := range strings.Split(right[2], ",") {
				if _, ok := place[option]; ok && option != "" {
					m.controllers, key = append(m.controllers, option), option
				}
			}
			if key == "" {
				continue
			}
		}
		path, ok := place[key]
		if !ok {
			continue
		}
		// In a container the mount may show only a part of the hierarchy.
		if root := left[3]; root != "/" {
			if path, ok = strings.CutPrefix(path, root); !ok {
				continue
			}
		}
		m.own = filepath.Join(left[4], path)
		mounts = append(mounts, m)
	}
	return mounts
}

// openV2 makes the host's folder and has its children get the controllers. A
// group with processes in it cannot give any to children, so the server moves
// into a leaf of its own where it may.
func (c *cgroups) openV2(own, dir string, record func(string) error) bool {
	available, err := os.ReadFile(filepath.Join(own, "cgroup.controllers"))
	if err != nil || unix.Access(own, unix.W_OK) != nil {
		return false
	}
	var enable []string
	for _, controller := range strings.Fields(string(available)) {
		if wanted(controller) {
			enable = append(enable, controller)
		}
	}
	if len(enable) == 0 {
		return false
	}
	line := "+" + strings.Join(enable, " +")
	control := filepath.Join(own, "cgroup.subtree_control")
	if err := write(control, line); errors.Is(err, syscall.EBUSY) {
		leaf := filepath.Join(own, "plugforge-server")
		if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return false
		}
		if write(filepath.Join(leaf, "cgroup.procs"), strconv.Itoa(os.Getpid())) != nil || write(control, line) != nil {
			_ = write(filepath.Join(own, "cgroup.procs"), strconv.Itoa(os.Getpid()))
			_ = os.Remove(leaf)
			return false
		}
	} else if err != nil {
		return false
	}
	if record(dir) != nil || os.Mkdir(dir, 0o755) != nil {
		return false
	}
	if write(filepath.Join(dir, "cgroup.subtree_control"), line) != nil {
		_ = os.Remove(dir)
		return false
	}
	c.have = append(c.have, enable...)
	return true
}

func (c *cgroups) has(controller string) bool { return slices.Contains(c.have, controller) }

// write writes to a file that the kernel made; unlike os.WriteFile it never
// creates one.
func write(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// close removes the host's folders; they must be empty.
func (c *cgroups) close() error {
	var errs []error
	for _, dir := range c.v1 {
		errs = append(errs, removeCgroup(dir))
	}
	if c.v2 != "" {
		errs = append(errs, removeCgroup(c.v2))
	}
	return errors.Join(errs...)
}

// cgroup is one replica's group.
type cgroup struct {
	set  *cgroups
	name string
	v1   map[string]string
	v2   *os.File // its folder, for the kernel to start a process in
}

// make makes a replica's group with its limits. Zero or negative: no limit.
func (c *cgroups) make(name string, memory int64, processes int, cpus float64) (*cgroup, error) {
	g := &cgroup{set: c, name: name, v1: map[string]string{}}
	limits := map[string][][2]string{}
	const period = 100_000
	quota := strconv.Itoa(int(cpus * period))
	bytes, count := strconv.FormatInt(memory, 10), strconv.Itoa(processes)
	if memory > 0 {
		// memsw exists only where swap is accounted for.
		limits["memory"] = [][2]string{{"memory.limit_in_bytes", bytes}, {"?memory.memsw.limit_in_bytes", bytes}}
	}
	if processes > 0 {
		limits["pids"] = [][2]string{{"pids.max", count}}
	}
	if cpus > 0 {
		limits["cpu"] = [][2]string{{"cpu.cfs_period_us", strconv.Itoa(period)}, {"cpu.cfs_quota_us", quota}}
	}
	for controller, parent := range c.v1 {
		dir := filepath.Join(parent, name)
		if err := g.mkdir(dir, limits[controller]); err != nil {
			return nil, errors.Join(err, g.remove())
		}
		g.v1[controller] = dir
	}
	if c.v2 == "" {
		return g, nil
	}
	var all [][2]string
	if memory > 0 {
		all = append(all, [2]string{"?memory.max", bytes}, [2]string{"?memory.swap.max", "0"}, [2]string{"?memory.oom.group", "1"})
	}
	if processes > 0 {
		all = append(all, [2]string{"?pids.max", count})
	}
	if cpus > 0 {
		all = append(all, [2]string{"?cpu.max", quota + " " + strconv.Itoa(period)})
	}
	dir := filepath.Join(c.v2, name)
	err := g.mkdir(dir, all)
	if err == nil {
		g.v2, err = os.Open(dir)
	}
	if err != nil {
		return nil, errors.Join(err, removeCgroup(dir), g.remove())
	}
	return g, nil
}

// mkdir makes a folder and writes limits; those marked ? only where the file
// exists.
func (g *cgroup) mkdir(dir string, limits [][2]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make cgroup: %w", err)
	}
	for _, limit := range limits {
		file, optional := strings.CutPrefix(limit[0], "?")
		if err := write(filepath.Join(dir, file), limit[1]); err != nil && !(optional && errors.Is(err, fs.ErrNotExist)) {
			return fmt.Errorf("limit cgroup: %w", err)
		}
	}
	return nil
}

// within runs start on this thread while the thread is in the group's v1
// folders, so that what it forks is born there. In v2 the kernel does it: see
// spawn.
func (g *cgroup) within(start func() error) error {
	defer func() {
		for controller := range g.v1 {
			_ = write(filepath.Join(g.set.home[controller], "tasks"), "0")
		}
	}()
	for _, dir := range g.v1 {
		if err := write(filepath.Join(dir, "tasks"), "0"); err != nil {
			return fmt.Errorf("enter cgroup: %w", err)
		}
	}
	return start()
}

// oomKilled tells whether the kernel ended a process of the group for want of
// memory.
func (g *cgroup) oomKilled() bool {
	files := []string{}
	if dir, ok := g.v1["memory"]; ok {
		files = append(files, filepath.Join(dir, "memory.oom_control"))
	}
	if g.v2 != nil {
		files = append(files, filepath.Join(g.v2.Name(), "memory.events"))
	}
	for _, file := range files {
		data, _ := os.ReadFile(file)
		for text := range strings.Lines(string(data)) {
			if n, ok := strings.CutPrefix(text, "oom_kill "); ok && strings.TrimSpace(n) != "0" {
				return true
			}
		}
	}
	return false
}

// remove ends what is left in the group and removes it.
func (g *cgroup) remove() error {
	var errs []error
	for _, dir := range g.v1 {
		errs = append(errs, removeCgroup(dir))
	}
	if g.v2 != nil {
		errs = append(errs, removeCgroup(g.v2.Name()), g.v2.Close())
	}
	return errors.Join(errs...)
}

// removeCgroup kills every process in a group and below it, and removes it. A
// missing one is fine.
func removeCgroup(dir string) error {
	if base := filepath.Base(dir); !filepath.IsAbs(dir) || base == "/" || base == "." {
		return fmt.Errorf("%q is no cgroup", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "cgroup.procs")); err != nil {
		return nil
	}
	if entries, err := os.ReadDir(dir); err == nil {
		for _, entry := range entries {
			if entry.IsDir() {
				if err := removeCgroup(filepath.Join(dir, entry.Name())); err != nil {
					return err
				}
			}
		}
	}
	var err error
	for wait := time.Millisecond; wait < time.Second; wait = wait * 3 / 2 {
		killCgroup(dir)
		if err = os.Remove(dir); err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		time.Sleep(wait)
	}
	return fmt.Errorf("remove cgroup: %w", err)
}

func killCgroup(dir string) {
	_ = write(filepath.Join(dir, "cgroup.kill"), "1") // v2 only
	procs, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	for text := range strings.Lines(string(procs)) {
		if pid, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && pid > 1 && pid != os.Getpid() {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
