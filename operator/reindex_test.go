package operator_test

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plugforge/operator"
)

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

// What a database lost with its log comes back from git; nothing that git has
// is ever answered as if it were not there.
func TestLostLog(t *testing.T) {
	h := newHouse(t)
	h.fill()
	copied := &house{t: t, data: filepath.Join(t.TempDir(), "data")}
	if out, err := exec.Command("cp", "-a", h.data, copied.data).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(copied.data, "plugforge.db"+end)); err != nil {
			t.Fatal(err)
		}
	}
	if found := h.check(copied.data, false); len(found) == 0 {
		t.Fatal("the log is gone and nothing is found")
	}
	copied.open()
	ids, err := copied.db.VersionIDs(t.Context())
	copied.must(err)
	want, err := h.db.VersionIDs(t.Context())
	copied.must(err)
	for slug, versions := range want {
		if len(ids[slug]) != len(versions) {
			t.Errorf("%s has %v, want %v", slug, ids[slug], versions)
		}
	}
	copied.close()
	_, err = operator.Reindex(t.Context(), copied.data, quiet())
	copied.must(err)
	if found := h.check(copied.data, false); len(found) > 0 {
		t.Errorf("after a start and reindex: %v", found)
	}
}
