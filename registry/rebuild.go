package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// Rebuild makes the index of versions anew from git alone: every version that
// git has, deleted ones as deleted, and no other. What only the index knows (the
// order, parameters of enabled plugins, uploads and their verdicts, keys,
// quotas) stays. Of a slug whose repository can't be read, or is missing,
// nothing is touched; problems tells of each. Nobody else may use the data
// folder meanwhile.
func Rebuild(ctx context.Context, cfg Config) (done sqlite.Replaced, problems []string, err error) {
	const op = "registry.Rebuild"
	r, err := newRegistry(cfg)
	if err != nil {
		return done, nil, plugforge.Wrap(op, err)
	}
	done, problems, err = r.rebuild(ctx)
	return done, problems, plugforge.Wrap(op, err)
}

func (r *Registry) rebuild(ctx context.Context) (done sqlite.Replaced, problems []string, err error) {
	glances, err := r.git.Glances(ctx)
	if err != nil {
		return done, nil, err
	}
	var slugs []plugforge.Slug
	for _, g := range glances {
		slug, err := r.git.SlugOf(ctx, g)
		if err != nil {
			problems = append(problems, err.Error())
		} else if slug.Name != "" {
			slugs = append(slugs, slug)
		}
	}
	known, err := r.db.Slugs(ctx)
	if err != nil {
		return done, problems, err
	}
	keep := map[plugforge.Slug]bool{}
	for _, slug := range known {
		if !slices.Contains(slugs, slug) {
			keep[slug] = true
			if rows, err := r.db.Index(ctx, slug); err != nil || len(rows) > 0 {
				problems = append(problems, fmt.Sprintf("the index lists %s, of which there is no repository that can be read: restore it", slug))
			}
		}
	}
	var rows [][]sqlite.Indexed
	for _, slug := range slugs {
		some, err := r.rowsOf(ctx, slug)
		if ctx.Err() != nil {
			return done, problems, ctx.Err()
		}
		if err != nil {
			keep[slug] = true
			problems = append(problems, fmt.Sprintf("%s can't be read, so its rows stay as they are: %v", slug, err))
			continue
		}
		rows = append(rows, some)
	}
	done, err = r.db.ReplaceIndex(ctx, byTime(rows), keep, r.time())
	return done, problems, err
}

// byTime puts the slugs' rows into one order by time, each slug's in upload
// order: a clock that went back must not change that.
func byTime(slugs [][]sqlite.Indexed) []sqlite.Indexed {
	type placed struct {
		at  time.Time
		row sqlite.Indexed
	}
	var all []placed
	for _, rows := range slugs {
		var last time.Time
		for _, row := range rows {
			if row.Plugin.CreatedAt.After(last) {
				last = row.Plugin.CreatedAt
			}
			all = append(all, placed{last, row})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		// Copies of an organisation's versions have those's times.
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.row.Plugin.Origin, b.row.Plugin.Origin))
	})
	rows := make([]sqlite.Indexed, len(all))
	for i, one := range all {
		rows[i] = one.row
	}
	return rows
}

// rowsOf makes a slug's rows from its repository, after git has finished what
// was cut short there.
func (r *Registry) rowsOf(ctx context.Context, slug plugforge.Slug) ([]sqlite.Indexed, error) {
	report, err := r.git.Recover(ctx, slug)
	if err != nil {
		return nil, err
	}
	if len(report.Mended) > 0 {
		r.log.Info("a plugin's repository was mended", "plugin", slug, "mended", report.Mended)
	}
	if len(report.Problems) > 0 {
		return nil, fmt.Errorf("the repository is damaged: %s", strings.Join(report.Problems, "; "))
	}
	releases, err := r.git.Releases(ctx, slug)
	if err != nil {
		return nil, err
	}
	var rows []sqlite.Indexed
	for _, one := range releases {
		row, err := r.rowOf(ctx, one)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", one.Plugin.Version, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (r *Registry) rowOf(ctx context.Context, one gitstore.Release) (sqlite.Indexed, error) {
	p := one.Plugin
	const named = false // a manifest that says another version passed
	c, err := r.checkTree(ctx, one.Tree, p.Slug.Name, p.Version, named)
	if err != nil {
		return sqlite.Indexed{}, err
	}
	row := sqlite.Indexed{Plugin: complete(p, c.facts)}
	if one.Tombstone != nil {
		d := deletionOf(*one.Tombstone)
		row.Deletion = &d
	}
	if p.Origin == "" {
		row.Verdict = recordOf(p.ID(), r.asPublished(ctx, p, c)).encode()
		return row, nil
	}
	_, err = r.git.Plugin(ctx, plugforge.Slug{Owner: p.Origin, Name: p.Slug.Name}, p.Version)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound { // the organisation deleted it: so it was disabled
		row.DisabledAt, err = r.time(), nil
	}
	return row, err
}
