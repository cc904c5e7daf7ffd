package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"plugforge"
)

// operator is who the command line acts as.
var operator = plugforge.Actor{Name: "operator"}

// CreateKey stores k under the SHA-256 of its secret (32 bytes), and makes its
// organisation and namespaces where they are new. A namespace that belongs to
// another organisation is CodeConflict, a hash or id that is there already
// CodeAlreadyExists.
func (db *DB) CreateKey(ctx context.Context, k plugforge.Key, secretHash []byte) error {
	return db.write(ctx, "sqlite.DB.CreateKey", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO organisations (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			k.Org, millis(k.CreatedAt)); err != nil {
			return fmt.Errorf("make organisation: %w", err)
		}
		if err := insertKey(ctx, tx, k, secretHash); err != nil {
			return fmt.Errorf("insert key: %w", err)
		}
		for _, ns := range k.Namespaces {
			if err := joinNamespace(ctx, tx, k, ns); err != nil {
				return err
			}
		}
		if err := nextGeneration(ctx, tx); err != nil {
			return err
		}
		return record(ctx, tx, event{
			at: k.CreatedAt, by: operator, owner: k.Org, action: "key.create", target: k.ID,
			detail: map[string]any{"name": k.Name, "scopes": k.Scopes, "namespaces": k.Namespaces},
		})
	})
}

func insertKey(ctx context.Context, tx *sql.Tx, k plugforge.Key, hash []byte) error {
	scopes := make([]string, len(k.Scopes))
	for i, s := range k.Scopes {
		scopes[i] = string(s)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO keys (id, hash, prefix, name, org, scopes, created_at, expires_at, revoked_at, last_used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		k.ID, hash, k.Prefix, k.Name, k.Org, strings.Join(scopes, " "),
		millis(k.CreatedAt), millis(k.ExpiresAt), millis(k.RevokedAt), millis(k.LastUsedAt))
	return err
}

// joinNamespace gives the key its reach into ns, which belongs to the first
// organisation that named it.
func joinNamespace(ctx context.Context, tx *sql.Tx, k plugforge.Key, ns plugforge.Owner) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO namespaces (id, org, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		ns, k.Org, millis(k.CreatedAt)); err != nil {
		return fmt.Errorf("make namespace: %w", err)
	}
	var org plugforge.Owner
	if err := tx.QueryRowContext(ctx, `SELECT org FROM namespaces WHERE id = ?`, ns).Scan(&org); err != nil {
		return fmt.Errorf("look namespace up: %w", err)
	}
	if org != k.Org {
		return plugforge.Errorf(plugforge.CodeConflict,
			"namespace %s belongs to organisation %s for ever, not to %s: name that organisation, or another namespace", ns, org, k.Org)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO key_namespaces (key_id, namespace) VALUES (?, ?) ON CONFLICT DO NOTHING`, k.ID, ns)
	return err
}

func nextGeneration(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE keys_generation SET value = value + 1`)
	return err
}

const selectKeys = `SELECT k.id, k.hash, k.prefix, k.name, k.org, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.last_used_at,
	coalesce((SELECT group_concat(namespace, ' ') FROM (SELECT namespace FROM key_namespaces WHERE key_id = k.id ORDER BY namespace)), '')
	FROM keys k ORDER BY k.created_at, k.id`

type hashedKey struct {
	key  plugforge.Key
	hash [32]byte
}

func scanKey(r row) (hashedKey, error) {
	var h hashedKey
	var hash []byte
	var scopes, namespaces string
	k := &h.key
	if err := r.Scan(&k.ID, &hash, &k.Prefix, &k.Name, &k.Org, &scopes, stamp{&k.CreatedAt}, stamp{&k.ExpiresAt},
		stamp{&k.RevokedAt}, stamp{&k.LastUsedAt}, &namespaces); err != nil {
		return h, err
	}
	copy(h.hash[:], hash)
	for _, s := range strings.Fields(scopes) {
		k.Scopes = append(k.Scopes, plugforge.Scope(s))
	}
	for _, ns := range strings.Fields(namespaces) {
		k.Namespaces = append(k.Namespaces, plugforge.Owner(ns))
	}
	return h, nil
}

// Keys lists all keys, oldest first, revoked and expired ones too.
func (db *DB) Keys(ctx context.Context) ([]plugforge.Key, error) {
	rows, err := db.reader.QueryContext(ctx, selectKeys)
	hashed, err := collect(rows, err, scanKey)
	if err != nil {
		return nil, translate("sqlite.DB.Keys", err)
	}
	keys := make([]plugforge.Key, len(hashed))
	for i, h := range hashed {
		keys[i] = h.key
	}
	return keys, nil
}

// KeysByHash is Keys by the SHA-256 of their secrets, for a look-up in memory.
// Revoked and expired keys are in it: ask Key.Usable.
func (db *DB) KeysByHash(ctx context.Context) (map[[32]byte]plugforge.Key, error) {
	rows, err := db.reader.QueryContext(ctx, selectKeys)
	hashed, err := collect(rows, err, scanKey)
	if err != nil {
		return nil, translate("sqlite.DB.KeysByHash", err)
	}
	keys := make(map[[32]byte]plugforge.Key, len(hashed))
	for _, h := range hashed {
		keys[h.hash] = h.key
	}
	return keys, nil
}

// KeysGeneration is a number that changes whenever a key is made or revoked,
// by this process or another. It costs one row.
func (db *DB) KeysGeneration(ctx context.Context) (int64, error) {
	var n int64
	err := db.reader.QueryRowContext(ctx, `SELECT value FROM keys_generation`).Scan(&n)
	return n, translate("sqlite.DB.KeysGeneration", err)
}

// RevokeKey closes a key for ever. Revoking it again keeps the first time. An
// id that no key has is CodeNotFound.
func (db *DB) RevokeKey(ctx context.Context, id string, at time.Time) error {
	return db.write(ctx, "sqlite.DB.RevokeKey", func(tx *sql.Tx) error {
		var org plugforge.Owner
		var revoked time.Time
		err := tx.QueryRowContext(ctx, `SELECT org, revoked_at FROM keys WHERE id = ?`, id).Scan(&org, stamp{&revoked})
		if errors.Is(err, sql.ErrNoRows) {
			return plugforge.Errorf(plugforge.CodeNotFound, "key %q not found: `plugforge keys list` shows those there are", id)
		}
		if err != nil || !revoked.IsZero() {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE keys SET revoked_at = ? WHERE id = ?`, millis(at), id); err != nil {
			return err
		}
		if err := nextGeneration(ctx, tx); err != nil {
			return err
		}
		return record(ctx, tx, event{at: at, by: operator, owner: org, action: "key.revoke", target: id})
	})
}

// TouchKeys notes when keys, by id, were last used. Times never go back and
// unknown ids are passed over.
func (db *DB) TouchKeys(ctx context.Context, used map[string]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	return db.write(ctx, "sqlite.DB.TouchKeys", func(tx *sql.Tx) error {
		for id, at := range used {
			if _, err := tx.ExecContext(ctx, `UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?`,
				millis(at), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// NamespaceOrg is the organisation that a namespace belongs to; CodeNotFound
// for a namespace that no key ever named.
func (db *DB) NamespaceOrg(ctx context.Context, ns plugforge.Owner) (plugforge.Owner, error) {
	var org plugforge.Owner
	err := db.reader.QueryRowContext(ctx, `SELECT org FROM namespaces WHERE id = ?`, ns).Scan(&org)
	if errors.Is(err, sql.ErrNoRows) {
		err = plugforge.Errorf(plugforge.CodeNotFound, "namespace %s not found", ns)
	}
	return org, translate("sqlite.DB.NamespaceOrg", err)
}
