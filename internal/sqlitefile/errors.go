package sqlitefile

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"plugforge"
)

// Translate gives err its public code and names the operation. It is the only
// place that looks at the driver's errors; it asks for their numbers, never
// for their text.
func Translate(op string, err error) error {
	if err == nil {
		return nil
	}
	var public *plugforge.Error
	var driver sqlite3.Error
	if errors.As(err, &public) || !errors.As(err, &driver) {
		return plugforge.Wrap(op, err)
	}
	code, message := classify(driver)
	return &plugforge.Error{Code: code, Message: message, Op: op, Err: err}
}

func classify(e sqlite3.Error) (plugforge.Code, string) {
	switch {
	case e.Code == sqlite3.ErrFull, e.SystemErrno == syscall.ENOSPC, e.SystemErrno == syscall.EDQUOT:
		return plugforge.CodeInsufficientStorage, "the server's disk is full: nothing was changed; try again when there is room"
	case busy(e):
		return plugforge.CodeUnavailable, "the database is busy: nothing was changed; try again"
	case e.ExtendedCode == sqlite3.ErrConstraintUnique, e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey:
		return plugforge.CodeAlreadyExists, "this exists already"
	}
	return plugforge.CodeInternal, "internal error"
}

// busy tells that another connection was in the way.
func busy(err error) bool {
	var driver sqlite3.Error
	return errors.As(err, &driver) && (driver.Code == sqlite3.ErrBusy || driver.Code == sqlite3.ErrLocked)
}

// opening makes a failure to open tell the operator which file and why: it
// goes to a terminal, not to a client.
func opening(op, file string, err error) error {
	var public *plugforge.Error
	if errors.As(err, &public) {
		return plugforge.Wrap(op, err)
	}
	why := err.Error()
	var driver sqlite3.Error
	if errors.As(err, &driver) {
		switch driver.Code {
		case sqlite3.ErrNotADB:
			why = "it is not a database: move it away, or restore a backup"
		case sqlite3.ErrCorrupt:
			why = "it is damaged: restore a backup, or move it away and let the index be rebuilt from git"
		case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
			why = "it cannot be written: check who owns it and its folder (" + driver.Error() + ")"
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			why = fmt.Sprintf("another process has held it for %s", busyTimeout)
		case sqlite3.ErrFull:
			return &plugforge.Error{Code: plugforge.CodeInsufficientStorage, Message: fmt.Sprintf("cannot open database %s: the disk is full", file), Op: op, Err: err}
		}
	}
	return &plugforge.Error{Code: plugforge.CodeInternal, Message: fmt.Sprintf("cannot open database %s: %s", file, why), Op: op, Err: err}
}
