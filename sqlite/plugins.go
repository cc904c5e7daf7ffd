package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"plugforge"
)

// InsertPlugin adds a version to the index, settles its upload with the
// verdict (JSON; the upload's row is made if there is none, as after a rebuild
// from git) and tells the audit. Seq of p is not looked at: the index gives
// the next. Inserting the same version of the same upload and commit again
// changes nothing; a number that another upload has is CodeAlreadyExists.
func (db *DB) InsertPlugin(ctx context.Context, p plugforge.Plugin, verdict []byte) error {
	return db.write(ctx, "sqlite.DB.InsertPlugin", func(tx *sql.Tx) error {
		var upload, commit string
		err := tx.QueryRowContext(ctx, `SELECT upload_id, commit_hash FROM versions
			WHERE owner = ? AND fold = ? AND major = ? AND minor = ? AND patch = ?`,
			p.Slug.Owner, p.Slug.Name.Fold(), p.Version.Major, p.Version.Minor, p.Version.Patch).Scan(&upload, &commit)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case upload == p.UploadID && commit == p.Commit:
			return nil
		default:
			return Taken(p.Slug, p.Version)
		}
		if err := insertVersion(ctx, tx, p); err != nil {
			return fmt.Errorf("insert version: %w", err)
		}
		if err := confirmUpload(ctx, tx, p, verdict); err != nil {
			return fmt.Errorf("confirm upload: %w", err)
		}
		return record(ctx, tx, event{
			at: p.CreatedAt, by: p.Author, owner: p.Slug.Owner, action: "version.publish", target: target(p.Slug, p.Version),
			detail: map[string]any{"upload_id": p.UploadID, "commit": p.Commit, "sha256": p.CodeHash, "scan_passed": p.ScanPassed},
		})
	})
}

func insertVersion(ctx context.Context, tx *sql.Tx, p plugforge.Plugin) error {
	manifest := p.Manifest
	if manifest == nil {
		manifest = []byte{}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO versions (owner, fold, name, version, major, minor, patch, message, description,
		key_id, key_name, commit_hash, code_hash, content_hash, archive_size, scan_passed, upload_id, created_at, feature_uri, has_realtime, manifest, origin, params)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Slug.Owner, p.Slug.Name.Fold(), p.Slug.Name, p.Version.String(), p.Version.Major, p.Version.Minor, p.Version.Patch,
		p.Message, p.Description, p.Author.KeyID, p.Author.Name, p.Commit, p.CodeHash, p.ContentHash, p.ArchiveSize,
		p.ScanPassed, p.UploadID, millis(p.CreatedAt), p.FeatureURI, p.HasRealtime, manifest, p.Origin, p.Params)
	return err
}

func confirmUpload(ctx context.Context, tx *sql.Tx, p plugforge.Plugin, verdict []byte) error {
	done, err := tx.ExecContext(ctx, `UPDATE uploads SET state = ?, verdict = ?, settled_at = ?, blob = ''
		WHERE id = ? AND owner = ? AND state <> ?`,
		UploadConfirmed, verdict, millis(p.CreatedAt), p.UploadID, p.Slug.Owner, UploadConfirmed)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var exists int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM uploads WHERE id = ?`, p.UploadID).Scan(&exists); err != nil || exists > 0 {
		return err
	}
	return insertUpload(ctx, tx, Upload{
		ID: p.UploadID, Slug: p.Slug, Version: p.Version, Named: true, Description: p.Description, By: p.Author,
		CreatedAt: p.CreatedAt, ExpiresAt: p.CreatedAt, State: UploadConfirmed, Size: p.ArchiveSize, SHA256: p.CodeHash,
		Verdict: verdict, SettledAt: p.CreatedAt,
	})
}

const pluginColumns = `v.seq, v.owner, v.name, v.version, v.message, v.description, v.key_id, v.key_name, v.commit_hash, v.code_hash,
	v.content_hash, v.archive_size, v.scan_passed, v.upload_id, v.created_at, v.feature_uri, v.has_realtime, v.origin, v.params`

func pluginFields(p *plugforge.Plugin) []any {
	return []any{&p.Seq, &p.Slug.Owner, &p.Slug.Name, number{&p.Version}, &p.Message, &p.Description, &p.Author.KeyID, &p.Author.Name,
		&p.Commit, &p.CodeHash, &p.ContentHash, &p.ArchiveSize, &p.ScanPassed, &p.UploadID, stamp{&p.CreatedAt}, &p.FeatureURI, &p.HasRealtime, &p.Origin, &p.Params}
}

// Plugin finds one version. The id's name must match to the letter; what is
// missing, deleted, disabled or another owner's is CodeNotFound.
func (db *DB) Plugin(ctx context.Context, owner plugforge.Owner, id plugforge.PluginID) (plugforge.Plugin, error) {
	var p plugforge.Plugin
	v := id.Version
	err := db.reader.QueryRowContext(ctx, `SELECT `+pluginColumns+`, v.manifest FROM versions v
		WHERE v.owner = ? AND v.fold = ? AND v.major = ? AND v.minor = ? AND v.patch = ? AND v.name = ?
			AND v.deleted_at IS NULL AND v.disabled_at IS NULL`,
		owner, id.Name.Fold(), v.Major, v.Minor, v.Patch, id.Name).Scan(append(pluginFields(&p), &p.Manifest)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = plugforge.NoSuchPlugin(id)
	}
	if err != nil {
		return plugforge.Plugin{}, translate("sqlite.DB.Plugin", err)
	}
	return p, nil
}

// HasSlug tells whether any version of the slug is there, disabled or not, its
// name matched to the letter.
func (db *DB) HasSlug(ctx context.Context, s plugforge.Slug) (bool, error) {
	var n int
	err := db.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM versions
		WHERE owner = ? AND fold = ? AND name = ? AND deleted_at IS NULL)`, s.Owner, s.Name.Fold(), s.Name).Scan(&n)
	return n > 0, translate("sqlite.DB.HasSlug", err)
}

// HadSlug tells whether any version of the slug is there or was, its name
// matched to the letter: a deleted one leaves its tombstone.
func (db *DB) HadSlug(ctx context.Context, s plugforge.Slug) (bool, error) {
	var n int
	err := db.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM versions
		WHERE owner = ? AND fold = ? AND name = ?)`, s.Owner, s.Name.Fold(), s.Name).Scan(&n)
	return n > 0, translate("sqlite.DB.HadSlug", err)
}

// HasVersion tells whether the version is there, disabled or not, its name
// matched to the letter.
func (db *DB) HasVersion(ctx context.Context, s plugforge.Slug, v plugforge.Version) (bool, error) {
	var n int
	err := db.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM versions
		WHERE owner = ? AND fold = ? AND name = ? AND version = ? AND deleted_at IS NULL)`, s.Owner, s.Name.Fold(), s.Name, v.String()).Scan(&n)
	return n > 0, translate("sqlite.DB.HasVersion", err)
}

// VersionIDs lists every version in the index by slug, disabled or not, in no
// order.
func (db *DB) VersionIDs(ctx context.Context) (map[plugforge.Slug][]plugforge.Version, error) {
	ids, err := numbersBySlug(ctx, db.reader, `SELECT owner, name, version FROM versions WHERE deleted_at IS NULL`)
	return ids, translate("sqlite.DB.VersionIDs", err)
}

// numbersBySlug gathers rows of owner, name and version.
func numbersBySlug(ctx context.Context, q querier, query string) (map[plugforge.Slug][]plugforge.Version, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[plugforge.Slug][]plugforge.Version{}
	for rows.Next() {
		var s plugforge.Slug
		var v plugforge.Version
		if err := rows.Scan(&s.Owner, &s.Name, number{&v}); err != nil {
			return nil, err
		}
		all[s] = append(all[s], v)
	}
	return all, rows.Err()
}
