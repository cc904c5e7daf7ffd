package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// load is one way of calling both sides.
type load struct {
	name        string
	body        string
	connections int
	rounds      int
	seconds     int
	latency     bool // compare the median latency, not the rate
	goal        goal
}

const (
	vectorBody = `{"inputs":{"text":"The quick brown fox jumps over the lazy dog."},"parameters":{}}`
	labelBody  = `{"inputs":{"text":"The quick brown fox jumps over the lazy dog."},"parameters":{"shape":"label"}}`
)

// realtime drives both sides with wrk, turn about.
func (b *bench) realtime(ctx context.Context) (results []result, err error) {
	files, version, err := edit(b.first, b.versions) // a number that publish did not take
	if err != nil {
		return nil, err
	}
	if err := b.bringUp(ctx, files, version); err != nil {
		return nil, err
	}
	ours := b.api.route(slug)
	theirs, stop, err := b.startFastAPI(ctx, files)
	if err != nil {
		return nil, err
	}
	defer func() {
		if stopped := stop(); err == nil {
			err = stopped
		}
	}()
	short := max(1, b.seconds/2)
	for _, l := range []load{
		{"realtime, 384 floats, 16 connections", vectorBody, 16, b.rounds, b.seconds, false, goal{"≥", 3}},
		{"realtime, 384 floats, 1 connection", vectorBody, 1, min(3, b.rounds), short, true, goal{}},
		{"realtime, small answer, 16 connections", labelBody, 16, min(3, b.rounds), short, false, goal{}},
		{"realtime, small answer, 1 connection", labelBody, 1, min(3, b.rounds), short, true, goal{}},
	} {
		if err := b.sameAnswer(ctx, ours, theirs, l.body); err != nil {
			return nil, err
		}
		r, err := b.compare(ctx, l, ours, theirs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// bringUp publishes and deploys a version.
func (b *bench) bringUp(ctx context.Context, files tree, version string) error {
	archive, err := files.zip()
	if err != nil {
		return err
	}
	if err := b.api.publish(ctx, slug, version, archive); err != nil {
		return err
	}
	return b.api.deploy(ctx, slug, version)
}

// startFastAPI serves the same files with FastAPI, and returns the URL to call.
func (b *bench) startFastAPI(ctx context.Context, files tree) (url string, stop func() error, err error) {
	parent := filepath.Join(b.dir, "fastapi")
	if err := files.write(filepath.Join(parent, slug), nil); err != nil {
		return "", nil, err
	}
	path, err := b.pythonPath(parent)
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, python, b.beside("app.py"))
	cmd.Env = []string{"PATH=/usr/bin:/bin", path}
	said := filepath.Join(b.dir, "fastapi.port")
	port, err := os.Create(said)
	if err != nil {
		return "", nil, err
	}
	defer port.Close()
	cmd.Stdout = port
	p, err := start(cmd, filepath.Join(b.dir, "fastapi.log"))
	if err != nil {
		return "", nil, err
	}
	url, err = p.waitFor(ctx, func() (string, bool) {
		text, _ := os.ReadFile(said)
		number, whole := strings.CutSuffix(string(text), "\n")
		url := "http://127.0.0.1:" + number + "/realtime/" + slug
		return url, whole && b.answers(ctx, url)
	})
	if err != nil {
		return "", nil, fmt.Errorf("%w (%v)", err, p.stop())
	}
	return url, p.stop, nil
}

func (b *bench) answers(ctx context.Context, url string) bool {
	_, err := b.call(ctx, url, vectorBody)
	return err == nil
}

func (b *bench) call(ctx context.Context, url, body string) ([]byte, error) {
	return b.api.do(ctx, http.MethodPost, url, "application/json", []byte(body), true)
}

// sameAnswer makes sure that both sides do the same work.
func (b *bench) sameAnswer(ctx context.Context, ours, theirs, body string) error {
	var values [2]any
	for i, url := range []string{ours, theirs} {
		got, err := b.call(ctx, url, body)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(got, &values[i]); err != nil {
			return fmt.Errorf("%s: %w", url, err)
		}
	}
	if !reflect.DeepEqual(values[0], values[1]) {
		return fmt.Errorf("the two sides answer differently:\n%v\n%v", values[0], values[1])
	}
	return nil
}

// compare runs a load's rounds. One short run a side goes before, uncounted.
func (b *bench) compare(ctx context.Context, l load, ours, theirs string) (result, error) {
	for _, url := range []string{ours, theirs} {
		if _, err := b.wrk(ctx, l, url, 1); err != nil {
			return result{}, err
		}
	}
	var rates, times [2][]float64
	measure := func(side int, url string) func() error {
		return func() error {
			f, err := b.wrk(ctx, l, url, l.seconds)
			rates[side] = append(rates[side], f.rate)
			times[side] = append(times[side], milliseconds(f.p50))
			return err
		}
	}
	for round := range l.rounds {
		if err := turnAbout(round, measure(0, ours), measure(1, theirs)); err != nil {
			return result{}, err
		}
	}
	fmt.Printf("  %s\n    ours:    %s, p50 %s\n    FastAPI: %s, p50 %s\n", l.name,
		spread(rates[0], "calls/s"), quantity(median(times[0]), "ms"),
		spread(rates[1], "calls/s"), quantity(median(times[1]), "ms"))
	if l.latency {
		return result{l.name + ", p50", "ms", median(times[0]), median(times[1]), l.goal}, nil
	}
	return result{l.name, "calls/s", median(rates[0]), median(rates[1]), l.goal}, nil
}

// figures is what one run of wrk found.
type figures struct {
	rate float64 // answers a second
	p50  time.Duration
}

// wrk runs one measurement. A call that fails is an error: a server that
// refuses work quickly must not win.
func (b *bench) wrk(ctx context.Context, l load, url string, seconds int) (figures, error) {
	cmd := exec.CommandContext(ctx, "wrk", "-t", strconv.Itoa(min(2, l.connections)), "-c", strconv.Itoa(l.connections),
		"-d", fmt.Sprintf("%ds", seconds), "-s", b.beside("call.lua"), url)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "BENCH_BODY=" + l.body, "BENCH_AUTHORIZATION=" + b.api.auth}
	out, err := output(cmd)
	if err != nil {
		return figures{}, err
	}
	return readFigures([]byte(out))
}

// readFigures reads the line that call.lua ends with.
func readFigures(out []byte) (figures, error) {
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var requests, microseconds, broken, refused, p50 int64
		n, _ := fmt.Sscanf(lines.Text(), "figures %d %d %d %d %d", &requests, &microseconds, &broken, &refused, &p50)
		switch {
		case n != 5:
		case requests == 0 || microseconds == 0:
			return figures{}, fmt.Errorf("wrk got no answer:\n%s", out)
		case broken+refused > 0:
			return figures{}, fmt.Errorf("of %d calls %d broke off and %d were not answered 200:\n%s", requests, broken, refused, out)
		default:
			rate := float64(requests) / (float64(microseconds) / 1e6)
			return figures{rate, time.Duration(p50) * time.Microsecond}, nil
		}
	}
	return figures{}, fmt.Errorf("wrk printed no figures:\n%s", out)
}
