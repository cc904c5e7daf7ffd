package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mattn/go-sqlite3"
)

// stepPages is how many pages Backup copies between looks at its context.
const stepPages = 4096

// Backup copies the database in file, as it is at one moment, into a new file,
// and syncs that. Others may write to it meanwhile: they do not wait, and what
// they commit after that moment is not in the copy. It runs no migration, so a
// server of another version may be at work.
func Backup(ctx context.Context, file, to string) error {
	if err := backup(ctx, file, to); err != nil {
		return Translate("sqlitefile.Backup", fmt.Errorf("copy database %s: %w", file, err))
	}
	return nil
}

func backup(ctx context.Context, file, to string) (err error) {
	from, err := openPlain(ctx, file)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := touch(to); err != nil {
		return err
	}
	into, err := openPlain(ctx, to)
	if err != nil {
		return err
	}
	// One read transaction for the whole copy: it holds the moment still, where
	// each step for itself would begin again whenever somebody had written.
	err = onConn(ctx, from, func(src *sqlite3.SQLiteConn) error {
		if _, err := src.Exec("BEGIN; SELECT count(*) FROM sqlite_schema", nil); err != nil {
			return err
		}
		err := onConn(ctx, into, func(dst *sqlite3.SQLiteConn) error { return copyPages(ctx, dst, src) })
		_, ended := src.Exec("ROLLBACK", nil)
		return errors.Join(err, ended)
	})
	if err = errors.Join(err, into.Close()); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func copyPages(ctx context.Context, dst, src *sqlite3.SQLiteConn) error {
	b, err := dst.Backup("main", src, "main")
	if err != nil {
		return err
	}
	for {
		done, err := b.Step(stepPages)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || done {
			return errors.Join(err, b.Close())
		}
	}
}

// openPlain opens a database that is there, as it is.
func openPlain(ctx context.Context, file string) (*sql.DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite3", fmt.Sprintf("%s?mode=rw&_busy_timeout=%d", uri(file), busyTimeout.Milliseconds()))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return pool, nil
}

func onConn(ctx context.Context, pool *sql.DB, do func(*sqlite3.SQLiteConn) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error { return do(driver.(*sqlite3.SQLiteConn)) })
}

// Check has SQLite look for damage in a database and gives what it says; none
// is none. A file that is no database at all is damage, a missing one an error
// that wraps fs.ErrNotExist.
func Check(ctx context.Context, file string) ([]string, error) {
	found, err := check(ctx, file)
	var driver sqlite3.Error
	switch {
	case errors.As(err, &driver) && (driver.Code == sqlite3.ErrNotADB || driver.Code == sqlite3.ErrCorrupt):
		return append(found, driver.Error()), nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return found, Translate("sqlitefile.Check", err)
}

func check(ctx context.Context, file string) (found []string, err error) {
	db, err := openPlain(ctx, file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	lines, err := pragma(ctx, db, "integrity_check", 1)
	for _, line := range lines {
		if line[0] != "ok" {
			found = append(found, line[0])
		}
	}
	if err != nil {
		return found, err
	}
	lines, err = pragma(ctx, db, "foreign_key_check", 4)
	for _, line := range lines {
		found = append(found, fmt.Sprintf("row %s of table %s refers to a row of %s that is not there", line[1], line[0], line[2]))
	}
	return found, err
}

func pragma(ctx context.Context, db *sql.DB, name string, columns int) (lines [][]string, err error) {
	rows, err := db.QueryContext(ctx, "PRAGMA "+name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		fields, into := make([]sql.NullString, columns), make([]any, columns)
		for i := range fields {
			into[i] = &fields[i]
		}
		if err := rows.Scan(into...); err != nil {
			return lines, err
		}
		line := make([]string, columns)
		for i, f := range fields {
			line[i] = f.String
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}
