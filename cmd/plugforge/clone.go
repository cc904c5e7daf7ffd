package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// cloneOptions are the flags of clone.
type cloneOptions struct{ settings }

func newClone() *cobra.Command {
	var o cloneOptions
	cmd := &cobra.Command{
		Use:   "clone SLUG [DIR]",
		Short: "Clone a plugin's repository with git",
		Long: `Clone a plugin's git repository: its versions on main, what ran on origin/active,
each signed. git gets the key in its environment and keeps it nowhere, so a
later git pull asks for it: any user name, the key as password.`,
		Example: "  plugforge clone text_embed && git -C text_embed log --oneline origin/active",
		Args:    arguments(1, 2, "a plugin's name and, if you like, a folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return clone(cmd.Context(), newOutput(cmd, false), &o, args)
		},
	}
	return authorCommand(cmd, &o.settings)
}

func clone(ctx context.Context, out *output, o *cloneOptions, args []string) error {
	name, err := plugforge.ParseName(args[0])
	if err != nil {
		return err
	}
	dir := string(name)
	if len(args) == 2 {
		dir = args[1]
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return err
		}
		return plugforge.Errorf(plugforge.CodeConflict, "%s is there already: name another folder", plugforge.Printable(dir))
	}
	git, err := exec.LookPath("git")
	if err != nil {
		return &hinted{errors.New("git is not installed here"), "install git, or fetch the files alone: plugforge pull " + string(name)}
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	if _, err := client.Versions(ctx, name, 1); err != nil { // its errors say more than git's
		return err
	}
	if err := runClone(ctx, out, git, client, name, o.apiKey, dir); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(dir, configName)); err == nil {
		out.note("Beware: the plugin holds a %s, which tells this program where to send your key when you work in %s.", configName, plugforge.Printable(dir))
	}
	return out.printf("%s is in %s\n", name, plugforge.Printable(dir))
}

// keyVariable hands the key to the helper below, and through no argument.
const keyVariable = "PLUGFORGE_CLONE_KEY"

// helper answers git's question for a password. It is asked for the server
// alone, and what the user configured is not asked to keep the key.
const helper = `!f() { test "$1" = get && printf 'username=plugforge\npassword=%s\n' "$` + keyVariable + `"; }; f`

func runClone(ctx context.Context, out *output, git string, client *apiclient.Client, name plugforge.Name, key, dir string) error {
	url := client.CloneURL(name)
	cmd := exec.CommandContext(ctx, git,
		"-c", "credential.helper=", "-c", "credential."+client.Address()+".helper="+helper, "-c", "credential.useHttpPath=false",
		"-c", "http.followRedirects=false", "clone", "--origin", "origin", "--", url, dir)
	cmd.Env = append(gitEnvironment(), keyVariable+"="+key, "GIT_TERMINAL_PROMPT=0")
	cmd.Stdout, cmd.Stderr = out.err, out.err
	// git takes away what it has begun when it is interrupted.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("git clone %s failed: %w", url, err)
}

// gitEnvironment is the environment for a git that is given a key: without what
// would print it, ask for another, or lead git elsewhere.
func gitEnvironment() (environment []string) {
	for _, pair := range os.Environ() {
		variable, _, _ := strings.Cut(pair, "=")
		switch {
		case strings.HasPrefix(variable, "GIT_TRACE"), variable == "GIT_CURL_VERBOSE", // they print what is sent
			variable == "GIT_ASKPASS", variable == "SSH_ASKPASS", variable == "GIT_DIR", variable == "GIT_WORK_TREE",
			strings.HasSuffix(variable, "_API_KEY"):
			continue
		}
		environment = append(environment, pair)
	}
	return environment
}
