package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// stretch is how many versions are compared at each end.
const stretch = 100

// publish makes the same versions here and with the git CLI, turn about.
func (b *bench) publish(ctx context.Context) ([]result, error) {
	work := filepath.Join(b.dir, "work")
	if err := b.initGit(ctx, work); err != nil {
		return nil, err
	}
	if err := b.warmUp(ctx); err != nil {
		return nil, err
	}
	var ours, theirs []float64
	var before tree
	for n := range b.versions {
		files, version, err := edit(b.first, n)
		if err != nil {
			return nil, err
		}
		archive, err := files.zip()
		if err != nil {
			return nil, err
		}
		if err := files.write(work, before); err != nil {
			return nil, err
		}
		before = files
		err = turnAbout(n,
			func() error {
				return timed(&ours, func() error { return b.api.publish(ctx, slug, version, archive) })
			},
			func() error {
				return timed(&theirs, func() error { return b.commit(ctx, work, version) })
			})
		if err != nil {
			return nil, err
		}
	}
	fmt.Printf("  ours: %s a version\n  git:  %s\n", spread(ours, "ms"), spread(theirs, "ms"))
	late, early := sum(ours[len(ours)-stretch:]), sum(ours[:stretch])
	fmt.Printf("  git's own last %d over its first: %.2f\n", stretch, sum(theirs[len(theirs)-stretch:])/sum(theirs[:stretch]))
	return []result{
		{"publish a version", "ms", median(ours), median(theirs), goal{"<", 0.6}},
		{fmt.Sprintf("last %d of %d over the first", stretch, b.versions), "ms", late / stretch, early / stretch, goal{"≤", 1.3}},
	}, nil
}

// warmUp publishes a few versions of another plugin, so that the first hundred
// do not pay for a cold server.
func (b *bench) warmUp(ctx context.Context) error {
	const name = "bench_warm"
	first := tree{}
	for path, content := range b.first {
		first[path] = content
	}
	if err := first.replace("manifest.py", slug, name); err != nil {
		return err
	}
	for n := range 10 {
		files, version, err := edit(first, n)
		if err != nil {
			return err
		}
		archive, err := files.zip()
		if err != nil {
			return err
		}
		if err := b.api.publish(ctx, name, version, archive); err != nil {
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
