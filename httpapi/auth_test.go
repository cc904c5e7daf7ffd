package httpapi_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/httpapi"
	"plugforge/internal/testserver"
)

// body is what a walk over all routes sends: legal for every route that takes
// one, so that what is refused is refused for the key.
func body(method, path string) any {
	if method == http.MethodPost && !strings.HasPrefix(path, "/git/") {
		return map[string]any{"name": "text_embed"}
	}
	return nil
}

// authorised is a request of a route with that secret, in the route's way.
func authorised(s *testserver.Server, r httpapi.RouteInfo, namespace, secret string) *http.Request {
	path := strings.Replace(example(r.Path), testserver.Namespace, namespace, 1)
	if strings.HasSuffix(path, "/info/refs") {
		path += "?service=git-upload-pack"
	}
	req := s.Request(r.Method, path, body(r.Method, path))
	if r.Git {
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("x:"+secret)))
	} else {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	return req
}

// The table of routes, walked with every kind of key that must not pass.
func TestEveryRouteChecksItsKey(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	all := append(plugforge.DefaultScopes(), plugforge.ScopeOrg)
	mine, other := []plugforge.Owner{testserver.Namespace}, []plugforge.Owner{"ns_other"}
	revoked := s.NewKey(plugforge.Key{ID: "key_00000000000000aa", Namespaces: mine})
	if err := s.DB.RevokeKey(t.Context(), "key_00000000000000aa", time.Now()); err != nil {
		t.Fatal(err)
	}
	expired := s.NewKey(plugforge.Key{Namespaces: mine, ExpiresAt: time.Now().Add(-time.Minute)})
	sameOrg := s.NewKey(plugforge.Key{Namespaces: other, Scopes: all})
	otherOrg := s.NewKey(plugforge.Key{Org: "org_other", Namespaces: []plugforge.Owner{"ns_foreign"}, Scopes: all})
	without := map[plugforge.Scope]string{}
	for _, lacking := range all {
		var rest []plugforge.Scope
		for _, scope := range all {
			// write, deploy and admin include read.
			if scope != lacking && (lacking != plugforge.ScopeRead || scope == plugforge.ScopeInvoke || scope == plugforge.ScopeOrg) {
				rest = append(rest, scope)
			}
		}
		without[lacking] = s.NewKey(plugforge.Key{Namespaces: mine, Scopes: rest})
	}
	keyed := 0
	for _, r := range httpapi.RouteTable(s.API) {
		if !r.Keyed {
			continue
		}
		keyed++
		name := r.Method + " " + r.Path
		send := func(what string, req *http.Request, want int) testserver.Answer {
			t.Helper()
			a := s.Send(req)
			if a.Status != want {
				t.Errorf("%s with %s: %d, want %d\n%s", name, what, a.Status, want, a.Body)
			}
			if r.Git && want >= 400 && !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
				t.Errorf("%s with %s: %s, want text that git shows", name, what, a.Header.Get("Content-Type"))
			}
			if want == 401 && !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), map[bool]string{true: "Basic ", false: "Bearer "}[r.Git]) {
				t.Errorf("%s with %s: WWW-Authenticate %q", name, what, a.Header.Get("WWW-Authenticate"))
			}
			return a
		}
		none := authorised(s, r, testserver.Namespace, "")
		none.Header.Del("Authorization")
		send("no key", none, 401)
		twice := authorised(s, r, testserver.Namespace, s.Key)
		twice.Header.Add("Authorization", twice.Header.Get("Authorization"))
		send("two keys", twice, 401)
		for what, secret := range map[string]string{
			"an empty key": "", "an unknown key": "sk_" + strings.Repeat("0", 40), "a key cut short": s.Key[:len(s.Key)-1],
			"a key with more": s.Key + "0", "a key in capitals": strings.ToUpper(s.Key), "a long key": strings.Repeat("k", 5000),
			"a revoked key": revoked, "an expired key": expired,
		} {
			send(what, authorised(s, r, testserver.Namespace, secret), 401)
		}
		for _, header := range []string{"", "Bearer", "Basic", "Basic ???", "Token " + s.Key, s.Key, "Bearer " + s.Key + " " + s.Key} {
			req := authorised(s, r, testserver.Namespace, "")
			req.Header["Authorization"] = []string{header}
			send(fmt.Sprintf("Authorization %.10q", header), req, 401)
		}
		swapped := authorised(s, r, testserver.Namespace, "")
		if swapped.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("x:"+s.Key))); r.Git {
			swapped.Header.Set("Authorization", "Bearer "+s.Key)
		}
		send("the other scheme", swapped, 401)

		if !r.Org {
			foreignLooksMissing(t, s, r, sameOrg, otherOrg)
		}
		a := send("a key without "+string(r.Scope), authorised(s, r, testserver.Namespace, without[r.Scope]), 403)
		if !strings.Contains(string(a.Body), string(r.Scope)) {
			t.Errorf("%s: the refusal does not name the scope %s: %s", name, r.Scope, a.Body)
		}
		// And with the scope alone the question is another one.
		only := s.NewKey(plugforge.Key{Namespaces: mine, Scopes: []plugforge.Scope{r.Scope}})
		if a := s.Send(authorised(s, r, testserver.Namespace, only)); a.Status == 401 || a.Status == 403 && !strings.Contains(string(a.Body), "push") {
			t.Errorf("%s with the scope %s alone: %d %s", name, r.Scope, a.Status, a.Body)
		}
	}
	if keyed < 15 {
		t.Errorf("only %d routes ask for a key", keyed)
	}
	if log := s.Log.String(); strings.Contains(log, s.Key) || strings.Contains(log, revoked) || strings.Contains(log, otherOrg) {
		t.Error("a key stands in the log")
	}
}

// foreignLooksMissing: what belongs to others looks like what does not exist,
// in status, body and headers.
func foreignLooksMissing(t *testing.T, s *testserver.Server, r httpapi.RouteInfo, sameOrg, otherOrg string) {
	t.Helper()
	name := r.Method + " " + r.Path
	send := func(what string, req *http.Request, want int) testserver.Answer {
		t.Helper()
		a := s.Send(req)
		if a.Status != want {
			t.Errorf("%s with %s: %d, want %d\n%s", name, what, a.Status, want, a.Body)
		}
		return a
	}
	missing := send("a namespace that is not", authorised(s, r, "ns_missing", s.Key), 404)
	for what, req := range map[string]*http.Request{
		"another namespace's key":    authorised(s, r, testserver.Namespace, sameOrg),
		"another organisation's key": authorised(s, r, testserver.Namespace, otherOrg),
		"an illegal namespace":       authorised(s, r, "NS-1", s.Key),
	} {
		a := send(what, req, 404)
		like := strings.NewReplacer("ns_missing", "*", testserver.Namespace, "*", "NS-1", "*")
		if got, want := like.Replace(string(a.Body)), like.Replace(string(missing.Body)); got != want {
			t.Errorf("%s with %s answers\n%s\nbut a missing namespace\n%s", name, what, got, want)
		}
		if got, want := headerNames(a.Header), headerNames(missing.Header); got != want {
			t.Errorf("%s with %s has the headers %s, a missing namespace %s", name, what, got, want)
		}
	}
}

func headerNames(h http.Header) string {
	var names []string
	for _, name := range []string{"Content-Type", "Content-Length", "Www-Authenticate", "Allow", "Retry-After", "Etag", "Vary", "Cache-Control", "X-Content-Type-Options", "Connection"} {
		if name != "Content-Length" && h.Get(name) != "" {
			names = append(names, name+"="+h.Get(name))
		}
	}
	return strings.Join(names, " ")
}

// A key works as soon as it is made, and is refused within a second of being
// revoked, also by another process and when nothing was asked for a while.
func TestRevocationIsSeen(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	try := func(secret string) int {
		r := s.Request("GET", "plugins", nil)
		r.Header.Set("Authorization", "Bearer "+secret)
		return s.Send(r).Status
	}
	for i, pause := range []time.Duration{0, 1200 * time.Millisecond} {
		id := fmt.Sprintf("key_%016x", i+1)
		secret := s.NewKey(plugforge.Key{ID: id, Namespaces: []plugforge.Owner{testserver.Namespace}})
		if got := try(secret); got != 200 {
			t.Fatalf("a key just made: %d", got)
		}
		if err := s.DB.RevokeKey(t.Context(), id, time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(pause)
		if pause > 0 {
			// The very first question after the pause must see it, from
			// however many at once.
			answers := make(chan int, 8)
			for range cap(answers) {
				go func() { answers <- try(secret) }()
			}
			for range cap(answers) {
				if got := <-answers; got != 401 {
					t.Errorf("%v after revocation: %d", pause, got)
				}
			}
			continue
		}
		revoked := time.Now()
		for asked := revoked; try(secret) == 200; asked = time.Now() {
			if asked.Sub(revoked) > time.Second {
				t.Fatal("asked a second after it was revoked, the key still works")
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// A key is open until the instant it expires.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	secret := s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{testserver.Namespace}, ExpiresAt: s.Clock.Now().Add(time.Hour)})
	try := func() testserver.Answer {
		r := s.Request("GET", "plugins", nil)
		r.Header.Set("Authorization", "bearer "+secret)
		return s.Send(r)
	}
	if a := try(); a.Status != 200 {
		t.Fatalf("before: %d %s", a.Status, a.Body)
	}
	s.Clock.Move(time.Hour + time.Second)
	if a := try(); a.Status != 401 || !strings.Contains(a.Message(), "expired") {
		t.Fatalf("after: %d %s", a.Status, a.Body)
	}
}

// When a key was last used is known to the minute, at the latest after Close.
func TestLastUse(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	before := time.Now().Truncate(time.Minute)
	s.Want(200, "GET", "plugins", nil)
	s.API.Close()
	keys, err := s.DB.Keys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Fatalf("%v, %v", keys, err)
	}
	if at := keys[0].LastUsedAt; at.Before(before) || at.After(time.Now()) || at.Second() != 0 {
		t.Errorf("last used %v, want the minute of %v", at, before)
	}
}
