// Package registry is what can be done with versions: upload one, have it
// checked and published, read it, compare it, and make the index of versions
// again from git.
//
// An upload lives in four steps. CreateUpload makes its row, which holds a
// number. Receive streams the bytes into a blob of their own and notes it in
// the row. Confirm checks them (archive, manifest, security scan) and either
// turns them away, which leaves nothing but a verdict, or publishes them: the
// archive's blob under its lasting key, then the commit and tag in git, which
// are the fact, then the row in the index; only then does it answer. Whatever
// is cut in between is finished or taken back by Open; confirming again always
// gives the same answer.
//
// A version ends by Retire: the tombstone in git is the fact, then row and
// archive follow. Enable copies an organisation's version into a namespace, which
// is noted before it begins, so that Open can finish it.
//
// The nouns: an Upload is what a client is told of an attempt, a Verdict what
// became of it. The registry knows nothing of HTTP, of deployments or of
// Python, and never runs what it publishes.
package registry

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/gitstore"
	"plugforge/internal/pysyntax"
	"plugforge/scanner"
	"plugforge/sqlite"
)

// parsedBytes is how much Python source is kept as trees, which take ten times
// as much memory: a version is checked faster by what it shares with the last.
const parsedBytes = 2 << 20

// Policy says what a finding of the security scan does.
type Policy string

// The policies. A malformed archive or manifest, and a secret in a file, is
// refused under both.
const (
	PolicyEnforce Policy = "enforce" // refuse the upload
	PolicyWarn    Policy = "warn"    // publish it marked ScanPassed false
)

// MaxArchive is the most bytes that an archive may have.
const MaxArchive = 500 << 20

// The stages that Config.Marker is told of, in the order of an upload's life.
// gitstore's own stand between StageConfirmArchive and StageConfirmRow.
const (
	StageUploadRow      = "upload.row"      // the upload and its number are in the index
	StagePutBlob        = "put.blob"        // its bytes are stored
	StagePutRow         = "put.row"         // and the upload points to them
	StageConfirmChecked = "confirm.checked" // the checks are done, nothing is written
	StageConfirmArchive = "confirm.archive" // the archive has its lasting key
	StageConfirmRow     = "confirm.row"     // the version is in the index

	StageDeleteRow     = "delete.row"     // the deleted version's row says so; gitstore's stages are before it
	StageDeleteArchive = "delete.archive" // and its archive is gone

	StageEnableRow     = "enable.row"     // the enabling is under way
	StageEnableArchive = "enable.archive" // the namespace has the archive; gitstore's stages follow
	StageEnableDone    = "enable.done"    // it has the row, with its deployment queued
)

// sweepEvery is how often uploads are looked through for expired ones.
const sweepEvery = 30 * time.Second

// Config names what a Registry works on. All stores stay the caller's to
// close, after the Registry.
type Config struct {
	DB         *sqlite.DB
	Git        *gitstore.Store
	Blobs      *blobs.Store
	MinFree    int64              // bytes of the disk below which uploads are refused; 0: not before it is full
	ScanPolicy Policy             // empty means PolicyEnforce
	Additions  scanner.Policy     // what the operator adds to the scan's rules; nothing if zero
	Now        func() time.Time   // nil means time.Now
	Marker     func(stage string) // called when a stage is durable, for crash tests; nil means none
	Logger     *slog.Logger       // nil means slog.Default()
}

// Registry publishes and reads versions. Its methods may be called from many
// goroutines. Only one process may have a data folder's Registry open.
type Registry struct {
	db        *sqlite.DB
	git       *gitstore.Store
	blobs     *blobs.Store
	minFree   int64
	policy    Policy
	rules     string // hash of the policy, all rules and additions, 64 hex digits
	additions scanner.Policy
	now       func() time.Time
	marker    func(string)
	log       *slog.Logger

	uploads  turns         // by upload id: one confirm or change of bytes at a time
	slugs    turns         // by owner and folded name: one publication at a time
	direct   turns         // by what names a request in one call: its repetition waits for it
	claims   claims        // places in quotas
	arriving counts        // uploads whose bytes are on their way
	checks   chan struct{} // bounds how many archives are checked at once
	parsed   *pysyntax.Cache
	early    early

	running context.Context // ends with Close: what no request waits for works under it
	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// Open finishes what a crash cut, rebuilds rows that the index lacks from git,
// removes orphans, and then looks for expired uploads now and then until
// Close. A slug whose repository is damaged or missing is logged and left as it
// is; CodeInternal when all of git is missing, which needs the operator.
func Open(ctx context.Context, cfg Config) (*Registry, error) {
	const op = "registry.Open"
	r, err := newRegistry(cfg)
	if err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	if err := r.reconcile(ctx); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	r.running, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.stopped.Go(func() { r.sweepAgain(r.running) })
	return r, nil
}

func newRegistry(cfg Config) (*Registry, error) {
	r := &Registry{
		db: cfg.DB, git: cfg.Git, blobs: cfg.Blobs, minFree: cfg.MinFree, policy: cfg.ScanPolicy, additions: cfg.Additions, now: cfg.Now, marker: cfg.Marker, log: cfg.Logger,
		checks: make(chan struct{}, runtime.NumCPU()), parsed: pysyntax.NewCache(parsedBytes),
		early: early{begun: map[string]<-chan earlyCheck{}},
	}
	switch r.policy {
	case "":
		r.policy = PolicyEnforce
	case PolicyEnforce, PolicyWarn:
	default:
		return nil, plugforge.Errorf(plugforge.CodeValidation, "scan policy %q is not known: use enforce or warn", string(cfg.ScanPolicy))
	}
	r.rules = hashPolicy(r.policy, r.additions)
	if r.now == nil {
		r.now = time.Now
	}
	if r.marker == nil {
		r.marker = func(string) {}
	}
	if r.log == nil {
		r.log = slog.Default()
	}
	return r, nil
}

// Close ends the looking for expired uploads. Calls under way are not waited
// for.
func (r *Registry) Close() {
	r.stop()
	r.stopped.Wait()
}

// time is the present as it is stored: UTC, to the millisecond.
// Rest forgets what is kept only to be faster next time: for when nothing is
// asked for anyway.
func (r *Registry) Rest() { r.parsed.Clear() }

func (r *Registry) time() time.Time { return r.now().UTC().Truncate(time.Millisecond) }
