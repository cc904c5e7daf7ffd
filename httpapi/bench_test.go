package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// BenchmarkRealtime is a call through socket, key, route and sandbox, from 16
// connections; BenchmarkController is the same without HTTP.
func BenchmarkRealtime(b *testing.B) {
	s := deployed(b)
	request := fmt.Sprintf("POST /v1/namespaces/ns_test/realtime/text_embed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", s.Key, len(call), call)
	b.SetParallelism(8)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		in := bufio.NewReader(conn)
		for pb.Next() {
			if _, err := io.WriteString(conn, request); err != nil {
				b.Error(err)
				return
			}
			if !takeAnswer(b, in) {
				return
			}
		}
	})
}

// takeAnswer reads one answer with as little work as can be.
func takeAnswer(b *testing.B, in *bufio.Reader) bool {
	length := 0
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil || first && !strings.HasPrefix(string(line), "HTTP/1.1 200") {
			b.Errorf("%q, %v", line, err)
			return false
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			_, _ = fmt.Sscan(value, &length)
		}
		if len(line) <= 2 {
			break
		}
	}
	_, err := in.Discard(length)
	return err == nil
}

func BenchmarkController(b *testing.B) {
	s := deployed(b)
	slug := plugforge.Slug{Owner: testserver.Namespace, Name: "text_embed"}
	b.SetParallelism(8)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, _, err := s.Deploy.Call(b.Context(), slug, nil, []byte(call)); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkPlain is what net/http costs alone, for comparison: an open call.
func BenchmarkPlain(b *testing.B) {
	s := testserver.Start(b)
	b.SetParallelism(8)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		in := bufio.NewReader(conn)
		for pb.Next() {
			if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil || !takeAnswer(b, in) {
				return
			}
		}
	})
}

func deployed(b *testing.B) *testserver.Server {
	b.Helper()
	s := testserver.Start(b)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0")))
	if a := s.Call(http.MethodPost, "realtime/text_embed", call); a.Status != 200 {
		b.Fatalf("%d %s", a.Status, a.Body)
	}
	return s
}
