package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"plugforge"
)

// UploadState says how far an upload has come.
type UploadState string

// The states of an upload. Open and received ones hold the number that they
// were given; the others are settled and never change again.
const (
	UploadOpen      UploadState = "open"      // no bytes yet
	UploadReceived  UploadState = "received"  // bytes are there, to be confirmed
	UploadConfirmed UploadState = "confirmed" // it is a version
	UploadRejected  UploadState = "rejected"  // it broke rules, or came too late for its number
	UploadExpired   UploadState = "expired"   // nobody confirmed it in time
)

// Upload is one attempt to publish a version.
type Upload struct {
	ID           string // plu_…
	Slug         plugforge.Slug
	Version      plugforge.Version
	Named        bool // the client chose the number, which is then not reserved
	Description  string
	DeclaredSize *int64 // bytes, as the client announced; nil if it did not
	By           plugforge.Actor
	CreatedAt    time.Time
	ExpiresAt    time.Time // bounds the start of the PUT
	State        UploadState

	Blob       string // key of the bytes; empty before they came
	Size       int64
	SHA256     string // 64 hex digits
	MD5        string // 32 hex digits
	ReceivedAt time.Time

	Verdict   []byte // JSON as the registry made it; nil before it is settled
	SettledAt time.Time
}

// Grace is how long after ExpiresAt bytes that are there may be confirmed.
const Grace = 24 * time.Hour

// verdictLife is how long the row of a rejected or expired upload stays.
const verdictLife = 7 * 24 * time.Hour

// Upload finds an upload by id; CodeNotFound if there is none.
func (db *DB) Upload(ctx context.Context, id string) (Upload, error) {
	u, err := uploadByID(ctx, db.reader, id)
	return u, translate("sqlite.DB.Upload", err)
}

// querier is what a read needs: a pool or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

const uploadColumns = `id, owner, name, version, named, description, declared_size, key_id, key_name,
	created_at, expires_at, state, blob, size, sha256, md5, received_at, settled_at, verdict`

func scanUpload(r row) (Upload, error) {
	var u Upload
	err := r.Scan(&u.ID, &u.Slug.Owner, &u.Slug.Name, number{&u.Version}, &u.Named, &u.Description, &u.DeclaredSize,
		&u.By.KeyID, &u.By.Name, stamp{&u.CreatedAt}, stamp{&u.ExpiresAt}, &u.State, &u.Blob, &u.Size, &u.SHA256, &u.MD5,
		stamp{&u.ReceivedAt}, stamp{&u.SettledAt}, &u.Verdict)
	return u, err
}

func uploadByID(ctx context.Context, q querier, id string) (Upload, error) {
	u, err := scanUpload(q.QueryRowContext(ctx, `SELECT `+uploadColumns+` FROM uploads WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Upload{}, NoSuchUpload(id)
	}
	return u, err
}

// NoSuchUpload is the answer for an upload id that nobody has, and for another
// owner's.
func NoSuchUpload(id string) *plugforge.Error {
	return plugforge.Errorf(plugforge.CodeNotFound, "upload %q not found", cut(id))
}

// cut bounds what a message repeats of a client's text.
func cut(s string) string {
	if len(s) > 100 {
		return s[:100] + "…"
	}
	return s
}

func insertUpload(ctx context.Context, tx *sql.Tx, u Upload) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO uploads (`+uploadColumns+`, fold, major, minor, patch)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Slug.Owner, u.Slug.Name, u.Version.String(), u.Named, u.Description, u.DeclaredSize, u.By.KeyID, u.By.Name,
		millis(u.CreatedAt), millis(u.ExpiresAt), u.State, u.Blob, u.Size, u.SHA256, u.MD5,
		millis(u.ReceivedAt), millis(u.SettledAt), u.Verdict,
		u.Slug.Name.Fold(), u.Version.Major, u.Version.Minor, u.Version.Patch)
	return err
}

// UploadReceived notes the bytes of an upload: their blob's key, size in
// bytes, and SHA-256 and MD5 in hex. It may be repeated until the upload is
// settled and returns the upload as it was before, whose blob is now nobody's.
// An upload that was confirmed or rejected is CodeConflict, an expired one
// CodeGone, an unknown one CodeNotFound.
func (db *DB) UploadReceived(ctx context.Context, id, blob string, size int64, sha256, md5 string, at time.Time) (before Upload, err error) {
	err = db.write(ctx, "sqlite.DB.UploadReceived", func(tx *sql.Tx) error {
		if before, err = uploadByID(ctx, tx, id); err != nil {
			return err
		}
		if err := before.Unsettled(); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE uploads SET state = ?, blob = ?, size = ?, sha256 = ?, md5 = ?, received_at = ? WHERE id = ?`,
			UploadReceived, blob, size, sha256, md5, millis(at), id)
		return err
	})
	return before, err
}

// Unsettled is nil for an upload whose bytes may still change: CodeConflict
// after it was confirmed or rejected, CodeGone after it expired.
func (u Upload) Unsettled() error {
	switch u.State {
	case UploadConfirmed, UploadRejected:
		return plugforge.Errorf(plugforge.CodeConflict, "upload %s was confirmed already: start a new upload", u.ID)
	case UploadExpired:
		return plugforge.Errorf(plugforge.CodeGone, "upload %s has expired: start a new upload", u.ID)
	}
	return nil
}

// UploadRejected settles an upload with the verdict that turned it away,
// releases its number and tells the audit. A settled upload is left as it is:
// CodeConflict or CodeGone.
func (db *DB) UploadRejected(ctx context.Context, id string, verdict []byte, at time.Time) error {
	return db.write(ctx, "sqlite.DB.UploadRejected", func(tx *sql.Tx) error {
		u, err := uploadByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := u.Unsettled(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE uploads SET state = ?, verdict = ?, settled_at = ?, blob = '' WHERE id = ?`,
			UploadRejected, verdict, millis(at), id); err != nil {
			return err
		}
		return record(ctx, tx, event{
			at: at, by: u.By, owner: u.Slug.Owner, action: "version.reject", target: target(u.Slug, u.Version),
			detail: map[string]any{"upload_id": u.ID, "sha256": u.SHA256, "verdict": string(verdict)},
		})
	})
}

// target is how the audit names a version.
func target(s plugforge.Slug, v plugforge.Version) string { return s.String() + "@" + v.String() }

// ExpireUploads settles the uploads whose time is over at now, which releases
// their numbers, and returns them; their blobs must go. That is an open upload
// from ExpiresAt on and a received one Grace later, less those in busy: ids
// whose bytes are arriving or being checked. Rows of rejected and expired
// uploads are dropped 7 days after they were settled. It writes only when
// there is something to do.
func (db *DB) ExpireUploads(ctx context.Context, now time.Time, busy ...string) ([]Upload, error) {
	const op = "sqlite.DB.ExpireUploads"
	due, old, err := due(ctx, db.reader, now, busy)
	if err != nil || len(due) == 0 && old == 0 {
		return nil, translate(op, err)
	}
	var expired []Upload
	err = db.write(ctx, op, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM uploads WHERE state IN ('rejected', 'expired') AND settled_at <= ?`,
			millis(now.Add(-verdictLife))); err != nil {
			return fmt.Errorf("drop old verdicts: %w", err)
		}
		for _, u := range due {
			done, err := tx.ExecContext(ctx, `UPDATE uploads SET state = ?, settled_at = ?, blob = '' WHERE id = ? AND state = ? AND blob = ?`,
				UploadExpired, millis(now), u.ID, u.State, u.Blob)
			if err != nil {
				return fmt.Errorf("expire %s: %w", u.ID, err)
			}
			if n, err := done.RowsAffected(); err != nil {
				return err
			} else if n == 1 { // else it moved on since it was read
				expired = append(expired, u)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return expired, nil
}

func due(ctx context.Context, q querier, now time.Time, busy []string) (due []Upload, old int, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+uploadColumns+` FROM uploads
		WHERE state = 'open' AND expires_at <= ? OR state = 'received' AND expires_at <= ?`,
		millis(now), millis(now.Add(-Grace)))
	all, err := collect(rows, err, scanUpload)
	if err != nil {
		return nil, 0, err
	}
	skip := make(map[string]bool, len(busy))
	for _, id := range busy {
		skip[id] = true
	}
	for _, u := range all {
		if !skip[u.ID] {
			due = append(due, u)
		}
	}
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM uploads WHERE state IN ('rejected', 'expired') AND settled_at <= ?`,
		millis(now.Add(-verdictLife))).Scan(&old)
	return due, old, err
}

// UploadBlobs are the keys of the blobs that uploads still need.
func (db *DB) UploadBlobs(ctx context.Context) (map[string]bool, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT blob FROM uploads WHERE state = 'received'`)
	keys, err := collect(rows, err, func(r row) (key string, err error) { err = r.Scan(&key); return key, err })
	if err != nil {
		return nil, translate("sqlite.DB.UploadBlobs", err)
	}
	needed := make(map[string]bool, len(keys))
	for _, key := range keys {
		needed[key] = true
	}
	return needed, nil
}

// UploadNumbers lists by slug the numbers that uploads have asked for, those
// of settled ones too.
func (db *DB) UploadNumbers(ctx context.Context) (map[plugforge.Slug][]plugforge.Version, error) {
	numbers, err := numbersBySlug(ctx, db.reader, `SELECT owner, name, version FROM uploads`)
	return numbers, translate("sqlite.DB.UploadNumbers", err)
}
