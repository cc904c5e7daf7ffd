package httpapi

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"plugforge"
	"plugforge/gitstore"
)

// RouteInfo is a row of the table, for tests that walk it.
type RouteInfo struct {
	Method, Path string
	Scope        plugforge.Scope
	Keyed, Git   bool // opened by a key; by git's Basic
	Org          bool // over the key's organisation
	Open         bool // to everyone
}

// RouteTable is every route of s.
func RouteTable(s *Server) []RouteInfo {
	var all []RouteInfo
	for _, r := range s.routes {
		all = append(all, RouteInfo{r.method, r.path, r.scope, r.guard == guardKey || r.guard == guardGit || r.guard == guardOrg, r.guard == guardGit, r.guard == guardOrg, r.guard == guardOpen})
	}
	return all
}

// AddRoute puts a GET before the table's routes, for a handler that misbehaves.
func AddRoute(s *Server, path string, handle http.HandlerFunc) {
	s.add(http.MethodGet, path, handle)
}

// AddPost is AddRoute for a POST, whose handler gets a body read to its end.
func AddPost(s *Server, path string, handle http.HandlerFunc) {
	s.add(http.MethodPost, path, handle)
}

func (s *Server) add(method, path string, handle http.HandlerFunc) {
	added := route{method: method, path: path, guard: guardOpen, handle: func(c *call) error {
		if _, err := c.readJSON(manageLimit); err != nil {
			return err
		}
		handle(c, c.r)
		return nil
	}}
	s.routes = append([]route{added}, s.routes...)
	s.router = s.mount(s.routes)
}

// Attachment is the header of a file to be saved by that name.
func Attachment(name string) string { return attachment(name) }

// AddPaced puts a GET before the table's routes whose answer is written at the
// client's pace.
func AddPaced(s *Server, path string, write func(io.Writer) error) {
	s.add(http.MethodGet, path, func(w http.ResponseWriter, _ *http.Request) {
		p := w.(*call).paced()
		p.atOnce = true
		_ = write(p)
	})
}

// SetGit has the API clone from another store.
func SetGit(s *Server, git *gitstore.Store) { s.cfg.Git = git }

// SetWindow shortens the time in which bytes must come and go.
func SetWindow(s *Server, d time.Duration) { s.window = d }

// ErrorAnswer is what a client gets for err.
func ErrorAnswer(err error) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	log := slog.New(slog.DiscardHandler)
	s := &Server{log: log, window: paceWindow, failures: &failures{log: log}}
	c := newCall(w, httptest.NewRequest(http.MethodGet, "/", nil), s.window)
	s.writeError(c, err)
	return w
}
