package sqlite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plugforge"
)

// The filters, alone and together, and what they count.
func TestListingFilters(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	for i := range 6 {
		p := plugin(create(t, db, upload(fmt.Sprint("plu_", i), "embed", "")))
		p.Author.Name = []string{"ada", "bob"}[i%2]
		p.CreatedAt = noon.Add(time.Duration(i) * time.Hour)
		must(t, db.InsertPlugin(ctx, p, []byte(`{}`)))
	}
	publish(t, db, upload("plu_b", "other", ""))
	must(t, db.SwitchActive(ctx, deployment("dpl_1", "embed", "1.0.1", plugforge.ActionDeploy, noon)))
	must(t, db.SwitchActive(ctx, deployment("dpl_2", "embed", "1.0.4", plugforge.ActionDeploy, noon.Add(time.Hour))))
	gone := deployment("dpl_3", "embed", "1.0.4", plugforge.ActionUndeploy, noon.Add(2*time.Hour))
	gone.EndedAt = noon.Add(2 * time.Hour)
	must(t, db.ClearActive(ctx, gone))
	failed := deployment("dpl_4", "embed", "1.0.5", plugforge.ActionDeploy, noon.Add(3*time.Hour))
	failed.DeployedAt, failed.State = time.Time{}, plugforge.StateFailed
	must(t, db.InsertDeployment(ctx, failed))
	yes, no := true, false
	for _, c := range []struct {
		q     PluginQuery
		total int
		want  string
	}{
		{PluginQuery{Limit: 9, WasLive: &yes}, 2, "[embed_1_0_4 embed_1_0_1]"},
		{PluginQuery{Limit: 1, WasLive: &yes}, 2, "[embed_1_0_4]"},
		{PluginQuery{Limit: 2, WasLive: &no}, 4, "[embed_1_0_5 embed_1_0_3]"},
		{PluginQuery{Limit: 2, Author: "ada"}, 3, "[embed_1_0_4 embed_1_0_2]"},
		{PluginQuery{Limit: 2, Author: "Ada"}, 0, "[]"},
		{PluginQuery{Limit: 9, Since: noon.Add(4 * time.Hour)}, 2, "[embed_1_0_5 embed_1_0_4]"},
		{PluginQuery{Limit: 9, Since: noon.Add(4*time.Hour + time.Millisecond)}, 1, "[embed_1_0_5]"},
		{PluginQuery{Limit: 9, Since: noon.Add(40 * time.Hour)}, 0, "[]"},
		{PluginQuery{Limit: 9, Since: noon.Add(time.Hour), Author: "bob", WasLive: &no}, 2, "[embed_1_0_5 embed_1_0_3]"},
	} {
		c.q.Owner, c.q.Name = "ns_a", "embed"
		items, total, err := db.Plugins(ctx, c.q)
		must(t, err)
		ids := []plugforge.PluginID{}
		for _, p := range items {
			ids = append(ids, p.ID())
		}
		if total != c.total || fmt.Sprint(ids) != c.want {
			t.Errorf("%+v: %v of %d, want %s of %d", c.q, ids, total, c.want, c.total)
		}
	}
}

// What the database keeps count of is what counting gives, whatever happened.
func checkCounts(t *testing.T, db *DB) {
	t.Helper()
	var wrong string
	err := db.writer.QueryRow(`SELECT coalesce(group_concat(owner || '/' || fold), '') FROM version_counts c WHERE present <>
			(SELECT count(*) FROM versions v WHERE v.owner = c.owner AND c.fold IN ('', v.fold) AND v.deleted_at IS NULL)
		OR disabled <>
			(SELECT count(*) FROM versions v WHERE v.owner = c.owner AND c.fold IN ('', v.fold) AND v.deleted_at IS NULL AND v.disabled_at IS NOT NULL)
		OR EXISTS (SELECT 1 FROM versions v WHERE v.owner = c.owner AND v.was_live <> EXISTS (SELECT 1 FROM deployments d
			WHERE d.owner = v.owner AND d.fold = v.fold AND d.version = v.version AND d.deployed_at IS NOT NULL AND d.action IN ('deploy', 'rollback')))`).Scan(&wrong)
	if err != nil || wrong != "" {
		t.Errorf("the counts of %s are wrong, %v", wrong, err)
	}
	var uncounted int
	if err := db.writer.QueryRow(`SELECT count(*) FROM versions v WHERE NOT EXISTS (SELECT 1 FROM version_counts c WHERE c.owner = v.owner AND c.fold = v.fold)`).Scan(&uncounted); err != nil || uncounted > 0 {
		t.Errorf("%d versions are not counted, %v", uncounted, err)
	}
}

// No list of one plugin's versions walks through all of them, nor sorts: each
// goes down an index from the newest on.
func TestListingUsesItsIndexes(t *testing.T) {
	db := openNew(t)
	yes := true
	for name, c := range map[string]struct {
		q     PluginQuery
		index string
	}{
		"all":     {PluginQuery{}, "versions_by_slug"},
		"live":    {PluginQuery{WasLive: &yes}, "versions_by_live"},
		"author":  {PluginQuery{Author: "ada"}, "versions_by_author"},
		"since":   {PluginQuery{Since: noon}, "versions_by_time"},
		"before":  {PluginQuery{Before: 7}, "versions_by_slug"},
		"author2": {PluginQuery{Author: "ada", Before: 7}, "versions_by_author"},
	} {
		c.q.Owner, c.q.Name, c.q.Disabled, c.q.Limit = "ns_a", "embed", true, 51
		page, args := c.q.page()
		plan := explain(t, db, page, args)
		if !strings.Contains(plan, c.index) || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: the page's plan is\n%s", name, plan)
		}
		count, args := c.q.count()
		plan = explain(t, db, count, args)
		if covering := strings.Contains(plan, "COVERING INDEX "+c.index) || strings.Contains(plan, "version_counts USING PRIMARY KEY"); !covering || strings.Contains(plan, "SCAN") {
			t.Errorf("%s: the count's plan is\n%s", name, plan)
		}
	}
	if plan := explain(t, db, namedSlug, []any{"ns_a", "embed", "embed"}); strings.Contains(plan, "SCAN versions") {
		t.Errorf("the name's plan is\n%s", plan)
	}
}

func explain(t *testing.T, db *DB, statement string, args []any) string {
	t.Helper()
	rows, err := db.writer.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+statement, args...)
	steps, err := collect(rows, err, func(r row) (step string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &step)
		return step, err
	})
	must(t, err)
	return strings.Join(steps, "\n")
}

// Whoever asks for one version by its text looks at one row.
func TestOneVersionIsOneRow(t *testing.T) {
	db := openNew(t)
	for _, where := range []string{
		`owner = 'ns_a' AND fold = 'f' AND name = 'F' AND version = '1.0.0' AND deleted_at IS NULL`,
		`owner = 'ns_a' AND fold = 'f' AND version = '1.0.0' AND deleted_at IS NULL`,
		`owner = 'ns_a' AND fold = 'f' AND name = 'F' AND version = '1.0.0' AND deleted_at IS NULL AND deletion IS NULL`,
	} {
		plan := explain(t, db, `SELECT 1 FROM versions WHERE `+where, nil)
		if !strings.Contains(plan, "versions_by_number (owner=? AND fold=? AND version=?)") {
			t.Errorf("%s: %s", where, plan)
		}
	}
}
