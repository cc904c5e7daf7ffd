package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"plugforge"
)

// PluginQuery chooses versions of one owner.
type PluginQuery struct {
	Owner      plugforge.Owner
	Name       string    // one slug, to the letter; empty for all
	FeatureURI string    // to the letter; empty for all
	ActiveOnly bool      // only versions that are live
	Disabled   bool      // also what the namespace has disabled
	WasLive    *bool     // only versions that ever went live, or that never did; nil for both
	Since      time.Time // published then or later; zero for all
	Author     string    // the name of the key that published, to the letter; empty for all
	Limit      int       // how many at most
	Before     int64     // only versions with a smaller Seq; 0 for the newest
}

// Plugins lists versions, newest upload first, and counts all that match but
// for Limit and Before. Items come without their Manifest. What it costs does
// not grow with the number of versions as long as nothing but Owner, Name and
// Disabled is asked for; else at most with how many match, of one Name.
func (db *DB) Plugins(ctx context.Context, q PluginQuery) (items []plugforge.Plugin, total int, err error) {
	err = db.read(ctx, "sqlite.DB.Plugins", func(tx *sql.Tx) error {
		if q.Name != "" {
			var named int
			if err := tx.QueryRowContext(ctx, namedSlug, q.Owner, plugforge.Name(q.Name).Fold(), q.Name).Scan(&named); err != nil || named == 0 {
				return err
			}
		}
		count, args := q.count()
		if err := tx.QueryRowContext(ctx, count, args...).Scan(&total); err != nil {
			return fmt.Errorf("count: %w", err)
		}
		page, args := q.page()
		rows, err := tx.QueryContext(ctx, page, args...)
		items, err = collect(rows, err, func(r row) (p plugforge.Plugin, err error) {
			err = r.Scan(pluginFields(&p)...)
			return p, err
		})
		return err
	})
	return items, total, err
}

// namedSlug tells whether a slug has a version, its name matched to the letter:
// all of its versions have one name.
const namedSlug = `SELECT EXISTS (SELECT 1 FROM versions WHERE owner = ? AND fold = ? AND name = ? AND deleted_at IS NULL)`

// count is the statement that counts what matches.
func (q PluginQuery) count() (string, []any) {
	if q.FeatureURI == "" && !q.ActiveOnly && q.WasLive == nil && q.Since.IsZero() && q.Author == "" {
		shown := `present - disabled`
		if q.Disabled {
			shown = `present`
		}
		return `SELECT coalesce(sum(` + shown + `), 0) FROM version_counts WHERE owner = ? AND fold = ?`, []any{q.Owner, plugforge.Name(q.Name).Fold()}
	}
	where, args := q.conditions()
	return `SELECT count(*) FROM versions v WHERE ` + where, args
}

// page is the statement that lists.
func (q PluginQuery) page() (string, []any) {
	where, args := q.conditions()
	if !q.Since.IsZero() && q.Name != "" {
		// Upload order is nearly that of time: look no further back than to the
		// first upload that matches.
		where += ` AND v.seq >= (SELECT min(seq) FROM versions WHERE owner = ? AND fold = ? AND created_at >= ? AND deleted_at IS NULL)`
		args = append(args, q.Owner, plugforge.Name(q.Name).Fold(), q.Since.UnixMilli())
	}
	if q.Before > 0 {
		where, args = where+` AND v.seq < ?`, append(args, q.Before)
	}
	return `SELECT ` + pluginColumns + ` FROM versions v WHERE ` + where + ` ORDER BY v.seq DESC LIMIT ?`, append(args, q.Limit)
}

func (q PluginQuery) conditions() (string, []any) {
	where, args := []string{`v.owner = ?`, `v.deleted_at IS NULL`}, []any{q.Owner}
	add := func(condition string, value any) { where, args = append(where, condition), append(args, value) }
	if !q.Disabled {
		where = append(where, `v.disabled_at IS NULL`)
	}
	if q.Name != "" {
		add(`v.fold = ?`, plugforge.Name(q.Name).Fold())
	}
	if q.FeatureURI != "" {
		add(`v.feature_uri = ?`, q.FeatureURI)
	}
	if q.ActiveOnly {
		where = append(where, `EXISTS (SELECT 1 FROM active a WHERE a.owner = v.owner AND a.fold = v.fold AND a.version = v.version)`)
	}
	if q.WasLive != nil {
		add(`v.was_live = ?`, *q.WasLive)
	}
	if q.Author != "" {
		add(`v.key_name = ?`, q.Author)
	}
	if !q.Since.IsZero() {
		add(`v.created_at >= ?`, q.Since.UnixMilli())
	}
	return strings.Join(where, ` AND `), args
}
