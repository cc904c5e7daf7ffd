package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plugforge"
	"plugforge/manifest"
)

// trialRequest is the body of the call that test makes.
type trialRequest struct {
	Inputs     map[string]any `json:"inputs"` // nil until there are some
	Parameters map[string]any `json:"parameters"`
}

// readInput reads --input: JSON or @FILE; empty for none.
func readInput(given string) (r trialRequest, err error) {
	r.Parameters = map[string]any{}
	if given == "" {
		return r, nil
	}
	text := []byte(given)
	if name, isFile := strings.CutPrefix(given, "@"); isFile {
		if text, err = os.ReadFile(name); err != nil {
			return r, usageError{fmt.Errorf("--input: %w", err)}
		}
	}
	value, err := decodeJSON(text)
	if err != nil {
		return r, usageError{fmt.Errorf("--input is no JSON: %w", err)}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return r, usageError{errors.New(`--input must be an object, such as {"text": "hello"}`)}
	}
	r.take(object)
	return r, nil
}

// take reads a whole request, or else the inputs alone.
func (r *trialRequest) take(object map[string]any) {
	r.Inputs = object
	inputs, hasInputs := object["inputs"].(map[string]any)
	parameters, hasParameters := object["parameters"].(map[string]any)
	switch {
	case hasInputs && len(object) == 1:
		r.Inputs = inputs
	case hasInputs && hasParameters && len(object) == 2:
		r.Inputs, r.Parameters = inputs, parameters
	}
}

// cell is what a row of a batch has in its column data: the first text among
// the inputs, or all of them.
func (r *trialRequest) cell() any {
	for _, key := range slices.Sorted(maps.Keys(r.Inputs)) {
		if text, ok := r.Inputs[key].(string); ok {
			return text
		}
	}
	return r.Inputs
}

// fillExample takes the manifest's example, or makes one from input_schema,
// where --input gave none.
func (t *trial) fillExample() error {
	if t.request.Inputs != nil {
		if wrong := validate("input_schema", t.manifest.InputSchema, t.request.Inputs); wrong != "" {
			t.report("input", noted, "the input does not fit input_schema, which a server does not check: "+wrong)
		}
		return nil
	}
	if raw, ok := t.manifest.Extra["example"]; ok {
		if value, err := decodeJSON(raw); err == nil {
			if object, ok := value.(map[string]any); ok {
				t.request.take(object)
				return nil
			}
		}
		return errors.New(`"example" in metadata must be a dictionary of inputs`)
	}
	schema, err := decodeJSON(t.manifest.InputSchema)
	if err != nil {
		return fmt.Errorf("read input_schema: %w", err)
	}
	maker := &exampleMaker{root: schema}
	object, ok := maker.of(schema, 0).(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	if wrong := validate("input_schema", t.manifest.InputSchema, object); wrong != "" {
		return fmt.Errorf("no example of the input can be made from input_schema (%s): give one by --input, or by Field(examples=[…]) in manifest.py", wrong)
	}
	t.request.Inputs = object
	return nil
}

// decodeJSON reads one JSON value, its numbers as they are written.
func decodeJSON(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows its end")
	}
	return value, nil
}

// validate says how a value breaks a schema; empty if it does not.
func validate(name string, schema json.RawMessage, value any) string {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return name + " is no JSON: " + err.Error()
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(lenientPattern)
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // no file or address that a schema may name is read
	if err := compiler.AddResource(name+".json", document); err != nil {
		return name + " is no JSON Schema: " + err.Error()
	}
	compiled, err := compiler.Compile(name + ".json")
	if err != nil {
		return name + " is no JSON Schema: " + err.Error()
	}
	err = compiled.Validate(value)
	var broken *jsonschema.ValidationError
	if !errors.As(err, &broken) {
		return ""
	}
	var all []string
	for _, unit := range broken.BasicOutput().Errors {
		if unit.Error != nil && !strings.HasPrefix(unit.Error.String(), "validation failed") {
			place := strings.TrimPrefix(strings.ReplaceAll(unit.InstanceLocation, "/", "."), ".")
			all = append(all, strings.TrimPrefix(place+": ", ": ")+unit.Error.String())
		}
	}
	if len(all) == 0 {
		return broken.Error()
	}
	return strings.Join(all, "; ")
}

// lenientPattern reads a pattern. What only Python's regular expressions can say
// holds of every text here.
func lenientPattern(pattern string) (jsonschema.Regexp, error) {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return regexp.MustCompile(""), nil
	}
	return compiled, nil
}

// judgeAnswer compares an answer with output_schema and the dimensions of the
// features; empty if it fits.
func judgeAnswer(m *manifest.Manifest, body []byte) string {
	value, err := decodeJSON(body)
	if err != nil {
		return "the answer is no JSON: " + err.Error()
	}
	if wrong := validate("output_schema", m.OutputSchema, value); wrong != "" {
		return "the answer does not fit output_schema: " + wrong
	}
	answer, _ := value.(map[string]any)
	embeddings := slices.DeleteFunc(slices.Clone(m.Features), func(f manifest.Feature) bool { return f.Dimension == 0 })
	for _, f := range embeddings {
		key := f.Name
		vector, ok := answer[key].([]any)
		if !ok && len(embeddings) == 1 {
			key = "embedding"
			vector, ok = answer[key].([]any)
		}
		if ok && len(vector) != f.Dimension {
			return fmt.Sprintf("%s has %s, and the feature %s says embedding_dim %d", key, count(len(vector), "number"), f.Name, f.Dimension)
		}
	}
	return ""
}

// shortened is an answer for people: long lists and texts are cut.
func shortened(body []byte) string {
	value, err := decodeJSON(body)
	if err != nil {
		return plugforge.Printable(string(body))
	}
	text, err := json.Marshal(shorten(value))
	if err != nil {
		return plugforge.Printable(string(body))
	}
	// What stands for the rest of a list is no text of the answer's.
	return strings.NewReplacer(`"`+cutMark, "…", cutMark+`"`, "").Replace(string(text))
}

// cutMark encloses what stands for the rest of a list.
const cutMark = "\uf8ff"

func shorten(value any) any {
	switch v := value.(type) {
	case string:
		if r := []rune(v); len(r) > 60 {
			return string(r[:59]) + "…"
		}
	case []any:
		most := min(len(v), 3)
		short := make([]any, 0, most+1)
		for _, item := range v[:most] {
			short = append(short, shorten(item))
		}
		if len(v) > most {
			short = append(short, fmt.Sprintf("%s %d in all%s", cutMark, len(v), cutMark))
		}
		return short
	case map[string]any:
		short := map[string]any{}
		for key, item := range v {
			short[key] = shorten(item)
		}
		return short
	}
	return value
}
