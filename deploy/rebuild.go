package deploy

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/sqlite"
)

// Rebuild makes the records of what went live, and which version is live, agree
// with the ledgers, entry by entry, and starts nothing. What only a record
// knows stays: when it was queued, milliseconds, why it failed, attempts that
// never went live. A record that claims to have been live, and has no entry,
// was not. It tells each slug that it changed, and which could not be read.
// Nobody else may use the data folder meanwhile.
func Rebuild(ctx context.Context, db *sqlite.DB, git *gitstore.Store, log *slog.Logger) (changed, problems []string, err error) {
	const op = "deploy.Rebuild"
	glances, err := git.Glances(ctx)
	if err != nil {
		return nil, nil, plugforge.Wrap(op, err)
	}
	for _, g := range glances {
		slug, err := git.SlugOf(ctx, g)
		if err != nil || slug.Name == "" { // the registry tells of the damaged ones
			continue
		}
		n, err := rebuildSlug(ctx, db, git, slug, log)
		switch {
		case ctx.Err() != nil:
			return changed, problems, plugforge.Wrap(op, ctx.Err())
		case err != nil:
			problems = append(problems, fmt.Sprintf("the deployments of %s stay as they are: %v", slug, err))
		case n > 0:
			changed = append(changed, fmt.Sprintf("%s: %d deployments", slug, n))
		}
	}
	return changed, problems, nil
}

func rebuildSlug(ctx context.Context, db *sqlite.DB, git *gitstore.Store, slug plugforge.Slug, log *slog.Logger) (int, error) {
	ledger, err := git.Ledger(ctx, slug, 0)
	if err != nil {
		return 0, err
	}
	slices.Reverse(ledger)
	records, active, err := db.History(ctx, slug)
	if err != nil {
		return 0, err
	}
	some, live := agree(slug, ledger, records)
	if len(some) == 0 && live == active {
		return 0, nil
	}
	log.Info("records of deployments are made to agree with the ledger", "plugin", slug, "records", len(some), "live", live)
	return max(len(some), 1), db.ReplaceHistory(ctx, slug, some, live, time.Now().UTC())
}

// Differences tells, a sentence each, where a slug's records do not agree with
// its ledger, oldest entry first. active is the id of the record that is said
// to be live.
func Differences(slug plugforge.Slug, ledger []gitstore.Entry, records []plugforge.Deployment, active string) []string {
	var lines []string
	some, live := agree(slug, ledger, records)
	entries := map[string]gitstore.Entry{}
	for _, e := range ledger {
		entries[e.DeploymentID] = e
	}
	for _, d := range some {
		e, inLedger := entries[d.ID]
		known := slices.ContainsFunc(records, func(r plugforge.Deployment) bool { return r.ID == d.ID })
		switch {
		case !inLedger:
			lines = append(lines, fmt.Sprintf("deployment %s says that %s was live, and the ledger has no entry of it", d.ID, d.Version))
		case !known:
			lines = append(lines, fmt.Sprintf("ledger entry %s (%s %s) has no deployment %s", e.Commit, e.Action, e.Version, d.ID))
		default:
			lines = append(lines, fmt.Sprintf("deployment %s is not what ledger entry %s (%s %s) says", d.ID, e.Commit, e.Action, e.Version))
		}
	}
	if live != active {
		lines = append(lines, fmt.Sprintf("the ledger says that %s is live, and the database %s", orNothing(live), orNothing(active)))
	}
	return lines
}

func orNothing(id string) string {
	if id == "" {
		return "nothing"
	}
	return "deployment " + id
}

// agree gives the records that have to be written for all to agree with the
// ledger, oldest entry first, and the id of the one that is live.
func agree(slug plugforge.Slug, ledger []gitstore.Entry, records []plugforge.Deployment) (some []plugforge.Deployment, live string) {
	had := map[string]plugforge.Deployment{}
	for _, d := range records {
		had[d.ID] = d
	}
	should := make([]plugforge.Deployment, 0, len(ledger))
	var at time.Time // when the last entry took effect
	before := -1     // the entry that is live, an index
	for _, e := range ledger {
		old, known := had[e.DeploymentID]
		d := told(slug, e, old, known, at)
		if at = d.DeployedAt; !starts(e.Action) {
			at = d.EndedAt
		}
		if before >= 0 {
			end(&should[before], at, had)
		}
		before = -1
		if starts(e.Action) {
			before = len(should)
			d.EndedAt = time.Time{}
		}
		should = append(should, d)
	}
	if before >= 0 {
		live = should[before].ID
	}
	for _, d := range should {
		old, known := had[d.ID]
		if !known || !same(old, d) {
			some = append(some, d)
		}
		delete(had, d.ID)
	}
	for _, d := range records { // in their order
		if _, left := had[d.ID]; left && (!d.DeployedAt.IsZero() || !starts(d.Action) && !d.EndedAt.IsZero()) {
			d.State, d.Error, d.DeployedAt = plugforge.StateFailed, "the ledger has no entry of it, so it never went live", time.Time{}
			if d.EndedAt.IsZero() {
				d.EndedAt = d.QueuedAt
			}
			if !strings.Contains(had[d.ID].Error, "the ledger has no entry") {
				some = append(some, d)
			}
		}
	}
	return some, live
}

func starts(a plugforge.Action) bool {
	return a == plugforge.ActionDeploy || a == plugforge.ActionRollback
}

// told is the record of an entry: as it was, where it does not say otherwise.
func told(slug plugforge.Slug, e gitstore.Entry, old plugforge.Deployment, known bool, after time.Time) plugforge.Deployment {
	d := fromEntry(slug, e)
	if known {
		d.QueuedAt, d.StartedAt, d.Error = old.QueuedAt, old.StartedAt, old.Error
	}
	// The ledger's time is kept to the second: a record's that lies in it, or,
	// where clocks went back, was put behind what led to it, is the finer one.
	effect := latest(e.At, d.StartedAt, after)
	finer := old.DeployedAt
	if !starts(e.Action) {
		finer = old.EndedAt
	}
	if !finer.IsZero() && (finer.Truncate(time.Second).Equal(e.At) || finer.Equal(effect)) {
		effect = finer
	}
	if starts(e.Action) {
		d.DeployedAt, d.State, d.EndedAt, d.Error = effect, liveState(e.Type), old.EndedAt, ""
		return d
	}
	d.EndedAt, d.State = effect, plugforge.StateNotDeployed
	if e.Action == plugforge.ActionStopped {
		if d.State = plugforge.StateFailed; d.Error == "" {
			d.Error = "stopped after repeated crashes"
		}
	}
	return d
}

// end is when what was live was replaced or taken down.
func end(d *plugforge.Deployment, at time.Time, had map[string]plugforge.Deployment) {
	d.EndedAt = at
	if old := had[d.ID].EndedAt; old.Truncate(time.Second).Equal(at.Truncate(time.Second)) {
		d.EndedAt = old
	}
}

// same compares what a ledger can tell, and what follows from it.
func same(a, b plugforge.Deployment) bool {
	if (a.Previous == nil) != (b.Previous == nil) || a.Previous != nil && *a.Previous != *b.Previous {
		return false
	}
	return a.Slug == b.Slug && a.Version == b.Version && a.Action == b.Action && a.Type == b.Type && a.By == b.By && a.Message == b.Message &&
		a.Commit == b.Commit && a.DeployedAt.Equal(b.DeployedAt) && a.EndedAt.Equal(b.EndedAt) && a.State == b.State
}
