package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	cloneVersions = 300
	cloneFiles    = 40
	cloneRounds   = 15
)

// clone times clones of a long history, as it was published and as upkeep
// leaves it, turn about with clones of a packed mirror.
func (b *bench) clone(ctx context.Context) ([]result, error) {
	const name = "bench_clone"
	s, err := b.newSeries(name)
	if err != nil {
		return nil, err
	}
	for n := len(s.first); n < cloneFiles; n++ {
		s.first[fmt.Sprintf("processors/part_%d.py", n)] = strings.Repeat(fmt.Sprintf("def step_%d(value):\n    return value + %d\n", n, n), 20)
	}
	if err := s.publish(ctx, cloneVersions); err != nil {
		return nil, err
	}
	address := strings.Replace(b.api.base, "http://", "http://bench:"+b.key+"@", 1)
	ours := address + "/git/" + namespace + "/" + name + ".git"
	mirror := filepath.Join(b.dir, "mirror.git")
	if _, err := output(b.shell(ctx, b.dir, `git clone -q --mirror "$1" "$2" && git -C "$2" gc -q`, ours, mirror)); err != nil {
		return nil, err
	}
	fresh, err := b.cloneBoth(ctx, "as published", ours, mirror)
	if err != nil {
		return nil, err
	}
	gc := exec.CommandContext(ctx, filepath.Join(b.bin, "plugforge"), "gc", "--data", filepath.Join(b.dir, "data"), "--grace", "0s")
	for range 2 { // the second removes what the first replaced
		if _, err := output(gc); err != nil {
			return nil, err
		}
		gc = exec.CommandContext(ctx, gc.Args[0], gc.Args[1:]...)
	}
	kept, err := b.cloneBoth(ctx, "kept up", ours, mirror)
	if err != nil {
		return nil, err
	}
	kept.goal = goal{"≤", 1.2}
	return []result{fresh, kept}, nil
}

// cloneBoth clones the two turn about, and makes sure that both clones hold
// the same.
func (b *bench) cloneBoth(ctx context.Context, state, ours, mirror string) (result, error) {
	var took [2][]float64
	var refs [2]string
	one := func(side int, from string) func() error {
		return func() error {
			into := filepath.Join(b.dir, "clone")
			err := timed(&took[side], func() error {
				_, err := output(b.shell(ctx, b.dir, `git clone -q "$1" "$2"`, from, into))
				return err
			})
			if err != nil {
				return err
			}
			if refs[side], err = output(b.shell(ctx, into, `git for-each-ref --format='%(objectname) %(refname)' refs/tags refs/remotes/origin/main; git status --short`)); err != nil {
				return err
			}
			return os.RemoveAll(into)
		}
	}
	for round := -1; round < cloneRounds; round++ { // the first is not counted
		if err := turnAbout(round+1, one(0, ours), one(1, "file://"+mirror)); err != nil {
			return result{}, err
		}
	}
	if refs[0] != refs[1] || strings.Count(refs[0], "\n") != cloneVersions+1 {
		return result{}, fmt.Errorf("the two clones differ:\n%s\n%s", refs[0], refs[1])
	}
	for side := range took {
		took[side] = took[side][1:]
	}
	fmt.Printf("  %s: %s\n  git's mirror: %s\n", state, spread(took[0], "ms"), spread(took[1], "ms"))
	name := fmt.Sprintf("clone of %d versions of %d files, %s", cloneVersions, cloneFiles, state)
	return result{name, "ms", median(took[0]), median(took[1]), goal{}}, nil
}
