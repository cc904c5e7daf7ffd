package pysyntax

import (
	"container/list"
	"context"
	"crypto/sha256"
	"sync"
)

// Cache keeps files that Parse read, by their bytes, and forgets first what
// was not asked for longest: most files of a version are those of the version
// before, and manifest and scanner read the same ones. A File never changes, so
// many may share it. Use NewCache; a Cache may be used from many goroutines.
type Cache struct {
	limit int // bytes of source

	mu    sync.Mutex
	size  int // bytes of source kept
	files map[[sha256.Size]byte]*list.Element
	order *list.List // of *kept, the latest asked for first
}

// Clear forgets everything.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size = 0
	clear(c.files)
	c.order.Init()
}

type kept struct {
	key  [sha256.Size]byte
	file *File
}

// NewCache makes a cache of at most so many bytes of source. What it keeps
// takes some ten times as much memory.
func NewCache(limit int) *Cache {
	return &Cache{limit: limit, files: map[[sha256.Size]byte]*list.Element{}, order: list.New()}
}

type cacheKey struct{}

// With lets every Parse under the context that it returns use the cache.
func (c *Cache) With(ctx context.Context) context.Context {
	return context.WithValue(ctx, cacheKey{}, c)
}

func cacheOf(ctx context.Context) *Cache {
	c, _ := ctx.Value(cacheKey{}).(*Cache)
	return c
}

// parse is Parse by way of the cache. What is refused is not kept: it is
// seldom sent twice, and finding fault is the slow way through the parser.
func (c *Cache) parse(ctx context.Context, src []byte) (*File, []Problem, error) {
	key := sha256.Sum256(src)
	if f := c.get(key); f != nil {
		return f, nil, context.Cause(ctx)
	}
	f, problems, err := parse(ctx, src)
	if f != nil {
		c.put(key, f)
	}
	return f, problems, err
}

func (c *Cache) get(key [sha256.Size]byte) *File {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.files[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept).file
}

func (c *Cache) put(key [sha256.Size]byte, f *File) {
	if len(f.Src) > c.limit/8 {
		return // it would push out what many files gain from
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files[key] != nil {
		return // another goroutine read it meanwhile
	}
	c.files[key] = c.order.PushFront(&kept{key, f})
	for c.size += len(f.Src); c.size > c.limit; {
		last := c.order.Remove(c.order.Back()).(*kept)
		delete(c.files, last.key)
		c.size -= len(last.file.Src)
	}
}
