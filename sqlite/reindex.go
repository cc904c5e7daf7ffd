package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"plugforge"
)

// Replaced is what ReplaceIndex changed, each as a version is named in the
// audit.
type Replaced struct{ Added, Corrected, Removed []string }

// ReplaceIndex makes the index of versions hold exactly these, which are given
// in upload order, but for the slugs in keep, of which nothing is touched. What
// only the index knows of a version stays: its place in the order, parameters,
// since when it is disabled, a deletion that is under way. New ones come last.
// An upload that became a version is settled with the Verdict. All in one
// transaction, with a line in the audit if anything changed.
func (db *DB) ReplaceIndex(ctx context.Context, versions []Indexed, keep map[plugforge.Slug]bool, at time.Time) (Replaced, error) {
	var done Replaced
	err := db.write(ctx, "sqlite.DB.ReplaceIndex", func(tx *sql.Tx) error {
		old, err := allRows(ctx, tx)
		if err != nil {
			return err
		}
		done, err = replaceIndex(ctx, tx, versions, old, keep)
		if err != nil || len(done.Added)+len(done.Corrected)+len(done.Removed) == 0 {
			return err
		}
		return record(ctx, tx, event{at: at, by: operator, action: "index.rebuild", target: "versions",
			detail: map[string]any{"added": len(done.Added), "corrected": len(done.Corrected), "removed": len(done.Removed)}})
	})
	return done, err
}

// indexedRow is a row with all its columns.
type indexedRow struct {
	Indexed
	deletion sql.NullString
}

type indexKey struct {
	owner   plugforge.Owner
	fold    string
	version plugforge.Version
}

func keyOf(p plugforge.Plugin) indexKey { return indexKey{p.Slug.Owner, p.Slug.Name.Fold(), p.Version} }

func allRows(ctx context.Context, tx *sql.Tx) (map[indexKey]indexedRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+pluginColumns+`, v.manifest, v.deleted_at, v.disabled_at, v.deletion FROM versions v`)
	list, err := collect(rows, err, func(r row) (x indexedRow, err error) {
		err = r.Scan(append(pluginFields(&x.Plugin), &x.Plugin.Manifest, stamp{&x.DeletedAt}, stamp{&x.DisabledAt}, &x.deletion)...)
		return x, err
	})
	all := make(map[indexKey]indexedRow, len(list))
	for _, x := range list {
		all[keyOf(x.Plugin)] = x
	}
	return all, err
}

func replaceIndex(ctx context.Context, tx *sql.Tx, versions []Indexed, old map[indexKey]indexedRow, keep map[plugforge.Slug]bool) (done Replaced, err error) {
	var fresh []Indexed
	wrong := map[int64]bool{}
	var corrected []indexedRow
	for _, x := range versions {
		had, known := old[keyOf(x.Plugin)]
		delete(old, keyOf(x.Plugin))
		if !known {
			fresh = append(fresh, x)
			done.Added = append(done.Added, target(x.Plugin.Slug, x.Plugin.Version))
			continue
		}
		want, err := x.over(had)
		if err != nil {
			return done, err
		}
		if !want.equal(had) {
			wrong[had.Plugin.Seq] = true
			corrected = append(corrected, want)
			done.Corrected = append(done.Corrected, target(x.Plugin.Slug, x.Plugin.Version))
		}
	}
	for _, x := range old {
		if !keep[x.Plugin.Slug] {
			wrong[x.Plugin.Seq] = true
			done.Removed = append(done.Removed, target(x.Plugin.Slug, x.Plugin.Version))
		}
	}
	slices.Sort(done.Removed)
	// First out with all that is wrong: numbers and uploads are unique.
	for seq := range wrong {
		if _, err := tx.ExecContext(ctx, `DELETE FROM versions WHERE seq = ?`, seq); err != nil {
			return done, err
		}
	}
	for _, x := range corrected {
		if err := x.insert(ctx, tx, x.Plugin.Seq); err != nil {
			return done, err
		}
	}
	for _, x := range fresh {
		if err := x.add(ctx, tx); err != nil {
			return done, fmt.Errorf("add %s: %w", target(x.Plugin.Slug, x.Plugin.Version), err)
		}
	}
	return done, nil
}

// over is x with what only the index knows of it.
func (x Indexed) over(had indexedRow) (indexedRow, error) {
	row := indexedRow{Indexed: x}
	row.Plugin.Seq, row.Plugin.Params = had.Plugin.Seq, had.Plugin.Params
	row.DisabledAt = had.DisabledAt
	if x.Deletion == nil {
		if had.DeletedAt.IsZero() {
			row.deletion = had.deletion
		}
		return row, nil
	}
	text, err := x.Deletion.why()
	row.deletion = sql.NullString{String: text, Valid: true}
	row.DeletedAt = x.Deletion.At
	return row, err
}

// equal compares all columns.
func (x indexedRow) equal(y indexedRow) bool {
	a, b := x.Plugin, y.Plugin
	if !slices.Equal(a.Manifest, b.Manifest) || !slices.Equal(a.Params, b.Params) || !a.CreatedAt.Equal(b.CreatedAt) {
		return false
	}
	return a.Slug == b.Slug && a.Version == b.Version && a.Message == b.Message && a.Description == b.Description && a.Author == b.Author &&
		a.Commit == b.Commit && a.CodeHash == b.CodeHash && a.ContentHash == b.ContentHash && a.ArchiveSize == b.ArchiveSize &&
		a.ScanPassed == b.ScanPassed && a.UploadID == b.UploadID && a.FeatureURI == b.FeatureURI && a.HasRealtime == b.HasRealtime &&
		a.Origin == b.Origin && x.DeletedAt.Equal(y.DeletedAt) && x.DisabledAt.Equal(y.DisabledAt) && x.deletion == y.deletion
}

// insert puts a row in, under its own number in the order if it has one.
func (x indexedRow) insert(ctx context.Context, tx *sql.Tx, seq int64) error {
	if err := insertVersion(ctx, tx, x.Plugin); err != nil {
		return err
	}
	set, args := `deletion = ?, deleted_at = ?, disabled_at = ?`, []any{x.deletion, millis(x.DeletedAt), millis(x.DisabledAt)}
	if seq != 0 {
		set, args = set+`, seq = ?`, append(args, seq)
	}
	p := x.Plugin
	_, err := tx.ExecContext(ctx, `UPDATE versions SET `+set+` WHERE owner = ? AND fold = ? AND major = ? AND minor = ? AND patch = ?`,
		append(args, p.Slug.Owner, p.Slug.Name.Fold(), p.Version.Major, p.Version.Minor, p.Version.Patch)...)
	return err
}

// add puts in a version that the index lacked, with all that goes with it.
func (x Indexed) add(ctx context.Context, tx *sql.Tx) error {
	row, err := x.over(indexedRow{Indexed: Indexed{DisabledAt: x.DisabledAt}})
	if err != nil {
		return err
	}
	if err := row.insert(ctx, tx, 0); err != nil {
		return err
	}
	if x.Plugin.Origin == "" {
		return confirmUpload(ctx, tx, x.Plugin, x.Verdict)
	}
	return nil
}
