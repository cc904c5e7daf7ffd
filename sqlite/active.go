package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"plugforge"
)

// SwitchActive makes d, which it inserts or writes over, the slug's active
// deployment; the one before ends at d.DeployedAt. All in one transaction,
// with a line in the audit. For what is active already only its row is
// rewritten, so that finishing after a crash may be repeated.
func (db *DB) SwitchActive(ctx context.Context, d plugforge.Deployment) error {
	const op = "sqlite.DB.SwitchActive"
	if d.DeployedAt.IsZero() {
		return plugforge.Wrap(op, fmt.Errorf("deployment %s goes live without DeployedAt", d.ID))
	}
	return db.write(ctx, op, func(tx *sql.Tx) error {
		if err := save(ctx, tx, d); err != nil {
			return fmt.Errorf("save deployment: %w", err)
		}
		var done int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM active WHERE deployment_id = ?`, d.ID).Scan(&done); err != nil || done > 0 {
			return err
		}
		if err := endActive(ctx, tx, d, d.DeployedAt); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO active (owner, fold, version, deployment_id) VALUES (?, ?, ?, ?)
			ON CONFLICT (owner, fold) DO UPDATE SET version = excluded.version, deployment_id = excluded.deployment_id`,
			d.Slug.Owner, d.Slug.Name.Fold(), d.Version.String(), d.ID); err != nil {
			return fmt.Errorf("point to it: %w", err)
		}
		return recordSwitch(ctx, tx, d, d.DeployedAt)
	})
}

// ClearActive leaves the slug without an active deployment: d, an undeploy or
// a stop that it inserts or writes over, ended it at d.EndedAt. It is fine if
// none was active; a d that had ended before only has its row rewritten.
func (db *DB) ClearActive(ctx context.Context, d plugforge.Deployment) error {
	const op = "sqlite.DB.ClearActive"
	if d.EndedAt.IsZero() {
		return plugforge.Wrap(op, fmt.Errorf("deployment %s ends another without EndedAt", d.ID))
	}
	return db.write(ctx, op, func(tx *sql.Tx) error {
		var done int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM deployments WHERE id = ? AND ended_at IS NOT NULL`, d.ID).Scan(&done); err != nil {
			return err
		}
		if err := save(ctx, tx, d); err != nil {
			return fmt.Errorf("save deployment: %w", err)
		}
		if done > 0 {
			return nil
		}
		if err := endActive(ctx, tx, d, d.EndedAt); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM active WHERE owner = ? AND fold = ?`, d.Slug.Owner, d.Slug.Name.Fold()); err != nil {
			return fmt.Errorf("point to none: %w", err)
		}
		return recordSwitch(ctx, tx, d, d.EndedAt)
	})
}

// endActive ends what is active, unless that is d itself or has ended; not before
// it went live, whatever the clock says by now.
func endActive(ctx context.Context, tx *sql.Tx, d plugforge.Deployment, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE deployments SET ended_at = max(?, coalesce(deployed_at, 0)) WHERE ended_at IS NULL AND id <> ?
		AND id = (SELECT deployment_id FROM active WHERE owner = ? AND fold = ?)`,
		millis(at), d.ID, d.Slug.Owner, d.Slug.Name.Fold())
	if err != nil {
		return fmt.Errorf("end what was active: %w", err)
	}
	return nil
}

func recordSwitch(ctx context.Context, tx *sql.Tx, d plugforge.Deployment, at time.Time) error {
	return record(ctx, tx, event{
		at: at, by: d.By, owner: d.Slug.Owner, action: "version." + string(d.Action), target: target(d.Slug, d.Version),
		detail: map[string]any{"deployment_id": d.ID, "type": d.Type, "commit": d.Commit, "message": d.Message},
	})
}

// Active is the slug's active deployment; CodeNotFound when there is none.
func (db *DB) Active(ctx context.Context, s plugforge.Slug) (plugforge.Deployment, error) {
	d, err := scanDeployment(db.reader.QueryRowContext(ctx, `SELECT `+deploymentColumns+`
		FROM active a JOIN deployments d ON d.id = a.deployment_id WHERE a.owner = ? AND a.fold = ?`, s.Owner, s.Name.Fold()))
	if errors.Is(err, sql.ErrNoRows) {
		err = plugforge.Errorf(plugforge.CodeNotFound, "no version of %s is deployed", s.Name)
	}
	return d, translate("sqlite.DB.Active", err)
}

// ActiveAll lists the active deployments of all slugs.
func (db *DB) ActiveAll(ctx context.Context) ([]plugforge.Deployment, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT `+deploymentColumns+`
		FROM active a JOIN deployments d ON d.id = a.deployment_id ORDER BY a.owner, a.fold`)
	items, err := collect(rows, err, scanDeployment)
	return items, translate("sqlite.DB.ActiveAll", err)
}
