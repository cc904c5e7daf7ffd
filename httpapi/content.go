package httpapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// serveContent answers with a file, or the one range of it that is asked for,
// at the client's pace, or with 304 to a client that has it. The caller closes
// content.
func (c *call) serveContent(contentType, disposition, etag string, content io.ReadSeeker) error {
	h := c.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", etag)
	h.Set("Cache-Control", checkAgain)
	r := c.r
	if ranges := r.Header["Range"]; len(ranges) > 0 && (len(ranges) > 1 || !isRange(ranges[0])) {
		r = r.Clone(r.Context())
		r.Header.Del("Range") // what is not understood is answered by the whole
	}
	from := &watched{ReadSeeker: content}
	to := &contentWriter{call: c, out: c.paced()}
	http.ServeContent(to, r, "", time.Time{}, from)
	switch {
	case from.err != nil:
		return plugforge.Wrap("httpapi.serveContent", from.err)
	case to.refused == http.StatusRequestedRangeNotSatisfiable:
		return plugforge.Errorf(plugforge.CodeRangeNotSatisfiable, "the range %s is not within it: Content-Range tells how long it is", quoted(r.Header.Get("Range")))
	case to.refused == http.StatusPreconditionFailed:
		return plugforge.Errorf(plugforge.CodePreconditionFailed, "it is another by now: leave If-Match and If-Unmodified-Since out to get it")
	case to.refused != 0:
		return plugforge.Wrap("httpapi.serveContent", fmt.Errorf("refused with %d", to.refused))
	}
	return nil
}

// isRange tells whether a Range header names one range of bytes.
func isRange(header string) bool {
	first, last, ok := strings.Cut(strings.TrimPrefix(header, "bytes="), "-")
	if !ok || !strings.HasPrefix(header, "bytes=") || first+last == "" {
		return false
	}
	for _, digits := range []string{first, last} {
		if len(digits) > 18 || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
			return false
		}
	}
	from, _ := strconv.ParseInt(first, 10, 64)
	to, _ := strconv.ParseInt(last, 10, 64)
	return first == "" || last == "" || from <= to
}

// checkAgain lets a client keep an answer, and use it once it has asked whether
// it still may.
const checkAgain = "private, no-cache"

// isFresh gives the answer its tag, and tells whether that was all: for a
// client that has it, or that asked for no body.
func (c *call) isFresh(etag string) bool {
	c.Header().Set("ETag", etag)
	c.Header().Set("Cache-Control", checkAgain)
	for _, given := range c.r.Header["If-None-Match"] {
		for one := range strings.SplitSeq(given, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
				c.Header().Del("Content-Type")
				c.Header().Del("Content-Disposition")
				c.WriteHeader(http.StatusNotModified)
				return true
			}
		}
	}
	if c.r.Method == http.MethodHead {
		c.WriteHeader(http.StatusOK)
		return true
	}
	return false
}

// contentWriter keeps what http.ServeContent would say of its own to a request
// that it refuses; errors have one form here.
type contentWriter struct {
	*call
	out     io.Writer
	refused int
}

func (w *contentWriter) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		w.refused = status
		return
	}
	w.call.WriteHeader(status)
}

func (w *contentWriter) Write(p []byte) (int, error) {
	if w.refused != 0 {
		return len(p), nil
	}
	return w.out.Write(p)
}

// watched remembers why reading failed, which http.ServeContent does not tell.
type watched struct {
	io.ReadSeeker
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadSeeker.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// seeker makes a file that can only be read from its beginning one that can be
// read from any place, by reading up to there. What a range skips at the end is
// not verified; the whole is.
type seeker struct {
	ctx  context.Context
	open func() (io.ReadCloser, error)
	size int64

	want int64 // where to read next
	file io.ReadCloser
	at   int64 // where file stands
}

func (s *seeker) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.want
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek to %d", offset)
	}
	s.want = offset
	return offset, nil
}

func (s *seeker) Read(p []byte) (n int, err error) {
	if s.want >= s.size {
		return 0, io.EOF
	}
	if s.file == nil || s.at > s.want {
		if err := s.Close(); err != nil {
			return 0, err
		}
		if s.file, err = s.open(); err != nil {
			return 0, err
		}
		s.at = 0
	}
	skip := make([]byte, min(64<<10, s.want-s.at))
	for s.at < s.want {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		n, err := s.file.Read(skip[:min(int64(len(skip)), s.want-s.at)])
		if s.at += int64(n); err != nil {
			return 0, err
		}
	}
	n, err = s.file.Read(p)
	s.at += int64(n)
	s.want = s.at
	return n, err
}

// Close closes the file if it was opened.
func (s *seeker) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// attachment is the Content-Disposition of a file to be saved by that name,
// whatever characters it has: for old clients what is not plain is _.
func attachment(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%;/`, r) {
			return '_'
		}
		return r
	}, name)
	header := `attachment; filename="` + plain + `"`
	if plain != name {
		header += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return header
}
