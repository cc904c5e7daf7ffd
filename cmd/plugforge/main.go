// Command plugforge is the server and its operator's command line.
//
// This is the only place that wires the rooms together. Each subcommand has a
// file of its own: its options, its flags, its run. Every flag has an
// environment variable, PLUGFORGE_ and the flag's name in capitals with
// underscores; the flag wins.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plugforge"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process: tests call it too. It returns the exit
// status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, "Error:", describe(err))
	if hint := try(cmd, err); hint != "" {
		fmt.Fprintln(stderr, "Try:", hint)
	}
	return exitStatus(err)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "plugforge",
		Short: "Ship feature-extractor plugins safely: every version a commit, every call sandboxed",
		Long: `plugforge keeps each plugin as a git repository, checks what is uploaded, runs
it in a sandbox and remembers what ran.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict,
5 rejected by the checks, 6 not authorised, 7 server can't be reached.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		Version:       version,
		RunE:          func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) }
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", helpWidth)))
	root.SetVersionTemplate(versionLine())
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(newServe(nil), newKeys(), newQuota(), newSigningKey(),
		newFsck(), newGC(), newBackup(), newRestore(), newReindex(), newVersion())
	root.AddCommand(authorCommands()...)
	root.AddCommand(newInit(), newLint(), newTest(), newRules(), newVerify(), newDoctor(), newCompletion())
	return root
}

// helpWidth is how many columns help takes at most, examples aside.
const helpWidth = 84

// fromEnvironment fills the flags that were not given from PLUGFORGE_….
func fromEnvironment(flags *pflag.FlagSet) error {
	var wrong error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "PLUGFORGE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, set := os.LookupEnv(name)
		if !set || f.Changed || wrong != nil || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			wrong = usageError{fmt.Errorf("environment variable %s: %w", name, err)}
		}
	})
	return wrong
}

// noCommand refuses a command that is not there, and tells which one may have
// been meant.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	wrong := strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath(), "plugforge") + " " + plugforge.Printable(args[0]))
	cmd.SuggestionsMinimumDistance = 2
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		return usageError{fmt.Errorf("there is no command %q: did you mean %s?", wrong, strings.Join(meant, " or "))}
	}
	return usageError{fmt.Errorf("there is no command %q", wrong)}
}

// noArgs refuses stray arguments with the exit status of wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, and was given %q", cmd.CommandPath(), plugforge.Printable(args[0]))}
	}
	return nil
}

// usageError is a command line that can't be carried out as written.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// The exit statuses, as the help lists them.
const (
	exitOK           = 0
	exitFailure      = 1
	exitUsage        = 2
	exitNotFound     = 3
	exitConflict     = 4
	exitRejected     = 5
	exitUnauthorized = 6
	exitUnreachable  = 7
)

// exitStatus is the one mapping from an error to an exit status.
func exitStatus(err error) int {
	var usage usageError
	var rejected *plugforge.Rejection
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &rejected):
		return exitRejected
	}
	switch plugforge.CodeOf(err) {
	case plugforge.CodeValidation, plugforge.CodeBadRequest:
		return exitUsage
	case plugforge.CodeNotFound, plugforge.CodeGone:
		return exitNotFound
	case plugforge.CodeConflict, plugforge.CodeAlreadyExists:
		return exitConflict
	case plugforge.CodeUnauthorized, plugforge.CodeForbidden:
		return exitUnauthorized
	case plugforge.CodeUnavailable:
		return exitUnreachable
	}
	return exitFailure
}

// describe is what the user reads: the public message of an error that has
// one. An internal error shows its cause, for the operator is the one reading.
func describe(err error) string {
	var public *plugforge.Error
	if errors.As(err, &public) && (public.Code != plugforge.CodeInternal || public.Err == nil) {
		return public.Message
	}
	if errors.Is(err, context.Canceled) {
		return "stopped"
	}
	return err.Error()
}

// try is the way out, where the error itself does not name one.
func try(cmd *cobra.Command, err error) string {
	var usage usageError
	var hinted interface{ hint() string }
	switch {
	case errors.As(err, &usage):
		return strings.Replace(cmd.CommandPath(), "plugforge", "plugforge help", 1)
	case errors.As(err, &hinted):
		return hinted.hint()
	}
	var file *fs.PathError
	if errors.Is(err, os.ErrPermission) && errors.As(err, &file) {
		return "let this user use " + plugforge.Printable(file.Path) + ", or run it as the user who may"
	}
	if way := meant(cmd, err); way != "" {
		return way
	}
	return tryServer(err)
}
