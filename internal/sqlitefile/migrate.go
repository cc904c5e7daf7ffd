package sqlitefile

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// migration is one numbered file; it runs once in a file's life, in a
// transaction of its own.
type migration struct {
	number int
	name   string
	script string
}

// migrations reads the embedded files, which are numbered from 1 without gaps.
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, file := range names {
		name := path.Base(file)
		digits, _, _ := strings.Cut(name, "_")
		number, err := strconv.Atoi(digits)
		if err != nil || number != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		script, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{number, name, string(script)})
	}
	return all, nil
}

// migrate runs what the file lacks. Two processes may do so at once: each
// step looks again once it holds the write lock.
func migrate(ctx context.Context, writer *sql.DB, files fs.FS) error {
	all, err := migrations(files)
	if err != nil {
		return err
	}
	have, err := schemaVersion(ctx, writer)
	if err != nil {
		return err
	}
	if have > len(all) {
		return plugforge.Errorf(plugforge.CodeInternal,
			"the database is of schema %d and this program knows %d: it was written by a newer plugforge; run that one", have, len(all))
	}
	for _, m := range all[have:] {
		if err := inTx(ctx, writer, func(tx *sql.Tx) error { return step(ctx, tx, m) }); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

func schemaVersion(ctx context.Context, writer *sql.DB) (int, error) {
	var tables, version int
	err := writer.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'schema_versions'`).Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	err = writer.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM schema_versions`).Scan(&version)
	return version, err
}

func step(ctx context.Context, tx *sql.Tx, m migration) error {
	const table = `CREATE TABLE IF NOT EXISTS schema_versions (
		number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return err
	}
	var done int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM schema_versions WHERE number = ?`, m.number).Scan(&done); err != nil || done > 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, m.script); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO schema_versions (number, name, applied_at) VALUES (?, ?, ?)`,
		m.number, m.name, time.Now().UnixMilli())
	return err
}
