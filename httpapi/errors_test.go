package httpapi_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/httpapi"
	"plugforge/internal/testserver"
)

// Every code has its status and type of the contract.
func TestEveryCodeHasItsAnswer(t *testing.T) {
	want := map[plugforge.Code]struct {
		status int
		kind   string
	}{
		plugforge.CodeBadRequest:          {400, "BadRequestError"},
		plugforge.CodeUnauthorized:        {401, "UnauthorizedError"},
		plugforge.CodeForbidden:           {403, "ForbiddenError"},
		plugforge.CodeQuotaExceeded:       {403, "QuotaExceededError"},
		plugforge.CodeNotFound:            {404, "NotFoundError"},
		plugforge.CodeMethodNotAllowed:    {405, "MethodNotAllowedError"},
		plugforge.CodeAlreadyExists:       {409, "AlreadyExistsError"},
		plugforge.CodeConflict:            {409, "ConflictError"},
		plugforge.CodeGone:                {410, "GoneError"},
		plugforge.CodeTooLarge:            {413, "PayloadTooLargeError"},
		plugforge.CodeUnsupportedMedia:    {415, "UnsupportedMediaTypeError"},
		plugforge.CodeValidation:          {422, "ValidationError"},
		plugforge.CodeTooManyRequests:     {429, "TooManyRequestsError"},
		plugforge.CodePreconditionFailed:  {412, "PreconditionFailedError"},
		plugforge.CodeRangeNotSatisfiable: {416, "RangeNotSatisfiableError"},
		plugforge.CodeInternal:            {500, "InternalServerError"},
		plugforge.CodePluginFailed:        {500, "PluginError"},
		plugforge.CodeUnavailable:         {503, "InferenceServiceUnavailableError"},
		plugforge.CodePluginTimeout:       {504, "PluginTimeoutError"},
		plugforge.CodeInsufficientStorage: {507, "InsufficientStorageError"},
	}
	for _, code := range plugforge.AllCodes() {
		w, ok := want[code]
		if !ok {
			t.Errorf("%s: the contract's answer is not in this test", code)
			continue
		}
		answer := httpapi.ErrorAnswer(&plugforge.Error{Code: code, Message: "what was wrong", Details: map[string]any{"n": 1},
			Op: "secret.Op", Err: errors.New("secret cause")})
		var body struct {
			Success bool
			Status  int
			Error   struct {
				Type, Message string
				Details       map[string]any
			}
			Detail json.RawMessage
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		if answer.Code != w.status || body.Status != w.status || body.Error.Type != w.kind || body.Success {
			t.Errorf("%s: %d %s, want %d %s", code, answer.Code, answer.Body, w.status, w.kind)
		}
		if strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%s shows its cause: %s", code, answer.Body)
		}
		detail := `"what was wrong"`
		switch code {
		case plugforge.CodeValidation:
			detail = `[{"loc":["body"],"msg":"what was wrong","type":"value_error"}]`
		case plugforge.CodeInternal:
			if id := answer.Header().Get("X-Request-Id"); body.Error.Details["request_id"] != id || id == "" {
				t.Errorf("%s: request id %q is not in %s", code, id, answer.Body)
			}
			continue
		}
		if string(body.Detail) != detail {
			t.Errorf("%s: detail %s, want %s", code, body.Detail, detail)
		}
		if retry := answer.Header().Get("Retry-After"); (retry != "") != (w.status == 503 || w.status == 429) {
			t.Errorf("%s: Retry-After %q", code, retry)
		}
		if challenge := answer.Header().Get("WWW-Authenticate"); (challenge != "") != (w.status == 401) {
			t.Errorf("%s: WWW-Authenticate %q", code, challenge)
		}
	}
}

// What is not one of our errors, or has a code that nobody knows, is internal.
func TestStrangeErrorsAreInternal(t *testing.T) {
	for _, err := range []error{
		errors.New("secret"), io.ErrUnexpectedEOF, &plugforge.Error{Code: "no_such_code", Message: "secret"},
		plugforge.Wrap("secret.Op", errors.New("secret")), &plugforge.HandlerError{Type: "secret", Message: "secret"},
		&plugforge.Rejection{},
	} {
		a := httpapi.ErrorAnswer(err)
		if a.Code != 500 || strings.Contains(a.Body.String(), "secret") || !strings.Contains(a.Body.String(), "InternalServerError") {
			t.Errorf("%#v: %d %s", err, a.Code, a.Body)
		}
	}
}

// Details that JSON can't carry don't cost the client the message.
func TestDetailsThatAreNoJSON(t *testing.T) {
	a := httpapi.ErrorAnswer(&plugforge.Error{Code: plugforge.CodeConflict, Message: "taken", Details: map[string]any{"f": func() {}}})
	if a.Code != 409 || !strings.Contains(a.Body.String(), `"taken"`) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

// A panic is a 500 with a request id, its stack is in the log, and the server
// lives. Once the answer has begun, it is cut, so that nobody takes it for
// whole.
func TestPanics(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	httpapi.AddRoute(s.API, "/test/panic", func(http.ResponseWriter, *http.Request) { panic("the secret of the panic") })
	httpapi.AddRoute(s.API, "/test/late", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half an ans")
		panic("too late")
	})
	a := s.Call("GET", "/test/panic", nil)
	id := a.Header.Get("X-Request-Id")
	if a.Status != 500 || a.ErrorType() != "InternalServerError" || strings.Contains(string(a.Body), "secret") || !strings.Contains(string(a.Body), id) {
		t.Errorf("panic: %d %s", a.Status, a.Body)
	}
	log := s.Log.String()
	if !strings.Contains(log, "the secret of the panic") || !strings.Contains(log, id) || !strings.Contains(log, "errors_test.go") {
		t.Errorf("the log lacks panic, request id or stack:\n%s", log)
	}
	resp, err := http.Get(s.URL + "/test/late")
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	if err == nil {
		t.Error("an answer that a panic cut short looked whole")
	}
	s.Want(200, "GET", "/healthz", nil)
}

// Headers and request lines that are too long, or that never end, get an
// answer or an end, and cost nobody else anything.
func TestHostileConnections(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, c := range []struct{ name, request, status string }{
		{"long header", "GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("a", 2<<20) + "\r\n\r\n", "431"},
		{"long path", "GET /" + strings.Repeat("a", 1<<20) + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n", "400"},
		{"garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n", "400"},
		{"dot segments", "GET /v1/../healthz HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
		{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
		{"chunk bomb", "POST /v1/namespaces/ns_test/plugins/uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n", "401"},
		{"two lengths", "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
		{"negative length", "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
	} {
		if line := rawStatus(t, s, c.request); !strings.Contains(line, " "+c.status+" ") {
			t.Errorf("%s: %q, want %s", c.name, line, c.status)
		}
	}
	s.Want(200, "GET", "/healthz", nil)
}

// rawStatus sends bytes as they are and gives the first line of what comes
// back, whether or not the server took all of them.
func rawStatus(t *testing.T, s *testserver.Server, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() { _, _ = io.WriteString(conn, request) }()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Errorf("no status line: %v", err)
	}
	return line
}
