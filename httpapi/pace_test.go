package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"plugforge/httpapi"
	"plugforge/internal/testserver"
)

// A client that sends its body, or takes its answer, a byte at a time is cut
// off; one that pauses within the rate is not; and no goroutine stays.
func TestSlowClients(t *testing.T) {
	s := testserver.Start(t)
	httpapi.SetWindow(s.API, time.Second)
	httpapi.AddRoute(s.API, "/test/large", func(w http.ResponseWriter, _ *http.Request) {
		for range 64 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	dial := func(request string) net.Conn {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	before := runtime.NumGoroutine()
	post := "POST /v1/namespaces/ns_test/plugins/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + s.Key + "\r\nContent-Length: %d\r\n\r\n"

	slow := dial(fmt.Sprintf(post, 1000) + "{")
	answer, err := bufio.NewReader(slow).ReadString('\n')
	if err != nil || !strings.Contains(answer, " 400 ") {
		t.Errorf("a slow body: %q, %v", answer, err)
	}

	body := `{"name":"text_embed"}`
	steady := dial(fmt.Sprintf(post, len(body)) + body[:10])
	time.Sleep(200 * time.Millisecond)
	_, _ = io.WriteString(steady, body[10:])
	if answer, err = bufio.NewReader(steady).ReadString('\n'); err != nil || !strings.Contains(answer, " 200 ") {
		t.Errorf("a body with a pause: %q, %v", answer, err)
	}

	deaf := dial("GET /test/large HTTP/1.1\r\nHost: x\r\n\r\n")
	time.Sleep(2 * time.Second)
	if n, err := io.Copy(io.Discard, deaf); err == nil && n >= 64<<20 {
		t.Errorf("a client that took nothing for two seconds got all %d bytes", n)
	}
	steady.Close()
	for deadline := time.Now().Add(8 * time.Second); runtime.NumGoroutine() > before+1; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before the slow clients", runtime.NumGoroutine(), before)
		}
	}
}

// A wait longer than any deadline of the body is not cut by it.
func TestDeadlineEndsWithTheBody(t *testing.T) {
	s := testserver.Start(t)
	httpapi.SetWindow(s.API, 500*time.Millisecond)
	cancelled := make(chan error, 1)
	httpapi.AddPost(s.API, "/test/wait", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(900 * time.Millisecond)
		cancelled <- r.Context().Err()
		w.WriteHeader(http.StatusNoContent)
	})
	for range 2 { // the second on the same connection
		resp, err := http.Post(s.URL+"/test/wait", "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if err := <-cancelled; err != nil || resp.StatusCode != http.StatusNoContent {
			t.Errorf("%d, the request's context: %v", resp.StatusCode, err)
		}
	}
}
