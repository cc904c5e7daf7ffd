package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	diffVersions = 20     // of the plugin whose versions are compared
	diffRounds   = 200    // pairs of them, turn about
	longRounds   = 15     // of the long text
	longLines    = 40_000 // of it, every other one of which differs
)

// diff asks our server for patches between versions, turn about with git diff
// on the same repository.
func (b *bench) diff(ctx context.Context) ([]result, error) {
	plugin, err := b.newSeries("bench_diff")
	if err != nil {
		return nil, err
	}
	if err := plugin.publish(ctx, diffVersions); err != nil {
		return nil, err
	}
	small, err := b.againstGitDiff(ctx, "bench_diff", "diff of two versions", diffRounds, func(i int) (string, string) {
		return fmt.Sprintf("1.0.%d", i%diffVersions), fmt.Sprintf("1.0.%d", (i+1+i/diffVersions)%diffVersions)
	})
	if err != nil {
		return nil, err
	}
	for n, version := range []string{"1.0.0", "1.0.1"} {
		files, _, err := edit(b.first, n)
		if err != nil {
			return nil, err
		}
		if err := files.replace("manifest.py", slug, "bench_long"); err != nil {
			return nil, err
		}
		var text strings.Builder
		for i := range longLines {
			fmt.Fprintf(&text, "line %d of version %d\n", i, n*(i%2))
		}
		files["README.md"] = text.String()
		archive, err := files.zip()
		if err != nil {
			return nil, err
		}
		if err := b.api.publish(ctx, "bench_long", version, archive); err != nil {
			return nil, err
		}
	}
	long, err := b.againstGitDiff(ctx, "bench_long", "diff of 40,000 lines", longRounds, func(int) (string, string) { return "1.0.0", "1.0.1" })
	return []result{small, long}, err
}

// againstGitDiff times both sides over the same pairs of versions.
func (b *bench) againstGitDiff(ctx context.Context, name, what string, rounds int, versions func(int) (string, string)) (result, error) {
	repo := filepath.Join(b.dir, "data", "git", "ns", namespace, name+".git")
	var ours, theirs []float64
	var mine, gits []byte
	for i := range rounds {
		from, to := versions(i)
		if from == to {
			continue
		}
		err := turnAbout(i,
			func() error {
				return timed(&ours, func() (err error) {
					mine, err = b.api.patch(ctx, name, from, to)
					return err
				})
			},
			func() error {
				cmd := exec.CommandContext(ctx, "git", "-c", "safe.directory=*", "--git-dir="+repo, "diff", "v"+from, "v"+to)
				cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C"}
				return timed(&theirs, func() (err error) {
					gits, err = cmd.Output()
					return err
				})
			})
		if err != nil {
			return result{}, err
		}
		if a, b := changedLines(mine), changedLines(gits); a != b || a == 0 {
			return result{}, fmt.Errorf("%s from %s to %s: our patch changes %d lines, git's %d", name, from, to, a, b)
		}
	}
	fmt.Printf("  ours: %s\n  git:  %s\n", spread(ours, "ms"), spread(theirs, "ms"))
	return result{what, "ms", median(ours), median(theirs), goal{"≤", 0.5}}, nil
}

// changedLines counts the lines that a patch adds and removes.
func changedLines(patch []byte) int {
	return bytes.Count(patch, []byte("\n+")) + bytes.Count(patch, []byte("\n-")) -
		bytes.Count(patch, []byte("\n+++ ")) - bytes.Count(patch, []byte("\n--- "))
}

// patch is the difference of two versions as git apply takes it.
func (c *client) patch(ctx context.Context, name, from, to string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.resource+"/plugins/by-name/"+name+"/diff?v1="+from+"&v2="+to, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/x-diff")
	req.Header.Set("Authorization", c.auth)
	return c.send(req)
}
