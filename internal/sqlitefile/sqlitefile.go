// Package sqlitefile opens a SQLite file the way this house keeps one: a
// write-ahead log, every commit fsynced, one connection that writes in
// IMMEDIATE transactions and a pool that can only read. It runs numbered
// migrations and gives the driver's errors their public codes.
//
// It knows no table but its own, schema_versions. The rooms sqlite and vectors
// are built on it.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"plugforge"
)

// busyTimeout bounds the wait for another process's write.
const busyTimeout = 10 * time.Second

// File is an open database.
type File struct {
	Writer *sql.DB // one connection; its transactions begin IMMEDIATE
	Reader *sql.DB // a pool that cannot write
	name   string
}

// Open opens the database in file, makes it (and its folder) if there is none,
// and runs the migrations (migrations/NNNN_name.sql, numbered from 1 without
// gaps) that it lacks. It refuses a file that a newer program wrote, that is
// not a database, or on which commits would not be durable; all are
// CodeInternal with a message that names the file.
func Open(ctx context.Context, op, file string, migrations fs.FS) (*File, error) {
	f, err := open(file)
	if err != nil {
		return nil, opening(op, file, err)
	}
	if err := f.prepare(ctx, migrations); err != nil {
		f.Close()
		return nil, opening(op, file, err)
	}
	return f, nil
}

func open(file string) (*File, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	if err := touch(file); err != nil {
		return nil, err
	}
	wait := busyTimeout.Milliseconds()
	writer, err := sql.Open("sqlite3", fmt.Sprintf(
		"%s?mode=rw&_journal=WAL&_sync=FULL&_txlock=immediate&_busy_timeout=%d&_foreign_keys=1&_stmt_cache_size=64", uri(file), wait))
	if err != nil {
		return nil, err
	}
	reader, err := sql.Open("sqlite3", fmt.Sprintf(
		"%s?mode=ro&_query_only=1&_busy_timeout=%d&_foreign_keys=1&_stmt_cache_size=64", uri(file), wait))
	if err != nil {
		writer.Close()
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	readers := max(4, 2*runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &File{Writer: writer, Reader: reader, name: file}, nil
}

// logKept is the size that the log is cut to, in bytes, once it has been folded
// into the file.
const logKept = 64 << 20

// touch makes a new file readable to its owner alone, which SQLite would not;
// the log beside it takes the mode of the file. One that is there is not even
// opened: closing it would drop the locks that this process may hold on it.
func touch(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// uri names the file so that no character of its path is read as an option.
func uri(file string) string { return "file:" + (&url.URL{Path: file}).EscapedPath() }

// prepare makes the first connection and checks what it gives. Processes that
// open a new file at once collide in turning its log on, for which SQLite does
// not wait by itself.
func (f *File) prepare(ctx context.Context, migrations fs.FS) error {
	for deadline := time.Now().Add(busyTimeout); ; {
		err := f.Writer.PingContext(ctx)
		if err == nil {
			break
		}
		if !busy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := f.check(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, f.Writer, migrations); err != nil {
		return err
	}
	// SQLite opens what it may not write for reading, and would say so only to
	// the first who writes. This changes nothing.
	return inTx(ctx, f.Writer, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM schema_versions WHERE 0`)
		return err
	})
}

func (f *File) check(ctx context.Context) error {
	var journal string
	if err := f.Writer.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
		return err
	}
	if journal != "wal" {
		return plugforge.Errorf(plugforge.CodeInternal,
			"database %s cannot keep a write-ahead log (journal mode is %s): put the data folder on a local disk", f.name, journal)
	}
	var synchronous int
	if err := f.Writer.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
		return err
	}
	if synchronous != 2 {
		return plugforge.Errorf(plugforge.CodeInternal,
			"database %s would not sync its commits (PRAGMA synchronous is %d, must be 2): refusing to start", f.name, synchronous)
	}
	// What the log grew to beside a long reader is given back; that the writer's
	// connection may be made anew without it does no harm.
	_, err := f.Writer.ExecContext(ctx, fmt.Sprintf(`PRAGMA journal_size_limit = %d`, logKept))
	return err
}

// Close closes all connections; the last one of all processes folds the log
// into the file.
func (f *File) Close() error {
	err := f.Reader.Close()
	if werr := f.Writer.Close(); err == nil {
		err = werr
	}
	return err
}

// Write runs fn in a transaction of the only writer. Nothing of it stays when
// fn or the commit fails.
func (f *File) Write(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return Translate(op, inTx(ctx, f.Writer, fn))
}

// Read runs fn in a transaction that sees one state of the database.
func (f *File) Read(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return Translate(op, inTx(ctx, f.Reader, fn))
}

func inTx(ctx context.Context, pool *sql.DB, fn func(tx *sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}
