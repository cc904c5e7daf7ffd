package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/archive"
	"plugforge/manifest"
	"plugforge/sandbox"
)

// testOptions are the flags of test.
type testOptions struct {
	input   string
	sandbox string
	python  string
	worker  string
	run     string
	timeout time.Duration
	verbose bool
	allow   additions
}

func newTest() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Try a plugin out as the server would run it, without a server",
		Long: `Try the plugin in DIR (default: this folder) out, in the server's own sandbox and
without a server:

  lint       as the command lint
  realtime   import realtime.py and call its handler; the answer must fit
             output_schema and the dimensions of the features
  pipeline   import pipeline.py, build its steps, and run each over a small
             frame if pandas is there
  tests      run tests/, with pytest if it is there; without, functions named
             test_… that take no arguments, and unittest's classes

The handler is called with --input, else with an example that the manifest
gives (Field(examples=[…]), or "example" in metadata), else with one made from
input_schema. What is installed for --python is what the plugin may import.

Exit status 5 if lint finds something, 1 if anything else fails.`,
		Example: `  plugforge test text_embed
  plugforge test --input '{"text": "hello"}'
  plugforge test --input @request.json --python /opt/venv/bin/python3`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			t := &trial{options: o, dir: folderOf(args), out: cmd.OutOrStdout(), log: cmd.ErrOrStderr()}
			return t.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.input, "input", "", `what to call the handler with: JSON, or @FILE; the inputs, or {"inputs": …, "parameters": …}`)
	f.StringVar(&o.sandbox, "sandbox", "bwrap", "bwrap, or none to run the plugin without isolation")
	f.StringVar(&o.python, "python", "/usr/bin/python3", "the Python that runs the plugin")
	f.StringVar(&o.worker, "worker", "", "the worker program (default: plugforge-worker beside this one)")
	f.StringVar(&o.run, "run", "", "folder for sockets and running trees; keep it short (default: /run/plugforge for root, a temporary one otherwise)")
	f.DurationVar(&o.timeout, "timeout", 2*time.Minute, "how long each of realtime, pipeline and tests may take")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show what the plugin prints")
	o.allow.flag(f)
	return cmd
}

// trial is one run of test.
type trial struct {
	options  testOptions
	dir      string
	out, log io.Writer

	request  trialRequest
	manifest *manifest.Manifest
	host     *sandbox.Host
	failed   int // results that failed
}

func (t *trial) run(ctx context.Context) (err error) {
	defer func() {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	if t.options.sandbox != sandbox.ModeBwrap && t.options.sandbox != sandbox.ModeNone {
		return usageError{fmt.Errorf("--sandbox is %q: use bwrap or none", plugforge.Printable(t.options.sandbox))}
	}
	if t.options.timeout <= 0 {
		return usageError{errors.New("--timeout must be a time such as 30s")}
	}
	if t.request, err = readInput(t.options.input); err != nil {
		return err
	}
	tree, err := pluginTree(t.dir)
	if err != nil {
		return err
	}
	additions, err := t.options.allow.read()
	if err != nil {
		return err
	}
	checked, err := checkTree(ctx, tree, additions)
	if err != nil {
		return err
	}
	defer checked.close()
	if len(checked.findings) > 0 {
		if err := lintText(t.out, t.dir, checked.findings); err != nil {
			return err
		}
		return &rejectedFolder{dir: t.dir, found: checked.findings}
	}
	t.manifest = checked.manifest
	t.report("lint", passed, "nothing found")
	// What runs is what the server would have unpacked.
	unpacked, err := archive.Open(ctx, checked.archive, checked.size)
	if err != nil {
		return err
	}
	if err := t.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	if err := t.tryRealtime(ctx, unpacked); err != nil {
		return err
	}
	if err := t.tryRest(ctx, unpacked); err != nil {
		return err
	}
	if t.failed > 0 {
		return fmt.Errorf("%s does not pass: %s failed", plugforge.Printable(t.dir), count(t.failed, "check"))
	}
	return nil
}

// open makes the sandbox's host.
func (t *trial) open(ctx context.Context) error {
	if t.options.run == "" && os.Geteuid() != 0 {
		dir, err := os.MkdirTemp("", "pf-")
		if err != nil {
			return err
		}
		t.options.run = dir
		defer func() {
			if t.host == nil {
				os.RemoveAll(dir)
			}
		}()
	}
	level := slog.LevelError
	if t.options.verbose {
		level = slog.LevelDebug
	}
	host, err := sandbox.Open(ctx, sandbox.Config{
		RunDir: t.options.run, WorkerFile: t.options.worker, Python: t.options.python, Mode: t.options.sandbox,
		CallTimeout: t.options.timeout, StartTimeout: t.options.timeout,
		Logger: slog.New(slog.NewTextHandler(t.log, &slog.HandlerOptions{Level: level, ReplaceAttr: withoutTime})),
	})
	if err == nil {
		t.host = host
	}
	return err
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func (t *trial) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := t.host.Close(ctx)
	if os.Geteuid() != 0 && filepath.Dir(t.options.run) == filepath.Clean(os.TempDir()) {
		err = errors.Join(err, os.RemoveAll(t.options.run))
	}
	return err
}

// start runs a tree as the plugin of that name. The error is a *noSandbox when
// nothing can be run here; else it is the plugin's, and reported under part.
func (t *trial) start(ctx context.Context, part string, name plugforge.Name, tree fs.FS) (plugforge.Replica, error) {
	replica, err := t.host.Start(ctx, plugforge.ReplicaSpec{
		Slug: plugforge.Slug{Owner: "ns_test", Name: name}, Tree: tree, MaxConcurrency: t.manifest.SyncThreads(),
	})
	if plugforge.CodeOf(err) == plugforge.CodeUnavailable && ctx.Err() == nil {
		return nil, &noSandbox{err, t.options.sandbox}
	}
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		t.report(part, broken, t.fault(err))
		return nil, nil
	}
	return replica, nil
}

// noSandbox says that nothing can be run here.
type noSandbox struct {
	cause error
	mode  string
}

func (e *noSandbox) Error() string { return describe(e.cause) }

func (e *noSandbox) hint() string {
	switch {
	case runtime.GOOS != "linux":
		return "plugforge lint works here; run test on Linux"
	case e.mode == sandbox.ModeNone:
		return "plugforge doctor"
	}
	return "plugforge doctor tells what is missing; --sandbox none runs the plugin without isolation, if you trust its code"
}

// outcome is how a check ended, as it is printed.
type outcome string

const (
	passed  outcome = "ok"
	broken  outcome = "FAIL"
	skipped outcome = "skip"
	noted   outcome = "note"
)

// fault is what went wrong in the plugin.
func (t *trial) fault(err error) string {
	var raised *plugforge.HandlerError
	if !errors.As(err, &raised) {
		return describe(err)
	}
	text := raised.Type + ": " + raised.Message
	if raised.Traceback != "" {
		text = raised.Traceback
	}
	if raised.Type == "ModuleNotFoundError" {
		text += "\ninstall it for " + t.options.python + ", or name another Python with --python"
	}
	return text
}
