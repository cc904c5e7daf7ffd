package httpapi

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"plugforge"
)

// lingerTime is how long a body that nobody wants may go on coming.
const lingerTime = 2 * time.Second

// call is one request on its way through the server. It is also the
// http.ResponseWriter that the router carries to the handler.
type call struct {
	w       http.ResponseWriter
	r       *http.Request // the one the router passed on
	control *http.ResponseController
	id      string
	started time.Time
	window  time.Duration

	route     *route // nil until routed
	vars      map[string]string
	key       *plugforge.Key // nil for calls without one
	namespace plugforge.Owner

	status  int // 0 until the answer has begun
	written int64
	err     error // what the handler returned, for the log
	bodyEnd bool  // the request's body is read to its end, or there is none
	tooSlow bool  // reading it ran into its deadline
}

func newCall(w http.ResponseWriter, r *http.Request, window time.Duration) *call {
	c := &call{w: w, r: r, id: newRequestID(), started: time.Now(), window: window, bodyEnd: r.ContentLength == 0}
	c.control = http.NewResponseController(w)
	w.Header()["X-Request-Id"] = []string{c.id}
	return c
}

func newRequestID() string {
	var raw [8]byte
	n := rand.Uint64()
	for i := range raw {
		raw[i] = byte(n >> (8 * i))
	}
	var id [20]byte
	copy(id[:], "req_")
	hex.Encode(id[4:], raw[:])
	return string(id[:])
}

// Header is http.ResponseWriter.
func (c *call) Header() http.Header { return c.w.Header() }

// WriteHeader is http.ResponseWriter. From here the client has window to take
// what is written; long answers move the deadline on (pacedWriter).
func (c *call) WriteHeader(status int) {
	if c.status != 0 {
		return
	}
	c.status = status
	now := time.Now()
	deadline := now.Add(c.window)
	if !c.bodyEnd {
		// The server reads on a little before it answers, so that the client
		// comes to see the answer. A client that was too slow had its time.
		linger := lingerTime
		if c.tooSlow {
			linger = 0
		}
		_ = c.control.SetReadDeadline(now.Add(linger))
		deadline = deadline.Add(linger)
	}
	_ = c.control.SetWriteDeadline(deadline)
	c.w.WriteHeader(status)
}

// Write is http.ResponseWriter.
func (c *call) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	n, err := c.w.Write(p)
	c.written += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController through.
func (c *call) Unwrap() http.ResponseWriter { return c.w }

func (c *call) ctx() context.Context { return c.r.Context() }

// path is the request's path for the log, without the query: that may hold a
// signature.
func (c *call) path() string { return plugforge.Printable(c.r.URL.Path) }

func (c *call) actor() plugforge.Actor { return c.key.Actor() }

// writeJSON answers 200 with v.
func (c *call) writeJSON(v any) error {
	body, err := encodeJSON(v)
	if err != nil {
		return plugforge.Wrap("httpapi.writeJSON", err)
	}
	c.writeJSONBytes(http.StatusOK, body)
	return nil
}

// encodeJSON is how all JSON of the server's own making looks: a newline at the
// end, and < and & as they are, for source code is full of them.
func encodeJSON(v any) ([]byte, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return body.Bytes(), err
}

func (c *call) writeJSONBytes(status int, body []byte) {
	c.writeBytes(status, "application/json", body)
}

func (c *call) writeText(status int, text string) {
	c.writeBytes(status, "text/plain; charset=utf-8", []byte(text))
}

// writeBytes answers with all of body. That the client went away is no
// concern: nobody is left to tell.
func (c *call) writeBytes(status int, contentType string, body []byte) {
	h := c.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	c.WriteHeader(status)
	if int64(len(body)) <= paceBytes {
		_, _ = c.Write(body)
	} else {
		_, _ = c.paced().Write(body)
	}
}

// paced writes the body of a long answer.
func (c *call) paced() *pacedWriter {
	return &pacedWriter{w: c, control: c.control, window: c.window}
}

// body reads the request's body, at most limit bytes, named what in messages.
func (c *call) body(limit int64, what string) *pacedReader {
	return &pacedReader{call: c, limit: limit, what: what}
}
