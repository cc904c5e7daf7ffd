package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"plugforge/internal/fixture"
	"plugforge/manifest"
)

// TestSchemasEqualPydantic compares with what pydantic 2 itself gives for the
// same classes (testdata/golden.py).
func TestSchemasEqualPydantic(t *testing.T) {
	shapes, err := os.ReadFile("testdata/shapes.py")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("testdata/shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]json.RawMessage
	if err := json.Unmarshal(golden, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) < 18 {
		t.Fatalf("only %d models in shapes.json", len(want))
	}
	for name, schema := range want {
		t.Run(name, func(t *testing.T) {
			m := mustRead(t, string(shapes)+"\ninput_schema = "+name+"\n")
			if !sameJSON(t, m.InputSchema, schema) {
				t.Errorf("ours\n%s\npydantic's\n%s", indent(m.InputSchema), indent(schema))
			}
		})
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
	return reflect.DeepEqual(decode(t, a), decode(t, b))
}

func decode(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // 2 and 2.0 are not the same
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return v
}

func indent(b []byte) string {
	var out bytes.Buffer
	_ = json.Indent(&out, b, "", " ")
	return out.String()
}
