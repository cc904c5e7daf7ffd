package httpapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// The clock goes back and forward, by an hour and by a year: what came later is
// later, nothing ends before it began, and what git has is still verifiable.
func TestClockSteps(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for _, step := range []time.Duration{-time.Hour, time.Hour, -year, year} {
		t.Run(step.String(), func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t)
			var want []string
			publish := func() {
				version := fmt.Sprintf("1.0.%d", len(want))
				id := s.Publish("text_embed", version, fixture.BatchOnly("text_embed", version))
				s.DeployAndWait(id)
				want = append(want, version)
			}
			publish()
			publish()
			s.Clock.Move(step)
			publish()
			s.Clock.Move(-step)
			publish()
			slices.Reverse(want)

			var versions []string
			for _, one := range s.Want(200, "GET", "plugins/by-name/text_embed/versions", nil).Fields()["versions"].([]any) {
				versions = append(versions, one.(map[string]any)["version"].(string))
			}
			if !slices.Equal(versions, want) {
				t.Errorf("versions %v, want %v", versions, want)
			}
			var switches []string
			for _, one := range s.Want(200, "GET", "plugins/by-name/text_embed/deployments", nil).Fields()["deployments"].([]any) {
				d := one.(map[string]any)
				switches = append(switches, d["version"].(string))
				inOrder(t, d, "queued_at", "started_at", "deployed_at", "ended_at")
			}
			if !slices.Equal(switches, want) {
				t.Errorf("deployments %v, want %v", switches, want)
			}
			at := s.Clock.Now().Add(time.Second).UTC().Format(time.RFC3339)
			live := s.Want(200, "GET", "plugins/by-name/text_embed/deployments?at="+at, nil).Fields()["deployments"].([]any)
			if len(live) != 1 || live[0].(map[string]any)["version"] != want[0] {
				t.Errorf("live now: %v, want %s", live, want[0])
			}
			dir := t.TempDir()
			mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/text_embed.git"), "clone")
			for branch, what := range map[string]string{"main": "publish ", "origin/active": "deploy text_embed "} {
				var log []string
				for _, version := range want {
					log = append(log, what+version)
				}
				if got := strings.TrimSpace(mustGit(t, dir+"/clone", "log", "--format=%s", branch)); got != strings.Join(log, "\n") {
					t.Errorf("log %s: %q, want %q", branch, got, log)
				}
			}
			mustGit(t, dir+"/clone", "fsck", "--full", "--strict")
		})
	}
}

// inOrder wants the times that are there not to go back.
func inOrder(t *testing.T, of map[string]any, fields ...string) {
	t.Helper()
	var last time.Time
	for _, field := range fields {
		text, _ := of[field].(string)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || at.Before(last) {
			t.Errorf("%s is %s, after %s: %v", field, text, last, of)
		}
		last = at
	}
}

// An upload's URL ends at its second. A clock that was set back makes none live
// longer than by the skew that is allowed; one from the future is refused, and
// good again once the clock is right.
func TestClockAndPresignedURLs(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	archive := fixture.Zip(fixture.BatchOnly("text_embed", "1.0.0"))
	for _, c := range []struct {
		step   time.Duration
		status int
		says   string
	}{
		{0, 200, ""},
		{59 * time.Minute, 200, ""},
		{time.Hour, 403, "expired at"},
		{365 * 24 * time.Hour, 403, "expired at"},
		{-4 * time.Minute, 200, ""},
		{-6 * time.Minute, 403, "still to come"},
		{-time.Hour, 403, "still to come"},
		{-365 * 24 * time.Hour, 403, "still to come"},
	} {
		var up struct {
			PresignedURL string `json:"presigned_url"`
		}
		s.Want(200, "POST", "plugins/uploads", map[string]any{"name": "text_embed"}).JSON(&up)
		s.Clock.Move(c.step)
		if a := s.Put(up.PresignedURL, archive); a.Status != c.status || !strings.Contains(string(a.Body), c.says) {
			t.Errorf("after %v: %d %s, want %d %q", c.step, a.Status, a.Body, c.status, c.says)
		}
		s.Clock.Move(-c.step)
		if a := s.Put(up.PresignedURL, archive); c.step < 0 && a.Status != 200 {
			t.Errorf("after %v and back: %d %s", c.step, a.Status, a.Body)
		}
	}
}
