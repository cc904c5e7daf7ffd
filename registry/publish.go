package registry

import (
	"context"
	"fmt"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// publish makes the version: the archive's lasting key, the commit and tag,
// the row. From here on it is not the client's connection that decides how far
// this comes.
func (r *Registry) publish(ctx context.Context, u sqlite.Upload, req ConfirmRequest, c checked) (Verdict, error) {
	release, err := r.slugs.take(ctx, lockName(u.Slug))
	if err != nil {
		return Verdict{}, err
	}
	defer release()
	ctx = context.WithoutCancel(ctx)
	if done, v, err := r.lostRace(ctx, u); done {
		return v, err
	}
	place, err := r.claim(ctx, u)
	if err != nil {
		return Verdict{}, err
	}
	defer place.release()
	what := r.publication(u, req, c)
	what.Beside = func(ctx context.Context) error { return r.keepArchive(ctx, u) }
	p, err := r.git.Publish(ctx, what, c.tree)
	if plugforge.CodeOf(err) == plugforge.CodeAlreadyExists {
		return r.settle(ctx, u, conflict(u))
	}
	if err != nil {
		r.dropUnpublished(ctx, u)
		return Verdict{}, err
	}
	p = complete(p, c.facts)
	rec := recordOf(p.ID(), c)
	if err := place.settle(ctx, func() error { return r.db.InsertPlugin(ctx, p, rec.encode()) }); err != nil {
		return Verdict{}, fmt.Errorf("version %s is in git and not yet in the index: %w", p.ID(), err)
	}
	r.marker(StageConfirmRow)
	r.stopped.Go(func() { r.tidy(u.Blob) }) // nothing waits for it: the archive has its lasting key
	return r.passed(u, rec, p), nil
}

func lockName(s plugforge.Slug) string { return string(s.Owner) + "/" + s.Name.Fold() }

func (r *Registry) publication(u sqlite.Upload, req ConfirmRequest, c checked) gitstore.Publication {
	p := plugforge.Plugin{
		Slug: u.Slug, Version: u.Version, Message: req.Message, Description: u.Description, Author: req.By,
		CodeHash: u.SHA256, ArchiveSize: u.Size, ScanPassed: c.scanned, Scan: c.record, UploadID: u.ID, CreatedAt: r.time(),
	}
	if p.Description == "" {
		p.Description = shorten(c.facts.description, maxDescription)
	}
	return gitstore.Publication{Plugin: p}
}

// shorten cuts text to so many characters.
func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// complete adds to what git knows of a version what its manifest says.
func complete(p plugforge.Plugin, f facts) plugforge.Plugin {
	p.Manifest = f.manifest
	if p.Manifest == nil {
		p.Manifest = []byte("{}")
	}
	p.FeatureURI = p.ID().FeatureURI(f.feature)
	return p
}

// keepArchive gives the archive of a version that is new to git its lasting
// key. What lies there is what an upload left that came no further.
func (r *Registry) keepArchive(ctx context.Context, u sqlite.Upload) error {
	key := archiveKey(u.Slug, u.Version)
	err := r.blobs.Link(ctx, u.Blob, key)
	if plugforge.CodeOf(err) == plugforge.CodeAlreadyExists {
		if err := r.blobs.Remove(ctx, key); err != nil {
			return err
		}
		err = r.blobs.Link(ctx, u.Blob, key)
	}
	if err == nil {
		r.marker(StageConfirmArchive)
	}
	return err
}

func (r *Registry) published(ctx context.Context, u sqlite.Upload) (bool, error) {
	_, err := r.git.Plugin(ctx, u.Slug, u.Version)
	switch plugforge.CodeOf(err) {
	case "":
		return true, nil
	case plugforge.CodeNotFound:
		return false, nil
	}
	return false, err
}

// dropUnpublished takes the lasting key away again where git has no version.
// If that can't be told now, the next upload or start will.
func (r *Registry) dropUnpublished(ctx context.Context, u sqlite.Upload) {
	if published, err := r.published(ctx, u); err == nil && !published {
		r.tidy(archiveKey(u.Slug, u.Version))
	}
}
