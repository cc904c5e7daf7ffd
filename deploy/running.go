package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"plugforge"
	"plugforge/manifest"
)

// drainTime bounds how long a retired version's running calls may take.
const drainTime = 60 * time.Second

// steadyTime is how long a replica must live for its death not to count
// towards a crash loop.
const steadyTime = time.Minute

// maxReplicas bounds what serve_config may ask of one machine.
const maxReplicas = 16

// running is one version that is up, or being brought up: a fixed number of
// replica slots, each kept filled by a supervisor.
type running struct {
	plugin plugforge.Plugin
	spec   plugforge.ReplicaSpec
	engine Engine
	slots  []slot
	next   atomic.Uint32 // round robin over the slots
	calls  atomic.Int64  // running calls, plus closing once stopped
	ended  chan struct{} // closed by stop: supervisors go home
	once   sync.Once
	home   sync.WaitGroup // supervisors
	death  atomic.Pointer[death]
}

// death is the last replica that ended by itself.
type death struct {
	at    time.Time
	cause error
}

// slot holds a replica, or nil while it is being started.
type slot struct {
	replica atomic.Pointer[plugforge.Replica]
	failing atomic.Bool // its supervisor has used up its tries
}

// newRunning prepares the slots without starting anything.
func (c *Controller) newRunning(ctx context.Context, p plugforge.Plugin) (*running, error) {
	tree, err := c.cfg.Registry.Tree(ctx, p.Slug, p.Version)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(ctx, tree, p)
	if err != nil {
		return nil, err
	}
	memory := m.ComputeProfile.ActorMemoryGB
	if asked := m.ServeConfig.MemoryGB; asked != nil {
		memory = *asked
	}
	count := 1
	for _, asked := range []*int{m.ServeConfig.NumReplicas, m.ServeConfig.MinReplicas} {
		if asked != nil {
			count = max(count, *asked)
		}
	}
	return &running{
		plugin: p,
		spec: plugforge.ReplicaSpec{
			Slug: p.Slug, Version: p.Version, Commit: p.Commit, Tree: tree,
			Params:         p.Params,
			MaxConcurrency: m.SyncThreads(),
			MemoryBytes:    int64(memory * (1 << 30)),
		},
		engine: c.cfg.Engine,
		slots:  make([]slot, min(count, maxReplicas)),
		ended:  make(chan struct{}),
	}, nil
}

// readManifest reads the manifest from the version's own tree, which tells
// what the author named from what is a default. A version older than a rule
// that it breaks is taken as the index has it.
func readManifest(ctx context.Context, tree fs.FS, p plugforge.Plugin) (*manifest.Manifest, error) {
	m, _, err := manifest.Read(ctx, tree)
	if m != nil || err != nil {
		return m, err
	}
	m = &manifest.Manifest{}
	return m, json.Unmarshal(p.Manifest, m)
}

// fill starts a replica in every slot and returns the first error.
func (r *running) fill(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var starts sync.WaitGroup
	for i := range r.slots {
		starts.Go(func() {
			replica, err := r.engine.Start(ctx, r.spec)
			if err != nil {
				cancel(err)
				return
			}
			r.slots[i].replica.Store(&replica)
		})
	}
	starts.Wait()
	return context.Cause(ctx)
}

// pick returns a live replica, or nil when none is ready.
func (r *running) pick() plugforge.Replica {
	n := uint32(len(r.slots))
	start := r.next.Add(1)
	for i := range n {
		if p := r.slots[(start+i)%n].replica.Load(); p != nil && alive(*p) {
			return *p
		}
	}
	return nil
}

// alive tells a replica that died a moment ago, and whose supervisor has not
// woken yet, from one that can answer.
func alive(p plugforge.Replica) bool {
	select {
	case <-p.Done():
		return false
	default:
		return true
	}
}

// ready tells whether at least one replica can answer.
func (r *running) ready() bool { return r.pick() != nil }

// closing is added to calls once by stop: a negative count refuses new calls.
const closing = -1 << 40

// enter counts a call in; false when the version is being stopped.
func (r *running) enter() bool {
	if r.calls.Add(1) > 0 {
		return true
	}
	r.calls.Add(-1)
	return false
}

func (r *running) leave() { r.calls.Add(-1) }

// stop refuses new calls, waits for those running until ctx ends, and stops
// every replica. It returns when all are gone, and may be called twice.
func (r *running) stop(ctx context.Context) {
	r.once.Do(func() {
		r.calls.Add(closing)
		close(r.ended)
	})
	for r.calls.Load() != closing && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	r.home.Wait()
	var stops sync.WaitGroup
	for i := range r.slots {
		if p := r.slots[i].replica.Swap(nil); p != nil {
			stops.Go(func() { _ = (*p).Stop(ctx) })
		}
	}
	stops.Wait()
}

// supervise keeps every slot filled until the version is stopped. onLoop is
// called once, when a crash loop has left no replica alive.
func (c *Controller) supervise(r *running, onLoop func(cause error)) {
	var loop sync.Once
	for i := range r.slots {
		r.home.Go(func() {
			cause := c.keepFilled(r, &r.slots[i])
			if cause == nil {
				return
			}
			r.slots[i].failing.Store(true)
			if r.allFailing() {
				loop.Do(func() { c.work.Go(func() { onLoop(cause) }) })
			}
		})
	}
}

func (r *running) allFailing() bool {
	for i := range r.slots {
		if !r.slots[i].failing.Load() {
			return false
		}
	}
	return true
}

// keepFilled waits for the slot's replica to die and starts the next one, with
// growing pauses. It returns nil when the version is stopped, and the last
// cause after as many deaths in a row as there are pauses.
func (c *Controller) keepFilled(r *running, s *slot) error {
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	go func() {
		select {
		case <-r.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	for tries := 0; ; {
		cause, authors := c.waitAndRefill(ctx, r, s, &tries)
		if ctx.Err() != nil {
			return nil
		}
		if authors && tries >= len(c.cfg.Backoff) {
			return cause
		}
	}
}

// waitAndRefill lives through one replica: until its death, the pause, and the
// next start. authors tells whether the plugin itself is to blame, rather than
// the engine.
func (c *Controller) waitAndRefill(ctx context.Context, r *running, s *slot, tries *int) (cause error, authors bool) {
	if p := s.replica.Load(); p != nil {
		begun := time.Now()
		select {
		case <-(*p).Done():
		case <-ctx.Done():
			return nil, false
		}
		s.replica.Store(nil)
		cause = (*p).Err()
		r.death.Store(&death{c.now(), cause})
		_ = (*p).Stop(ctx)
		if time.Since(begun) > steadyTime {
			*tries = 0
		}
		if *tries >= len(c.cfg.Backoff) {
			return cause, true
		}
	}
	pause := c.cfg.Backoff[min(*tries, len(c.cfg.Backoff)-1)]
	select {
	case <-time.After(pause):
	case <-ctx.Done():
		return nil, false
	}
	*tries++
	replica, err := r.engine.Start(ctx, r.spec)
	if err == nil {
		s.replica.Store(&replica)
		return nil, false
	}
	if ctx.Err() == nil {
		c.log.Warn("replica did not start", "plugin", r.plugin.Slug, "version", r.plugin.Version, "error", err)
	}
	return err, blames(err)
}

// blames tells a start that failed by the author's doing from one that failed
// by the engine's: only the first may end a deployment that was live.
func blames(err error) bool {
	var raised *plugforge.HandlerError
	return errors.As(err, &raised) || plugforge.CodeOf(err) == plugforge.CodePluginTimeout
}
