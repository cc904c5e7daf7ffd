package main

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing/fstest"

	"plugforge/internal/api"
	"plugforge/internal/fixture"
)

// life is one plugin's life as its only client knows it: what the server has
// acknowledged, and the one request that it may not have answered.
type life struct {
	name     string
	realtime bool // else batch-only
	named    bool // the client names the versions; else the server numbers them

	releases []*release // confirmed, oldest first
	open     *release   // uploaded to, not confirmed
	ledger   []event    // what went live and out of service, oldest first
	owed     *event     // acknowledged as queued, not seen live yet
	doubt    *doubt     // sent and not answered
	phase    int
}

// release is one version with the bytes that were sent.
type release struct {
	upload  api.UploadAnswer
	id      string
	message string
	archive []byte
	files   map[string]string // what the tree must hold: path to content
}

func (r *release) version() string { return r.upload.Version }

// event is an entry of the ledger.
type event struct{ action, version string }

// doubt is a request whose answer did not come.
type doubt struct {
	what  string // upload, put, confirm, deploy, rollback, undeploy
	event event  // what it would have done, for the last three
}

// active is the version that the ledger says is live; empty for none.
func (l *life) active() string {
	if len(l.ledger) == 0 {
		return ""
	}
	last := l.ledger[len(l.ledger)-1]
	if last.action == "undeploy" {
		return ""
	}
	return last.version
}

func (l *life) pluginID(version string) string {
	return l.name + "_" + strings.ReplaceAll(version, ".", "_")
}

// next does the life's next step: publish, deploy, roll back, undeploy, and so
// on round. An error is the answer that did not come, or was not right.
func (l *life) next(c *client) error {
	if l.open != nil || len(l.releases) == 0 {
		return l.publish(c)
	}
	l.phase++
	switch l.phase % 4 {
	case 1:
		return l.publish(c)
	case 2:
		return l.deploy(c)
	case 3:
		return l.rollback(c)
	default:
		return l.undeploy(c)
	}
}

func (l *life) publish(c *client) error {
	if l.open == nil {
		version := ""
		if l.named {
			version = fmt.Sprintf("1.%d.0", len(l.releases))
		}
		l.doubt = &doubt{what: "upload"}
		upload, err := c.upload(l.name, version)
		if err != nil {
			return err
		}
		l.doubt = nil
		l.open = newRelease(l, upload)
	}
	l.doubt = &doubt{what: "put"}
	etag, err := c.put(l.open.upload.PresignedURL, l.open.archive)
	if err != nil {
		return err
	}
	l.doubt = nil
	sum := md5.Sum(l.open.archive)
	if want := `"` + hex.EncodeToString(sum[:]) + `"`; etag != want {
		return fmt.Errorf("%s: ETag %s, want %s", l.open.id, etag, want)
	}
	return l.confirm(c)
}

func (l *life) confirm(c *client) error {
	l.doubt = &doubt{what: "confirm"}
	verdict, err := c.confirm(l.open.upload.UploadID, l.open.message)
	if err != nil {
		return err
	}
	l.doubt = nil
	if !verdict.Success || verdict.PluginID == nil || *verdict.PluginID != l.open.id || verdict.DeploymentStatus != "not_deployed" {
		return fmt.Errorf("confirm of %s answered %+v", l.open.id, verdict)
	}
	l.releases = append(l.releases, l.open)
	l.open = nil
	return nil
}

// deploy takes the newest release live; every other time it does not wait and
// is only told that the deployment is in the queue.
func (l *life) deploy(c *client) error {
	newest := l.releases[len(l.releases)-1]
	e := event{"deploy", newest.version()}
	wait := "60s"
	if len(l.releases)%2 == 0 {
		wait = "0s"
	}
	l.doubt = &doubt{"deploy", e}
	answer, err := c.deploy(newest.id, wait)
	if err != nil {
		return err
	}
	l.doubt, l.owed = nil, &e
	if !answer.Success {
		return fmt.Errorf("deploy of %s answered %+v", newest.id, answer)
	}
	return l.seeLive(c)
}

// seeLive waits until what was queued is live.
func (l *life) seeLive(c *client) error {
	status, err := c.status(l.pluginID(l.owed.version), "60s")
	if err != nil {
		return err
	}
	if !status.Deployed || status.RealtimeEnabled != l.realtime {
		why := ""
		if status.Error != nil {
			why = *status.Error
		}
		return fmt.Errorf("deployment of %s ended as %s (%s): %+v", status.PluginID, status.Status, why, status)
	}
	l.ledger = append(l.ledger, *l.owed)
	l.owed = nil
	return nil
}

// rollback goes back to the version before, unnamed where the ledger has one.
func (l *life) rollback(c *client) error {
	if len(l.releases) < 2 || l.active() == "" {
		return nil
	}
	var name *string
	target := ""
	for _, e := range slices.Backward(l.ledger) {
		if e.version != l.ledger[len(l.ledger)-1].version {
			target = e.version
			break
		}
	}
	if target == "" {
		target = l.releases[0].version()
		name = &target
	}
	if target == l.active() {
		return nil
	}
	e := event{"rollback", target}
	l.doubt = &doubt{"rollback", e}
	answer, err := c.rollback(l.name, name)
	if err != nil {
		return err
	}
	if want := map[bool]api.State{true: api.StateDEPLOYED, false: api.StateNOTDEPLOYED}[l.realtime]; answer.Version != target || answer.DeploymentStatus != want {
		return fmt.Errorf("rollback of %s to %s answered %+v", l.name, target, answer)
	}
	l.doubt = nil
	l.ledger = append(l.ledger, e)
	return nil
}

func (l *life) undeploy(c *client) error {
	if l.active() == "" {
		return nil
	}
	e := event{"undeploy", l.active()}
	l.doubt = &doubt{"undeploy", e}
	answer, err := c.undeploy(l.pluginID(e.version))
	if err != nil {
		return err
	}
	if answer.Status != "not_deployed" {
		return fmt.Errorf("undeploy of %s answered %+v", l.name, answer)
	}
	l.doubt = nil
	l.ledger = append(l.ledger, e)
	return nil
}

// newRelease makes the archive for an upload. Every other one has a wrapping
// folder, which must not show in the tree.
func newRelease(l *life, upload api.UploadAnswer) *release {
	version := upload.Version
	tree := fixture.BatchOnly(l.name, version)
	if l.realtime {
		tree = fixture.Files(l.name, version)
	}
	number := len(l.releases)
	tree = fixture.With(tree, "notes.txt", strings.Repeat("What changed in "+version+".\r\n", 1+number%40))
	tree = fixture.With(tree, "assets/table.bin", strings.Repeat("\x00\xff\x01"+upload.UploadID, 50))
	tree["assets/empty"] = &fstest.MapFile{Mode: 0o644}
	r := &release{
		upload: upload, id: l.pluginID(version),
		message: fmt.Sprintf("Release %s\n\nNumber %d of %s.", version, number, l.name),
		files:   map[string]string{},
	}
	prefix := ""
	if number%2 == 1 {
		prefix = "wrapped-" + version + "/"
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for path, file := range tree {
		r.files[path] = string(file.Data)
		entry, err := w.CreateHeader(&zip.FileHeader{Name: prefix + path, Method: zip.Deflate})
		if err == nil {
			_, err = entry.Write(file.Data)
		}
		if err != nil {
			panic(err) // memory takes what is written to it
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	r.archive = b.Bytes()
	return r
}
