package sqlite

import (
	"database/sql"
	"fmt"
	"time"

	"plugforge"
)

// row is what Scan reads from: one row of a result, or the only one.
type row interface{ Scan(dest ...any) error }

// millis is how a time is stored: NULL when it is zero.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// stamp scans a stored time into t.
type stamp struct{ t *time.Time }

// Scan takes NULL as the zero time.
func (s stamp) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		*s.t = time.Time{}
	case int64:
		*s.t = time.UnixMilli(n).UTC()
	default:
		return fmt.Errorf("a stored time is a %T, want milliseconds", v)
	}
	return nil
}

// number scans a stored X.Y.Z into v.
type number struct{ v *plugforge.Version }

// Scan refuses what is not a version: no row holds one that was not parsed.
func (n number) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a stored version is a %T, want text", v)
	}
	parsed, err := plugforge.ParseVersion(text)
	*n.v = parsed
	return err
}

// maybeNumber scans a stored X.Y.Z or NULL.
type maybeNumber struct{ v **plugforge.Version }

// Scan leaves nil for NULL.
func (n maybeNumber) Scan(v any) error {
	*n.v = nil
	if v == nil {
		return nil
	}
	var parsed plugforge.Version
	if err := (number{&parsed}).Scan(v); err != nil {
		return err
	}
	*n.v = &parsed
	return nil
}

// maybeText is a version's text, NULL when there is none.
func maybeText(v *plugforge.Version) any {
	if v == nil {
		return nil
	}
	return v.String()
}

// collect reads all rows of a query with scan.
func collect[T any](rows *sql.Rows, err error, scan func(row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}
