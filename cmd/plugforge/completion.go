package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"plugforge"
)

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Print the script by which a shell completes commands",
		Long:  "Print the script by which a shell completes this program's commands and flags.",
		Example: `  plugforge completion bash > /etc/bash_completion.d/plugforge
  plugforge completion zsh > "${fpath[1]}/_plugforge"
  plugforge completion fish > ~/.config/fish/completions/plugforge.fish`,
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("completion takes the shell's name: bash, zsh or fish")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			}
			return usageError{fmt.Errorf("there is no completion for %q: use bash, zsh or fish", plugforge.Printable(args[0]))}
		},
	}
}
