package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// version is the release that this tree builds, as CHANGELOG.md names it.
const version = "0.1.0"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Print this program's version, and the Go version and the system that it was built\nfor.",
		Example: "  plugforge version",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), versionLine())
			return err
		},
	}
}

func versionLine() string {
	return fmt.Sprintf("plugforge %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
