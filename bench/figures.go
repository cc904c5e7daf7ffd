package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// result is one line of the table. Ours and theirs are in the same unit.
type result struct {
	name         string
	unit         string
	ours, theirs float64
	goal         goal
}

// goal bounds ours over theirs. The zero goal is none.
type goal struct {
	sign  string // "<", "≤" or "≥"
	bound float64
}

func (g goal) String() string {
	if g.sign == "" {
		return "-"
	}
	return fmt.Sprintf("%s %g", g.sign, g.bound)
}

// verdict is ok, over (missed), or - where there is no goal.
func (g goal) verdict(ratio float64) string {
	met := false
	switch g.sign {
	case "<":
		met = ratio < g.bound
	case "≤":
		met = ratio <= g.bound
	case "≥":
		met = ratio >= g.bound
	default:
		return "-"
	}
	if met {
		return "ok"
	}
	return "over"
}

func (r result) ratio() float64 { return r.ours / r.theirs }

func printTable(w io.Writer, results []result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tours\ttheirs\tratio\tgoal\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2f\t%s\t%s\n", r.name, quantity(r.ours, r.unit), quantity(r.theirs, r.unit),
			r.ratio(), r.goal, r.goal.verdict(r.ratio()))
	}
	t.Flush()
}

// quantity writes a figure with three digits or all that stand before the
// point.
func quantity(v float64, unit string) string {
	digits := 2
	switch {
	case v >= 100:
		digits = 0
	case v >= 10:
		digits = 1
	}
	return fmt.Sprintf("%.*f %s", digits, v, unit)
}

// median is the middle of values, or the mean of the two middle ones. There
// must be one at least.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// spread shows how noisy the machine was: the median between the extremes.
func spread(values []float64, unit string) string {
	return strings.Join([]string{
		"median " + quantity(median(values), unit),
		"from " + quantity(slices.Min(values), unit),
		"to " + quantity(slices.Max(values), unit),
	}, " ")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// turnAbout calls ours and theirs, theirs first in every other round, so that
// neither always finds the machine as the other left it.
func turnAbout(round int, ours, theirs func() error) error {
	first, second := ours, theirs
	if round%2 == 1 {
		first, second = theirs, ours
	}
	if err := first(); err != nil {
		return err
	}
	return second()
}
