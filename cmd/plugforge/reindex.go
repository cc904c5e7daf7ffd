package main

import (
	"context"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/operator"
)

func newReindex() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "reindex --data DIR",
		Short: "Make the index of versions and deployments anew from git",
		Long: `Make the index of versions, deleted ones and the records of what went live anew
from git alone, while no server uses the folder. What git does not know is kept:
keys, quotas, uploads and their verdicts, attempts that never went live, vectors.
Where there is no database it makes one, without keys.`,
		Example: "  plugforge reindex --data /var/lib/plugforge",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return reindex(cmd.Context(), newOutput(cmd, false), data)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder")
	return cmd
}

func reindex(ctx context.Context, out *output, data string) error {
	unlock, err := lockExisting(data, "reindex")
	if err != nil {
		return err
	}
	defer unlock()
	done, err := operator.Reindex(ctx, data, lineLogger(out.err, ""))
	if err != nil {
		return err
	}
	for _, line := range append(done.Changed, done.Problems...) {
		if err := out.printf("%s\n", plugforge.Printable(line)); err != nil {
			return err
		}
	}
	if n := len(done.Problems); n > 0 {
		return findings(n, "plugforge fsck --data "+plugforge.Printable(data)+" tells more")
	}
	if len(done.Changed) == 0 {
		return out.printf("the index says what git says\n")
	}
	return nil
}
