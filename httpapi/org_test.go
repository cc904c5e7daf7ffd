package httpapi_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/internal/fixture"
	"plugforge/internal/testserver"
)

// as gives the server under another key.
func as(s *testserver.Server, key string) *testserver.Server {
	other := *s
	other.Key = key
	return &other
}

// publishOrg brings a version to the server's organisation.
func publishOrg(t *testing.T, s *testserver.Server, name, version string) string {
	t.Helper()
	return publishOrgTree(t, s, name, version, fixture.Files(name, version))
}

func publishOrgTree(t *testing.T, s *testserver.Server, name, version string, tree fs.FS) string {
	t.Helper()
	up := s.Want(200, "POST", "/v1/plugins/uploads", map[string]any{"name": name, "version": version}).Fields()
	if up["organization_id"] != "org_test" || up["version"] != version {
		t.Fatalf("upload: %v", up)
	}
	if a := s.Put(up["presigned_url"].(string), fixture.Zip(tree)); a.Status != 200 {
		t.Fatalf("PUT: %d %s", a.Status, a.Body)
	}
	path := "/v1/plugins/uploads/" + up["upload_id"].(string) + "/confirm"
	done := s.Want(200, "POST", path, map[string]any{"message": "for everyone"}).Fields()
	if done["success"] != true || done["deployment_status"] != "not_deployed" {
		t.Fatalf("confirm: %v", done)
	}
	if again := s.Want(200, "POST", path, nil).Fields(); again["plugin_id"] != done["plugin_id"] {
		t.Errorf("confirmed again: %v", again)
	}
	return done["plugin_id"].(string)
}

func items(a testserver.Answer) map[string]map[string]any {
	byID := map[string]map[string]any{}
	list, _ := a.Fields()["plugins"].([]any)
	for _, one := range list {
		item := one.(map[string]any)
		byID[item["plugin_id"].(string)] = item
	}
	return byID
}

// An organisation's plugin from its upload to its end, seen from two of its
// namespaces and from a stranger.
func TestOrganisationPlugin(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	all := append(plugforge.DefaultScopes(), plugforge.ScopeOrg)
	boss := as(s, s.NewKey(plugforge.Key{Scopes: []plugforge.Scope{plugforge.ScopeOrg}}))
	elsewhere := as(s, s.NewKey(plugforge.Key{Namespaces: []plugforge.Owner{"ns_second"}, Scopes: all}))
	stranger := as(s, s.NewKey(plugforge.Key{Org: "org_other", Namespaces: []plugforge.Owner{"ns_foreign"}, Scopes: all}))
	v1, v2 := publishOrg(t, boss, "shared", "1.0.0"), publishOrg(t, boss, "shared", "1.1.0")

	list := boss.Want(200, "GET", "/v1/plugins?limit=1", nil)
	if f := list.Fields(); f["total"] != 2.0 || f["organization_id"] != "org_test" || items(list)[v2]["origin"] != "organization" || items(list)[v2]["deployed"] != false {
		t.Errorf("organisation's list: %s", list.Body)
	}
	rest := boss.Want(200, "GET", "/v1/plugins?name=shared&cursor="+list.Fields()["next_cursor"].(string), nil)
	if len(items(rest)) != 1 || items(rest)[v1] == nil {
		t.Errorf("second page: %s", rest.Body)
	}
	detail := boss.Want(200, "GET", "/v1/plugins/"+v1+"?return_presigned_urls=true", nil).Fields()
	plugin := detail["plugin"].(map[string]any)
	if plugin["organization_id"] != "org_test" || plugin["deployed"] != false || plugin["manifest"].(map[string]any)["feature_extractor_name"] != "shared" {
		t.Errorf("detail: %v", plugin)
	}
	link := strings.TrimPrefix(detail["presigned_download_url"].(string), s.URL)
	if got := s.Want(200, "GET", link, nil).Body; string(got) != string(fixture.Zip(fixture.Files("shared", "1.0.0"))) {
		t.Error("the archive is another")
	}
	for _, path := range []string{"/v1/plugins/" + v1, "/v1/plugins/shared", "/v1/plugins/none_9_9_9"} {
		stranger.Want(404, "GET", path, nil)
		stranger.Want(404, "DELETE", path, nil)
	}
	if f := stranger.Want(200, "GET", "/v1/plugins", nil).Fields(); f["total"] != 0.0 || f["organization_id"] != "org_other" {
		t.Errorf("a stranger sees %v", f)
	}

	// Seen from a namespace, before it is enabled there.
	s.Want(404, "GET", "plugins/"+v1, nil)
	s.Want(404, "POST", "plugins/"+v1+"/deploy", nil)
	available := s.Want(200, "GET", "plugins/available", nil)
	if f := available.Fields(); f["total"] != 2.0 || f["namespace_id"] != "ns_test" || f["organization_id"] != "org_test" || items(available)[v1]["enabled_in_namespace"] != false {
		t.Errorf("available: %s", available.Body)
	}
	if f := stranger.Want(200, "GET", "/v1/namespaces/ns_foreign/plugins/available", nil).Fields(); f["total"] != 0.0 {
		t.Errorf("available to a stranger: %v", f)
	}
	stranger.Want(404, "POST", "/v1/namespaces/ns_foreign/plugins/org/"+v1+"/enable", nil)
	s.Want(404, "POST", "plugins/org/none_9_9_9/enable", nil)
	s.Want(404, "POST", "plugins/org/"+v1+"/disable", nil)

	enabled := s.Want(200, "POST", "plugins/org/"+v1+"/enable", map[string]any{"params": map[string]any{"model": "small"}}).Fields()
	if enabled["deployment_status"] != "deployed" || enabled["plugin_id"] != v1 || enabled["namespace_id"] != "ns_test" ||
		!strings.HasPrefix(enabled["feature_uri"].(string), "mixpeek://shared@1.0.0") {
		t.Fatalf("enabled: %v", enabled)
	}
	if got := answeredBy(t, s, "/v1/namespaces/ns_test/realtime/shared"); got != "1.0.0" {
		t.Errorf("answered by %s", got)
	}
	tested := s.Want(200, "POST", "plugins/"+v1+"/realtime/test", map[string]any{"inputs": map[string]any{"text": "x"}}).Fields()
	if tested["status"] != "success" {
		t.Errorf("tested: %v", tested)
	}
	s.Publish("mine", "1.0.0", fixture.Files("mine", "1.0.0"))
	mine := items(s.Want(200, "GET", "plugins", nil))
	if len(mine) != 2 || mine[v1]["origin"] != "organization" || mine[v1]["deployed"] != true || mine["mine_1_0_0"]["origin"] != "namespace" {
		t.Errorf("listed: %v", mine)
	}
	if !items(s.Want(200, "GET", "plugins/available", nil))[v1]["enabled_in_namespace"].(bool) {
		t.Error("not told as enabled")
	}
	s.Want(200, "GET", "plugins/"+v1+"/source", nil)
	download := s.Want(200, "GET", "plugins/"+v1+"/download", nil).Fields()
	if got := s.Want(200, "GET", strings.TrimPrefix(download["presigned_download_url"].(string), s.URL), nil).Body; int64(len(got)) != int64(download["size_bytes"].(float64)) {
		t.Error("the archive is another")
	}
	// One namespace does not see another's.
	if f := elsewhere.Want(200, "GET", "/v1/namespaces/ns_second/plugins", nil).Fields(); f["total"] != 0.0 {
		t.Errorf("the second namespace lists %v", f)
	}
	elsewhere.Want(404, "POST", "/v1/namespaces/ns_second/realtime/shared", call)
	elsewhere.Want(404, "GET", "/v1/namespaces/ns_second/plugins/by-name/shared/versions", nil)
	elsewhere.Want(200, "POST", "/v1/namespaces/ns_second/plugins/org/"+v1+"/enable", map[string]any{"deploy": false})

	// Versions, diff and rollback are those of any plugin.
	s.Want(200, "POST", "plugins/org/"+v2+"/enable", map[string]any{"deploy": true, "params": nil})
	diff := s.Want(200, "GET", "plugins/by-name/shared/diff?v1=1.0.0&v2=1.1.0", nil).Fields()
	if diff["summary"].(map[string]any)["files_changed"] == 0.0 {
		t.Errorf("diff: %v", diff)
	}
	back := s.Want(200, "POST", "plugins/by-name/shared/rollback", nil).Fields()
	if back["version"] != "1.0.0" || back["deployment_status"] != "DEPLOYED" {
		t.Errorf("rollback: %v", back)
	}
	checkOrgClones(t, s, boss, stranger)

	// Names clash both ways.
	if a := s.Want(409, "POST", "plugins/uploads", map[string]any{"name": "Shared"}); a.ErrorType() != "ConflictError" {
		t.Errorf("upload under an enabled name: %s", a.Body)
	}
	own := publishOrg(t, boss, "mine", "1.0.0")
	s.Want(409, "POST", "plugins/org/"+own+"/enable", nil)

	// The organisation can't take it away from those who use it.
	s.Want(409, "DELETE", "plugins/"+v1, nil)
	refused := boss.Want(409, "DELETE", "/v1/plugins/"+v1, nil)
	if details := refused.Fields()["error"].(map[string]any)["details"].(map[string]any); details["enabled_in"] != 2.0 || !strings.Contains(refused.Message(), "2 namespaces") {
		t.Errorf("refused: %s", refused.Body)
	}
	off := s.Want(200, "POST", "plugins/org/"+v1+"/disable", nil).Fields()
	if off["success"] != true || off["namespace_id"] != "ns_test" || !strings.Contains(off["message"].(string), "out of service") {
		t.Errorf("disabled: %v", off)
	}
	s.Want(404, "POST", "realtime/shared", call)
	s.Want(404, "GET", "plugins/"+v1+"/status", nil)
	if got := items(s.Want(200, "GET", "plugins", nil)); got[v1] != nil || got[v2] == nil {
		t.Errorf("listed: %v", got)
	}
	history := s.Want(200, "GET", "plugins/by-name/shared/deployments", nil).Fields()["deployments"].([]any)
	if first := history[0].(map[string]any); len(history) != 4 || first["action"] != "undeploy" || first["version"] != "1.0.0" {
		t.Errorf("history: %v", history)
	}
	if f := s.Want(200, "GET", "plugins/by-name/shared/versions", nil).Fields(); f["total"] != 2.0 {
		t.Errorf("versions: %v", f)
	}
	elsewhere.Want(200, "POST", "/v1/namespaces/ns_second/plugins/org/"+v1+"/disable", nil)
	gone := boss.Want(200, "DELETE", "/v1/plugins/"+v1+"?message=replaced", nil).Fields()
	if _, told := gone["deployment_removed"]; told || gone["success"] != true {
		t.Errorf("deleted: %v", gone)
	}
	boss.Want(404, "GET", "/v1/plugins/"+v1, nil)
	boss.Want(404, "DELETE", "/v1/plugins/"+v1, nil)
	s.Want(404, "GET", link, nil)
	s.Want(404, "POST", "plugins/org/"+v1+"/enable", nil)
	boss.Want(409, "POST", "/v1/plugins/uploads", map[string]any{"name": "shared", "version": "1.0.0"})

	only := publishOrg(t, boss, "alone", "1.0.0")
	boss.Want(200, "DELETE", "/v1/plugins/"+only, nil)
	into := filepath.Join(t.TempDir(), "alone")
	mustGit(t, "", "clone", "-q", remote(s, boss.Key, "org_test/alone.git"), into)
	if tags := mustGit(t, into, "tag"); tags != "deleted/v1.0.0\n" {
		t.Errorf("what is left of the organisation's: %s", tags)
	}
}

// checkOrgClones clones the organisation's repository and the namespace's copy:
// the same commits, and a ledger only in the copy.
func checkOrgClones(t *testing.T, s, boss, stranger *testserver.Server) {
	t.Helper()
	dir := t.TempDir()
	theirs, ours := filepath.Join(dir, "org"), filepath.Join(dir, "ns")
	mustGit(t, dir, "clone", "-q", remote(s, boss.Key, "org_test/shared.git"), theirs)
	mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/shared.git"), ours)
	if a, b := mustGit(t, theirs, "show-ref", "--tags"), mustGit(t, ours, "show-ref", "--tags"); a != b {
		t.Errorf("tags there\n%sand here\n%s", a, b)
	}
	if a, b := mustGit(t, theirs, "rev-list", "main"), mustGit(t, ours, "rev-list", "main"); a != b {
		t.Errorf("history there\n%sand here\n%s", a, b)
	}
	if log := mustGit(t, ours, "log", "--format=%s", "origin/active"); log != "rollback shared 1.0.0\ndeploy shared 1.1.0\ndeploy shared 1.0.0\n" {
		t.Errorf("ledger: %s", log)
	}
	if out, err := git(t, theirs, "rev-parse", "--verify", "-q", "origin/active"); err == nil {
		t.Errorf("the organisation's has a ledger: %s", out)
	}
	for what, c := range map[string]struct{ secret, path, says string }{
		"a namespace's key":      {s.Key, "org_test/shared.git", "lacks the scope org"},
		"a stranger's key":       {stranger.Key, "org_test/shared.git", `namespace "org_test" not found`},
		"no such plugin":         {boss.Key, "org_test/none.git", "not found"},
		"an organisation's key":  {boss.Key, "ns_test/shared.git", `namespace "ns_test" not found`},
		"a stranger's, a copy":   {stranger.Key, "ns_test/shared.git", `namespace "ns_test" not found`},
		"no such organisation":   {boss.Key, "org_none/shared.git", `namespace "org_none" not found`},
		"the copy of another ns": {s.Key, "ns_second/shared.git", `namespace "ns_second" not found`},
	} {
		out, err := git(t, dir, "clone", "-q", remote(s, c.secret, c.path), filepath.Join(dir, strings.ReplaceAll(what, " ", "_")))
		if err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
	mustGit(t, theirs, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "mine")
	if out, err := git(t, theirs, "push", "-q"); err == nil || !strings.Contains(out, "POST /v1/plugins/uploads") {
		t.Errorf("push: %v\n%s", err, out)
	}
}

// A deleted version is gone everywhere but from history, its number stays
// taken, and the last one takes the slug with it.
func TestDeletePlugin(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	v1 := s.Publish("text_embed", "1.0.0", fixture.Files("text_embed", "1.0.0"))
	v2 := s.Publish("text_embed", "1.0.1", fixture.Files("text_embed", "1.0.1"))
	s.DeployAndWait(v1)
	upload := s.Upload("text_embed", "1.0.2", fixture.Zip(fixture.Files("text_embed", "1.0.2")))
	link := strings.TrimPrefix(s.Want(200, "GET", "plugins/"+v1+"/download", nil).Fields()["presigned_download_url"].(string), s.URL)
	dir := t.TempDir()
	before := filepath.Join(dir, "before")
	mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/text_embed.git"), before)

	done := s.Want(200, "DELETE", "plugins/"+v1+"?message=holds+a+secret", nil).Fields()
	if done["success"] != true || done["plugin_id"] != v1 || done["deployment_removed"] != true || !strings.Contains(done["message"].(string), "stays in the history") {
		t.Errorf("deleted: %v", done)
	}
	for _, c := range []struct{ method, path string }{
		{"GET", "plugins/" + v1}, {"GET", "plugins/" + v1 + "/status"}, {"GET", "plugins/" + v1 + "/source"}, {"GET", "plugins/" + v1 + "/download"},
		{"POST", "plugins/" + v1 + "/deploy"}, {"POST", "plugins/" + v1 + "/undeploy"}, {"POST", "plugins/" + v1 + "/realtime/test"},
		{"DELETE", "plugins/" + v1}, {"POST", "realtime/text_embed"}, {"POST", "realtime/text_embed@1.0.0"}, {"GET", link},
		{"GET", "plugins/by-name/text_embed/diff?v1=1.0.0&v2=1.0.1"}, {"GET", "plugins/by-name/text_embed/source"},
	} {
		s.Want(404, c.method, c.path, nil)
	}
	s.Want(404, "POST", "plugins/by-name/text_embed/rollback", map[string]any{"version": "1.0.0"})
	if list := items(s.Want(200, "GET", "plugins", nil)); len(list) != 1 || list[v2] == nil {
		t.Errorf("listed: %v", list)
	}
	versions := s.Want(200, "GET", "plugins/by-name/text_embed/versions", nil).Fields()
	if versions["total"] != 1.0 || versions["active_version"] != nil {
		t.Errorf("versions: %v", versions)
	}
	if a := s.Want(409, "POST", "plugins/uploads", map[string]any{"name": "text_embed", "version": "1.0.0"}); !strings.Contains(a.Message(), "was deleted") {
		t.Errorf("the number again: %s", a.Body)
	}
	after := filepath.Join(dir, "after")
	mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/text_embed.git"), after)
	if a, b := mustGit(t, before, "rev-list", "main"), mustGit(t, after, "rev-list", "main"); a != b {
		t.Errorf("history was\n%sand is\n%s", a, b)
	}
	if refs := mustGit(t, dir, "ls-remote", remote(s, s.Key, "ns_test/text_embed.git")); strings.Contains(refs, "plugforge") || strings.Contains(refs, "refs/tags/v1.0.0") {
		t.Errorf("refs: %s", refs)
	}
	if tags := mustGit(t, after, "tag"); tags != "deleted/v1.0.0\nv1.0.1\n" {
		t.Errorf("tags: %s", tags)
	}
	signers := filepath.Join(dir, "allowed_signers")
	if err := os.WriteFile(signers, s.Want(200, "GET", "/git/allowed_signers", nil).Body, 0o600); err != nil {
		t.Fatal(err)
	}
	mustGit(t, after, "-c", "gpg.ssh.allowedSignersFile="+signers, "verify-tag", "deleted/v1.0.0")
	if text := mustGit(t, after, "cat-file", "-p", "deleted/v1.0.0"); !strings.Contains(text, "holds a secret") || !strings.Contains(text, "Test Author") {
		t.Errorf("the tombstone: %s", text)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Dir, "blobs", "archives", "ns_test", "text_embed", "1.0.0*")); len(left) != 0 {
		t.Errorf("the archive is there: %v", left)
	}

	// A version that was under way goes on, and the last one takes the slug
	// from every list.
	s.Want(200, "POST", "plugins/uploads/"+upload+"/confirm", nil)
	for _, id := range []string{v2, "text_embed_1_0_2"} {
		if done := s.Want(200, "DELETE", "plugins/"+id, nil).Fields(); done["deployment_removed"] != false {
			t.Errorf("deleted: %v", done)
		}
	}
	for _, path := range []string{"versions", "source", "diff?v1=1.0.0&v2=1.0.1"} {
		s.Want(404, "GET", "plugins/by-name/text_embed/"+path, nil)
	}
	s.Want(404, "POST", "plugins/by-name/text_embed/rollback", nil)
	if f := s.Want(200, "GET", "plugins", nil).Fields(); f["total"] != 0.0 {
		t.Errorf("listed: %v", f)
	}
	checkLastDeleted(t, s, dir)
	if up := s.Want(200, "POST", "plugins/uploads", map[string]any{"name": "text_embed"}).Fields(); up["version"] != "1.0.3" {
		t.Errorf("the next number: %v", up)
	}
	s.Want(409, "POST", "plugins/uploads", map[string]any{"name": "TEXT_embed"})
}

// checkLastDeleted: what ran can be proven when no version of the plugin is
// left; and no one else learns that it was there.
func checkLastDeleted(t *testing.T, s *testserver.Server, dir string) {
	t.Helper()
	var told struct {
		Deployments []struct {
			Version, Action string
			DeployedAt      time.Time `json:"deployed_at"`
		}
	}
	const path = "plugins/by-name/text_embed/deployments"
	s.Want(200, "GET", path, nil).JSON(&told)
	if n := len(told.Deployments); n != 2 || told.Deployments[n-1].Version != "1.0.0" || told.Deployments[n-1].Action != "deploy" {
		t.Fatalf("deployments: %+v", told)
	}
	at := told.Deployments[1].DeployedAt.Format("2006-01-02T15:04:05.000Z")
	s.Want(200, "GET", path+"?at="+at, nil).JSON(&told)
	if len(told.Deployments) != 1 || told.Deployments[0].Version != "1.0.0" {
		t.Errorf("at %s: %+v", at, told)
	}
	into := filepath.Join(dir, "last")
	mustGit(t, dir, "clone", "-q", remote(s, s.Key, "ns_test/text_embed.git"), into)
	if tags := mustGit(t, into, "tag"); tags != "deleted/v1.0.0\ndeleted/v1.0.1\ndeleted/v1.0.2\n" {
		t.Errorf("tags: %s", tags)
	}
	if log := mustGit(t, into, "log", "--format=%s", "origin/active"); !strings.HasSuffix(log, "deploy text_embed 1.0.0\n") {
		t.Errorf("the ledger: %s", log)
	}
	stranger := as(s, s.NewKey(plugforge.Key{Org: "org_else", Namespaces: []plugforge.Owner{"ns_else"}}))
	for _, c := range []struct {
		who  *testserver.Server
		path string
	}{{stranger, "/v1/namespaces/ns_else/" + path}, {s, "plugins/by-name/never_there/deployments"}, {s, "plugins/by-name/Text_embed/deployments"}} {
		a := c.who.Want(404, "GET", c.path, nil)
		if m := a.Message(); !strings.HasPrefix(m, "plugin ") || !strings.HasSuffix(m, " not found in this namespace") {
			t.Errorf("%s: %s", c.path, m)
		}
	}
	for _, path := range []string{"ns_test/never_there.git", "ns_test/Text_embed.git"} {
		if out, err := git(t, dir, "clone", "-q", remote(s, s.Key, path), filepath.Join(dir, "none")); err == nil || !strings.Contains(out, "not found in this namespace") {
			t.Errorf("%s: %v %s", path, err, out)
		}
	}
	if out, err := git(t, dir, "clone", "-q", remote(s, stranger.Key, "ns_test/text_embed.git"), filepath.Join(dir, "none")); err == nil || !strings.Contains(out, `namespace "ns_test" not found`) {
		t.Errorf("a stranger's clone: %v %s", err, out)
	}
}

// What an enabling answers when the version fails to start, has no endpoint, or
// is not to be deployed yet.
func TestEnableAnswers(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	boss := as(s, s.NewKey(plugforge.Key{Scopes: []plugforge.Scope{plugforge.ScopeOrg}}))
	broken := publishOrgTree(t, boss, "broken", "1.0.0", fixture.With(fixture.Files("broken", "1.0.0"), "processors/core.py", "raise RuntimeError('no model')\n"))
	batch := fixture.Files("batch", "1.0.0")
	delete(batch, "realtime.py")
	offline := publishOrgTree(t, boss, "batch", "1.0.0", batch)
	idle := publishOrg(t, boss, "idle", "1.0.0")
	for _, c := range []struct {
		id     string
		body   any
		status string
		state  string
		live   bool
	}{
		{broken, nil, "pending", "FAILED", false},
		{offline, map[string]any{"deploy": true}, "deployed", "NOT_DEPLOYED", true},
		{idle, map[string]any{"deploy": false, "params": map[string]any{}}, "skipped", "NOT_DEPLOYED", false},
	} {
		if got := s.Want(200, "POST", "plugins/org/"+c.id+"/enable", c.body).Fields(); got["deployment_status"] != c.status || got["success"] != true {
			t.Errorf("%s: %v", c.id, got)
		}
		st := s.Want(200, "GET", "plugins/"+c.id+"/status", nil).Fields()
		if st["status"] != c.state || st["deployed"] != c.live {
			t.Errorf("%s: %v", c.id, st)
		}
		if text, _ := st["error"].(string); c.state == "FAILED" && !strings.Contains(text, "no model") {
			t.Errorf("%s: error %q", c.id, text)
		}
	}
	s.DeployAndWait(idle)
	if got := answeredBy(t, s, "/v1/namespaces/ns_test/realtime/idle"); got != "1.0.0" {
		t.Errorf("answered by %s", got)
	}
	// Enabled again without deploying, what runs goes on as it was.
	again := s.Want(200, "POST", "plugins/org/"+idle+"/enable", map[string]any{"deploy": false}).Fields()
	if again["deployment_status"] != "skipped" || !strings.Contains(again["message"].(string), "live as it was") {
		t.Errorf("again: %v", again)
	}
	for _, id := range []string{broken, offline, idle} {
		s.Want(200, "POST", "plugins/org/"+id+"/disable", map[string]any{"message": "no more"})
	}
	history := s.Want(200, "GET", "plugins/by-name/batch/deployments", nil).Fields()["deployments"].([]any)
	if last := history[0].(map[string]any); last["action"] != "undeploy" || last["message"] != "no more" || last["deployment_type"] != "batch_only" {
		t.Errorf("history: %v", history)
	}
}
