// Package workerapi is what the server and the worker inside a sandbox say to
// each other about a replica's life: start, status, stop. It is the only
// place that knows go-plugin, which starts the worker, shakes hands, checks
// its health and carries these calls over gRPC.
//
// It is not the way of the calls that handlers answer: those travel as frames
// on a socket of their own, which the worker hands to Python and never reads.
//
// The gRPC connection is an end of a socket pair that the worker inherits. The
// socket that go-plugin opens and announces is never dialled: its path lies
// where an author's code may write, and a path can be made to lead elsewhere.
//
// Messages are small JSON documents in a protobuf BytesValue, bounded on both
// sides by MessageMax.
package workerapi

import (
	"context"
	"time"
)

// Descriptors that the worker inherits.
const (
	ControlFD = 3 // gRPC
	CallsFD   = 4 // frames, for Python
)

// MessageMax bounds every control message, in bytes.
const MessageMax = 1 << 20

// SocketDir is where go-plugin's own socket lies inside the sandbox.
const SocketDir = "/run/worker"

// Limits are set on the worker and inherited by Python. Zero leaves one as it
// is.
type Limits struct {
	OpenFiles uint64
	Processes uint64
	FileBytes uint64
	DataBytes uint64 // private writable memory of one process
}

// StartRequest tells the worker how to start Python.
type StartRequest struct {
	Command []string // argv; the descriptor of the call socket is appended
	Dir     string
	Env     []string
	Limits  Limits
}

// StartReply tells what was started.
type StartReply struct {
	PID int // inside the sandbox
}

// Status tells how Python is.
type Status struct {
	Running   bool
	ExitCode  int    // when it ended by itself
	Signal    int    // when a signal ended it
	RSSBytes  uint64 // resident memory
	CPUMillis uint64 // used so far
}

// Control is what a worker does when told to. Methods may be called at once.
type Control interface {
	// Start starts Python; once only.
	Start(ctx context.Context, r StartRequest) (StartReply, error)
	// Status waits up to wait for Python to end, then tells how it is.
	Status(ctx context.Context, wait time.Duration) (Status, error)
	// Stop ends Python politely, within grace, then by force.
	Stop(ctx context.Context, grace time.Duration) error
}
