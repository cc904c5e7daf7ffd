package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"

	"plugforge"
	"plugforge/vectors"
)

// embedders is how many points of one call are embedded at once.
const embedders = 8

// embedder is the live version that makes points of a vector.
type embedder struct {
	vector vectors.Vector
	plugin plugforge.Plugin
}

// embedder finds the live version that declares the vector. CodeForbidden for
// a key that may not call plugins, CodeConflict when no version that answers
// calls declares it.
func (s *Server) embedder(c *call, v vectors.Vector) (embedder, error) {
	if err := c.lacks(plugforge.ScopeInvoke, ", which inputs need because a plugin is called with them"); err != nil {
		return embedder{}, err
	}
	all, err := s.declared(c)
	if err != nil {
		return embedder{}, err
	}
	d := declarer(v, all)
	if d == nil {
		return embedder{}, plugforge.Errorf(plugforge.CodeConflict,
			"no deployed version declares vector %s with %d dimensions by %s: deploy one that does, or give vectors instead of inputs", v.Name, v.Dimension, v.Metric)
	}
	return embedder{v, d.plugin}, nil
}

// embed turns inputs into a vector. loc names them in messages.
func (s *Server) embed(c *call, v vectors.Vector, inputs json.RawMessage, loc ...string) ([]float32, error) {
	e, err := s.embedder(c, v)
	if err != nil {
		return nil, err
	}
	return s.embedWith(c.ctx(), e, inputs, loc)
}

func (s *Server) embedWith(ctx context.Context, e embedder, inputs json.RawMessage, loc []string) ([]float32, error) {
	body := append(append([]byte(`{"inputs":`), inputs...), `,"parameters":{}}`...)
	p := e.plugin
	answer, _, err := s.cfg.Deploy.Call(ctx, p.Slug, &p.Version, body)
	switch code := plugforge.CodeOf(err); {
	case code == plugforge.CodeNotFound:
		return nil, &plugforge.Error{Code: plugforge.CodeConflict, Err: err,
			Message: "plugin " + p.ID().String() + " declares vector " + e.vector.Name + " but answers no realtime calls: deploy it for realtime, or give vectors instead of inputs"}
	case err != nil:
		return nil, handlerRaised(err, p.Slug, p.Version)
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(answer.Body, &given); err != nil {
		given = nil
	}
	key := e.vector.Name
	if _, there := given[key]; !there {
		key = "embedding"
	}
	var f faults
	who := "plugin " + p.ID().String()
	floats, fault := parseFloats(given[key])
	switch {
	case given[key] == nil:
		f.add("value_error", who+" answered neither "+e.vector.Name+" nor embedding for these", loc...)
	case fault != "":
		f.add("value_error", key+" in the answer of "+who+" "+fault, loc...)
	default:
		var wrong *plugforge.Error
		if errors.As(e.vector.CheckFloats(floats), &wrong) {
			f.add("value_error", key+" in the answer of "+who+" "+wrong.Message, loc...)
		}
	}
	return floats, f.err()
}

// embedAll fills in the floats of the points that came as inputs. The first
// failure ends it.
func (s *Server) embedAll(c *call, v vectors.Vector, points []vectors.Point, inputs map[int]json.RawMessage) error {
	if len(inputs) == 0 {
		return nil
	}
	e, err := s.embedder(c, v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(c.ctx())
	defer cancel(nil)
	free := make(chan struct{}, embedders)
	var all sync.WaitGroup
	for i, in := range inputs {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-free }()
			floats, err := s.embedWith(ctx, e, in, []string{"body", "points", strconv.Itoa(i), "inputs"})
			if err != nil {
				cancel(err)
			}
			points[i].Floats = floats
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
