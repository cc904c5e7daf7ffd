package testserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Answer is what the server sent, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	t      testing.TB
}

// JSON reads the body into v.
func (a Answer) JSON(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("answer %d is not what was expected: %v\n%s", a.Status, err, a.Body)
	}
}

// Fields is the body as a map.
func (a Answer) Fields() map[string]any {
	a.t.Helper()
	var m map[string]any
	a.JSON(&m)
	return m
}

// ErrorType is error.type of an error, "" for an answer that is none.
func (a Answer) ErrorType() string {
	info, _ := a.Fields()["error"].(map[string]any)
	kind, _ := info["type"].(string)
	return kind
}

// Message is error.message of an error.
func (a Answer) Message() string {
	info, _ := a.Fields()["error"].(map[string]any)
	message, _ := info["message"].(string)
	return message
}

// Call sends a request under the server's Key. A body that is a string or
// bytes goes as it is, nil is none, anything else goes as JSON. The path is
// below the namespace if it does not start with a slash.
func (s *Server) Call(method, path string, body any) Answer {
	s.t.Helper()
	return s.Send(s.Request(method, path, body))
}

// Want is Call for an answer of that status.
func (s *Server) Want(status int, method, path string, body any) Answer {
	s.t.Helper()
	a := s.Call(method, path, body)
	if a.Status != status {
		s.t.Fatalf("%s %s: status %d, want %d\n%s", method, path, a.Status, status, a.Body)
	}
	return a
}

// Request is what Call sends, for a test to change first.
func (s *Server) Request(method, path string, body any) *http.Request {
	s.t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	case []byte:
		content = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		s.must(err)
		content = bytes.NewReader(raw)
	}
	switch {
	case strings.HasPrefix(path, "http://"):
	case strings.HasPrefix(path, "/"):
		path = s.URL + path
	default:
		path = s.URL + "/v1/namespaces/" + Namespace + "/" + path
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, path, content)
	s.must(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+s.Key)
	return r
}

// Send sends a request and gives the whole, validated answer.
func (s *Server) Send(r *http.Request) Answer {
	s.t.Helper()
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return Answer{resp.StatusCode, resp.Header, body, s.t}
}

// Client is an HTTP client whose every answer is validated. It follows no
// redirects.
func (s *Server) Client() *http.Client { return s.client.Client }

type client struct{ *http.Client }

func newClient(t testing.TB, base string) *client {
	t.Helper()
	v := &validator{t: t, base: &http.Transport{DisableCompression: true}}
	t.Cleanup(v.base.CloseIdleConnections)
	resp, err := http.Get(base + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	loader := openapi3.NewLoader()
	if v.spec, err = loader.LoadFromData(raw); err != nil {
		t.Fatalf("openapi.json: %v", err)
	}
	if err := v.spec.Validate(loader.Context); err != nil {
		t.Fatalf("openapi.json: %v", err)
	}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client{&http.Client{Transport: v, CheckRedirect: noRedirect}}
}

// validator is a RoundTripper that holds each answer against the description.
type validator struct {
	t    testing.TB
	base *http.Transport
	spec *openapi3.T
}

func (v *validator) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := v.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(r.URL.Path, "/git/") && r.URL.Path != "/git/allowed_signers" {
		return resp, nil // git's own protocol
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err := v.check(r, resp, body); err != nil {
		v.t.Errorf("%s %s answered %d, which its description does not allow: %v\n%.2000s", r.Method, r.URL.Path, resp.StatusCode, err, body)
	}
	return resp, nil
}

func (v *validator) check(r *http.Request, resp *http.Response, body []byte) error {
	if resp.StatusCode >= 300 && resp.StatusCode < 400 && resp.StatusCode != http.StatusNotModified {
		return fmt.Errorf("redirect to %s", resp.Header.Get("Location"))
	}
	path, params := v.match(r.URL)
	item := v.spec.Paths.Value(path)
	var op *openapi3.Operation
	if item != nil {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet // whose description it shares, less the body
		}
		op = item.GetOperation(method)
	}
	if op == nil || resp.StatusCode == http.StatusBadRequest && op.Responses.Status(http.StatusBadRequest) == nil {
		return v.checkOutside(resp, body)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r, PathParams: params,
			Route: &routers.Route{Spec: v.spec, Path: path, PathItem: item, Method: r.Method, Operation: op},
		},
		Status: resp.StatusCode, Header: resp.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	kind := strings.Split(resp.Header.Get("Content-Type"), ";")[0]
	if r.Method != http.MethodHead && (strings.HasPrefix(kind, "application/json") || kind == "text/plain") {
		input.SetBodyBytes(body)
	} else { // bytes: the status, type and headers are what can be held against it
		input.Options.ExcludeResponseBody = true
		ok := op.Responses.Status(resp.StatusCode)
		if ok == nil || kind != "" && ok.Value.Content.Get(kind) == nil {
			return fmt.Errorf("content type %q is not described", kind)
		}
	}
	return openapi3filter.ValidateResponse(r.Context(), input)
}

// checkOutside validates the answer to what no call is: it must be an error.
func (v *validator) checkOutside(resp *http.Response, body []byte) error {
	if resp.StatusCode < 400 {
		return fmt.Errorf("no call is described here")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	if resp.Header.Get("X-Request-Id") == "" {
		return fmt.Errorf("no X-Request-Id")
	}
	if resp.StatusCode == http.StatusMethodNotAllowed && resp.Header.Get("Allow") == "" {
		return fmt.Errorf("405 without Allow")
	}
	return v.spec.Components.Schemas["ErrorAnswer"].Value.VisitJSON(value)
}

// match finds the described path of a URL: literal segments win over
// variables, and a pinned version over a slug.
func (v *validator) match(u *url.URL) (path string, params map[string]string) {
	best := -1
	for _, candidate := range v.spec.Paths.InMatchingOrder() {
		got, literal, ok := matchPath(candidate, u.Path)
		if ok && literal > best {
			path, params, best = candidate, got, literal
		}
	}
	return path, params
}

func matchPath(pattern, path string) (params map[string]string, literal int, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, 0, false
	}
	params = map[string]string{}
	for i := range want {
		switch {
		case want[i] == have[i]:
			literal += 2
		case want[i] == "{slug}@{version}":
			slug, version, found := strings.Cut(have[i], "@")
			if !found {
				return nil, 0, false
			}
			params["slug"], params["version"] = slug, version
			literal++
		case strings.HasPrefix(want[i], "{") && have[i] != "":
			params[strings.Trim(want[i], "{}")] = have[i]
		default:
			return nil, 0, false
		}
	}
	return params, literal, true
}
