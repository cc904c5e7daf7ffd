package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/internal/sqlitefile"
	"plugforge/sqlite"
)

// CheckOptions says what to check.
type CheckOptions struct {
	Data    string
	Serving bool          // a server uses the folder: what is under way is no finding
	Found   func(Finding) // told of each as it is found; nil: nobody
}

// Checked is what a Check looked at.
type Checked struct {
	Findings     []Finding
	Repositories int
	Versions     int
	Archives     int
	Entries      int // of ledgers
}

// Check looks for damage in a data folder, or a backup, and changes nothing but
// that an older database gets the newest schema. What is wrong is in the
// findings; an error means that it could not look. Errors: CodeNotFound for a
// folder that is none; CodeUnavailable without git.
func Check(ctx context.Context, o CheckOptions) (*Checked, error) {
	c := &checker{ctx: ctx, o: o, at: folder(o.Data), done: &Checked{}}
	err := c.at.there()
	if err == nil {
		err = c.run()
	}
	return c.done, plugforge.Wrap("operator.Check", err)
}

type checker struct {
	ctx  context.Context
	o    CheckOptions
	at   folder
	done *Checked

	db      *sqlite.DB
	git     *gitstore.Store
	signers string

	expected map[string]expectation // by the archive's key, of versions that have one
	repos    map[string]bool        // by owner and folded name
}

func (c *checker) run() error {
	if err := c.databases(); err != nil {
		return err
	}
	if c.db != nil {
		defer c.db.Close()
	}
	if err := c.keys(); err != nil {
		return err
	}
	c.expected, c.repos = map[string]expectation{}, map[string]bool{}
	if err := c.repositories(); err != nil {
		return err
	}
	if err := c.rowsWithoutRepository(); err != nil {
		return err
	}
	return c.allBlobs()
}

func (c *checker) find(where, way, format string, args ...any) {
	c.tell(Finding{where, fmt.Sprintf(format, args...), way})
}

func (c *checker) tell(some ...Finding) {
	for _, f := range some {
		c.done.Findings = append(c.done.Findings, f)
		if c.o.Found != nil {
			c.o.Found(f)
		}
	}
}

// settled looks until it finds nothing, or the same for so long that no step
// that a server has under way can be the cause, and tells of what is left.
func (c *checker) settled(look func() ([]Finding, error)) error {
	pauses := []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second, 2 * time.Second}
	if !c.o.Serving {
		pauses = nil
	}
	found, err := look()
	for _, pause := range pauses {
		if err != nil || len(found) == 0 {
			return err
		}
		select {
		case <-time.After(pause):
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
		var again []Finding
		if again, err = look(); err == nil {
			found = slices.DeleteFunc(again, func(f Finding) bool { return !slices.Contains(found, f) })
		}
	}
	if err == nil {
		c.tell(found...)
	}
	return err
}

// databases has SQLite check its files, and opens the one that Check reads.
func (c *checker) databases() error {
	sound := true
	for _, part := range []string{partDB, partVectors} {
		lines, err := sqlitefile.Check(c.ctx, c.at.path(part))
		switch {
		case errors.Is(err, fs.ErrNotExist) && part == partVectors:
			continue // nobody ever stored a vector
		case errors.Is(err, fs.ErrNotExist):
			sound = false
			c.find(part, "restore it from a backup, or let plugforge reindex make what git knows anew; keys and quotas must then be made again", "is missing")
		case err != nil:
			return err
		}
		for _, line := range lines {
			sound = sound && part != partDB
			c.find(part, wayBackup, "is damaged: %s", line)
		}
	}
	if !sound {
		return nil
	}
	var err error
	if c.db, err = sqlite.Open(c.ctx, c.at.db()); err != nil {
		return err
	}
	if _, err := c.db.VerifyAudit(c.ctx); err != nil {
		if plugforge.CodeOf(err) != plugforge.CodeInternal {
			return err
		}
		c.find(partDB+"/audit", wayLie, "%v", err)
	}
	return nil
}

// keys looks at what the server signs with.
func (c *checker) keys() error {
	for name, size := range map[string]int64{"signing": 0, "urls": 32} {
		info, err := os.Stat(c.at.path(partKeys, name))
		switch {
		case errors.Is(err, fs.ErrNotExist): // the signing key may lie elsewhere, the secret is made anew
		case err != nil:
			return err
		case info.Mode().Perm()&0o077 != 0:
			c.find(filepath.Join(partKeys, name), "chmod 600 it, and think of it as known to others", "may be read by others")
		case size != 0 && info.Size() != size:
			c.find(filepath.Join(partKeys, name), "remove it: URLs given out so far stop working", "holds %d bytes where %d belong", info.Size(), size)
		}
	}
	text, err := os.ReadFile(c.at.signers())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if repos, err := gitstore.Repositories(c.at.git()); err != nil || len(repos) > 0 {
			c.find(filepath.Join(partKeys, "allowed_signers"), "start the server, which makes it, or restore it from a backup", "is missing, so no signature can be verified")
		}
		return nil
	case err != nil:
		return err
	}
	c.signers = string(text)
	return nil
}

// repositories checks every repository, and what the index says of it.
func (c *checker) repositories() error {
	repos, err := gitstore.Repositories(c.at.git())
	if err != nil || len(repos) == 0 {
		return err
	}
	if c.git, err = gitstore.Open(c.ctx, gitstore.Config{Dir: c.at.git()}); err != nil {
		return err
	}
	slugs, damaged, err := c.git.Slugs(c.ctx)
	if err != nil {
		return err
	}
	for _, cause := range damaged {
		c.find(partGit, wayBackup, "%v", cause)
	}
	names := map[string]plugforge.Slug{}
	for _, slug := range slugs {
		names[string(slug.Owner)+"/"+slug.Name.Fold()] = slug
	}
	for _, r := range repos {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		c.done.Repositories++
		key := string(r.Owner) + "/" + r.Fold
		c.repos[key] = true
		if err := c.repository(r); err != nil {
			return err
		}
		slug, named := names[key]
		if !named {
			continue // without versions, or told of above
		}
		if err := c.settled(func() ([]Finding, error) { return c.compare(slug) }); err != nil {
			return err
		}
	}
	return nil
}
