package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/audit"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	signers  string
	archives string
	since    string
}

func newVerify() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify CLONE|URL --allowed-signers FILE",
		Short: "Check the history in a clone: signatures, files, what ran",
		Long: `Check a clone, or clone a URL first (with the key in PLUGFORGE_API_KEY). Every
version and deletion must be signed and on one line of history, each version's
files those it was published with, and the ledger one signed line that names
what ran. It asks no server: git and the public keys are enough.

FILE is what GET /git/allowed_signers gave; keep it yourself, for who changes a
history would change that too. --since remembers the heads that were seen and
demands that later ones follow them: without it nobody can tell whether the
newest entries were cut off.

It prints one line for each thing that is wrong and exits with 1.`,
		Example: "  plugforge verify text_embed --allowed-signers signers --since text_embed.seen",
		Args:    arguments(1, 1, "a clone's folder or a URL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return verify(cmd.Context(), newOutput(cmd, false), o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.signers, "allowed-signers", "", "the public keys, as from GET /git/allowed_signers")
	f.StringVar(&o.archives, "archives", "", "a folder with the versions' archives as X.Y.Z.zip, to be checked too")
	f.StringVar(&o.since, "since", "", "a file that keeps what was seen, made if it is new")
	return cmd
}

func verify(ctx context.Context, out *output, o verifyOptions, clone string) error {
	if o.signers == "" {
		return usageError{errors.New("verify needs --allowed-signers")}
	}
	signers, err := os.ReadFile(o.signers)
	if err != nil {
		return fileError("--allowed-signers", o.signers, err)
	}
	memory, err := readMemory(o.since)
	if err != nil {
		return err
	}
	if address, err := url.Parse(clone); err == nil && (address.Scheme == "http" || address.Scheme == "https") {
		dir, err := os.MkdirTemp("", "plugforge-verify-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := cloneBare(ctx, out, address, filepath.Join(dir, "clone.git")); err != nil {
			return err
		}
		clone = filepath.Join(dir, "clone.git")
	}
	report, err := audit.Verify(ctx, audit.Options{Dir: clone, Signers: string(signers), Archives: o.archives, Memory: memory})
	if err != nil {
		return err
	}
	return o.tell(out, report, memory)
}

// tell prints the report, and keeps what was seen if there was nothing wrong
// with it.
func (o verifyOptions) tell(out *output, r *audit.Report, memory audit.Memory) error {
	for _, note := range r.Notes {
		if o.since == "" || memory != nil || !strings.Contains(note, "--since") {
			out.note("Note: %s", plugforge.Printable(note))
		}
	}
	for _, f := range r.Findings {
		if err := out.printf("%s\n", f); err != nil {
			return err
		}
	}
	if n := len(r.Findings); n > 0 {
		return findings(n, "read each line; plugforge help verify says what is checked")
	}
	if o.since != "" {
		text, err := json.MarshalIndent(r.Memory, "", "  ")
		if err == nil {
			err = replaceFile(o.since, append(text, '\n'))
		}
		if err != nil {
			return fileError("--since", o.since, err)
		}
	}
	live := "nothing is live"
	if r.Live != "" {
		live = r.Live + " is live"
	}
	return out.printf("%s of %s: verified %d versions, %d deletions and %d ledger entries, all signed, the newest at %s; %s\n",
		plugforge.Printable(r.Plugin), plugforge.Printable(r.Owner), r.Versions, r.Deleted, r.Entries, moment(r.Head), live)
}

// readMemory reads what --since keeps; nil where there is nothing yet.
func readMemory(file string) (audit.Memory, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError("--since", file, err)
	}
	memory := audit.Memory{}
	if err := json.Unmarshal(text, &memory); err != nil || len(memory) == 0 {
		return nil, &hinted{plugforge.Errorf(plugforge.CodeValidation, "--since %s is not what an earlier verify wrote", plugforge.Printable(file)),
			"name that file, or another one to begin anew"}
	}
	return memory, nil
}

func fileError(flag, file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return plugforge.Errorf(plugforge.CodeNotFound, "%s %s is not there", flag, plugforge.Printable(file))
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// cloneBare clones for verify alone. The key goes to that server and to nobody
// else, and is in no argument.
func cloneBare(ctx context.Context, out *output, address *url.URL, dir string) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return &hinted{errors.New("git is not installed here"), "install git"}
	}
	server := address.Scheme + "://" + address.Host
	cmd := exec.CommandContext(ctx, git,
		"-c", "credential.helper=", "-c", "credential."+server+".helper="+helper, "-c", "credential.useHttpPath=false",
		"-c", "http.followRedirects=false", "clone", "--quiet", "--bare", "--", address.String(), dir)
	cmd.Env = append(gitEnvironment(), keyVariable+"="+firstEnv("PLUGFORGE_API_KEY", "MIXPEEK_API_KEY"), "GIT_TERMINAL_PROMPT=0")
	cmd.Stdout, cmd.Stderr = out.err, out.err
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &hinted{fmt.Errorf("git clone %s failed: %w", plugforge.Printable(address.Redacted()), err),
			"set PLUGFORGE_API_KEY to a key that may read it; the URL is SERVER/git/NAMESPACE/PLUGIN.git"}
	}
	return nil
}

// firstEnv is the first of the variables that is set.
func firstEnv(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}
