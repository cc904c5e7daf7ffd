package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"plugforge"
)

// Host starts replicas and owns what they run from. Its methods may be called
// at once.
type Host struct {
	config  Config
	root    bool
	pool    uidPool // for root only
	dir     *runDir
	trees   *trees
	groups  *cgroups
	spawner *spawner
	runner  string // the laid-out Python runner
	filter  []byte // of system calls

	probing sync.Mutex // held while the machine is tried out
	probed  bool
	folders []string // that the interpreter needs beside /usr
	worker  string   // the copied worker program; empty until there is one

	closing  context.Context // ends when Close begins
	close    context.CancelFunc
	mu       sync.Mutex
	closed   bool
	replicas map[*replica]bool
	starting sync.WaitGroup
}

// Open prepares the run folder, sweeps what killed servers left there, and
// tries out whether replicas can run; that they cannot is logged here and told
// by Start, with the mend, which is looked for again each time. Errors:
// CodeValidation for a configuration that cannot be right, such as a pool of
// user ids that the machine gives to someone.
func Open(ctx context.Context, config Config) (*Host, error) {
	const op = "sandbox.Open"
	h, err := open(ctx, config)
	return h, plugforge.Wrap(op, err)
}

func open(ctx context.Context, config Config) (*Host, error) {
	h := &Host{root: os.Geteuid() == 0, replicas: map[*replica]bool{}}
	h.closing, h.close = context.WithCancel(context.Background())
	var err error
	if h.config, err = config.withDefaults(h.root); err != nil {
		return nil, err
	}
	if h.root {
		if h.pool, err = parseUIDs(h.config.UIDs, systemUIDFiles()); err != nil {
			return nil, err
		}
	}
	if h.filter, err = systemCalls(); err != nil {
		return nil, err
	}
	if h.dir, err = openRunDir(h.config.RunDir); err != nil {
		return nil, err
	}
	if err := h.prepare(ctx); err != nil {
		return nil, errors.Join(err, h.dir.close())
	}
	return h, nil
}

func (h *Host) prepare(ctx context.Context) error {
	if err := h.dir.sweep(sweepCgroup); err != nil {
		return fmt.Errorf("sweep the run folder: %w", err)
	}
	if h.root {
		h.pool.sweep()
	}
	runner, err := h.dir.installRunner()
	if err != nil {
		return fmt.Errorf("lay out the runner: %w", err)
	}
	h.runner, h.trees = runner, newTrees(h.dir)
	h.groups = openCgroups(cgroupName(h.dir.instance), h.dir.record)
	h.spawner = newSpawner()
	if !h.groups.has("memory") || !h.groups.has("pids") {
		h.config.Logger.Warn("cgroups are not writable here: memory and processes of replicas are bounded by rlimits only, a process at a time",
			"in_force", strings.Join(h.groups.have, ","))
	}
	if err := h.ready(ctx); err != nil {
		h.config.Logger.Warn("no replica can start", "reason", err.Error())
	}
	return nil
}

// record notes a cgroup before it exists, for whoever sweeps after this host.
func (d *runDir) record(cgroup string) error {
	_, err := d.lock.WriteString(cgroup + "\n")
	return err
}

// sweepCgroup removes a dead server's cgroup. Only what bears our name: the
// list was ours, but the path might mean something else by now.
func sweepCgroup(dir string) error {
	if !strings.HasPrefix(filepath.Base(dir), "plugforge-") {
		return nil
	}
	return removeCgroup(dir)
}

// ready tries the machine out until it has once been found fit.
func (h *Host) ready(ctx context.Context) error {
	h.probing.Lock()
	defer h.probing.Unlock()
	if h.probed {
		return nil
	}
	if h.worker == "" {
		worker, err := h.findWorker()
		if err != nil {
			return err
		}
		h.worker = worker
	}
	folders, err := h.probe(ctx)
	if err != nil {
		return err
	}
	h.folders, h.probed = folders, true
	return nil
}

func (h *Host) findWorker() (string, error) {
	source := h.config.WorkerFile
	if source == "" {
		self, err := os.Executable()
		if err != nil {
			return "", err
		}
		source = filepath.Join(filepath.Dir(self), "plugforge-worker")
	}
	copied, err := h.dir.installWorker(source)
	if errors.Is(err, os.ErrNotExist) {
		return "", unavailable("the worker program %s is missing: install it there or name it with --worker", source)
	}
	if err != nil {
		return "", unavailable("the worker program %s cannot be copied (%v): name another with --worker", source, err)
	}
	return copied, nil
}

func (h *Host) wall(plugin string, folders []string) wall {
	return wall{
		worker: h.worker, runner: h.runner, plugin: plugin,
		python: h.config.Python, prefixes: folders, tmpBytes: h.config.TmpBytes,
	}
}

// Start runs one copy of a version and returns it once its plugin is imported
// and its handler constructed. Errors: *plugforge.HandlerError when the
// author's code raised; CodePluginFailed when it ended the process;
// CodePluginTimeout when it did not finish in time; CodeUnavailable, with the
// mend, when this machine cannot run replicas. When ctx ends first, nothing
// is left running.
func (h *Host) Start(ctx context.Context, spec plugforge.ReplicaSpec) (plugforge.Replica, error) {
	const op = "sandbox.Start"
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil, plugforge.Wrap(op, plugforge.Errorf(plugforge.CodeUnavailable, "the server is stopping"))
	}
	h.starting.Add(1)
	h.mu.Unlock()
	defer h.starting.Done()
	r, err := h.start(ctx, spec)
	if err != nil {
		var raised *plugforge.HandlerError
		if errors.As(err, &raised) {
			return nil, err
		}
		return nil, plugforge.Wrap(op, err)
	}
	return r, nil
}

func (h *Host) start(ctx context.Context, spec plugforge.ReplicaSpec) (*replica, error) {
	if spec.Tree == nil {
		return nil, errors.New("a replica needs a tree")
	}
	if err := h.ready(ctx); err != nil {
		return nil, err
	}
	timed, cancel := context.WithTimeout(ctx, h.config.StartTimeout)
	defer cancel()
	defer context.AfterFunc(h.closing, cancel)()
	r, err := h.newReplica(timed, spec)
	if err != nil && timed.Err() != nil {
		return nil, startGivenUp(timed.Err())
	}
	if err != nil {
		return nil, err
	}
	if err := r.launch(timed); err != nil {
		return nil, r.failedStart(ctx, timed, err)
	}
	return r, nil
}

// Close gives up starts under way, stops every replica, waiting for running
// calls until ctx ends, and removes what the host laid out.
func (h *Host) Close(ctx context.Context) error {
	const op = "sandbox.Close"
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	h.mu.Unlock()
	h.close()
	var stopping sync.WaitGroup
	stopAll := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		for r := range h.replicas {
			stopping.Go(func() { _ = r.Stop(ctx) })
		}
	}
	stopAll()
	stopping.Wait()
	h.starting.Wait()
	stopAll()
	stopping.Wait()
	h.spawner.close()
	return plugforge.Wrap(op, errors.Join(h.groups.close(), h.dir.close()))
}

// forget takes an ended replica off the list.
func (h *Host) forget(r *replica) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.replicas, r)
}

// endUser ends what still runs under a leased user id, so that the next one
// to have it finds nobody there. It tells whether all are gone.
func endUser(uid uint32) bool {
	for wait := time.Millisecond; wait < time.Second; wait = wait * 3 / 2 {
		left, err := killUser(uid)
		if err == nil && left == 0 {
			return true
		}
		time.Sleep(wait)
	}
	return false
}
