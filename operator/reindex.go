package operator

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"errors"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/registry"
	"plugforge/sqlite"
)

// Mended is what Reindex changed, a sentence each, and what it could not.
type Mended struct {
	Changed  []string
	Problems []string
}

// Reindex makes the index of versions and the records of deployments agree with
// git, having finished what a crash cut short; then it takes away what nothing
// needs. What git does not know is kept: keys, quotas, uploads and verdicts,
// attempts that never went live, vectors. Where there is no database it makes
// one. No server may use the folder meanwhile. It signs nothing.
func Reindex(ctx context.Context, data string, log *slog.Logger) (Mended, error) {
	var done Mended
	at := folder(data)
	err := at.there()
	if err == nil {
		err = at.withRooms(ctx, log, func(cfg registry.Config) error { return reindex(ctx, cfg, &done) })
	}
	return done, plugforge.Wrap("operator.Reindex", err)
}

// withRooms opens what a registry works on. The repositories can be mended, and
// nothing in them signed.
func (f folder) withRooms(ctx context.Context, log *slog.Logger, do func(registry.Config) error) (err error) {
	db, err := sqlite.Open(ctx, f.db())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	git, err := gitstore.Open(ctx, gitstore.Config{Dir: f.git()})
	if err != nil {
		return err
	}
	store, err := blobs.Open(f.blobs())
	if err != nil {
		return err
	}
	return do(registry.Config{DB: db, Git: git, Blobs: store, Logger: log})
}

func reindex(ctx context.Context, cfg registry.Config, done *Mended) error {
	replaced, problems, err := registry.Rebuild(ctx, cfg)
	done.Problems = append(done.Problems, problems...)
	if err != nil {
		return err
	}
	for what, some := range map[string][]string{"put into": replaced.Added, "corrected in": replaced.Corrected, "taken out of": replaced.Removed} {
		for _, one := range some {
			done.Changed = append(done.Changed, fmt.Sprintf("%s is %s the index", one, what))
		}
	}
	if err := finish(ctx, cfg); err != nil {
		return err
	}
	changed, problems, err := deploy.Rebuild(ctx, cfg.DB, cfg.Git, cfg.Logger)
	for _, one := range changed {
		done.Changed = append(done.Changed, one+" agree with the ledger again")
	}
	done.Problems = append(done.Problems, problems...)
	if err != nil {
		return err
	}
	return reopenUploads(ctx, cfg, done)
}

// finish does what a server does when it starts, but for what it runs.
func finish(ctx context.Context, cfg registry.Config) error {
	reg, err := registry.Open(ctx, cfg)
	if err == nil {
		reg.Close()
	}
	return err
}

// reopenUploads lets the bytes that were lost be sent again.
func reopenUploads(ctx context.Context, cfg registry.Config, done *Mended) error {
	received, err := cfg.DB.Received(ctx)
	if err != nil {
		return err
	}
	for _, u := range received {
		file, err := cfg.Blobs.Open(ctx, u.Blob)
		if err == nil {
			file.Close()
			continue
		}
		if plugforge.CodeOf(err) != plugforge.CodeNotFound {
			return err
		}
		if err := cfg.DB.ReopenUpload(ctx, u.ID); err != nil {
			return err
		}
		done.Changed = append(done.Changed, fmt.Sprintf("upload %s waits for its bytes again, which were lost", u.ID))
	}
	return nil
}

// isThere tells whether a file or folder is there.
func isThere(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
