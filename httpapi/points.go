package httpapi

import (
	"encoding/json"
	"fmt"
	"strconv"

	"plugforge/internal/api"
	"plugforge/vectors"
)

// pointsLimit is for 1,000 points of 3,072 dimensions with all their digits.
const pointsLimit = 64 << 20

// pointsAtOnce bounds how many bodies of that size are decoded at once.
const pointsAtOnce = 4

// defaultHits is how many a search gives that names no limit.
const defaultHits = 10

// upsertPoints stores points: given as vectors, or as inputs that the plugin
// embeds.
func (s *Server) upsertPoints(c *call) error {
	body, err := c.readJSON(pointsLimit)
	if err != nil {
		return err
	}
	points, inputs, err := s.readPoints(c, body)
	if err != nil {
		return err
	}
	v, err := s.vector(c)
	if err != nil {
		return err
	}
	if err := s.embedAll(c, v, points, inputs); err != nil {
		return err
	}
	count, err := s.cfg.Vectors.Upsert(c.ctx(), c.namespace, v.Name, points)
	if err != nil {
		return err
	}
	return c.writeJSON(api.PointsAnswer{Success: true, Upserted: len(points), PointsCount: int(count)})
}

// readPoints reads the body of an upsert. inputs holds, by the point's place,
// what is to be embedded.
func (s *Server) readPoints(c *call, body []byte) ([]vectors.Point, map[int]json.RawMessage, error) {
	select {
	case s.bulk <- struct{}{}:
		defer func() { <-s.bulk }()
	case <-c.ctx().Done():
		return nil, nil, c.ctx().Err()
	}
	var f faults
	given := members(body, &f, "body")
	raw, there := given["points"]
	if !there && len(f) == 0 {
		f.add("missing", "is missing", "body", "points")
	}
	items := elements(raw, vectors.MaxPoints, &f, "body", "points")
	points, inputs := make([]vectors.Point, len(items)), map[int]json.RawMessage{}
	for i, item := range items {
		if len(f) > mostFaults {
			break
		}
		loc := []string{"body", "points", strconv.Itoa(i)}
		one := members(item, &f, loc...)
		p := &points[i]
		p.ID = one.text(&f, true, at(loc, "id")...)
		p.Payload = one.object(&f, at(loc, "payload")...)
		vector, in := one.vectorOrInputs(&f, loc)
		p.Floats = vector
		if in != nil {
			inputs[i] = in
		}
	}
	return points, inputs, f.err()
}

// vectorOrInputs reads the one of both that is there.
func (m fields) vectorOrInputs(f *faults, loc []string) ([]float32, json.RawMessage) {
	_, vector := m["vector"]
	_, inputs := m["inputs"]
	switch {
	case m == nil: // told already
	case vector == inputs:
		f.add("value_error", "give either vector or inputs", loc...)
	case vector:
		floats, fault := parseFloats(m["vector"])
		if fault != "" {
			f.add("value_error", fault, at(loc, "vector")...)
		}
		return floats, nil
	default:
		return nil, m.object(f, at(loc, "inputs")...)
	}
	return nil, nil
}

// deletePoints removes points by id.
func (s *Server) deletePoints(c *call) error {
	body, err := c.readJSON(manageLimit)
	if err != nil {
		return err
	}
	var f faults
	given := members(body, &f, "body")
	raw, there := given["ids"]
	if !there && len(f) == 0 {
		f.add("missing", "is missing", "body", "ids")
	}
	items := elements(raw, vectors.MaxPoints, &f, "body", "ids")
	ids := make([]string, len(items))
	for i, item := range items {
		if json.Unmarshal(item, &ids[i]) != nil || string(item) == "null" {
			f.add("string_type", "must be a string", "body", "ids", strconv.Itoa(i))
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	v, err := s.vector(c)
	if err != nil {
		return err
	}
	deleted, count, err := s.cfg.Vectors.Delete(c.ctx(), c.namespace, v.Name, ids)
	if err != nil {
		return err
	}
	return c.writeJSON(api.DeletePointsAnswer{Success: true, Deleted: int(deleted), PointsCount: int(count)})
}

// searchVectors finds the points closest to a vector, or to what the plugin
// makes of inputs.
func (s *Server) searchVectors(c *call) error {
	body, err := c.readJSON(realtimeLimit)
	if err != nil {
		return err
	}
	q, inputs, err := readSearch(body)
	if err != nil {
		return err
	}
	v, err := s.vector(c)
	if err != nil {
		return err
	}
	if inputs != nil {
		if q.Floats, err = s.embed(c, v, inputs, "body", "inputs"); err != nil {
			return err
		}
	}
	q.Namespace, q.Name = c.namespace, v.Name
	hits, err := s.cfg.Vectors.Search(c.ctx(), q)
	if err != nil {
		return err
	}
	answer := api.SearchAnswer{Success: true, Hits: []api.SearchHit{}}
	for _, h := range hits {
		answer.Hits = append(answer.Hits, api.SearchHit{ID: h.ID, Score: h.Score, Payload: h.Payload})
	}
	return c.writeJSON(answer)
}

func readSearch(body []byte) (q vectors.Query, inputs json.RawMessage, err error) {
	var f faults
	given := members(body, &f, "body")
	q.Floats, inputs = given.vectorOrInputs(&f, []string{"body"})
	q.Limit = defaultHits
	if raw, there := given["limit"]; there && string(raw) != "null" {
		if json.Unmarshal(raw, &q.Limit) != nil {
			f.add("int_type", "must be an integer", "body", "limit")
		} else if q.Limit < 1 || q.Limit > vectors.MaxPoints {
			f.add("value_error", fmt.Sprintf("is %d: use 1 to %d", q.Limit, vectors.MaxPoints), "body", "limit")
		}
	}
	if raw := given.object(&f, "body", "filter"); raw != nil {
		q.Filter = vectors.Filter(members(raw, &f, "body", "filter"))
		if err := q.Filter.Check("body", "filter"); err != nil {
			return q, nil, err
		}
	}
	return q, inputs, f.err()
}
