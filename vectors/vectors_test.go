package vectors

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"plugforge"
)

const ns plugforge.Owner = "ns_test"

func open4(t testing.TB, cacheBytes int64) (*Store, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vectors.db")
	s, err := Open(t.Context(), Config{File: file, CacheBytes: cacheBytes})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s, file
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func declare(t testing.TB, s *Store, schemas ...Schema) Change {
	t.Helper()
	c, err := s.Reconfigure(t.Context(), ns, schemas, false)
	must(t, err)
	return c
}

func upserted(t testing.TB, s *Store, name string, points ...Point) int64 {
	t.Helper()
	n, err := s.Upsert(t.Context(), ns, name, points)
	must(t, err)
	return n
}

// refused wants CodeValidation whose message and place hold the texts.
func refused(t *testing.T, err error, place, says string) {
	t.Helper()
	var e *plugforge.Error
	if plugforge.CodeOf(err) != plugforge.CodeValidation {
		t.Errorf("%v, want a validation error of %s that says %q", err, place, says)
		return
	}
	e = err.(*plugforge.Error)
	got := ""
	for _, f := range e.Fields {
		got = strings.Join(f.Loc, ".")
	}
	if got != place || !strings.Contains(e.Message, says) {
		t.Errorf("%q at %s, want %q at %s", e.Message, got, says, place)
	}
}

func random(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// plain is search written down as simply as can be.
func plain(m Metric, points map[string]Point, q []float32, limit int, keep func(Point) bool) []Hit {
	var hits []Hit
	for _, p := range points {
		if keep == nil || keep(p) {
			var dot, aa, bb, far float64
			for i := range q {
				a, b := float64(q[i]), float64(p.Floats[i])
				dot, aa, bb, far = dot+a*b, aa+a*a, bb+b*b, far+(a-b)*(a-b)
			}
			hits = append(hits, Hit{ID: p.ID, Score: map[Metric]float64{Dot: dot, Cosine: dot / math.Sqrt(aa*bb), Euclid: math.Sqrt(far)}[m]})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		order := cmp.Compare(b.Score, a.Score)
		if m == Euclid {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(limit, len(hits))]
}

// Every metric finds exactly what a plain search over the same points finds,
// through adding, replacing and removing, from memory and from the file, and
// after opening it anew.
func TestSearchIsExact(t *testing.T) {
	t.Parallel()
	for _, m := range []Metric{Cosine, Euclid, Dot} {
		for cacheName, cacheBytes := range map[string]int64{"memory": 0, "file": 1} {
			t.Run(string(m)+"/"+cacheName, func(t *testing.T) {
				t.Parallel()
				const dim = 37
				r := rand.New(rand.NewPCG(1, uint64(len(m))))
				s, file := open4(t, cacheBytes)
				declare(t, s, Schema{"v", dim, m, "mixpeek://a@1.0.0/v"})
				held := map[string]Point{}
				for round := range 8 {
					var batch []Point
					for range 300 {
						p := Point{ID: fmt.Sprint(r.IntN(2000)), Floats: random(r, dim), Payload: json.RawMessage(fmt.Sprintf(`{"group":%d}`, r.IntN(4)))}
						if !slices.ContainsFunc(batch, func(o Point) bool { return o.ID == p.ID }) {
							batch, held[p.ID] = append(batch, p), p
						}
					}
					if n := upserted(t, s, "v", batch...); n != int64(len(held)) {
						t.Fatalf("%d points, want %d", n, len(held))
					}
					ids := []string{"no such"}
					for id := range held {
						if len(ids) <= 60 {
							ids = append(ids, id)
							delete(held, id)
						}
					}
					deleted, n, err := s.Delete(t.Context(), ns, "v", ids)
					must(t, err)
					if deleted != int64(len(ids)-1) || n != int64(len(held)) {
						t.Fatalf("deleted %d of %d, %d left of %d", deleted, len(ids)-1, n, len(held))
					}
					if round == 5 {
						must(t, s.Close())
						s, err = Open(t.Context(), Config{File: file, CacheBytes: cacheBytes})
						must(t, err)
						t.Cleanup(func() { s.Close() })
					}
					q := random(r, dim)
					compareHits(t, s, Query{Namespace: ns, Name: "v", Floats: q, Limit: 50}, plain(m, held, q, 50, nil))
					only := func(p Point) bool { return string(p.Payload) == `{"group":2}` }
					compareHits(t, s, Query{Namespace: ns, Name: "v", Floats: q, Limit: 50, Filter: Filter{"group": json.RawMessage("2.0")}}, plain(m, held, q, 50, only))
				}
			})
		}
	}
}

func compareHits(t *testing.T, s *Store, q Query, want []Hit) {
	t.Helper()
	got, err := s.Search(t.Context(), q)
	must(t, err)
	if len(got) != len(want) {
		t.Fatalf("%d hits, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].ID != want[i].ID || math.Abs(got[i].Score-want[i].Score) > 1e-9 {
			t.Fatalf("hit %d is %s %v, want %s %v", i, got[i].ID, got[i].Score, want[i].ID, want[i].Score)
		}
	}
}

// Numbers at the edge of float32 overflow its products, not the scores.
func TestExtremeNumbers(t *testing.T) {
	t.Parallel()
	s, _ := open4(t, 0)
	for _, m := range []Metric{Cosine, Euclid, Dot} {
		name := string(m)
		declare(t, s, Schema{name, 2, m, "mixpeek://a@1.0.0/" + name})
		big, tiny := float32(math.MaxFloat32), float32(math.SmallestNonzeroFloat32)
		upserted(t, s, name, Point{ID: "big", Floats: []float32{big, big}}, Point{ID: "mixed", Floats: []float32{big, -big}},
			Point{ID: "tiny", Floats: []float32{tiny, 0}}, Point{ID: "one", Floats: []float32{1, 1}})
		hits, err := s.Search(t.Context(), Query{Namespace: ns, Name: name, Floats: []float32{big, big}, Limit: 4})
		must(t, err)
		var order []string
		for _, h := range hits {
			if math.IsNaN(h.Score) || math.IsInf(h.Score, 0) {
				t.Errorf("%s: the score of %s is %v", m, h.ID, h.Score)
			}
			order = append(order, h.ID)
		}
		want := map[Metric]string{Cosine: "big one tiny mixed", Euclid: "big one tiny mixed", Dot: "big one tiny mixed"}[m]
		if got := strings.Join(order, " "); got != want {
			t.Errorf("%s: %s, want %s", m, got, want)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := open4(t, 0)
	declare(t, s, Schema{"v", 2, Cosine, "mixpeek://a@1.0.0/v"}, Schema{"d", 2, Dot, "mixpeek://a@1.0.0/d"})
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name        string
		points      []Point
		place, says string
	}{
		{"w", nil, "path.name", "it has d, v"},
		{"v", []Point{{ID: "a", Floats: []float32{1}}}, "body.points.0.vector", "has 1 numbers, and vector v has 2"},
		{"v", []Point{{ID: "a", Floats: []float32{1, 2}}, {ID: "b", Floats: []float32{1, nan}}}, "body.points.1.vector", "NaN at 1"},
		{"d", []Point{{ID: "a", Floats: []float32{inf, 0}}}, "body.points.0.vector", "+Inf at 0"},
		{"v", []Point{{ID: "a", Floats: []float32{0, 0}}}, "body.points.0.vector", "all zero"},
		{"v", []Point{{ID: "", Floats: []float32{1, 2}}}, "body.points.0.id", "1 to 256 bytes"},
		{"v", []Point{{ID: "a\x00", Floats: []float32{1, 2}}}, "body.points.0.id", "NUL"},
		{"v", []Point{{ID: strings.Repeat("x", 257), Floats: []float32{1, 2}}}, "body.points.0.id", "256"},
		{"v", []Point{{ID: "a", Floats: []float32{1, 2}}, {ID: "a", Floats: []float32{1, 2}}}, "body.points.1.id", "twice"},
		{"v", []Point{{ID: "a", Floats: []float32{1, 2}, Payload: json.RawMessage(`[1]`)}}, "body.points", "not a JSON object"},
		{"v", []Point{{ID: "a", Floats: []float32{1, 2}, Payload: json.RawMessage(`{"a":"` + strings.Repeat("x", MaxPayload) + `"}`)}}, "body.points.0.payload", "65536"},
		{"v", make([]Point, 1001), "body.points", "are 1001"},
	} {
		_, err := s.Upsert(t.Context(), ns, c.name, c.points)
		refused(t, err, c.place, c.says)
	}
	if n := upserted(t, s, "d", Point{ID: "zero", Floats: []float32{0, 0}}); n != 1 {
		t.Errorf("a zero vector under dot: %d points", n)
	}
	for _, c := range []struct {
		q           Query
		place, says string
	}{
		{Query{Name: "w", Floats: []float32{1, 2}, Limit: 1}, "path.name", "it has d, v"},
		{Query{Name: "v", Floats: []float32{1, 2, 3}, Limit: 1}, "body.vector", "3 numbers"},
		{Query{Name: "v", Floats: []float32{0, 0}, Limit: 1}, "body.vector", "all zero"},
		{Query{Name: "v", Floats: []float32{1, inf}, Limit: 1}, "body.vector", "+Inf"},
		{Query{Name: "v", Floats: []float32{1, 2}, Limit: 0}, "body.limit", "1 to 1000"},
		{Query{Name: "v", Floats: []float32{1, 2}, Limit: 1001}, "body.limit", "1 to 1000"},
		{Query{Name: "v", Floats: []float32{1, 2}, Limit: 1, Filter: Filter{"a": json.RawMessage(`[1]`)}}, "body.filter.a", "one value"},
	} {
		c.q.Namespace = ns
		_, err := s.Search(t.Context(), c.q)
		refused(t, err, c.place, c.says)
	}
	_, _, err := s.Delete(t.Context(), ns, "v", make([]string, 1001))
	refused(t, err, "body.ids", "1001")
	if all, err := s.List(t.Context(), ns, "", 10); err != nil || len(all) != 2 || all[1].Points != 0 || all[0].Points != 1 {
		t.Errorf("afterwards: %+v, %v", all, err)
	}
	if all, err := s.List(t.Context(), "ns_other", "", 10); err != nil || len(all) != 0 {
		t.Errorf("another namespace sees %+v, %v", all, err)
	}
}

func TestReconfigure(t *testing.T) {
	t.Parallel()
	s, _ := open4(t, 0)
	a := Schema{"a", 2, Cosine, "mixpeek://one@1.0.0/a"}
	dry, err := s.Reconfigure(t.Context(), ns, []Schema{a}, true)
	must(t, err)
	if all, _ := s.List(t.Context(), ns, "", 10); len(all) != 0 || len(dry.Added) != 1 {
		t.Fatalf("a dry run left %v and told %v", all, dry)
	}
	c := declare(t, s, a)
	if fmt.Sprint(c) != "{0 [a] [a]}" {
		t.Errorf("%v", c)
	}
	upserted(t, s, "a", Point{ID: "p", Floats: []float32{1, 2}})
	for _, conflict := range [][]Schema{
		{{"a", 3, Cosine, "mixpeek://one@2.0.0/a"}, {"b", 2, Dot, "mixpeek://one@2.0.0/b"}},
		{{"a", 2, Dot, "mixpeek://one@2.0.0/a"}},
		{{"b", 2, Dot, "mixpeek://one@2.0.0/b"}, {"b", 2, Euclid, "mixpeek://two@1.0.0/b"}},
	} {
		for _, dry := range []bool{true, false} {
			_, err := s.Reconfigure(t.Context(), ns, conflict, dry)
			last := conflict[len(conflict)-1]
			if plugforge.CodeOf(err) != plugforge.CodeConflict || !strings.Contains(err.Error(), "mixpeek://one@") || !strings.Contains(err.Error(), "feature_name") {
				t.Errorf("%v: %v", last, err)
			}
		}
	}
	c = declare(t, s, Schema{"a", 2, Cosine, "mixpeek://one@1.0.1/a"}, Schema{"b", 4, Dot, "mixpeek://two@1.0.0/b"}, Schema{"a", 2, Cosine, "mixpeek://two@1.0.0/a"})
	if fmt.Sprint(c) != "{1 [b] [a b]}" {
		t.Errorf("%v", c)
	}
	all, err := s.List(t.Context(), ns, "", 1)
	if err != nil || len(all) != 1 || all[0].FeatureURI != "mixpeek://one@1.0.1/a" || all[0].Points != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	hits, err := s.Search(t.Context(), Query{Namespace: ns, Name: "a", Floats: []float32{1, 2}, Limit: 5})
	if err != nil || len(hits) != 1 || hits[0].ID != "p" || math.Abs(hits[0].Score-1) > 1e-9 || string(hits[0].Payload) != "{}" {
		t.Errorf("%+v, %v", hits, err)
	}
	c = declare(t, s) // nothing is deployed any more: nothing goes
	if fmt.Sprint(c) != "{1 [] [a b]}" {
		t.Errorf("%v", c)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	s, _ := open4(t, 0)
	declare(t, s, Schema{"v", 1, Dot, "mixpeek://a@1.0.0/v"})
	upserted(t, s, "v",
		Point{ID: "a", Floats: []float32{1}, Payload: json.RawMessage(`{"n": 1, "s": "x", "b": true, "z": null, "deep": {"n": 1}, "list": ["x"]}`)},
		Point{ID: "b", Floats: []float32{1}, Payload: json.RawMessage(`{"n": 1.50, "s": "y\u00e9", "b": false, "big": 9007199254740993}`)},
		Point{ID: "c", Floats: []float32{1}})
	for filter, want := range map[string]string{
		`{}`: "a b c", `{"n":1}`: "a", `{"n":1.0}`: "a", `{"n":10e-1}`: "a", `{"n":"1"}`: "", `{"n":1.5}`: "b", `{"n":15e-1}`: "b",
		`{"s":"x"}`: "a", `{"s":"yé"}`: "b", `{"s":"x","n":2}`: "", `{"s":"x","n":1}`: "a", `{"b":true}`: "a", `{"b":false}`: "b",
		`{"z":null}`: "a", `{"missing":null}`: "", `{"deep":1}`: "", `{"list":"x"}`: "", `{"big":9007199254740993}`: "b", `{"big":9007199254740992}`: "",
	} {
		var f Filter
		must(t, json.Unmarshal([]byte(filter), &f))
		hits, err := s.Search(t.Context(), Query{Namespace: ns, Name: "v", Floats: []float32{1}, Limit: 10, Filter: f})
		must(t, err)
		var got []string
		for _, h := range hits {
			got = append(got, h.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s finds %v, want %s", filter, got, want)
		}
	}
}

// Searches beside changes see whole points; afterwards memory and file agree.
func TestChangesBesideSearches(t *testing.T) {
	t.Parallel()
	const dim = 4
	s, file := open4(t, 4*chunkRows*(dim*4+64)) // so little that the vectors push each other out
	names := []string{"a", "b", "c"}
	for _, name := range names {
		declare(t, s, Schema{name, dim, Euclid, "mixpeek://x@1.0.0/" + name})
	}
	var all sync.WaitGroup
	for w := range 6 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(w)))
			name := names[w%3]
			for range 25 {
				var batch []Point
				for i := range 40 {
					x := float32(r.IntN(1000))
					batch = append(batch, Point{ID: fmt.Sprint(i*6 + r.IntN(6)), Floats: []float32{x, x, x, x}})
				}
				if _, err := s.Upsert(t.Context(), ns, name, batch); err != nil {
					t.Error(err)
				}
				if _, _, err := s.Delete(t.Context(), ns, name, []string{fmt.Sprint(r.IntN(240))}); err != nil {
					t.Error(err)
				}
				hits, err := s.Search(t.Context(), Query{Namespace: ns, Name: name, Floats: make([]float32, dim), Limit: 300})
				if err != nil || len(hits) == 0 {
					t.Error(len(hits), err)
				}
				for _, h := range hits {
					if x := h.Score / 2; x != math.Trunc(x) { // all four numbers are the same integer
						t.Errorf("%s was seen half written: %v", h.ID, h.Score)
					}
				}
			}
		})
	}
	all.Wait()
	fresh, err := Open(t.Context(), Config{File: file})
	must(t, err)
	defer fresh.Close()
	for _, name := range names {
		q := Query{Namespace: ns, Name: name, Floats: []float32{500, 500, 500, 500}, Limit: 300}
		want, err := fresh.Search(t.Context(), q)
		must(t, err)
		v, err := s.Vector(t.Context(), ns, name)
		must(t, err)
		if int64(len(want)) != v.Points {
			t.Errorf("%s counts %d points and has %d", name, v.Points, len(want))
		}
		compareHits(t, s, q, want)
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`1`, `1.0`, `"a"`, `true`, `null`, `1e400`, `-0`, `[1]`, `0.1`, `1e-400`, `123456789012345678901234567890`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		c, ok := canonical(json.RawMessage(text))
		if again, ok2 := canonical(json.RawMessage(" " + text + "\n")); c != again || ok != ok2 {
			t.Errorf("%s and the same with spaces: %q, %q", text, c, again)
		}
	})
}

const benchPoints, benchDim = 100_000, 384

func filled(b testing.TB) *Store {
	s, _ := open4(b, 0)
	declare(b, s, Schema{"v", benchDim, Cosine, "mixpeek://a@1.0.0/v"})
	r := rand.New(rand.NewPCG(1, 2))
	for n := 0; n < benchPoints; n += MaxPoints {
		batch := make([]Point, MaxPoints)
		for i := range batch {
			batch[i] = Point{ID: fmt.Sprintf("p%d", n+i), Floats: random(r, benchDim), Payload: json.RawMessage(fmt.Sprintf(`{"n":%d,"kind":"k%d"}`, n+i, i%10))}
		}
		upserted(b, s, "v", batch...)
	}
	return s
}

func BenchmarkSearch(b *testing.B) {
	s := filled(b)
	r := rand.New(rand.NewPCG(3, 4))
	run := func(name string, before func(), f Filter) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before()
				if hits, err := s.Search(b.Context(), Query{Namespace: ns, Name: "v", Floats: random(r, benchDim), Limit: 10, Filter: f}); err != nil || len(hits) != 10 {
					b.Fatal(len(hits), err)
				}
			}
		})
	}
	run("first", func() { s.cache.drop(1) }, nil)
	run("held", func() {}, nil)
	run("filtered", func() {}, Filter{"kind": json.RawMessage(`"k3"`)})
	s.cache.most = 1
	s.cache.drop(1)
	run("file", func() {}, nil)
}
