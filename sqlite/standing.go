package sqlite

import (
	"context"

	"plugforge"
)

// Standing is what the index says of one plugin, to be compared with its
// repository.
type Standing struct {
	Slug     plugforge.Slug
	Versions []plugforge.Version // in upload order, disabled ones too
	Deleted  []plugforge.Version
	Tip      string // commit of the newest version, deleted or not
}

// Standings gives the standing of every plugin, by owner and name in lower
// case: "ns_a/text_embed".
func (db *DB) Standings(ctx context.Context) (map[string]*Standing, error) {
	all, err := db.standings(ctx)
	return all, translate("sqlite.DB.Standings", err)
}

func (db *DB) standings(ctx context.Context) (map[string]*Standing, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT owner, fold, name, version, deleted_at IS NOT NULL, commit_hash FROM versions ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]*Standing{}
	for rows.Next() {
		var owner, fold, commit string
		var name plugforge.Name
		var v plugforge.Version
		var deleted bool
		if err := rows.Scan(&owner, &fold, &name, number{&v}, &deleted, &commit); err != nil {
			return nil, err
		}
		one := all[owner+"/"+fold]
		if one == nil {
			one = &Standing{Slug: plugforge.Slug{Owner: plugforge.Owner(owner), Name: name}}
			all[owner+"/"+fold] = one
		}
		if one.Tip = commit; deleted {
			one.Deleted = append(one.Deleted, v)
		} else {
			one.Versions = append(one.Versions, v)
		}
	}
	return all, rows.Err()
}
