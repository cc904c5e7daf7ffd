package httpapi_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// The filters of a plugin's versions, alone, together and over pages.
func TestVersionFilters(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	ada := s.Key
	bob := s.NewKey(plugforge.Key{Name: "bob @co", Namespaces: []plugforge.Owner{testserver.Namespace}})
	var times []string
	for i := range 6 {
		s.Clock.Move(time.Minute)
		if s.Key = ada; i%2 == 1 {
			s.Key = bob
		}
		v := fmt.Sprintf("1.0.%d", i)
		s.Publish("text_embed", v, fixture.Files("text_embed", v))
		created, _ := s.Want(200, "GET", "plugins/text_embed_1_0_"+fmt.Sprint(i), nil).Fields()["plugin"].(map[string]any)["created_at"].(string)
		times = append(times, created)
	}
	s.Key = ada
	s.DeployAndWait("text_embed_1_0_1")
	s.DeployAndWait("text_embed_1_0_4")
	list := func(query string) (found []string, total int) {
		t.Helper()
		for cursor := ""; ; {
			var page struct {
				Total      int
				NextCursor *string `json:"next_cursor"`
				Versions   []struct {
					Version    string
					DeployedAt *string `json:"deployed_at"`
				}
			}
			s.Want(200, "GET", "plugins/by-name/text_embed/versions?limit=2&"+query+cursor, nil).JSON(&page)
			for _, v := range page.Versions {
				found = append(found, v.Version)
			}
			if page.NextCursor == nil {
				return found, page.Total
			}
			cursor = "&cursor=" + *page.NextCursor
		}
	}
	all, _ := list("")
	for query, want := range map[string]string{
		"":                                   "[1.0.5 1.0.4 1.0.3 1.0.2 1.0.1 1.0.0]",
		"deployed=true":                      "[1.0.4 1.0.1]",
		"deployed=false":                     "[1.0.5 1.0.3 1.0.2 1.0.0]",
		"author=bob+%40co":                   "[1.0.5 1.0.3 1.0.1]",
		"author=nobody":                      "[]",
		"since=" + url.QueryEscape(times[3]): "[1.0.5 1.0.4 1.0.3]",
		"since=2999-01-01T00:00:00Z":         "[]",
		"deployed=true&author=bob+%40co":     "[1.0.1]",
		"deployed=false&since=" + url.QueryEscape(times[2]) + "&author=bob+%40co": "[1.0.5 1.0.3]",
	} {
		found, total := list(query)
		if fmt.Sprint(found) != want || total != len(found) {
			t.Errorf("%s: %v of %d, want %s", query, found, total, want)
		}
	}
	if len(all) != 6 {
		t.Errorf("%v", all)
	}
}
