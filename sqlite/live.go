package sqlite

import (
	"context"

	"plugforge"
)

// LivePlugins lists the versions of one owner that are live, by name, with
// their Manifest.
func (db *DB) LivePlugins(ctx context.Context, owner plugforge.Owner) ([]plugforge.Plugin, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT `+pluginColumns+`, v.manifest FROM active a
		JOIN versions v ON v.owner = a.owner AND v.fold = a.fold AND v.version = a.version
		WHERE a.owner = ? AND v.deleted_at IS NULL ORDER BY a.fold`, owner)
	items, err := collect(rows, err, func(r row) (p plugforge.Plugin, err error) {
		err = r.Scan(append(pluginFields(&p), &p.Manifest)...)
		return p, err
	})
	return items, translate("sqlite.DB.LivePlugins", err)
}
