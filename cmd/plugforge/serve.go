package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/httpapi"
	"plugforge/registry"
	"plugforge/sandbox"
	"plugforge/scanner"
	"plugforge/sqlite"
	"plugforge/vectors"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	data       string
	listen     string
	publicURL  string
	python     string
	scanPolicy string
	scanAllow  additions
	added      scanner.Policy // what scanAllow says
	retain     time.Duration
	sandbox    string
	uids       string
	run        string
	worker     string
	signingKey string
	upkeep     string
	minFree    string
	free       int64 // what minFree says, in bytes

	marker func(stage string) // told of each durable step; only tests set it
}

// shutdownTime bounds how long a stop waits for running requests and calls.
const shutdownTime = 30 * time.Second

// newServe takes the marker that crash tests follow the server by; nil in use.
func newServe(marker func(string)) *cobra.Command {
	o := serveOptions{marker: marker}
	cmd := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Run the server",
		Long: `Run the server until SIGTERM or Ctrl-C, which let running requests finish.

Everything it keeps lies in the data folder: git/ (the plugins), blobs/ (the
archives as uploaded), plugforge.db (deployments, keys), vectors.db (vectors and
their points), keys/ (what it signs with) and address (where it listens).`,
		Example: "  plugforge serve --data /var/lib/plugforge --listen 127.0.0.1:8080",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), o, cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&o.data, "data", "", "the data folder, made if it is new")
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	f.StringVar(&o.publicURL, "public-url", "", "what URLs given out start with (default: http:// and the listen address)")
	f.StringVar(&o.python, "python", "/usr/bin/python3", "the Python that runs plugins; a replica's user must be able to read it")
	f.StringVar(&o.scanPolicy, "scan-policy", "enforce", "enforce refuses what the scanner finds; warn records it")
	o.scanAllow.flag(f)
	f.DurationVar(&o.retain, "retain", 10*time.Minute, "how long a replaced version stays warm for a rollback; 0: not at all")
	f.StringVar(&o.sandbox, "sandbox", "bwrap", "bwrap, or none to run plugins without isolation")
	f.StringVar(&o.uids, "sandbox-uids", sandbox.DefaultUIDs, "host user ids that a root server runs replicas under, one each")
	f.StringVar(&o.run, "run", "", "folder for sockets and running trees; keep it short (default: /run/plugforge for root, DATA/run otherwise)")
	f.StringVar(&o.worker, "worker", "", "the worker program (default: plugforge-worker beside this one)")
	f.StringVar(&o.upkeep, "upkeep", "on", "on keeps repositories small in the background; off leaves that to plugforge gc")
	f.StringVar(&o.minFree, "min-free", "256MiB", "refuse uploads while the disk has less left, so that what was accepted finds room; or none")
	f.StringVar(&o.signingKey, "signing-key", "", "an ed25519 key in OpenSSH's format to sign with (default: DATA/keys/signing, made at the first start)")
	return cmd
}

func serve(ctx context.Context, o serveOptions, cmd *cobra.Command) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	tuneRuntime()
	log := slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
	listener, leave, err := begin(o)
	if err != nil {
		return err
	}
	defer leave()
	if o.publicURL == "" {
		o.publicURL = "http://" + listener.Addr().String()
	}

	h, err := openHouse(ctx, o, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	server := h.api.HTTPServer()
	if err := writeAddress(o.data, listener.Addr().String()); err != nil {
		return err
	}
	log.Info("listening", "address", listener.Addr().String(), "public_url", o.publicURL, "data", o.data)

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	go giveBack(ctx, h.reg.Rest)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping: letting running requests finish")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil && !errors.Is(err, http.ErrServerClosed) {
		log.Warn("some requests did not finish in time", "error", err)
	}
	return nil
}

// check refuses options that can't work, before anything is touched.
func (o *serveOptions) check() error {
	if o.data == "" {
		return usageError{errors.New("serve needs --data")}
	}
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return usageError{fmt.Errorf("--listen %s is not an address: use HOST:PORT", o.listen)}
	}
	if ip := net.ParseIP(host); (host == "" || ip != nil && ip.IsUnspecified()) && o.publicURL == "" {
		return usageError{fmt.Errorf("--listen %s is every interface, so the URLs given out would name no host: say which with --public-url", o.listen)}
	}
	if o.publicURL != "" {
		if err := checkPublicURL(o.publicURL); err != nil {
			return err
		}
	}
	if o.upkeep != "on" && o.upkeep != "off" {
		return usageError{fmt.Errorf("--upkeep is %q: use on or off", plugforge.Printable(o.upkeep))}
	}
	if err := readBound("min-free", o.minFree, &o.free); err != nil {
		return err
	}
	if o.scanPolicy != string(registry.PolicyEnforce) && o.scanPolicy != string(registry.PolicyWarn) {
		return usageError{fmt.Errorf("--scan-policy is %q: use enforce or warn", o.scanPolicy)}
	}
	if o.added, err = o.scanAllow.read(); err != nil {
		return err
	}
	if o.sandbox != sandbox.ModeBwrap && o.sandbox != sandbox.ModeNone {
		return usageError{fmt.Errorf("--sandbox is %q: use bwrap or none", o.sandbox)}
	}
	if o.retain < 0 {
		return usageError{errors.New("--retain must not be negative")}
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return err
	}
	if o.run == "" {
		o.run = filepath.Join(o.data, "run")
		if os.Geteuid() == 0 {
			o.run = "/run/plugforge"
		}
	}
	return nil
}

// house is every room, wired.
type house struct {
	db      *sqlite.DB
	host    *sandbox.Host
	deploys *deploy.Controller
	reg     *registry.Registry
	points  *vectors.Store
	api     *httpapi.Server

	stopUpkeep func() // nil without upkeep
}

// openHouse opens the rooms from the ground up. What it opened before an error
// is closed again.
func openHouse(ctx context.Context, o serveOptions, log *slog.Logger) (h *house, err error) {
	h = &house{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.db, err = sqlite.Open(ctx, databaseFile(o.data)); err != nil {
		return h, err
	}
	keys := filepath.Join(o.data, "keys")
	if err = os.MkdirAll(keys, 0o700); err != nil {
		return h, err
	}
	repositories := gitConfig(o.data, o.signingKey)
	repositories.Marker = o.marker
	git, err := openGit(ctx, repositories, o.signingKey)
	if err != nil {
		return h, err
	}
	store, err := blobs.Open(filepath.Join(o.data, "blobs"))
	if err != nil {
		return h, err
	}
	secret, err := urlSecret(filepath.Join(keys, "urls"))
	if err != nil {
		return h, err
	}
	signer, err := blobs.NewSigner(secret, time.Now)
	if err != nil {
		return h, err
	}
	h.reg, err = registry.Open(ctx, registry.Config{
		DB: h.db, Git: git, Blobs: store, ScanPolicy: registry.Policy(o.scanPolicy), Additions: o.added, MinFree: o.free, Marker: o.marker, Logger: log,
	})
	if err != nil {
		return h, err
	}
	h.host, err = sandbox.Open(ctx, sandbox.Config{
		RunDir: o.run, WorkerFile: o.worker, Python: o.python, Mode: o.sandbox, UIDs: o.uids, Logger: log,
	})
	if err != nil {
		return h, err
	}
	h.deploys, err = deploy.Open(ctx, deploy.Config{
		DB: h.db, Registry: h.reg, Git: git, Engine: h.host, Retain: o.retain, Marker: o.marker, Logger: log,
	})
	if err != nil {
		return h, err
	}
	if o.upkeep == "on" {
		h.stopUpkeep = startUpkeep(ctx, git, log)
	}
	if h.points, err = vectors.Open(ctx, vectors.Config{File: filepath.Join(o.data, "vectors.db"), CacheBytes: vectorCache}); err != nil {
		return h, err
	}
	h.api, err = httpapi.New(httpapi.Config{
		DB: h.db, Registry: h.reg, Deploy: h.deploys, Git: git, Vectors: h.points, Signer: signer,
		PublicURL: o.publicURL, Logger: log, Ready: h.deploys.Ready,
	})
	return h, err
}

// openGit opens the repositories. A key of the operator's own must be there:
// none is made in its place.
func openGit(ctx context.Context, cfg gitstore.Config, ownKey string) (*gitstore.Store, error) {
	if ownKey != "" {
		if _, err := os.Stat(ownKey); err != nil {
			return nil, fileError("--signing-key", ownKey, err)
		}
	}
	return gitstore.Open(ctx, cfg)
}

// close ends the rooms from the top down, within shutdownTime.
func (h *house) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	var errs []error
	if h.stopUpkeep != nil {
		h.stopUpkeep()
	}
	if h.api != nil {
		h.api.Close()
	}
	if h.points != nil {
		errs = append(errs, h.points.Close())
	}
	if h.deploys != nil {
		errs = append(errs, h.deploys.Close(ctx))
	}
	if h.host != nil {
		errs = append(errs, h.host.Close(ctx))
	}
	if h.reg != nil {
		h.reg.Close()
	}
	if h.db != nil {
		errs = append(errs, h.db.Close())
	}
	return errors.Join(errs...)
}
