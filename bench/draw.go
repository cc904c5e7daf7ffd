package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// report writes the results as docs/performance.md and each chart as an SVG
// beside it.
func (b *bench) report(folder string, results []result, took time.Duration) error {
	var text strings.Builder
	fmt.Fprintf(&text, `# Performance

`+"`make bench`"+` wrote this page. A figure of ours alone says more about the machine
than about us, so everything is measured beside what a team would use instead,
turn about, in one run: here %s on %d processors, %s, data on %s, %.0f minutes.
What each line compares stands at the head of bench/main.go.

| | ours | theirs | ratio | goal | |
|---|---|---|---|---|---|
`, runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), time.Now().UTC().Format("2006-01-02"), b.fileSystem, took.Minutes())
	for _, r := range results {
		fmt.Fprintf(&text, "| %s | %s | %s | %.2f | %s | %s |\n", r.name, quantity(r.ours, r.unit), quantity(r.theirs, r.unit), r.ratio(), r.goal, r.goal.verdict(r.ratio()))
	}
	for _, c := range b.charts {
		name := "growth-" + c.title + ".svg"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(c.svg()), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&text, "\n## More and more %s\n\nThe median of each call over HTTP, one client.\n\n![Milliseconds a call by the number of %s](%s)\n\n| %s |", c.title, c.title, name, c.title)
		for _, n := range c.counts {
			fmt.Fprintf(&text, " %d |", n)
		}
		fmt.Fprintf(&text, "\n|---|%s\n", strings.Repeat("---|", len(c.counts)))
		for _, one := range c.curves {
			fmt.Fprintf(&text, "| %s |", one.name)
			for _, ms := range one.ms {
				fmt.Fprintf(&text, " %s |", quantity(ms, "ms"))
			}
			text.WriteString("\n")
		}
	}
	return os.WriteFile(filepath.Join(folder, "performance.md"), []byte(text.String()), 0o644)
}

// The picture's size, and where its axes are.
const (
	chartWidth, chartHeight = 640, 360
	chartLeft, chartRight   = 60, 540
	chartTop, chartBottom   = 30, 310
)

// svg draws the curves: both axes logarithmic, so that a flat line costs the
// same at any count and a slope of one is linear growth.
func (c chart) svg() string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, one := range c.curves {
		for _, ms := range one.ms {
			low, high = min(low, ms), max(high, ms)
		}
	}
	low, high = math.Pow(10, math.Floor(math.Log10(low))), math.Pow(10, math.Ceil(math.Log10(high)))
	x := func(count int) float64 {
		first, last := math.Log10(float64(c.counts[0])), math.Log10(float64(c.counts[len(c.counts)-1]))
		return chartLeft + (chartRight-chartLeft)*(math.Log10(float64(count))-first)/max(last-first, 1e-9)
	}
	y := func(ms float64) float64 {
		return chartBottom - (chartBottom-chartTop)*(math.Log10(ms)-math.Log10(low))/(math.Log10(high)-math.Log10(low))
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", chartWidth, chartHeight)
	fmt.Fprintf(&s, `<rect width="100%%" height="100%%" fill="white"/><text x="%d" y="18">milliseconds a call</text><text x="%d" y="%d" text-anchor="end">%s</text>`+"\n",
		chartLeft, chartRight, chartHeight-12, c.title)
	for ms := low; ms <= high*1.001; ms *= 10 {
		fmt.Fprintf(&s, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n",
			chartLeft, chartRight, y(ms), y(ms), chartLeft-6, y(ms)+4, ms)
	}
	for _, n := range c.counts {
		fmt.Fprintf(&s, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(n), chartBottom+16, n)
	}
	colours := []string{"#1f6fb4", "#d1495b", "#2e8b57", "#8d6cab", "#e08e0b", "#555555"}
	labels := c.labels(y)
	for i, one := range c.curves {
		var points []string
		for j, ms := range one.ms {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(c.counts[j]), y(ms)))
		}
		fmt.Fprintf(&s, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%d" y="%.1f" fill="%s">%s</text>`+"\n",
			strings.Join(points, " "), colours[i%len(colours)], chartRight+8, labels[i]+4, colours[i%len(colours)], one.name)
	}
	s.WriteString("</svg>\n")
	return s.String()
}

// labels puts each curve's name beside its end, and none over another.
func (c chart) labels(y func(float64) float64) []float64 {
	const apart = 14
	at := make([]float64, len(c.curves))
	for i, one := range c.curves {
		at[i] = y(one.ms[len(one.ms)-1])
	}
	for range len(at) * len(at) {
		for i := range at {
			for j := range at {
				if i != j && math.Abs(at[i]-at[j]) < apart && (at[i] < at[j] || at[i] == at[j] && i < j) {
					at[j] = at[i] + apart
				}
			}
		}
	}
	return at
}
