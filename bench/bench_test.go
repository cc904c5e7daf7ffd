package main

import (
	"strings"
	"testing"
	"time"
)

func TestEachVersionChangesTwoFiles(t *testing.T) {
	first, err := firstTree()
	if err != nil {
		t.Fatal(err)
	}
	if len(first) < 10 {
		t.Fatalf("the plugin has %d files, and should have some ten", len(first))
	}
	before := first
	for n := 1; n < 20; n++ {
		after, version, err := edit(first, n)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(after["manifest.py"], version) {
			t.Errorf("the manifest of version %s does not name it", version)
		}
		changed := 0
		for path := range first {
			if before[path] != after[path] {
				changed++
			}
		}
		if changed != 2 {
			t.Errorf("version %s changes %d files, and should change 2", version, changed)
		}
		before = after
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{4}, 4}, {[]float64{3, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		goal  goal
		ratio float64
		want  string
	}{
		{goal{"<", 0.6}, 0.59, "ok"}, {goal{"<", 0.6}, 0.6, "over"},
		{goal{"≤", 1.3}, 1.3, "ok"}, {goal{"≤", 1.3}, 1.31, "over"},
		{goal{"≥", 3}, 3, "ok"}, {goal{"≥", 3}, 2.9, "over"},
		{goal{}, 99, "-"},
	} {
		if got := c.goal.verdict(c.ratio); got != c.want {
			t.Errorf("%v at %v: %s, want %s", c.goal, c.ratio, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	printTable(&b, []result{{"realtime", "calls/s", 9000, 3000, goal{"≥", 3}}, {"deploy", "ms", 90, 20, goal{"<", 3}}})
	want := "name      ours          theirs        ratio  goal  \n" +
		"realtime  9000 calls/s  3000 calls/s  3.00   ≥ 3   ok\n" +
		"deploy    90.0 ms       20.0 ms       4.50   < 3   over\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestReadFigures(t *testing.T) {
	got, err := readFigures([]byte("Running 5s test\nfigures 1000 500000 0 0 250\n"))
	if err != nil || got.rate != 2000 || got.p50 != 250*time.Microsecond {
		t.Errorf("got %v, %v", got, err)
	}
	for name, out := range map[string]string{
		"nothing answered": "figures 0 500000 0 0 0\n",
		"broken off":       "figures 10 500000 1 0 9\n",
		"refused":          "figures 10 500000 0 1 9\n",
		"no figures":       "Running 5s test\n",
	} {
		if _, err := readFigures([]byte(out)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTurnAbout(t *testing.T) {
	var order string
	add := func(s string) func() error { return func() error { order += s; return nil } }
	for round := range 4 {
		if err := turnAbout(round, add("o"), add("t")); err != nil {
			t.Fatal(err)
		}
	}
	if order != "ottootto" {
		t.Errorf("order %s", order)
	}
}
