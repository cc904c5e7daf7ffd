package httpapi

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"plugforge"
)

// failuresPerSecond bounds the log lines about failures that plugins make:
// they come as fast as a plugin is called, and the disk is the operator's.
const failuresPerSecond = 10

// Bounds of what one line says of an exception, in bytes.
const (
	toldMessage   = 1 << 10
	toldTraceback = 4 << 10
)

// raisedBy is what an author's code raised, with whose code it was.
type raisedBy struct {
	plugin  plugforge.Slug
	version plugforge.Version
	raised  *plugforge.HandlerError
}

func (r *raisedBy) Error() string { return r.raised.Error() }
func (r *raisedBy) Unwrap() error { return r.raised }

// handlerRaised gives what the author's code raised its public form: type and
// message. The traceback is for the log.
func handlerRaised(err error, plugin plugforge.Slug, version plugforge.Version) error {
	var raised *plugforge.HandlerError
	if !errors.As(err, &raised) {
		return err
	}
	return &plugforge.Error{
		Code:    plugforge.CodePluginFailed,
		Message: "the plugin raised " + raised.Type + ": " + raised.Message,
		Details: map[string]any{"exception": raised.Type},
		Op:      "httpapi.handlerRaised", Err: &raisedBy{plugin, version, raised},
	}
}

// failures tells the log of calls that failed by a plugin's doing, and counts
// what is over the bound.
type failures struct {
	log *slog.Logger

	mu     sync.Mutex
	began  time.Time // of the second that is counted
	told   int       // in it
	untold int       // since the last count was logged
}

// isPlugins tells failures that a plugin can make as many of as it is called.
func isPlugins(code plugforge.Code) bool {
	return code == plugforge.CodePluginFailed || code == plugforge.CodePluginTimeout || code == plugforge.CodeUnavailable
}

func (f *failures) tell(c *call, err error) {
	if !f.admit() {
		return
	}
	var by *raisedBy
	if !errors.As(err, &by) {
		f.log.Warn("request failed", "request_id", c.id, "path", c.path(), "error", err.Error())
		return
	}
	message := strings.ToValidUTF8(by.raised.Message[:min(toldMessage, len(by.raised.Message))], "")
	f.log.Warn("plugin raised", "request_id", c.id, "plugin", by.plugin, "version", by.version,
		"exception", plugforge.Printable(by.raised.Type), "message", plugforge.Printable(message),
		"traceback", tracebackTail(by.raised.Traceback))
}

// admit takes one of this second's lines. Those that it refuses are logged as
// a number when the second is over, whether or not more come.
func (f *failures) admit() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if now.Sub(f.began) >= time.Second {
		f.began, f.told = now, 0
	}
	if f.told < failuresPerSecond {
		f.told++
		return true
	}
	if f.untold++; f.untold == 1 {
		time.AfterFunc(f.began.Add(time.Second).Sub(now), f.count)
	}
	return false
}

func (f *failures) count() {
	f.mu.Lock()
	n := f.untold
	f.untold = 0
	f.mu.Unlock()
	f.log.Warn("more plugin failures than are logged one by one", "count", n)
}

// tracebackTail is the last lines of a traceback, each of them harmless to a
// terminal.
func tracebackTail(text string) string {
	if over := len(text) - toldTraceback; over > 0 {
		text = text[over:]
		if _, rest, whole := strings.Cut(text, "\n"); whole {
			text = rest
		}
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = plugforge.Printable(line)
	}
	return strings.Join(lines, "\n")
}
