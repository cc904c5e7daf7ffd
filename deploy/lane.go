package deploy

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"plugforge"
)

// lane is what the controller knows of one slug: its queue, and which running
// versions are up. route is read on every call and so is lock-free.
type lane struct {
	slug  plugforge.Slug
	route atomic.Pointer[running] // the active version's; nil: no realtime endpoint
	warm  atomic.Pointer[running] // the version it replaced, kept for --retain

	// switching is held while the ledger, the route and the row change
	// together, so that what is live has one order.
	switching sync.Mutex

	mu      sync.Mutex
	queue   []*job
	busy    bool // a goroutine works the queue
	closed  bool
	expires *time.Timer // ends warm
}

// job is one unfinished deployment. done is closed when it has settled.
type job struct {
	deployment plugforge.Deployment
	ctx        context.Context
	cancel     context.CancelCauseFunc
	done       chan struct{}
}

func (c *Controller) lane(slug plugforge.Slug) *lane {
	if l, ok := c.lanes.Load(slug); ok {
		return l.(*lane)
	}
	l, _ := c.lanes.LoadOrStore(slug, &lane{slug: slug})
	return l.(*lane)
}

// enqueue puts a deployment whose row is written at the end of its slug's
// queue.
func (c *Controller) enqueue(d plugforge.Deployment) *job {
	j := &job{deployment: d, done: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancelCause(c.ctx)
	c.jobsMu.Lock()
	c.jobs[d.ID] = j
	c.jobsMu.Unlock()
	l := c.lane(d.Slug)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, j)
	if !l.busy && !l.closed {
		l.busy = true
		c.rollouts.Go(func() { c.workLane(l) })
	}
	return j
}

// workLane runs a slug's deployments one after the other, each under a token
// of the controller's gate, and ends when the queue is empty.
func (c *Controller) workLane(l *lane) {
	for {
		l.mu.Lock()
		if len(l.queue) == 0 || c.ctx.Err() != nil {
			l.busy = false
			l.mu.Unlock()
			return
		}
		j := l.queue[0]
		l.mu.Unlock()
		select {
		case c.gate <- struct{}{}:
			c.rollOut(l, j)
			<-c.gate
		case <-c.ctx.Done():
		}
		l.mu.Lock()
		l.queue = l.queue[1:]
		l.mu.Unlock()
		c.jobsMu.Lock()
		delete(c.jobs, j.deployment.ID)
		c.jobsMu.Unlock()
		j.cancel(nil)
		close(j.done)
	}
}

// job finds an unfinished deployment; nil when it has settled.
func (c *Controller) job(id string) *job {
	c.jobsMu.Lock()
	defer c.jobsMu.Unlock()
	return c.jobs[id]
}

// await returns when the deployment has settled, or after wait, or when ctx
// ends.
func (c *Controller) await(ctx context.Context, id string, wait time.Duration) {
	j := c.job(id)
	if j == nil || wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-j.done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// cancelVersion ends every unfinished deployment of the version that has not
// reached its switch.
func (l *lane) cancelVersion(v plugforge.Version, cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range l.queue {
		if j.deployment.Version == v {
			j.cancel(cause)
		}
	}
}

// activate makes r the version that answers (nil: none), and keeps the one it
// replaces warm.
func (c *Controller) activate(l *lane, r *running) {
	old := l.route.Swap(r)
	if old == nil || old == r {
		return
	}
	if c.cfg.Retain <= 0 || r == nil || old.plugin.Version == r.plugin.Version {
		c.retire(old)
		return
	}
	if dropped := l.warm.Swap(old); dropped != nil {
		c.retire(dropped)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.expires != nil {
		l.expires.Stop()
	}
	l.expires = time.AfterFunc(c.cfg.Retain, func() {
		if l.warm.CompareAndSwap(old, nil) {
			c.retire(old)
		}
	})
}

// dropWarm stops the version kept warm, if there is one.
func (c *Controller) dropWarm(l *lane) {
	if old := l.warm.Swap(nil); old != nil {
		c.retire(old)
	}
}

// retire drains and stops a running version in the background.
func (c *Controller) retire(r *running) {
	c.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		r.stop(ctx)
	})
}

// takeWarm hands over the version kept warm if it is the one wanted, with the
// same parameters; the caller then owns it.
func (l *lane) takeWarm(p plugforge.Plugin) *running {
	if w := l.warm.Load(); w != nil && w.plugin.Version == p.Version && bytes.Equal(w.spec.Params, p.Params) && w.ready() && l.warm.CompareAndSwap(w, nil) {
		return w
	}
	return nil
}

// close takes every running version out of the lane.
func (l *lane) close() []*running {
	l.mu.Lock()
	l.closed = true
	if l.expires != nil {
		l.expires.Stop()
	}
	l.mu.Unlock()
	var up []*running
	for _, r := range []*running{l.route.Swap(nil), l.warm.Swap(nil)} {
		if r != nil {
			up = append(up, r)
		}
	}
	return up
}
