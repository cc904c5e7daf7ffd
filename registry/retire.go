package registry

import (
	"context"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// Retire deletes a version whose deletion has begun (sqlite.DB.BeginDeletion)
// and which is not live: the tombstone in git is the fact, then the version's
// tag goes, then its row, then its archive. Its number stays taken and the
// history as it is. Retiring again goes on where it was cut. Errors:
// CodeNotFound for a version that git does not have.
func (r *Registry) Retire(ctx context.Context, d sqlite.Deletion) error {
	return plugforge.Wrap("registry.Retire", r.retire(ctx, d))
}

func (r *Registry) retire(ctx context.Context, d sqlite.Deletion) error {
	release, err := r.slugs.take(ctx, lockName(d.Slug))
	if err != nil {
		return err
	}
	defer release()
	stone, err := r.git.Retire(ctx, d.Slug, d.Version, gitstore.Tombstone{By: d.By, At: d.At, Message: d.Message})
	if err != nil {
		return err
	}
	d.By, d.At, d.Message = stone.By, stone.At, stone.Message // of the tombstone that is there, be it an earlier one
	if err := r.db.FinishDeletion(ctx, d); err != nil {
		return err
	}
	r.marker(StageDeleteRow)
	r.tidy(archiveKey(d.Slug, d.Version))
	r.marker(StageDeleteArchive)
	return nil
}

// deletionOf is what a tombstone in git says.
func deletionOf(t gitstore.Tombstone) sqlite.Deletion {
	return sqlite.Deletion{Slug: t.Plugin.Slug, Version: t.Plugin.Version, Commit: t.Plugin.Commit, By: t.By, At: t.At, Message: t.Message}
}

// bury makes the index agree with a tombstone: known says whether it has the
// version. The archive goes with the sweep that follows.
func (r *Registry) bury(ctx context.Context, t gitstore.Tombstone, known bool) error {
	d := deletionOf(t)
	r.log.Info("a version that git had deleted and the index had not is deleted", "plugin", d.Slug, "version", d.Version)
	if known {
		return r.db.FinishDeletion(ctx, d)
	}
	return r.db.InsertDeleted(ctx, complete(t.Plugin, facts{}), d)
}
