package vectors

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plugforge"
)

// Change is what Reconfigure did, or would do.
type Change struct {
	Points int64    // in all vectors of the namespace; none of them is touched
	Added  []string // names of new vectors, sorted
	Total  []string // names of all vectors afterwards, sorted
}

// Reconfigure makes the namespace's vectors hold all that are wanted. It adds;
// it never takes a vector or a point away. Where several want one vector it
// bears the feature URI of the first. With dry it only tells.
//
// A vector that is there, or wanted twice, with two dimensions or metrics is
// CodeConflict: nothing is changed, the message names both and says what to do,
// and Details["conflicts"] lists them. CodeValidation for a schema out of
// bounds.
func (s *Store) Reconfigure(ctx context.Context, namespace plugforge.Owner, wanted []Schema, dry bool) (c Change, err error) {
	const op = "vectors.Reconfigure"
	for _, w := range wanted {
		if err := w.check(); err != nil {
			return c, plugforge.Wrap(op, err)
		}
	}
	run := s.db.Write
	if dry {
		run = s.db.Read
	}
	err = run(ctx, op, func(tx *sql.Tx) error {
		have, err := list(ctx, tx, namespace, "", maxVectors)
		if err != nil {
			return err
		}
		var add, update []Schema
		if c, add, update, err = compare(have, wanted); err != nil || dry {
			return err
		}
		return apply(ctx, tx, namespace, add, update)
	})
	return c, err
}

// maxVectors bounds the vectors of a namespace.
const maxVectors = 10_000

func (s Schema) check() error {
	switch {
	case s.Name == "" || len(s.Name) > MaxID:
		return plugforge.Errorf(plugforge.CodeValidation, "a vector's name has 1 to %d bytes, and %s declares one with %d", MaxID, s.FeatureURI, len(s.Name))
	case s.Dimension < 1 || s.Dimension > MaxDimension:
		return plugforge.Errorf(plugforge.CodeValidation, "vector %s of %s has %d dimensions: use 1 to %d", s.Name, s.FeatureURI, s.Dimension, MaxDimension)
	case s.Metric != Cosine && s.Metric != Euclid && s.Metric != Dot:
		return plugforge.Errorf(plugforge.CodeValidation, "vector %s of %s is compared by %q: use cosine, euclid or dot", s.Name, s.FeatureURI, s.Metric)
	}
	return nil
}

// compare tells what is to be added, and which vectors are now another
// feature's.
func compare(have []Vector, wanted []Schema) (c Change, add, update []Schema, err error) {
	known := map[string]Schema{}
	c.Added, c.Total = []string{}, []string{}
	for _, v := range have {
		known[v.Name] = v.Schema
		c.Points += v.Points
		c.Total = append(c.Total, v.Name)
	}
	var conflicts [][2]Schema
	claimed := map[string]bool{} // the first who wants a vector gives it its feature URI
	for _, w := range wanted {
		before, there := known[w.Name]
		first := !claimed[w.Name]
		claimed[w.Name] = true
		switch {
		case !there:
			add = append(add, w)
			c.Added, c.Total = append(c.Added, w.Name), append(c.Total, w.Name)
			known[w.Name] = w
		case !before.fits(w):
			conflicts = append(conflicts, [2]Schema{before, w})
		case first && before.FeatureURI != w.FeatureURI:
			update = append(update, w)
		}
	}
	if len(have)+len(add) > maxVectors {
		return c, nil, nil, plugforge.Errorf(plugforge.CodeConflict, "the namespace would have more than %d vectors", maxVectors)
	}
	slices.Sort(c.Added)
	slices.Sort(c.Total)
	return c, add, update, conflictError(conflicts)
}

func conflictError(conflicts [][2]Schema) error {
	if len(conflicts) == 0 {
		return nil
	}
	var lines []string
	var details []map[string]any
	for _, pair := range conflicts {
		lines = append(lines, fmt.Sprintf("vector %s is %s and %s declares it as %s", pair[0].Name, pair[0].describe(), pair[1].FeatureURI, pair[1].shape()))
		details = append(details, map[string]any{"name": pair[0].Name, "have": pair[0].facts(), "want": pair[1].facts()})
	}
	e := plugforge.Errorf(plugforge.CodeConflict,
		"%s. Points of one can't be compared with points of the other, so nothing was changed: give the feature another feature_name in a new version and deploy that, or deploy a version that declares the vector as it is",
		strings.Join(lines, "; "))
	e.Details = map[string]any{"conflicts": details}
	return e
}

func (s Schema) shape() string { return fmt.Sprintf("%d dimensions by %s", s.Dimension, s.Metric) }

func (s Schema) describe() string { return s.shape() + " (from " + s.FeatureURI + ")" }

func (s Schema) facts() map[string]any {
	return map[string]any{"dimension": s.Dimension, "distance_metric": s.Metric, "feature_uri": s.FeatureURI}
}

func apply(ctx context.Context, tx *sql.Tx, namespace plugforge.Owner, add, update []Schema) error {
	for _, w := range add {
		if _, err := tx.ExecContext(ctx, `INSERT INTO vectors (namespace, name, dimension, metric, feature_uri) VALUES (?, ?, ?, ?, ?)`,
			namespace, w.Name, w.Dimension, w.Metric, w.FeatureURI); err != nil {
			return err
		}
	}
	for _, w := range update {
		if _, err := tx.ExecContext(ctx, `UPDATE vectors SET feature_uri = ? WHERE namespace = ? AND name = ?`, w.FeatureURI, namespace, w.Name); err != nil {
			return err
		}
	}
	return nil
}

func find(ctx context.Context, q querier, namespace plugforge.Owner, name string) (Vector, error) {
	v, err := scanVector(q.QueryRowContext(ctx, `SELECT `+vectorColumns+` FROM vectors WHERE namespace = ? AND name = ?`, namespace, name))
	if !errors.Is(err, sql.ErrNoRows) {
		return v, err
	}
	const shown = 20
	have, err := list(ctx, q, namespace, "", shown)
	if err != nil {
		return v, err
	}
	names := make([]string, len(have))
	for i, one := range have {
		names[i] = one.Name
	}
	said := "it has " + strings.Join(names, ", ")
	if len(have) == 0 {
		said = "it has none"
	}
	if len(name) > 100 {
		name = name[:100] + "…"
	}
	return v, invalid([]string{"path", "name"}, "vector %q is not in this namespace, %s: deploy a plugin whose features declare it, then POST /plugins/reconfigure", name, said)
}

func dotted(loc []string) string { return strings.Join(loc, ".") }
