// Package sqlite keeps what the service must remember beside git: keys,
// uploads and the numbers they hold, the index of versions, deployments, which
// version is active, and the audit.
//
// It is not the truth about versions: git is, and every row of the versions
// table can be made again from it. It is the truth about work in progress.
//
// One DB serves one file. Each exported method is one transaction. Writes go
// through a single connection whose transactions begin IMMEDIATE and whose
// commits are fsynced (synchronous=FULL, asserted when the file is opened);
// reads go through a pool that cannot write. Other processes, such as the
// `plugforge keys` commands, may have the same file open: they take turns
// through SQLite's own lock.
//
// Every error is a *plugforge.Error. Beside the codes that a method names, any
// may give CodeInsufficientStorage (the disk is full), CodeUnavailable
// (another process held the file for longer than the busy time-out) and
// CodeInternal. Times are kept to the millisecond; a zero time.Time means
// "not yet" or "never".
package sqlite

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

// DB is the open database. Its methods may be called from many goroutines.
type DB struct {
	file   string
	writer *sql.DB
	reader *sql.DB
}

// Open opens the database in file, makes it (and its folder) if there is none,
// and brings its schema up to date. It refuses a file that a newer program
// wrote, that is not a database, or on which commits would not be durable;
// all are CodeInternal with a message that names the file.
func Open(ctx context.Context, file string) (*DB, error) {
	const op = "sqlite.Open"
	db, err := open(ctx, file)
	if err != nil {
		return nil, opening(op, file, err)
	}
	if err := db.prepare(ctx); err != nil {
		db.Close()
		return nil, opening(op, file, err)
	}
	return db, nil
}

func open(_ context.Context, file string) (*DB, error) {
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
		"%s?mode=rw&_journal=WAL&_sync=FULL&_txlock=immediate&_busy_timeout=%d&_foreign_keys=1", uri(file), wait))
	if err != nil {
		return nil, err
	}
	reader, err := sql.Open("sqlite3", fmt.Sprintf(
		"%s?mode=ro&_query_only=1&_busy_timeout=%d&_foreign_keys=1", uri(file), wait))
	if err != nil {
		writer.Close()
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	readers := max(4, 2*runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &DB{file: file, writer: writer, reader: reader}, nil
}

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
func (db *DB) prepare(ctx context.Context) error {
	for deadline := time.Now().Add(busyTimeout); ; {
		err := db.writer.PingContext(ctx)
		if err == nil {
			return db.check(ctx)
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
}

func (db *DB) check(ctx context.Context) error {
	var journal string
	if err := db.writer.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
		return err
	}
	if journal != "wal" {
		return plugforge.Errorf(plugforge.CodeInternal,
			"database %s cannot keep a write-ahead log (journal mode is %s): put the data folder on a local disk", db.file, journal)
	}
	var synchronous int
	if err := db.writer.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
		return err
	}
	if synchronous != 2 {
		return plugforge.Errorf(plugforge.CodeInternal,
			"database %s would not sync its commits (PRAGMA synchronous is %d, must be 2): refusing to start", db.file, synchronous)
	}
	return migrate(ctx, db.writer)
}

// Close closes all connections; the last one of all processes folds the log
// into the file.
func (db *DB) Close() error {
	err := db.reader.Close()
	if werr := db.writer.Close(); err == nil {
		err = werr
	}
	return translate("sqlite.DB.Close", err)
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var n int
	return translate("sqlite.DB.Ping", db.reader.QueryRowContext(ctx, `SELECT count(*) FROM schema_versions`).Scan(&n))
}

// write runs fn in a transaction of the only writer. Nothing of it stays when
// fn or the commit fails.
func (db *DB) write(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return translate(op, inTx(ctx, db.writer, fn))
}

// read runs fn in a transaction that sees one state of the database.
func (db *DB) read(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return translate(op, inTx(ctx, db.reader, fn))
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
