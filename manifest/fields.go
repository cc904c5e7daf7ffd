package manifest

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

func itoa(n int) string { return strconv.Itoa(n) }

// quote is an author's text for a message: in quotes, and cut where it is long.
func quote(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80]) + "…"
	}
	return strconv.Quote(text)
}

// listed joins words for people: a, b and c.
func listed(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// text reads a key that must be a string.
func (r *reader) text(key string, into *string) {
	if g, ok := r.values[key]; ok {
		if text, ok := r.textOf(key, g.value); ok {
			*into = text
		}
	}
}

func (r *reader) textOf(key string, e pysyntax.Expr) (string, bool) {
	v, ok := r.fold(key, e)
	if !ok || v.V == nil && (key == "description" || key == "category" || key == "feature_uri") {
		return "", ok
	}
	text, isText := v.V.(string)
	if !isText || !utf8.ValidString(text) {
		r.add(v.At, "wrong-type", key, " must be a string, not ", pysyntax.Describe(v.At))
		return "", false
	}
	return text, true
}

// items reads a key that must be a list; None is an empty one.
func (r *reader) items(key string) []pysyntax.Value {
	g, ok := r.values[key]
	if !ok {
		return nil
	}
	v, ok := r.fold(key, g.value)
	if !ok || v.V == nil {
		return nil
	}
	items, ok := v.V.([]pysyntax.Value)
	if !ok {
		r.add(v.At, "wrong-type", key, " must be a list, not ", pysyntax.Describe(v.At))
	}
	return items
}

func (r *reader) list(key string, into *[]json.RawMessage) {
	for _, item := range r.items(key) {
		switch item.V.(type) {
		case string, []pysyntax.Entry:
			*into = append(*into, r.raw(item))
		default:
			r.add(item.At, "wrong-type", "an item of ", key, " must be a string or a dictionary, not ", pysyntax.Describe(item.At))
		}
	}
}

// dictionary reads a key that must be a dictionary; None is an empty one.
func (r *reader) dictionary(key string) []pysyntax.Entry {
	g, ok := r.values[key]
	if !ok {
		return nil
	}
	v, ok := r.fold(key, g.value)
	if !ok || v.V == nil {
		return nil
	}
	entries, ok := v.V.([]pysyntax.Entry)
	if !ok {
		r.add(v.At, "wrong-type", key, " must be a dictionary, not ", pysyntax.Describe(v.At))
	}
	r.sameKeys(v.At)
	return entries
}

// sameKeys finds a key that one dictionary display has twice: Python would
// take the last without a word.
func (r *reader) sameKeys(at pysyntax.Node) {
	d, ok := at.(*pysyntax.Dict)
	if !ok {
		return
	}
	seen := map[string]bool{}
	for _, key := range d.Keys {
		if key == nil {
			continue
		}
		if name, ok := r.constantText(key); ok {
			if seen[name] {
				r.add(key, "given-twice", "the key ", quote(name), " stands twice in this dictionary: keep one")
			}
			seen[name] = true
		}
	}
}

// costRates reads what calls cost: a unit, and credits for each.
func (r *reader) costRates() {
	for _, item := range r.items("cost_rates") {
		entries, ok := item.V.([]pysyntax.Entry)
		if !ok {
			r.add(item.At, "wrong-type", "an item of cost_rates must be a dictionary such as {\"unit\": \"image\", \"credits_per_unit\": 2}, not ", pysyntax.Describe(item.At))
			continue
		}
		r.sameKeys(item.At)
		for _, e := range entries {
			key, _ := e.Key.V.(string)
			if right := nearest(key, []string{"unit", "credits_per_unit"}); right != "" {
				r.add(e.Key.At, "unknown-key", "the key of a cost rate is ", right, ", not ", quote(key))
			}
			switch key {
			case "unit":
				if text, ok := e.Value.V.(string); !ok || text == "" {
					r.add(e.Value.At, "bad-value", "cost_rates: unit must be a word such as minute, image, 1k_tokens, page, face or extraction")
				}
			case "credits_per_unit":
				var credits float64
				r.number("cost_rates", key, e.Value, &credits)
			}
		}
		r.m.CostRates = append(r.m.CostRates, r.raw(item))
	}
}

func (r *reader) features() {
	seen := map[string]bool{}
	for _, item := range r.items("features") {
		entries, ok := item.V.([]pysyntax.Entry)
		if !ok {
			r.add(item.At, "wrong-type", "an item of features must be a dictionary, not ", pysyntax.Describe(item.At))
			continue
		}
		f, ok := r.feature(item.At, entries)
		if ok && seen[f.Name] {
			r.add(item.At, "duplicate-feature", "the feature ", f.Name, " is given twice: feature_name must be unique")
		}
		seen[f.Name] = true
		r.m.Features = append(r.m.Features, f)
	}
}

// lookAlikes are keys that people write for the right ones, and that other
// readers drop without a word.
func lookAlikes() map[string]string {
	return map[string]string{
		"type": "feature_type", "name": "feature_name",
		"dimensions": "embedding_dim", "dimension": "embedding_dim", "dims": "embedding_dim", "dim": "embedding_dim",
		"embedding_dims": "embedding_dim", "embedding_dimension": "embedding_dim", "embedding_dimensions": "embedding_dim", "vector_size": "embedding_dim",
		"distance": "distance_metric", "metric": "distance_metric", "distance_function": "distance_metric", "similarity": "distance_metric",
	}
}

func featureKeys() []string {
	return []string{"feature_type", "feature_name", "embedding_dim", "distance_metric"}
}

var featureName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)

func (r *reader) feature(at pysyntax.Node, entries []pysyntax.Entry) (f Feature, ok bool) {
	f.Extra = map[string]json.RawMessage{}
	found := len(r.found)
	got := map[string]pysyntax.Value{}
	for _, e := range entries {
		key, isText := e.Key.V.(string)
		if !isText {
			r.add(e.Key.At, "wrong-type", "a key of a feature must be a string")
			continue
		}
		if right := lookAlikes()[key]; right != "" {
			r.add(e.Key.At, "look-alike-key", "the key of a feature is ", right, ", not ", key)
			got[right] = e.Value
			continue
		}
		if right := nearest(key, featureKeys()); right != "" {
			r.add(e.Key.At, "look-alike-key", "the key of a feature is ", right, ", not ", quote(key))
			got[right] = e.Value
			continue
		}
		got[key] = e.Value
	}
	r.sameKeys(at)
	for _, key := range slices.Sorted(keysOf(got)) {
		r.featureKey(&f, key, got[key])
	}
	r.featureWhole(at, &f, got)
	return f, len(r.found) == found
}

func keysOf(m map[string]pysyntax.Value) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (r *reader) featureKey(f *Feature, key string, v pysyntax.Value) {
	text, isText := v.V.(string)
	number, isInt := v.V.(*big.Int)
	switch key {
	case "feature_type":
		if !isText || text == "" {
			r.add(v.At, "wrong-type", "feature_type must be \"embedding\" or a scalar type's name")
		} else if nearest(text, []string{"embedding"}) != "" {
			r.add(v.At, "bad-value", "feature_type ", quote(text), " is read as \"embedding\" misspelt: write embedding")
		}
		f.Type = text
	case "feature_name":
		if !isText || !featureName.MatchString(text) {
			r.add(v.At, "bad-feature-name", "feature_name must be 1 to 128 letters, digits, _, . or -, not starting with . or -")
		}
		f.Name = text
	case "embedding_dim":
		if !isInt || number.Sign() <= 0 || number.Cmp(big.NewInt(65536)) > 0 {
			r.add(v.At, "bad-dimension", "embedding_dim must be a whole number from 1 to 65536")
			return
		}
		f.Dimension = int(number.Int64())
	case "distance_metric":
		if text != "cosine" && text != "euclid" && text != "dot" {
			r.add(v.At, "bad-metric", "distance_metric must be cosine, euclid or dot")
		}
		f.Metric = text
	default:
		f.Extra[key] = r.raw(v)
	}
}

// featureWhole finds what is missing.
func (r *reader) featureWhole(at pysyntax.Node, f *Feature, got map[string]pysyntax.Value) {
	for _, key := range []string{"feature_type", "feature_name"} {
		if _, ok := got[key]; !ok {
			r.add(at, "missing-key", "the feature has no ", key)
		}
	}
	_, hasDimension := got["embedding_dim"]
	if f.Type == "embedding" && !hasDimension {
		r.add(at, "missing-key", "the feature is an embedding and has no embedding_dim: give the number of its floats")
	}
	if hasDimension && f.Metric == "" {
		f.Metric = "cosine"
	}
}

func (r *reader) computeProfile() {
	p := &r.m.ComputeProfile
	for _, e := range r.dictionary("compute_profile") {
		key, _ := e.Key.V.(string)
		r.m.named[key] = true
		switch key {
		case "resource_type":
			text, _ := e.Value.V.(string)
			if text != "cpu" && text != "gpu" && text != "api" {
				r.add(e.Value.At, "bad-value", "compute_profile: resource_type must be cpu, gpu or api")
			}
			p.ResourceType = text
		case "batch_size":
			r.whole("compute_profile", key, e.Value, 1, 1_000_000, &p.BatchSize)
		case "max_concurrency":
			r.whole("compute_profile", key, e.Value, 1, 1024, &p.MaxConcurrency)
		case "actor_memory_gb":
			r.number("compute_profile", key, e.Value, &p.ActorMemoryGB)
		case "gpu_memory_gb":
			if e.Value.V != nil {
				p.GPUMemoryGB = new(float64)
				r.number("compute_profile", key, e.Value, p.GPUMemoryGB)
			}
		default:
			r.unknownKey("compute_profile", e, []string{"resource_type", "batch_size", "max_concurrency", "actor_memory_gb", "gpu_memory_gb"})
		}
	}
}

func (r *reader) serveConfig() {
	c := &r.m.ServeConfig
	wholes := map[string]**int{"num_replicas": &c.NumReplicas, "min_replicas": &c.MinReplicas, "max_replicas": &c.MaxReplicas}
	numbers := map[string]**float64{"target_ongoing_requests": &c.TargetOngoingRequests, "num_cpus": &c.NumCPUs,
		"num_gpus": &c.NumGPUs, "memory_gb": &c.MemoryGB}
	for _, e := range r.dictionary("serve_config") {
		key, _ := e.Key.V.(string)
		switch {
		case e.Value.V == nil && (wholes[key] != nil || numbers[key] != nil):
		case wholes[key] != nil:
			*wholes[key] = new(int)
			r.whole("serve_config", key, e.Value, 0, 1024, *wholes[key])
		case numbers[key] != nil:
			*numbers[key] = new(float64)
			r.number("serve_config", key, e.Value, *numbers[key])
		default:
			r.unknownKey("serve_config", e, []string{"num_replicas", "min_replicas", "max_replicas", "target_ongoing_requests",
				"num_cpus", "num_gpus", "memory_gb"})
		}
	}
	if c.MinReplicas != nil && c.MaxReplicas != nil && *c.MinReplicas > *c.MaxReplicas {
		r.add(r.values["serve_config"].value, "bad-value", "serve_config: min_replicas is above max_replicas")
	}
}

func (r *reader) unknownKey(where string, e pysyntax.Entry, right []string) {
	key, isText := e.Key.V.(string)
	if !isText {
		r.add(e.Key.At, "wrong-type", "a key of ", where, " must be a string, not ", pysyntax.Describe(e.Key.At))
		return
	}
	r.add(e.Key.At, "unknown-key", where, " has no key ", quote(key), r.near(key, right), "; its keys are ", listed(right))
}

func (r *reader) whole(where, key string, v pysyntax.Value, least, most int64, into *int) {
	n, ok := v.V.(*big.Int)
	if !ok || !n.IsInt64() || n.Int64() < least || n.Int64() > most {
		r.add(v.At, "bad-value", where, ": ", key, " must be a whole number from ", itoa(int(least)), " to ", itoa(int(most)))
		return
	}
	*into = int(n.Int64())
}

func (r *reader) number(where, key string, v pysyntax.Value, into *float64) {
	x, ok := v.V.(float64)
	if n, isInt := v.V.(*big.Int); isInt {
		x, _ = new(big.Float).SetInt(n).Float64()
		ok = true
	}
	if !ok || !(x >= 0 && x <= 1_000_000) { // NaN is neither
		r.add(v.At, "bad-value", where, ": ", key, " must be a number from 0 to 1000000")
		return
	}
	*into = x
}
