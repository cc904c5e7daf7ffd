package sandbox

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"time"

	"plugforge"
)

// logLines keeps the last lines that a replica printed and hands them to the
// log, bounded and escaped. Whatever a line says, it is text: it chooses
// neither level nor fields. The last lines are kept however many there are; the
// log gets a few a second, for it is the operator's disk.
type logLines struct {
	logger *slog.Logger

	mu      sync.Mutex
	partial []byte
	lines   []string // the last ones
	left    float64  // lines that may be logged now
	last    time.Time
	dropped int
}

const (
	keptLines     = 50
	keptLineBytes = 2 << 10
	logBurst      = 1000
	logPerSecond  = 20
)

func newLogLines(logger *slog.Logger) *logLines {
	return &logLines{logger: logger, left: logBurst, last: time.Now()}
}

// Write implements io.Writer; it never fails.
func (l *logLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(b)
	for len(b) > 0 {
		piece, rest, whole := bytes.Cut(b, []byte{'\n'})
		if room := keptLineBytes - len(l.partial); room > 0 {
			l.partial = append(l.partial, piece[:min(room, len(piece))]...)
		}
		if whole {
			l.add(string(l.partial))
			l.partial = l.partial[:0]
		}
		b = rest
	}
	return n, nil
}

func (l *logLines) add(text string) {
	text = plugforge.Printable(strings.TrimRight(text, "\r"))
	if len(l.lines) == keptLines {
		copy(l.lines, l.lines[1:])
		l.lines = l.lines[:keptLines-1]
	}
	l.lines = append(l.lines, text)
	now := time.Now()
	l.left = min(logBurst, l.left+now.Sub(l.last).Seconds()*logPerSecond)
	l.last = now
	if l.left < 1 {
		l.dropped++
		return
	}
	l.left--
	if l.dropped > 0 {
		l.logger.Warn("plugin printed too much", "dropped_lines", l.dropped)
		l.dropped = 0
	}
	l.logger.Info("plugin printed", "text", text)
}

// tail is the last n lines, for an error.
func (l *logLines) tail(n int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines[max(0, len(l.lines)-n):]...)
}
