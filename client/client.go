// Package client is the API's Go client: publish, read, deploy, roll back,
// call and compare plugins of one namespace on a plugforge server.
//
// It is built over the raw client that is generated from the API's description
// and adds what a program needs: results in the root package's nouns, every
// failure as a *plugforge.Error with the server's code and message, lists that
// follow their cursors, and a stop when its context ends. It keeps no state
// between calls, retries nothing by itself and prints nothing.
//
// The nouns: a Client is one namespace as one key sees it. An Upload is an
// archive on its way, a Verdict what the server made of it. A Version is one
// published version with its standing; a Status tells where its deployment
// stands.
package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plugforge"
	"plugforge/internal/api"
)

// DefaultURL is where a server listens unless it was told otherwise.
const DefaultURL = "http://127.0.0.1:8080"

// Config says which server, and as who.
type Config struct {
	URL       string          // http:// or https:// and the host; a trailing /v1 is fine; "" is DefaultURL
	Key       string          // the API key; "" for the open calls only
	Namespace plugforge.Owner // whose plugins; "" for the open calls only
	HTTP      *http.Client    // nil: one that never follows redirects and gives up connecting after 10 s
}

// Client calls one server. Its methods may run at once.
type Client struct {
	base      string // without /v1 and trailing slash
	key       string
	namespace plugforge.Owner
	http      *http.Client
	raw       *api.Client
	page      int // items that a list asks for at once
}

// New checks the configuration; it does not call the server. What can't be
// used as it stands is CodeValidation.
func New(cfg Config) (*Client, error) {
	base, err := baseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if i := strings.IndexFunc(cfg.Key, func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		return nil, plugforge.Errorf(plugforge.CodeValidation, "the API key holds a character that no key has (at %d): copy it again, without spaces or line ends", i+1)
	}
	c := &Client{base: base, key: cfg.Key, namespace: cfg.Namespace, http: cfg.HTTP, page: pageSize}
	if c.http == nil {
		c.http = defaultHTTP()
	}
	raw, err := api.NewClient(base, api.WithHTTPClient(c.http), api.WithRequestEditorFn(c.authorize))
	if err != nil {
		return nil, plugforge.Wrap("client.New", err)
	}
	c.raw = raw
	return c, nil
}

// Address is the server's URL, without /v1.
func (c *Client) Address() string { return c.base }

// Namespace is whose plugins the client sees.
func (c *Client) Namespace() plugforge.Owner { return c.namespace }

// CloneURL is where git clones a plugin from; the key is asked for.
func (c *Client) CloneURL(name plugforge.Name) string {
	return c.base + "/git/" + string(c.namespace) + "/" + string(name) + ".git"
}

// Ready asks whether the server serves; it needs no key. CodeUnavailable when
// it can't be reached or is not ready yet.
func (c *Client) Ready(ctx context.Context) error {
	_, err := decode[api.Health](c, "client.Ready")(c.raw.Readyz(ctx))
	return err
}

func (c *Client) authorize(_ context.Context, req *http.Request) error {
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	return nil
}

// baseURL takes the address as people write it.
func baseURL(given string) (string, error) {
	if given == "" {
		given = DefaultURL
	}
	refuse := func(why string) (string, error) {
		return "", plugforge.Errorf(plugforge.CodeValidation, "the API's URL %s %s: use one such as %s", plugforge.Printable(redact(given)), why, DefaultURL)
	}
	u, err := url.Parse(given)
	switch {
	case err != nil:
		return refuse("can't be read")
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("does not start with http:// or https://")
	case u.Host == "" || u.Hostname() == "":
		return refuse("names no host")
	case u.User != nil:
		return refuse("holds a user name or password, which belong elsewhere")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("goes on after the path")
	}
	base := strings.TrimRight(u.String(), "/")
	return strings.TrimRight(strings.TrimSuffix(base, "/v1"), "/"), nil
}

// redact hides what may be a password in a URL that is about to be shown.
func redact(given string) string {
	before, after, found := strings.Cut(given, "://")
	if at := strings.LastIndexByte(after, '@'); found && at >= 0 {
		return before + "://…" + after[at:]
	}
	return given
}

// defaultHTTP bounds what may hang without moving, not how long a large
// archive takes. Redirects are not followed: they would carry the key away.
func defaultHTTP() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 10 * time.Minute,
			MaxIdleConnsPerHost: 8, IdleConnTimeout: 60 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// unreachable says that no answer came from the address.
func unreachable(op, address string, err error) error {
	if errors.Is(err, context.Canceled) {
		return &plugforge.Error{Code: plugforge.CodeInternal, Message: "stopped before the server answered", Op: op, Err: context.Canceled}
	}
	cause := err
	var wrapped *url.Error // its text repeats the whole URL, which may be a signed one
	if errors.As(err, &wrapped) {
		cause = wrapped.Err
	}
	return &plugforge.Error{
		Code: plugforge.CodeUnavailable, Op: op, Err: cause,
		Message: "can't reach the plugforge server at " + address + ": " + plugforge.Printable(cause.Error()),
		Details: map[string]any{"address": address},
	}
}
