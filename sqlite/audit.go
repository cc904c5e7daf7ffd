package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"plugforge"
)

// genesis stands where the hash before the first entry would.
var genesis = strings.Repeat("0", 64)

// entry is one line of the audit: who did what to what. Its hash covers every
// field and the hash before it, so that no line can be changed, dropped or put
// in later without changing all that follow.
type entry struct {
	Seq    int64           `json:"seq"`
	At     int64           `json:"at"`
	KeyID  string          `json:"key_id"`
	Key    string          `json:"key_name"`
	Owner  plugforge.Owner `json:"owner"`
	Action string          `json:"action"`
	Target string          `json:"target"`
	Detail string          `json:"detail"`
	Before string          `json:"before"`
}

func (e entry) hash() (string, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// event is what a method has to say for the audit.
type event struct {
	at     time.Time
	by     plugforge.Actor
	owner  plugforge.Owner
	action string
	target string
	detail map[string]any
}

// record appends ev in the transaction of the deed itself.
func record(ctx context.Context, tx *sql.Tx, ev event) error {
	seq, before, err := auditHead(ctx, tx)
	if err != nil {
		return err
	}
	detail, err := json.Marshal(ev.detail)
	if err != nil {
		return err
	}
	e := entry{
		Seq: seq + 1, At: ev.at.UnixMilli(), KeyID: ev.by.KeyID, Key: ev.by.Name, Owner: ev.owner,
		Action: ev.action, Target: ev.target, Detail: string(detail), Before: before,
	}
	hash, err := e.hash()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (seq, at, key_id, key_name, owner, action, target, detail, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, e.At, e.KeyID, e.Key, e.Owner, e.Action, e.Target, e.Detail, hash)
	return err
}

func auditHead(ctx context.Context, tx *sql.Tx) (seq int64, hash string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, genesis, nil
	}
	return seq, hash, err
}

// AuditHead is the hash of the audit's last entry, 64 hex digits; zeros for an
// empty audit.
func (db *DB) AuditHead(ctx context.Context) (hash string, err error) {
	err = db.read(ctx, "sqlite.DB.AuditHead", func(tx *sql.Tx) error {
		_, hash, err = auditHead(ctx, tx)
		return err
	})
	return hash, err
}

// VerifyAudit walks the whole audit and returns how many entries hold.
// CodeInternal names the first entry that does not follow from those before.
func (db *DB) VerifyAudit(ctx context.Context) (int64, error) {
	const op = "sqlite.DB.VerifyAudit"
	rows, err := db.reader.QueryContext(ctx, `SELECT seq, at, key_id, key_name, owner, action, target, detail, hash FROM audit ORDER BY seq`)
	if err != nil {
		return 0, translate(op, err)
	}
	defer rows.Close()
	n, before := int64(0), genesis
	for rows.Next() {
		e := entry{Before: before}
		var stored string
		if err := rows.Scan(&e.Seq, &e.At, &e.KeyID, &e.Key, &e.Owner, &e.Action, &e.Target, &e.Detail, &stored); err != nil {
			return n, translate(op, err)
		}
		hash, err := e.hash()
		if err != nil {
			return n, translate(op, err)
		}
		if hash != stored || e.Seq != n+1 {
			return n, &plugforge.Error{Code: plugforge.CodeInternal, Op: op,
				Message: fmt.Sprintf("audit entry %d does not follow from those before it: the audit was changed", e.Seq)}
		}
		n, before = n+1, stored
	}
	return n, translate(op, rows.Err())
}
