package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plugforge"
)

// trialFiles are the Python that tries pipeline.py and tests/ out, in the
// place of a plugin.
//
//go:embed trial
var trialFiles embed.FS

// report prints a check's end: a word, what it was, and the text, its further
// lines indented.
func (t *trial) report(part string, how outcome, text string) {
	if how == broken {
		t.failed++
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = plugforge.Printable(line)
	}
	fmt.Fprintf(t.out, "%-4s  %-12s  %s\n", plugforge.Printable(string(how)), plugforge.Printable(part), lines[0])
	for _, line := range lines[1:] {
		fmt.Fprintf(t.out, "      %s\n", line)
	}
}

// tryRealtime calls the handler once and judges its answer.
func (t *trial) tryRealtime(ctx context.Context, tree fs.FS) error {
	if _, err := fs.Stat(tree, "realtime.py"); errors.Is(err, fs.ErrNotExist) {
		t.report("realtime", skipped, "there is no realtime.py: the plugin runs in batches only")
		return nil
	}
	if err := t.fillExample(); err != nil {
		t.report("realtime", broken, err.Error())
		return nil
	}
	replica, err := t.start(ctx, "realtime", plugforge.Name(t.manifest.Name), tree)
	if replica == nil {
		return err
	}
	defer t.stop(replica)
	body, err := json.Marshal(t.request)
	if err != nil {
		return err
	}
	begun := time.Now()
	answer, err := replica.Call(ctx, plugforge.Call{Body: body, Test: true})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		t.report("realtime", broken, t.fault(err))
		return nil
	}
	took := time.Since(begun)
	if wrong := judgeAnswer(t.manifest, answer.Body); wrong != "" {
		t.report("realtime", broken, wrong+"\nthe handler answered "+shortened(answer.Body))
		return nil
	}
	t.report("realtime", passed, fmt.Sprintf("%s answered %s in %.1f ms", answer.Inference, shortened(answer.Body), took.Seconds()*1000))
	return nil
}

func (t *trial) stop(r plugforge.Replica) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = r.Stop(ctx)
}

// tryRest tries pipeline.py and tests/ in a sandbox of their own: what they
// import and change does not touch the handler.
func (t *trial) tryRest(ctx context.Context, tree fs.FS) error {
	dir, err := os.MkdirTemp("", "plugforge-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	own, err := fs.Sub(trialFiles, "trial")
	if err == nil {
		err = os.CopyFS(dir, own)
	}
	if err == nil {
		err = os.CopyFS(filepath.Join(dir, "author"), tree)
	}
	if err != nil {
		return err
	}
	var replica plugforge.Replica // serves both parts, unless the first one ends it
	defer func() {
		if replica != nil {
			t.stop(replica)
		}
	}()
	for _, part := range []string{"pipeline", "tests"} {
		if replica == nil {
			if replica, err = t.start(ctx, part, "plugforge_trial", os.DirFS(dir)); replica == nil {
				return err
			}
		}
		well, err := t.tryPart(ctx, part, replica)
		if err != nil {
			return err
		}
		if !well {
			t.stop(replica)
			replica = nil
		}
	}
	return nil
}

// trialResult is one result of the Python in trial/.
type trialResult struct {
	Name    string  `json:"name"`
	Outcome outcome `json:"outcome"`
	Text    string  `json:"text"`
}

// tryPart asks for the results of one part. It is false when the replica did
// not answer, and can't be asked again.
func (t *trial) tryPart(ctx context.Context, part string, replica plugforge.Replica) (well bool, err error) {
	body, err := json.Marshal(map[string]any{"inputs": map[string]any{
		"part": part, "name": t.manifest.Name, "version": t.manifest.Version, "data": t.request.cell(),
	}})
	if err != nil {
		return false, err
	}
	answer, err := replica.Call(ctx, plugforge.Call{Body: body})
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		if died := replica.Err(); died != nil {
			err = died
		}
		text := t.fault(err)
		if plugforge.CodeOf(err) == plugforge.CodePluginTimeout {
			text = "no end within " + t.options.timeout.String() + "; --timeout gives it longer"
		}
		t.report(part, broken, text)
		return false, nil
	}
	var results struct{ Results []trialResult }
	if err := json.Unmarshal(answer.Body, &results); err != nil {
		return false, fmt.Errorf("read the results of %s: %w", part, err)
	}
	if part == "tests" {
		t.reportTests(results.Results)
		return true, nil
	}
	for _, r := range results.Results {
		t.report(part, r.Outcome, r.Name+": "+r.Text)
	}
	return true, nil
}

// reportTests names what did not pass, and counts what did.
func (t *trial) reportTests(results []trialResult) {
	if len(results) == 0 {
		t.report("tests", skipped, "there are none in tests/")
		return
	}
	counts := map[outcome]int{}
	for _, r := range results {
		counts[r.Outcome]++
		if r.Outcome != passed {
			t.report("tests", r.Outcome, r.Name+": "+r.Text)
		}
	}
	if counts[passed] > 0 {
		t.report("tests", passed, count(counts[passed], "test")+" passed")
	}
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
