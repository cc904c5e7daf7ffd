//go:build long

package httpapi_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"plugforge/internal/testserver"
)

// endless is a form whose file never ends.
type endless struct {
	head io.Reader
	left int64
}

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	clear(p[:n])
	e.left -= n
	return int(n), nil
}

// The file goes to disk as it comes: memory stays small, the limit holds, and
// nothing is left.
func TestFormOverItsLimit(t *testing.T) {
	s := testserver.Start(t)
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.zip\"\r\n\r\n"
	r := s.Request("POST", "plugins", "")
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	r.Body, r.ContentLength = io.NopCloser(&endless{strings.NewReader(head), 600 << 20}), -1
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	resp, err := s.Client().Do(r)
	if err == nil { // else the server cut a request that it had answered
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 413 || !strings.Contains(string(body), "limit") {
			t.Errorf("%d %s", resp.StatusCode, body)
		}
	}
	runtime.ReadMemStats(&after)
	if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 64 {
		t.Errorf("500 MiB on their way took %d MiB of memory in all", spent)
	}
	if n := leftovers(t, s); n != 0 {
		t.Errorf("%d archives were left behind", n)
	}
}
