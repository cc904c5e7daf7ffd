package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"plugforge"
)

// Deletion is who deletes a version, when and why.
type Deletion struct {
	Slug    plugforge.Slug
	Version plugforge.Version
	Commit  string // the version's; read, not written
	By      plugforge.Actor
	At      time.Time
	Message string // why; may be empty
}

// why is a Deletion as its row keeps it.
type why struct {
	KeyID   string `json:"key_id"`
	Key     string `json:"key_name"`
	At      int64  `json:"at"`
	Message string `json:"message"`
}

func (d Deletion) why() (string, error) {
	text, err := json.Marshal(why{d.By.KeyID, d.By.Name, d.At.UnixMilli(), d.Message})
	return string(text), err
}

// BeginDeletion notes a deletion that starts; the next start finishes what a
// crash cuts. Errors: CodeNotFound for a version that is not there;
// CodeConflict for an organisation's, in a namespace that has it enabled, and
// for one that namespaces have enabled: Details["enabled_in"] counts them.
func (db *DB) BeginDeletion(ctx context.Context, d Deletion) error {
	return db.write(ctx, "sqlite.DB.BeginDeletion", func(tx *sql.Tx) error {
		id := plugforge.PluginID{Name: d.Slug.Name, Version: d.Version}
		var origin plugforge.Owner
		err := tx.QueryRowContext(ctx, `SELECT origin FROM versions WHERE owner = ? AND fold = ? AND name = ? AND version = ?
			AND deleted_at IS NULL AND disabled_at IS NULL`,
			d.Slug.Owner, d.Slug.Name.Fold(), d.Slug.Name, d.Version.String()).Scan(&origin)
		switch {
		case errors.Is(err, sql.ErrNoRows) && d.Slug.Owner.IsOrg():
			return NotInOrg(id)
		case errors.Is(err, sql.ErrNoRows):
			return plugforge.NoSuchPlugin(id)
		case err != nil:
			return err
		case origin != "":
			return plugforge.Errorf(plugforge.CodeConflict,
				"plugin %s is the organisation's: disable it here with POST /plugins/org/%s/disable; the organisation deletes it with DELETE /v1/plugins/%s", id, id, id)
		}
		if err := checkUnused(ctx, tx, d); err != nil {
			return err
		}
		return setDeletion(ctx, tx, d, time.Time{})
	})
}

// checkUnused refuses to delete what namespaces have enabled, or are enabling.
func checkUnused(ctx context.Context, tx *sql.Tx, d Deletion) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM (
		SELECT owner FROM versions WHERE origin = ?1 AND origin <> '' AND fold = ?2 AND version = ?3 AND disabled_at IS NULL AND deleted_at IS NULL
		UNION
		SELECT owner FROM enablings WHERE org = ?1 AND fold = ?2 AND version = ?3)`,
		d.Slug.Owner, d.Slug.Name.Fold(), d.Version.String()).Scan(&n)
	if err != nil || n == 0 {
		return err
	}
	id := plugforge.PluginID{Name: d.Slug.Name, Version: d.Version}
	namespaces := fmt.Sprintf("%d namespaces have", n)
	if n == 1 {
		namespaces = "1 namespace has"
	}
	return &plugforge.Error{
		Code:    plugforge.CodeConflict,
		Message: fmt.Sprintf("plugin %s cannot be deleted: %s it enabled; disable it there first", id, namespaces),
		Details: map[string]any{"enabled_in": n},
	}
}

func setDeletion(ctx context.Context, tx *sql.Tx, d Deletion, deleted time.Time) error {
	text, err := d.why()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE versions SET deletion = ?, deleted_at = ? WHERE owner = ? AND fold = ? AND version = ? AND deleted_at IS NULL`,
		text, millis(deleted), d.Slug.Owner, d.Slug.Name.Fold(), d.Version.String())
	return err
}

// DropDeletion forgets a deletion that did not come to its tombstone.
func (db *DB) DropDeletion(ctx context.Context, d Deletion) error {
	return db.write(ctx, "sqlite.DB.DropDeletion", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE versions SET deletion = NULL WHERE owner = ? AND fold = ? AND version = ? AND deleted_at IS NULL`,
			d.Slug.Owner, d.Slug.Name.Fold(), d.Version.String())
		return err
	})
}

// FinishDeletion takes the version out of every list, keeps its number taken
// and tells the audit. Done twice it changes nothing.
func (db *DB) FinishDeletion(ctx context.Context, d Deletion) error {
	return db.write(ctx, "sqlite.DB.FinishDeletion", func(tx *sql.Tx) error {
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM versions WHERE owner = ? AND fold = ? AND version = ? AND deleted_at IS NULL`,
			d.Slug.Owner, d.Slug.Name.Fold(), d.Version.String()).Scan(&there); err != nil || there == 0 {
			return err
		}
		if err := setDeletion(ctx, tx, d, d.At); err != nil {
			return err
		}
		return recordDeletion(ctx, tx, d)
	})
}

func recordDeletion(ctx context.Context, tx *sql.Tx, d Deletion) error {
	return record(ctx, tx, event{
		at: d.At, by: d.By, owner: d.Slug.Owner, action: "version.delete", target: target(d.Slug, d.Version),
		detail: map[string]any{"commit": d.Commit, "message": d.Message},
	})
}

// InsertDeleted adds a deleted version that the index lacks, as after a rebuild
// from git, so that its number stays taken.
func (db *DB) InsertDeleted(ctx context.Context, p plugforge.Plugin, d Deletion) error {
	return db.write(ctx, "sqlite.DB.InsertDeleted", func(tx *sql.Tx) error {
		if err := insertVersion(ctx, tx, p); err != nil {
			return fmt.Errorf("insert version: %w", err)
		}
		if err := setDeletion(ctx, tx, d, d.At); err != nil {
			return err
		}
		return recordDeletion(ctx, tx, d)
	})
}

// Deletions lists those that are under way, or that a crash cut.
func (db *DB) Deletions(ctx context.Context) ([]Deletion, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT owner, name, version, commit_hash, deletion FROM versions
		WHERE deletion IS NOT NULL AND deleted_at IS NULL ORDER BY seq`)
	items, err := collect(rows, err, func(r row) (d Deletion, err error) {
		var text string
		if err := r.Scan(&d.Slug.Owner, &d.Slug.Name, number{&d.Version}, &d.Commit, &text); err != nil {
			return d, err
		}
		var w why
		err = json.Unmarshal([]byte(text), &w)
		d.By, d.At, d.Message = plugforge.Actor{KeyID: w.KeyID, Name: w.Key}, time.UnixMilli(w.At).UTC(), w.Message
		return d, err
	})
	return items, translate("sqlite.DB.Deletions", err)
}

// RetiredIDs lists by slug the versions that are deleted, and those that a
// namespace has disabled: whose archives nobody may ask for.
func (db *DB) RetiredIDs(ctx context.Context) (deleted, disabled map[plugforge.Slug][]plugforge.Version, err error) {
	err = db.read(ctx, "sqlite.DB.RetiredIDs", func(tx *sql.Tx) error {
		if deleted, err = numbersBySlug(ctx, tx, `SELECT owner, name, version FROM versions WHERE deleted_at IS NOT NULL`); err != nil {
			return err
		}
		disabled, err = numbersBySlug(ctx, tx, `SELECT owner, name, version FROM versions WHERE deleted_at IS NULL AND disabled_at IS NOT NULL`)
		return err
	})
	return deleted, disabled, err
}
