package gitstore

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// Entry is one line of a plugin's ledger: a switch of what is live.
type Entry struct {
	Action        plugforge.Action
	Version       plugforge.Version  // what went live; for undeploy and stopped: what was
	VersionCommit string             // its commit
	Previous      *plugforge.Version // live before it; nil for none
	DeploymentID  string
	Type          plugforge.DeploymentType
	AuditHead     string // the audit's newest hash at that time; may be empty
	By            plugforge.Actor
	Message       string    // the reason given; empty: the default one
	At            time.Time // git keeps it to the second
	Commit        string    // the entry's own; filled by AppendLedger
}

// emptyTree is the tree of an entry after which nothing is live.
var emptyTree = plumbing.NewHash("4b825dc642cb6eb9a060e54bf8d69288fbee4904")

// AppendLedger adds an entry to the ledger, durably, and returns it as Ledger
// will. An entry whose deployment and action are those of the newest one is
// returned as it stands: appending again after a crash is safe. Errors:
// CodeNotFound for a version that does not exist (a deleted one may still be
// undeployed or stopped); CodeConflict when its commit is another.
func (s *Store) AppendLedger(ctx context.Context, slug plugforge.Slug, e Entry) (Entry, error) {
	done, err := s.appendLedger(ctx, slug, e)
	return done, plugforge.Wrap("gitstore.AppendLedger", translate(err))
}

func (s *Store) appendLedger(ctx context.Context, slug plugforge.Slug, e Entry) (Entry, error) {
	if err := e.check(slug); err != nil {
		return Entry{}, err
	}
	if err := s.Ready(); err != nil {
		return Entry{}, err
	}
	r, err := s.repo(slug)
	if err != nil {
		return Entry{}, err
	}
	unlock, err := s.lock(ctx, r, lockLedger)
	if err != nil {
		return Entry{}, err
	}
	defer unlock()
	if _, err := s.sweepLedger(r); err != nil {
		return Entry{}, fmt.Errorf("clear away an unfinished entry: %w", err)
	}
	head, err := r.readRef(refActive)
	if err != nil {
		return Entry{}, err
	}
	if !head.IsZero() {
		last, _, err := r.entry(head)
		if err != nil {
			return Entry{}, err
		}
		if last.DeploymentID == e.DeploymentID && last.Action == e.Action {
			return last, s.syncDir(r.path("refs", "heads"))
		}
	}
	tree, err := r.entryTree(slug, e)
	if err != nil {
		return Entry{}, err
	}
	c := &commit{tree: tree, parent: head, author: identOf(e.By), at: e.At, message: e.message()}
	if err := s.addEntry(r, c); err != nil {
		// If this fails too, what is in quarantine stays for the next writer.
		_, swept := s.sweepLedger(r)
		return Entry{}, errors.Join(err, swept)
	}
	s.marker(StageLedger)
	e.Commit = c.hash.String()
	return e, s.clearLedger(r)
}

// entryTree is what is live after the entry.
func (r *repo) entryTree(slug plugforge.Slug, e Entry) (plumbing.Hash, error) {
	if e.Action == plugforge.ActionUndeploy || e.Action == plugforge.ActionStopped {
		return emptyTree, nil
	}
	c, err := r.versionCommit(e.Version)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if c == nil {
		return plumbing.ZeroHash, noVersion(slug, e.Version)
	}
	if c.hash.String() != e.VersionCommit {
		return plumbing.ZeroHash, plugforge.Errorf(plugforge.CodeConflict, "version %s is commit %s, not %s", e.Version, c.hash, e.VersionCommit)
	}
	return c.tree, nil
}

func (e *Entry) check(slug plugforge.Slug) error {
	e.Message = orDefault(e.Message, fmt.Sprintf("%s %s %s", e.Action, slug.Name, e.Version))
	e.At = e.At.UTC().Truncate(time.Second)
	switch e.Action {
	case plugforge.ActionDeploy, plugforge.ActionRollback, plugforge.ActionUndeploy, plugforge.ActionStopped:
	default:
		return plugforge.Errorf(plugforge.CodeValidation, "action %q is not known", plugforge.Printable(string(e.Action)))
	}
	if e.Type != plugforge.TypeRealtime && e.Type != plugforge.TypeBatchOnly {
		return plugforge.Errorf(plugforge.CodeValidation, "deployment type %q is not known", plugforge.Printable(string(e.Type)))
	}
	if _, err := parseHash(e.VersionCommit); err != nil || !token.MatchString(e.DeploymentID) {
		return plugforge.Errorf(plugforge.CodeValidation, "commit %q or deployment %q is not legal", plugforge.Printable(e.VersionCommit), plugforge.Printable(e.DeploymentID))
	}
	if e.AuditHead != "" && !token.MatchString(e.AuditHead) {
		return plugforge.Errorf(plugforge.CodeValidation, "audit head %q is not legal", plugforge.Printable(e.AuditHead))
	}
	if e.At.Unix() <= 0 {
		return plugforge.Errorf(plugforge.CodeValidation, "the time of the entry is missing")
	}
	if e.Previous != nil {
		if err := checkVersion(*e.Previous); err != nil {
			return err
		}
	}
	for _, err := range []error{checkVersion(e.Version), checkActor(e.By), checkText("message", e.Message)} {
		if err != nil {
			return err
		}
	}
	return nil
}

// none stands in a trailer for a value that there is none of.
const none = "none"

func (e *Entry) message() string {
	previous, audit := none, none
	if e.Previous != nil {
		previous = e.Previous.String()
	}
	if e.AuditHead != "" {
		audit = e.AuditHead
	}
	return formatMessage(e.Message, []trailer{
		{trailerAction, string(e.Action)},
		{trailerVersion, e.Version.String()},
		{trailerCommit, e.VersionCommit},
		{trailerPreviousVersion, previous},
		{trailerDeploymentID, e.DeploymentID},
		{trailerDeploymentType, string(e.Type)},
		{trailerAuditHead, audit},
		{trailerBy, formatActor(e.By)},
	})
}

// entry reads the ledger's commit h.
func (r *repo) entry(h plumbing.Hash) (Entry, *commit, error) {
	c, err := r.commit(h)
	if err != nil {
		return Entry{}, nil, err
	}
	e, err := entryOf(c)
	return e, c, err
}

func entryOf(c *commit) (Entry, error) {
	text, t, err := parseMessage(c.message)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		Action: plugforge.Action(t[trailerAction]), VersionCommit: t[trailerCommit],
		DeploymentID: t[trailerDeploymentID], Type: plugforge.DeploymentType(t[trailerDeploymentType]),
		AuditHead: t[trailerAuditHead], Message: text, At: c.at, Commit: c.hash.String(),
	}
	if e.AuditHead == none {
		e.AuditHead = ""
	}
	var errs [3]error
	e.Version, errs[0] = plugforge.ParseVersion(t[trailerVersion])
	if previous := t[trailerPreviousVersion]; previous != none {
		e.Previous = new(plugforge.Version)
		*e.Previous, errs[1] = plugforge.ParseVersion(previous)
	}
	e.By, errs[2] = parseActor(t[trailerBy])
	if err := errors.Join(errs[:]...); err != nil {
		return Entry{}, corrupt("trailers of ledger entry %s: %v", c.hash, err)
	}
	return e, nil
}

// Ledger reads the newest entries, newest first; limit 0 means all. A plugin
// that never ran has none. Errors: CodeNotFound for an unknown plugin.
func (s *Store) Ledger(ctx context.Context, slug plugforge.Slug, limit int) ([]Entry, error) {
	entries, err := s.ledger(ctx, slug, limit)
	return entries, plugforge.Wrap("gitstore.Ledger", translate(err))
}

func (s *Store) ledger(ctx context.Context, slug plugforge.Slug, limit int) ([]Entry, error) {
	r, err := s.repo(slug)
	if err != nil {
		return nil, err
	}
	at, err := r.readRef(refActive)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for !at.IsZero() && (limit <= 0 || len(entries) < limit) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, c, err := r.entry(at)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
		at = c.parent
	}
	return entries, nil
}

// quarantineLedger starts the names of what waits for the ledger: an object's
// hash follows, or the ref's name.
const (
	quarantineLedger = "ledger-"
	waitingActive    = quarantineLedger + "active"
)

func waitingObject(h plumbing.Hash) string { return quarantineLedger + h.String() }

// addEntry writes the entry's commit as a loose object, for one small object
// is found faster so than in a pack of its own, and moves active to it.
func (s *Store) addEntry(r *repo, c *commit) error {
	object, err := c.encode(s.key)
	if err != nil {
		return err
	}
	objects := []content{object}
	if c.tree == emptyTree && !r.holds(emptyTree) {
		objects = append(objects, content{emptyTree, plumbing.TreeObject, nil})
	}
	ref := r.path(quarantine, waitingActive)
	if err := createFile(ref, refText(c.hash), 0o644); err != nil {
		return err
	}
	synced := []string{ref, r.path(quarantine)}
	for _, o := range objects {
		path := r.path(quarantine, waitingObject(o.hash))
		if err := createFile(path, looseForm(o), 0o444); err != nil {
			return err
		}
		synced = append(synced, path)
	}
	if err := s.syncAll(synced...); err != nil {
		return err
	}
	for _, o := range objects {
		if err := s.admitLoose(r, waitingObject(o.hash), o.hash); err != nil {
			return err
		}
	}
	return s.moveRef(r, refActive, ref)
}

// looseForm is an object as git keeps it in a file of its own.
func looseForm(o content) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b) // writing to memory cannot fail
	fmt.Fprintf(z, "%s %d\x00", o.kind, len(o.data))
	_, _ = z.Write(o.data)
	_ = z.Close()
	return b.Bytes()
}

// admitLoose reads a waiting object back and gives it its name in the store.
func (s *Store) admitLoose(r *repo, waiting string, h plumbing.Hash) error {
	from := r.path(quarantine, waiting)
	if !wholeObject(openLooseFile(from, h)) {
		return corrupt("the disk gives back other bytes than it was given for %s", h)
	}
	to := r.loosePath(h)
	if err := s.makeDirs(filepath.Dir(to)); err != nil {
		return err
	}
	if err := linkOver(from, to); err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(to))
}

// sweepLedger takes back what dead processes left of an entry to which active
// does not lead. The caller holds the lock.
func (s *Store) sweepLedger(r *repo) ([]string, error) {
	left, err := r.waitingFor(quarantineLedger)
	if err != nil || len(left) == 0 {
		return nil, err
	}
	reached := map[plumbing.Hash]bool{}
	at, err := r.readRef(refActive)
	for err == nil && !at.IsZero() {
		var c *commit
		if c, err = r.commit(at); err == nil {
			reached[at], reached[c.tree] = true, true
			at = c.parent
		}
	}
	if err != nil {
		return nil, err // what was damaged may lead there: touch nothing
	}
	var did []string
	for _, name := range left {
		hash, err := parseHash(strings.TrimPrefix(name, quarantineLedger))
		if err == nil && !reached[hash] {
			if err := os.Remove(r.loosePath(hash)); err != nil && !missing(err) {
				return nil, err
			}
		}
		did = append(did, quarantine+"/"+name+" removed")
	}
	return did, s.clearLedger(r)
}

func (s *Store) clearLedger(r *repo) error {
	left, err := r.waitingFor(quarantineLedger)
	for _, name := range left {
		err = errors.Join(err, os.Remove(r.path(quarantine, name)))
	}
	return err
}
