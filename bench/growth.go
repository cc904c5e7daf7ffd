package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// growth measures what calls take as one plugin gets more versions, and as there
// are more plugins: at each of these counts, the median of so many calls.
const growthCalls = 100

// ages are the counts at which growth measures.
func (b *bench) ages() []int {
	return slices.DeleteFunc([]int{10, 100, 1_000, 10_000}, func(n int) bool { return n > b.most })
}

// curve is one call's median in milliseconds at each count.
type curve struct {
	name string
	ms   []float64
}

// chart is the curves over one kind of growth.
type chart struct {
	title  string // what there is more and more of
	counts []int
	curves []curve
}

// growth draws the charts, and compares the last point of each with the first.
func (b *bench) growth(ctx context.Context) ([]result, error) {
	versions, err := b.olderAndOlder(ctx)
	if err != nil {
		return nil, err
	}
	plugins, err := b.moreAndMore(ctx)
	if err != nil {
		return nil, err
	}
	b.charts = []chart{versions, plugins}
	var results []result
	for _, c := range b.charts {
		for _, one := range c.curves {
			fmt.Printf("  %s: %s at %v %s\n", one.name, quantities(one.ms), c.counts, c.title)
			last := len(c.counts) - 1
			results = append(results, result{
				fmt.Sprintf("%s, %d over %d %s", one.name, c.counts[last], c.counts[0], c.title), "ms", one.ms[last], one.ms[0], goal{"≤", 1.3},
			})
		}
	}
	return results, nil
}

func quantities(ms []float64) string {
	text := ""
	for i, v := range ms {
		if i > 0 {
			text += ", "
		}
		text += quantity(v, "ms")
	}
	return text
}

// olderAndOlder publishes versions of one plugin.
func (b *bench) olderAndOlder(ctx context.Context) (chart, error) {
	c := chart{title: "versions", counts: b.ages()}
	s, err := b.newSeries("bench_old")
	if err != nil {
		return c, err
	}
	for _, count := range c.counts {
		before := len(s.took)
		if err := s.publish(ctx, count-before); err != nil {
			return c, err
		}
		newest := "bench_old_1_0_" + fmt.Sprint(count-1)
		calls := map[string]string{
			"list":    "/plugins/by-name/bench_old/versions?limit=10",
			"status":  "/plugins/" + newest + "/status",
			"details": "/plugins/" + newest,
			"source":  "/plugins/" + newest + "/source",
			"diff":    fmt.Sprintf("/plugins/by-name/bench_old/diff?v1=1.0.0&v2=1.0.%d", count-1),
		}
		if err := b.point(ctx, &c, s, calls); err != nil {
			return c, err
		}
	}
	return c, nil
}

// moreAndMore publishes plugins of one version.
func (b *bench) moreAndMore(ctx context.Context) (chart, error) {
	c := chart{title: "plugins", counts: b.ages()}
	made := 0
	for _, count := range c.counts {
		for ; made < count; made++ {
			s, err := b.newSeries(fmt.Sprintf("bench_many_%05d", made))
			if err != nil {
				return c, err
			}
			if err := s.publish(ctx, 1); err != nil {
				return c, err
			}
		}
		newest := fmt.Sprintf("bench_many_%05d", made-1)
		s, err := b.newSeries(fmt.Sprintf("bench_among_%05d", made))
		if err != nil {
			return c, err
		}
		calls := map[string]string{
			"list":    "/plugins?limit=10",
			"status":  "/plugins/" + newest + "_1_0_0/status",
			"details": "/plugins/" + newest + "_1_0_0",
			"source":  "/plugins/" + newest + "_1_0_0/source",
		}
		if err := b.point(ctx, &c, s, calls); err != nil {
			return c, err
		}
	}
	return c, nil
}

// point adds the medians at one count: of publishing a few more, and of the
// reading calls. The series goes on from where it is.
func (b *bench) point(ctx context.Context, c *chart, s *series, calls map[string]string) error {
	before := len(s.took)
	if err := s.publish(ctx, 20); err != nil {
		return err
	}
	c.add("publish", median(s.took[before:]))
	for _, name := range []string{"list", "status", "details", "source", "diff"} {
		path, ok := calls[name]
		if !ok {
			continue
		}
		var took []float64
		for range growthCalls {
			err := timed(&took, func() error {
				_, err := b.api.do(ctx, http.MethodGet, b.api.resource+path, "", nil, true)
				return err
			})
			if err != nil {
				return err
			}
		}
		c.add(name, median(took))
	}
	return nil
}

func (c *chart) add(name string, ms float64) {
	i := slices.IndexFunc(c.curves, func(one curve) bool { return one.name == name })
	if i < 0 {
		c.curves = append(c.curves, curve{name: name})
		i = len(c.curves) - 1
	}
	c.curves[i].ms = append(c.curves[i].ms, ms)
}
