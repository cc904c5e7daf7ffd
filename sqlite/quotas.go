package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"plugforge"
)

// Quota bounds what an owner may keep of its own; 0 is no bound. What an
// organisation shares with a namespace does not count there, nor do versions
// that were deleted.
type Quota struct {
	Plugins  int64
	Versions int64 // of one plugin
	Bytes    int64 // of archives
}

// Usage is what an owner keeps.
type Usage struct {
	Plugins  int64
	Versions int64 // of the plugin that has most
	Bytes    int64
}

// Coming is a version on its way into the index.
type Coming struct {
	Fold string // the plugin's folded name
	Size int64  // bytes of its archive
}

// SetQuota bounds an owner, who need not have anything yet, and tells the
// audit.
func (db *DB) SetQuota(ctx context.Context, owner plugforge.Owner, q Quota, at time.Time) error {
	return db.write(ctx, "sqlite.DB.SetQuota", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO quotas (owner, plugins, versions, bytes, updated_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (owner) DO UPDATE SET plugins = excluded.plugins, versions = excluded.versions, bytes = excluded.bytes, updated_at = excluded.updated_at`,
			owner, q.Plugins, q.Versions, q.Bytes, millis(at)); err != nil {
			return err
		}
		return record(ctx, tx, event{
			at: at, by: operator, owner: owner, action: "quota.set", target: string(owner),
			detail: map[string]any{"plugins": q.Plugins, "versions": q.Versions, "bytes": q.Bytes},
		})
	})
}

// Quota is an owner's quota and what it keeps.
func (db *DB) Quota(ctx context.Context, owner plugforge.Owner) (q Quota, u Usage, err error) {
	err = db.read(ctx, "sqlite.DB.Quota", func(tx *sql.Tx) error {
		if q, err = quotaOf(ctx, tx, owner); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(n), 0), coalesce(sum(size), 0) FROM (
			SELECT count(*) AS n, sum(archive_size) AS size FROM versions
			WHERE owner = ? AND origin = '' AND deleted_at IS NULL GROUP BY fold)`, owner).Scan(&u.Plugins, &u.Versions, &u.Bytes)
	})
	return q, u, err
}

func quotaOf(ctx context.Context, q querier, owner plugforge.Owner) (Quota, error) {
	var quota Quota
	err := q.QueryRowContext(ctx, `SELECT plugins, versions, bytes FROM quotas WHERE owner = ?`, owner).Scan(&quota.Plugins, &quota.Versions, &quota.Bytes)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return quota, err
}

// HasOwner tells whether there is such a namespace or organisation.
func (db *DB) HasOwner(ctx context.Context, owner plugforge.Owner) (bool, error) {
	var n int
	err := db.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM namespaces WHERE id = ?1) OR EXISTS (SELECT 1 FROM organisations WHERE id = ?1)`, owner).Scan(&n)
	return n > 0, translate("sqlite.DB.HasOwner", err)
}

// Room is nil if the owner's quota has room for one more version of the slug
// with an archive of so many bytes, beside those that are coming; else
// CodeQuotaExceeded, whose Details name the quota, current and max.
func (db *DB) Room(ctx context.Context, s plugforge.Slug, size int64, coming ...Coming) error {
	return db.read(ctx, "sqlite.DB.Room", func(tx *sql.Tx) error { return room(ctx, tx, s, size, coming) })
}

func room(ctx context.Context, q querier, s plugforge.Slug, size int64, coming []Coming) error {
	quota, err := quotaOf(ctx, q, s.Owner)
	if err != nil || quota == (Quota{}) {
		return err
	}
	var plugins, versions, bytes int64
	if err := q.QueryRowContext(ctx, `SELECT count(DISTINCT fold), count(CASE WHEN fold = ?2 THEN 1 END), coalesce(sum(archive_size), 0)
		FROM versions WHERE owner = ?1 AND origin = '' AND deleted_at IS NULL`, s.Owner, s.Name.Fold()).Scan(&plugins, &versions, &bytes); err != nil {
		return fmt.Errorf("count what is kept: %w", err)
	}
	fresh := map[string]bool{}
	for _, c := range coming {
		bytes += c.Size
		if c.Fold == s.Name.Fold() {
			versions++
		} else {
			fresh[c.Fold] = true
		}
	}
	if versions == 0 && quota.Plugins > 0 {
		for fold := range fresh {
			has, err := hasFold(ctx, q, s.Owner, fold)
			if err != nil {
				return err
			}
			if !has {
				plugins++
			}
		}
		if plugins >= quota.Plugins {
			return exceeded(s.Owner, "plugins", plugins, quota.Plugins, "%s keeps %d plugins of at most %d", s.Owner, plugins, quota.Plugins)
		}
	}
	if quota.Versions > 0 && versions >= quota.Versions {
		return exceeded(s.Owner, "versions", versions, quota.Versions, "plugin %s has %d versions of at most %d", s.Name, versions, quota.Versions)
	}
	if quota.Bytes > 0 && bytes+max(size, 1) > quota.Bytes {
		return exceeded(s.Owner, "bytes", bytes, quota.Bytes, "%s keeps %d bytes of archives of at most %d, and this one needs %d", s.Owner, bytes, quota.Bytes, max(size, 1))
	}
	return nil
}

func hasFold(ctx context.Context, q querier, owner plugforge.Owner, fold string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM versions WHERE owner = ? AND fold = ? AND origin = '' AND deleted_at IS NULL)`, owner, fold).Scan(&n)
	return n > 0, err
}

func exceeded(owner plugforge.Owner, which string, current, most int64, format string, args ...any) error {
	e := plugforge.Errorf(plugforge.CodeQuotaExceeded, format+": delete what is not needed, or have the quota of %s raised", append(args, owner)...)
	e.Details = map[string]any{"quota": which, "current": current, "max": most}
	return e
}

// RoomForBytes is CodeQuotaExceeded if so many more bytes, with those of
// archives that wait to be confirmed, would be over the quota.
func (db *DB) RoomForBytes(ctx context.Context, u Upload, size int64) error {
	return db.read(ctx, "sqlite.DB.RoomForBytes", func(tx *sql.Tx) error {
		quota, err := quotaOf(ctx, tx, u.Slug.Owner)
		if err != nil || quota.Bytes == 0 {
			return err
		}
		var bytes int64
		if err := tx.QueryRowContext(ctx, `SELECT
			(SELECT coalesce(sum(archive_size), 0) FROM versions WHERE owner = ?1 AND origin = '' AND deleted_at IS NULL) +
			(SELECT coalesce(sum(size), 0) FROM uploads WHERE owner = ?1 AND state = 'received' AND id <> ?2)`, u.Slug.Owner, u.ID).Scan(&bytes); err != nil {
			return err
		}
		if bytes+size > quota.Bytes {
			return exceeded(u.Slug.Owner, "bytes", bytes, quota.Bytes, "%s keeps %d bytes of archives, with those not confirmed yet, of at most %d, and this one needs %d",
				u.Slug.Owner, bytes, quota.Bytes, size)
		}
		return nil
	})
}
