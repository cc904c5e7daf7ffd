package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"plugforge"
)

func deployment(id, name, version string, action plugforge.Action, at time.Time) plugforge.Deployment {
	return plugforge.Deployment{
		ID: id, Slug: plugforge.Slug{Owner: "ns_a", Name: plugforge.Name(name)}, Version: vers(version), Action: action,
		Type: plugforge.TypeRealtime, State: plugforge.StateDeployed, By: me, Message: "why", Commit: "abc", QueuedAt: at, DeployedAt: at,
	}
}

func TestDeploymentsSwitchAndClear(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	s := plugforge.Slug{Owner: "ns_a", Name: "embed"}
	_, err := db.Active(ctx, s)
	wantCode(t, err, plugforge.CodeNotFound)

	one := deployment("dpl_1", "embed", "1.0.0", plugforge.ActionDeploy, noon)
	must(t, db.SwitchActive(ctx, one))
	two := deployment("dpl_2", "embed", "1.0.1", plugforge.ActionDeploy, noon.Add(time.Minute))
	two.State, two.DeployedAt = plugforge.StateQueued, time.Time{}
	must(t, db.InsertDeployment(ctx, two))
	wantCode(t, db.InsertDeployment(ctx, two), plugforge.CodeAlreadyExists)
	two.State, two.StartedAt = plugforge.StateInProgress, noon.Add(90*time.Second)
	must(t, db.UpdateDeployment(ctx, two))
	if got, err := db.Unfinished(ctx); err != nil || len(got) != 1 || got[0].ID != "dpl_2" {
		t.Errorf("unfinished %v, %v", got, err)
	}
	previous := one.Version
	two.State, two.Previous, two.DeployedAt = plugforge.StateDeployed, &previous, noon.Add(2*time.Minute)
	must(t, db.SwitchActive(ctx, two))
	must(t, db.SwitchActive(ctx, two)) // finishing again after a crash
	got, err := db.Active(ctx, s)
	must(t, err)
	if !reflect.DeepEqual(got, two) {
		t.Errorf("active\n%+v, want\n%+v", got, two)
	}
	failed := deployment("dpl_3", "embed", "1.0.2", plugforge.ActionDeploy, noon.Add(3*time.Minute))
	failed.State, failed.Error, failed.DeployedAt, failed.EndedAt = plugforge.StateFailed, "boom", time.Time{}, noon.Add(3*time.Minute)
	must(t, db.InsertDeployment(ctx, failed))
	if all, err := db.ActiveAll(ctx); err != nil || len(all) != 1 || all[0].ID != "dpl_2" {
		t.Errorf("active everywhere: %v, %v", all, err)
	}
	down := deployment("dpl_4", "embed", "1.0.1", plugforge.ActionUndeploy, noon.Add(4*time.Minute))
	down.State, down.DeployedAt, down.EndedAt = plugforge.StateNotDeployed, time.Time{}, noon.Add(4*time.Minute)
	must(t, db.ClearActive(ctx, down))
	must(t, db.ClearActive(ctx, down))
	_, err = db.Active(ctx, s)
	wantCode(t, err, plugforge.CodeNotFound)
	back := deployment("dpl_5", "embed", "1.0.0", plugforge.ActionRollback, noon.Add(5*time.Minute))
	must(t, db.SwitchActive(ctx, back))

	for at, want := range map[time.Duration]string{
		-1: "", 0: "dpl_1", 119 * time.Second: "dpl_1", 2 * time.Minute: "dpl_2", 3 * time.Minute: "dpl_2",
		4 * time.Minute: "", 5 * time.Minute: "dpl_5", time.Hour: "dpl_5",
	} {
		d, err := db.LiveAt(ctx, s, noon.Add(at))
		if want == "" {
			wantCode(t, err, plugforge.CodeNotFound)
		} else if err != nil || d.ID != want {
			t.Errorf("live at +%s: %s, %v; want %s", at, d.ID, err, want)
		}
	}

	page, next, err := db.Deployments(ctx, s, 0, 2)
	if err != nil || len(page) != 2 || page[0].ID != "dpl_5" || page[1].ID != "dpl_4" || next == 0 {
		t.Errorf("first page %v, next %d, %v", page, next, err)
	}
	page, next, err = db.Deployments(ctx, s, next, 3)
	if err != nil || len(page) != 3 || page[2].ID != "dpl_1" || next != 0 {
		t.Errorf("last page %v, next %d, %v", page, next, err)
	}

	ids := []plugforge.PluginID{{Name: "embed", Version: vers("1.0.0")}, {Name: "embed", Version: vers("1.0.1")},
		{Name: "embed", Version: vers("1.0.2")}, {Name: "embed", Version: vers("7.0.0")}}
	last, err := db.LastDeployments(ctx, "ns_a", ids)
	must(t, err)
	if len(last) != 3 || last[ids[0]].ID != "dpl_5" || last[ids[1]].ID != "dpl_4" || last[ids[2]].Error != "boom" {
		t.Errorf("last deployments %v", last)
	}
	live, err := db.LastLive(ctx, "ns_a", ids)
	must(t, err)
	if len(live) != 2 || !live[ids[0]].DeployedAt.Equal(back.DeployedAt) || !live[ids[1]].DeployedAt.Equal(two.DeployedAt) {
		t.Errorf("last live %v", live)
	}
	if n, err := db.VerifyAudit(ctx); err != nil || n != 4 {
		t.Errorf("%d lines in the audit (%v), want one a switch: 4", n, err)
	}
}

func TestDeploymentFaults(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	d := deployment("dpl_1", "embed", "1.0.0", plugforge.ActionDeploy, noon)
	wantCode(t, db.UpdateDeployment(ctx, d), plugforge.CodeNotFound)
	_, err := db.Deployment(ctx, "dpl_1")
	wantCode(t, err, plugforge.CodeNotFound)
	wantCode(t, db.ClearActive(ctx, d), plugforge.CodeInternal)
	d.DeployedAt = time.Time{}
	wantCode(t, db.SwitchActive(ctx, d), plugforge.CodeInternal)
	if items, next, err := db.Deployments(ctx, d.Slug, 0, 10); err != nil || len(items) != 0 || next != 0 {
		t.Errorf("a refused write left %v, %d, %v", items, next, err)
	}
}

// Eight writers beside a reader whose transaction stays open.
func TestWritersAndALongReader(t *testing.T) { writersAndALongReader(t, 2*time.Second) }

// writersAndALongReader has eight writers, half of them through a second opening
// of the file as another process would have, beside a reader whose transaction
// stays open. Nobody may be told that the database is busy, and the log that the
// reader kept from being folded into the file is used again once it has ended.
func writersAndALongReader(t *testing.T, long time.Duration) {
	file := filepath.Join(t.TempDir(), "p.db")
	db, other := openFile(t, file), openFile(t, file)
	reader, err := db.reader.BeginTx(t.Context(), nil)
	must(t, err)
	var seen int
	must(t, reader.QueryRow(`SELECT count(*) FROM deployments`).Scan(&seen))

	var wg sync.WaitGroup
	var took [8][]time.Duration
	write := func(long time.Duration, round int) {
		stop := time.Now().Add(long)
		for w := range took {
			wg.Go(func() {
				mine := []*DB{db, other}[w%2]
				for i := 0; time.Now().Before(stop); i++ {
					d := deployment(fmt.Sprintf("dpl_%d_%d_%d", round, w, i), fmt.Sprint("slug", w), "1.0.0", plugforge.ActionDeploy, noon)
					begun := time.Now()
					if err := mine.SwitchActive(context.Background(), d); err != nil {
						t.Errorf("writer %d: %v", w, err)
						return
					}
					took[w] = append(took[w], time.Since(begun))
					if _, err := mine.Active(context.Background(), d.Slug); err != nil {
						t.Errorf("reader %d: %v", w, err)
					}
				}
			})
		}
		wg.Wait()
	}
	logSize := func() int64 {
		info, err := os.Stat(file + "-wal")
		must(t, err)
		return info.Size()
	}
	write(long, 0)
	var later int
	must(t, reader.QueryRow(`SELECT count(*) FROM deployments`).Scan(&later))
	if later != seen {
		t.Errorf("the long reader saw %d rows, then %d", seen, later)
	}
	must(t, reader.Rollback())
	pinned := logSize()
	write(long/8, 1)
	after := logSize()
	if after > 128<<20 {
		t.Errorf("the log is %d KiB after the long reader, %d while it read: it is not folded in", after>>10, pinned>>10)
	}
	all := slices.Sorted(slices.Values(slices.Concat(took[:]...)))
	var rows int
	must(t, db.reader.QueryRow(`SELECT count(*) FROM deployments`).Scan(&rows))
	if rows != len(all) || rows == 0 {
		t.Errorf("%d rows of %d acknowledged writes", rows, len(all))
	}
	checkWhole(t, db)
	if n, err := db.VerifyAudit(t.Context()); err != nil || n != int64(rows) {
		t.Errorf("%d entries in the audit, %v", n, err)
	}
	t.Logf("%d commits, none told that it is busy; p50 %v, p99 %v, longest %v; log of %d KiB beside a reader of %v, %d KiB after it",
		rows, all[rows/2], all[rows*99/100], all[rows-1], pinned>>10, long, after>>10)
}

func TestFullDiskIsToldAsSuch(t *testing.T) {
	db := openNew(t)
	var pages int
	must(t, db.writer.QueryRow(`PRAGMA page_count`).Scan(&pages))
	_, err := db.writer.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)) // SQLITE_FULL, as a full disk gives
	must(t, err)
	for i := 0; err == nil && i < 1000; i++ {
		err = db.InsertDeployment(t.Context(), deployment(fmt.Sprint("dpl_", i), "embed", "1.0.0", plugforge.ActionDeploy, noon))
	}
	wantCode(t, err, plugforge.CodeInsufficientStorage)
	_, err = db.writer.Exec(`PRAGMA max_page_count = 100000`)
	must(t, err)
	must(t, db.InsertDeployment(t.Context(), deployment("dpl_x", "embed", "1.0.0", plugforge.ActionDeploy, noon)))
}
