package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/operator"
)

func newBackup() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "backup --data DIR DEST",
		Short: "Copy a data folder, also while a server uses it",
		Long: `Copy a data folder into DEST, also while a server uses it: the databases, every
repository, the archives, the signing key and the secret of presigned URLs (so
keep DEST as closed as the data folder). DEST is new, or an earlier backup, to
which what is new is added; cut short, it is still the earlier one.

It holds at least all that was acknowledged before the command began, and
plugforge fsck finds nothing in it that was not in the data folder.`,
		Example: "  plugforge backup --data /var/lib/plugforge /backup/plugforge",
		Args:    arguments(1, 1, "the folder to copy to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return backup(cmd.Context(), newOutput(cmd, false), data, args[0])
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder")
	return cmd
}

func backup(ctx context.Context, out *output, data, dest string) error {
	if err := checkExisting(data, "backup"); err != nil {
		return err
	}
	log := slog.New(&lineHandler{w: out.err, prefix: "Note: ", least: slog.LevelWarn})
	done, err := operator.Backup(ctx, data, dest, log)
	if err != nil {
		return foreign(data, err)
	}
	tellCopied(out, done)
	return out.printf("%s holds %d repositories: %d files copied (%s), %d there from before\n",
		plugforge.Printable(dest), done.Repositories, done.Files, bytesText(done.Bytes), done.Kept)
}

func tellCopied(out *output, done operator.Copied) {
	for _, note := range done.Notes {
		out.note("Note: %s", plugforge.Printable(note))
	}
}

// bytesText is a size for people.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	value, name := float64(n)/unit, "KiB"
	for _, next := range []string{"MiB", "GiB", "TiB"} {
		if value < unit {
			break
		}
		value, name = value/unit, next
	}
	return fmt.Sprintf("%.1f %s", value, name)
}

// restoreOptions are the flags of restore.
type restoreOptions struct {
	data  string
	force bool
}

func newRestore() *cobra.Command {
	var o restoreOptions
	cmd := &cobra.Command{
		Use:   "restore --data DIR SRC",
		Short: "Make a data folder of a backup",
		Long: `Check a backup as fsck does, and then make a data folder of it. DIR is new or
empty, and no server uses it. A backup with findings is not restored unless
--force says so; what is wrong with it stays.

What was acknowledged after the backup began may be missing: versions can be
pushed again from any clone or checkout, with the numbers that they had.`,
		Example: "  plugforge restore --data /var/lib/plugforge /backup/plugforge",
		Args:    arguments(1, 1, "the backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return restore(cmd.Context(), newOutput(cmd, false), o, args[0])
		},
	}
	cmd.Flags().StringVar(&o.data, "data", "", "the data folder to make")
	cmd.Flags().BoolVar(&o.force, "force", false, "restore in spite of findings")
	return cmd
}

func restore(ctx context.Context, out *output, o restoreOptions, from string) error {
	if o.data == "" {
		return usageError{errors.New("restore needs --data")}
	}
	if _, err := checkData(o.data); err != nil {
		return err
	}
	if err := makeData(o.data); err != nil {
		return err
	}
	unlock, err := lockData(o.data)
	if err != nil {
		return foreign(o.data, err)
	}
	defer unlock()
	done, bad, err := operator.Restore(ctx, operator.RestoreOptions{
		Data: o.data, From: from, Ours: []string{"lock", "lost+found"}, Force: o.force,
		Found: func(f operator.Finding) { _ = out.printf("%s\n", f) },
	})
	if err != nil {
		return err
	}
	if bad > 0 && !o.force {
		return findings(bad, "take another backup, or restore this one as it is with --force")
	}
	tellCopied(out, done)
	return out.printf("%s holds %d repositories and %s again\n", plugforge.Printable(o.data), done.Repositories, bytesText(done.Bytes))
}
