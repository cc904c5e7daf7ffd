package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge/internal/api"
	"plugforge/internal/fixture"
)

// newKey makes another key of the site's organisation.
func (s *site) newKey(t *testing.T, scopes ...string) string {
	t.Helper()
	args := []string{"keys", "create", "--data", s.data, "--org", "org_crash", "--namespace", testNamespace, "--name", "Boss"}
	for _, scope := range scopes {
		args = append(args, "--scope", scope)
	}
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), args, &stdout, &stderr); status != exitOK {
		t.Fatalf("keys create: exit status %d: %s", status, stderr.String())
	}
	return strings.TrimSpace(stdout.String())
}

// statusOf is the status of a refusal, 0 for anything else.
func statusOf(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	return 0
}

// publishAt publishes a version below a path: the namespace's, or the
// organisation's.
func (c *client) publishAt(path, name, version string) error {
	open, _, err := c.do("POST", path+"/uploads", "application/json", fmt.Appendf(nil, `{"name":%q,"version":%q}`, name, version), true)
	if err != nil {
		return err
	}
	var up api.OrgUploadAnswer
	if err := json.Unmarshal(open, &up); err != nil {
		return err
	}
	if _, err := c.put(up.PresignedURL, fixture.Zip(fixture.Files(name, version))); err != nil {
		return err
	}
	_, _, err = c.do("POST", path+"/uploads/"+up.UploadID+"/confirm", "", nil, true)
	return err
}

// cut sends a request to a server that is killed at the stage, and waits until
// it is gone.
func cut(t *testing.T, srv *server, stage string, send func() error) {
	t.Helper()
	srv.takeAim(func(at string) bool { return at == stage })
	err := send()
	if err == nil || statusOf(err) != 0 {
		t.Fatalf("%s: the request ended with %v, the server should be gone", stage, err)
	}
	select {
	case one := <-srv.shot:
		waitGone(t, one.children, one.at)
	case <-time.After(30 * time.Second):
		t.Fatalf("%s was not reached:\n%s", stage, srv.log.String())
	}
	srv.checkLog()
}

// A server killed between any two steps of deleting a live version finishes the
// deletion when it starts again.
func TestKilledWhileDeleting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	stages := []string{
		"delete.begun", "ledger.append", "undeploy.ledger", "undeploy.done", "delete.tombstone", "delete.tag", "delete.row", "delete.archive",
	}
	const path = "/v1/namespaces/" + testNamespace + "/plugins"
	for i, stage := range append(stages, "") {
		srv := s.start(t)
		c := srv.client(s.key)
		if err := waitReady(c); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			s.checkDeleted(t, c, i-1, stages[i-1])
		}
		if t.Failed() || stage == "" {
			srv.stop()
			break
		}
		name := fmt.Sprintf("doomed_%d", i)
		for _, version := range []string{"1.0.0", "1.0.1"} {
			if err := c.publishAt(path, name, version); err != nil {
				t.Fatal(err)
			}
		}
		if done, err := c.deploy(name+"_1_0_1", "30s"); err != nil || done.Status != api.DeployAnswerStatusDeployed {
			t.Fatalf("deploy: %+v, %v", done, err)
		}
		cut(t, srv, stage, func() error {
			_, err := call[api.DeleteAnswer](c, "DELETE", "/plugins/"+name+"_1_0_1?message=leaks", nil)
			return err
		})
	}
	s.checkDatabase(t)
}

// checkDeleted is what holds of the version that was being deleted when its
// server was killed.
func (s *site) checkDeleted(t *testing.T, c *client, i int, stage string) {
	t.Helper()
	name := fmt.Sprintf("doomed_%d", i)
	if _, err := c.status(name+"_1_0_1", "0s"); statusOf(err) != 404 {
		t.Errorf("killed at %s: status %v", stage, err)
	}
	if _, _, err := c.invoke(name); statusOf(err) != 404 {
		t.Errorf("killed at %s: the route answers %v", stage, err)
	}
	if items, active, err := c.versions(name); err != nil || len(items) != 1 || items[0].Version != "1.0.0" || active != "" {
		t.Errorf("killed at %s: versions %v, active %q, %v", stage, items, active, err)
	}
	if _, err := c.upload(name, "1.0.1"); statusOf(err) != 409 {
		t.Errorf("killed at %s: the number again: %v", stage, err)
	}
	history, err := c.deployments(name)
	if err != nil || len(history) != 2 || history[0].Action != api.ActionUndeploy || history[0].Message != "leaks" {
		t.Errorf("killed at %s: history %+v, %v", stage, history, err)
	}
	left, _ := filepath.Glob(filepath.Join(s.data, "blobs", "archives", testNamespace, name, "*"))
	if len(left) != 1 {
		t.Errorf("killed at %s: archives %v", stage, left)
	}
	for ref, there := range map[string]bool{"refs/tags/v1.0.1": false, "refs/tags/deleted/v1.0.1": true, "refs/tags/v1.0.0": true} {
		if _, err := os.Stat(filepath.Join(s.repository(name), ref)); (err == nil) != there {
			t.Errorf("killed at %s: %s: %v", stage, ref, err)
		}
	}
	s.fsck(t, name)
}

// A server killed between any two steps of an enabling finishes it when it
// starts again: the plugin is there, runs, and has its parameters.
func TestKilledWhileEnabling(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.newKey(t, "org")
	stages := []string{
		"enable.row", "enable.archive", "enable.objects", "enable.tag", "publish.main", "enable.done", "deploy.queued", "deploy.switch",
	}
	for i, stage := range append(stages, "") {
		srv := s.start(t)
		c := srv.client(s.key)
		if err := waitReady(c); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			s.checkEnabled(t, c, i-1, stages[i-1])
		}
		if t.Failed() || stage == "" {
			srv.stop()
			break
		}
		name := fmt.Sprintf("shared_%d", i)
		if err := srv.client(boss).publishAt("/v1/plugins", name, "1.0.0"); err != nil {
			t.Fatal(err)
		}
		cut(t, srv, stage, func() error {
			_, err := call[api.EnableAnswer](c, "POST", "/plugins/org/"+name+"_1_0_0/enable", map[string]any{"params": map[string]any{"model": "small"}})
			return err
		})
	}
	s.checkDatabase(t)
}

func (s *site) checkEnabled(t *testing.T, c *client, i int, stage string) {
	t.Helper()
	name := fmt.Sprintf("shared_%d", i)
	st, err := c.status(name+"_1_0_0", "30s")
	if err != nil || st.Status != api.StateDEPLOYED {
		why, _ := json.Marshal(st) // with the error's text, not its address
		t.Errorf("killed at %s: status %s, %v", stage, why, err)
	}
	if _, version, err := c.invoke(name); err != nil || version != "1.0.0" {
		t.Errorf("killed at %s: answered by %q, %v", stage, version, err)
	}
	list, err := call[api.AvailableList](c, "GET", "/plugins/available", nil)
	if err != nil || len(list.Plugins) != i+1 || !list.Plugins[0].EnabledInNamespace {
		t.Errorf("killed at %s: available %+v, %v", stage, list, err)
	}
	if history, err := c.deployments(name); err != nil || len(history) != 1 {
		t.Errorf("killed at %s: history %+v, %v", stage, history, err)
	}
	if archive, err := c.download(name + "_1_0_0"); err != nil || !bytes.Equal(archive, fixture.Zip(fixture.Files(name, "1.0.0"))) {
		t.Errorf("killed at %s: the archive is another: %v", stage, err)
	}
	s.fsck(t, name)
}
