package sandbox

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"

	"plugforge"
)

// trees lays plugins' files out, once a commit, for as long as replicas use
// them.
type trees struct {
	dir *runDir

	mu     sync.Mutex
	byName map[string]*tree
}

// tree is one commit's folder. Its path is random: whoever has not been given
// it cannot guess it, and the folder above cannot be listed.
type tree struct {
	path  string
	users int
	ready chan struct{} // closed when laid out, or failed with err
	err   error
}

func newTrees(dir *runDir) *trees { return &trees{dir: dir, byName: map[string]*tree{}} }

// acquire gives the folder of spec's tree and a function that lets go of it.
func (t *trees) acquire(ctx context.Context, spec plugforge.ReplicaSpec) (string, func(), error) {
	key := spec.Slug.String() + "@" + spec.Commit
	if spec.Commit == "" {
		key = t.dir.name(16) // nothing says which other tree is equal
	}
	t.mu.Lock()
	one := t.byName[key]
	if one == nil {
		one = &tree{path: filepath.Join(t.dir.path, "trees", t.dir.name(16)), ready: make(chan struct{})}
		t.byName[key] = one
		go func() {
			defer close(one.ready)
			one.err = t.make(one.path, spec.Tree)
		}()
	}
	one.users++
	t.mu.Unlock()
	var once sync.Once
	release := func() { once.Do(func() { t.release(key, one) }) }
	select {
	case <-one.ready:
	case <-ctx.Done():
		release()
		return "", nil, ctx.Err()
	}
	if one.err != nil {
		release()
		return "", nil, one.err
	}
	return one.path, release, nil
}

func (t *trees) make(path string, files fs.FS) error {
	if err := layOut(path, files); err != nil {
		return errors.Join(err, removeTree(path))
	}
	return passable(path)
}

func (t *trees) release(key string, one *tree) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.users--; one.users > 0 {
		return
	}
	delete(t.byName, key)
	go func() {
		<-one.ready
		_ = removeTree(one.path)
	}()
}
