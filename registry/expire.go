package registry

import (
	"context"
	"time"

	"plugforge"
)

// expire releases the uploads whose time is over and removes their bytes.
func (r *Registry) expire(ctx context.Context) error {
	// The time is taken first: what begins after it judges by a later one.
	now := r.time()
	busy := append(r.uploads.held(), r.arriving.names()...)
	expired, err := r.db.ExpireUploads(ctx, now, busy...)
	if err != nil {
		return plugforge.Wrap("registry.expire", err)
	}
	for _, u := range expired {
		if u.Blob != "" {
			r.tidy(u.Blob)
		}
	}
	return nil
}

// sweepAgain expires uploads now and then until ctx ends.
func (r *Registry) sweepAgain(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := r.expire(ctx); err != nil && ctx.Err() == nil {
				r.log.Warn("expired uploads were not released; trying again", "error", err)
			}
		}
	}
}
