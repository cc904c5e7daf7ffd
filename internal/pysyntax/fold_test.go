package pysyntax_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

// foldAll folds the value of every assignment of a file, and gives how many
// were constant and how many bytes all of it took.
func foldAll(t *testing.T, text string) (names *pysyntax.Names, constant int, bytes uint64) {
	t.Helper()
	f, problems, err := pysyntax.Parse(context.Background(), []byte(text))
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	names = pysyntax.Resolve(f, pysyntax.OwnPrefix, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, stmt := range f.Body {
		if a, ok := stmt.(*pysyntax.Assign); ok {
			if _, bad := names.Fold(a.Value, names.Module); bad == nil {
				constant++
			}
		}
	}
	runtime.ReadMemStats(&after)
	return names, constant, after.TotalAlloc - before.TotalAlloc
}

// TestFoldIsBounded: a small file of constants within constants takes little
// memory, and what is past the bounds is no constant.
func TestFoldIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		constant int // -1 for any
		spent    bool
	}{
		"a table of long strings": {`X = "abcdefgh" * 8000` + "\nrates = [{'a': [" + strings.Repeat("X, ", 50_000) + "]}]\n", 1, false},
		"a long string in pieces": {`X = "abcdefgh" * 8000` + "\nY = [" + strings.Repeat("X + 'a', ", 5_000) + "]\n", 1, false},
		"letters":                 {`X = "abcdefgh" * 8000` + "\nY = [" + strings.Repeat("X[::-1], ", 5_000) + "]\n", 1, false},
		"words":                   {`X = "a b c d " * 8000` + "\nY = [" + strings.Repeat("X.split(), ", 5_000) + "]\n", 1, false},
		"lists of lists":          {"A0 = [1] + [2]\n" + doubled(30), -1, false},
		"a word list":             {"X = '''" + strings.Repeat("word ", 10_000) + "'''.split()\nY = X[3]\n", 2, false},
		"many folds":              {`X = "abcdefgh" * 8000` + "\n" + strings.Repeat("Y = X + 'a'\n", 20_000), -1, true},
	} {
		names, constant, bytes := foldAll(t, c.text)
		if c.constant >= 0 && constant != c.constant || names.Spent() != c.spent || bytes > 256<<20 {
			t.Errorf("%s: %d constants, spent %t, %d MiB", name, constant, names.Spent(), bytes>>20)
		}
	}
}

func doubled(times int) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, "A%d = A%d + A%d\n", i+1, i, i)
	}
	return b.String()
}
