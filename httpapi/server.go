package httpapi

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/registry"
	"plugforge/sqlite"
	"plugforge/vectors"
)

//go:embed openapi.yaml
var description []byte

// Config wires a Server. All fields without a default are needed.
type Config struct {
	DB        *sqlite.DB // keys
	Registry  *registry.Registry
	Deploy    *deploy.Controller
	Git       *gitstore.Store
	Vectors   *vectors.Store
	Signer    *blobs.Signer    // of presigned URLs
	PublicURL string           // what URLs given out start with, such as https://plugins.example.com
	Logger    *slog.Logger     // nil: slog.Default
	Now       func() time.Time // nil: time.Now
	Ready     func() error     // nil while the server can do its work; nil func: always
}

// Server answers the API. Its handler may be used from many goroutines.
type Server struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	keys     *keyring
	router   *mux.Router
	routes   []route
	failures *failures
	openAPI  []byte        // the description as JSON
	docs     docs          // and as a page
	window   time.Duration // see pace.go
	bulk     chan struct{} // bounds how many bodies of points are decoded at once

	stop func()
	work sync.WaitGroup
}

// New loads the keys and builds the routes. Close the Server after its last
// request.
func New(cfg Config) (*Server, error) {
	const op = "httpapi.New"
	s := &Server{cfg: cfg, log: cfg.Logger, now: cfg.Now, window: paceWindow, bulk: make(chan struct{}, pointsAtOnce), docs: newDocs()}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.failures = &failures{log: s.log}
	s.cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	var err error
	if s.openAPI, err = toJSON(description); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	if s.keys, err = newKeyring(context.Background(), cfg.DB, s.log); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	s.routes = s.table()
	s.router = s.mount(s.routes)
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.work.Go(func() { s.noteUses(ctx) })
	return s, nil
}

// Close ends what runs beside requests and writes down the last uses of keys.
func (s *Server) Close() {
	s.stop()
	s.work.Wait()
}

// noteUses writes the last uses of keys once a minute and at the end.
func (s *Server) noteUses(ctx context.Context) {
	tick := time.NewTicker(touchesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.keys.flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			s.keys.flush(last)
			return
		}
	}
}

// HTTPServer is a server around Handler with time-outs for what comes before
// a handler runs and between requests. Bodies and answers have a minimum rate
// instead (pace.go).
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:                      s.Handler(),
		ReadHeaderTimeout:            10 * time.Second,
		IdleTimeout:                  2 * time.Minute,
		MaxHeaderBytes:               64 << 10,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// Handler is the whole API.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// serve stands around every request: id, log line, panics, canonical path.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	c := newCall(w, r, s.window)
	defer s.finish(c)
	if err := checkPath(r); err != nil {
		s.writeError(c, err)
		return
	}
	s.router.ServeHTTP(c, r)
}

// finish is deferred: it turns a panic into an answer and writes the log line.
func (s *Server) finish(c *call) {
	caught := recover()
	if caught != nil && caught != http.ErrAbortHandler {
		c.err = fmt.Errorf("panic: %v", caught)
		s.log.Error("panic", "request_id", c.id, "path", c.path(), "panic", fmt.Sprint(caught), "stack", string(debug.Stack()))
		if c.status == 0 {
			s.writeError(c, plugforge.Wrap("httpapi.serve", c.err))
			caught = nil
		} else {
			caught = http.ErrAbortHandler // what was begun can't be made whole
		}
	}
	s.logAccess(c)
	if caught != nil {
		panic(caught)
	}
}

// logAccess writes one line a request, without its query and headers, which
// hold signatures and keys. Calls of plugins are too many to be told at Info.
func (s *Server) logAccess(c *call) {
	level := slog.LevelInfo
	if c.route != nil && c.route.quiet {
		level = slog.LevelDebug
	}
	ctx := c.ctx()
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", c.id), slog.String("method", plugforge.Printable(c.r.Method)), slog.String("path", c.path()),
		slog.Int("status", c.status), slog.Int64("bytes", c.written),
		slog.Float64("ms", float64(time.Since(c.started).Microseconds())/1000),
	}
	if c.route != nil {
		attrs = append(attrs, slog.String("route", c.route.path))
	}
	if c.key != nil {
		attrs = append(attrs, slog.String("key", c.key.ID))
	}
	if c.err != nil {
		attrs = append(attrs, slog.String("code", string(plugforge.CodeOf(c.err))))
	}
	s.log.LogAttrs(ctx, level, "request", attrs...)
}
