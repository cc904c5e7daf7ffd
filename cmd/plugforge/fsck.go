package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/operator"
)

func newFsck() *cobra.Command {
	var data string
	var repair bool
	cmd := &cobra.Command{
		Use:   "fsck --data DIR [--repair]",
		Short: "Look for damage in a data folder, or a backup",
		Long: `Look for damage: git's own fsck and every signature of every repository, each
version's files and archive against the hashes it was published with, the index
and the deployments against git, and what belongs to nothing. It changes nothing,
and works beside a running server.

It prints one line for each finding, a path first and the way out last, and
exits with 1 where there are any.

With --repair, while no server uses the folder, it first finishes what a crash
cut short and makes anew what git knows, and says each thing that it did.`,
		Example: "  plugforge fsck --data /var/lib/plugforge",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fsck(cmd.Context(), newOutput(cmd, false), data, repair)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder, or a backup")
	cmd.Flags().BoolVar(&repair, "repair", false, "first mend what can be mended")
	return cmd
}

func fsck(ctx context.Context, out *output, data string, repair bool) error {
	if err := checkExisting(data, "fsck"); err != nil {
		return err
	}
	serving := false
	if repair {
		unlock, err := lockData(data)
		if err != nil {
			return foreign(data, err)
		}
		defer unlock()
		if err := mend(ctx, out, data); err != nil {
			return err
		}
	} else {
		var err error
		if serving, err = isServed(data); err != nil {
			return foreign(data, err)
		}
	}
	n := 0
	done, err := operator.Check(ctx, operator.CheckOptions{Data: data, Serving: serving, Found: func(f operator.Finding) {
		n++
		_ = out.printf("%s\n", f)
	}})
	if err != nil {
		return err
	}
	if n > 0 {
		return findings(n, "do what each line ends with")
	}
	return out.printf("%d repositories with %d versions and %d ledger entries, and %d archives: nothing is wrong\n",
		done.Repositories, done.Versions, done.Entries, done.Archives)
}

// mend makes anew what git knows, and tells of it.
func mend(ctx context.Context, out *output, data string) error {
	done, err := operator.Reindex(ctx, data, lineLogger(out.out, "mended: "))
	for _, line := range done.Changed {
		_ = out.printf("mended: %s\n", plugforge.Printable(line))
	}
	for _, line := range done.Problems {
		_ = out.printf("not mended: %s\n", plugforge.Printable(line))
	}
	return err
}

// isServed tells whether a server, or another command that needs it alone, uses
// the data folder. It only asks.
func isServed(data string) (bool, error) {
	f, err := os.Open(filepath.Join(data, "lock"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
