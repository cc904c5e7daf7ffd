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

// Enabling is an organisation's version on its way into a namespace.
type Enabling struct {
	Slug       plugforge.Slug // the namespace and the plugin's name
	Version    plugforge.Version
	Org        plugforge.Owner
	Params     []byte                // JSON object; nil for none
	Deployment *plugforge.Deployment // queued with the last step; nil: none
	By         plugforge.Actor
	At         time.Time
}

// BeginEnabling notes an enabling that starts; from now on the organisation
// cannot delete the version, and the next start finishes what a crash cuts.
// One under way for the same version is written over. Errors: CodeNotFound for
// a version that the organisation does not have; CodeConflict where the
// namespace has, or had, a plugin of its own of that name in whatever case.
func (db *DB) BeginEnabling(ctx context.Context, e Enabling) error {
	var queued any
	if e.Deployment != nil {
		text, err := json.Marshal(e.Deployment)
		if err != nil {
			return plugforge.Wrap("sqlite.DB.BeginEnabling", err)
		}
		queued = string(text)
	}
	return db.write(ctx, "sqlite.DB.BeginEnabling", func(tx *sql.Tx) error {
		if err := checkEnabling(ctx, tx, e); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO enablings (owner, fold, name, version, org, params, key_id, key_name, at, deployment)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Slug.Owner, e.Slug.Name.Fold(), e.Slug.Name, e.Version.String(), e.Org, e.Params, e.By.KeyID, e.By.Name, millis(e.At), queued)
		return err
	})
}

func checkEnabling(ctx context.Context, tx *sql.Tx, e Enabling) error {
	var there int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM versions
		WHERE owner = ? AND fold = ? AND name = ? AND version = ? AND deleted_at IS NULL AND deletion IS NULL`,
		e.Org, e.Slug.Name.Fold(), e.Slug.Name, e.Version.String()).Scan(&there)
	if err != nil {
		return err
	}
	if there == 0 {
		return NotInOrg(plugforge.PluginID{Name: e.Slug.Name, Version: e.Version})
	}
	var name plugforge.Name
	err = tx.QueryRowContext(ctx, `SELECT name FROM versions WHERE owner = ? AND fold = ? AND origin = '' LIMIT 1`,
		e.Slug.Owner, e.Slug.Name.Fold()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return plugforge.Errorf(plugforge.CodeConflict,
		"%s has a plugin %s of its own, so the organisation's cannot be enabled under that name; deleting its versions does not free it, for their numbers stay taken", e.Slug.Owner, name)
}

// NotInOrg is the answer for a plugin id that the organisation does not have.
func NotInOrg(id plugforge.PluginID) *plugforge.Error {
	return plugforge.Errorf(plugforge.CodeNotFound, "plugin %q not found in this organisation", id.String())
}

// FinishEnabling puts the version p, whose Slug is the namespace's, into the
// index, queues the enabling's deployment and tells the audit, all at once. One
// that was enabled before, or disabled, gets the new parameters.
func (db *DB) FinishEnabling(ctx context.Context, e Enabling, p plugforge.Plugin) error {
	p.Slug, p.Origin, p.Params = e.Slug, e.Org, e.Params
	return db.write(ctx, "sqlite.DB.FinishEnabling", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE versions SET disabled_at = NULL, params = ? WHERE owner = ? AND fold = ? AND version = ? AND origin = ?`,
			e.Params, e.Slug.Owner, e.Slug.Name.Fold(), e.Version.String(), e.Org)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			if err := insertVersion(ctx, tx, p); err != nil {
				return fmt.Errorf("insert version: %w", err)
			}
		}
		if e.Deployment != nil {
			if err := save(ctx, tx, *e.Deployment); err != nil {
				return fmt.Errorf("queue deployment: %w", err)
			}
		}
		if err := dropEnabling(ctx, tx, e); err != nil {
			return err
		}
		return record(ctx, tx, event{
			at: e.At, by: e.By, owner: e.Slug.Owner, action: "version.enable", target: target(e.Slug, e.Version),
			detail: map[string]any{"organisation": e.Org, "commit": p.Commit, "deploy": e.Deployment != nil},
		})
	})
}

// DropEnabling forgets an enabling that cannot be finished.
func (db *DB) DropEnabling(ctx context.Context, e Enabling) error {
	return db.write(ctx, "sqlite.DB.DropEnabling", func(tx *sql.Tx) error { return dropEnabling(ctx, tx, e) })
}

func dropEnabling(ctx context.Context, tx *sql.Tx, e Enabling) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM enablings WHERE owner = ? AND fold = ? AND version = ?`,
		e.Slug.Owner, e.Slug.Name.Fold(), e.Version.String())
	return err
}

// Enablings lists those that are under way, or that a crash cut.
func (db *DB) Enablings(ctx context.Context) ([]Enabling, error) {
	const op = "sqlite.DB.Enablings"
	rows, err := db.reader.QueryContext(ctx, `SELECT owner, name, version, org, params, key_id, key_name, at, deployment FROM enablings ORDER BY at`)
	items, err := collect(rows, err, func(r row) (e Enabling, err error) {
		var queued sql.NullString
		err = r.Scan(&e.Slug.Owner, &e.Slug.Name, number{&e.Version}, &e.Org, &e.Params, &e.By.KeyID, &e.By.Name, stamp{&e.At}, &queued)
		if err == nil && queued.Valid {
			e.Deployment = &plugforge.Deployment{}
			err = json.Unmarshal([]byte(queued.String), e.Deployment)
		}
		return e, err
	})
	return items, translate(op, err)
}

// DisablePlugin ends that a namespace has an organisation's version enabled.
// CodeNotFound where it has not.
func (db *DB) DisablePlugin(ctx context.Context, namespace plugforge.Owner, id plugforge.PluginID, by plugforge.Actor, at time.Time) error {
	return db.write(ctx, "sqlite.DB.DisablePlugin", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE versions SET disabled_at = ? WHERE owner = ? AND fold = ? AND name = ? AND version = ?
			AND origin <> '' AND disabled_at IS NULL AND deleted_at IS NULL`,
			millis(at), namespace, id.Name.Fold(), id.Name, id.Version.String())
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return plugforge.NoSuchPlugin(id)
		}
		slug := plugforge.Slug{Owner: namespace, Name: id.Name}
		return record(ctx, tx, event{at: at, by: by, owner: namespace, action: "version.disable", target: target(slug, id.Version)})
	})
}

// Enabled tells which of an organisation's versions a namespace has enabled.
func (db *DB) Enabled(ctx context.Context, namespace, org plugforge.Owner) (map[plugforge.PluginID]bool, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT name, version FROM versions
		WHERE owner = ? AND origin = ? AND disabled_at IS NULL AND deleted_at IS NULL`, namespace, org)
	ids, err := collect(rows, err, func(r row) (id plugforge.PluginID, err error) {
		err = r.Scan(&id.Name, number{&id.Version})
		return id, err
	})
	if err != nil {
		return nil, translate("sqlite.DB.Enabled", err)
	}
	enabled := make(map[plugforge.PluginID]bool, len(ids))
	for _, id := range ids {
		enabled[id] = true
	}
	return enabled, nil
}
