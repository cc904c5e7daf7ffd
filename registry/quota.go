package registry

import (
	"context"
	"slices"
	"sync"

	"plugforge"
	"plugforge/sqlite"
)

// claims are the versions that are being published and not in the index yet:
// they count towards their owner's quota, so that two at once never take the
// one place that is left. The zero value is ready.
type claims struct {
	turns turns // by owner: counting, and turning a claim into a row, are one step
	mu    sync.Mutex
	made  map[plugforge.Owner][]*sqlite.Coming
}

// claim takes the upload's place in its owner's quota, or is
// CodeQuotaExceeded. Release it when the version is in the index or will not
// be.
func (r *Registry) claim(ctx context.Context, u sqlite.Upload) (*claim, error) {
	done, err := r.claims.turns.take(ctx, string(u.Slug.Owner))
	if err != nil {
		return nil, err
	}
	defer done()
	if err := r.db.Room(ctx, u.Slug, u.Size, r.claims.of(u.Slug.Owner)...); err != nil {
		return nil, err
	}
	one := &claim{of: &r.claims, owner: u.Slug.Owner, what: &sqlite.Coming{Fold: u.Slug.Name.Fold(), Size: u.Size}}
	r.claims.mu.Lock()
	defer r.claims.mu.Unlock()
	if r.claims.made == nil {
		r.claims.made = map[plugforge.Owner][]*sqlite.Coming{}
	}
	r.claims.made[one.owner] = append(r.claims.made[one.owner], one.what)
	return one, nil
}

func (c *claims) of(owner plugforge.Owner) []sqlite.Coming {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []sqlite.Coming
	for _, one := range c.made[owner] {
		all = append(all, *one)
	}
	return all
}

// claim is one place in a quota.
type claim struct {
	of    *claims
	owner plugforge.Owner
	what  *sqlite.Coming
}

// settle runs insert, which makes the version's row, and releases the claim in
// one step, so that nobody counts both or neither.
func (c *claim) settle(ctx context.Context, insert func() error) error {
	done, err := c.of.turns.take(ctx, string(c.owner))
	if err != nil {
		return err
	}
	defer done()
	defer c.release()
	return insert()
}

// release gives the place back; it may be repeated.
func (c *claim) release() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	rest := slices.DeleteFunc(c.of.made[c.owner], func(one *sqlite.Coming) bool { return one == c.what })
	if len(rest) == 0 {
		delete(c.of.made, c.owner)
		return
	}
	c.of.made[c.owner] = rest
}
