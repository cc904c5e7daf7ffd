package operator

import (
	"fmt"
	"path"
	"slices"

	"plugforge"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// expectation is the archive that a version must have.
type expectation struct {
	hash string
	size int64
}

// compare holds a plugin's rows against its repository, both ways.
func (c *checker) compare(slug plugforge.Slug) ([]Finding, error) {
	if c.db == nil {
		return nil, nil
	}
	// The index first: git is ahead of it, never behind.
	rows, err := c.db.Index(c.ctx, slug)
	if err != nil {
		return nil, err
	}
	records, active, err := c.db.History(c.ctx, slug)
	if err != nil {
		return nil, err
	}
	releases, err := c.git.Releases(c.ctx, slug)
	if err != nil {
		for _, row := range rows { // the archives are checked by what the index says
			if row.DeletedAt.IsZero() && row.DisabledAt.IsZero() {
				c.expected[archiveKey(slug, row.Plugin.Version)] = expectation{row.Plugin.CodeHash, row.Plugin.ArchiveSize}
			}
		}
		return []Finding{{path.Join(partGit, slug.String()), "its versions can't be read: " + describe(err), wayMend}}, c.ctx.Err()
	}
	ledger, err := c.git.Ledger(c.ctx, slug, 0)
	if err != nil {
		return []Finding{{path.Join(partGit, slug.String()), "its ledger can't be read: " + describe(err), wayMend}}, c.ctx.Err()
	}
	found := c.compareVersions(slug, rows, releases)
	slices.Reverse(ledger)
	for _, line := range deploy.Differences(slug, ledger, records, active) {
		found = append(found, Finding{path.Join(partDB, "deployments", slug.String()), line, wayReindex})
	}
	return found, nil
}

// describe is an error's public text, or else all of it: its reader is the
// operator.
func describe(err error) string { return plugforge.Printable(err.Error()) }

func (c *checker) compareVersions(slug plugforge.Slug, rows []sqlite.Indexed, releases []gitstore.Release) (found []Finding) {
	indexed := map[plugforge.Version]sqlite.Indexed{}
	for _, row := range rows {
		indexed[row.Plugin.Version] = row
	}
	for _, one := range releases {
		v := one.Plugin.Version
		where := path.Join(partDB, "versions", slug.String(), v.String())
		row, known := indexed[v]
		delete(indexed, v)
		if one.Tombstone == nil && (!known || row.DisabledAt.IsZero()) {
			c.expected[archiveKey(slug, v)] = expectation{one.Plugin.CodeHash, one.Plugin.ArchiveSize}
		} else {
			delete(c.expected, archiveKey(slug, v))
		}
		switch {
		case !known:
			found = append(found, Finding{where, "git has the version and the index has not", wayReindex})
		case (one.Tombstone == nil) != row.DeletedAt.IsZero():
			found = append(found, Finding{where, fmt.Sprintf("deleted: git says %t, the index %t", one.Tombstone != nil, !row.DeletedAt.IsZero()), wayReindex})
		default:
			if wrong := differs(one.Plugin, row.Plugin); len(wrong) > 0 {
				found = append(found, Finding{where, fmt.Sprintf("the index says another %s than git", wrong), wayReindex})
			}
		}
	}
	for _, row := range rows {
		if v := row.Plugin.Version; indexed[v].Plugin.Version == v && indexed[v].Plugin.Commit != "" {
			where := path.Join(partDB, "versions", slug.String(), v.String())
			found = append(found, Finding{where, "the index has the version and git has no tag of it", "restore the repository from a backup, or run plugforge reindex to forget the version"})
		}
	}
	return found
}

// differs names what the two tell differently.
func differs(git, index plugforge.Plugin) (fields []string) {
	for name, same := range map[string]bool{
		"name": git.Slug == index.Slug, "message": git.Message == index.Message, "description": git.Description == index.Description,
		"author": git.Author == index.Author, "commit": git.Commit == index.Commit, "archive hash": git.CodeHash == index.CodeHash,
		"content hash": git.ContentHash == index.ContentHash, "archive size": git.ArchiveSize == index.ArchiveSize,
		"scan": git.ScanPassed == index.ScanPassed, "upload": git.UploadID == index.UploadID, "time": git.CreatedAt.Equal(index.CreatedAt),
		"realtime": git.HasRealtime == index.HasRealtime, "origin": git.Origin == index.Origin,
	} {
		if !same {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return fields
}

// rowsWithoutRepository finds what the database has of plugins that git has not.
func (c *checker) rowsWithoutRepository() error {
	if c.db == nil {
		return nil
	}
	return c.settled(func() (found []Finding, err error) {
		slugs, err := c.db.Slugs(c.ctx)
		if err != nil {
			return nil, err
		}
		for _, slug := range slugs {
			if key := string(slug.Owner) + "/" + slug.Name.Fold(); !c.repos[key] && !c.made(key) {
				found = append(found, Finding{path.Join(partDB, "versions", slug.String()), "the database has the plugin and its repository is missing", wayBackup})
			}
		}
		return found, nil
	})
}

// made tells whether a repository came while the others were checked.
func (c *checker) made(key string) bool {
	repos, err := gitstore.Repositories(c.at.git())
	return err == nil && slices.ContainsFunc(repos, func(r gitstore.Repository) bool { return string(r.Owner)+"/"+r.Fold == key })
}
