package sandbox

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// logged is a log that a test reads while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// records is the lines of that message so far.
func (l *logged) records(t *testing.T, msg string) (found []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
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

// What a plugin prints and logs reaches the operator's log at its usual level,
// as text that can forge neither a line nor a field, and under the plugin's
// name; more of it than a few lines a second does not.
func TestPrintedReachesTheLog(t *testing.T) {
	t.Parallel()
	log := &logged{}
	h := openHost(t, func(c *Config) { c.Logger = slog.New(slog.NewJSONHandler(log, nil)) })
	r := start(t, h, handlerSpec(`
if inputs.get("flood"):
    for i in range(5000):
        print("line", i)
    return {}
print('printed "level":"ERROR"\x1b[31m')
self.logger.warning("by the logger")
return {}`))
	call(t, r, `{}`)
	find := func(text string) map[string]any {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			for _, one := range log.records(t, "plugin printed") {
				if strings.Contains(one["text"].(string), text) {
					return one
				}
			}
		}
		t.Fatalf("%q is not in the log:\n%s", text, log.text.String())
		return nil
	}
	for _, text := range []string{`printed "level":"ERROR"\x1b[31m`, "by the logger"} {
		one := find(text)
		if one["level"] != "INFO" || one["plugin"] != "ns_test/text_embed" || one["version"] != "1.0.0" || one["replica"] != r.(*replica).name {
			t.Errorf("%v", one)
		}
	}
	call(t, r, `{"inputs":{"flood":true}}`)
	call(t, r, `{}`)
	find("line 900")
	if n := len(log.records(t, "plugin printed")); n > logBurst+20*logPerSecond {
		t.Errorf("%d lines logged", n)
	}
}
