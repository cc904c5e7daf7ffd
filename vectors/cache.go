package vectors

import (
	"slices"
	"sync"
	"sync/atomic"
)

// chunkRows is how many points lie in one piece of memory: few enough that
// growing copies little.
const chunkRows = 1024

// block is one vector's points in memory, in no order.
type block struct {
	mu     sync.RWMutex
	dim    int
	norm   bool // cosine: the floats are brought to length one
	keys   []int64
	fields []string    // marks, see filter.go
	chunks [][]float32 // chunkRows rows each
	at     map[int64]int

	size atomic.Int64 // about how many bytes it takes
	used int64        // the cache's clock when it was last asked for
}

func newBlock(v Vector) *block {
	return &block{dim: v.Dimension, norm: v.Metric == Cosine, at: map[int64]int{}}
}

func (b *block) row(i int) []float32 {
	at := i % chunkRows * b.dim
	return b.chunks[i/chunkRows][at : at+b.dim : at+b.dim]
}

// put adds a point or writes over it.
func (b *block) put(r row) {
	i, there := b.at[r.key]
	if !there {
		i = len(b.keys)
		if i == len(b.chunks)*chunkRows {
			b.chunks = append(b.chunks, make([]float32, chunkRows*b.dim))
			b.size.Add(int64(chunkRows) * (int64(b.dim)*4 + 64))
		}
		b.keys, b.fields = append(b.keys, r.key), append(b.fields, "")
		b.at[r.key] = i
	}
	b.fields[i] = string(r.fields)
	copy(b.row(i), r.floats)
	if b.norm {
		normalise(b.row(i))
	}
}

// remove puts the last point into the place of one that goes.
func (b *block) remove(key int64) {
	i, there := b.at[key]
	if !there {
		return
	}
	last := len(b.keys) - 1
	copy(b.row(i), b.row(last))
	b.keys[i], b.fields[i] = b.keys[last], b.fields[last]
	b.at[b.keys[i]] = i
	delete(b.at, key)
	b.keys, b.fields = b.keys[:last], b.fields[:last]
	if len(b.chunks) > 1 && last <= (len(b.chunks)-2)*chunkRows {
		b.chunks = slices.Delete(b.chunks, len(b.chunks)-1, len(b.chunks))
		b.size.Add(-int64(chunkRows) * (int64(b.dim)*4 + 64))
	}
}

// cache holds the blocks used last, most bytes in all.
type cache struct {
	mu     sync.Mutex
	most   int64
	clock  int64
	blocks map[int64]*block
}

// get gives a vector's block, nil for one that is not held.
func (c *cache) get(key int64) *block {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.blocks[key]
	if b != nil {
		c.clock++
		b.used = c.clock
	}
	return b
}

func (c *cache) drop(key int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.blocks, key)
}

// change lets do write to the block, if it is held.
func (c *cache) change(key int64, do func(*block)) {
	c.mu.Lock()
	b := c.blocks[key]
	c.mu.Unlock()
	if b == nil {
		return
	}
	b.mu.Lock()
	do(b)
	b.mu.Unlock()
	c.fit()
}

// add takes a block in and lets go of the ones used longest ago.
func (c *cache) add(key int64, b *block) {
	c.mu.Lock()
	c.clock++
	b.used = c.clock
	c.blocks[key] = b
	c.mu.Unlock()
	c.fit()
}

// fit drops blocks, the one used longest ago first, until the rest fits. A
// search that reads a dropped one goes on.
func (c *cache) fit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		var total, oldest int64
		for key, b := range c.blocks {
			total += b.size.Load()
			if o := c.blocks[oldest]; o == nil || b.used < o.used {
				oldest = key
			}
		}
		if total <= c.most {
			return
		}
		delete(c.blocks, oldest)
	}
}
