package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/sandbox"
)

// doctorOptions are the flags of doctor: those of serve, as far as they decide
// what a machine must have.
type doctorOptions struct {
	data   string
	python string
	worker string
	run    string
	uids   string
}

func newDoctor() *cobra.Command {
	var o doctorOptions
	var s settings
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check what a server or an author needs here, and say how to mend it",
		Long: `Check what is needed here and say how to mend what is missing.

What a server needs is checked unless only an author is set up here: when --data
is given, or no API key or address is set. What an author needs is checked when
a key or an address is set, in the environment or in plugforge.toml. The server
is asked only what changes nothing.

Exit status 1 if anything is broken; what is only worth knowing is marked warn.`,
		Example: "  plugforge doctor --data /var/lib/plugforge\n  PLUGFORGE_API_KEY=sk_… PLUGFORGE_NAMESPACE=ns_prod plugforge doctor",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.complete("."); err != nil {
				return err
			}
			d := &doctor{out: cmd.OutOrStdout()}
			author := s.apiKey != "" || s.apiURL != ""
			if o.data != "" || !author {
				d.title("server")
				d.server(cmd.Context(), o)
			}
			if author {
				d.title("author")
				d.author(cmd.Context(), &s)
			}
			switch {
			case cmd.Context().Err() != nil:
				return cmd.Context().Err()
			case d.broken > 0:
				return fmt.Errorf("%s broken", count(d.broken, "thing")+map[bool]string{true: " is", false: " are"}[d.broken == 1])
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.data, "data", "", "the server's data folder")
	f.StringVar(&o.python, "python", "/usr/bin/python3", "the Python that runs plugins")
	f.StringVar(&o.worker, "worker", "", "the worker program (default: plugforge-worker beside this one)")
	f.StringVar(&o.run, "run", "", "the server's folder for sockets (default: /run/plugforge for root, a temporary one otherwise)")
	f.StringVar(&o.uids, "sandbox-uids", sandbox.DefaultUIDs, "host user ids that a root server runs replicas under")
	f.StringVar(&s.namespace, "namespace", "", "the author's namespace (ns_…)")
	f.StringVar(&s.apiURL, "api-url", "", "the author's server")
	return cmd
}

// doctor prints what it finds.
type doctor struct {
	out    io.Writer
	broken int
}

func (d *doctor) title(side string) { fmt.Fprintf(d.out, "%s\n", side) }

func (d *doctor) ok(what, format string, args ...any) {
	d.line("ok", what, fmt.Sprintf(format, args...), "")
}
func (d *doctor) skip(what, format string, args ...any) {
	d.line("skip", what, fmt.Sprintf(format, args...), "")
}

// warn tells of what works and might not stay so.
func (d *doctor) warn(what, text, mend string) { d.line("warn", what, text, mend) }

// bad tells of what does not work.
func (d *doctor) bad(what, text, mend string) {
	d.broken++
	d.line("FAIL", what, text, mend)
}

func (d *doctor) line(how, what, text, mend string) {
	fmt.Fprintf(d.out, "  %-4s  %-11s %s\n", how, what, plugforge.Printable(text))
	if mend != "" {
		fmt.Fprintf(d.out, "        %-11s Try: %s\n", "", plugforge.Printable(mend))
	}
}

// program checks that a program is there, in a version that will do.
func (d *doctor) program(ctx context.Context, name, pkg string, major, minor int) {
	mend := fmt.Sprintf("install %s %d.%d or later", pkg, major, minor)
	path, err := exec.LookPath(name)
	if err != nil {
		d.bad(name, "it is not installed", mend)
		return
	}
	said, err := output1(ctx, path, "--version")
	if err != nil {
		d.bad(name, path+" does not run: "+err.Error(), mend)
		return
	}
	x, y, ok := numbers(said)
	if ok && (x < major || x == major && y < minor) {
		d.bad(name, path+" is too old: "+said, mend)
		return
	}
	d.ok(name, "%s", said)
}

func output1(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line, err
}

var versionNumbers = regexp.MustCompile(`([0-9]+)\.([0-9]+)`)

func numbers(said string) (major, minor int, ok bool) {
	m := versionNumbers.FindStringSubmatch(said)
	if m == nil {
		return 0, 0, false
	}
	major, _ = strconv.Atoi(m[1])
	minor, _ = strconv.Atoi(m[2])
	return major, minor, true
}

// folderAbove is the nearest folder that exists on the way up from path.
func folderAbove(path string) string {
	for {
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			return path
		}
		at := strings.LastIndexByte(path, '/')
		switch {
		case at > 0:
			path = path[:at]
		case at == 0:
			return "/"
		default:
			return "."
		}
	}
}

// reason is an error's public text, in one line.
func reason(err error) string {
	var public *plugforge.Error
	if errors.As(err, &public) {
		return public.Message
	}
	if errors.Is(err, context.Canceled) {
		return "stopped"
	}
	return err.Error()
}
