//go:build long

package pysyntax_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

// TestOracleMutants damages small files of the standard library in ways that
// often stay Python, and wants us to see what CPython sees wherever both read
// the result. (What only we read cannot run; what only CPython reads is
// refused, which costs an author a line but lets nothing past.)
func TestOracleMutants(t *testing.T) {
	var bases []string
	for _, path := range sample(t, stdlib, 1) {
		if src, err := os.ReadFile(path); err == nil && len(src) > 200 && len(src) < 5000 {
			bases = append(bases, string(src))
		}
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(bases))))
	oracle := startCPython(t)
	reasons := map[string]int{}
	both, onlyWe, onlyCPython, kept := 0, 0, 0, 0
	for range mutants(t) {
		text := bases[rng.IntN(len(bases))]
		for range 1 + rng.IntN(4) {
			text = mutate(rng, text)
		}
		src := []byte(text)
		want, err := oracle.sees(src)
		if err != nil {
			t.Fatalf("%v on %q", err, text)
		}
		f, problems, err := pysyntax.Parse(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case f == nil && want.Refused != "":
		case f == nil:
			if onlyCPython++; problems[0].Kind == pysyntax.Syntax && kept < 20 {
				kept++
				line := strings.Split(string(src), "\n")[problems[0].Line-1]
				t.Logf("only CPython reads: %.100q: %s", line, problems[0].Text)
			}
		case want.Refused != "":
			onlyWe++
			if reasons[want.Refused[:min(50, len(want.Refused))]]++; reasons[want.Refused[:min(50, len(want.Refused))]] == 1 {
				os.WriteFile(fmt.Sprintf("/tmp/psy/onlywe/%d.py", onlyWe), append([]byte("# "+want.Refused+"\n"), src...), 0o644)
			}
		default:
			both++
			if diff := firstDifference(want.Facts, ourFacts(f)); diff != "" {
				t.Errorf("%s\n%s", diff, context3(string(src), diff))
			}
		}
	}
	t.Logf("%d files both read, %d only we, %d only CPython", both, onlyWe, onlyCPython)
	for r, n := range reasons {
		t.Logf("%5d %s", n, r)
	}
	if both < 1000 {
		t.Errorf("only %d mutants were Python", both)
	}
}

func mutants(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("PYSYNTAX_MUTANTS")); err == nil {
		return n
	}
	return 6000
}

// context3 is the line that a difference names, if it names one.
func context3(src, diff string) string {
	var line, col int
	for _, word := range strings.Fields(diff) {
		if n, _ := fmt.Sscanf(word, "%d:%d", &line, &col); n == 2 {
			if lines := strings.Split(src, "\n"); line <= len(lines) {
				return lines[line-1]
			}
		}
	}
	return ""
}

func mutate(rng *rand.Rand, text string) string {
	tokens := []string{" ", "\t", "\f", "\\\n", "\n", "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", "*", "**", ".", "@", "->", ":=", "f", "r", "b", "rb", "fr",
		"'", "\"", "'''", "\\", "#", "#\n", " if x else ", "lambda: ", "not ", "await ", "async ", "yield ", "type ", "match ", "case ", "print ", "exec ", "type(x)",
		"{x}", "{{", "}}", "\\N{DIGIT ONE}", "!r", ":>{w}", "0", "1_0", "1j", "0x", "e", "_", "é", "ª", "\u00a0", "\r\n", "    ", "  \t", " \\\n\t", "del ", "global ", "import ", "from . import a\n",
		"with (a as b, c): pass\n", "x: int = 1\n", "def f(*, a, **k): pass\n", "*a, b = c\n", "print >>a, b\n", "f'{a}' 'b'\n", "r'\\\\'", "rb'\\''"}
	at := rng.IntN(len(text) + 1)
	for at < len(text) && at > 0 && text[at]&0xc0 == 0x80 {
		at--
	}
	switch rng.IntN(6) {
	case 0, 1, 2:
		return text[:at] + tokens[rng.IntN(len(tokens))] + text[at:]
	case 3: // drop a little
		end := min(at+1+rng.IntN(6), len(text))
		for end < len(text) && text[end]&0xc0 == 0x80 {
			end++
		}
		return text[:at] + text[end:]
	case 4: // move a line
		lines := strings.SplitAfter(text, "\n")
		i, k := rng.IntN(len(lines)), rng.IntN(len(lines))
		lines[i], lines[k] = lines[k], lines[i]
		return strings.Join(lines, "")
	}
	// change blanks at the start of a line
	lines := strings.SplitAfter(text, "\n")
	i := rng.IntN(len(lines))
	lines[i] = strings.Repeat([]string{" ", "\t", "  ", " \t", "\f", "    "}[rng.IntN(6)], rng.IntN(3)) + strings.TrimLeft(lines[i], " \t")
	return strings.Join(lines, "")
}
