package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"plugforge"
)

// Indexed is a version as the index has it, deleted and disabled ones too.
type Indexed struct {
	Plugin     plugforge.Plugin // with Manifest only for ReplaceIndex
	DeletedAt  time.Time        // zero: it exists
	DisabledAt time.Time        // zero: it is not disabled
	Deletion   *Deletion        // who, when and why, for a deleted one; for ReplaceIndex
	Verdict    []byte           // of its upload, for ReplaceIndex
}

// Slugs lists whatever has versions or deployments, deleted ones too, as they
// are written, by owner and name.
func (db *DB) Slugs(ctx context.Context) ([]plugforge.Slug, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT owner, name FROM versions UNION SELECT owner, name FROM deployments ORDER BY 1, 2`)
	items, err := collect(rows, err, func(r row) (s plugforge.Slug, err error) {
		err = r.Scan(&s.Owner, &s.Name)
		return s, err
	})
	return items, translate("sqlite.DB.Slugs", err)
}

// Index lists all versions of a slug, deleted and disabled ones too, in upload
// order and without their Manifest.
func (db *DB) Index(ctx context.Context, s plugforge.Slug) ([]Indexed, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT `+pluginColumns+`, v.deleted_at, v.disabled_at FROM versions v
		WHERE v.owner = ? AND v.fold = ? ORDER BY v.seq`, s.Owner, s.Name.Fold())
	items, err := collect(rows, err, func(r row) (x Indexed, err error) {
		err = r.Scan(append(pluginFields(&x.Plugin), stamp{&x.DeletedAt}, stamp{&x.DisabledAt})...)
		return x, err
	})
	return items, translate("sqlite.DB.Index", err)
}

// History lists all deployments of a slug, oldest first, and the id of the
// active one; empty for none.
func (db *DB) History(ctx context.Context, s plugforge.Slug) (all []plugforge.Deployment, active string, err error) {
	err = db.read(ctx, "sqlite.DB.History", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+deploymentColumns+` FROM deployments d WHERE d.owner = ? AND d.fold = ? ORDER BY d.seq`, s.Owner, s.Name.Fold())
		if all, err = collect(rows, err, scanDeployment); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT coalesce(max(deployment_id), '') FROM active WHERE owner = ? AND fold = ?`, s.Owner, s.Name.Fold()).Scan(&active)
	})
	return all, active, err
}

// ReplaceHistory writes the deployments given, inserting those that are new in
// the order given, and makes active, an id of one of them or none, the slug's
// active deployment; all in one transaction, with a line in the audit.
func (db *DB) ReplaceHistory(ctx context.Context, s plugforge.Slug, some []plugforge.Deployment, active string, at time.Time) error {
	return db.write(ctx, "sqlite.DB.ReplaceHistory", func(tx *sql.Tx) error {
		for _, d := range some {
			if err := save(ctx, tx, d); err != nil {
				return fmt.Errorf("save deployment %s: %w", d.ID, err)
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM active WHERE owner = ? AND fold = ? AND deployment_id <> ?`, s.Owner, s.Name.Fold(), active); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO active (owner, fold, version, deployment_id)
			SELECT owner, fold, version, id FROM deployments WHERE id = ? ON CONFLICT DO NOTHING`, active); err != nil {
			return err
		}
		return record(ctx, tx, event{at: at, by: operator, owner: s.Owner, action: "ledger.rebuild", target: s.String(),
			detail: map[string]any{"deployments": len(some), "active": active}})
	})
}

// ReopenUpload makes an upload wait for its bytes again, where those were lost.
func (db *DB) ReopenUpload(ctx context.Context, id string) error {
	return db.write(ctx, "sqlite.DB.ReopenUpload", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE uploads SET state = ?, blob = '', size = 0, sha256 = '', md5 = '', received_at = NULL
			WHERE id = ? AND state = ?`, UploadOpen, id, UploadReceived)
		return err
	})
}

// Received lists the uploads whose bytes wait to be confirmed.
func (db *DB) Received(ctx context.Context) ([]Upload, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT `+uploadColumns+` FROM uploads WHERE state = 'received' ORDER BY created_at, id`)
	items, err := collect(rows, err, scanUpload)
	return items, translate("sqlite.DB.Received", err)
}
