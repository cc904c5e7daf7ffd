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
//
// A class becomes the JSON Schema that model_json_schema() of pydantic 2.14
// gives for it, to the letter; what would not is a finding. Its way: a class of
// the file with what its type variables stand for (instance), its fields and
// options (model), each field's type (node), and the schema written from that.
//
// Dependencies are what PEP 508 allows, and no set of them that no version can
// fit. A URL is taken as it stands, if it leads to a server and holds no
// password: they are declared here and installed by nobody but the operator.
//
// Findings are complete, but for a file's first thousand. What a file's values
// and types come to is bounded by counting, never by time, so that a verdict
// hangs on the bytes alone.
package manifest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"time"

	"plugforge"
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
