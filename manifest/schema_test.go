package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/manifest"
)

// module is a file of model classes to compare.
type module struct {
	name   string
	source string
	models []string
}

func (m module) question() any { return map[string]any{"source": m.source, "models": m.models} }

// answer is what pydantic says of a module.
type answer struct {
	Error  string // the module can't be imported
	Answer map[string]struct {
		Schema json.RawMessage
		Error  string
	}
}

// TestSchemasEqualPydantic compares what is read of the classes in
// testdata/shapes with what pydantic itself gives for them, byte for byte but
// for blanks.
func TestSchemasEqualPydantic(t *testing.T) {
	files, err := filepath.Glob("testdata/shapes/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no shapes")
	}
	var modules []module
	var questions []any
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		m := module{name: filepath.Base(f), source: string(text)}
		for _, line := range regexp.MustCompile(`(?m)^# compare: (.*)$`).FindAllStringSubmatch(m.source, -1) {
			m.models = append(m.models, strings.Fields(line[1])...)
		}
		for _, c := range regexp.MustCompile(`(?m)^class (\w+)`).FindAllStringSubmatch(m.source, -1) {
			m.models = append(m.models, c[1])
		}
		modules, questions = append(modules, m), append(questions, m.question())
		const deferred = "from __future__ import annotations\n"
		if !strings.HasPrefix(m.source, deferred) { // the same with annotations that are read late
			m = module{m.name + " deferred", deferred + m.source, m.models}
			modules, questions = append(modules, m), append(questions, m.question())
		}
	}
	compared := 0
	for i, raw := range ask(t, questions) {
		var a answer
		if err := json.Unmarshal(raw, &a); err != nil || a.Error != "" {
			t.Fatalf("%s: %v %s", modules[i].name, err, a.Error)
		}
		for _, name := range modules[i].models {
			want := a.Answer[name]
			if want.Error != "" && strings.HasSuffix(want.Error, "model_json_schema") || strings.HasSuffix(want.Error, "'model_json_schema'") {
				continue // an enum, or what is no model
			}
			compared++
			t.Run(modules[i].name+"/"+name, func(t *testing.T) {
				if want.Error != "" {
					t.Fatal(want.Error)
				}
				got, found := readSchema(t, modules[i].source, name)
				if len(found) > 0 {
					t.Fatalf("refused:\n%s", join(found))
				}
				if difference := compareSchemas(t, got, want.Schema); difference != "" {
					t.Error(difference)
				}
			})
		}
	}
	if compared < 150 {
		t.Errorf("only %d shapes were compared", compared)
	}
	t.Logf("%d shapes compared", compared)
}

// readSchema is the schema that a manifest with the classes has.
func readSchema(t *testing.T, source, name string) (json.RawMessage, []plugforge.Finding) {
	t.Helper()
	text := source + "\nfeature_extractor_name = \"shapes\"\ninput_schema = " + name + "\n"
	m, found, err := manifest.Read(context.Background(), fixture.With(fixture.Files("sample", "1.0.0"), "manifest.py", text))
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return nil, found
	}
	return m.InputSchema, nil
}

// compareSchemas says where two schemas differ, the order of keys and the
// spelling of numbers included; "" if they do not.
func compareSchemas(t *testing.T, got, want []byte) string {
	t.Helper()
	if a, b := tokens(t, got), tokens(t, want); a != b {
		return fmt.Sprintf("ours (from the first line that differs)\n%s\npydantic's\n%s", rest(a, b), rest(b, a))
	}
	return ""
}

func tokens(t *testing.T, text []byte) string {
	t.Helper()
	var b strings.Builder
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return b.String()
		}
		fmt.Fprintf(&b, "%#v\n", token)
	}
}

func mustRead(t *testing.T, text string) *manifest.Manifest {
	t.Helper()
	m, found, err := manifest.Read(context.Background(), fixture.With(fixture.Files("sample", "1.0.0"), "manifest.py", text))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Fatalf("refused: %v", found)
	}
	return m
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	return tokensOf(a) == tokensOf(b)
}

func tokensOf(b []byte) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // 2 and 2.0 are not the same
	if err := d.Decode(&v); err != nil {
		return err.Error()
	}
	out, _ := json.Marshal(v)
	return string(out)
}

// rest is a, from a little before the first line in which it differs from b.
func rest(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return strings.Join(x[max(0, i-16):min(len(x), i+12)], " | ")
}
