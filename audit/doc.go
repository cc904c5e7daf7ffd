// Package audit checks a clone of a plugin's repository against what the
// service promises of it: that every version and deletion is signed and on one
// line of history, that each version's files are those it was published with,
// and that the ledger is one signed line that names what ran.
//
// It needs nothing but stock git, which reads the clone, and the public keys.
// It shares no code with the store that wrote the history, on purpose: what one
// of the two got wrong the other would repeat. Every object that it looks at
// is hashed anew; git's own fsck sees to the rest.
//
// A Report holds Findings, which are lies or damage, and Notes, which are what
// a clone alone cannot tell: above all whether its newest entries were cut off.
// For that an auditor keeps a Memory of the heads last seen.
package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"plugforge"
	"plugforge/internal/signers"
)

// Options says what to verify and by what.
type Options struct {
	Dir      string            // the clone, or a bare repository
	Signers  string            // the text of an allowed_signers file
	Archives string            // a folder with the versions' archives; empty: they are not looked at
	Memory   Memory            // what an earlier Verify saw; nil: nothing to compare with
	Refs     map[string]string // full name to hash, where they were read already; nil: read them
	Quick    bool              // leave git's own fsck out, for a caller that runs it
}

// Finding is one thing that is not as it must be.
type Finding struct {
	Where string // what it is about, as a path: refs/tags/v1.0.0, archives/1.0.0.zip
	What  string // what is wrong
	Way   string // the way out
}

// String is the finding on one line.
func (f Finding) String() string {
	return plugforge.Printable(f.Where + ": " + f.What + "; " + f.Way)
}

// Report is what a Verify found.
type Report struct {
	Plugin   string // its name; empty for a repository without versions
	Owner    string
	Versions int // that exist
	Deleted  int
	Entries  int       // of the ledger
	Live     string    // the version that the ledger says is live; empty for none
	Head     time.Time // of the newest signed thing
	Findings []Finding
	Notes    []string
	Memory   Memory // to be kept for the next time, if there are no findings
}

// Memory is the heads and tags of a clone: full ref name to hash.
type Memory map[string]string

// The trust that a lie costs, in the words of every finding about one.
const (
	wayLie  = "do not trust this history: ask who runs the server, and compare with an earlier clone"
	wayDisk = "clone anew; if it stays, the server's repository is damaged: restore it from a backup"
)

// Verify looks at a whole clone. What is wrong with it is in the report; an
// error means that it could not be looked at. Errors: CodeValidation for
// signers that cannot be read; CodeNotFound where there is no repository;
// CodeUnavailable without git.
func Verify(ctx context.Context, o Options) (*Report, error) {
	report, err := verify(ctx, o)
	return report, plugforge.Wrap("audit.Verify", err)
}

func verify(ctx context.Context, o Options) (*Report, error) {
	list, err := signers.Parse([]byte(o.Signers))
	if err != nil {
		return nil, err
	}
	repo, err := openRepo(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	defer repo.close()
	if o.Refs == nil {
		if o.Refs, err = repo.refs(ctx); err != nil {
			return nil, err
		}
	}
	a := &auditor{ctx: ctx, repo: repo, signers: list, refs: o.Refs, report: &Report{},
		versions: map[string]*version{}, commits: map[string]*release{}, trees: map[string]string{}, blobs: map[string]string{}}
	steps := []func() error{a.surroundings, a.tags, a.main, a.ledger}
	if !o.Quick {
		steps = append(steps, func() error { return a.fsck(o.Dir) })
	}
	if o.Archives != "" {
		steps = append(steps, func() error { return a.archives(o.Archives) })
	}
	steps = append(steps, func() error { return a.remember(o.Memory) })
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(a.report.Findings, func(x, y Finding) int { return cmp.Compare(x.Where, y.Where) })
	a.report.Findings = slices.Compact(a.report.Findings)
	return a.report, nil
}

// auditor is one Verify under way.
type auditor struct {
	ctx     context.Context
	repo    *repo
	signers *signers.List
	refs    map[string]string
	report  *Report

	versions map[string]*version // by number, deleted ones too
	commits  map[string]*release // by hash, read and checked once
	line     map[string]bool     // the commits that main leads to
	ran      map[string]bool     // those that the ledger does
	trees    map[string]string   // Content-SHA256 by git's hash
	blobs    map[string]string   // SHA-256 by git's hash
}

// version is what a tag, or a tombstone, says.
type version struct {
	ref     string
	hash    string // of the tag object
	deleted bool
	release *release
}

// release is a version's commit.
type release struct {
	*commit
	text trailers
}

func (a *auditor) lie(where, format string, args ...any) {
	a.find(where, wayLie, format, args...)
}

func (a *auditor) find(where, way, format string, args ...any) {
	a.report.Findings = append(a.report.Findings, Finding{where, fmt.Sprintf(format, args...), way})
}

func (a *auditor) note(format string, args ...any) {
	a.report.Notes = append(a.report.Notes, fmt.Sprintf(format, args...))
}

// seen keeps the time of the newest signed thing.
func (a *auditor) seen(at time.Time) {
	if at.After(a.report.Head) {
		a.report.Head = at
	}
}
