// Package deploy holds the use cases about running: a queue of deployments,
// the blue-green switch, rollback, undeploy, the router that realtime calls
// go through, and the supervision of what runs.
//
// Its nouns: a deployment (plugforge.Deployment) is one attempt to change what
// is live for a slug; a running version is a set of replica slots kept alive
// by their supervisors; a lane is a slug's own queue, in which one deployment
// runs at a time; the route is the one pointer that decides which running
// version answers.
//
// Two use cases cross both publishing and running and so live here: deleting a
// version (taken down, then retired) and enabling an organisation's version in a
// namespace, or disabling it.
//
// What was ever live is told by the ledger in git, so a switch is: row
// IN_PROGRESS, ledger entry (durable), route, row DEPLOYED. Open finishes
// whatever a crash cut between those steps. The package knows replicas only as
// plugforge.Replica: nothing in it may assume a local process.
package deploy

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/registry"
	"plugforge/sqlite"
)

// Engine starts replicas: the local sandbox, or a cluster.
type Engine interface {
	// Start returns a replica that has imported the plugin and is warm.
	// Errors: *plugforge.HandlerError when the author's code raised,
	// CodePluginTimeout when it never finished, CodeUnavailable when the
	// engine itself can't run anything, with the mend.
	Start(ctx context.Context, spec plugforge.ReplicaSpec) (plugforge.Replica, error)
}

// Config wires a Controller.
type Config struct {
	DB       *sqlite.DB
	Registry *registry.Registry
	Git      *gitstore.Store
	Engine   Engine
	Retain   time.Duration      // how long a replaced version stays warm; 0: not at all
	Workers  int                // deployments rolled out at once over all slugs; 0: 4
	Backoff  []time.Duration    // waits before the restarts of a dead replica; its length is how many in a row make a crash loop; nil: DefaultBackoff
	Now      func() time.Time   // nil: time.Now
	Marker   func(stage string) // told of each durable step, for crash tests; nil: none
	Logger   *slog.Logger
}

// DefaultBackoff gives up on a replica that died six times in a row, each
// within a minute of its start.
func DefaultBackoff() []time.Duration {
	return []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second}
}

// Controller is the one place that changes what is live. Its methods may be
// called at once from many goroutines.
type Controller struct {
	cfg  Config
	log  *slog.Logger
	stop context.CancelFunc
	ctx  context.Context // ends at Close; parent of every rollout and supervisor
	work sync.WaitGroup  // supervisors and retirements
	gate chan struct{}   // one token for each rollout that may run

	rollouts sync.WaitGroup // goroutines that work a lane's queue

	lanes  sync.Map // plugforge.Slug → *lane
	jobsMu sync.Mutex
	jobs   map[string]*job // unfinished deployments by id
}

// Open takes up where the last server stopped: it completes what the ledger
// says was switched, starts what is live, and queues again what had not begun.
// It does not wait for the replicas to be ready.
func Open(ctx context.Context, cfg Config) (*Controller, error) {
	if cfg.Workers == 0 {
		cfg.Workers = 4
	}
	if cfg.Backoff == nil {
		cfg.Backoff = DefaultBackoff()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Marker == nil {
		cfg.Marker = func(string) {}
	}
	c := &Controller{cfg: cfg, log: cfg.Logger, gate: make(chan struct{}, cfg.Workers), jobs: map[string]*job{}}
	c.ctx, c.stop = context.WithCancel(context.Background())
	if err := c.recover(ctx); err != nil {
		c.stop()
		return nil, plugforge.Wrap("deploy.Open", err)
	}
	return c, nil
}

// Close drains and stops every replica and returns when all are gone or ctx
// ends. Deployments that have not switched stay in the queue for the next
// start.
func (c *Controller) Close(ctx context.Context) error {
	c.stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.rollouts.Wait() // first, for a rollout in its switch still adds to the lanes
		c.lanes.Range(func(_, v any) bool {
			for _, r := range v.(*lane).close() {
				c.work.Go(func() { r.stop(ctx) })
			}
			return true
		})
		c.work.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return plugforge.Wrap("deploy.Close", ctx.Err())
	}
}

// now is the present to the millisecond, the precision of all records.
func (c *Controller) now() time.Time { return c.cfg.Now().UTC().Truncate(time.Millisecond) }
