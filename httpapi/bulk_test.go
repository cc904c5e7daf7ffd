package httpapi

import (
	"encoding/json"
	"math"
	"net/http/httptest"
	"testing"

	"plugforge/vectors"
)

// Whatever comes as points or as a search is refused or read whole: what is
// read agrees with encoding/json.
func FuzzPoints(f *testing.F) {
	for _, seed := range []string{
		`{"points":[{"id":"a","vector":[1, -2.5e3,0.1 ],"payload":{"n":1}},{"id":"b","inputs":{"text":"x"}}]}`,
		` { "points" : [ ] } `, `{"points":[{"id":"a","vector":[ ]}]}`, `{"points":[{"id":"a","vector":[1,]}]}`, `{"points":[{"id":"a","vector":[NaN]}]}`,
		`{"points":[{"id":"a","vector":[1e39]}]}`, `{"points":[{"id":"a","vector":["]",","]}]}`, `{"points":[{"id":"a","vector":[[1],{}]}]}`, `{`, `[]`, `null`,
		`{"vector":[1],"limit":3,"filter":{"a":null}}`, `{"inputs":{"a":{"b":[1,2]}},"filter":{"a":"x"}}`, "{\"points\":[{\"id\":\"\xff\"}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &Server{bulk: make(chan struct{}, 1)}
		points, inputs, err := s.readPoints(newCall(httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil), paceWindow), body)
		if err == nil {
			checkPoints(t, body, points, inputs)
		}
		if q, in, err := readSearch(body); err == nil && (len(q.Floats) > 0) == (in != nil) && q.Floats == nil {
			t.Errorf("%s gives neither a vector nor inputs", body)
		}
	})
}

func checkPoints(t *testing.T, body []byte, points []vectors.Point, inputs map[int]json.RawMessage) {
	var want struct {
		Points []struct {
			ID     string    `json:"id"`
			Vector []float64 `json:"vector"`
		} `json:"points"`
	}
	if err := json.Unmarshal(body, &want); err != nil || len(want.Points) != len(points) {
		t.Fatalf("%s was read as %d points; it is %d (%v)", body, len(points), len(want.Points), err)
	}
	for i, p := range points {
		if len(p.Floats) != len(want.Points[i].Vector) || p.Floats != nil && inputs[i] != nil {
			t.Fatalf("%s: point %d has %d numbers, want %d", body, i, len(p.Floats), len(want.Points[i].Vector))
		}
		for k, x := range p.Floats {
			if w := want.Points[i].Vector[k]; math.Abs(float64(x)-w) > math.Abs(w)*1e-6+1e-44 {
				t.Fatalf("%s: number %d is %v, want %v", body, k, x, w)
			}
		}
	}
}
