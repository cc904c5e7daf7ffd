package pysyntax_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"plugforge/internal/pysyntax"
)

// snippets hold each construct of the language once, and some that only look
// like one.
var snippets = strings.Split(strings.TrimSpace(`
import a, b.c as d
from . import a, b as c
from .a.b import (c, d as e,)
from a import *
from __future__ import annotations
x = y = 1, 2
x: int = 1
(x): int
a.b, c[d], *e = f
(a) = b
(a,) = [b] = c
x += y
x @= *y, z
del a, (b), [c, d.e], f[g]
return *a, b
raise A(b) from c
assert a, "b"
global a, b
print >> a, b
type X = int | str
type (x).y = z
match = case = type = _ = 1
if (a := b) > c: pass
elif d: pass
else: pass
for a, *b in c, *d:
    break
else:
    continue
async for a in b: pass
while a: pass
try:
    a
except (B, C) as d:
    pass
except:
    raise
else:
    e
finally:
    f
try: a
except* B: pass
with a as b, c as (d, e): pass
with (a as b, c): pass
with (a, b): pass
with (yield): pass
async with a: pass
@a.b(c)
@d
class A(B, *C, d=e, **f):
    """Doc."""
    x: int
def f(a, b: int = 1, /, c=2, *d: e, g, h=3, **i) -> j: return k
async def f(*, a): await b
def f[T: int](x: T) -> list[T]: ...
lambda a, *b, c=1, **d: (yield)
lambda: a if b else lambda: c
f(a, *b, c=d, **e)
f(a for a in b if c if d for e in f)
f(a := 1, *b or c, )
f()
{ }
a.b.c(d)[e](f).g
a[b:c, ::d, *e]
a[b, ]
[a, *b, c := d]
{a, *b}
{a: b, **c, d: e}
(a, (b), (c,), ())
[a for a, b in c for d in e if f]
{a: b for a in c}
(await a)[b]
not a in b is not c not in d
-a ** -b + ~c * d // e % f @ g << h >> i & j ^ k | l
a if b else c or d and not e
a < b <= c != d == e > f >= g
"a" 'b' """c""" r"\d" b''[0:]
b"a" rb'\x' B"\x41"
"\x41\u0042\U00000043\N{BULLET}\101\
"
f"{a}{b!r:>{c}}{d=}{{}}" "e" f'{f"{g}"}'
f'''{
a, *b}'''
rf"\{a:{b}}" f"{a:=8}"
0x1F + 0o17 + 0b1 + 1_000 + 1.5e-3 + .5j + 1. + 0_0
1if a else 2
match a, *b:
    case [c, *_, d] | (e,) if f: pass
    case {"a": 1, -1: b, **c}: pass
    case A.B(c, d=None, e=-1+2j) as f: pass
    case "a" "b" | True | g.h: pass
    case _: pass
x = \
    y
if a: b; c;
é = ª = ﬁ
# comment
...
`), "\n")

// tokens are what mutants are made of.
var tokens = strings.Split(" |\t|\f|\\\n|\n|\n    |(|)|[|]|{|}|,|:|;|=|*|**|.|@|->|:=|f|r|b|'|\"|'''|\\|#|#\n| if x else |lambda: |not |"+
	"await |async |yield |from |type |match |case |print |exec |None|True|is|in|and |or |-|~|+|<|>|!=|<>|==|/|//|%|&|"+
	"{x}|{{|}}|!r|:>{w}|0|1_0|1j|0x|1__0|07|e|_|é|ª|\u00a0|\r\n|    |  \t| \\\n\t|del |global |import |as |for a in b|else|"+
	"\\N{DIGIT ONE}|\\x4|\\u00|*a|**k|a=1|x := 1|(a)|a,|;|...|def |class |with |try: |pass|return |raise |assert |if a: |while a: |'s'|f'{a}'|b'b'|`", "|")

func mutate(rng *rand.Rand, text string) string {
	at := rng.IntN(len(text) + 1)
	for at < len(text) && at > 0 && text[at]&0xc0 == 0x80 {
		at--
	}
	lines := strings.SplitAfter(text, "\n")
	i, k := rng.IntN(len(lines)), rng.IntN(len(lines))
	switch rng.IntN(9) {
	default:
		return text[:at] + tokens[rng.IntN(len(tokens))] + text[at:]
	case 3: // drop a little
		end := min(at+1+rng.IntN(6), len(text))
		for end < len(text) && text[end]&0xc0 == 0x80 {
			end++
		}
		return text[:at] + text[end:]
	case 4: // move a line
		lines[i], lines[k] = lines[k], lines[i]
	case 5: // change the blanks at the start of a line
		lines[i] = strings.Repeat([]string{" ", "\t", "  ", " \t", "\f", "    "}[rng.IntN(6)], rng.IntN(3)) + strings.TrimLeft(lines[i], " \t")
	case 6: // put a construct on a line of its own, indented like it
		blank := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " \t"))]
		lines[i] = blank + snippets[rng.IntN(len(snippets))] + "\n" + lines[i]
	case 7: // or within a line
		return text[:at] + strings.TrimSpace(snippets[rng.IntN(len(snippets))]) + text[at:]
	}
	return strings.Join(lines, "")
}

// mutant is up to four changes to some snippets in a row, or to a file of the
// standard library.
func mutant(rng *rand.Rand, bases []string) string {
	text := ""
	if from := rng.IntN(len(snippets)); len(bases) == 0 || rng.IntN(8) > 0 {
		text = strings.Join(snippets[from:min(len(snippets), from+1+rng.IntN(8))], "\n") + "\n"
	} else {
		text = bases[rng.IntN(len(bases))]
	}
	for range rng.IntN(5) {
		text = mutate(rng, text)
	}
	return text
}

// tally counts what became of mutants.
type tally struct{ both, neither, onlyCPython int }

// judge fails if we read the text and CPython does not, or reads another tree.
func (n *tally) judge(t *testing.T, oracle *cpython, text string) {
	t.Helper()
	want, err := oracle.sees([]byte(text))
	if err != nil {
		t.Fatalf("%v on %q", err, text)
	}
	f, problems, err := pysyntax.Parse(t.Context(), []byte(text))
	switch {
	case err != nil:
		t.Fatal(err)
	case f == nil && want.Refused != "":
		n.neither++
	case f == nil:
		n.onlyCPython++
		if os.Getenv("PYSYNTAX_VERBOSE") != "" && problems[0].Kind == pysyntax.Syntax {
			t.Logf("only CPython reads %q: %v", clip(text, problems[0].Line), problems)
		}
	case want.Refused == "":
		n.both++
		if diff := firstDifference(want.Facts, ourFacts(f)); diff != "" {
			t.Errorf("%s\n%q", diff, clip(text, lineNamed(diff, "%d:%d")))
		}
	case !newer(f, want.Refused):
		t.Errorf("only we read %q: CPython says %s", clip(text, lineNamed(want.Refused, "line %d")), want.Refused)
	default:
		n.neither++
	}
}

// newer tells whether a refusal is for what later versions of Python have.
func newer(f *pysyntax.File, refused string) bool {
	for _, since := range []string{"f-string expression part cannot include a backslash", "f-string expression part cannot include '#'",
		"f-string: expressions nested too deeply", "unknown Unicode character name"} {
		if strings.Contains(refused, since) {
			return true
		}
	}
	found := false
	for _, s := range f.Body {
		pysyntax.Walk(s, func(n pysyntax.Node) bool {
			switch n := n.(type) {
			case *pysyntax.TypeAlias:
				found = true
			case *pysyntax.Formatted: // a quote may now stand in an f-string of the same
				found = found || strings.ContainsAny(f.Text(n), `'"`)
			case *pysyntax.Func:
				found = found || len(n.TypeParams) > 0
			case *pysyntax.Class:
				found = found || len(n.TypeParams) > 0
			}
			return true
		})
	}
	return found
}

// clip is the lines around that one, or a short text whole.
func clip(text string, line int) string {
	lines := strings.SplitAfter(text, "\n")
	if len(text) < 300 {
		return text
	}
	return strings.Join(lines[max(0, min(line-3, len(lines)-1)):min(len(lines), max(0, line)+1)], "")
}

// lineNamed is the line that a message names; 1 if none.
func lineNamed(message, format string) int {
	for i := range message {
		line := 0
		if n, _ := fmt.Sscanf(message[i:], format, &line, new(int)); n >= 1 && line > 0 {
			return line
		}
	}
	return 1
}

// TestMutants takes other ones each day.
func TestMutants(t *testing.T) {
	day := uint64(time.Now().Unix() / 86400)
	rng := rand.New(rand.NewPCG(1, day))
	oracle := startCPython(t)
	var n tally
	for range 2000 {
		n.judge(t, oracle, mutant(rng, nil))
	}
	t.Logf("day %d: %+v", day, n)
	if n.both < 300 {
		t.Errorf("only %d mutants were Python", n.both)
	}
}

func TestSnippetsArePython(t *testing.T) {
	oracle := startCPython(t)
	var n tally
	n.judge(t, oracle, "async def f():\n  [x async for x in y]\n")
	for i, s := range snippets {
		n.judge(t, oracle, strings.Join(snippets[i:], "\n")+"\n")
		n.judge(t, oracle, s+"\n")
	}
	t.Logf("%+v", n)
}
