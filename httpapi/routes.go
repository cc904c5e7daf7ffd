package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"plugforge"
)

// route is one row of the table.
type route struct {
	method string
	path   string // as in the description
	scope  plugforge.Scope
	guard  guard
	handle func(*call) error
	quiet  bool // its log line is for debugging only
}

// methods is the row's method, and HEAD where that is GET: the HTTP server then
// sends no body. git does not ask for it.
func (r *route) methods() []string {
	if r.method == http.MethodGet && r.guard != guardGit {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

const inNamespace = "/v1/namespaces/{namespace_id}"

// table is every route. Where two paths match, the first one is taken: the
// pinned realtime call stands before the other, whose slug would take in the
// version. The calls of plugins are first, for they are the most.
func (s *Server) table() []route {
	const (
		read, write    = plugforge.ScopeRead, plugforge.ScopeWrite
		dep, invoke    = plugforge.ScopeDeploy, plugforge.ScopeInvoke
		plugins        = inNamespace + "/plugins"
		byID, byName   = plugins + "/{plugin_id}", plugins + "/by-name/{slug}"
		repository     = "/git/{namespace_id}/{slug}.git"
		get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
		del            = http.MethodDelete
		admin, org     = plugforge.ScopeAdmin, plugforge.ScopeOrg
		ofOrg          = "/v1/plugins"
	)
	return []route{
		{method: post, path: inNamespace + "/realtime/{slug}@{version}", scope: invoke, handle: s.callVersion, quiet: true},
		{method: post, path: inNamespace + "/realtime/{slug}", scope: invoke, handle: s.callActive, quiet: true},

		{method: post, path: plugins + "/uploads", scope: write, handle: s.createUpload},
		{method: post, path: plugins + "/uploads/{upload_id}/confirm", scope: write, handle: s.confirmUpload},
		{method: put, path: "/uploads/{upload_id}", guard: guardSigned, handle: s.putArchive},

		{method: get, path: plugins, scope: read, handle: s.listPlugins},
		{method: get, path: plugins + "/available", scope: read, handle: s.listAvailable},
		{method: post, path: plugins + "/org/{plugin_id}/enable", scope: admin, handle: s.enablePlugin},
		{method: post, path: plugins + "/org/{plugin_id}/disable", scope: admin, handle: s.disablePlugin},
		{method: get, path: byID, scope: read, handle: s.getPlugin},
		{method: del, path: byID, scope: admin, handle: s.deletePlugin},
		{method: get, path: byID + "/source", scope: read, handle: s.getSource},
		{method: get, path: byID + "/download", scope: read, handle: s.getDownload},
		{method: get, path: "/downloads/{namespace_id}/{plugin_id}", guard: guardSigned, handle: s.downloadArchive},

		{method: post, path: byID + "/deploy", scope: dep, handle: s.deploy},
		{method: post, path: byID + "/undeploy", scope: dep, handle: s.undeploy},
		{method: get, path: byID + "/status", scope: read, handle: s.getStatus},
		{method: post, path: byID + "/realtime/test", scope: invoke, handle: s.testRealtime},

		{method: get, path: byName + "/source", scope: read, handle: s.getActiveSource},
		{method: get, path: byName + "/versions", scope: read, handle: s.listVersions},
		{method: post, path: byName + "/rollback", scope: dep, handle: s.rollback},
		{method: get, path: byName + "/diff", scope: read, handle: s.getDiff},
		{method: get, path: byName + "/deployments", scope: read, handle: s.listDeployments},

		{method: post, path: plugins, scope: write, handle: s.createPlugin},
		{method: post, path: plugins + "/reconfigure", scope: plugforge.ScopeAdmin, handle: s.reconfigure},
		{method: get, path: inNamespace + "/vectors", scope: read, handle: s.listVectors},
		{method: post, path: inNamespace + "/vectors/{name}/points", scope: write, handle: s.upsertPoints},
		{method: http.MethodDelete, path: inNamespace + "/vectors/{name}/points", scope: write, handle: s.deletePoints},
		{method: post, path: inNamespace + "/vectors/{name}/search", scope: read, handle: s.searchVectors},

		{method: get, path: ofOrg, scope: org, guard: guardOrg, handle: s.listOrgPlugins},
		{method: post, path: ofOrg + "/uploads", scope: org, guard: guardOrg, handle: s.createOrgUpload},
		{method: post, path: ofOrg + "/uploads/{upload_id}/confirm", scope: org, guard: guardOrg, handle: s.confirmUpload},
		{method: get, path: ofOrg + "/{plugin_id}", scope: org, guard: guardOrg, handle: s.getOrgPlugin},
		{method: del, path: ofOrg + "/{plugin_id}", scope: org, guard: guardOrg, handle: s.deleteOrgPlugin},

		{method: get, path: repository + "/info/refs", scope: read, guard: guardGit, handle: s.gitRefs},
		{method: post, path: repository + "/git-upload-pack", scope: read, guard: guardGit, handle: s.gitUploadPack},
		{method: post, path: repository + "/git-receive-pack", scope: read, guard: guardGit, handle: s.gitReceivePack},
		{method: get, path: "/git/allowed_signers", guard: guardOpen, handle: s.allowedSigners},

		{method: get, path: "/healthz", guard: guardOpen, handle: s.healthz, quiet: true},
		{method: get, path: "/readyz", guard: guardOpen, handle: s.readyz, quiet: true},
		{method: get, path: "/openapi.json", guard: guardOpen, handle: s.getOpenAPI},
		{method: get, path: "/docs", guard: guardOpen, handle: s.getDocs},
	}
}

// dumb is the paths of git's old protocol, which is refused in words that git
// shows. They are no calls, so the description does not have them.
func dumb() []route {
	const repository = "/git/{namespace_id}/{slug}.git"
	var all []route
	for _, path := range []string{"/HEAD", "/objects/{object:.*}"} {
		all = append(all, route{method: http.MethodGet, path: repository + path, scope: plugforge.ScopeRead, guard: guardGit, handle: noDumb})
	}
	return all
}

// mount gives the table to the router. Paths were checked before: the router
// is told not to clean them, for it would redirect.
func (s *Server) mount(table []route) *mux.Router {
	m := mux.NewRouter().SkipClean(true)
	table = slices.Concat(table, dumb())
	for i := range table {
		r := &table[i]
		m.Path(r.path).Methods(r.methods()...).HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			s.handle(w.(*call), req, r)
		})
	}
	m.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c := w.(*call)
		s.writeError(c, plugforge.Errorf(plugforge.CodeNotFound, "no call has the path %s: GET /docs shows them all, GET /openapi.json lists them", quoted(c.r.URL.Path)))
	})
	m.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := w.(*call)
		allow := strings.Join(s.allowed(req), ", ")
		c.Header().Set("Allow", allow)
		s.writeError(c, plugforge.Errorf(plugforge.CodeMethodNotAllowed, "%s is not a method of this path: use %s", quoted(c.r.Method), allow))
	})
	return m
}

// handle runs one route's handler, with its route and variables in the call.
func (s *Server) handle(c *call, r *http.Request, one *route) {
	c.r, c.route, c.vars = r, one, mux.Vars(r)
	err := s.authorise(c)
	if err == nil {
		err = one.handle(c)
	}
	if err != nil {
		s.writeError(c, err)
	}
}

// allowed is the methods of the path, for the Allow header that the router
// does not send.
func (s *Server) allowed(r *http.Request) []string {
	var methods []string
	for _, one := range s.routes {
		for _, method := range one.methods() {
			if slices.Contains(methods, method) {
				continue
			}
			probe := *r
			probe.Method = method
			var match mux.RouteMatch
			if s.router.Match(&probe, &match) && match.MatchErr == nil {
				methods = append(methods, method)
			}
		}
	}
	slices.Sort(methods)
	return methods
}
