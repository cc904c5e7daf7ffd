package sqlite

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func openFile(t *testing.T, file string) *DB {
	t.Helper()
	db, err := Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// openNew opens a new database and, when the test ends, checks that it is
// whole and its audit unbroken.
func openNew(t *testing.T) *DB {
	t.Helper()
	db := openFile(t, filepath.Join(t.TempDir(), "plugforge.db"))
	t.Cleanup(func() {
		checkWhole(t, db)
		checkCounts(t, db)
		if _, err := db.VerifyAudit(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return db
}

func checkWhole(t *testing.T, db *DB) {
	t.Helper()
	var verdict string
	if err := db.writer.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %q, %v", verdict, err)
	}
	rows, err := db.writer.Query(`PRAGMA foreign_key_check`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() {
		t.Error("foreign_key_check: a row points nowhere")
	}
}

func wantCode(t *testing.T, err error, want plugforge.Code) {
	t.Helper()
	if got := plugforge.CodeOf(err); got != want {
		t.Errorf("code %q, want %q (error: %v)", got, want, err)
	}
}

func TestOpenMakesAndKeeps(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new folder", "a?b#c%20.db")
	var head string
	for round := range 3 {
		db, err := Open(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			must(t, db.CreateKey(t.Context(), plugforge.Key{ID: "key_1", Name: "k", Org: "org_a", CreatedAt: noon}, make([]byte, 32)))
			head, err = db.AuditHead(t.Context())
			must(t, err)
		}
		var steps int
		must(t, db.reader.QueryRow(`SELECT count(*) FROM schema_versions`).Scan(&steps))
		all, err := migrationFiles.ReadDir("migrations")
		must(t, err)
		if steps != len(all) {
			t.Errorf("round %d: %d migrations noted, want %d", round, steps, len(all))
		}
		if got, err := db.AuditHead(t.Context()); err != nil || got != head {
			t.Errorf("round %d: head %s, want %s (%v)", round, got, head, err)
		}
		must(t, db.Ping(t.Context()))
		must(t, db.Close())
	}
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: others can read it", info.Mode())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoProcessesMayMigrateAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.db")
	errs := make(chan error)
	for range 8 {
		go func() {
			db, err := Open(context.Background(), file)
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	must(t, os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600))
	newer := filepath.Join(dir, "newer.db")
	db, err := Open(t.Context(), newer)
	must(t, err)
	_, err = db.writer.Exec(`INSERT INTO schema_versions (number, name, applied_at) VALUES (99, 'later', 0)`)
	must(t, err)
	must(t, db.Close())
	for file, want := range map[string]string{
		text:                         "not a database",
		newer:                        "newer plugforge",
		dir:                          "cannot open database " + dir,
		filepath.Join(text, "in.db"): "cannot open database",
	} {
		db, err := Open(t.Context(), file)
		if err == nil {
			db.Close()
			t.Errorf("%s opened", file)
			continue
		}
		var e *plugforge.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %v, want a message with %q", file, err, want)
		}
	}
}

func TestConnectionsAreDurableAndReadersCannotWrite(t *testing.T) {
	db := openNew(t)
	var sync, foreign int
	must(t, db.writer.QueryRow(`PRAGMA synchronous`).Scan(&sync))
	must(t, db.writer.QueryRow(`PRAGMA foreign_keys`).Scan(&foreign))
	if sync != 2 || foreign != 1 {
		t.Errorf("synchronous %d, foreign_keys %d; want 2 and 1", sync, foreign)
	}
	if _, err := db.reader.Exec(`DELETE FROM keys`); err == nil {
		t.Error("a reader could write")
	}
}

func TestAuditShowsTampering(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "p.db"))
	if head, err := db.AuditHead(t.Context()); err != nil || head != strings.Repeat("0", 64) {
		t.Errorf("head of the empty audit: %s, %v", head, err)
	}
	for i, id := range []string{"key_1", "key_2", "key_3"} {
		hash := sha256.Sum256([]byte{byte(i)})
		must(t, db.CreateKey(t.Context(), plugforge.Key{ID: id, Name: id, Org: "org_a", CreatedAt: noon}, hash[:]))
	}
	if n, err := db.VerifyAudit(t.Context()); err != nil || n != 3 {
		t.Fatalf("%d entries, %v", n, err)
	}
	for _, q := range []string{`UPDATE audit SET target = 'x'`, `DELETE FROM audit WHERE seq = 3`} {
		if _, err := db.writer.Exec(q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
	_, err := db.writer.Exec(`DROP TRIGGER audit_is_not_rewritten; UPDATE audit SET target = 'key_9' WHERE seq = 2`)
	must(t, err)
	n, err := db.VerifyAudit(t.Context())
	if n != 1 || err == nil || !strings.Contains(err.Error(), "entry 2") {
		t.Errorf("verified %d entries, %v; want the change in entry 2 found", n, err)
	}
}

func TestKeys(t *testing.T) {
	db := openNew(t)
	ctx := t.Context()
	secret := sha256.Sum256([]byte("secret"))
	k := plugforge.Key{
		ID: "key_1", Prefix: "sk_abcde", Name: "ci", Org: "org_a", Namespaces: []plugforge.Owner{"ns_a", "ns_b"},
		Scopes: plugforge.DefaultScopes(), CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
	must(t, db.CreateKey(ctx, k, secret[:]))
	before, err := db.KeysGeneration(ctx)
	must(t, err)
	other := k
	other.ID, other.Org = "key_2", "org_b"
	err = db.CreateKey(ctx, other, make([]byte, 32))
	wantCode(t, err, plugforge.CodeConflict)
	if !strings.Contains(err.Error(), "org_a for ever") {
		t.Errorf("message: %v", err)
	}
	if _, err := db.writer.Exec(`UPDATE namespaces SET org = 'org_b'`); err == nil {
		t.Error("a namespace changed hands")
	}
	dup := k
	dup.ID = "key_3"
	wantCode(t, db.CreateKey(ctx, dup, secret[:]), plugforge.CodeAlreadyExists)
	byHash, err := db.KeysByHash(ctx)
	must(t, err)
	if got := byHash[secret]; len(byHash) != 1 || got.ID != "key_1" || !slices.Equal(got.Namespaces, k.Namespaces) ||
		!slices.Equal(got.Scopes, k.Scopes) || !got.ExpiresAt.Equal(k.ExpiresAt) || !got.RevokedAt.IsZero() {
		t.Errorf("stored %+v", byHash)
	}
	org, err := db.NamespaceOrg(ctx, "ns_b")
	if err != nil || org != "org_a" {
		t.Errorf("ns_b is of %s, %v", org, err)
	}
	_, err = db.NamespaceOrg(ctx, "ns_c")
	wantCode(t, err, plugforge.CodeNotFound)

	must(t, db.TouchKeys(ctx, map[string]time.Time{"key_1": noon.Add(time.Minute), "key_9": noon}))
	must(t, db.TouchKeys(ctx, map[string]time.Time{"key_1": noon}))
	if now, err := db.KeysGeneration(ctx); err != nil || now != before {
		t.Errorf("generation %d after %d: touching or failing changed it (%v)", now, before, err)
	}
	must(t, db.RevokeKey(ctx, "key_1", noon.Add(time.Hour)))
	must(t, db.RevokeKey(ctx, "key_1", noon.Add(2*time.Hour)))
	wantCode(t, db.RevokeKey(ctx, "key_2", noon), plugforge.CodeNotFound)
	if now, err := db.KeysGeneration(ctx); err != nil || now == before {
		t.Errorf("generation still %d (%v)", now, err)
	}
	keys, err := db.Keys(ctx)
	must(t, err)
	if len(keys) != 1 || !keys[0].RevokedAt.Equal(noon.Add(time.Hour)) || !keys[0].LastUsedAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("keys %+v", keys)
	}
}
