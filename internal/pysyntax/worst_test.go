package pysyntax_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"plugforge/internal/pysyntax"
)

// worst are the texts that cost most, grown to size; those that are Python,
// and those that are not.
func worst(size int) (python, not map[string]string) {
	lines := func(unit string) string { return strings.Repeat(unit, (size-100)/len(unit)) }
	python = map[string]string{
		"statements on one line": lines("a;") + "\n",
		"statements":             lines("a\n"),
		"joined lines":           lines("a = \\\n 1\n"),
		"continuations":          lines("x = 1" + strings.Repeat("\\\n", pysyntax.MaxRun-1) + "+ 2\n"),
		"comments":               lines("if a:\n x\n" + strings.Repeat(" #\n", pysyntax.MaxRun-1) + " y\n"),
		"brackets":               lines(strings.Repeat("(", 200) + strings.Repeat(")", 200) + "\n"),
		"tuples of one":          lines(strings.Repeat("(", 200) + "a" + strings.Repeat(",)", 200) + "\n"),
		"targets":                "(" + lines("a,") + ") = b\n",
		"comment after an item":  "x = [a #" + lines(" ") + "\n]\n",
		"blocks":                 lines(blocks(99)),
		"bits":                   lines("a" + strings.Repeat("&a^a", 200) + "\n"),
		"signs":                  lines(strings.Repeat("-", 400) + "a\n"),
		"unions":                 lines("x: a[b]" + strings.Repeat(" | a[b]", 100) + "\n"),
		"strings":                "x = (" + lines("'a' ") + "'')\n",
		"quotes":                 "x = '" + lines(`\'`) + "'\n",
		"f-string":               "x = f'" + lines("{a:{b}}") + "'\n",
		"nested f-strings":       lines("f\"{f'{a}'}\"\n"),
		"braces":                 "x = f'" + lines("{{") + "'\n",
		"cases":                  "match a:\n" + lines(" case a.b | {'a': b, **c}: d\n"),
		"parameters":             "def f(a=b," + strings.ReplaceAll(lines("a=b,"), "\n", "") + "): pass\n",
		"arguments":              "f(" + lines("a=b,") + ")\n",
		"calls of calls":         lines("a" + strings.Repeat("()", 400) + "\n"),
		"soft keywords":          lines("match(a)\n"),
		"print":                  lines("print(a,b)\n"),
		"assignments":            lines("(a)=[b]=c.d=e[f]=g\n"),
		"escapes":                "x = '" + lines(`\N{TILDE}`) + "'\n",
		"wide letters":           lines("ａ\n"),
		"lists":                  lines("[a]\n"),
		"subscripts":             lines("a[b,c:d]\n"),
	}
	not = map[string]string{
		"garbage":                 lines("@!$?"),
		"open brackets":           lines("("),
		"statements in a row":     lines("{a:{b}}"),
		"names and sets":          lines("a{b}"),
		"tuples left open":        lines("(a,"),
		"an f-string left open":   lines("'a' ") + "f'\n",
		"hidden":                  lines("\u200b"),
		"bare carriage returns":   lines("\r"),
		"an error at the end":     lines("a = b\n") + "x = = 1\n",
		"errors all over a small": strings.Repeat("= ) ", min(size, 16<<10)/4),
	}
	return python, not
}

// readWorst gives each text to Parse, and fails for one that takes longer than
// most, or is not judged as it should.
func readWorst(t *testing.T, size int, most time.Duration) {
	python, not := worst(size)
	for _, texts := range []map[string]string{python, not} {
		for name, text := range texts {
			var before, after syscall.Rusage
			syscall.Getrusage(syscall.RUSAGE_SELF, &before)
			f, problems, err := pysyntax.Parse(t.Context(), []byte(text))
			syscall.Getrusage(syscall.RUSAGE_SELF, &after)
			took := time.Duration(after.Utime.Nano() - before.Utime.Nano())
			t.Logf("%6d ms for %d bytes: %s", took.Milliseconds(), len(text), name)
			if err != nil || (f == nil) == (python[name] != "") {
				t.Errorf("%s: %v %v", name, problems, err)
			}
			if took > most {
				t.Errorf("%s took %s", name, took)
			}
		}
	}
}

// TestWorst takes an eighth of the largest size; make check-long the whole. Under
// the race detector the half that is Go is some ten times as slow.
func TestWorst(t *testing.T) { readWorst(t, pysyntax.MaxSize/8, 1500*time.Millisecond) }
