package httpapi

import (
	"slices"
	"strings"
	"time"

	"plugforge"
)

// longestSecret bounds what is hashed for a stranger.
const longestSecret = 200

// guard says what opens a route.
type guard int

const (
	guardKey    guard = iota // Authorization: Bearer, then namespace and scope
	guardGit                 // the same with the key as a Basic password; refusals in text
	guardOrg                 // Authorization: Bearer, then scope; the namespace is the key's organisation
	guardSigned              // the query's signature, which the handler checks
	guardOpen                // nothing
)

// authorise answers the questions about key, namespace and scope, in this
// order, and fills the call's key and namespace.
func (s *Server) authorise(c *call) error {
	if g := c.route.guard; g == guardOpen || g == guardSigned {
		return nil
	}
	if err := s.authenticate(c); err != nil {
		return err
	}
	// A namespace that the key does not reach, one that does not exist and one
	// that could not exist all look the same.
	namespace, scope := plugforge.Owner(c.vars["namespace_id"]), c.route.scope
	switch {
	case c.route.guard == guardOrg:
		namespace = c.key.Org
	case c.route.guard == guardGit && namespace == c.key.Org: // clones of the organisation's own
		scope = plugforge.ScopeOrg
	case !c.key.Sees(namespace):
		return plugforge.Errorf(plugforge.CodeNotFound, "namespace %s not found", quoted(string(namespace)))
	}
	c.namespace = namespace
	return c.lacks(scope, "")
}

// lacks is CodeForbidden unless the call's key has the scope. why says, after a
// comma, what for, where the route alone does not tell.
func (c *call) lacks(scope plugforge.Scope, why string) error {
	if c.key.Allows(scope) {
		return nil
	}
	return &plugforge.Error{
		Code:    plugforge.CodeForbidden,
		Message: "this key lacks the scope " + string(scope) + why + ": it has " + listed(c.key.Scopes),
		Details: map[string]any{"required_scope": string(scope), "scopes": c.key.Scopes},
	}
}

func listed(scopes []plugforge.Scope) string {
	if len(scopes) == 0 {
		return "none"
	}
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func (s *Server) authenticate(c *call) error {
	secret, err := c.secret()
	if err != nil {
		return err
	}
	now := s.now()
	held, err := s.keys.find(c.ctx(), secret)
	switch {
	case err != nil:
		return err
	case held == nil:
		return plugforge.Errorf(plugforge.CodeUnauthorized, "the API key is not known: check that it was copied whole")
	case !held.RevokedAt.IsZero():
		return plugforge.Errorf(plugforge.CodeUnauthorized, "the API key %s was revoked: make a new one", held.ID)
	case !held.Usable(now):
		return plugforge.Errorf(plugforge.CodeUnauthorized, "the API key %s expired at %s: make a new one", held.ID,
			held.ExpiresAt.UTC().Format(time.RFC3339))
	}
	s.keys.touch(held, now)
	c.key = &held.Key
	return nil
}

// secret takes the key out of the Authorization header, of which there must be
// exactly one.
func (c *call) secret() (string, error) {
	given := c.r.Header["Authorization"]
	git := c.route.guard == guardGit
	refuse := func(what string) (string, error) {
		way := "send Authorization: Bearer <api key>"
		if git {
			way = "use any user name and the API key as password"
		}
		return "", plugforge.Errorf(plugforge.CodeUnauthorized, "%s: %s", what, way)
	}
	switch {
	case len(given) == 0:
		return refuse("no API key")
	case len(given) > 1:
		return refuse("more than one Authorization header")
	}
	var secret string
	if git {
		_, password, ok := c.r.BasicAuth()
		if !ok {
			return refuse("the Authorization header is not Basic")
		}
		secret = password
	} else {
		scheme, rest, _ := strings.Cut(given[0], " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return refuse("the Authorization header is not Bearer")
		}
		secret = strings.Trim(rest, " ")
	}
	if secret == "" || len(secret) > longestSecret || strings.ContainsAny(secret, " \t") {
		return refuse("the Authorization header holds no API key")
	}
	return secret, nil
}
