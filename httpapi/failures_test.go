package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// logged is the log's lines of that message so far.
func logged(t *testing.T, s *testserver.Server, msg string) (found []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s.Log.String()) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if one["msg"] == msg {
			found = append(found, one)
		}
	}
	return found
}

// The client of a handler that raises learns type and message; the operator
// finds the traceback under the request's id. A plugin that fails at every call
// does not fill the disk, and no failure goes uncounted.
func TestRaisingIsLogged(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.With(fixture.Files("text_embed", "1.0.0"), "realtime.py", `
class InferenceService:
    async def __call__(self, inputs, parameters):
        return self.deeper(inputs)

    def deeper(self, inputs):
        raise ValueError("no text\x1b[31m" + "y" * 5000)
`)))
	begun := time.Now()
	a := s.Want(500, "POST", "realtime/text_embed", nil)
	if strings.Contains(string(a.Body), "deeper") {
		t.Errorf("the client gets a traceback: %s", a.Body)
	}
	lines := logged(t, s, "plugin raised")
	if len(lines) != 1 {
		t.Fatalf("%d lines:\n%s", len(lines), s.Log)
	}
	one := lines[0]
	message, _ := one["message"].(string)
	traceback, _ := one["traceback"].(string)
	if one["level"] != "WARN" || one["request_id"] != a.Header.Get("X-Request-Id") || one["plugin"] != "ns_test/text_embed" ||
		one["version"] != "1.0.0" || one["exception"] != "ValueError" || !strings.HasPrefix(message, "no text") {
		t.Errorf("%v", one)
	}
	if strings.Contains(message+traceback, "\x1b") || len(message) > 1100 || len(traceback) > 5000 {
		t.Errorf("the line is not bounded or not clean: %v", one)
	}

	const calls = 60
	for range calls {
		s.Want(500, "POST", "realtime/text_embed", nil)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		told, untold := len(logged(t, s, "plugin raised")), 0
		for _, one := range logged(t, s, "more plugin failures than are logged one by one") {
			untold += int(one["count"].(float64))
		}
		if told+untold == calls+1 {
			if most := 10 * (2 + int(time.Since(begun).Seconds())); told > most || untold == 0 {
				t.Errorf("%d lines and %d counted", told, untold)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d lines and %d counted of %d failures", told, untold, calls+1)
		}
	}
}

// A short exception leaves its whole traceback.
func TestTracebackIsLogged(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.DeployAndWait(s.Publish("text_embed", "1.0.0", fixture.With(fixture.Files("text_embed", "1.0.0"), "realtime.py", `
class InferenceService:
    async def __call__(self, inputs, parameters):
        return self.deeper(inputs)

    def deeper(self, inputs):
        raise KeyError("text")
`)))
	s.Want(500, "POST", "realtime/text_embed@1.0.0", nil)
	lines := logged(t, s, "plugin raised")
	if len(lines) != 1 || !strings.Contains(lines[0]["traceback"].(string), "in deeper\n") || !strings.Contains(lines[0]["traceback"].(string), "realtime.py") {
		t.Errorf("%v", lines)
	}
}
