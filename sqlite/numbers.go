package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"plugforge"
)

// first is the number of a slug's first version when nobody names one.
var first = plugforge.Version{Major: 1}

// CreateUpload opens an upload and returns it with State and, unless u.Named,
// the Version that it was given: the highest that the slug ever had (deleted
// ones and those that open uploads were given count) with its patch raised,
// 1.0.0 for a new slug. That number is the upload's until it is settled.
//
// A named number that a version has or had is CodeAlreadyExists; one that an
// open upload was given is CodeConflict, and so is a name that differs only by
// case from one in use. CodeQuotaExceeded when the owner's quota has no room
// for the version.
func (db *DB) CreateUpload(ctx context.Context, u Upload) (Upload, error) {
	u.State = UploadOpen
	err := db.write(ctx, "sqlite.DB.CreateUpload", func(tx *sql.Tx) (err error) {
		u, err = openUpload(ctx, tx, u)
		return err
	})
	if err != nil {
		return Upload{}, err
	}
	return u, nil
}

// openUpload inserts an upload under the number that it names or is given.
func openUpload(ctx context.Context, tx *sql.Tx, u Upload) (_ Upload, err error) {
	if err := checkCase(ctx, tx, u.Slug); err != nil {
		return u, err
	}
	if u.Named {
		if err := checkFree(ctx, tx, u.Slug, u.Version, u.ID); err != nil {
			return u, err
		}
	} else if u.Version, err = pick(ctx, tx, u.Slug); err != nil {
		return u, fmt.Errorf("pick a number: %w", err)
	}
	size := u.Size
	if u.DeclaredSize != nil {
		size = *u.DeclaredSize
	}
	if err := room(ctx, tx, u.Slug, size, nil); err != nil {
		return u, err
	}
	return u, insertUpload(ctx, tx, u)
}

// NumberFree tells whether the upload may still become the version that it
// names: the codes are CreateUpload's.
func (db *DB) NumberFree(ctx context.Context, u Upload) error {
	return db.read(ctx, "sqlite.DB.NumberFree", func(tx *sql.Tx) error {
		if err := checkCase(ctx, tx, u.Slug); err != nil {
			return err
		}
		return checkFree(ctx, tx, u.Slug, u.Version, u.ID)
	})
}

// checkCase refuses a name of which another spelling is in use, and one under
// which the namespace has, or had, an organisation's plugin.
func checkCase(ctx context.Context, q querier, s plugforge.Slug) error {
	if err := checkEnabled(ctx, q, s); err != nil {
		return err
	}
	var other plugforge.Name
	// One row tells: those of a slug are all written the same way.
	err := q.QueryRowContext(ctx, `SELECT name FROM (
		SELECT * FROM (SELECT name FROM versions WHERE owner = ?1 AND fold = ?2 LIMIT 1)
		UNION ALL
		SELECT * FROM (SELECT name FROM uploads WHERE owner = ?1 AND fold = ?2 AND named = 0 AND state IN ('open', 'received') LIMIT 1))
		WHERE name <> ?3 LIMIT 1`, s.Owner, s.Name.Fold(), s.Name).Scan(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return plugforge.Errorf(plugforge.CodeConflict,
		"name %s differs only by case from %s, which is in use: write it that way, or choose another name", s.Name, other)
}

func checkEnabled(ctx context.Context, q querier, s plugforge.Slug) error {
	var name plugforge.Name
	err := q.QueryRowContext(ctx, `SELECT name FROM (
		SELECT name FROM versions WHERE owner = ?1 AND fold = ?2 AND origin <> ''
		UNION ALL SELECT name FROM enablings WHERE owner = ?1 AND fold = ?2) LIMIT 1`, s.Owner, s.Name.Fold()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return plugforge.Errorf(plugforge.CodeConflict,
		"name %s belongs to a plugin of the organisation that %s has, or had, enabled: choose another name, or upload it to the organisation", name, s.Owner)
}

// checkFree refuses a number that a version has or had, or that an upload
// other than id holds.
func checkFree(ctx context.Context, q querier, s plugforge.Slug, v plugforge.Version, id string) error {
	var taken, deleted, held int
	err := q.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM versions WHERE owner = ?1 AND fold = ?2 AND major = ?3 AND minor = ?4 AND patch = ?5),
		(SELECT count(*) FROM versions WHERE owner = ?1 AND fold = ?2 AND major = ?3 AND minor = ?4 AND patch = ?5 AND deleted_at IS NOT NULL),
		(SELECT count(*) FROM uploads WHERE owner = ?1 AND fold = ?2 AND major = ?3 AND minor = ?4 AND patch = ?5
			AND named = 0 AND state IN ('open', 'received') AND id <> ?6)`,
		s.Owner, s.Name.Fold(), v.Major, v.Minor, v.Patch, id).Scan(&taken, &deleted, &held)
	switch {
	case err != nil:
		return err
	case deleted > 0:
		return plugforge.Errorf(plugforge.CodeAlreadyExists,
			"version %s of %s was deleted and its number stays taken: name another, or leave the version out", v, s.Name)
	case taken > 0:
		return Taken(s, v)
	case held > 0:
		return plugforge.Errorf(plugforge.CodeConflict,
			"version %s of %s was given to an upload that is still open: name another, or leave the version out", v, s.Name)
	}
	return nil
}

// Taken is the answer for a number that a version has or had.
func Taken(s plugforge.Slug, v plugforge.Version) *plugforge.Error {
	return plugforge.Errorf(plugforge.CodeAlreadyExists,
		"version %s of %s exists already and versions never change: name another, or leave the version out", v, s.Name)
}

func pick(ctx context.Context, tx *sql.Tx, s plugforge.Slug) (plugforge.Version, error) {
	var top plugforge.Version
	err := tx.QueryRowContext(ctx, `SELECT major, minor, patch FROM (
		SELECT * FROM (SELECT major, minor, patch FROM versions WHERE owner = ?1 AND fold = ?2
			ORDER BY major DESC, minor DESC, patch DESC LIMIT 1)
		UNION ALL
		SELECT * FROM (SELECT major, minor, patch FROM uploads WHERE owner = ?1 AND fold = ?2
			AND named = 0 AND state IN ('open', 'received')
			ORDER BY major DESC, minor DESC, patch DESC LIMIT 1))
		ORDER BY major DESC, minor DESC, patch DESC LIMIT 1`,
		s.Owner, s.Name.Fold()).Scan(&top.Major, &top.Minor, &top.Patch)
	if errors.Is(err, sql.ErrNoRows) {
		return first, nil
	}
	if err != nil {
		return top, err
	}
	next := top.Next()
	if _, err := plugforge.ParseVersion(next.String()); err != nil {
		return top, plugforge.Errorf(plugforge.CodeConflict, "%s has reached the last version number: name a version", s.Name)
	}
	return next, nil
}
