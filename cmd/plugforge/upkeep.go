package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/gitstore"
)

// upkeepGrace is how long what was replaced stays for who is reading it, and
// upkeepEvery how often the server looks for repositories that are worn.
const (
	upkeepGrace = 10 * time.Minute
	upkeepEvery = 10 * time.Minute
)

// startUpkeep lets keepUp run until stop is called, which waits for its end.
func startUpkeep(ctx context.Context, git *gitstore.Store, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		keepUp(ctx, git, log)
	}()
	return func() { cancel(); <-done }
}

// keepUp sees to worn repositories, one after the other, until ctx ends.
func keepUp(ctx context.Context, git *gitstore.Store, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(upkeepEvery):
		}
		err := eachRepository(ctx, git, func(g gitstore.Glance, slug plugforge.Slug) error {
			if !g.Worn {
				return nil
			}
			report, err := git.Upkeep(ctx, slug, upkeepGrace, false)
			if err == nil && report != (gitstore.UpkeepReport{}) {
				log.Info("a plugin's repository was kept up", "plugin", slug, "packs", report.Gathered, "loose", report.Loose, "refs", report.Refs, "removed", report.Removed)
			}
			return err
		})
		if err != nil && ctx.Err() == nil {
			log.Error("upkeep of repositories", "error", err)
		}
	}
}

// eachRepository does it for every plugin; the errors are gathered.
func eachRepository(ctx context.Context, git *gitstore.Store, do func(gitstore.Glance, plugforge.Slug) error) error {
	all, err := git.Glances(ctx)
	for _, g := range all {
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		slug, bad := git.SlugOf(ctx, g)
		if bad == nil && slug.Name != "" {
			bad = do(g, slug)
		}
		if bad != nil {
			err = errors.Join(err, fmt.Errorf("%s/%s: %w", g.Owner, g.Fold, bad))
		}
	}
	return err
}

func newGC() *cobra.Command {
	var data string
	grace := upkeepGrace
	cmd := &cobra.Command{
		Use:   "gc --data DIR",
		Short: "Make repositories small now",
		Long: `Put the packs of each plugin's repository together, its tags into one file, and
remove what was replaced so before --grace. A server does this by itself where it
is worth it (serve --upkeep); this does it everywhere, and works beside a running
server. No version, no ledger entry and nothing else that a ref leads to is ever
removed.`,
		Example: "  plugforge gc --data /var/lib/plugforge",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkExisting(data, "gc"); err != nil {
				return err
			}
			git, err := gitstore.Open(cmd.Context(), gitConfig(data, ""))
			if err != nil {
				return err
			}
			var sum gitstore.UpkeepReport
			plugins := 0
			err = eachRepository(cmd.Context(), git, func(_ gitstore.Glance, slug plugforge.Slug) error {
				report, err := git.Upkeep(cmd.Context(), slug, grace, true)
				if plugins++; report != (gitstore.UpkeepReport{}) {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %d packs and %d loose objects put together, %d refs packed, %d replaced ones removed\n",
						slug, report.Gathered, report.Loose, report.Refs, report.Removed)
				}
				sum.Gathered += report.Gathered
				sum.Removed += report.Removed
				return err
			})
			fmt.Fprintf(cmd.OutOrStdout(), "%d plugins; %d packs put together, %d removed\n", plugins, sum.Gathered, sum.Removed)
			return err
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data folder")
	cmd.Flags().DurationVar(&grace, "grace", grace, "how long what was replaced stays, for clones under way may read it")
	return cmd
}
