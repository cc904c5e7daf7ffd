package httpapi

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"plugforge"
)

// Bodies, archives and clones have no absolute deadline, since a slow line must
// be able to finish, but a minimum rate: 16 KiB/s over paceWindow.
const (
	paceWindow = 30 * time.Second
	paceBytes  = 16 << 10 * int64(paceWindow/time.Second)
)

// pacedReader reads a request's body. Each paceBytes must come within window;
// over limit bytes are CodeTooLarge, too slow or broken off CodeBadRequest.
type pacedReader struct {
	call  *call
	limit int64
	what  string // for messages: "the archive"

	total, since int64 // read at all, and since the deadline was last moved
	started      bool
	failed       error
}

func (p *pacedReader) Read(buf []byte) (int, error) {
	if p.failed != nil {
		return 0, p.failed
	}
	if !p.started || p.since >= paceBytes {
		p.started, p.since = true, 0
		deadline := time.Now().Add(p.call.window)
		_ = p.call.control.SetReadDeadline(deadline)
		if p.total == 0 {
			_ = p.call.control.SetWriteDeadline(deadline) // for 100 Continue
		}
	}
	if room := p.limit + 1 - p.total; int64(len(buf)) > room {
		buf = buf[:room]
	}
	n, err := p.call.r.Body.Read(buf)
	p.total += int64(n)
	p.since += int64(n)
	if p.total > p.limit {
		n, err = 0, plugforge.Errorf(plugforge.CodeTooLarge, "%s is over its limit of %d bytes", p.what, p.limit)
	}
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF:
		_ = p.call.control.SetReadDeadline(time.Time{})
		p.failed, p.call.bodyEnd = io.EOF, true
	default:
		p.failed, p.call.tooSlow = readFailure(err, p.what), errors.Is(err, os.ErrDeadlineExceeded)
	}
	return n, p.failed
}

func readFailure(err error, what string) error {
	var public *plugforge.Error
	switch {
	case errors.As(err, &public):
		return public
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &plugforge.Error{Code: plugforge.CodeBadRequest, Err: err,
			Message: what + " came too slowly: at least 16 KiB/s over 30 s are needed; send it again"}
	}
	return &plugforge.Error{Code: plugforge.CodeBadRequest, Err: err,
		Message: what + " broke off before its end: send it again"}
}

// pacedWriter writes an answer of any length. A client must take each paceBytes
// within window. Only what it keeps the writer waiting counts: what the server
// needs to find the next bytes is not the client's doing.
type pacedWriter struct {
	w       io.Writer
	control *http.ResponseController
	window  time.Duration
	atOnce  bool // nothing waits for more to be sent with it

	since  int64         // bytes since the window began
	waited time.Duration // for the client, in this window
}

func (p *pacedWriter) Write(buf []byte) (int, error) {
	written := 0
	for len(buf) > 0 {
		begun := time.Now()
		_ = p.control.SetWriteDeadline(begun.Add(p.window - p.waited))
		piece := buf[:min(int64(len(buf)), paceBytes-p.since)]
		n, err := p.w.Write(piece)
		if err == nil && p.atOnce {
			err = p.control.Flush()
		}
		written += n
		p.since += int64(n)
		p.waited += time.Since(begun)
		if err != nil {
			return written, err
		}
		if p.since >= paceBytes {
			p.since, p.waited = 0, 0
		}
		buf = buf[len(piece):]
	}
	return written, nil
}
