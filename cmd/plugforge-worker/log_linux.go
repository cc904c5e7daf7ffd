package main

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// What Python may say: lines of lineMax bytes, burst at once, then perSecond.
// The rest is read, so that the plugin is not held up, and counted.
const (
	lineMax   = 4 << 10
	burst     = 1000
	perSecond = 100
)

// pump hands lines from r on to w until r ends.
func pump(r io.ReadCloser, w io.Writer) {
	defer func() { _ = r.Close() }()
	reader := bufio.NewReaderSize(r, 64<<10)
	budget := &budget{left: burst, last: time.Now()}
	dropped := 0
	skipped := 0
	cut := false // the line goes on beyond what was handed on
	for {
		line, more, err := reader.ReadLine()
		if err != nil {
			break
		}
		wasCut := cut
		cut = more
		if wasCut {
			if skipped++; skipped%16 == 0 {
				time.Sleep(time.Millisecond) // an endless line must not cost a core
			}
			continue
		}
		line = line[:min(len(line), lineMax)]
		if !budget.take(time.Now()) {
			dropped++
			if dropped%256 == 0 {
				time.Sleep(time.Millisecond)
			}
			continue
		}
		if dropped > 0 {
			fmt.Fprintf(w, "[%d lines dropped]\n", dropped)
			dropped = 0
		}
		// One write a line, so that none is torn.
		out := append(append(make([]byte, 0, len(line)+4), line...), '\n')
		if _, err := w.Write(out); err != nil {
			break
		}
	}
	if dropped > 0 {
		fmt.Fprintf(w, "[%d lines dropped]\n", dropped)
	}
	_, _ = io.Copy(io.Discard, reader)
}

// budget allows so many lines at once and so many a second.
type budget struct {
	left float64
	last time.Time
}

func (b *budget) take(now time.Time) bool {
	b.left = min(burst, b.left+now.Sub(b.last).Seconds()*perSecond)
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
