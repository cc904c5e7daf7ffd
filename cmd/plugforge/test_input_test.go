package main

import (
	"encoding/json"
	"strings"
	"testing"

	"plugforge/manifest"
)

// What is made from a schema fits it.
func TestExamplesFitTheirSchema(t *testing.T) {
	for name, schema := range map[string]string{
		"text":     `{"type":"object","properties":{"text":{"type":"string","minLength":30,"maxLength":31}},"required":["text"]}`,
		"short":    `{"type":"object","properties":{"text":{"type":"string","maxLength":2}},"required":["text"]}`,
		"numbers":  `{"type":"object","properties":{"a":{"type":"integer","exclusiveMinimum":4,"multipleOf":3},"b":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},"c":{"type":"integer","maximum":-7},"d":{"type":"number","minimum":0.5}},"required":["a","b","c","d"]}`,
		"list":     `{"type":"object","properties":{"l":{"type":"array","items":{"type":"boolean"},"minItems":3}},"required":["l"]}`,
		"choices":  `{"type":"object","properties":{"a":{"enum":["x","y"]},"b":{"const":5},"c":{"anyOf":[{"type":"null"},{"type":"string"}]},"d":{"type":["null","integer"]}},"required":["a","b","c","d"]}`,
		"nested":   `{"$ref":"#/$defs/In","$defs":{"In":{"type":"object","properties":{"who":{"$ref":"#/$defs/Who"}},"required":["who"]},"Who":{"type":"object","properties":{"mail":{"type":"string","format":"email"}},"required":["mail"]}}}`,
		"own":      `{"type":"object","properties":{"year":{"type":"string","pattern":"^[0-9]{4}$","examples":["1999"]}},"required":["year"]}`,
		"default":  `{"type":"object","properties":{"k":{"type":"string","pattern":"^z$","default":"z"}},"required":["k"]}`,
		"optional": `{"type":"object","properties":{"k":{"type":"string","pattern":"^z$"}}}`,
		"python's": `{"type":"object","properties":{"k":{"type":"string","pattern":"(?=an).*"}},"required":["k"]}`,
		"any":      `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			trial := &trial{manifest: &manifest.Manifest{InputSchema: json.RawMessage(schema)}}
			if err := trial.fillExample(); err != nil {
				t.Fatal(err)
			}
			if wrong := validate("input_schema", json.RawMessage(schema), map[string]any(trial.request.Inputs)); wrong != "" {
				t.Errorf("%v does not fit: %s", trial.request.Inputs, wrong)
			}
		})
	}
}

// Whatever the schema, the maker ends soon and without a panic, and what it
// makes is JSON.
func FuzzExample(f *testing.F) {
	for _, seed := range []string{
		`{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}},"required":["a","b","c"]}`,
		`{"type":"array","minItems":1e9,"items":{"type":"array","minItems":1e9,"items":{"$ref":"#"}}}`,
		`{"type":"number","multipleOf":5e-324,"minimum":1e308}`,
		`{"type":"string","minLength":-5,"maxLength":-1}`,
		`{"$ref":"#/a/b~1c/~0"}`, `{"anyOf":[{"anyOf":[{"$ref":"#"}]}]}`, `[]`, `{"type":["null"]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		schema, err := decodeJSON([]byte(text))
		if err != nil {
			return
		}
		maker := &exampleMaker{root: schema}
		if _, err := json.Marshal(maker.of(schema, 0)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	})
}

func TestJudgeAnswer(t *testing.T) {
	embedding := func(name string, dimension int) manifest.Feature {
		return manifest.Feature{Type: "embedding", Name: name, Dimension: dimension, Metric: "dot"}
	}
	schema := `{"type":"object","properties":{"n":{"type":"integer"},"l":{"type":"array","items":{"type":"number"}}},"required":["n"]}`
	for _, c := range []struct {
		name     string
		schema   string
		features []manifest.Feature
		answer   string
		wants    string // part of what is said; empty: it fits
	}{
		{"fits", schema, nil, `{"n":1,"more":true}`, ""},
		{"large numbers", schema, nil, `{"n":123456789012345678901234567890}`, ""},
		{"missing", schema, nil, `{}`, "missing property 'n'"},
		{"deep", schema, nil, `{"n":1,"l":[1,"x"]}`, "l.1: got string, want number"},
		{"two faults", schema, nil, `{"n":1.5,"l":3}`, "; "},
		{"by the feature's name", `{}`, []manifest.Feature{embedding("v", 3)}, `{"v":[1,2,3]}`, ""},
		{"too short by its name", `{}`, []manifest.Feature{embedding("v", 3)}, `{"v":[1]}`, "v has 1 number, and the feature v says embedding_dim 3"},
		{"as embedding", `{}`, []manifest.Feature{embedding("v", 3)}, `{"embedding":[1,2]}`, "embedding has 2 numbers"},
		{"of two, embedding is neither", `{}`, []manifest.Feature{embedding("v", 3), embedding("w", 1)}, `{"embedding":[1,2],"w":[1]}`, ""},
		{"a label has no dimension", `{}`, []manifest.Feature{{Type: "label", Name: "v"}}, `{"v":[1]}`, ""},
		{"broken schema", `{"type":"nothing"}`, nil, `{}`, "output_schema is no JSON Schema"},
		{"a schema elsewhere is not fetched", `{"$ref":"file:///etc/hostname"}`, nil, `{}`, "output_schema is no JSON Schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &manifest.Manifest{OutputSchema: json.RawMessage(c.schema), Features: c.features}
			got := judgeAnswer(m, []byte(c.answer))
			if (got == "") != (c.wants == "") || !strings.Contains(got, c.wants) {
				t.Errorf("got %q, want %q", got, c.wants)
			}
		})
	}
}

func TestShortened(t *testing.T) {
	for answer, want := range map[string]string{
		`{"b":[1,2,3,4],"a":"x"}`:                  `{"a":"x","b":[1,2,3,… 4 in all]}`,
		`{"a":[[1,2,3,4,5],[]]}`:                   `{"a":[[1,2,3,… 5 in all],[]]}`,
		`{"a":"` + strings.Repeat("é", 100) + `"}`: `{"a":"` + strings.Repeat("é", 59) + `…"}`,
		`{"a":1e400,"b":null}`:                     `{"a":1e400,"b":null}`,
	} {
		if got := shortened([]byte(answer)); got != want {
			t.Errorf("%s: got %s, want %s", answer, got, want)
		}
	}
}
