package registry

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// reconcile makes index and blobs agree with git, which is the truth, and ends
// what is over.
func (r *Registry) reconcile(ctx context.Context) error {
	glances, index, err := r.look(ctx)
	if err != nil {
		return err
	}
	if live := count(liveVersions(index), "version"); len(glances) == 0 && liveVersions(index) > 0 {
		return plugforge.Errorf(plugforge.CodeInternal,
			"the index lists %s and the git folder is empty: restore that folder, or move the database away to start anew", live)
	}
	finished, err := r.finishEnablings(ctx)
	if err != nil {
		return err
	}
	if finished { // which may have made repositories and rows
		if glances, index, err = r.look(ctx); err != nil {
			return err
		}
	}
	lacking, damaged, err := r.compare(ctx, glances, index)
	if err != nil {
		return err
	}
	for _, p := range lacking {
		if err := r.reindex(ctx, p); err != nil {
			return fmt.Errorf("index %s of %s: %w", p.ID(), p.Slug.Owner, err)
		}
	}
	if err := r.sweepBlobs(ctx, damaged); err != nil {
		return err
	}
	return r.expire(ctx)
}

// look gives what git has and what the index says, neither looked at closely.
func (r *Registry) look(ctx context.Context) ([]gitstore.Glance, map[string]*sqlite.Standing, error) {
	glances, err := r.git.Glances(ctx)
	if err != nil {
		return nil, nil, err
	}
	index, err := r.db.Standings(ctx)
	return glances, index, err
}

func liveVersions(index map[string]*sqlite.Standing) int {
	n := 0
	for _, st := range index {
		n += len(st.Versions)
	}
	return n
}

// numbers is versions by slug.
type numbers = map[plugforge.Slug][]plugforge.Version

// pair is one plugin in git and in the index.
type pair struct {
	git   gitstore.Glance
	index *sqlite.Standing

	lacking []plugforge.Plugin // versions that the index lacks, in upload order
	problem error
}

// compare looks closely at the plugins of which git and index do not say the
// same at a glance, or that something is under way in. It gives the versions
// that the index lacks, in upload order, and the slugs that have to be left as
// they are. Versions that git has deleted are so in the index, too, when it
// returns.
func (r *Registry) compare(ctx context.Context, glances []gitstore.Glance, index map[string]*sqlite.Standing) (lacking []plugforge.Plugin, damaged map[plugforge.Slug]bool, err error) {
	var pairs []*pair
	for _, g := range glances {
		key := string(g.Owner) + "/" + g.Fold
		st := index[key]
		if st == nil {
			st = &sqlite.Standing{Slug: plugforge.Slug{Owner: g.Owner, Name: plugforge.Name(g.Fold)}}
		}
		delete(index, key)
		if !g.Still || !g.Holds(st.Versions, st.Deleted, st.Tip) {
			pairs = append(pairs, &pair{git: g, index: st})
		}
	}
	r.comparePairs(ctx, pairs)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	damaged = map[plugforge.Slug]bool{}
	for _, p := range pairs {
		if p.problem != nil {
			r.log.Error("a plugin's repository and its index do not agree; the plugin is left as it is", "plugin", p.index.Slug, "error", p.problem)
			damaged[p.index.Slug] = true
		}
		lacking = append(lacking, p.lacking...)
	}
	for _, st := range index {
		if len(st.Versions) > 0 {
			r.log.Error("the index lists a plugin whose repository is missing: restore it", "plugin", st.Slug)
			damaged[st.Slug] = true
		}
	}
	// Within a slug they are in upload order already; over all, time decides.
	slices.SortStableFunc(lacking, func(a, b plugforge.Plugin) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return lacking, damaged, nil
}

// comparePairs compares several at once: it is mostly waiting for the disk.
func (r *Registry) comparePairs(ctx context.Context, pairs []*pair) {
	free := make(chan struct{}, 4*runtime.NumCPU())
	var all sync.WaitGroup
	for _, p := range pairs {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			var slug plugforge.Slug
			if slug, p.problem = r.git.SlugOf(ctx, p.git); p.problem == nil && slug.Name != "" {
				p.lacking, p.problem = r.compareSlug(ctx, slug, p.index.Versions, p.index.Deleted)
			}
		})
	}
	all.Wait()
}

// compareSlug has git finish its part first. It gives what it found also
// where it found something wrong.
func (r *Registry) compareSlug(ctx context.Context, slug plugforge.Slug, indexed, deleted []plugforge.Version) ([]plugforge.Plugin, error) {
	report, err := r.git.Recover(ctx, slug)
	if err != nil {
		return nil, err
	}
	if len(report.Mended) > 0 {
		r.log.Info("a plugin's repository was mended", "plugin", slug, "mended", report.Mended)
	}
	var problem error
	if len(report.Problems) > 0 {
		problem = fmt.Errorf("the repository is damaged: %s", strings.Join(report.Problems, "; "))
	}
	versions, err := r.git.Plugins(ctx, slug)
	if err != nil {
		return nil, errors.Join(problem, err)
	}
	have := map[plugforge.Version]bool{}
	for _, v := range indexed {
		have[v] = true
	}
	var lacking []plugforge.Plugin
	for _, p := range versions {
		if !have[p.Version] {
			lacking = append(lacking, p)
		}
		delete(have, p.Version)
	}
	stones, err := r.git.Tombstones(ctx, slug)
	if err != nil {
		return lacking, errors.Join(problem, err)
	}
	for _, t := range stones {
		v := t.Plugin.Version
		if known := have[v]; known || !slices.Contains(deleted, v) {
			problem = errors.Join(problem, r.bury(ctx, t, known))
		}
		delete(have, v)
	}
	for v := range have {
		problem = errors.Join(problem, fmt.Errorf("the index lists version %s, of which git has no tag: restore the repository", v))
	}
	return lacking, problem
}

// reindex makes the row of a version that git has, and the verdict that its
// upload's client may still ask for.
func (r *Registry) reindex(ctx context.Context, p plugforge.Plugin) error {
	u, err := r.db.Upload(ctx, p.UploadID)
	if err != nil && plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return err
	}
	tree, err := r.git.Tree(ctx, p.Slug, p.Version)
	if err != nil {
		return err
	}
	// A manifest that says another version passed, so the number was not named.
	const named = false
	c, err := r.checkTree(ctx, tree, p.Slug.Name, p.Version, named)
	if err != nil {
		return err
	}
	if p.Origin != "" {
		return r.reindexEnabled(ctx, complete(p, c.facts))
	}
	c = r.asPublished(ctx, p, c)
	if err := r.db.InsertPlugin(ctx, complete(p, c.facts), recordOf(p.ID(), c).encode()); err != nil {
		return err
	}
	if u.Blob != "" {
		r.tidy(u.Blob)
	}
	r.log.Info("a version that git had and the index lacked is indexed", "plugin", p.Slug, "version", p.Version, "upload", p.UploadID)
	return nil
}

// asPublished is what the checks found when the version was published: rules
// may have grown since, the version has not changed.
func (r *Registry) asPublished(ctx context.Context, p plugforge.Plugin, c checked) checked {
	if c.refused {
		c.refused = false
		r.log.Warn("a published version breaks rules that came after it", "plugin", p.Slug, "version", p.Version, "findings", spell(c.findings))
	}
	if p.ScanPassed {
		c.findings = nil
	}
	c.scanned = p.ScanPassed
	c.dropped = r.droppedFrom(ctx, archiveKey(p.Slug, p.Version))
	return c
}

// sweepBlobs removes bytes that nothing needs: of uploads that are settled or
// were never acknowledged, and archives of uploads that came no further.
func (r *Registry) sweepBlobs(ctx context.Context, damaged map[plugforge.Slug]bool) error {
	needed, err := r.db.UploadBlobs(ctx)
	if err != nil {
		return err
	}
	keys, err := r.blobs.Keys(ctx, "uploads")
	if err != nil {
		return err
	}
	for _, key := range keys {
		if !needed[key] {
			r.tidy(key)
		}
	}
	return r.sweepArchives(ctx, damaged)
}

// sweepArchives removes archives without a version, or of a deleted or disabled
// one, but only where the index tells how they came there. Any other is somebody's, perhaps of an index or a
// repository that was lost, and stays.
func (r *Registry) sweepArchives(ctx context.Context, damaged map[plugforge.Slug]bool) error {
	versions, err := r.db.VersionIDs(ctx)
	if err != nil {
		return err
	}
	uploads, err := r.db.UploadNumbers(ctx)
	if err != nil {
		return err
	}
	deleted, disabled, err := r.db.RetiredIDs(ctx)
	if err != nil {
		return err
	}
	for slug := range damaged {
		delete(uploads, slug)
		delete(deleted, slug)
		delete(disabled, slug)
	}
	keys, err := r.blobs.Keys(ctx, "archives")
	if err != nil {
		return err
	}
	owned, explained := archiveKeys(versions), archiveKeys(uploads, deleted, disabled)
	for key := range archiveKeys(disabled) {
		delete(owned, key)
	}
	for _, key := range keys {
		switch {
		case owned[key]:
		case explained[key]:
			r.tidy(key)
		default:
			r.log.Warn("an archive belongs to no version that the index knows; it is left alone", "key", key)
		}
	}
	return nil
}

func archiveKeys(all ...numbers) map[string]bool {
	keys := map[string]bool{}
	for _, some := range all {
		for slug, versions := range some {
			for _, v := range versions {
				keys[archiveKey(slug, v)] = true
			}
		}
	}
	return keys
}
