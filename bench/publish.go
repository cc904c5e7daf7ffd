package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	pairs   = 300 // versions that both sides make
	block   = 20  // of them a turn
	stretch = 100 // versions at each end that are compared
)

// publish makes the same versions here and with the git CLI, and then as many
// more here as it takes to see whether a long history slows the next version.
func (b *bench) publish(ctx context.Context) ([]result, error) {
	work := filepath.Join(b.dir, "work")
	if err := b.initGit(ctx, work); err != nil {
		return nil, err
	}
	// Another plugin first, so that nothing is measured on a cold server.
	warm, err := b.newSeries("bench_warm")
	if err != nil {
		return nil, err
	}
	if err := warm.publish(ctx, 10); err != nil {
		return nil, err
	}
	long, err := b.newSeries(slug)
	if err != nil {
		return nil, err
	}
	versus, err := b.againstGit(ctx, long, work)
	if err != nil {
		return nil, err
	}
	late, err := b.againstFresh(ctx, long)
	if err != nil {
		return nil, err
	}
	return []result{versus, late}, nil
}

// againstGit makes the first versions on both sides, a block at a turn: a
// single version would be measured on what the other side left in the caches.
func (b *bench) againstGit(ctx context.Context, ours *series, work string) (result, error) {
	var theirs []float64
	var before tree
	total := min(pairs, b.versions-stretch)
	for n := 0; n < total; n += block {
		err := turnAbout(n/block,
			func() error { return ours.publish(ctx, min(block, total-n)) },
			func() error {
				for i := n; i < min(n+block, total); i++ {
					files, version, err := edit(b.first, i)
					if err != nil {
						return err
					}
					if err := files.write(work, before); err != nil {
						return err
					}
					before = files
					if err := timed(&theirs, func() error { return b.commit(ctx, work, version) }); err != nil {
						return err
					}
				}
				return nil
			})
		if err != nil {
			return result{}, err
		}
	}
	fmt.Printf("  ours: %s a version\n  git:  %s\n", spread(ours.took, "ms"), spread(theirs, "ms"))
	return result{"publish a version", "ms", median(ours.took), median(theirs), goal{"<", 0.6}}, nil
}

// againstFresh goes on with long to its last versions, and makes those turn
// about with the first ones of a new plugin: a machine that grew slower
// meanwhile slows both. What is compared is the sum, so that work which is done
// once in many versions counts.
func (b *bench) againstFresh(ctx context.Context, long *series) (result, error) {
	if err := long.publish(ctx, b.versions-stretch-len(long.took)); err != nil {
		return result{}, err
	}
	fresh, err := b.newSeries("bench_fresh")
	if err != nil {
		return result{}, err
	}
	for n := range stretch {
		err := turnAbout(n,
			func() error { return long.publish(ctx, 1) },
			func() error { return fresh.publish(ctx, 1) })
		if err != nil {
			return result{}, err
		}
	}
	last := long.took[len(long.took)-stretch:]
	fmt.Printf("  last %d of %d: %s\n  first %d of a new plugin meanwhile: %s\n  first %d of the same, back then: mean %s\n",
		stretch, b.versions, spread(last, "ms"), stretch, spread(fresh.took, "ms"),
		stretch, quantity(sum(long.took[:stretch])/stretch, "ms"))
	name := fmt.Sprintf("publish, last %d of %d over first %d", stretch, b.versions, stretch)
	return result{name, "ms", sum(last) / stretch, sum(fresh.took) / stretch, goal{"≤", 1.3}}, nil
}

// series is one plugin's versions, made one after the other.
type series struct {
	api   *client
	name  string
	first tree
	took  []float64 // ms, by version
}

// newSeries starts with the bench's plugin under a name.
func (b *bench) newSeries(name string) (*series, error) {
	first := make(tree, len(b.first))
	for path, content := range b.first {
		first[path] = content
	}
	s := &series{api: b.api, name: name, first: first}
	return s, first.replace("manifest.py", slug, name)
}

// publish makes the next count versions.
func (s *series) publish(ctx context.Context, count int) error {
	for range count {
		files, version, err := edit(s.first, len(s.took))
		if err != nil {
			return err
		}
		archive, err := files.zip()
		if err != nil {
			return err
		}
		if err := timed(&s.took, func() error { return s.api.publish(ctx, s.name, version, archive) }); err != nil {
			return err
		}
	}
	return nil
}

// timed adds the milliseconds that do took.
func timed(to *[]float64, do func() error) error {
	begun := time.Now()
	err := do()
	*to = append(*to, milliseconds(time.Since(begun)))
	return err
}

// initGit makes an ordinary repository with its files checked out.
func (b *bench) initGit(ctx context.Context, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	_, err := output(b.shell(ctx, dir, `git init -q -b main && git config user.name bench && git config user.email bench@example.org`))
	return err
}

// commit is what a team does without us: add, commit, annotated tag. What git
// acknowledges is on disk, as with us.
func (b *bench) commit(ctx context.Context, dir, version string) error {
	_, err := output(b.shell(ctx, dir, `git -c core.fsync=all add -A &&
		git -c core.fsync=all commit -q -m "Version $1" &&
		git -c core.fsync=all tag -a -m "Version $1" "v$1"`, version))
	return err
}

// shell runs a script in dir with no configuration but the repository's own.
func (b *bench) shell(ctx context.Context, dir, script string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C"}
	return cmd
}
