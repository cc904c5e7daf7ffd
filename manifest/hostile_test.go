package manifest_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"plugforge/internal/fixture"
	"plugforge/internal/pysyntax"
	"plugforge/manifest"
)

// doubling is a file in which each name stands twice in the next.
func doubling(first, each string, times int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "X0 = %s\n", first)
	for i := range times {
		fmt.Fprintf(&b, "X%d = %s\n", i+1, strings.ReplaceAll(each, "X", fmt.Sprintf("X%d", i)))
	}
	return b.String()
}

// hostile are files that are small, or within what is read, and would take
// long or much if they were followed as they stand.
func hostile() map[string]string {
	const head = "from typing import *\nfrom typing import Annotated, Any, Dict, Generic, List, Literal, Optional, Tuple, TypeVar, Union\nfrom pydantic import BaseModel, Field\nimport enum, os\nT = TypeVar('T')\nfeature_extractor_name = 'some_name'\n"
	model := func(body string) string {
		return strings.Replace(head, "from typing import *\n", "", 1) + body + "\ninput_schema = A\n"
	}
	fields := func(n int, field string) string {
		var b strings.Builder
		b.WriteString("class A(BaseModel):\n")
		for i := range n {
			fmt.Fprintf(&b, "    f%d: %s\n", i, field)
		}
		return b.String()
	}
	var bases strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&bases, "class B%d(BaseModel): pass\n", i)
	}
	bases.WriteString("class A(B0")
	for i := range 2999 {
		fmt.Fprintf(&bases, ", B%d", i+1)
	}
	var dependencies strings.Builder
	for i := range 9000 {
		fmt.Fprintf(&dependencies, "'p%d>=1,<=2,!=1.1,!=1.2,!=1.3,!=1.4,!=1.5',", i)
	}
	return map[string]string{
		"metadata in itself":  "metadata = {'name': 'abc', **metadata}\n",
		"ring of metadata":    "A = {**B}\nB = {**A}\nmetadata = {**A}\n",
		"doubled metadata":    doubling("{'a': 1}", "{**X, **X}", 60) + "metadata = X60\n",
		"doubled lists":       head + doubling("['abc']", "[X, X]", 60) + "features = X60\n",
		"doubled defaults":    model(doubling("['abc']", "[X, X]", 60) + fields(1, "list = X60")),
		"doubled unions":      model(doubling("Union[int, str]", "Union[X, X]", 60) + fields(1, "X60")),
		"doubled tuples":      model(doubling("Tuple[int, str]", "Tuple[X, X]", 60) + fields(1, "X60")),
		"doubled dicts":       model(doubling("Dict[str, int]", "Dict[str, Union[X, List[X]]]", 60) + fields(1, "X60")),
		"long text, often":    model("X = 'abcdefgh' * 8000\n" + fields(8000, "str = X")),
		"long words, often":   model("X = 'abcdefgh' * 8000\n" + fields(8000, "str = Field(description=X)")),
		"long list of text":   head + "X = 'abcdefgh' * 8000\ncost_rates = [{'a': [" + strings.Repeat("X,", 90_000) + "]}]\n",
		"many fields":         model(fields(30_000, "int")),
		"many members":        model("class E(enum.Enum):\n" + strings.Repeat("    A = 1\n", 20_000) + fields(3000, "E = E.B")),
		"many bases":          model(bases.String() + "): pass"),
		"generic in itself":   model("class P(BaseModel, Generic[T]):\n    x: Optional['P[P[T]]'] = None\nclass A(BaseModel):\n    p: P[int]"),
		"generic of long":     model("class P(BaseModel, Generic[T]):\n" + strings.Repeat("    a: T\n", 2) + "L = Literal[" + strings.Repeat("'abcdefgh', ", 5000) + "]\n" + fields(9000, "L")),
		"many environments":   head + "metadata = {" + strings.Repeat("'a': os.environ['X'],", 15_000) + "}\n",
		"many unknown names":  head + "metadata = {" + manyKeys(20_000, "os") + "}\n",
		"many keys":           head + "metadata = {" + manyKeys(30_000, "1") + "}\n",
		"many features":       head + "features = [" + strings.Repeat("{'type': 1},", 30_000) + "]\n",
		"many dependencies":   head + "dependencies = [" + dependencies.String() + "]\n",
		"long dependency":     head + "dependencies = ['a" + strings.Repeat(">=1.1,", 50_000) + "']\n",
		"deep marker":         head + "dependencies = ['a;" + strings.Repeat("(", 100_000) + "']\n",
		"deep types":          model(fields(1, strings.Repeat("List[", 180)+"int"+strings.Repeat("]", 180))),
		"quotes in quotes":    model(fields(8000, "'List[Optional[\"A\"]]'")),
		"long chain of names": model(doubling("int", "X", 9000) + fields(900, "X9000")),
		"costly keys":         head + doubling("['abc']", "[X, X]", 60) + "metadata = {" + manyKeys(8000, "0, X60") + "}\n",
		"costly again":        head + doubling("['abc']", "[X, X]", 60) + strings.Repeat("version = X60\n", 8000),
		"costly metadata":     model(doubling("['abc']", "[X, X]", 60) + fields(5000, "Annotated[int, X60]")),
		"costly values":       head + doubling("['abc']", "[X, X]", 60) + "metadata = {" + manyKeys(20_000, "X60") + "}\n",
		"costly options":      model(doubling("['abc']", "[X, X]", 60) + fields(5000, "int = Field(X60, description=X60 + [])")),
		"assigned often":      strings.Repeat("version = '1.0.0'\n", 25_000),
	}
}

func manyKeys(n int, value string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "'k%d': %s,", i, value)
	}
	return b.String()
}

// TestHostileManifests: no file that is read takes long, or much memory, or
// brings the server down.
func TestHostileManifests(t *testing.T) {
	// The others take too long with the race detector; check-long has them all.
	readHostile(t, "metadata in itself", "ring of metadata", "doubled metadata", "doubled lists", "doubled tuples", "doubled defaults",
		"many bases", "generic in itself", "many dependencies", "deep marker", "deep types")
}

// readHostile reads the files of these names; without a name, all.
func readHostile(t *testing.T, names ...string) {
	for name, text := range hostile() {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if len(text) > pysyntax.MaxSize {
				t.Fatalf("%d bytes would be refused for their number", len(text))
			}
			tree := fixture.With(fixture.Files("sample", "1.0.0"), "manifest.py", text)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			m, found, err := manifest.Read(context.Background(), tree)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if (m == nil) == (len(found) == 0) {
				t.Errorf("manifest %v, findings %v", m, found)
			}
			if took > 8*time.Second {
				t.Errorf("took %v", took)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 2048 {
				t.Errorf("allocated %d MiB in all", used)
			}
			t.Logf("%v, %d MiB in all, %d findings", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, len(found))
		})
	}
}
