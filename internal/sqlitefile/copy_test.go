package sqlitefile

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// A copy that is made while others write is one moment of the original: what
// two tables say agrees, and the writers never wait for its end.
func TestBackupWhileWriting(t *testing.T) {
	dir := t.TempDir()
	schema := fstest.MapFS{"migrations/0001_t.sql": {Data: []byte(`CREATE TABLE a (n INTEGER, filler BLOB); CREATE TABLE b (n INTEGER);`)}}
	file := filepath.Join(dir, "live.db")
	f, err := Open(t.Context(), "test", file, schema)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	write := func(n int) {
		if err := f.Write(context.Background(), "test", func(tx *sql.Tx) error {
			_, err := tx.Exec(`INSERT INTO a VALUES (?, randomblob(4000)); INSERT INTO b VALUES (?)`, n, n)
			return err
		}); err != nil {
			t.Error(err)
		}
	}
	for n := range 200 {
		write(n)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 200; ; n++ {
			select {
			case <-stop:
				return
			default:
				write(n)
			}
		}
	}()
	for _, name := range []string{"1.db", "2.db", "3.db"} {
		to := filepath.Join(dir, name)
		if err := Backup(t.Context(), file, to); err != nil {
			t.Fatal(err)
		}
		if found, err := Check(t.Context(), to); len(found) > 0 || err != nil {
			t.Errorf("the copy is damaged: %v, %v", found, err)
		}
		if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the copy has mode %v, %v", info.Mode(), err)
		}
		copied, err := openPlain(t.Context(), to)
		if err != nil {
			t.Fatal(err)
		}
		var a, b int
		if err := copied.QueryRow(`SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)`).Scan(&a, &b); err != nil || a != b || a < 200 {
			t.Errorf("the copy has %d and %d rows, %v", a, b, err)
		}
		copied.Close()
	}
	close(stop)
	<-stopped
	if err := Backup(t.Context(), filepath.Join(dir, "none.db"), filepath.Join(dir, "4.db")); err == nil {
		t.Error("a database that is not there was copied")
	}
}

func TestCheckFindsDamage(t *testing.T) {
	dir := t.TempDir()
	schema := fstest.MapFS{"migrations/0001_t.sql": {Data: []byte(`CREATE TABLE a (n INTEGER PRIMARY KEY, filler BLOB);
		CREATE TABLE b (n INTEGER REFERENCES a (n)); CREATE INDEX b_n ON b (n);`)}}
	file := filepath.Join(dir, "live.db")
	f, err := Open(t.Context(), "test", file, schema)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Writer.Exec(`INSERT INTO a VALUES (1, NULL); INSERT INTO b SELECT 1 FROM (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5000) SELECT i FROM s)`); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(t.Context(), file); len(found) > 0 || err != nil {
		t.Errorf("beside its owner: %v, %v", found, err)
	}
	if _, err := f.Writer.Exec(`PRAGMA foreign_keys = 0; DELETE FROM a`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(t.Context(), file); err != nil || len(found) != 5000 || !strings.Contains(found[0], "of table b refers to a row of a") {
		t.Errorf("foreign keys: %d findings, %v", len(found), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(text) / 2; i < len(text)/2+8192; i++ {
		text[i] ^= 0x5a
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(t.Context(), file); err != nil || len(found) == 0 {
		t.Errorf("flipped bytes: %v, %v", found, err)
	}
	if err := os.WriteFile(file, []byte("this is no database, and was never one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(t.Context(), file); err != nil || len(found) != 1 {
		t.Errorf("no database: %v, %v", found, err)
	}
	if _, err := Check(t.Context(), filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("a missing one: %v", err)
	}
}
