package operator_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver, to look at databases from outside

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/internal/fixture"
	"plugforge/operator"
	"plugforge/registry"
	"plugforge/sqlite"
)

var me = plugforge.Actor{KeyID: "key_me", Name: "ci"}

// house is a data folder and what a server has open on it, less the sandbox:
// its deployments are batch-only.
type house struct {
	t    testing.TB
	data string
	db   *sqlite.DB
	git  *gitstore.Store
	reg  *registry.Registry
	dep  *deploy.Controller
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, data: filepath.Join(t.TempDir(), "data")}
	h.must(os.MkdirAll(filepath.Join(h.data, "keys"), 0o700))
	h.must(os.WriteFile(filepath.Join(h.data, "keys", "urls"), bytes.Repeat([]byte("u"), 32), 0o600))
	h.open()
	t.Cleanup(func() { h.close() })
	return h
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func (h *house) open() {
	h.t.Helper()
	ctx := context.Background()
	var err error
	h.db, err = sqlite.Open(ctx, filepath.Join(h.data, "plugforge.db"))
	h.must(err)
	h.git, err = gitstore.Open(ctx, gitstore.Config{Dir: filepath.Join(h.data, "git"), KeyFile: filepath.Join(h.data, "keys", "signing")})
	h.must(err)
	store, err := blobs.Open(filepath.Join(h.data, "blobs"))
	h.must(err)
	h.reg, err = registry.Open(ctx, registry.Config{DB: h.db, Git: h.git, Blobs: store, Logger: quiet()})
	h.must(err)
	h.dep, err = deploy.Open(ctx, deploy.Config{DB: h.db, Registry: h.reg, Git: h.git, Logger: quiet()})
	h.must(err)
}

func (h *house) close() {
	if h.db == nil {
		return
	}
	h.must(h.dep.Close(context.Background()))
	h.reg.Close()
	h.must(h.db.Close())
	h.db = nil
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) publish(owner plugforge.Owner, name, version string) {
	h.t.Helper()
	h.must(h.tryPublish(owner, name, version))
}

func (h *house) tryPublish(owner plugforge.Owner, name, version string) error {
	ctx := context.Background()
	v, err := plugforge.ParseVersion(version)
	if err != nil {
		return err
	}
	u, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: owner, Name: plugforge.Name(name), Version: &v, By: me})
	if err != nil {
		return err
	}
	content := fixture.Zip(fixture.With(fixture.BatchOnly(name, version), "notes.txt", strings.Repeat(version+"\n", 50)))
	if _, err := h.reg.Receive(ctx, u.ID, bytes.NewReader(content)); err != nil {
		return err
	}
	verdict, err := h.reg.Confirm(ctx, registry.ConfirmRequest{Owner: owner, UploadID: u.ID, Message: "release " + version, By: me})
	if err == nil && !verdict.Passed {
		err = fmt.Errorf("refused: %v", verdict.Findings)
	}
	return err
}

func id(h *house, name, version string) plugforge.PluginID {
	h.t.Helper()
	v, err := plugforge.ParseVersion(version)
	h.must(err)
	return plugforge.PluginID{Name: plugforge.Name(name), Version: v}
}

func (h *house) deploy(owner plugforge.Owner, name, version string) {
	h.t.Helper()
	st, err := h.dep.Deploy(context.Background(), deploy.Request{Owner: owner, ID: id(h, name, version), By: me}, time.Minute)
	h.must(err)
	if !st.Deployed {
		h.t.Fatalf("%s %s is not live: %+v", name, version, st)
	}
}

// fill gives the folder a history in which everything happened once.
func (h *house) fill() {
	h.t.Helper()
	ctx := context.Background()
	for _, version := range []string{"1.0.0", "1.1.0", "1.2.0"} {
		h.publish("ns_a", "Text_Embed", version)
		h.publish("ns_b", "other", version)
	}
	h.publish("org_x", "shared", "2.0.0")
	h.deploy("ns_a", "Text_Embed", "1.0.0")
	h.deploy("ns_a", "Text_Embed", "1.1.0")
	v := id(h, "Text_Embed", "1.0.0").Version
	_, err := h.dep.Rollback(ctx, deploy.RollbackRequest{Slug: plugforge.Slug{Owner: "ns_a", Name: "Text_Embed"}, Target: &v, By: me, Message: "wrong vectors"}, time.Minute)
	h.must(err)
	h.deploy("ns_b", "other", "1.2.0")
	_, err = h.dep.Undeploy(ctx, deploy.Request{Owner: "ns_b", ID: id(h, "other", "1.2.0"), By: me})
	h.must(err)
	_, err = h.dep.Delete(ctx, deploy.Request{Owner: "ns_a", ID: id(h, "Text_Embed", "1.1.0"), By: me})
	h.must(err)
	_, err = h.dep.Enable(ctx, deploy.EnableRequest{Namespace: "ns_a", Org: "org_x", ID: id(h, "shared", "2.0.0"), Params: []byte(`{"a":1}`), Deploy: true, By: me}, time.Minute)
	h.must(err)
	// An upload that waits to be confirmed, and a key.
	u, err := h.reg.CreateUpload(ctx, registry.UploadRequest{Owner: "ns_a", Name: "waiting", By: me})
	h.must(err)
	_, err = h.reg.Receive(ctx, u.ID, strings.NewReader("bytes"))
	h.must(err)
	hash := bytes.Repeat([]byte("k"), 32)
	h.must(h.db.CreateKey(ctx, plugforge.Key{ID: "key_me", Prefix: "sk_12345", Name: "ci", Org: "org_x", Namespaces: []plugforge.Owner{"ns_a", "ns_b"},
		Scopes: plugforge.DefaultScopes(), CreatedAt: time.Now()}, hash))
}

func (h *house) check(data string, serving bool) []string {
	h.t.Helper()
	done, err := operator.Check(context.Background(), operator.CheckOptions{Data: data, Serving: serving})
	h.must(err)
	var lines []string
	for _, f := range done.Findings {
		lines = append(lines, f.String())
	}
	return lines
}

// dump is a table's rows, a line each.
func dump(t testing.TB, data, query string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "plugforge.db")+"?mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if raw, ok := cell.([]byte); ok {
				cell = string(raw)
			}
			fmt.Fprintf(&text, "%s=%v ", columns[i], cell)
		}
		text.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// tables is every table of which nothing may change, but the audit's own.
func tables(t testing.TB, data string) map[string]string {
	all := map[string]string{}
	for name := range strings.FieldsSeq("versions deployments active uploads keys key_namespaces organisations namespaces enablings quotas repeats") {
		all[name] = dump(t, data, "SELECT * FROM "+name+" ORDER BY 1, 2")
	}
	return all
}

func compareTables(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, rows := range before {
		if after[name] != rows {
			t.Errorf("table %s changed from\n%sto\n%s", name, rows, after[name])
		}
	}
}
