package scanner_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/internal/pysyntax"
	"plugforge/scanner"
)

// worst are texts that cost a parser or a resolver most, each grown to just
// under size bytes. None may take long, whatever the verdict.
func worst(size int) map[string]string {
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (size-len(head)-len(tail))/len(unit)) + tail
	}
	nest := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n) + "\n"
	}
	lines := func(unit string) string { return fill("", unit, "") }
	tall := func(unit string) string { // a block of each kind of line, as tall as is read
		return lines("if a:\n x\n" + strings.Repeat(unit, pysyntax.MaxRun-1) + " y\n")
	}
	long := strings.Repeat("z", size/1100)
	return map[string]string{
		"continuation lines":      fill("x = 1", "\\\n", "+ 2\n"),
		"runs of continuations":   lines("x = 1" + strings.Repeat("\\\n", pysyntax.MaxRun-1) + "+ 2\n"),
		"spread continuations":    lines("x = 1 + \\\n 2\n"),
		"garbage":                 lines("@!$?"),
		"unbalanced":              lines("= ) "),
		"open brackets":           lines("("),
		"open blocks":             lines("if a:\n"),
		"comment lines":           fill("if a:\n", " #\n", " x\n"),
		"runs of short comments":  tall(" #\n"),
		"runs of deep comments":   tall("   #\n"),
		"runs of long comments":   tall(" #" + long[:len(long)/2] + "\n"),
		"comments in brackets":    fill("x = [", "#\n", "]\n"),
		"one list":                fill("x = [", "1,", "]\n"),
		"one tuple of targets":    fill("(", "a,", ") = b\n"),
		"one sum":                 fill("x = ", "a+", "a\n"),
		"one chain":               fill("x = a", ".a", "\n"),
		"names":                   lines("a\n"),
		"statements on one line":  fill("", "a;", "\n"),
		"brackets within limits":  lines(nest("(", "a", ")", 180)),
		"lists within limits":     lines(nest("[", "a", "]", 180)),
		"f-strings":               fill("x = f'", "{a}", "'\n"),
		"soft keywords":           lines("match (a)\n"),
		"decorators":              fill("", "@a.b(c)\n", "def f(): pass\n"),
		"one name, many bindings": lines("a = a.b\n"),
		"aliases in a ring":       lines("a = b or c.d\nb = c or a.e\nc = a or b.f\n"),
		"aliases of os":           fill("import os\n", "a = os\nb = a.path or a\n", ""),
		"doubling strings":        fill("a = 'ab'\n", "a = a + a\n", "getattr(x, a)\n"),
		"string sums":             fill("x = ", "'a' + ", "'a'\n"),
		"getattr of getattr":      lines("getattr(getattr(a, 'b' + 'c'), 'd' % ())\n"),
		"dunder strings":          fill("x = '", "__ ", "'\n"),
		"named escapes":           fill("x = '", `\N{TILDE}`, "'\n"),
	}
}

// cpuTime is what this process has used: it does not count what others on the
// machine do.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestWorstIsBounded takes an eighth of the largest size; the whole is for
// make check-long.
func TestWorstIsBounded(t *testing.T) { boundWorst(t, pysyntax.MaxSize/8, 1500*time.Millisecond) }

func boundWorst(t *testing.T, size int, most time.Duration) {
	for name, text := range worst(size) {
		t.Run(name, func(t *testing.T) {
			start := cpuTime(t)
			_, err := scanner.Scan(context.Background(), fstest.MapFS{"a.py": {Data: []byte(text)}}, scanner.Policy{})
			took := cpuTime(t) - start
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%8s of CPU for %d bytes", took.Round(time.Millisecond), len(text))
			if took > most {
				t.Errorf("took %s of CPU", took)
			}
		})
	}
}

func TestDeadlineIsNoVerdict(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := scanner.Scan(ctx, fstest.MapFS{"a.py": {Data: []byte("import os\n")}}, scanner.Policy{})
	if plugforge.CodeOf(err) != plugforge.CodeUnavailable {
		t.Errorf("err = %v", err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	_, err = scanner.Scan(ctx, fstest.MapFS{"a.py": {Data: []byte(worst(pysyntax.MaxSize)["names"])}}, scanner.Policy{})
	if plugforge.CodeOf(err) != plugforge.CodeUnavailable || !strings.Contains(err.Error(), "try again") {
		t.Errorf("err = %v", err)
	}
}

// TestDeadlineIsKept: whatever the tree, the scan ends soon after its time is
// over.
func TestDeadlineIsKept(t *testing.T) {
	const given, over = 60 * time.Millisecond, time.Second
	late := 0
	for name, text := range worst(pysyntax.MaxSize) {
		tree := fstest.MapFS{}
		for _, file := range []string{"a.py", "b.py", "c.py"} {
			tree[file] = &fstest.MapFile{Data: []byte(text)}
		}
		ctx, cancel := context.WithTimeout(context.Background(), given)
		start := time.Now()
		_, err := scanner.Scan(ctx, tree, scanner.Policy{})
		took := time.Since(start) - given
		cancel()
		if err != nil {
			late++
		}
		if took > over {
			t.Errorf("%s: %s past the deadline", name, took.Round(time.Millisecond))
		}
	}
	if late < 10 {
		t.Errorf("%d trees took longer than they were given: the others tell nothing", late)
	}
}
