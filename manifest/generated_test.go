package manifest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestGeneratedSchemasEqualPydantic compares classes that nobody wrote.
func TestGeneratedSchemasEqualPydantic(t *testing.T) { generatedEqual(t, 1, 200) }

// generatedEqual makes so many files of classes. Where pydantic gives a schema
// and we do, both are the same; what pydantic refuses is not compared.
func generatedEqual(t *testing.T, seed uint64, files int) {
	var modules []module
	var questions []any
	for i := range files {
		g := &generator{r: rand.New(rand.NewPCG(seed, uint64(i)))}
		m := g.module()
		modules, questions = append(modules, m), append(questions, m.question())
	}
	compared, refused, invalid := 0, 0, 0
	why := map[string]int{}
	for i, raw := range ask(t, questions) {
		var a answer
		if err := json.Unmarshal(raw, &a); err != nil {
			t.Fatal(err)
		}
		if a.Error != "" {
			invalid++
			why["pydantic: "+a.Error[:min(len(a.Error), 120)]]++
			continue
		}
		for _, name := range modules[i].models {
			if a.Answer[name].Error != "" {
				invalid++
				why["pydantic: "+a.Answer[name].Error[:min(len(a.Answer[name].Error), 120)]]++
				continue
			}
			got, found := readSchema(t, modules[i].source, name)
			if len(found) > 0 {
				refused++
				why["refused: "+found[0].Text]++
				continue
			}
			compared++
			if difference := compareSchemas(t, got, a.Answer[name].Schema); difference != "" {
				t.Errorf("seed %d, file %d, %s: %s\n%s", seed, i, name, difference, modules[i].source[strings.Index(modules[i].source, "class M0"):])
				return
			}
		}
	}
	t.Logf("%d files: %d classes compared, %d refused by us, %d by pydantic", files, compared, refused, invalid)
	if testing.Verbose() {
		for text, n := range why {
			t.Logf("%5d %s", n, text)
		}
	}
	if compared < 3*files || refused*20 > compared {
		t.Errorf("of %d files only %d classes were compared, and %d refused", files, compared, refused)
	}
}

// generator writes files of model classes that pydantic mostly takes.
type generator struct {
	r      *rand.Rand
	b      strings.Builder
	models []string
	plain  []string // models that may be derived from
	later  []string // models that come further down
}

func (g *generator) pick(words ...string) string { return words[g.r.IntN(len(words))] }

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.r.IntN(n) == 0 }

func (g *generator) module() module {
	if g.chance(3) {
		g.b.WriteString("from __future__ import annotations\n")
	}
	g.b.WriteString(`import datetime, decimal, enum, pathlib, uuid
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Deque, Dict, FrozenSet, Generic, Iterable, List, Literal, Mapping, Optional, Set, Tuple, TypeVar, Union
import pydantic
from annotated_types import Ge, Gt, Le, Len, MaxLen
from pydantic import BaseModel, ConfigDict, EmailStr, Field, HttpUrl, PositiveInt, RootModel, StringConstraints, conint, conlist, constr
from pydantic.alias_generators import to_camel, to_pascal

T = TypeVar("T")


class Red(enum.Enum):
    A = "a"
    B = "b"


class Num(enum.IntEnum):
    """A number."""

    ONE = 1
    TWO = 2


class One(str, enum.Enum):
    ONLY = "only"


class Cat(BaseModel):
    """A cat."""

    kind: Literal["cat", "lion"]
    n: int = 1


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


class Box(BaseModel, Generic[T]):
    item: T
    items: Dict[str, T] = {}


Words = List[str]
Short = Annotated[str, Field(max_length=8, description="Short.")]
Maybe = Optional[int]
Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]
`)
	count := 3 + g.r.IntN(4)
	for i := range count {
		g.later = append(g.later, fmt.Sprintf("M%d", i))
	}
	for range count {
		name := g.later[0]
		g.class(name)
		g.later = g.later[1:]
		g.models = append(g.models, name)
	}
	return module{source: g.b.String(), models: g.models}
}

func (g *generator) class(name string) {
	g.b.WriteString("\n\n")
	if g.chance(8) {
		fmt.Fprintf(&g.b, "class %s(RootModel[%s]):\n", name, g.typ(2))
		if g.chance(2) {
			g.b.WriteString("    \"\"\"A root.\"\"\"\n")
		} else {
			g.b.WriteString("    pass\n")
		}
		return
	}
	base := "BaseModel"
	if len(g.plain) > 0 && g.chance(3) {
		base = g.plain[g.r.IntN(len(g.plain))]
	} else if g.chance(12) {
		base = "Box[" + g.pick("int", "str", "Cat") + "]"
	}
	fmt.Fprintf(&g.b, "class %s(%s%s):\n", name, base, g.pick("", "", "", "", ", extra=\"forbid\""))
	if g.chance(3) {
		g.b.WriteString(g.pick("    \"\"\"One line.\"\"\"\n", "    \"\"\"\n    Two\n      lines.\n\n    \"\"\"\n", "    \"A cat.\"\n"))
	}
	if g.chance(4) {
		g.b.WriteString("    model_config = " + g.pick(`ConfigDict(extra="allow")`, `{"extra": "forbid", "title": "Own title"}`, `ConfigDict(alias_generator=to_camel)`,
			`ConfigDict(alias_generator=to_pascal, populate_by_name=True)`, `ConfigDict(str_max_length=20)`, `ConfigDict(json_schema_extra={"examples": [{"a": 1}], "x-y": {"b": 1, "a": 2}})`,
			`ConfigDict(use_enum_values=True)`, `ConfigDict(extra="ignore", frozen=True)`, `ConfigDict(use_attribute_docstrings=True)`) + "\n")
	}
	names := []string{"a", "b_c", "dE", "f1", "g_2h", "HTTP", "items_", "other", "x_y_z"}
	g.r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, field := range names[:g.r.IntN(7)] {
		g.field(field)
	}
	g.b.WriteString("    LIMIT: ClassVar[int] = 3\n")
	g.plain = append(g.plain, name)
}

func (g *generator) field(name string) {
	typ := g.typ(0)
	if g.chance(15) {
		typ = "\"" + strings.ReplaceAll(strings.ReplaceAll(typ, `\`, `\\`), `"`, "'") + "\""
	}
	fmt.Fprintf(&g.b, "    %s: %s", name, typ)
	switch g.r.IntN(6) {
	case 0, 1:
		g.b.WriteString(" = " + g.value(0))
	case 2, 3:
		g.b.WriteString(" = Field(" + g.arguments(typ) + ")")
	}
	g.b.WriteString("\n")
	if g.chance(10) {
		g.b.WriteString("    \"\"\"What it is.\"\"\"\n")
	}
}

// arguments of Field, with bounds that fit the type.
func (g *generator) arguments(typ string) string {
	var out []string
	switch g.r.IntN(5) {
	case 0:
		out = append(out, g.value(0))
	case 1:
		out = append(out, "default="+g.value(0))
	case 2:
		out = append(out, "default_factory="+g.pick("list", "dict", "lambda: 3"))
	case 3:
		out = append(out, "...")
	}
	add := func(n int, words ...string) {
		if g.chance(n) {
			out = append(out, g.pick(words...))
		}
	}
	add(3, `description="Some words."`, `description="A cat."`, `description="  "`, `description=None`)
	add(6, `title="Own"`, `title=None`, `title="Cat"`)
	add(6, `alias="aLias"`, `validation_alias="vAlias"`, `serialization_alias="s"`)
	add(8, `examples=[1, "a"]`, `examples=[{"b": 1, "a": [None]}]`)
	add(8, `deprecated=True`, `deprecated="no"`, `deprecated=False`)
	add(8, `json_schema_extra={"x-z": 1, "a": {"z": 1, "b": 2}}`, `json_schema_extra={"title": "Extra"}`, `frozen=True`, `exclude=True`)
	return strings.Join(append(out, g.bounds(typ)...), ", ")
}

func (g *generator) bounds(typ string) []string {
	inner := strings.Trim(typ, `"`)
	if rest, ok := strings.CutPrefix(inner, "Optional["); ok && g.chance(2) {
		inner = rest
	}
	switch {
	case strings.HasPrefix(inner, "int") || strings.HasPrefix(inner, "PositiveInt") || strings.HasPrefix(inner, "Maybe"):
		return []string{g.pick("ge=0", "gt=-5", "le=10", "lt=100", "multiple_of=2", "strict=True")}
	case strings.HasPrefix(inner, "float") || strings.HasPrefix(inner, "decimal"):
		return []string{g.pick("ge=0", "gt=0.5", "le=1e6", "lt=100", "multiple_of=0.5", "allow_inf_nan=False")}
	case strings.HasPrefix(inner, "str") || strings.HasPrefix(inner, "Short") || strings.HasPrefix(inner, "bytes"):
		return []string{g.pick("min_length=1", "max_length=5", "strict=True", "min_length=0")}
	case strings.HasPrefix(inner, "List") || strings.HasPrefix(inner, "Dict") || strings.HasPrefix(inner, "Set") || strings.HasPrefix(inner, "Tuple") ||
		strings.HasPrefix(inner, "Sequence") || strings.HasPrefix(inner, "FrozenSet") || strings.HasPrefix(inner, "Iterable") || strings.HasPrefix(inner, "Deque"):
		return []string{g.pick("min_length=1", "max_length=5")}
	case strings.HasPrefix(inner, "Union[int"):
		return []string{g.pick("ge=0", "min_length=2", `pattern="a"`)}
	}
	return nil
}

// typ is an annotation; deeper ones are simpler.
func (g *generator) typ(depth int) string {
	simple := []string{"str", "int", "float", "bool", "str", "int", "Any", "bytes", "None", "datetime.datetime", "datetime.date", "uuid.UUID", "HttpUrl", "EmailStr", "pathlib.Path",
		"decimal.Decimal", "PositiveInt", "Red", "Num", "One", "Cat", "Dog", "Words", "Short", "Maybe", "Pet", "list", "dict", "Box[int]", "Box[Cat]", "datetime.timedelta",
		`Literal["x"]`, `Literal["x", "y"]`, "Literal[1, 2]", "Literal[Red.A]", "Literal[True, None]", "conint(ge=1, le=9)", `constr(pattern="^a+$")`, "conlist(int, max_length=3)",
		"Annotated[int, Ge(1)]", `Annotated[str, StringConstraints(min_length=2)]`, `Annotated[int, Field(gt=0, description="Inner.")]`, `Annotated[List[int], Len(1, 3)]`}
	if len(g.models) > 0 && g.chance(4) {
		return g.models[g.r.IntN(len(g.models))]
	}
	if g.chance(12) && depth > 0 {
		return "\"" + g.later[g.r.IntN(len(g.later))] + "\""
	}
	if depth > 2 || g.chance(2) {
		return g.pick(simple...)
	}
	inner := func() string { return g.typ(depth + 1) }
	switch g.r.IntN(13) {
	case 0, 1:
		return "Optional[" + inner() + "]"
	case 2:
		return "List[" + inner() + "]"
	case 3:
		return "Dict[" + g.pick("str", "str", "int", "Red", `constr(min_length=1)`, `constr(pattern="x")`, `Literal["a", "b"]`) + ", " + inner() + "]"
	case 4:
		return "Union[" + inner() + ", " + inner() + "]"
	case 5:
		return "Union[int, " + inner() + ", None]"
	case 6:
		return "Tuple[" + inner() + ", " + g.pick("...", inner()) + "]"
	case 7:
		return g.pick("Set", "FrozenSet", "Deque", "Iterable") + "[" + g.pick("int", "str", "Red", "float") + "]"
	case 8:
		return g.pick("Sequence[", "Mapping[str, ", "list[", "dict[str, ") + inner() + "]"
	case 9:
		typ := inner()
		if strings.HasPrefix(typ, "\"M") {
			return typ // with words for it, pydantic 2.14 gives them to the class, in every schema of the file
		}
		return "Annotated[" + typ + ", Field(" + g.pick(`description="Noted."`, `title="Noted"`, `examples=[1]`) + ")]"
	case 10:
		return g.pick("int", "str", "Cat", "list[int]") + " | None"
	case 11:
		return "List[Annotated[Union[Cat, Dog], Field(discriminator='kind')]]"
	}
	return "List[Optional[" + inner() + "]]"
}

func (g *generator) value(depth int) string {
	values := []string{"None", "1", "-2", "0.5", "1e300", "True", `"text"`, `"é<&\u2028\n"`, "[]", "{}", "()", "Red.A", "Num.TWO", "3 * 4", `"a" + "b"`, "[Red.B, 1]", "{'b': 1, 'a': [2]}",
		"(1, 'x')", "{3, 1, 2}", "frozenset({'b', 'a'})", "b'raw'", "2.0", "1_000", "0x1F", "dict(k=1)", "decimal.Decimal('1.50')", "pathlib.Path('a/b')", "Red.A.value", "{1: 2}"}
	if depth > 0 {
		values = slices.DeleteFunc(values, func(v string) bool { return strings.Contains(v, "{3") || strings.Contains(v, "frozenset") })
	}
	if depth < 2 && g.chance(6) {
		return "[" + g.value(depth+1) + ", " + g.value(2) + "]"
	}
	return g.pick(values...)
}
