package operator_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

func TestReindexChangesNothing(t *testing.T) {
	h := newHouse(t)
	h.fill()
	if found := h.check(h.data, true); len(found) > 0 {
		t.Errorf("findings beside the server: %v", found)
	}
	h.close()
	if found := h.check(h.data, false); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
	before := tables(t, h.data)
	audit := dump(t, h.data, "SELECT * FROM audit")
	done, err := operator.Reindex(t.Context(), h.data, quiet())
	h.must(err)
	if len(done.Changed)+len(done.Problems) > 0 {
		t.Errorf("reindex of a sound folder: %+v", done)
	}
	compareTables(t, before, tables(t, h.data))
	if dump(t, h.data, "SELECT * FROM audit") != audit {
		t.Error("nothing changed and the audit tells of something")
	}
}

// What git knows comes back whole where the tables that hold it were lost.
func TestReindexFromGitAlone(t *testing.T) {
	h := newHouse(t)
	h.fill()
	h.close()
	const fromGit = "SELECT seq, owner, fold, name, version, message, description, key_id, key_name, commit_hash, code_hash, content_hash, archive_size, scan_passed, upload_id, created_at, feature_uri, has_realtime, deleted_at, CAST(manifest AS TEXT), origin, deletion FROM versions WHERE origin = '' ORDER BY seq"
	const ledger = "SELECT id, owner, fold, name, version, action, type, state, key_id, key_name, message, previous, commit_hash, deployed_at / 1000, ended_at / 1000 FROM deployments ORDER BY owner, fold, deployed_at / 1000, ended_at / 1000, id"
	active, keys := "SELECT * FROM active ORDER BY owner, fold", "SELECT * FROM keys"
	before := map[string]string{}
	for _, query := range []string{fromGit, ledger, active, keys} {
		before[query] = dump(t, h.data, query)
	}
	h.exec(`DELETE FROM active; DELETE FROM deployments; DELETE FROM versions; DELETE FROM sqlite_sequence; DELETE FROM uploads WHERE state = 'confirmed'`)
	done, err := operator.Reindex(t.Context(), h.data, quiet())
	h.must(err)
	if len(done.Problems) > 0 || len(done.Changed) < 8 {
		t.Errorf("reindex of an empty index: %+v", done)
	}
	for query, rows := range before {
		if got := dump(t, h.data, query); got != rows {
			t.Errorf("%s\nwas\n%.3000sis\n%.3000s", query, rows, got)
		}
	}
	if found := h.check(h.data, false); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
	// All of the database gone: git gives the index, and there is no key.
	for _, end := range []string{"", "-wal", "-shm"} {
		os.Remove(filepath.Join(h.data, "plugforge.db"+end))
	}
	_, err = operator.Reindex(t.Context(), h.data, quiet())
	h.must(err)
	if got := dump(t, h.data, fromGit); got != before[fromGit] {
		t.Errorf("from nothing:\n%swant\n%s", got, before[fromGit])
	}
	h.open()
	verdict, err := h.reg.Plugin(t.Context(), "ns_a", id(h, "Text_Embed", "1.2.0"))
	if err != nil || verdict.Message != "release 1.2.0" {
		t.Errorf("%+v, %v", verdict, err)
	}
}

func (h *house) exec(statements string) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "plugforge.db")+"?mode=rw&_foreign_keys=0")
	h.must(err)
	_, err = db.Exec(statements)
	h.must(err)
	h.must(db.Close())
}

func (h *house) gitIn(repo string, args ...string) string {
	h.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*", "-C", filepath.Join(h.data, "git", repo)}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// Each kind of damage is found, told of where it is, and mended if that can be.
func TestFindings(t *testing.T) {
	const repo = "ns/ns_a/text_embed.git"
	cases := map[string]struct {
		harm  func(h *house)
		want  string // part of a finding
		mends bool
	}{
		"an archive that is gone":       {func(h *house) { h.remove("blobs/archives/ns_a/text_embed/1.0.0.zip") }, "blobs/archives/ns_a/text_embed/1.0.0.zip: the version's archive is missing", false},
		"an archive with another byte":  {func(h *house) { h.flip("blobs/archives/ns_a/text_embed/1.0.0.zip", 40) }, "blobs/archives/ns_a/text_embed/1.0.0.zip: has the SHA-256", false},
		"an archive of nothing":         {func(h *house) { h.write("blobs/archives/ns_a/nothing/1.0.0.zip", "x") }, "blobs/archives/ns_a/nothing/1.0.0.zip: belongs to no version", false},
		"bytes of no upload":            {func(h *house) { h.write("blobs/uploads/plu_0.zip", "x") }, "blobs/uploads/plu_0.zip: belongs to no version and no upload", true},
		"an upload's bytes gone":        {func(h *house) { h.must(os.RemoveAll(filepath.Join(h.data, "blobs", "uploads"))) }, "its bytes are missing", true},
		"a temporary file":              {func(h *house) { h.write("blobs/.tmp/put-1", "x") }, "blobs/.tmp/put-1: is left of an upload", true},
		"a flipped byte in a pack":      {func(h *house) { h.flipPack(repo) }, "git/" + repo + ": git fsck: ", false},
		"a torn tag":                    {func(h *house) { h.write("git/"+repo+"/refs/tags/v1.0.0", "") }, "git/" + repo + "/refs/tags/v1.0.0: holds no object's name", true},
		"main left behind":              {func(h *house) { h.gitIn(repo, "update-ref", "refs/heads/main", "v1.0.0^{}") }, "version 1.2.0 is not on main", true},
		"a ref that is no tag of ours":  {func(h *house) { h.gitIn(repo, "update-ref", "refs/tags/mine", "v1.0.0") }, "refs/tags/mine: is no tag that the service makes", false},
		"a tag that was taken away":     {func(h *house) { h.gitIn(repo, "update-ref", "-d", "refs/tags/v1.0.0") }, "has neither a tag nor a tombstone", false},
		"an object that nothing needs":  {func(h *house) { h.gitIn(repo, "hash-object", "-w", "--stdin") }, "git fsck: unreachable blob", false},
		"a lock that is left":           {func(h *house) { h.write("git/"+repo+"/refs/heads/main.lock", "") }, "refs/heads/main.lock: is left of what was cut short", true},
		"a quarantine that is left":     {func(h *house) { h.write("git/"+repo+"/quarantine/version-idx", "x") }, "quarantine/version-idx: is left", true},
		"a repository that is gone":     {func(h *house) { h.must(os.RemoveAll(filepath.Join(h.data, "git", "ns/ns_b/other.git"))) }, "plugforge.db/versions/ns_b/other: the database has the plugin and its repository is missing", false},
		"a row that is gone":            {func(h *house) { h.exec(`DELETE FROM versions WHERE owner = 'ns_a' AND version = '1.2.0'`) }, "plugforge.db/versions/ns_a/Text_Embed/1.2.0: git has the version and the index has not", true},
		"a row that says another thing": {func(h *house) { h.exec(`UPDATE versions SET message = 'x' WHERE owner = 'ns_a' AND version = '1.2.0'`) }, "the index says another [message] than git", true},
		"a row of no version": {func(h *house) {
			h.exec(`UPDATE versions SET version = '9.0.0', major = 9, minor = 0 WHERE owner = 'ns_a' AND version = '1.2.0'`)
		}, "9.0.0: the index has the version and git has no tag of it", true},
		"a tombstone forgotten": {func(h *house) { h.exec(`UPDATE versions SET deleted_at = NULL WHERE deleted_at IS NOT NULL`) }, "deleted: git says true, the index false", true},
		"a deployment that is gone": {func(h *house) {
			h.exec(`DELETE FROM active WHERE owner = 'ns_a' AND fold = 'text_embed'; DELETE FROM deployments WHERE owner = 'ns_a' AND fold = 'text_embed'`)
		}, "has no deployment", true},
		"a deployment that never was": {func(h *house) { h.exec(`UPDATE deployments SET id = 'dpl_fake' WHERE action = 'undeploy'`) }, "the ledger has no entry of it", true},
		"another version is live":     {func(h *house) { h.exec(`DELETE FROM active WHERE owner = 'ns_a' AND fold = 'text_embed'`) }, "and the database nothing", true},
		"an audit that was changed": {func(h *house) {
			h.exec(`DROP TRIGGER audit_is_not_rewritten; UPDATE audit SET action = 'x' WHERE seq = 2`)
		}, "plugforge.db/audit: ", false},
		"a key that others may read": {func(h *house) { h.must(os.Chmod(filepath.Join(h.data, "keys", "signing"), 0o644)) }, "keys/signing: may be read by others", false},
		"a secret cut short":         {func(h *house) { h.write("keys/urls", "short") }, "keys/urls: holds 5 bytes where 32 belong", false},
		"a database that is none":    {func(h *house) { h.write("plugforge.db", "this is not a database") }, "plugforge.db: is damaged", false},
		"a database that is gone":    {func(h *house) { h.remove("plugforge.db") }, "plugforge.db: is missing", true},
	}
	original := newHouse(t)
	original.fill()
	original.close()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &house{t: t, data: filepath.Join(t.TempDir(), "data")}
			if out, err := exec.Command("cp", "-a", original.data, h.data).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			c.harm(h)
			found := h.check(h.data, false)
			if !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, c.want) }) {
				t.Fatalf("findings\n%s\nwant one with %q", strings.Join(found, "\n"), c.want)
			}
			done, err := operator.Reindex(t.Context(), h.data, quiet())
			if !c.mends {
				return // it must not panic, and can't mend
			}
			h.must(err)
			if left := h.check(h.data, false); len(left) > 0 {
				t.Errorf("after repair (%v) is left\n%s", done, strings.Join(left, "\n"))
			}
		})
	}
}

func (h *house) remove(name string) { h.t.Helper(); h.must(os.Remove(filepath.Join(h.data, name))) }

func (h *house) write(name, content string) {
	h.t.Helper()
	path := filepath.Join(h.data, name)
	h.must(os.MkdirAll(filepath.Dir(path), 0o755))
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	h.must(os.WriteFile(path, []byte(content), 0o600))
}

func (h *house) flip(name string, at int) {
	h.t.Helper()
	path := filepath.Join(h.data, name)
	content, err := os.ReadFile(path)
	h.must(err)
	content[at] ^= 1
	h.must(os.Remove(path)) // it may have a second name
	h.must(os.WriteFile(path, content, 0o600))
}

func (h *house) flipPack(repo string) {
	h.t.Helper()
	packs, err := filepath.Glob(filepath.Join(h.data, "git", repo, "objects/pack/*.pack"))
	h.must(err)
	name, err := filepath.Rel(h.data, packs[0])
	h.must(err)
	h.flip(name, 60)
}

// A backup that is taken while others publish, deploy and delete is sound by
// itself, holds what was acknowledged before it began, and becomes a server
// that answers the same.
func TestBackupUnderLoad(t *testing.T) {
	h := newHouse(t)
	h.fill()
	dest := filepath.Join(t.TempDir(), "backup")
	stop := make(chan struct{})
	var load sync.WaitGroup
	var once sync.Once
	end := func() { once.Do(func() { close(stop) }); load.Wait() }
	t.Cleanup(end)
	for w := range 3 {
		load.Go(func() {
			name := fmt.Sprintf("load_%d", w)
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				version := fmt.Sprintf("1.0.%d", n)
				if err := h.tryPublish("ns_a", name, version); err != nil {
					t.Error(err)
					return
				}
				ctx := context.Background()
				if _, err := h.dep.Deploy(ctx, deploy.Request{Owner: "ns_a", ID: id(h, name, version), By: me}, time.Minute); err != nil {
					t.Error(err)
				}
				if n%3 == 2 {
					if _, err := h.dep.Delete(ctx, deploy.Request{Owner: "ns_a", ID: id(h, name, fmt.Sprintf("1.0.%d", n-1)), By: me}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	var last operator.Copied
	for round := range 3 { // one anew, two that add to it
		ids, err := h.db.VersionIDs(t.Context())
		h.must(err)
		done, err := operator.Backup(t.Context(), h.data, dest, quiet())
		h.must(err)
		if round > 0 && done.Kept == 0 {
			t.Errorf("round %d copied all again: %+v", round, done)
		}
		last = done
		if found := h.check(h.data, true); len(found) > 0 {
			t.Errorf("beside the load, findings: %v", found)
		}
		if found := h.check(dest, false); len(found) > 0 {
			t.Fatalf("findings in backup %d:\n%s", round, strings.Join(found, "\n"))
		}
		kept := h.versionsIn(dest)
		for slug, versions := range ids {
			for _, v := range versions {
				if key := slug.String() + " " + v.String(); !slices.Contains(kept, key) {
					t.Errorf("backup %d lacks %s, which was there before it", round, key)
				}
			}
		}
	}
	end()
	if last.Repositories < 5 {
		t.Errorf("copied %+v", last)
	}
	_, err := operator.Backup(t.Context(), h.data, dest, quiet())
	h.must(err)
	h.close()
	restored := &house{t: t, data: filepath.Join(t.TempDir(), "restored")}
	h.must(os.Mkdir(restored.data, 0o700))
	_, bad, err := operator.Restore(t.Context(), operator.RestoreOptions{Data: restored.data, From: dest, Found: func(f operator.Finding) { t.Error(f) }})
	if err != nil || bad > 0 {
		t.Fatalf("restore: %d findings, %v", bad, err)
	}
	if found := h.check(restored.data, false); len(found) > 0 {
		t.Errorf("findings in what was restored: %v", found)
	}
	compareTables(t, tables(t, h.data), tables(t, restored.data))
	for _, repo := range []string{"ns/ns_a/text_embed.git", "ns/ns_b/other.git", "org/org_x/shared.git", "ns/ns_a/shared.git", "ns/ns_a/load_0.git"} {
		if a, b := h.gitIn(repo, "for-each-ref"), restored.gitIn(repo, "for-each-ref"); a != b {
			t.Errorf("refs of %s were\n%s\nand are\n%s", repo, a, b)
		}
	}
	for _, name := range []string{"signing", "urls", "allowed_signers"} {
		a, err := os.ReadFile(filepath.Join(h.data, "keys", name))
		h.must(err)
		b, err := os.ReadFile(filepath.Join(restored.data, "keys", name))
		h.must(err)
		info, err := os.Stat(filepath.Join(restored.data, "keys", name))
		h.must(err)
		if !bytes.Equal(a, b) || info.Mode().Perm() != 0o600 {
			t.Errorf("keys/%s differs, or has the mode %v", name, info.Mode())
		}
	}
	restored.open()
	restored.publish("ns_a", "Text_Embed", "3.0.0")
	restored.deploy("ns_a", "Text_Embed", "3.0.0")
	restored.close()
	if found := h.check(restored.data, false); len(found) > 0 {
		t.Errorf("findings after work went on: %v", found)
	}
}

// versionsIn lists what the index of a folder has.
func (h *house) versionsIn(data string) []string {
	h.t.Helper()
	var all []string
	for line := range strings.Lines(dump(h.t, data, "SELECT owner || '/' || name || ' ' || version AS v FROM versions")) {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "v="), " "))
	}
	return all
}

func TestBackupAndRestoreRefuse(t *testing.T) {
	h := newHouse(t)
	h.publish("ns_a", "text_embed", "1.0.0")
	ctx, dir := t.Context(), t.TempDir()
	code := func(want plugforge.Code, err error) {
		t.Helper()
		if plugforge.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	backup := func(dest string) error { _, err := operator.Backup(ctx, h.data, dest, quiet()); return err }
	full := filepath.Join(dir, "full")
	h.must(os.MkdirAll(filepath.Join(full, "x"), 0o755))
	code(plugforge.CodeConflict, backup(full))
	code(plugforge.CodeConflict, backup(h.data))
	code(plugforge.CodeConflict, backup(filepath.Join(h.data, "git", "backup")))
	dest := filepath.Join(dir, "backup")
	h.must(backup(dest))
	marker := filepath.Join(dest, "plugforge-backup.json")
	good, err := os.ReadFile(marker)
	h.must(err)
	empty := filepath.Join(dir, "empty")
	h.must(os.Mkdir(empty, 0o700))
	restore := func(data, from string) error {
		_, _, err := operator.Restore(ctx, operator.RestoreOptions{Data: data, From: from})
		return err
	}
	code(plugforge.CodeConflict, restore(full, dest))
	code(plugforge.CodeNotFound, restore(empty, full))
	code(plugforge.CodeNotFound, restore(empty, filepath.Join(dir, "none")))
	for _, text := range []string{`{"format":2,"complete":true}`, `{"format":1,"complete":false}`, `what`} {
		h.must(os.WriteFile(marker, []byte(text), 0o600))
		code(plugforge.CodeConflict, restore(empty, dest))
	}
	code(plugforge.CodeConflict, backup(dest)) // of a format that nobody can read
	h.must(os.WriteFile(marker, good, 0o600))
	// One with a finding is restored only when that is forced.
	h.must(os.Remove(filepath.Join(dest, "blobs/archives/ns_a/text_embed/1.0.0.zip")))
	_, bad, err := operator.Restore(ctx, operator.RestoreOptions{Data: empty, From: dest})
	if bad != 1 || err != nil {
		t.Errorf("%d findings, %v, want 1", bad, err)
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("a restore that was refused left %v", left)
	}
	_, bad, err = operator.Restore(ctx, operator.RestoreOptions{Data: empty, From: dest, Force: true})
	if bad != 1 || err != nil {
		t.Errorf("forced: %d findings, %v", bad, err)
	}
	code(plugforge.CodeConflict, restore(empty, dest))
	// A restore that was cut short is told of, and ended by the next.
	h.must(os.WriteFile(filepath.Join(empty, "restore-unfinished"), nil, 0o600))
	h.must(os.Remove(filepath.Join(empty, "plugforge.db")))
	code(plugforge.CodeConflict, operator.Unfinished(empty))
	h.must(backup(dest))
	h.must(restore(empty, dest))
	h.must(operator.Unfinished(empty))
	if found := h.check(empty, false); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
}
