package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

// deployRounds is how many versions are deployed, each once.
const deployRounds = 15

// deploy times new versions to their first answer, turn about with bare
// Python processes over the same files.
func (b *bench) deploy(ctx context.Context) ([]result, error) {
	var ours, theirs []float64
	for round := -1; round < deployRounds; round++ { // the first is not counted
		files, version, err := edit(b.first, b.versions+2+round)
		if err != nil {
			return nil, err
		}
		archive, err := files.zip()
		if err != nil {
			return nil, err
		}
		if err := b.api.publish(ctx, slug, version, archive); err != nil {
			return nil, err
		}
		parent := filepath.Join(b.dir, "bare", version)
		if err := files.write(filepath.Join(parent, slug), nil); err != nil {
			return nil, err
		}
		err = turnAbout(round+1,
			func() error {
				return timed(&ours, func() error { return b.deployAndCall(ctx, version) })
			},
			func() error {
				took, err := b.bareCall(ctx, parent)
				theirs = append(theirs, milliseconds(took))
				return err
			})
		if err != nil {
			return nil, err
		}
		// What the round before retired is stopped in the background: not
		// into the next one's time.
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	ours, theirs = ours[1:], theirs[1:]
	fmt.Printf("  ours:         %s\n  bare python3: %s\n", spread(ours, "ms"), spread(theirs, "ms"))
	return []result{{"deploy to first answer", "ms", median(ours), median(theirs), goal{"<", 3}}}, nil
}

func (b *bench) deployAndCall(ctx context.Context, version string) error {
	if err := b.api.deploy(ctx, slug, version); err != nil {
		return err
	}
	got, err := b.call(ctx, b.api.route(slug), vectorBody)
	if err != nil {
		return err
	}
	return checkVector(got)
}

// bareCall starts Python over the files in parent and stops the clock at its
// answer, not at its exit.
func (b *bench) bareCall(ctx context.Context, parent string) (took time.Duration, err error) {
	path, err := b.pythonPath(parent)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, python, b.beside("once.py"))
	cmd.Env = []string{"PATH=/usr/bin:/bin", path}
	answer := &firstWrite{}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = answer, &said
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", b.beside("once.py"), err, said.String())
	}
	return answer.at.Sub(begun), checkVector(answer.text)
}

// firstWrite notes when the first bytes came.
type firstWrite struct {
	at   time.Time
	text []byte
}

func (w *firstWrite) Write(p []byte) (int, error) {
	if w.at.IsZero() {
		w.at = time.Now()
	}
	w.text = append(w.text, p...)
	return len(p), nil
}

// checkVector makes sure that an answer is one.
func checkVector(answer []byte) error {
	var got struct{ Embedding []float64 }
	if err := json.Unmarshal(answer, &got); err != nil {
		return err
	}
	if len(got.Embedding) != 384 {
		return errors.New("the answer should hold 384 floats: " + string(answer[:min(200, len(answer))]))
	}
	return nil
}
