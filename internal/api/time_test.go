package api

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimeHasMilliseconds(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05.000Z"`},
		{`"2026-01-02T03:04:05.1Z"`, `"2026-01-02T03:04:05.100Z"`},
		{`"2026-01-02T03:04:05.123456Z"`, `"2026-01-02T03:04:05.123Z"`},
		{`"2026-01-02T05:04:05.120+02:00"`, `"2026-01-02T03:04:05.120Z"`},
	} {
		var read Time
		if err := json.Unmarshal([]byte(c.in), &read); err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got, err := json.Marshal(read); err != nil || string(got) != c.want {
			t.Errorf("%s became %s, %v; want %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{`"yesterday"`, `5`, `""`, `"2026-01-02"`} {
		if err := json.Unmarshal([]byte(bad), new(Time)); err == nil {
			t.Errorf("%s was taken for a time", bad)
		}
	}
	kept := Time{time.Unix(1, 0)}
	if err := json.Unmarshal([]byte("null"), &kept); err != nil || !kept.Equal(time.Unix(1, 0)) {
		t.Errorf("null gave %v, %v", kept, err)
	}
}
