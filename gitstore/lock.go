package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The lock files of a repository: one for tags and main, one for the ledger,
// so that an upload of hundreds of megabytes never delays a rollback. Who
// needs both takes them in this order.
const (
	lockVersions = "lock-versions"
	lockLedger   = "lock-ledger"
)

// lock holds a repository's lock against other goroutines and, by flock,
// against other processes, until unlock is called.
func (s *Store) lock(ctx context.Context, r *repo, name string) (unlock func(), err error) {
	path := filepath.Join(r.dir, name)
	turn := s.turn(path)
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	f, err := flock(ctx, path)
	if err != nil {
		<-turn
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return func() {
		f.Close() // which gives the flock back
		<-turn
	}, nil
}

// lockBoth holds both locks of a repository.
func (s *Store) lockBoth(ctx context.Context, r *repo) (unlock func(), err error) {
	versions, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return nil, err
	}
	ledger, err := s.lock(ctx, r, lockLedger)
	if err != nil {
		versions()
		return nil, err
	}
	return func() { ledger(); versions() }, nil
}

func (s *Store) turn(path string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.locks[path] == nil {
		s.locks[path] = make(chan struct{}, 1)
	}
	return s.locks[path]
}

// flock asks again and again instead of blocking, for only so can ctx end it.
func flock(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		ok, err := tryFlock(f)
		if ok {
			return f, nil
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		}
	}
}

// tryFlock takes the flock if nobody has it.
func tryFlock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return false, err
		}
	}
}

// flockShared waits for whoever holds the flock alone, which nobody does for
// longer than it takes to remove a few files.
func flockShared(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
