package plugforge

import (
	"context"
	"io/fs"
	"time"
)

// State is where a deployment stands.
type State string

// The states, as clients see them.
const (
	StateQueued      State = "QUEUED"       // waiting for a worker
	StatePending     State = "PENDING"      // picked up: source is being laid out
	StateInProgress  State = "IN_PROGRESS"  // rolling out blue-green
	StateDeployed    State = "DEPLOYED"     // answers realtime calls
	StateNotDeployed State = "NOT_DEPLOYED" // has no realtime endpoint
	StateFailed      State = "FAILED"       // see Deployment.Error
)

// Action is what a deployment record or ledger entry did.
type Action string

// The actions. Stopped is the supervisor's, after a crash loop.
const (
	ActionDeploy   Action = "deploy"
	ActionRollback Action = "rollback"
	ActionUndeploy Action = "undeploy"
	ActionStopped  Action = "stopped"
)

// DeploymentType says whether a deployment answers realtime calls.
type DeploymentType string

// The deployment types.
const (
	TypeRealtime  DeploymentType = "realtime"
	TypeBatchOnly DeploymentType = "batch_only"
)

// Deployment is one attempt to change what is live for a slug.
type Deployment struct {
	ID       string // dpl_ and 24 hex digits
	Slug     Slug
	Version  Version // what goes live; for undeploy and stopped: what was
	Action   Action
	Type     DeploymentType
	State    State
	By       Actor
	Message  string   // the reason given, or the default one
	Previous *Version // live before it; nil for none
	Commit   string   // the version's commit
	Error    string   // why it failed; empty otherwise

	QueuedAt   time.Time
	StartedAt  time.Time // picked up; zero if not yet
	DeployedAt time.Time // went live; zero if it never did
	EndedAt    time.Time // stopped being live, or failed; zero if not yet
}

// ReplicaSpec is what an engine needs to run one copy of a version.
type ReplicaSpec struct {
	Slug           Slug
	Version        Version
	Commit         string        // names the tree: equal commits have equal trees
	Tree           fs.FS         // the version's files
	MaxConcurrency int           // threads for sync handlers; 0 means 1
	MemoryBytes    int64         // 0 means the engine's default
	Params         []byte        // JSON object merged under every call's parameters; nil for none
	CallTimeout    time.Duration // a call past it is CodePluginTimeout; 0 means the engine's default
}

// Call is one realtime request to a replica.
type Call struct {
	Body []byte // the request's JSON as it came: {"inputs": {…}, "parameters": {…}}
	Test bool   // realtime/test: fill Answer's Type and Inference
}

// Answer is what a handler returned.
type Answer struct {
	Body      []byte // its JSON
	Type      string // Python's type name of the value (dict); only for Call.Test
	Inference string // the handler class's name; only for Call.Test, with a HandlerError too
}

// Replica is one running copy of a version. It exists as an interface because
// it stands at a process border and a cluster engine will be the second kind.
// All methods may be called at once from many goroutines.
type Replica interface {
	// Call runs the handler once. Errors: *HandlerError when it raised;
	// CodeValidation for a body that is not the JSON it must be;
	// CodePluginTimeout; CodeTooLarge for an answer over the cap;
	// CodeUnavailable when the replica died or is stopping (the handler may
	// have run). When ctx ends the call is cancelled in the replica.
	Call(ctx context.Context, c Call) (Answer, error)

	// Done is closed when the replica can answer no more calls, by Stop or
	// by dying.
	Done() <-chan struct{}

	// Err is nil until Done is closed and after Stop; else why it died, with
	// the last lines of its log.
	Err() error

	// Stop waits for running calls until ctx ends, then ends the process and
	// everything it started, and returns when they are gone (bounded by
	// seconds, even for a replica that will not die politely). Stopping twice
	// is fine.
	Stop(ctx context.Context) error
}
