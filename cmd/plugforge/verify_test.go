package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver, to look at the database from outside

	"plugforge/internal/api"
)

// recover checks, on a server started after a kill, that all the life was
// promised is there and that nothing is half there. It asks again for what was
// not answered. How often the life's records say FAILED is returned.
func (l *life) recover(t testing.TB, s *site, c *client) (failed int) {
	t.Helper()
	report := func(format string, args ...any) {
		t.Errorf("plugin %s (doubt %+v, owed %+v): %s", l.name, l.doubt, l.owed, fmt.Sprintf(format, args...))
	}
	if l.doubt != nil && l.doubt.what == "upload" {
		l.doubt = nil // the number may be held, and no more
	}
	if err := l.settleVersions(t, s, c); err != nil {
		report("%v", err)
		return 0
	}
	failed, err := l.settleLedger(t, s, c)
	if err != nil {
		report("%v", err)
	}
	return failed
}

// settleVersions compares the list with the tags, sends the request in doubt
// again, and compares anew.
func (l *life) settleVersions(t testing.TB, s *site, c *client) error {
	inDoubt := l.doubt != nil && (l.doubt.what == "put" || l.doubt.what == "confirm")
	may := l.ids()
	if inDoubt && l.doubt.what == "confirm" {
		may = append(may, l.open.id)
	}
	before, err := l.listed(t, s, c)
	if err != nil {
		return err
	}
	if !slices.Equal(before, l.ids()) && !slices.Equal(before, may) {
		return fmt.Errorf("the versions are %v, acknowledged were %v", before, l.ids())
	}
	if !inDoubt {
		return nil
	}
	if l.doubt.what == "confirm" {
		err = l.confirm(c)
	} else {
		err = l.publish(c)
	}
	if err != nil {
		return fmt.Errorf("asking again: %w", err)
	}
	after, err := l.listed(t, s, c)
	if err == nil && !slices.Equal(after, l.ids()) {
		err = fmt.Errorf("after asking again the versions are %v, acknowledged were %v", after, l.ids())
	}
	return err
}

// ids are the plugin ids of what was confirmed, oldest first.
func (l *life) ids() []string {
	var ids []string
	for _, r := range l.releases {
		ids = append(ids, r.id)
	}
	return ids
}

// listed gives the plugin ids that the list shows, oldest first, and sees to
// it that git has the same: a tag each, on one line of commits.
func (l *life) listed(t testing.TB, s *site, c *client) ([]string, error) {
	items, _, err := c.versions(l.name)
	if err != nil {
		return nil, err
	}
	var ids, list []string
	for _, item := range slices.Backward(items) {
		ids = append(ids, item.PluginID)
		list = append(list, "v"+item.Version+" "+item.Commit)
	}
	repo := s.repository(l.name)
	if _, err := os.Stat(repo); err != nil && len(items) == 0 {
		return nil, nil
	}
	var tags []string
	for line := range strings.Lines(git(t, repo, "for-each-ref", "--format=%(refname:short) %(*objectname)", "refs/tags")) {
		tags = append(tags, strings.TrimSpace(line))
	}
	sorted := slices.Sorted(slices.Values(list))
	if slices.Sort(tags); !slices.Equal(sorted, tags) {
		return nil, fmt.Errorf("the list has %v, git has the tags %v", sorted, tags)
	}
	if len(items) == 0 {
		return nil, nil
	}
	var line []string
	for hash := range strings.Lines(git(t, repo, "rev-list", "--reverse", "main")) {
		line = append(line, strings.TrimSpace(hash))
	}
	commits := make([]string, len(list))
	for i, item := range list {
		_, commits[i], _ = strings.Cut(item, " ")
	}
	if !slices.Equal(line, commits) {
		return nil, fmt.Errorf("main has the commits %v, the list %v", line, commits)
	}
	return ids, nil
}

// settleLedger waits until no deployment is under way and compares ledger,
// records, list and status with what was acknowledged.
func (l *life) settleLedger(t testing.TB, s *site, c *client) (failed int, err error) {
	if len(l.releases) == 0 {
		return 0, nil
	}
	for _, e := range l.unsettled() {
		if _, err := c.status(l.pluginID(e.version), "60s"); err != nil {
			return 0, err
		}
	}
	records, err := c.deployments(l.name)
	if err != nil {
		return 0, err
	}
	var done []event
	for _, d := range slices.Backward(records) {
		switch d.Status {
		case api.StateDEPLOYED, api.StateNOTDEPLOYED:
			done = append(done, event{string(d.Action), d.Version})
		case api.StateFAILED:
			if failed++; d.Error == nil || *d.Error == "" {
				return failed, fmt.Errorf("a deployment failed without a reason: %+v", d)
			}
		default:
			return failed, fmt.Errorf("a deployment never ended: %+v", d)
		}
	}
	got := l.readLedger(t, s)
	if !slices.Equal(got, done) {
		return failed, fmt.Errorf("the ledger says %v, the records %v", tail(got), tail(done))
	}
	want := l.ledger
	if l.owed != nil {
		want = append(slices.Clone(want), *l.owed)
	}
	if l.doubt != nil && len(got) == len(want)+1 {
		want = append(slices.Clone(want), l.doubt.event)
	}
	if !slices.Equal(got, want) {
		return failed, fmt.Errorf("the ledger says %v, acknowledged was %v", tail(got), tail(want))
	}
	l.ledger, l.owed, l.doubt = want, nil, nil
	return failed, l.checkActive(c)
}

// unsettled are the deployments that may be under way.
func (l *life) unsettled() []event {
	var some []event
	if l.owed != nil {
		some = append(some, *l.owed)
	}
	if l.doubt != nil && l.doubt.event.version != "" {
		some = append(some, l.doubt.event)
	}
	return some
}

func tail(events []event) []event { return events[max(0, len(events)-6):] }

// readLedger reads refs/heads/active, oldest entry first.
func (l *life) readLedger(t testing.TB, s *site) []event {
	t.Helper()
	repo := s.repository(l.name)
	if git(t, repo, "for-each-ref", "refs/heads/active") == "" {
		return nil
	}
	var events []event
	log := git(t, repo, "log", "--reverse", "--format=%(trailers:key=Action,valueonly,separator=)%x09%(trailers:key=Version,valueonly,separator=)", "active")
	for line := range strings.Lines(log) {
		action, version, _ := strings.Cut(strings.TrimSpace(line), "\t")
		events = append(events, event{action, version})
	}
	return events
}

// checkActive compares what list, status and route say is live with the
// ledger.
func (l *life) checkActive(c *client) error {
	_, active, err := c.versions(l.name)
	if err != nil {
		return err
	}
	if active != l.active() {
		return fmt.Errorf("the active version is %q, the ledger says %q", active, l.active())
	}
	if len(l.ledger) > 0 {
		last := l.ledger[len(l.ledger)-1].version
		status, err := c.status(l.pluginID(last), "0s")
		if err != nil {
			return err
		}
		live := active == last
		if status.Deployed != live || status.RealtimeEnabled != (live && l.realtime) || (status.Status == api.StateDEPLOYED) != (live && l.realtime) {
			return fmt.Errorf("the ledger says %q is live, its status %+v", active, status)
		}
	}
	version, header, err := c.invoke(l.name)
	if active != "" && l.realtime {
		if err == nil && (version != active || header != active) {
			err = fmt.Errorf("version %q answered (header %q), live is %q", version, header, active)
		}
		return err
	}
	if r, ok := err.(*refusal); !ok || r.status != http.StatusNotFound {
		return fmt.Errorf("nothing is live for realtime, yet the route answered %q, %v", version, err)
	}
	return nil
}

// sameBytes checks that a release's source and archive are what was uploaded.
func (r *release) sameBytes(c *client) error {
	archive, err := c.download(r.id)
	if err != nil {
		return err
	}
	if !bytes.Equal(archive, r.archive) {
		return fmt.Errorf("%s: the archive has %d bytes that are not the %d uploaded", r.id, len(archive), len(r.archive))
	}
	source, err := c.source(r.id)
	if err != nil {
		return err
	}
	files := map[string]string{}
	for _, f := range source.Files {
		if f.Content == nil {
			return fmt.Errorf("%s: %s has no content", r.id, f.Path)
		}
		files[f.Path] = *f.Content
		if f.Encoding == "base64" {
			raw, err := base64.StdEncoding.DecodeString(*f.Content)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", r.id, f.Path, err)
			}
			files[f.Path] = string(raw)
		}
	}
	return r.sameFiles(files)
}

func (r *release) sameFiles(files map[string]string) error {
	for path, content := range r.files {
		if got, ok := files[path]; !ok || got != content {
			return fmt.Errorf("%s: %s is not as it was uploaded", r.id, path)
		}
	}
	if len(files) != len(r.files) {
		return fmt.Errorf("%s has %d files, uploaded were %d", r.id, len(files), len(r.files))
	}
	return nil
}

// cloneEquals clones the plugin with stock git and compares what each tag
// checks out with what was uploaded.
func (l *life) cloneEquals(t testing.TB, c *client, releases []*release) {
	t.Helper()
	clone := filepath.Join(t.TempDir(), l.name)
	auth := "http.extraHeader=Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("auditor:"+c.key))
	git(t, "", "-c", auth, "clone", "--quiet", "http://"+c.host+"/git/"+testNamespace+"/"+l.name+".git", clone)
	defer os.RemoveAll(clone)
	for _, r := range releases {
		git(t, clone, "checkout", "--quiet", "v"+r.version())
		files := map[string]string{}
		err := filepath.WalkDir(clone, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if d != nil && d.Name() == ".git" {
					return fs.SkipDir
				}
				return err
			}
			content, err := os.ReadFile(path)
			name, _ := filepath.Rel(clone, path)
			files[name] = string(content)
			return err
		})
		if err == nil {
			err = r.sameFiles(files)
		}
		if err != nil {
			t.Errorf("clone: %v", err)
		}
	}
}

func (s *site) repository(name string) string {
	return filepath.Join(s.data, "git", "ns", testNamespace, strings.ToLower(name)+".git")
}

// fsck has git look for anything wrong, or unreached, in the repository.
func (s *site) fsck(t testing.TB, name string) {
	t.Helper()
	repo := s.repository(name)
	if _, err := os.Stat(repo); os.IsNotExist(err) {
		return
	}
	for line := range strings.Lines(git(t, repo, "fsck", "--full", "--strict", "--unreachable", "--no-progress")) {
		if !strings.HasPrefix(line, "notice: ") { // of a repository without a version yet
			t.Errorf("git fsck of %s: %s", name, line)
		}
	}
}

// checkDatabase looks at the database from outside while the server runs.
func (s *site) checkDatabase(t testing.TB) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.data, "plugforge.db")+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %s, %v", verdict, err)
	}
	rows, err := db.Query(`PRAGMA foreign_key_check`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() {
		t.Error("foreign_key_check is not empty")
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

// git runs stock git, with no settings but ours, and gives what it prints.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("git %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}
