// Package manifest reads what a plugin says of itself: manifest.py, without
// running it, and the parts of pipeline.py and realtime.py that must be there.
//
// It is not a Python interpreter: a value is read when the file alone tells
// it (literals, constants of the file, operators over them, pydantic model
// classes), and everything else is a finding that names line and construct. It
// does not judge what code may do; package scanner does.
//
// The nouns: a Manifest is what was read. An author writes it as form A, a
// dictionary named metadata and the names of pydantic classes as schemas, or
// as form B, top-level assignments of literals, or as a mixture; a key that is
// given twice with two values is a finding.
package manifest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// Manifest is what manifest.py says. Its JSON is the contract's manifest
// object, with the author's further metadata keys beside the known ones.
type Manifest struct {
	Name                  string                     // feature_extractor_name
	Version               string                     // X.Y.Z; empty if the manifest has none
	Description           string                     // may be empty
	Category              string                     // may be empty
	InputSchema           json.RawMessage            // JSON Schema; {} if there is none
	OutputSchema          json.RawMessage            // the same
	ParameterSchema       json.RawMessage            // the same
	RequiredVectorIndexes []json.RawMessage          // strings or objects, as given
	Features              []Feature                  // in the author's order
	Dependencies          []string                   // PEP 508, as given; each package once under one marker
	ComputeProfile        ComputeProfile             // with defaults
	ServeConfig           ServeConfig                // what is given; wins over ComputeProfile for serving
	FeatureURI            string                     // given, or made from name, version and first feature
	CostRates             []json.RawMessage          // dictionaries, as given
	Extra                 map[string]json.RawMessage // other keys of metadata

	places map[string]place // where keys were given
	named  map[string]bool  // keys of compute_profile that were given
}

// Feature is one thing that the plugin computes of its input.
type Feature struct {
	Type      string                     // feature_type: embedding, or a scalar type
	Name      string                     // feature_name, unique
	Dimension int                        // embedding_dim: 1 to 65536; 0 for what is no embedding
	Metric    string                     // distance_metric: cosine, euclid or dot; empty for what is no embedding
	Extra     map[string]json.RawMessage // other keys
}

// ComputeProfile says what a batch worker needs.
type ComputeProfile struct {
	ResourceType   string   `json:"resource_type"`           // cpu, gpu or api; default cpu
	BatchSize      int      `json:"batch_size"`              // rows; default 64
	MaxConcurrency int      `json:"max_concurrency"`         // threads; default 2
	ActorMemoryGB  float64  `json:"actor_memory_gb"`         // default 2.0
	GPUMemoryGB    *float64 `json:"gpu_memory_gb,omitempty"` // nil if not given
}

// ServeConfig says what serving needs; nil is not given.
type ServeConfig struct {
	NumReplicas           *int     `json:"num_replicas,omitempty"`
	MinReplicas           *int     `json:"min_replicas,omitempty"`
	MaxReplicas           *int     `json:"max_replicas,omitempty"`
	TargetOngoingRequests *float64 `json:"target_ongoing_requests,omitempty"`
	NumCPUs               *float64 `json:"num_cpus,omitempty"`
	NumGPUs               *float64 `json:"num_gpus,omitempty"`
	MemoryGB              *float64 `json:"memory_gb,omitempty"`
}

// Deadline is how long Read takes at most. Time over it is the server's
// trouble, never a finding.
const Deadline = 10 * time.Second

// Read reads the manifest in tree and looks for what must stand in the other
// files. It executes nothing. The findings are all that is wrong, sorted; the
// manifest is nil if there are any. Errors: CodeUnavailable when the deadline
// passes or ctx ends; CodeInternal when tree cannot be read.
func Read(ctx context.Context, tree fs.FS) (*Manifest, []plugforge.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, Deadline)
	defer cancel()
	m, found, err := read(ctx, tree)
	switch {
	case err != nil && ctx.Err() != nil:
		late := plugforge.Errorf(plugforge.CodeUnavailable, "reading the manifest took too long on this server: try again")
		late.Err = err
		return nil, nil, plugforge.Wrap("manifest.Read", late)
	case err != nil:
		return nil, nil, plugforge.Wrap("manifest.Read", err)
	case len(found) > 0:
		return nil, slices.Compact(plugforge.SortFindings(found)), nil
	}
	return m, nil, nil
}

func read(ctx context.Context, tree fs.FS) (*Manifest, []plugforge.Finding, error) {
	var found []plugforge.Finding
	load := func(path string) (*source, error) {
		src, problems, err := loadSource(ctx, tree, path)
		found = append(found, problems...)
		return src, err
	}
	src, err := load("manifest.py")
	if err != nil {
		return nil, nil, err
	}
	pipeline, err := load("pipeline.py")
	if err != nil {
		return nil, nil, err
	}
	found = append(found, checkPipeline(pipeline)...)
	if _, err := fs.Stat(tree, "realtime.py"); err == nil {
		realtime, err := load("realtime.py")
		if err != nil {
			return nil, nil, err
		}
		problems, err := checkRealtime(ctx, tree, realtime)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, problems...)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if src == nil {
		return nil, found, nil
	}
	r := &reader{source: src, ctx: ctx, m: blank(), values: map[string]given{}}
	r.read()
	return r.m, append(found, src.found...), nil
}

func blank() *Manifest {
	return &Manifest{
		InputSchema: json.RawMessage("{}"), OutputSchema: json.RawMessage("{}"), ParameterSchema: json.RawMessage("{}"),
		RequiredVectorIndexes: []json.RawMessage{}, Features: []Feature{}, Dependencies: []string{},
		CostRates: []json.RawMessage{}, Extra: map[string]json.RawMessage{},
		ComputeProfile: ComputeProfile{ResourceType: "cpu", BatchSize: 64, MaxConcurrency: 2, ActorMemoryGB: 2},
		places:         map[string]place{}, named: map[string]bool{},
	}
}

// FirstFeature is the name of the first feature; empty if there is none.
func (m *Manifest) FirstFeature() string {
	if len(m.Features) == 0 {
		return ""
	}
	return m.Features[0].Name
}

// SyncThreads is on how many threads sync handlers may run: max_concurrency if
// the author gave it, else 1. Only Read knows that: it is 1 for a manifest
// that came from JSON.
func (m *Manifest) SyncThreads() int {
	if m.named["max_concurrency"] {
		return m.ComputeProfile.MaxConcurrency
	}
	return 1
}

// Check compares the manifest with what the upload is to be called. A name,
// or a version that the upload named, that differs is a finding; a version
// that was given to the upload and differs is only a warning, a sentence for
// people. The warning is empty if there is nothing to say.
func Check(m *Manifest, name plugforge.Name, version plugforge.Version, versionNamed bool) (found []plugforge.Finding, warning string) {
	if m.Name != string(name) {
		at := m.places["name"]
		found = append(found, plugforge.Finding{Path: "manifest.py", Line: at.line, Col: at.col, Rule: "manifest.name-mismatch",
			Text: "the manifest names the plugin " + m.Name + ", the upload " + string(name) + ": make them the same"})
	}
	if m.Version == "" || m.Version == version.String() {
		return found, ""
	}
	if !versionNamed {
		return found, "the manifest says version " + m.Version + "; the upload was given " + version.String()
	}
	at := m.places["version"]
	return append(found, plugforge.Finding{Path: "manifest.py", Line: at.line, Col: at.col, Rule: "manifest.version-mismatch",
		Text: "the manifest says version " + m.Version + ", the upload " + version.String() + ": make them the same, or leave the version out of the upload"}), ""
}

// MarshalJSON writes the contract's manifest object.
func (m *Manifest) MarshalJSON() ([]byte, error) {
	o := object{}
	for key, raw := range m.Extra {
		o = o.with(key, raw)
	}
	for _, known := range []member{
		{"feature_extractor_name", m.Name}, {"version", m.Version}, {"description", m.Description}, {"category", m.Category},
		{"input_schema", m.InputSchema}, {"output_schema", m.OutputSchema}, {"parameter_schema", m.ParameterSchema},
		{"required_vector_indexes", m.RequiredVectorIndexes}, {"features", m.Features}, {"dependencies", m.Dependencies},
		{"compute_profile", m.ComputeProfile}, {"serve_config", m.ServeConfig}, {"feature_uri", m.FeatureURI}, {"cost_rates", m.CostRates},
	} {
		if known.key != "category" || m.Category != "" {
			o = o.with(known.key, known.value)
		}
	}
	return json.Marshal(o.sortedFrom(len(m.Extra)))
}

// MarshalJSON writes the feature with the contract's keys.
func (f Feature) MarshalJSON() ([]byte, error) {
	o := object{}.with("feature_type", f.Type).with("feature_name", f.Name)
	if f.Dimension > 0 {
		o = o.with("embedding_dim", f.Dimension).with("distance_metric", f.Metric)
	}
	at := len(o)
	for key, raw := range f.Extra {
		o = o.with(key, raw)
	}
	o[at:].sort()
	return json.Marshal(o)
}

// place is where something stands in a file, from 1.
type place struct{ line, col int }

// source is a parsed file and what was found in it.
type source struct {
	path  string
	file  *pysyntax.File
	names *pysyntax.Names
	found []plugforge.Finding

	spent       int                             // of the budget
	unread      int                             // values that could not be folded
	environment map[pysyntax.Node]pysyntax.Node // see readsEnvironment
}

// mostParts is how many parts, and bytes of text, all values and types of a
// manifest may have once constants stand in their places. It bounds the time
// and the memory that a small file of constants within constants takes.
const mostParts = 8 << 20

// constantOf gives the constant value of e. A file with a hundred values that
// are none has findings enough: no further ones are tried, for each may cost
// many steps.
func (s *source) constantOf(e pysyntax.Expr) (pysyntax.Value, *pysyntax.Unfoldable) {
	if s.unread > 100 || s.spent > mostParts {
		return pysyntax.Value{At: e}, &pysyntax.Unfoldable{At: e, Why: "a value after so many that can't be read"}
	}
	v, bad := s.names.Fold(e, s.names.Module)
	if bad != nil {
		s.unread++
	} else {
		s.spend(e, partsOf(v))
	}
	return v, bad
}

// constantText is constantOf for who wants a string or nothing.
func (s *source) constantText(e pysyntax.Expr) (string, bool) {
	v, bad := s.constantOf(e)
	if bad != nil {
		return "", false
	}
	text, ok := v.V.(string)
	return text, ok
}

func partsOf(v pysyntax.Value) int {
	n := 1
	switch x := v.V.(type) {
	case []pysyntax.Value:
		for _, item := range x {
			n += partsOf(item)
		}
	case []pysyntax.Entry:
		for _, e := range x {
			n += 1 + partsOf(e.Value)
		}
	}
	return n
}

// spend takes parts from the budget. It is false once the budget is used up,
// which is a finding, the first time.
func (s *source) spend(at pysyntax.Node, parts int) bool {
	before := s.spent
	s.spent += parts
	if before <= mostParts && s.spent > mostParts {
		s.add(at, "too-large", "the manifest's values come to more than ", itoa(mostParts>>20), " MiB here: make them smaller")
	}
	return s.spent <= mostParts
}

// loadSource parses one file; the source is nil if it has findings.
func loadSource(ctx context.Context, tree fs.FS, path string) (*source, []plugforge.Finding, error) {
	data, err := fs.ReadFile(tree, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, []plugforge.Finding{{Path: path, Rule: "manifest.missing-file",
			Text: "the plugin has no " + path + ": add it at the root of the archive"}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	file, problems, err := pysyntax.Parse(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	var found []plugforge.Finding
	for _, p := range problems {
		found = append(found, plugforge.Finding{Path: path, Line: p.Line, Col: p.Col, Rule: "manifest.unreadable", Text: p.Text})
	}
	if len(found) > 0 {
		return nil, found, nil
	}
	return &source{path: path, file: file, names: pysyntax.Resolve(file, packageOf(path), nil)}, nil, nil
}

// packageOf is the package that holds a file, as origins name it.
func packageOf(path string) string {
	dir, _, ok := cutLast(strings.ReplaceAll(strings.TrimSuffix(path, ".py"), "/", "."))
	if !ok {
		return pysyntax.OwnPrefix
	}
	return pysyntax.OwnPrefix + dir
}

func (s *source) place(n pysyntax.Node) place {
	line, col := s.file.Place(n.Start())
	return place{line, col}
}

// mostFindings is how many findings a file gets; nobody reads more.
const mostFindings = 1000

// add records a finding at n.
func (s *source) add(n pysyntax.Node, rule string, text ...string) {
	if len(s.found) >= mostFindings {
		return
	}
	at := s.place(n)
	s.found = append(s.found, plugforge.Finding{Path: s.path, Line: at.line, Col: at.col, Rule: "manifest." + rule, Text: strings.Join(text, "")})
}
