package httpapi

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"plugforge"
)

const (
	keysFresh    = 500 * time.Millisecond // keys younger than this are used without asking
	keysStale    = 900 * time.Millisecond // keys older than this are not used at all
	touchesEvery = time.Minute            // how often last uses are written down
)

// keyStore is what the keyring needs of the database.
type keyStore interface {
	KeysByHash(ctx context.Context) (map[[32]byte]plugforge.Key, error)
	KeysGeneration(ctx context.Context) (int64, error)
	TouchKeys(ctx context.Context, used map[string]time.Time) error
}

// keyring is the keys in memory, so that checking one is a look-up. A key that
// another process makes works at once; one that it revokes is refused within
// a second.
type keyring struct {
	db  keyStore
	log *slog.Logger

	known   atomic.Pointer[map[[32]byte]*heldKey]
	checked atomic.Int64 // when the last good check began, in ns since start
	start   time.Time

	refresh    sync.Mutex // held by the one who asks the database
	generation int64      // of known; under refresh
	loaded     bool       // under refresh

	touching sync.Mutex
	touched  map[string]time.Time
}

// heldKey is a key with the minute in which it was last noted as used.
type heldKey struct {
	plugforge.Key
	minute atomic.Int64
}

func newKeyring(ctx context.Context, db keyStore, log *slog.Logger) (*keyring, error) {
	k := &keyring{db: db, log: log, start: time.Now(), touched: map[string]time.Time{}}
	return k, k.check(ctx, 0)
}

// find gives the key with that secret, or nil.
func (k *keyring) find(ctx context.Context, secret string) (*heldKey, error) {
	asked := time.Since(k.start)
	age := asked - time.Duration(k.checked.Load())
	switch {
	case age > keysStale:
		if err := k.check(ctx, asked-keysFresh); err != nil {
			return nil, err
		}
	case age > keysFresh && k.refresh.TryLock():
		err := k.ask(ctx)
		k.refresh.Unlock()
		if err != nil {
			k.log.Warn("keys not refreshed", "error", err.Error())
		}
	}
	hash := sha256.Sum256([]byte(secret))
	if held := (*k.known.Load())[hash]; held != nil {
		return held, nil
	}
	// It may be a moment old. Checks that began after the question are as
	// good as one of its own, so that a flood of wrong keys shares them.
	if err := k.check(ctx, asked); err != nil {
		return nil, err
	}
	return (*k.known.Load())[hash], nil
}

// check asks the database unless somebody did so since that time.
func (k *keyring) check(ctx context.Context, since time.Duration) error {
	k.refresh.Lock()
	defer k.refresh.Unlock()
	if k.loaded && time.Duration(k.checked.Load()) > since {
		return nil
	}
	return k.ask(ctx)
}

// ask loads the keys if they changed. Call it under refresh.
func (k *keyring) ask(ctx context.Context) error {
	const op = "httpapi.keyring"
	// A client that goes away must not fail the others that wait for this.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	began := time.Since(k.start)
	generation, err := k.db.KeysGeneration(ctx)
	if err != nil {
		return plugforge.Wrap(op, err)
	}
	if !k.loaded || generation != k.generation {
		keys, err := k.db.KeysByHash(ctx)
		if err != nil {
			return plugforge.Wrap(op, err)
		}
		held := make(map[[32]byte]*heldKey, len(keys))
		for hash, key := range keys {
			held[hash] = &heldKey{Key: key}
		}
		k.known.Store(&held)
		k.generation, k.loaded = generation, true
	}
	k.checked.Store(int64(began))
	return nil
}

// touch notes that the key was used, to the minute.
func (k *keyring) touch(key *heldKey, now time.Time) {
	minute := now.Unix() / 60
	if key.minute.Swap(minute) == minute {
		return
	}
	k.touching.Lock()
	defer k.touching.Unlock()
	k.touched[key.ID] = now.Truncate(time.Minute)
}

// flush writes down the last uses. What can't be written is kept for the next
// time.
func (k *keyring) flush(ctx context.Context) {
	k.touching.Lock()
	used := k.touched
	k.touched = map[string]time.Time{}
	k.touching.Unlock()
	if len(used) == 0 {
		return
	}
	if err := k.db.TouchKeys(ctx, used); err != nil {
		k.log.Warn("last uses of keys not noted", "error", err.Error())
		k.touching.Lock()
		defer k.touching.Unlock()
		for id, at := range used {
			if k.touched[id].Before(at) {
				k.touched[id] = at
			}
		}
	}
}
