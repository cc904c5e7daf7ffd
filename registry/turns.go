package registry

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// turns is one lock a name. A name that nobody holds or waits for costs
// nothing. The zero value is ready.
type turns struct {
	mu    sync.Mutex
	names map[string]*turn
}

type turn struct {
	token chan struct{} // full while held
	users int           // who hold or wait
}

// take waits for the name's turn, or for ctx. The release may be called once.
func (t *turns) take(ctx context.Context, name string) (release func(), err error) {
	one := t.join(name)
	select {
	case one.token <- struct{}{}:
		return func() { <-one.token; t.leave(name) }, nil
	case <-ctx.Done():
		t.leave(name)
		return nil, ctx.Err()
	}
}

func (t *turns) join(name string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.names[name]
	if one == nil {
		if t.names == nil {
			t.names = map[string]*turn{}
		}
		one = &turn{token: make(chan struct{}, 1)}
		t.names[name] = one
	}
	one.users++
	return one
}

func (t *turns) leave(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.names[name]
	if one.users--; one.users == 0 {
		delete(t.names, name)
	}
}

// held lists the names that somebody holds or waits for.
func (t *turns) held() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Collect(maps.Keys(t.names))
}

// counts counts by name. The zero value is ready.
type counts struct {
	mu sync.Mutex
	n  map[string]int
}

// add counts the name up until the returned function is called.
func (c *counts) add(name string) (done func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[name]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.n[name]--; c.n[name] == 0 {
			delete(c.n, name)
		}
	}
}

func (c *counts) names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.n))
}
