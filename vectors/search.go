package vectors

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"slices"

	"plugforge"
	"plugforge/internal/sqlitefile"
)

// slack is how many candidates more than asked for are compared again with the
// full precision of what is stored.
const slack = 32

// Search gives the points closest to q.Floats by the vector's metric, best
// first, equal ones by id. CodeValidation for an unknown vector, floats that it
// can't be searched by, a limit out of bounds or a filter on what is no scalar.
func (s *Store) Search(ctx context.Context, q Query) ([]Hit, error) {
	const op = "vectors.Search"
	v, err := s.Vector(ctx, q.Namespace, q.Name)
	if err == nil {
		err = q.check(v)
	}
	if err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	best := &nearest{most: q.Limit + slack}
	if err := s.scan(ctx, v, q, best); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	hits, err := s.hits(ctx, v, q, best.found)
	return hits, plugforge.Wrap(op, err)
}

func (q Query) check(v Vector) error {
	if q.Limit < 1 || q.Limit > MaxPoints {
		return invalid([]string{"body", "limit"}, "is %d: use 1 to %d", q.Limit, MaxPoints)
	}
	if err := v.CheckFloats(q.Floats, "body", "vector"); err != nil {
		return err
	}
	return q.Filter.Check("body", "filter")
}

// scan compares every point: from memory where the vector is held or fits, from
// the file otherwise.
func (s *Store) scan(ctx context.Context, v Vector, q Query, best *nearest) error {
	target := slices.Clone(q.Floats)
	if v.Metric == Cosine {
		normalise(target)
	}
	wanted := q.Filter.marks()
	if v.Points*int64(v.Dimension)*4 > s.cache.most {
		floats := make([]float32, v.Dimension)
		return s.each(ctx, v, func(key int64, fields, stored []byte) error {
			if !holds(fields, wanted) {
				return nil
			}
			if err := unpack(floats, stored); err != nil {
				return err
			}
			if v.Metric == Cosine {
				normalise(floats)
			}
			best.offer(key, closeness(v.Metric, target, floats))
			return nil
		})
	}
	b, err := s.load(ctx, v)
	if err != nil {
		return err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for i, key := range b.keys {
		if i%chunkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(wanted) == 0 || holds(b.fields[i], wanted) {
			best.offer(key, closeness(v.Metric, target, b.row(i)))
		}
	}
	return nil
}

// load gives the vector's block, read from the file unless it is held.
func (s *Store) load(ctx context.Context, v Vector) (*block, error) {
	if b := s.cache.get(v.key); b != nil {
		return b, nil
	}
	defer s.lock(v.key)()
	if b := s.cache.get(v.key); b != nil { // another search was faster
		return b, nil
	}
	b := newBlock(v)
	floats := make([]float32, v.Dimension)
	err := s.each(ctx, v, func(key int64, fields, stored []byte) error {
		err := unpack(floats, stored)
		b.put(row{key: key, fields: fields, floats: floats})
		return err
	})
	if err != nil {
		return nil, err
	}
	s.cache.add(v.key, b)
	return b, nil
}

// holdEmpty begins a block for a vector that has no points yet, so that the
// first search need not read back what was just stored. The vector's lock is
// held.
func (s *Store) holdEmpty(ctx context.Context, v Vector) {
	now, err := find(ctx, s.db.Reader, v.namespace, v.Name)
	if err == nil && now.Points == 0 && s.cache.get(v.key) == nil {
		s.cache.add(v.key, newBlock(v))
	}
}

// warm reads the vectors that have most points into memory, as long as they
// fit, so that a search after a start is as fast as any.
func (s *Store) warm(ctx context.Context) {
	rows, err := s.db.Reader.QueryContext(ctx, `SELECT `+vectorColumns+` FROM vectors WHERE points > 0 ORDER BY points * dimension DESC LIMIT 1000`)
	if err != nil {
		return
	}
	all, err := collect(rows)
	if err != nil {
		return
	}
	var total int64
	for _, v := range all {
		if total += v.Points * int64(v.Dimension) * 4; total > s.cache.most/2 || ctx.Err() != nil {
			return
		}
		if _, err := s.load(ctx, v); err != nil {
			return
		}
	}
}

// hits reads the candidates, compares them anew in double precision and gives
// the best. One that was removed meanwhile, or whose payload does not match
// after all, is left out.
func (s *Store) hits(ctx context.Context, v Vector, q Query, found []candidate) ([]Hit, error) {
	keys := make([]int64, len(found))
	for i, c := range found {
		keys[i] = c.key
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Reader.QueryContext(ctx, `SELECT id, payload, floats FROM points WHERE key IN (SELECT value FROM json_each(?))`, string(list))
	if err != nil {
		return nil, sqlitefile.Translate("vectors.hits", err)
	}
	defer rows.Close()
	hits, floats := []Hit{}, make([]float32, v.Dimension)
	for rows.Next() {
		var id, payload string
		var stored sql.RawBytes
		if err := rows.Scan(&id, &payload, &stored); err != nil {
			return nil, sqlitefile.Translate("vectors.hits", err)
		}
		if err := unpack(floats, stored); err != nil {
			return nil, err
		}
		if q.Filter.matches(payload) {
			hits = append(hits, Hit{ID: id, Payload: json.RawMessage(payload), Score: score(v.Metric, q.Floats, floats)})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, sqlitefile.Translate("vectors.hits", err)
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		order := cmp.Compare(b.Score, a.Score)
		if v.Metric == Euclid {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(len(hits), q.Limit)], nil
}

// candidate is a point by its closeness, which is greater for a better one.
type candidate struct {
	key  int64
	near float64
}

// nearest keeps the best candidates that it is offered: a heap with the worst
// on top.
type nearest struct {
	most  int
	found []candidate
}

func (n *nearest) offer(key int64, near float64) {
	if len(n.found) < n.most {
		n.found = append(n.found, candidate{key, near})
		n.up(len(n.found) - 1)
		return
	}
	if near > n.found[0].near {
		n.found[0] = candidate{key, near}
		n.down()
	}
}

func (n *nearest) up(i int) {
	for i > 0 {
		above := (i - 1) / 2
		if n.found[above].near <= n.found[i].near {
			return
		}
		n.found[above], n.found[i] = n.found[i], n.found[above]
		i = above
	}
}

func (n *nearest) down() {
	for i := 0; ; {
		least := i
		for _, below := range [...]int{2*i + 1, 2*i + 2} {
			if below < len(n.found) && n.found[below].near < n.found[least].near {
				least = below
			}
		}
		if least == i {
			return
		}
		n.found[least], n.found[i] = n.found[i], n.found[least]
		i = least
	}
}

// closeness compares fast, in single precision; what overflows that is done
// again in double. Under cosine both are of length one.
func closeness(m Metric, a, b []float32) float64 {
	var near float32
	if m == Euclid {
		near = -squares(a, b)
	} else {
		near = dot(a, b)
	}
	if near-near == 0 { // neither infinite nor NaN
		return float64(near)
	}
	if m == Euclid {
		far := score(Euclid, a, b)
		return -far * far
	}
	return score(Dot, a, b)
}

// score is the figure that clients are told.
func score(m Metric, a, b []float32) float64 {
	var sum, aa, bb float64
	b = b[:len(a)]
	for i, x := range a {
		x, y := float64(x), float64(b[i])
		if m == Euclid {
			sum += (x - y) * (x - y)
		} else {
			sum += x * y
		}
		aa += x * x
		bb += y * y
	}
	switch m {
	case Euclid:
		return math.Sqrt(sum)
	case Cosine:
		return max(-1, min(1, sum/(math.Sqrt(aa)*math.Sqrt(bb))))
	}
	return sum
}
