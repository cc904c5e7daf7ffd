package vectors

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"math"
	"sync"

	"plugforge"
	"plugforge/internal/sqlitefile"
)

// Metric says how two vectors are compared.
type Metric string

// The metrics. A cosine or dot score is better when it is greater, a euclidean
// distance when it is smaller.
const (
	Cosine Metric = "cosine"
	Euclid Metric = "euclid"
	Dot    Metric = "dot"
)

// Bounds of what is stored.
const (
	MaxDimension = 1 << 16  // numbers in a vector
	MaxPoints    = 1000     // points in one call, and hits of a search
	MaxID        = 256      // bytes of a point's id
	MaxPayload   = 64 << 10 // bytes of a point's payload
)

// Schema is what a vector is declared as.
type Schema struct {
	Name       string
	Dimension  int // 1 to MaxDimension
	Metric     Metric
	FeatureURI string // of the feature that declares it
}

// fits tells whether points of one are points of the other.
func (s Schema) fits(other Schema) bool {
	return s.Dimension == other.Dimension && s.Metric == other.Metric
}

// Vector is a declared vector with what it holds.
type Vector struct {
	Schema
	Points int64

	key       int64
	namespace plugforge.Owner
}

// Point is one vector's value under an id.
type Point struct {
	ID      string          // 1 to MaxID bytes
	Floats  []float32       // as many as the vector's dimension, finite, not all zero under cosine
	Payload json.RawMessage // a JSON object of at most MaxPayload bytes; nil stands for {}
}

// Hit is a point that a search found.
type Hit struct {
	ID      string
	Score   float64 // cosine similarity, dot product, or euclidean distance
	Payload json.RawMessage
}

// Config names the file.
type Config struct {
	File       string
	CacheBytes int64 // of floats held in memory over all vectors; 0 means 1 GiB
}

const defaultCache = 1 << 30

// Store keeps the vectors of all namespaces in one file, which no other
// process may change meanwhile. Its methods may be called from many goroutines.
type Store struct {
	db    *sqlitefile.File
	cache cache
	locks sync.Map // vector key → *sync.Mutex: one change or load at a time

	stop   context.CancelFunc
	warmed sync.WaitGroup
}

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Open opens the file, making it if there is none, and begins to read what was
// stored into memory. CodeInternal, with a message
// that names it, for one that can't be used.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	db, err := sqlitefile.Open(ctx, "vectors.Open", cfg.File, migrationFiles)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, cache: cache{most: cfg.CacheBytes, blocks: map[int64]*block{}}}
	if s.cache.most == 0 {
		s.cache.most = defaultCache
	}
	warming, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.warmed.Go(func() { s.warm(warming) })
	return s, nil
}

// Close closes the file. No method may run any more.
func (s *Store) Close() error {
	s.stop()
	s.warmed.Wait()
	return sqlitefile.Translate("vectors.Close", s.db.Close())
}

const vectorColumns = `key, namespace, name, dimension, metric, feature_uri, points`

func scanVector(row interface{ Scan(...any) error }) (v Vector, err error) {
	err = row.Scan(&v.key, &v.namespace, &v.Name, &v.Dimension, &v.Metric, &v.FeatureURI, &v.Points)
	return v, err
}

// List gives the namespace's vectors by name, limit of them from the first
// name above after.
func (s *Store) List(ctx context.Context, namespace plugforge.Owner, after string, limit int) ([]Vector, error) {
	all, err := list(ctx, s.db.Reader, namespace, after, limit)
	return all, sqlitefile.Translate("vectors.List", err)
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func list(ctx context.Context, q querier, namespace plugforge.Owner, after string, limit int) ([]Vector, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+vectorColumns+` FROM vectors WHERE namespace = ? AND name > ? ORDER BY name LIMIT ?`, namespace, after, limit)
	if err != nil {
		return nil, err
	}
	return collect(rows)
}

func collect(rows *sql.Rows) ([]Vector, error) {
	defer rows.Close()
	all := []Vector{}
	for rows.Next() {
		v, err := scanVector(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// Vector finds one by name. A name that the namespace does not have is
// CodeValidation: the message says which it has.
func (s *Store) Vector(ctx context.Context, namespace plugforge.Owner, name string) (Vector, error) {
	v, err := find(ctx, s.db.Reader, namespace, name)
	return v, sqlitefile.Translate("vectors.Vector", err)
}

// CheckFloats is CodeValidation, naming the place loc, for a vector that v can't
// hold or be searched by: of another dimension, with a number that is not
// finite, or all zero under cosine.
func (v Vector) CheckFloats(floats []float32, loc ...string) error {
	if len(floats) != v.Dimension {
		return invalid(loc, "has %d numbers, and vector %s has %d dimensions", len(floats), v.Name, v.Dimension)
	}
	zero := true
	for i, f := range floats {
		if f64 := float64(f); math.IsNaN(f64) || math.IsInf(f64, 0) {
			return invalid(loc, "has %v at %d: every number must be finite and fit 32 bits", f64, i)
		}
		zero = zero && f == 0
	}
	if zero && v.Metric == Cosine {
		return invalid(loc, "is all zero, which has no direction: vector %s is compared by cosine", v.Name)
	}
	return nil
}

func invalid(loc []string, format string, args ...any) error {
	f := plugforge.Errorf(plugforge.CodeValidation, format, args...)
	f.Fields = []plugforge.FieldError{{Loc: loc, Msg: f.Message, Type: "value_error"}}
	if len(loc) > 0 {
		f.Message = dotted(loc) + ": " + f.Message
	}
	return f
}
