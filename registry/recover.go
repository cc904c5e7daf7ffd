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
)

// reconcile makes index and blobs agree with git, which is the truth, and ends
// what is over.
func (r *Registry) reconcile(ctx context.Context) error {
	slugs, unreadable, err := r.git.Slugs(ctx)
	if err != nil {
		return err
	}
	for _, cause := range unreadable {
		r.log.Error("a plugin's repository can't be read; the plugin is left as it is", "error", cause)
	}
	indexed, err := r.db.VersionIDs(ctx)
	if err != nil {
		return err
	}
	if len(slugs)+len(unreadable) == 0 && len(indexed) > 0 {
		return plugforge.Errorf(plugforge.CodeInternal,
			"the index lists %s and the git folder is empty: restore that folder, or move the database away to start anew", count(len(indexed), "plugin"))
	}
	if err := r.finishEnablings(ctx); err != nil {
		return err
	}
	// Once more: an enabling may have made some.
	if slugs, _, err = r.git.Slugs(ctx); err != nil {
		return err
	}
	if indexed, err = r.db.VersionIDs(ctx); err != nil {
		return err
	}
	deleted, _, err := r.db.RetiredIDs(ctx)
	if err != nil {
		return err
	}
	lacking, damaged, err := r.compare(ctx, slugs, indexed, deleted)
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

// numbers is versions by slug.
type numbers = map[plugforge.Slug][]plugforge.Version

// compare gives the versions that git has and the index lacks, in upload
// order, and the slugs that have to be left as they are. Versions that git has
// deleted are so in the index, too, when it returns.
func (r *Registry) compare(ctx context.Context, slugs []plugforge.Slug, indexed, deleted numbers) (lacking []plugforge.Plugin, damaged map[plugforge.Slug]bool, err error) {
	found, problems := r.compareSlugs(ctx, slugs, indexed, deleted)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	damaged = map[plugforge.Slug]bool{}
	for i, slug := range slugs {
		if problems[i] != nil {
			r.log.Error("a plugin's repository and its index do not agree; the plugin is left as it is", "plugin", slug, "error", problems[i])
			damaged[slug] = true
		}
		lacking = append(lacking, found[i]...)
		delete(indexed, slug)
	}
	for slug := range indexed {
		r.log.Error("the index lists a plugin whose repository is missing: restore it", "plugin", slug)
		damaged[slug] = true
	}
	// Within a slug they are in upload order already; over all, time decides.
	slices.SortStableFunc(lacking, func(a, b plugforge.Plugin) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return lacking, damaged, nil
}

// compareSlugs compares several at once: it is mostly waiting for the disk.
func (r *Registry) compareSlugs(ctx context.Context, slugs []plugforge.Slug, indexed, deleted numbers) ([][]plugforge.Plugin, []error) {
	found, problems := make([][]plugforge.Plugin, len(slugs)), make([]error, len(slugs))
	free := make(chan struct{}, 4*runtime.NumCPU())
	var all sync.WaitGroup
	for i, slug := range slugs {
		free <- struct{}{}
		all.Go(func() {
			found[i], problems[i] = r.compareSlug(ctx, slug, indexed[slug], deleted[slug])
			<-free
		})
	}
	all.Wait()
	return found, problems
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
