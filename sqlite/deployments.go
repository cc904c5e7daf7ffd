package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"plugforge"
)

const deploymentColumns = `d.id, d.owner, d.name, d.version, d.action, d.type, d.state, d.key_id, d.key_name, d.message, d.previous,
	d.commit_hash, d.error, d.queued_at, d.started_at, d.deployed_at, d.ended_at`

func deploymentFields(d *plugforge.Deployment) []any {
	return []any{&d.ID, &d.Slug.Owner, &d.Slug.Name, number{&d.Version}, &d.Action, &d.Type, &d.State, &d.By.KeyID, &d.By.Name,
		&d.Message, maybeNumber{&d.Previous}, &d.Commit, &d.Error,
		stamp{&d.QueuedAt}, stamp{&d.StartedAt}, stamp{&d.DeployedAt}, stamp{&d.EndedAt}}
}

func scanDeployment(r row) (d plugforge.Deployment, err error) {
	err = r.Scan(deploymentFields(&d)...)
	return d, err
}

// values are d's columns in the order in which both writes name them.
func values(d plugforge.Deployment) []any {
	return []any{d.Slug.Owner, d.Slug.Name.Fold(), d.Slug.Name, d.Version.String(), d.Action, d.Type, d.State, d.By.KeyID, d.By.Name,
		d.Message, maybeText(d.Previous), d.Commit, d.Error,
		millis(d.QueuedAt), millis(d.StartedAt), millis(d.DeployedAt), millis(d.EndedAt), d.ID}
}

const (
	insertDeployment = `INSERT INTO deployments (owner, fold, name, version, action, type, state, key_id, key_name,
		message, previous, commit_hash, error, queued_at, started_at, deployed_at, ended_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateDeployment = `UPDATE deployments SET owner = ?, fold = ?, name = ?, version = ?, action = ?, type = ?, state = ?, key_id = ?, key_name = ?,
		message = ?, previous = ?, commit_hash = ?, error = ?, queued_at = ?, started_at = ?, deployed_at = ?, ended_at = ? WHERE id = ?`
)

// InsertDeployment adds d at the end of its slug's history. An id that is
// there already is CodeAlreadyExists.
func (db *DB) InsertDeployment(ctx context.Context, d plugforge.Deployment) error {
	return db.write(ctx, "sqlite.DB.InsertDeployment", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, insertDeployment, values(d)...)
		return err
	})
}

// UpdateDeployment writes every field of d over the row of its ID, which keeps
// its place in the history. CodeNotFound if there is none.
func (db *DB) UpdateDeployment(ctx context.Context, d plugforge.Deployment) error {
	return db.write(ctx, "sqlite.DB.UpdateDeployment", func(tx *sql.Tx) error {
		found, err := rewrite(ctx, tx, d)
		if err == nil && !found {
			err = noDeployment(d.ID)
		}
		return err
	})
}

func rewrite(ctx context.Context, tx *sql.Tx, d plugforge.Deployment) (found bool, err error) {
	done, err := tx.ExecContext(ctx, updateDeployment, values(d)...)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func save(ctx context.Context, tx *sql.Tx, d plugforge.Deployment) error {
	found, err := rewrite(ctx, tx, d)
	if err == nil && !found {
		_, err = tx.ExecContext(ctx, insertDeployment, values(d)...)
	}
	return err
}

func noDeployment(id string) error {
	return plugforge.Errorf(plugforge.CodeNotFound, "deployment %q not found", cut(id))
}

// Deployment finds one by id; CodeNotFound.
func (db *DB) Deployment(ctx context.Context, id string) (plugforge.Deployment, error) {
	d, err := scanDeployment(db.reader.QueryRowContext(ctx, `SELECT `+deploymentColumns+` FROM deployments d WHERE d.id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = noDeployment(id)
	}
	return d, translate("sqlite.DB.Deployment", err)
}

// Deployments lists a slug's history, newest first by insertion, limit rows
// from before on (0: from the newest). next is the before of the rows that
// follow, 0 when there are none.
func (db *DB) Deployments(ctx context.Context, s plugforge.Slug, before int64, limit int) (items []plugforge.Deployment, next int64, err error) {
	const op = "sqlite.DB.Deployments"
	if before <= 0 {
		before = 1<<63 - 1
	}
	rows, err := db.reader.QueryContext(ctx, `SELECT d.seq, `+deploymentColumns+` FROM deployments d
		WHERE d.owner = ? AND d.fold = ? AND d.seq < ? ORDER BY d.seq DESC LIMIT ?`, s.Owner, s.Name.Fold(), before, limit+1)
	var seqs []int64
	items, err = collect(rows, err, func(r row) (d plugforge.Deployment, err error) {
		var seq int64
		err = r.Scan(append([]any{&seq}, deploymentFields(&d)...)...)
		seqs = append(seqs, seq)
		return d, err
	})
	if err != nil {
		return nil, 0, translate(op, err)
	}
	if len(items) > limit {
		items = items[:limit]
		if limit > 0 {
			next = seqs[limit-1]
		}
	}
	return items, next, nil
}

// LiveAt is the deployment that was live at a time: went live at or before it
// and ended after it, or not at all. CodeNotFound when none was.
func (db *DB) LiveAt(ctx context.Context, s plugforge.Slug, at time.Time) (plugforge.Deployment, error) {
	d, err := scanDeployment(db.reader.QueryRowContext(ctx, `SELECT `+deploymentColumns+` FROM deployments d
		WHERE d.owner = ?1 AND d.fold = ?2 AND d.deployed_at IS NOT NULL AND d.deployed_at <= ?3
			AND (d.ended_at IS NULL OR d.ended_at > ?3) AND d.action IN ('deploy', 'rollback')
		ORDER BY d.deployed_at DESC, d.seq DESC LIMIT 1`, s.Owner, s.Name.Fold(), at.UnixMilli()))
	if errors.Is(err, sql.ErrNoRows) {
		err = plugforge.Errorf(plugforge.CodeNotFound, "no version of %s was live at %s", s.Name, at.UTC().Format(time.RFC3339))
	}
	return d, translate("sqlite.DB.LiveAt", err)
}

// Unfinished are the deployments in state QUEUED, PENDING or IN_PROGRESS,
// oldest first.
func (db *DB) Unfinished(ctx context.Context) ([]plugforge.Deployment, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT `+deploymentColumns+` FROM deployments d
		WHERE d.state IN ('QUEUED', 'PENDING', 'IN_PROGRESS') ORDER BY d.seq`)
	items, err := collect(rows, err, scanDeployment)
	return items, translate("sqlite.DB.Unfinished", err)
}

// wanted passes versions to a query as one JSON argument.
func wanted(ids []plugforge.PluginID) (string, error) {
	type pair struct {
		Fold    string `json:"f"`
		Version string `json:"v"`
	}
	pairs := make([]pair, len(ids))
	for i, id := range ids {
		pairs[i] = pair{id.Name.Fold(), id.Version.String()}
	}
	text, err := json.Marshal(pairs)
	return string(text), err
}

// LastDeployments is the newest record of each version that has one, whatever
// its action.
func (db *DB) LastDeployments(ctx context.Context, owner plugforge.Owner, ids []plugforge.PluginID) (map[plugforge.PluginID]plugforge.Deployment, error) {
	last, err := db.newestOf(ctx, owner, ids, `SELECT max(seq) FROM deployments
		WHERE owner = ?2 AND fold = j.value ->> 'f' AND version = j.value ->> 'v'`)
	return last, translate("sqlite.DB.LastDeployments", err)
}

// LastLive is the deployment by which each version that was ever live last
// went live.
func (db *DB) LastLive(ctx context.Context, owner plugforge.Owner, ids []plugforge.PluginID) (map[plugforge.PluginID]plugforge.Deployment, error) {
	last, err := db.newestOf(ctx, owner, ids, `SELECT seq FROM deployments
		WHERE owner = ?2 AND fold = j.value ->> 'f' AND version = j.value ->> 'v'
			AND action IN ('deploy', 'rollback') AND deployed_at IS NOT NULL
		ORDER BY seq DESC LIMIT 1`)
	return last, translate("sqlite.DB.LastLive", err)
}

// newestOf reads one deployment a version: the one whose seq the subquery
// gives for ?2, the owner, and j, one version as wanted writes it.
func (db *DB) newestOf(ctx context.Context, owner plugforge.Owner, ids []plugforge.PluginID, seq string) (map[plugforge.PluginID]plugforge.Deployment, error) {
	text, err := wanted(ids)
	if err != nil {
		return nil, err
	}
	rows, err := db.reader.QueryContext(ctx, `SELECT `+deploymentColumns+`
		FROM json_each(?1) j JOIN deployments d ON d.seq = (`+seq+`)`, text, owner)
	items, err := collect(rows, err, scanDeployment)
	if err != nil {
		return nil, err
	}
	last := make(map[plugforge.PluginID]plugforge.Deployment, len(items))
	for _, d := range items {
		last[plugforge.PluginID{Name: d.Slug.Name, Version: d.Version}] = d
	}
	return last, nil
}
