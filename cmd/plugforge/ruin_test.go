package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge/internal/api"
)

// ruin is something that befell a data folder while no server ran.
type ruin struct {
	what    string
	do      func(t *testing.T, data string)
	script  string // what a shell does first where only the server sees it, with the data folder as $1
	refused string // what the one line says with which the server refuses to start; empty: it starts
	keyless bool   // keys are gone with it: a new one is made
	missing bool   // the first plugin can't be read
}

func ruins() []ruin {
	gone := func(names ...string) func(*testing.T, string) {
		return func(t *testing.T, data string) {
			for _, name := range names {
				if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	write := func(name string, content []byte) func(*testing.T, string) {
		return func(t *testing.T, data string) {
			gone("plugforge.db-wal", "plugforge.db-shm")(t, data)
			if err := os.WriteFile(filepath.Join(data, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return []ruin{
		{what: "nothing", do: gone()},
		{what: "the database is deleted", do: gone("plugforge.db", "plugforge.db-wal", "plugforge.db-shm"), keyless: true},
		{what: "the database is empty", do: write("plugforge.db", nil), keyless: true},
		{what: "the database is garbage", do: write("plugforge.db", bytes.Repeat([]byte("garbage "), 4096)), refused: "plugforge.db"},
		{what: "the database is cut short", do: func(t *testing.T, data string) {
			if err := os.Truncate(filepath.Join(data, "plugforge.db"), 8<<10); err != nil {
				t.Fatal(err)
			}
			gone("plugforge.db-wal", "plugforge.db-shm")(t, data)
		}, refused: "plugforge.db"},
		{what: "the log is missing", do: gone("plugforge.db-wal", "plugforge.db-shm")},
		{what: "the shared memory is missing", do: gone("plugforge.db-shm")},
		{what: "the database is read-only", do: gone(), script: `mount --bind "$1/plugforge.db" "$1/plugforge.db" && mount -o remount,bind,ro "$1/plugforge.db"`, refused: "plugforge.db: it cannot be written"},
		{what: "the data folder is read-only", do: gone(), script: `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"`, refused: "read-only"},
		{what: "the repositories are missing", do: gone("git"), refused: "git folder is empty"},
		{what: "one repository is missing", do: gone("git/ns/" + testNamespace + "/ruin_0.git"), missing: true},
		{what: "the signing key is missing", do: gone("keys/signing"), refused: "key"},
	}
}

// Whatever befell its data folder, a server refuses to start with one line that
// says what, or starts with everything that git has: it never tells of less as
// if that were all.
func TestRuinedFolders(t *testing.T) {
	base := newSite(t)
	srv := base.start(t)
	lives := newLives("Ruin", 2, 0)
	for _, l := range lives {
		for len(l.releases) < 3 || l.active() == "" {
			if err := l.next(srv.client(base.key)); err != nil {
				t.Fatal(err)
			}
		}
	}
	srv.kill("") // so that the database's log is there
	want := versionsOf(lives)
	for i, r := range ruins() {
		s := &site{data: filepath.Join(filepath.Dir(base.data), fmt.Sprint("ruined", i)), run: base.run, key: base.key}
		copyFolder(t, base.data, s.data)
		r.do(t, s.data)
		if r.script != "" {
			if os.Getuid() != 0 {
				continue
			}
			s.tracer = []string{"unshare", "--mount", "sh", "-c", r.script + ` && shift && exec "$@"`, "ruin", s.data}
		}
		t.Run(r.what, func(t *testing.T) { s.startsOrSays(t, r, want) })
	}
}

func (s *site) startsOrSays(t *testing.T, r ruin, want map[string]bool) {
	srv := s.launch(t)
	select {
	case <-srv.exited:
		said := strings.TrimSpace(srv.log.String())
		if r.refused == "" || srv.status == exitOK || !strings.Contains(said, r.refused) || strings.Count(said, "Error:") != 1 || strings.Contains(said, "goroutine") {
			t.Errorf("exit status %d:\n%s", srv.status, said)
		}
		t.Log(said)
		return
	case srv.address = <-srv.listening:
	case <-time.After(30 * time.Second):
		t.Fatalf("neither starts nor ends:\n%s", srv.log.String())
	}
	if r.refused != "" {
		t.Fatalf("it starts:\n%s", srv.log.String())
	}
	if r.keyless {
		if _, _, err := srv.client(s.key).versions("Ruin_0"); statusOf(err) != 401 {
			t.Errorf("with a key that nobody knows: %v", err)
		}
		var stdout, stderr bytes.Buffer
		args := []string{"keys", "create", "--data", s.data, "--org", "org_crash", "--namespace", testNamespace, "--name", "Anew"}
		if status := run(t.Context(), args, &stdout, &stderr); status != exitOK {
			t.Fatalf("keys create: %s", stderr.String())
		}
		s.key = strings.TrimSpace(stdout.String())
	}
	c := srv.client(s.key)
	page, err := call[api.PluginList](c, "GET", "/plugins?limit=200", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, p := range page.Plugins {
		got[p.Name+" "+p.Version] = p.Deployed
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("it lists %v, and git has %v\n%s", got, want, srv.log.String())
	}
	_, err = c.source("Ruin_1_1_0_0")
	if err != nil {
		t.Errorf("the other plugin: %v", err)
	}
	for _, path := range []string{"/plugins/Ruin_0_1_0_0/source", "/plugins/by-name/Ruin_0/diff?v1=1.0.0&v2=1.0.0"} {
		_, err := call[map[string]any](c, "GET", path, nil)
		if told := statusOf(err) == 503 && strings.Contains(err.Error(), "repository of plugin Ruin_0 is missing"); r.missing != (err != nil) || r.missing && !told {
			t.Errorf("%s of the first plugin: %v\n%s", path, err, srv.log.String())
		}
	}
	out, err := exec.Command("git", "clone", "-q", "--bare", "http://x:"+s.key+"@"+srv.address+"/git/"+testNamespace+"/Ruin_0.git", s.data+".clone").CombinedOutput()
	if r.missing != (err != nil) || r.missing && !strings.Contains(string(out), "is missing on the server") {
		t.Errorf("a clone of the first plugin: %v: %s", err, out)
	}
	if r.missing && !strings.Contains(srv.log.String(), "whose repository is missing: restore it") {
		t.Errorf("its log does not tell:\n%s", srv.log.String())
	}
	srv.process.Kill()
	<-srv.exited
}

// versionsOf is each version and whether it is live.
func versionsOf(lives []*life) map[string]bool {
	all := map[string]bool{}
	for _, l := range lives {
		for _, r := range l.releases {
			all[l.name+" "+r.version()] = l.active() == r.version()
		}
	}
	return all
}
