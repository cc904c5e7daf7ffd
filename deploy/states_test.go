package deploy

import (
	"testing"
	"time"

	"plugforge"
)

var allStates = []plugforge.State{
	plugforge.StateQueued, plugforge.StatePending, plugforge.StateInProgress,
	plugforge.StateDeployed, plugforge.StateNotDeployed, plugforge.StateFailed,
}

// Every pair of states, written out: rows are from, columns are to, in the
// order of allStates.
func TestTransitionsOverAllPairs(t *testing.T) {
	want := map[plugforge.State]string{
		//                           QPIDNF
		plugforge.StateQueued:      ".x...x",
		plugforge.StatePending:     "x.x..x",
		plugforge.StateInProgress:  "x..xxx",
		plugforge.StateDeployed:    "....x.",
		plugforge.StateNotDeployed: "......",
		plugforge.StateFailed:      "......",
	}
	for _, from := range allStates {
		for i, to := range allStates {
			if got := CanMove(from, to); got != (want[from][i] == 'x') {
				t.Errorf("%s → %s: allowed=%v", from, to, got)
			}
		}
	}
	for _, s := range allStates {
		if onward := CanMove(s, plugforge.StatePending) || CanMove(s, plugforge.StateInProgress) || CanMove(s, plugforge.StateFailed); onward == settled(s) {
			t.Errorf("%s: settled=%v, but it can move on=%v", s, settled(s), onward)
		}
	}
}

func TestStanding(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC) }
	slug := plugforge.Slug{Owner: "ns_a", Name: "embed"}
	v1, v2 := plugforge.Version{Major: 1}, plugforge.Version{Major: 2}
	id := plugforge.PluginID{Name: "embed", Version: v1}
	row := func(name string, v plugforge.Version, s plugforge.State, kind plugforge.DeploymentType, live, ended int) plugforge.Deployment {
		d := plugforge.Deployment{ID: name, Slug: slug, Version: v, State: s, Type: kind, Action: plugforge.ActionDeploy}
		if live > 0 {
			d.DeployedAt = at(live)
		}
		if ended > 0 {
			d.EndedAt = at(ended)
		}
		return d
	}
	rt, batch := plugforge.TypeRealtime, plugforge.TypeBatchOnly
	live1 := row("d1", v1, plugforge.StateDeployed, rt, 1, 0)
	replaced1 := row("d1", v1, plugforge.StateDeployed, rt, 1, 5)
	batch1 := row("d1", v1, plugforge.StateNotDeployed, batch, 1, 0)
	live2 := row("d2", v2, plugforge.StateDeployed, rt, 5, 0)
	none := plugforge.Deployment{}
	for name, c := range map[string]struct {
		newest, live, active plugforge.Deployment
		want                 plugforge.State
		deployed             bool
	}{
		"never deployed":                     {none, none, none, plugforge.StateNotDeployed, false},
		"never deployed, another live":       {none, none, live2, plugforge.StateNotDeployed, false},
		"queued first time":                  {row("q", v1, plugforge.StateQueued, rt, 0, 0), none, none, plugforge.StateQueued, false},
		"failed first time":                  {row("f", v1, plugforge.StateFailed, rt, 0, 3), none, live2, plugforge.StateFailed, false},
		"live":                               {live1, live1, live1, plugforge.StateDeployed, true},
		"live for batch":                     {batch1, batch1, batch1, plugforge.StateNotDeployed, true},
		"replaced":                           {replaced1, replaced1, live2, plugforge.StateNotDeployed, false},
		"redeploying what is live":           {row("p", v1, plugforge.StatePending, rt, 0, 0), live1, live1, plugforge.StatePending, true},
		"redeploying what is live failed":    {row("f", v1, plugforge.StateFailed, rt, 0, 3), live1, live1, plugforge.StateDeployed, true},
		"failed redeploy, later replaced":    {row("f", v1, plugforge.StateFailed, rt, 0, 3), replaced1, live2, plugforge.StateNotDeployed, false},
		"replaced, then failed to come back": {row("f", v1, plugforge.StateFailed, rt, 0, 8), replaced1, live2, plugforge.StateFailed, false},
		"crash loop":                         {row("s", v1, plugforge.StateFailed, rt, 0, 5), replaced1, none, plugforge.StateFailed, false},
		"undeployed":                         {row("u", v1, plugforge.StateNotDeployed, rt, 0, 5), replaced1, none, plugforge.StateNotDeployed, false},
	} {
		h := history{
			newest: map[plugforge.PluginID]plugforge.Deployment{id: c.newest},
			live:   map[plugforge.PluginID]plugforge.Deployment{id: c.live},
			active: map[plugforge.Slug]plugforge.Deployment{slug: c.active},
		}
		got := h.standing(slug, id)
		if got.State != c.want || got.Deployed != c.deployed {
			t.Errorf("%s: %s deployed=%v, want %s deployed=%v", name, got.State, got.Deployed, c.want, c.deployed)
		}
	}
}

func TestDeploymentsCursor(t *testing.T) {
	for _, bad := range []string{"x", "ZDE6", "ZDE6MA", "ZDE6LTE", "ZDI6MQ", "!!!"} {
		if _, err := readCursor(bad); plugforge.CodeOf(err) != plugforge.CodeValidation {
			t.Errorf("cursor %q: %v, want CodeValidation", bad, err)
		}
	}
	if before, err := readCursor("ZDE6MTI"); err != nil || before != 12 {
		t.Errorf("cursor of 12: %d, %v", before, err)
	}
}
