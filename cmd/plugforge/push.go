package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// pushOptions are the flags of push.
type pushOptions struct {
	settings
	message string
	version string
	deploy  bool
	wait    bool
	noLint  bool
	allow   additions
	json    bool
}

func newPush() *cobra.Command {
	var o pushOptions
	cmd := &cobra.Command{
		Use:   "push [DIR]",
		Short: "Check a plugin, upload it and publish it as a version",
		Long: `Judge the plugin in DIR (default: this folder) as lint does, upload it and have
it published. What .gitignore names, caches and ` + configName + ` stay behind.
Nothing is published that the checks refuse: exit status 5, with the findings on
standard output. --no-lint leaves judging to the server, which refuses the same
unless it runs with --scan-policy warn or --scan-allow; secrets stay here.

Without --version it becomes the version that the manifest says, if that number
is free, else the next free one. A folder that holds just what the newest version
does is not published again without it. Stopped by Ctrl-C it leaves nothing
behind but an upload that expires; only once everything has arrived does the
server decide, which then is not called off.

--json prints {"published", "unchanged", "plugin_id", "name", "version",
"feature_uri", "message", "findings": [{"path", "line", "col", "rule", "text"}],
"deployment"}. unchanged says that it was published before, as this version.
plugin_id and feature_uri are null unless published; deployment is null without
--deploy, else as status --json prints it.`,
		Example: "  plugforge push text_embed -m \"initial release\" --deploy --wait",
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			return push(cmd.Context(), newOutput(cmd, o.json), &o, folderOf(args))
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.message, "message", "m", "", "what changed; becomes the version's message")
	f.StringVar(&o.version, "version", "", "the version's number, X.Y.Z")
	f.BoolVar(&o.deploy, "deploy", false, "deploy it when it is published")
	f.BoolVar(&o.wait, "wait", false, "with --deploy: wait until it is live, or has failed")
	f.BoolVar(&o.noLint, "no-lint", false, "leave judging to the server, which may have another policy")
	o.allow.flag(f)
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

// pushed is what push --json prints.
type pushed struct {
	Published  bool          `json:"published"`
	Unchanged  bool          `json:"unchanged"` // it was published before
	PluginID   *string       `json:"plugin_id"`
	Name       *string       `json:"name"`    // null if the manifest tells none
	Version    *string       `json:"version"` // null if none was given yet
	FeatureURI *string       `json:"feature_uri"`
	Message    string        `json:"message"`
	Findings   []jsonFinding `json:"findings"`
	Deployment *jsonStatus   `json:"deployment"`
}

func push(ctx context.Context, out *output, o *pushOptions, dir string) error {
	named, err := versionFlag(o.version)
	switch {
	case err != nil:
		return err
	case o.wait && !o.deploy:
		return usageError{errors.New("--wait waits for a deployment: give --deploy too")}
	}
	if err := checkMessage(o.message); err != nil {
		return err
	}
	if _, err := pluginTree(dir); err != nil {
		return err
	}
	additions, err := o.allow.readFor("PLUGFORGE_SCAN_ALLOW")
	if err != nil {
		return err
	}
	client, err := o.connect(dir)
	if err != nil {
		return err
	}
	tree, err := openFolder(dir)
	if err != nil {
		return err
	}
	checked, err := checkTree(ctx, tree, additions)
	if err != nil {
		return err
	}
	defer checked.close()
	// Without a manifest nobody knows what to upload the archive as, and what is
	// secret does not go over the line to be told so.
	final := checked.manifest == nil || checked.leaks
	if len(checked.findings) > 0 && (!o.noLint || final) {
		return refused(out, dir, pushed{Message: "nothing was uploaded"}, checked.findings, !final)
	}
	p := pusher{out: out, client: client, checked: checked, named: named, message: o.message}
	return p.run(ctx, o, dir)
}

// refused prints what the checks found and ends with exit status 5.
// Here tells that the server might judge otherwise.
func refused(out *output, dir string, p pushed, found []plugforge.Finding, here bool) error {
	var err error
	if p.Findings = jsonFindings(found); out.json {
		err = out.result(p)
	} else {
		err = lintText(out.out, dir, found)
	}
	if err != nil {
		return err
	}
	return &rejectedFolder{dir: dir, found: found, here: here}
}

// pusher takes one judged folder to the server.
type pusher struct {
	out     *output
	client  *apiclient.Client
	checked *checkedTree
	named   *plugforge.Version // by --version
	message string

	byManifest bool // the upload has the number that the manifest says
	taken      bool // which turned out to be taken
}

func (p *pusher) run(ctx context.Context, o *pushOptions, dir string) error {
	old, err := p.unchanged(ctx)
	switch {
	case err != nil:
		return err
	case old != nil:
		return p.keep(ctx, o, *old)
	}
	upload, verdict, err := p.publish(ctx)
	if taken(err) && p.byManifest { // another push had the number confirmed first
		p.taken = true
		upload, verdict, err = p.publish(ctx)
	}
	if err != nil {
		return err
	}
	name, version := string(upload.Name), upload.Version.String()
	result := pushed{Published: verdict.Passed, Name: &name, Version: &version, Message: verdict.Message}
	if !verdict.Passed {
		return refused(p.out, dir, result, verdict.Findings, false)
	}
	id := verdict.ID.String()
	result.PluginID, result.FeatureURI, result.Findings = &id, &verdict.FeatureURI, jsonFindings(verdict.Findings)
	if !p.out.json {
		if err := p.tell(verdict); err != nil {
			return err
		}
	}
	return p.deploy(ctx, o, verdict.ID, result)
}

// deploy has the version deployed, if that was asked for, and prints the
// result.
func (p *pusher) deploy(ctx context.Context, o *pushOptions, id plugforge.PluginID, result pushed) error {
	target := string(id.Name) + "@" + id.Version.String()
	if !o.deploy {
		if !p.out.json {
			p.out.note("Next: plugforge deploy %s", target)
		}
		return p.end(result, nil)
	}
	if ctx.Err() != nil {
		return errors.Join(p.end(result, nil), &hinted{
			plugforge.Errorf(plugforge.CodeInternal, "stopped: %s is published, and not deployed", id),
			"plugforge deploy " + target,
		})
	}
	st, err := startDeployment(ctx, p.out, p.client, id, "", p.message, o.wait)
	if st != nil {
		s := statusJSON(*st)
		result.Deployment = &s
	}
	return p.end(result, err)
}

// patience is how long the server may go on deciding once Ctrl-C was pressed.
const patience = 30 * time.Second

// confirm asks for the verdict. What the server decides it decides whether or
// not someone waits for the answer, so Ctrl-C does not end this at once: to
// leave would be not to know.
func (p *pusher) confirm(ctx context.Context, upload apiclient.Upload) (apiclient.Verdict, error) {
	if err := ctx.Err(); err != nil {
		return apiclient.Verdict{}, err
	}
	deciding, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		p.out.note("Stopping: the server is deciding, and its answer is waited for.")
		time.AfterFunc(patience, cancel)
	})()
	verdict, err := p.client.Confirm(deciding, upload, p.message, p.checked.size)
	if deciding.Err() != nil {
		err = &hinted{plugforge.Errorf(plugforge.CodeInternal, "stopped before the server answered: whether %s %s is published is not known", upload.Name, upload.Version),
			"plugforge log " + string(upload.Name)}
	}
	return verdict, err
}

// publish takes the archive through the three calls.
func (p *pusher) publish(ctx context.Context) (upload apiclient.Upload, v apiclient.Verdict, err error) {
	if upload, err = p.open(ctx); err != nil {
		return upload, v, err
	}
	if err = p.send(ctx, upload); err != nil {
		return upload, v, err
	}
	v, err = p.confirm(ctx, upload)
	return upload, v, err
}

// taken tells whether the number is somebody else's.
func taken(err error) bool {
	code := plugforge.CodeOf(err)
	return code == plugforge.CodeConflict || code == plugforge.CodeAlreadyExists
}

// end prints what programs read, also of a deployment that failed.
func (p *pusher) end(result pushed, err error) error {
	if !p.out.json {
		return err
	}
	return errors.Join(err, p.out.result(result))
}

func (p *pusher) tell(v apiclient.Verdict) error {
	for _, f := range v.Findings { // the server's policy let them pass
		p.out.note("%s", f)
	}
	p.out.note("%s", plugforge.Printable(v.Message))
	return p.out.printf("%s %s\n", v.ID, v.ID.Version)
}

// open asks for the upload under the number that it will have.
func (p *pusher) open(ctx context.Context) (apiclient.Upload, error) {
	m := p.checked.manifest
	name, err := plugforge.ParseName(m.Name)
	if err != nil {
		return apiclient.Upload{}, err
	}
	req := apiclient.UploadRequest{Name: name, Version: p.named, Size: p.checked.size}
	if r := []rune(m.Description); len(r) <= 500 {
		req.Description = m.Description
	}
	wanted := p.manifestVersion()
	if p.named != nil || wanted == nil {
		return p.client.Upload(ctx, req)
	}
	if p.byManifest = false; !p.taken {
		free, err := p.isFree(ctx, name, *wanted)
		if err != nil {
			return apiclient.Upload{}, err
		}
		if free {
			req.Version = wanted
			upload, err := p.client.Upload(ctx, req)
			if p.byManifest = err == nil; !taken(err) {
				return upload, err
			}
			req.Version = nil // taken meanwhile, by a version that is gone, or held by another upload
		}
	}
	upload, err := p.client.Upload(ctx, req)
	if err == nil {
		p.out.note("The manifest says version %s, which is taken: this becomes %s.", wanted, upload.Version)
	}
	return upload, err
}

// manifestVersion is what the manifest says; nil if nothing.
func (p *pusher) manifestVersion() *plugforge.Version {
	v, err := plugforge.ParseVersion(p.checked.manifest.Version)
	if err != nil {
		return nil
	}
	return &v
}

func (p *pusher) isFree(ctx context.Context, name plugforge.Name, v plugforge.Version) (bool, error) {
	_, err := p.client.Status(ctx, plugforge.PluginID{Name: name, Version: v})
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		return true, nil
	}
	return false, err
}

// send puts the archive to where the server wants it, with a bar that moves
// where someone may be watching.
func (p *pusher) send(ctx context.Context, upload apiclient.Upload) error {
	if _, err := p.checked.archive.Seek(0, io.SeekStart); err != nil {
		return err
	}
	body := io.Reader(io.NewSectionReader(p.checked.archive, 0, p.checked.size))
	if p.out.live && !p.out.json {
		bar := progressbar.NewOptions64(p.checked.size, progressbar.OptionSetWriter(p.out.err),
			progressbar.OptionSetDescription(fmt.Sprintf("%s %s", upload.Name, upload.Version)),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""), progressbar.OptionClearOnFinish())
		defer bar.Clear()
		body = io.TeeReader(body, bar)
	}
	return p.client.Send(ctx, upload, body, p.checked.size)
}
