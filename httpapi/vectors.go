package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plugforge"
	"plugforge/internal/api"
	"plugforge/vectors"
)

// declared is a vector that a live version declares.
type declared struct {
	vectors.Schema
	plugin plugforge.Plugin
}

// declared lists the vectors that the namespace's live versions declare, by
// plugin.
func (s *Server) declared(c *call) ([]declared, error) {
	live, err := s.cfg.Deploy.Live(c.ctx(), c.namespace)
	if err != nil {
		return nil, err
	}
	var all []declared
	for _, p := range live {
		var m struct {
			Features []struct {
				Name      string         `json:"feature_name"`
				Dimension int            `json:"embedding_dim"`
				Metric    vectors.Metric `json:"distance_metric"`
			} `json:"features"`
		}
		if err := json.Unmarshal(p.Manifest, &m); err != nil {
			return nil, plugforge.Wrap("httpapi.declared", fmt.Errorf("stored manifest of %s: %w", p.ID(), err))
		}
		for _, f := range m.Features {
			if f.Dimension > 0 { // else it is a scalar, not a vector
				all = append(all, declared{vectors.Schema{Name: f.Name, Dimension: f.Dimension, Metric: f.Metric, FeatureURI: p.ID().FeatureURI(f.Name)}, p})
			}
		}
	}
	return all, nil
}

// reconfigure makes the namespace's vectors hold what is deployed.
func (s *Server) reconfigure(c *call) error {
	given, err := decodeBody[api.ReconfigureRequest](c, false)
	if err != nil {
		return err
	}
	dry := given.DryRun != nil && *given.DryRun
	if !dry && (given.Confirm == nil || !*given.Confirm) {
		return plugforge.Errorf(plugforge.CodeBadRequest, `confirm is not true: send {"confirm": true} to reconfigure the namespace, or {"dry_run": true} to see what would change`)
	}
	all, err := s.declared(c)
	if err != nil {
		return err
	}
	wanted := make([]vectors.Schema, len(all))
	for i, d := range all {
		wanted[i] = d.Schema
	}
	if err := s.keepersFirst(c, wanted); err != nil {
		return err
	}
	change, err := s.cfg.Vectors.Reconfigure(c.ctx(), c.namespace, wanted, dry)
	if err != nil {
		return err
	}
	return c.writeJSON(reconfigureAnswer(c.namespace, change, dry))
}

// keepersFirst sorts so that a vector which several plugins declare stays with
// the one it was made for, while that one is live.
func (s *Server) keepersFirst(c *call, wanted []vectors.Schema) error {
	kept := map[string]string{} // by name of the vector: its plugin
	for after := ""; ; {
		page, err := s.cfg.Vectors.List(c.ctx(), c.namespace, after, mostLimit)
		if err != nil {
			return err
		}
		for _, v := range page {
			kept[v.Name], after = pluginOf(v.FeatureURI), v.Name
		}
		if len(page) < mostLimit {
			break
		}
	}
	rank := func(w vectors.Schema) int {
		if kept[w.Name] == pluginOf(w.FeatureURI) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(wanted, func(a, b vectors.Schema) int { return rank(a) - rank(b) })
	return nil
}

// pluginOf is the plugin's name in a feature URI.
func pluginOf(uri string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(uri, "mixpeek://"), "@")
	return name
}

func reconfigureAnswer(namespace plugforge.Owner, change vectors.Change, dry bool) api.ReconfigureAnswer {
	a := api.ReconfigureAnswer{
		NamespaceID: string(namespace), Status: api.ReconfigureAnswerStatusReconfigured, PreviousPointsCount: int(change.Points),
		VectorsAdded: change.Added, VectorsTotal: change.Total, CollectionsToReprocess: []string{}, DryRun: dry,
	}
	points := strconv.FormatInt(change.Points, 10)
	switch {
	case len(change.Added) == 0:
		a.Status = api.ReconfigureAnswerStatusNoChangesNeeded
		a.Message = "the namespace has every vector that its deployed plugins declare"
	case dry:
		a.Message = "dry run, nothing was changed: " + strings.Join(change.Added, ", ") + " would be added, and the " + points + " points stay"
	default:
		a.Message = "added " + strings.Join(change.Added, ", ") + "; the " + points + " points that were there stay"
	}
	return a
}

// vectorCursor opens every cursor of the list.
const vectorCursor = "v1:"

// listVectors lists the namespace's vectors.
func (s *Server) listVectors(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	limit := mostLimit
	if _, there := q.text("limit"); there {
		limit = q.limit()
	}
	after := q.vectorCursor()
	if err := q.err(); err != nil {
		return err
	}
	page, err := s.cfg.Vectors.List(c.ctx(), c.namespace, after, limit+1)
	if err != nil {
		return err
	}
	all, err := s.declared(c)
	if err != nil {
		return err
	}
	answer := api.VectorList{Success: true, Vectors: []api.VectorItem{}}
	for i, v := range page {
		if i == limit {
			answer.NextCursor = maybe(writeVectorCursor(page[limit-1].Name))
			break
		}
		if d := declarer(v, all); d != nil {
			v.FeatureURI = d.FeatureURI
		}
		answer.Vectors = append(answer.Vectors, api.VectorItem{
			Name: v.Name, Dimension: v.Dimension, DistanceMetric: api.DistanceMetric(v.Metric), FeatureURI: v.FeatureURI, PointsCount: int(v.Points),
		})
	}
	return c.writeJSON(answer)
}

func writeVectorCursor(after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(vectorCursor + after))
}

// vectorCursor reads the name after which the page begins.
func (q *query) vectorCursor() string {
	cursor, there := q.text("cursor")
	if !there || cursor == "" {
		return ""
	}
	plain, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	name, ok := strings.CutPrefix(string(plain), vectorCursor)
	if err != nil || !ok || name == "" || writeVectorCursor(name) != cursor {
		q.add("value_error", "is not a cursor that this list gave: leave it out to begin again", "query", "cursor")
	}
	return name
}

// declarer is who declares the vector now: its own plugin if that is live, else
// the first that declares it as it is. nil if nobody does.
func declarer(v vectors.Vector, all []declared) *declared {
	var first *declared
	for i, d := range all {
		if d.Name != v.Name || d.Dimension != v.Dimension || d.Metric != v.Metric {
			continue
		}
		if pluginOf(d.FeatureURI) == pluginOf(v.FeatureURI) {
			return &all[i]
		}
		if first == nil {
			first = &all[i]
		}
	}
	return first
}

// vector finds the path's vector.
func (s *Server) vector(c *call) (vectors.Vector, error) {
	return s.cfg.Vectors.Vector(c.ctx(), c.namespace, c.vars["name"])
}
