package audit_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/audit"
	"plugforge/gitstore"
)

var (
	slug = plugforge.Slug{Owner: "ns_test", Name: "text_embed"}
	noon = time.Date(2026, 3, 4, 12, 0, 0, 250_000_000, time.UTC)
	ada  = plugforge.Actor{KeyID: "key_1", Name: "Ada"}
)

const someHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// original is a repository with a history worth lying about: 1.0.0, 1.1.0 and
// 1.2.0, of which 1.1.0 is deleted, and a ledger of four entries.
type original struct {
	t       testing.TB
	dir     string
	signers string
	key     string
	commits map[string]string // by version
}

func newOriginal(t testing.TB) *original {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	o := &original{t: t, key: filepath.Join(dir, "signing"), commits: map[string]string{}}
	s, err := gitstore.Open(ctx, gitstore.Config{Dir: filepath.Join(dir, "git"), KeyFile: o.key})
	o.must(err)
	o.dir, o.signers = filepath.Join(dir, "git", "ns", "ns_test", "text_embed.git"), s.AllowedSigners()
	for i := range 3 {
		v := plugforge.Version{Major: 1, Minor: i}
		p, err := s.Publish(ctx, gitstore.Publication{Plugin: plugforge.Plugin{Scan: plugforge.ScanRecord{Policy: someHash},
			Slug: slug, Version: v, Message: "release\n\nVersion: 9.9.9\n---\nfaked: yes", Author: ada, CodeHash: someHash, ArchiveSize: 3,
			ScanPassed: true, UploadID: fmt.Sprint("plu_", i), CreatedAt: noon.Add(time.Duration(i) * time.Minute)}}, tree(i))
		o.must(err)
		o.commits[v.String()] = p.Commit
	}
	entry := func(action plugforge.Action, version string, previous string) {
		t.Helper()
		v, err := plugforge.ParseVersion(version)
		o.must(err)
		e := gitstore.Entry{Action: action, Version: v, VersionCommit: o.commits[version], Type: plugforge.TypeRealtime, By: ada,
			DeploymentID: fmt.Sprint("dpl_", action, version), At: noon.Add(time.Hour)}
		if previous != "" {
			before, err := plugforge.ParseVersion(previous)
			o.must(err)
			e.Previous = &before
		}
		_, err = s.AppendLedger(ctx, slug, e)
		o.must(err)
	}
	entry(plugforge.ActionDeploy, "1.0.0", "")
	entry(plugforge.ActionDeploy, "1.1.0", "1.0.0")
	entry(plugforge.ActionUndeploy, "1.1.0", "")
	entry(plugforge.ActionDeploy, "1.2.0", "")
	_, err = s.Retire(ctx, slug, plugforge.Version{Major: 1, Minor: 1}, gitstore.Tombstone{By: ada, At: noon.Add(2 * time.Hour), Message: "wrong"})
	o.must(err)
	return o
}

func tree(i int) fs.FS {
	return fstest.MapFS{
		"manifest.py":     {Data: []byte(fmt.Sprintf("version = %d\n", i)), Mode: 0o644},
		"pipeline.py":     {Data: []byte("def build_steps(): pass\n"), Mode: 0o644},
		"a/b/c.py":        {Data: []byte("x = 1\r\n"), Mode: 0o644},
		"a-b/run.sh":      {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		"a/umläut and \"": {Data: nil, Mode: 0o644},
	}
}

func (o *original) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// clone is a fresh clone, as stock git makes it.
func (o *original) clone(t testing.TB) *clone {
	t.Helper()
	c := &clone{t, filepath.Join(t.TempDir(), "clone"), o}
	out, err := gitIn("", "clone", "--quiet", "--no-local", o.dir, c.dir)
	if err != nil {
		t.Fatalf("clone: %v: %s", err, out)
	}
	return c
}

type clone struct {
	t   testing.TB
	dir string
	of  *original
}

func gitIn(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*", "-c", "user.name=Mallory", "-c", "user.email=m@example.com"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_COMMITTER_DATE=1772632800 +0000", "GIT_AUTHOR_DATE=1772632800 +0000")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (c *clone) git(args ...string) string {
	c.t.Helper()
	out, err := gitIn(c.dir, args...)
	if err != nil {
		c.t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

// commit forges a commit. With the server's key it is signed as the server
// signs.
func (c *clone) commit(signed bool, tree, message string, parents ...string) string {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "message")
	if err := os.WriteFile(file, []byte(message), 0o600); err != nil {
		c.t.Fatal(err)
	}
	args := []string{"-c", "gpg.format=ssh", "-c", "user.signingkey=" + c.of.key, "commit-tree", "-F", file}
	if signed {
		args = append(args, "-S")
	}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	return c.git(append(args, tree)...)
}

func (c *clone) message(object string) string {
	c.t.Helper()
	out, err := exec.Command("git", "-C", c.dir, "log", "-1", "--format=%B", object).Output()
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func (c *clone) verify(o audit.Options) *audit.Report {
	c.t.Helper()
	o.Dir = c.dir
	if o.Signers == "" {
		o.Signers = c.of.signers
	}
	r, err := audit.Verify(c.t.Context(), o)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func TestHonestCloneHasNoFindings(t *testing.T) {
	o := newOriginal(t)
	r := o.clone(t).verify(audit.Options{})
	if len(r.Findings) > 0 || r.Versions != 2 || r.Deleted != 1 || r.Entries != 4 || r.Live != "1.2.0" || r.Plugin != "text_embed" || r.Owner != "ns_test" {
		t.Errorf("report %+v", r)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "--since") {
		t.Errorf("notes %q: a cut tail can't be seen, and must be said so", r.Notes)
	}
	again := o.clone(t).verify(audit.Options{Memory: r.Memory})
	if len(again.Findings) > 0 || len(again.Notes) > 0 {
		t.Errorf("with a memory %+v", again)
	}
	bare := &clone{t, o.dir, o}
	if r := bare.verify(audit.Options{}); len(r.Findings) > 0 || r.Entries != 4 {
		t.Errorf("the repository itself %+v", r)
	}
}

// Each lie is found, and told of at the place that lies.
func TestLiesAreFound(t *testing.T) {
	o := newOriginal(t)
	honest := o.clone(t).verify(audit.Options{})
	stranger := filepath.Join(t.TempDir(), "stranger")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const main, active = "refs/remotes/origin/main", "refs/remotes/origin/active"
	cases := map[string]struct {
		lie  func(c *clone)
		want string // begins the finding's Where
		text string // in What
	}{
		"a tag moved to another version's tag object": {func(c *clone) { c.git("update-ref", "refs/tags/v1.0.0", "refs/tags/v1.2.0") }, "refs/tags/v1.0.0", "names itself"},
		"a tag without a signature":                   {func(c *clone) { c.git("tag", "-f", "-a", "-m", "x", "v1.0.0", "v1.0.0^{}") }, "refs/tags/v1.0.0", "not signed"},
		"a tag that is no tag object":                 {func(c *clone) { c.git("update-ref", "refs/tags/v1.0.0", "v1.0.0^{}") }, "refs/tags/v1.0.0", "is a commit"},
		"a stranger's signature": {func(c *clone) {
			c.git("-c", "gpg.format=ssh", "-c", "user.signingkey="+stranger, "tag", "-f", "-s", "-m", "x", "v1.0.0", "v1.0.0^{}")
		}, "refs/tags/v1.0.0", "not among the allowed"},
		"a tag that says another thing than its commit": {func(c *clone) {
			c.git("-c", "gpg.format=ssh", "-c", "user.signingkey="+o.key, "tag", "-f", "-s", "-m", "x", "v1.0.0", "v1.0.0^{}")
		}, "refs/tags/v1.0.0", "does not say what its commit"},
		"a version's tag taken away": {func(c *clone) { c.git("tag", "-d", "v1.0.0") }, "commits/", "neither a tag nor a tombstone"},
		"a tombstone taken away":     {func(c *clone) { c.git("tag", "-d", "deleted/v1.1.0") }, "commits/", "neither a tag nor a tombstone"},
		"a tombstone on another version": {func(c *clone) {
			c.git("tag", "-d", "v1.0.0")
			c.git("-c", "gpg.format=ssh", "-c", "user.signingkey="+o.key, "tag", "-s", "--cleanup=verbatim", "-m", "x\n\nAction: delete\n", "deleted/v1.0.0", "v1.2.0^{}")
		}, "refs/tags/deleted/v1.0.0", "version 1.2.0"},
		"main cut behind a tag": {func(c *clone) { c.git("update-ref", main, "v1.0.0^{}") }, "refs/tags/", "is not on main"},
		"a version slipped in without a tag": {func(c *clone) {
			m := strings.Replace(c.message(main), "Version: 1.2.0", "Version: 1.3.0", 1)
			c.git("update-ref", main, c.commit(true, main+"^{tree}", m, main))
		}, "commits/", "1.3.0 is on main and has neither"},
		"an unsigned commit on main": {func(c *clone) { c.git("update-ref", main, c.commit(false, main+"^{tree}", c.message(main), main)) }, "commits/", "not signed"},
		"a merge on main": {func(c *clone) {
			c.git("update-ref", main, c.commit(true, main+"^{tree}", c.message(main), main, "v1.0.0^{}"))
		}, "commits/", "has 2 parents"},
		"other files under a version, signed by the server": {func(c *clone) {
			c.git("update-ref", main, c.commit(true, "v1.0.0^{tree}", c.message(main), main))
		}, "commits/", "Content-SHA256"},
		"a foreign tag": {func(c *clone) { c.git("tag", "release", main) }, "refs/tags/release", "no tag that the service makes"},
		"an unsigned ledger entry": {func(c *clone) {
			c.git("update-ref", active, c.commit(false, "v1.0.0^{tree}", ledger(c, "rollback", "1.0.0", "1.2.0", "dpl_x"), active))
		}, "ledger/", "not signed"},
		"a ledger entry taken out of the middle": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, active+"^{tree}", c.message(active), active+"~3"))
		}, "ledger/", "says that none was live before it, and the entry before says 1.0.0"},
		"a ledger entry that ran another tree": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, "v1.2.0^{tree}", ledger(c, "rollback", "1.0.0", "1.2.0", "dpl_x"), active))
		}, "ledger/", "its tree is"},
		"an undeployment that left a tree": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, "v1.2.0^{tree}", ledger(c, "undeploy", "1.2.0", "none", "dpl_x"), active))
		}, "ledger/", "after nothing was live"},
		"an undeployment of what was not live": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, emptyTree(c), ledger(c, "undeploy", "1.0.0", "none", "dpl_x"), active))
		}, "ledger/", "takes 1.0.0 out of service"},
		"a ledger entry that names another commit": {func(c *clone) {
			m := strings.Replace(ledger(c, "rollback", "1.0.0", "1.2.0", "dpl_x"), o.commits["1.0.0"], o.commits["1.2.0"], 1)
			c.git("update-ref", active, c.commit(true, "v1.0.0^{tree}", m, active))
		}, "ledger/", "says that version 1.0.0 is commit"},
		"a deployment told twice": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, "v1.0.0^{tree}", ledger(c, "rollback", "1.0.0", "1.2.0", "dpl_deploy1.2.0"), active))
		}, "ledger/", "is not its own"},
		"a version that there is none of": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, "v1.0.0^{tree}", ledger(c, "deploy", "7.0.0", "1.2.0", "dpl_x"), active))
		}, "ledger/", "names version \"7.0.0\""},
		"a ledger of two lines": {func(c *clone) {
			c.git("update-ref", active, c.commit(true, "v1.0.0^{tree}", ledger(c, "rollback", "1.0.0", "1.2.0", "dpl_x"), active, active+"~2"))
		}, "ledger/", "has 2 parents"},
		"swapped bytes under an object's name": {swapBlob, "commits/", "holds other bytes than its name stands for"},
		"an object that is missing":            {func(c *clone) { loosen(c); os.Remove(objectFile(c, c.git("rev-parse", "v1.0.0:pipeline.py"))) }, "commits/", "is missing"},
		"a replaced object":                    {func(c *clone) { c.git("replace", "v1.0.0^{}", "v1.2.0^{}") }, "refs/replace/", "in the place of"},
		"a graft": {func(c *clone) {
			os.WriteFile(filepath.Join(c.dir, ".git", "info", "grafts"), []byte(c.git("rev-parse", main)+"\n"), 0o644)
		}, "info/grafts", "other parents"},
		"a shallow clone": {func(c *clone) { c.git("fetch", "--quiet", "--depth", "1", "--update-shallow") }, "shallow", "beginning"},
		"main rewritten since it was last seen": {func(c *clone) {
			c.git("tag", "-d", "v1.2.0")
			c.git("update-ref", main, main+"~1")
			c.git("update-ref", active, active+"~1")
		}, "refs/heads/main", "no longer leads to"},
		"the ledger's tail cut off since it was last seen": {func(c *clone) { c.git("update-ref", active, active+"~1") }, "refs/heads/active", "no longer leads to"},
		"the whole ledger taken away":                      {func(c *clone) { c.git("update-ref", "-d", active) }, "refs/heads/active", "no longer leads to"},
		"a tombstone made anew since it was last seen": {func(c *clone) {
			m := c.git("for-each-ref", "--format=%(contents:subject)%0a%0a%(contents:body)", "refs/tags/deleted/v1.1.0")
			c.git("-c", "gpg.format=ssh", "-c", "user.signingkey="+o.key, "tag", "-f", "-s", "--cleanup=verbatim", "-m", strings.Replace(m, "wrong", "right", 1), "deleted/v1.1.0", "deleted/v1.1.0^{}")
		}, "refs/tags/deleted/v1.1.0", "before"},
	}
	for name, lie := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := o.clone(t)
			lie.lie(c)
			r := c.verify(audit.Options{Memory: honest.Memory})
			if !slices.ContainsFunc(r.Findings, func(f audit.Finding) bool {
				return strings.HasPrefix(f.Where, lie.want) && strings.Contains(f.What, lie.text) && f.Way != ""
			}) {
				t.Errorf("findings %v, want one at %s with %q", r.Findings, lie.want, lie.text)
			}
			for _, f := range r.Findings {
				if strings.Contains(f.String(), "\n") {
					t.Errorf("finding of more than one line: %q", f)
				}
			}
		})
	}
}

// ledger is the message of an entry as the server writes it.
func ledger(c *clone, action, version, previous, deployment string) string {
	return fmt.Sprintf("why\n\nAction: %s\nVersion: %s\nCommit: %s\nPrevious-Version: %s\nDeployment-Id: %s\nDeployment-Type: realtime\nAudit-Head: none\nBy: key_1 Ada\n",
		action, version, c.of.commits[version], previous, deployment)
}

func emptyTree(c *clone) string { return c.git("hash-object", "-t", "tree", "-w", "/dev/null") }

// loosen puts every object of the clone into a file of its own.
func loosen(c *clone) {
	packs, err := filepath.Glob(filepath.Join(c.dir, ".git/objects/pack/*.pack"))
	if err != nil || len(packs) == 0 {
		c.t.Fatalf("packs %v: %v", packs, err)
	}
	for _, pack := range packs {
		moved := filepath.Join(c.t.TempDir(), "moved.pack")
		c.of.must(os.Rename(pack, moved))
		c.of.must(os.Remove(strings.TrimSuffix(pack, ".pack") + ".idx"))
		cmd := exec.Command("git", "unpack-objects", "-q")
		cmd.Dir = c.dir
		f, err := os.Open(moved)
		c.of.must(err)
		cmd.Stdin = f
		out, err := cmd.CombinedOutput()
		f.Close()
		if err != nil {
			c.t.Fatalf("unpack-objects: %v: %s", err, out)
		}
	}
}

func objectFile(c *clone, hash string) string {
	return filepath.Join(c.dir, ".git/objects", hash[:2], hash[2:])
}

// swapBlob puts one file's bytes under the name of another's.
func swapBlob(c *clone) {
	loosen(c)
	from, to := objectFile(c, c.git("rev-parse", "v1.2.0:pipeline.py")), objectFile(c, c.git("rev-parse", "v1.0.0:manifest.py"))
	content, err := os.ReadFile(from)
	c.of.must(err)
	c.of.must(os.Remove(to))
	c.of.must(os.WriteFile(to, content, 0o444))
}

func TestArchives(t *testing.T) {
	o := newOriginal(t)
	dir := t.TempDir()
	r := o.clone(t).verify(audit.Options{Archives: dir})
	if len(r.Findings) != 2 || r.Findings[0].Where != "archives/1.0.0.zip" || !strings.Contains(r.Findings[1].What, "1.2.0 is missing") {
		t.Errorf("findings %v, want two missing archives", r.Findings)
	}
	for _, name := range []string{"v1.0.0.zip", "text_embed_1_2_0.zip"} {
		o.must(os.WriteFile(filepath.Join(dir, name), []byte("abc"), 0o644))
	}
	r = o.clone(t).verify(audit.Options{Archives: dir})
	if len(r.Findings) != 2 || !strings.Contains(r.Findings[0].What, "was published from "+someHash) {
		t.Errorf("findings %v, want two wrong archives", r.Findings)
	}
	if _, err := audit.Verify(t.Context(), audit.Options{Dir: o.dir, Signers: o.signers, Archives: filepath.Join(dir, "none")}); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// What is not there, or can't be read, is an error and no finding.
func TestVerifyRefuses(t *testing.T) {
	o := newOriginal(t)
	for want, opts := range map[plugforge.Code]audit.Options{
		plugforge.CodeNotFound:   {Dir: t.TempDir(), Signers: o.signers},
		plugforge.CodeValidation: {Dir: o.dir, Signers: "nobody"},
	} {
		if _, err := audit.Verify(t.Context(), opts); plugforge.CodeOf(err) != want {
			t.Errorf("%+v: %v, want %s", opts, err, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "none")
	if _, err := audit.Verify(t.Context(), audit.Options{Dir: missing, Signers: o.signers}); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		t.Errorf("no clone: %v", err)
	}
}

// A version that was deleted between two audits is no lie.
func TestDeletedSince(t *testing.T) {
	o := newOriginal(t)
	memory := maps.Clone(o.clone(t).verify(audit.Options{}).Memory)
	s, err := gitstore.Open(t.Context(), gitstore.Config{Dir: filepath.Dir(filepath.Dir(filepath.Dir(o.dir))), KeyFile: o.key})
	o.must(err)
	_, err = s.Retire(t.Context(), slug, plugforge.Version{Major: 1}, gitstore.Tombstone{By: ada, At: noon.Add(3 * time.Hour)})
	o.must(err)
	if r := o.clone(t).verify(audit.Options{Memory: memory}); len(r.Findings) > 0 {
		t.Errorf("findings %v", r.Findings)
	}
}
