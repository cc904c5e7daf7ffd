package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"plugforge"
)

// line is the host's end of the socket on which a replica's calls travel. It
// numbers calls, matches what comes back, and takes every byte that comes as
// hostile: the first one that breaks a rule ends the line.
type line struct {
	conn   net.Conn
	cap    int                     // bytes of one answer
	out    chan []byte             // whole frames
	over   chan struct{}           // closed when the line has ended
	broken func(error)             // told once, when the other end broke it or went away
	ready  chan loaded             // gets the one answer to load
	stuck  func(call *pendingCall) // told when a cancelled call does not end

	mu      sync.Mutex
	next    uint64
	pending map[uint64]*pendingCall
	idle    chan struct{} // closed and replaced when pending runs empty
	dead    bool
	unknown int
	pong    time.Time
	loading bool
}

type loaded struct {
	inference string
	err       error
}

// pendingCall collects one call's answer. Its fields belong to the reader
// until done is closed.
type pendingCall struct {
	id        uint64
	done      chan struct{}
	abandoned bool // under line.mu: the caller went, only the end is awaited
	parts     []part
	size      int
	kind      string // Python's type name, for tests
	err       error
}

// partCost is what holding a frame costs beside its payload, so that a flood
// of empty ones meets the cap too.
const partCost = 64

// unknownMax is how many frames for ids never issued a replica may send.
const unknownMax = 1000

func newLine(conn net.Conn, answerCap int) *line {
	return &line{
		conn:    conn,
		cap:     answerCap,
		out:     make(chan []byte, 64),
		over:    make(chan struct{}),
		ready:   make(chan loaded, 1),
		pending: map[uint64]*pendingCall{},
		idle:    make(chan struct{}),
	}
}

// run starts reading and writing. broken and stuck must be set.
func (l *line) run() {
	go l.write()
	go func() { l.end(l.read(), true) }()
}

// end closes the line and fails what is under way. told says whether broken
// hears of it.
func (l *line) end(err error, told bool) {
	l.mu.Lock()
	if l.dead {
		l.mu.Unlock()
		return
	}
	l.dead = true
	calls := l.pending
	l.pending = nil
	close(l.idle)
	l.mu.Unlock()
	close(l.over)
	_ = l.conn.Close()
	if told {
		l.broken(err) // before the calls fail: who tries again at once must not come back here
	}
	for _, c := range calls {
		c.err = errGone()
		close(c.done)
	}
}

func errGone() error {
	return plugforge.Errorf(plugforge.CodeUnavailable, "the replica ended while it worked on this call")
}

// write sends frames, all that wait at once.
func (l *line) write() {
	var batch net.Buffers
	for {
		select {
		case b := <-l.out:
			batch = append(batch[:0], b)
		case <-l.over:
			return
		}
		for more := true; more && len(batch) < 64; {
			select {
			case b := <-l.out:
				batch = append(batch, b)
			default:
				more = false
			}
		}
		sending := batch
		if _, err := sending.WriteTo(l.conn); err != nil {
			l.end(fmt.Errorf("send to the replica: %w", err), true)
			return
		}
	}
}

// read takes frames until one breaks a rule or the other end closes.
func (l *line) read() error {
	r := bufio.NewReaderSize(l.conn, 64<<10)
	for {
		h, payload, err := readFrame(r)
		if err != nil {
			return err
		}
		if err := l.take(h, payload); err != nil {
			return err
		}
	}
}

func (l *line) take(h header, payload []byte) error {
	switch h.kind {
	case frameReady, frameLoadFailed:
		return l.takeLoaded(h.kind, payload)
	case framePong:
		l.mu.Lock()
		l.pong = time.Now()
		l.mu.Unlock()
		return nil
	}
	l.mu.Lock()
	c := l.pending[h.call]
	issued := h.call != 0 && h.call <= l.next
	if c == nil && !issued {
		if l.unknown++; l.unknown > unknownMax {
			l.mu.Unlock()
			return fmt.Errorf("%w: answers to calls that were never made", errFrame)
		}
	}
	l.mu.Unlock()
	if c == nil {
		return nil
	}
	final, err := c.add(h, payload, l.cap)
	if err != nil {
		c.err = errGone()
	}
	if final || err != nil {
		l.finish(c)
	}
	return err
}

// add takes one frame of the call's answer; final says that it was the last.
// An error breaks the line.
func (c *pendingCall) add(h header, payload []byte, limit int) (final bool, err error) {
	switch h.kind {
	case frameText, frameList64, frameFloat64, frameFloat32:
		if c.size += len(payload) + partCost; c.size > limit {
			c.parts, c.err = nil, errTooLarge
			return true, nil
		}
		c.parts = append(c.parts, part{kind: h.kind, data: payload})
		return h.flags&flagMore == 0, nil
	case frameMeta:
		var meta struct{ Type string }
		if json.Unmarshal(payload, &meta) != nil {
			return false, fmt.Errorf("%w: unreadable type", errFrame)
		}
		c.kind = bounded(meta.Type, 200)
		return false, nil
	case frameRaised:
		raised, err := readRaised(payload)
		c.err = raised
		return true, err
	case frameBadRequest:
		c.err = plugforge.Errorf(plugforge.CodeValidation, "%s", bounded(string(payload), 2048))
	case frameTooLarge:
		c.err = errTooLarge
	case frameCancelled:
		c.err = &plugforge.HandlerError{Type: "CancelledError", Message: "the handler was cancelled"}
	}
	return true, nil
}

// readRaised reads the description of an exception.
func readRaised(payload []byte) (error, error) {
	var raised struct{ Type, Message, Traceback string }
	if err := json.Unmarshal(payload, &raised); err != nil {
		return nil, fmt.Errorf("%w: unreadable exception", errFrame)
	}
	return &plugforge.HandlerError{
		Type:      bounded(raised.Type, 200),
		Message:   bounded(raised.Message, 8<<10),
		Traceback: bounded(raised.Traceback, 64<<10),
	}, nil
}

func (l *line) takeLoaded(kind frameType, payload []byte) error {
	l.mu.Lock()
	asked := l.loading
	l.loading = false
	l.mu.Unlock()
	if !asked {
		return fmt.Errorf("%w: a second answer to load", errFrame)
	}
	if kind == frameLoadFailed {
		raised, err := readRaised(payload)
		if err == nil {
			l.ready <- loaded{err: raised}
		}
		return err
	}
	var ready struct{ Inference string }
	if json.Unmarshal(payload, &ready) != nil {
		return fmt.Errorf("%w: unreadable answer to load", errFrame)
	}
	l.ready <- loaded{inference: bounded(ready.Inference, 200)}
	return nil
}

// finish takes the call off the list and wakes its caller.
func (l *line) finish(c *pendingCall) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending[c.id] != c {
		return // the line ended meanwhile and has woken the caller
	}
	delete(l.pending, c.id)
	if len(l.pending) == 0 {
		close(l.idle)
		l.idle = make(chan struct{})
	}
	close(c.done)
}

// begin numbers a call. It errs when the line has ended.
func (l *line) begin() (*pendingCall, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return nil, plugforge.Errorf(plugforge.CodeUnavailable, "the replica has ended")
	}
	l.next++
	c := &pendingCall{id: l.next, done: make(chan struct{})}
	l.pending[c.id] = c
	return c, nil
}

// send queues a message, cut into frames so that others pass between them.
// It gives up when stop closes, expire fires or the line ends.
func (l *line) send(kind frameType, flags uint8, call uint64, payload []byte, stop <-chan struct{}, expire <-chan time.Time) error {
	for {
		chunk, f := payload, flags
		if len(chunk) > frameMax {
			chunk, f = chunk[:frameMax], f|flagMore
		}
		payload = payload[len(chunk):]
		frame := appendFrame(make([]byte, 0, headerSize+len(chunk)), kind, f, call, chunk)
		select {
		case l.out <- frame:
		case <-stop:
			return errStopped
		case <-expire:
			return errExpired
		case <-l.over:
			return errGone()
		}
		if len(payload) == 0 {
			return nil
		}
	}
}

var (
	errStopped = errors.New("stopped")
	errExpired = errors.New("expired")
)

// cancel tells the replica that nobody waits for the call any more. Whatever
// ends it there is awaited; a call that has not ended by limit is stuck.
func (l *line) cancel(c *pendingCall, limit time.Time) {
	l.mu.Lock()
	if l.pending[c.id] != c {
		l.mu.Unlock()
		return
	}
	c.abandoned = true
	l.mu.Unlock()
	go func() {
		timer := time.NewTimer(time.Until(limit))
		defer timer.Stop()
		stop := make(chan struct{})
		sent := make(chan struct{})
		go func() { defer close(sent); _ = l.send(frameCancel, 0, c.id, nil, stop, nil) }()
		defer func() { close(stop); <-sent }()
		select {
		case <-c.done:
		case <-l.over:
		case <-timer.C:
			l.stuck(c)
		}
	}()
}

// waitIdle returns when no call is under way, or with false when stop closes.
func (l *line) waitIdle(stop <-chan struct{}) bool {
	for {
		l.mu.Lock()
		n, idle := len(l.pending), l.idle
		l.mu.Unlock()
		if n == 0 {
			return true
		}
		select {
		case <-idle:
		case <-stop:
			return false
		}
	}
}

// answers tells whether the other end sends an answer to a ping within the
// time, or has calls to work on, for which it may let others wait.
func (l *line) answers(within time.Duration) bool {
	asked := time.Now()
	stop := make(chan struct{})
	timer := time.AfterFunc(within, func() { close(stop) })
	defer timer.Stop()
	_ = l.send(framePing, 0, 0, nil, stop, nil)
	for {
		l.mu.Lock()
		fine := l.dead || len(l.pending) > 0 || !l.pong.Before(asked)
		l.mu.Unlock()
		if fine {
			return true
		}
		select {
		case <-stop:
			return false
		case <-l.over:
			return true
		case <-time.After(within / 100):
		}
	}
}

// bounded is s made valid UTF-8 of at most n bytes.
func bounded(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
