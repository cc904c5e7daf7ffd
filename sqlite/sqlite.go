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
	"embed"

	"plugforge/internal/sqlitefile"
)

// DB is the open database. Its methods may be called from many goroutines.
type DB struct {
	file   *sqlitefile.File
	writer *sql.DB
	reader *sql.DB
}

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Open opens the database in file, makes it (and its folder) if there is none,
// and brings its schema up to date. It refuses a file that a newer program
// wrote, that is not a database, or on which commits would not be durable;
// all are CodeInternal with a message that names the file.
func Open(ctx context.Context, file string) (*DB, error) {
	f, err := sqlitefile.Open(ctx, "sqlite.Open", file, migrationFiles)
	if err != nil {
		return nil, err
	}
	return &DB{file: f, writer: f.Writer, reader: f.Reader}, nil
}

// Close closes all connections; the last one of all processes folds the log
// into the file.
func (db *DB) Close() error { return translate("sqlite.DB.Close", db.file.Close()) }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var n int
	return translate("sqlite.DB.Ping", db.reader.QueryRowContext(ctx, `SELECT count(*) FROM schema_versions`).Scan(&n))
}

// write runs fn in a transaction of the only writer. Nothing of it stays when
// fn or the commit fails.
func (db *DB) write(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return db.file.Write(ctx, op, fn)
}

// read runs fn in a transaction that sees one state of the database.
func (db *DB) read(ctx context.Context, op string, fn func(tx *sql.Tx) error) error {
	return db.file.Read(ctx, op, fn)
}

// translate gives err its public code and names the operation.
func translate(op string, err error) error { return sqlitefile.Translate(op, err) }
