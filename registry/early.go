package registry

import (
	"context"
	"sync"
	"time"

	"plugforge/blobs"
	"plugforge/sqlite"
)

// early is the checks that are begun as soon as an upload's bytes are here,
// for whoever sent them asks for the verdict next. It is work done early and
// nothing else: a check that is not here, or failed, is done when it is asked
// for.
type early struct {
	mu    sync.Mutex
	begun map[string]<-chan earlyCheck // by the blob's key; closed when nothing comes any more
}

// earlyCheck is what a check found. Whoever receives it closes its file, from
// which its tree is read.
type earlyCheck struct {
	file *blobs.File
	checked
}

// The bounds of what is done early: how many checks are kept, for how long,
// and of archives of what size.
const (
	maxEarly     = 16
	keepEarly    = 30 * time.Second
	maxEarlySize = 8 << 20
)

// checkEarly begins the check of what was just received, unless another one
// would have to wait for it.
func (r *Registry) checkEarly(u sqlite.Upload) {
	r.early.mu.Lock()
	defer r.early.mu.Unlock()
	if u.Size > maxEarlySize || len(r.early.begun) >= maxEarly || len(r.checks) > 0 {
		return
	}
	ready := make(chan earlyCheck)
	r.early.begun[u.Blob] = ready
	r.stopped.Go(func() {
		ctx, cancel := context.WithTimeout(r.running, keepEarly)
		defer cancel()
		defer r.early.forget(u.Blob)
		defer close(ready)
		file, err := r.openReceived(ctx, u)
		if err != nil {
			return
		}
		c, err := r.check(ctx, file, file.Size(), u)
		if err == nil {
			select {
			case ready <- earlyCheck{file, c}:
				return
			case <-ctx.Done():
			}
		}
		file.Close()
	})
}

// checkNow gives the check of an upload's bytes, begun early or now, and closes
// what it reads from.
func (r *Registry) checkNow(ctx context.Context, file *blobs.File, u sqlite.Upload) (c checked, done func(), err error) {
	r.early.mu.Lock()
	ready := r.early.begun[u.Blob]
	r.early.mu.Unlock()
	if ready != nil {
		select {
		case got, ok := <-ready:
			if ok {
				return got.checked, func() { got.file.Close() }, nil
			}
		case <-ctx.Done():
			return c, nil, ctx.Err()
		}
	}
	c, err = r.check(ctx, file, file.Size(), u)
	return c, func() {}, err
}

func (r *Registry) begunEarly(u sqlite.Upload) bool {
	r.early.mu.Lock()
	defer r.early.mu.Unlock()
	return r.early.begun[u.Blob] != nil
}

func (e *early) forget(blob string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.begun, blob)
}
