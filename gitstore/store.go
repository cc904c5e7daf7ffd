package gitstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"plugforge"
)

// Config says where a Store keeps its things.
type Config struct {
	Dir     string             // the folder of all repositories; made if missing
	KeyFile string             // the ed25519 signing key, OpenSSH format; made (0600) at first start; empty: nothing is signed, so only reading and mending work
	Signers string             // the list of all keys that ever signed; empty: allowed_signers beside KeyFile
	Marker  func(stage string) // called when a stage is durable, for crash tests; nil means none
	Clones  int                // how many clones are served at once, the rest wait; 0 means 20

	CloneWait time.Duration // how long they wait, and then are refused; 0 means 15 s
}

// What Config.Clones and CloneWait are when they are not said.
const (
	manyClones = 20
	cloneWait  = 15 * time.Second
)

// The stages that Config.Marker is told of.
const (
	StageObjects = "publish.objects" // the version's objects are in the store
	StageTag     = "publish.tag"     // its tag exists: the version does
	StageMain    = "publish.main"    // main leads to it
	StageLedger  = "ledger.append"   // active leads to the entry

	StageTombstone = "delete.tombstone" // the deleted version's tombstone exists: it is deleted
	StageRetired   = "delete.tag"       // and its tag is gone

	StageCopied  = "enable.objects" // the adopted version's objects are in the store
	StageAdopted = "enable.tag"     // its tag exists: the version does
)

// Store is all repositories of one data folder. Its methods may be called from
// many goroutines at once, and several processes may open the same folder.
type Store struct {
	dir    string
	key    signingKey
	git    string // path of the git program; empty when there is none
	marker func(string)
	clones chan struct{}          // one place each
	wait   time.Duration          // for a place
	able   atomic.Pointer[[]byte] // what git says it can do; nil until asked
	diffs  chan struct{}

	deflaters sync.Pool // of *zlib.Writer between packs

	syncFailed atomic.Pointer[error] // the first failed sync; writing ends with it

	mu    sync.Mutex
	locks map[string]chan struct{} // by lock file; never dropped, they are few bytes each
	repos map[string]*repo         // by folder; a bounded cache
}

// maxRepos bounds how many repositories keep their pack index in memory.
const maxRepos = 256

// maxDiffs bounds how many differences are computed at once: each may hold
// both sides of a text of maxText in memory, cut into lines.
const maxDiffs = 2

// Open makes the folder and the signing key where they are missing and removes
// what a crash left of repositories that were being made. It does not look
// into the repositories: Recover does. Errors: CodeConflict for a signing key
// that is missing beside existing repositories, or unfit.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s, err := open(cfg)
	return s, plugforge.Wrap("gitstore.Open", translate(err))
}

func open(cfg Config) (*Store, error) {
	if cfg.Dir == "" {
		return nil, plugforge.Errorf(plugforge.CodeValidation, "the store needs a folder")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dir: dir, marker: cfg.Marker,
		clones: make(chan struct{}, cmp.Or(max(cfg.Clones, 0), manyClones)),
		wait:   cmp.Or(max(cfg.CloneWait, 0), cloneWait),
		diffs:  make(chan struct{}, maxDiffs),
		locks:  map[string]chan struct{}{},
		repos:  map[string]*repo{},
	}
	if s.marker == nil {
		s.marker = func(string) {}
	}
	for _, sub := range []string{ownersNamespace, ownersOrg, foundry} {
		if err := s.makeDirs(filepath.Join(dir, sub)); err != nil {
			return nil, err
		}
	}
	if err := s.openKey(cfg); err != nil {
		return nil, err
	}
	// A missing git stops clones only; serving one says so.
	s.git, _ = exec.LookPath("git")
	return s, s.sweepFoundry()
}

// AllowedSigners is the text for gpg.ssh.allowedSignersFile with which stock
// git's verify-tag and verify-commit check what this store ever signed.
func (s *Store) AllowedSigners() string { return s.key.allowed.String() }

// Ready is nil while the store may be written to. After a sync to disk failed
// it is CodeUnavailable until the process starts anew: the system may have
// dropped what it could not write, and a second sync would not say so.
func (s *Store) Ready() error {
	if cause := s.syncFailed.Load(); cause != nil {
		return &plugforge.Error{
			Code:    plugforge.CodeUnavailable,
			Message: "the disk failed to store data: nothing more is written until the operator has checked it and restarted the server",
			Op:      "gitstore.Ready", Err: *cause,
		}
	}
	return nil
}

// translate gives the errors of the system their public code, once.
func translate(err error) error {
	var public *plugforge.Error
	switch {
	case err == nil, errors.As(err, &public):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &plugforge.Error{Code: plugforge.CodeInsufficientStorage, Message: "the server's disk is full: nothing was stored; try again when there is room", Err: err}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &plugforge.Error{Code: plugforge.CodeUnavailable, Message: "stopped before it was done: try again", Err: err}
	}
	return err
}

// missing tells a file that is not there from one that cannot be read.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func notFound(slug plugforge.Slug) error {
	return plugforge.Errorf(plugforge.CodeNotFound, "plugin %s not found in %s", plugforge.Printable(string(slug.Name)), plugforge.Printable(string(slug.Owner)))
}

func noVersion(slug plugforge.Slug, v plugforge.Version) error {
	return plugforge.Errorf(plugforge.CodeNotFound, "version %s of %s not found", v, plugforge.Printable(string(slug.Name)))
}

// checkSlug keeps anything but legal names out of paths.
func checkSlug(slug plugforge.Slug) error {
	parse := plugforge.ParseNamespace
	if slug.Owner.IsOrg() {
		parse = plugforge.ParseOrg
	}
	if _, err := parse(string(slug.Owner)); err != nil {
		return err
	}
	_, err := plugforge.ParseName(string(slug.Name))
	return err
}

func checkVersion(v plugforge.Version) error {
	if got, err := plugforge.ParseVersion(v.String()); err != nil || got != v {
		return plugforge.Errorf(plugforge.CodeValidation, "version %s is not legal: use X.Y.Z of whole numbers below 1,000,000,000", v)
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errCorrupt, fmt.Sprintf(format, args...))
}

// errCorrupt marks what the disk holds and should not; errAbsent an object
// that it does not hold, errDeltas a pack that only git reads without an index.
var (
	errCorrupt = errors.New("corrupt repository")
	errAbsent  = errors.New("object not in the store")
	errDeltas  = errors.New("the pack holds deltas")
)
