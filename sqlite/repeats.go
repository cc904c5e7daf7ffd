package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"plugforge"
)

// RepeatLife is how long a repeated request is known as one.
const RepeatLife = 24 * time.Hour

// Repeat names a request, so that its repetition finds the upload it became.
type Repeat struct {
	Token   string // the client's or ours
	Request string // a hash of what it said
}

// Repeated finds the upload that a request of that key became in the last
// RepeatLife, and the hash of what it said; "" if there was none.
func (db *DB) Repeated(ctx context.Context, owner plugforge.Owner, keyID, token string, now time.Time) (uploadID, request string, err error) {
	err = db.reader.QueryRowContext(ctx, `SELECT upload_id, request FROM repeats WHERE owner = ? AND key_id = ? AND token = ? AND created_at > ?`,
		owner, keyID, token, millis(now.Add(-RepeatLife))).Scan(&uploadID, &request)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return uploadID, request, translate("sqlite.DB.Repeated", err)
}

// CreateReceived is CreateUpload for an upload whose bytes are there: the
// fields about them are u's. It notes how to find it again in the same
// transaction.
func (db *DB) CreateReceived(ctx context.Context, u Upload, repeats []Repeat) (Upload, error) {
	u.State = UploadReceived
	err := db.write(ctx, "sqlite.DB.CreateReceived", func(tx *sql.Tx) (err error) {
		if u, err = openUpload(ctx, tx, u); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM repeats WHERE created_at <= ?`, millis(u.CreatedAt.Add(-RepeatLife))); err != nil {
			return err
		}
		for _, r := range repeats {
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO repeats (owner, key_id, token, request, upload_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
				u.Slug.Owner, u.By.KeyID, r.Token, r.Request, u.ID, millis(u.CreatedAt)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Upload{}, err
	}
	return u, nil
}
