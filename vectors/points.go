package vectors

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"plugforge"
	"plugforge/internal/sqlitefile"
)

// keyShift leaves 2^40 points to a vector; see the migration.
const keyShift = 40

// Upsert stores all points or none, durably when it returns: a new id is added,
// one that is there is replaced, payload and all. It gives how many points the
// vector then has. CodeValidation, naming the point, for one that breaks a
// bound, an id that is there twice, more than MaxPoints, and an unknown vector.
func (s *Store) Upsert(ctx context.Context, namespace plugforge.Owner, name string, points []Point) (count int64, err error) {
	const op = "vectors.Upsert"
	v, err := s.Vector(ctx, namespace, name)
	if err == nil {
		err = checkPoints(v, points)
	}
	if err != nil {
		return 0, plugforge.Wrap(op, err)
	}
	rows := make([]row, len(points))
	for i, p := range points {
		if rows[i], err = v.row(p); err != nil {
			return 0, plugforge.Wrap(op, err)
		}
	}
	unlock := s.lock(v.key)
	defer unlock()
	if v.Points == 0 {
		s.holdEmpty(ctx, v)
	}
	err = s.db.Write(ctx, op, func(tx *sql.Tx) error {
		count, err = upsert(ctx, tx, v, rows)
		return err
	})
	if err != nil {
		s.cache.drop(v.key) // a commit that failed may have happened
		return 0, err
	}
	s.cache.change(v.key, func(b *block) {
		for _, r := range rows {
			b.put(r)
		}
	})
	return count, nil
}

// lock gives one change or load of a vector at a time, so that memory follows
// the file in order.
func (s *Store) lock(key int64) (unlock func()) {
	one, _ := s.locks.LoadOrStore(key, &sync.Mutex{})
	mu := one.(*sync.Mutex)
	mu.Lock()
	return mu.Unlock
}

func checkPoints(v Vector, points []Point) error {
	if len(points) > MaxPoints {
		return invalid([]string{"body", "points"}, "are %d: send at most %d in one call", len(points), MaxPoints)
	}
	seen := make(map[string]bool, len(points))
	for i, p := range points {
		at := func(field string) []string { return []string{"body", "points", strconv.Itoa(i), field} }
		if err := CheckID(p.ID, at("id")...); err != nil {
			return err
		}
		if seen[p.ID] {
			return invalid(at("id"), "is %q, which is in this call twice", p.ID)
		}
		seen[p.ID] = true
		if err := v.CheckFloats(p.Floats, at("vector")...); err != nil {
			return err
		}
		if len(p.Payload) > MaxPayload {
			return invalid(at("payload"), "is %d bytes long: use at most %d", len(p.Payload), MaxPayload)
		}
	}
	return nil
}

// CheckID is CodeValidation, naming the place loc, for an id that no point can
// have.
func CheckID(id string, loc ...string) error {
	if id == "" || len(id) > MaxID || !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return invalid(loc, "is not an id: use a text of 1 to %d bytes without NUL", MaxID)
	}
	return nil
}

// row is a point as the file has it.
type row struct {
	key     int64
	id      string
	payload string
	fields  []byte
	floats  []float32
}

func (v Vector) row(p Point) (row, error) {
	r := row{id: p.ID, payload: "{}", floats: p.Floats}
	if len(p.Payload) > 0 && string(p.Payload) != "null" {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(p.Payload, &members); err != nil || members == nil {
			return r, invalid([]string{"body", "points"}, "the payload of %q is not a JSON object", p.ID)
		}
		r.payload, r.fields = string(p.Payload), fieldMarks(members)
	}
	return r, nil
}

func upsert(ctx context.Context, tx *sql.Tx, v Vector, rows []row) (count int64, err error) {
	var next int64
	if err := tx.QueryRowContext(ctx, `SELECT points, next_point FROM vectors WHERE key = ?`, v.key).Scan(&count, &next); err != nil {
		return 0, err
	}
	find, err := tx.PrepareContext(ctx, `SELECT key FROM points WHERE vector = ? AND id = ?`)
	if err != nil {
		return 0, err
	}
	defer find.Close()
	put, err := tx.PrepareContext(ctx, `INSERT INTO points (key, vector, id, payload, fields, floats) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, fields = excluded.fields, floats = excluded.floats`)
	if err != nil {
		return 0, err
	}
	defer put.Close()
	for i := range rows {
		r := &rows[i]
		err := find.QueryRowContext(ctx, v.key, r.id).Scan(&r.key)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			r.key = v.key<<keyShift + next
			next++
			count++
		case err != nil:
			return 0, err
		}
		if _, err := put.ExecContext(ctx, r.key, v.key, r.id, r.payload, notNull(r.fields), pack(r.floats)); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE vectors SET points = ?, next_point = ? WHERE key = ?`, count, next, v.key)
	return count, err
}

// notNull is b for a column that takes no NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Delete removes the points with these ids, durably when it returns. Ids that
// are not there are fine. It gives how many were removed, and how many points
// are left. CodeValidation for more than MaxPoints ids or an unknown vector.
func (s *Store) Delete(ctx context.Context, namespace plugforge.Owner, name string, ids []string) (deleted, count int64, err error) {
	const op = "vectors.Delete"
	v, err := s.Vector(ctx, namespace, name)
	if err == nil && len(ids) > MaxPoints {
		err = invalid([]string{"body", "ids"}, "are %d: send at most %d in one call", len(ids), MaxPoints)
	}
	if err != nil {
		return 0, 0, plugforge.Wrap(op, err)
	}
	unlock := s.lock(v.key)
	defer unlock()
	var gone []int64
	err = s.db.Write(ctx, op, func(tx *sql.Tx) error {
		gone, count, err = remove(ctx, tx, v, ids)
		return err
	})
	if err != nil {
		s.cache.drop(v.key)
		return 0, 0, err
	}
	s.cache.change(v.key, func(b *block) {
		for _, key := range gone {
			b.remove(key)
		}
	})
	return int64(len(gone)), count, nil
}

func remove(ctx context.Context, tx *sql.Tx, v Vector, ids []string) (gone []int64, count int64, err error) {
	for _, id := range ids {
		var key int64
		err := tx.QueryRowContext(ctx, `DELETE FROM points WHERE vector = ? AND id = ? RETURNING key`, v.key, id).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		gone = append(gone, key)
	}
	err = tx.QueryRowContext(ctx, `UPDATE vectors SET points = points - ? WHERE key = ? RETURNING points`, len(gone), v.key).Scan(&count)
	return gone, count, err
}

// pack writes floats as the file has them.
func pack(floats []float32) []byte {
	b := make([]byte, 4*len(floats))
	for i, f := range floats {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(f))
	}
	return b
}

// unpack reads what pack wrote into floats, which has the right length.
func unpack(floats []float32, b []byte) error {
	if len(b) != 4*len(floats) {
		return errTorn
	}
	for i := range floats {
		floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return nil
}

var errTorn = errors.New("a stored vector has another length than its schema says")

// each reads all points of the vector: what they hold is valid during the call.
// It looks at ctx itself, for the driver would start a goroutine a row to do so.
func (s *Store) each(ctx context.Context, v Vector, do func(key int64, fields, floats []byte) error) error {
	rows, err := s.db.Reader.QueryContext(context.WithoutCancel(ctx), `SELECT key, fields, floats FROM points WHERE key >= ? AND key < ? ORDER BY key`,
		v.key<<keyShift, (v.key+1)<<keyShift)
	if err != nil {
		return sqlitefile.Translate("vectors.each", err)
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		if n%chunkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var key int64
		var fields, floats sql.RawBytes
		if err := rows.Scan(&key, &fields, &floats); err != nil {
			return sqlitefile.Translate("vectors.each", err)
		}
		if err := do(key, fields, floats); err != nil {
			return err
		}
	}
	return sqlitefile.Translate("vectors.each", rows.Err())
}
