package operator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plugforge/operator"
)

// Each kind of damage is found, told of where it is, and mended if that can be.
func TestFindings(t *testing.T) {
	const repo = "ns/ns_a/text_embed.git"
	cases := map[string]struct {
		harm  func(h *house)
		want  string // part of a finding
		mends bool
	}{
		"an archive that is gone":       {func(h *house) { h.remove("blobs/archives/ns_a/text_embed/1.0.0.zip") }, "blobs/archives/ns_a/text_embed/1.0.0.zip: the version's archive is missing", false},
		"an archive with another byte":  {func(h *house) { h.flip("blobs/archives/ns_a/text_embed/1.0.0.zip", 40) }, "blobs/archives/ns_a/text_embed/1.0.0.zip: has the SHA-256", false},
		"an archive of nothing":         {func(h *house) { h.write("blobs/archives/ns_a/nothing/1.0.0.zip", "x") }, "blobs/archives/ns_a/nothing/1.0.0.zip: belongs to no version", false},
		"bytes of no upload":            {func(h *house) { h.write("blobs/uploads/plu_0.zip", "x") }, "blobs/uploads/plu_0.zip: belongs to no version and no upload", true},
		"an upload's bytes gone":        {func(h *house) { h.must(os.RemoveAll(filepath.Join(h.data, "blobs", "uploads"))) }, "its bytes are missing", true},
		"a temporary file":              {func(h *house) { h.write("blobs/.tmp/put-1", "x") }, "blobs/.tmp/put-1: is left of an upload", true},
		"a flipped byte in a pack":      {func(h *house) { h.flipPack(repo) }, "git/" + repo + ": git fsck: ", false},
		"a torn tag":                    {func(h *house) { h.write("git/"+repo+"/refs/tags/v1.0.0", "") }, "git/" + repo + "/refs/tags/v1.0.0: holds no object's name", true},
		"main left behind":              {func(h *house) { h.gitIn(repo, "update-ref", "refs/heads/main", "v1.0.0^{}") }, "version 1.2.0 is not on main", true},
		"a ref that is no tag of ours":  {func(h *house) { h.gitIn(repo, "update-ref", "refs/tags/mine", "v1.0.0") }, "refs/tags/mine: is no tag that the service makes", false},
		"a tag that was taken away":     {func(h *house) { h.gitIn(repo, "update-ref", "-d", "refs/tags/v1.0.0") }, "has neither a tag nor a tombstone", false},
		"an object that nothing needs":  {func(h *house) { h.gitIn(repo, "hash-object", "-w", "--stdin") }, "git fsck: unreachable blob", false},
		"a lock that is left":           {func(h *house) { h.write("git/"+repo+"/refs/heads/main.lock", "") }, "refs/heads/main.lock: is left of what was cut short", true},
		"a quarantine that is left":     {func(h *house) { h.write("git/"+repo+"/quarantine/version-idx", "x") }, "quarantine/version-idx: is left", true},
		"a repository that is gone":     {func(h *house) { h.must(os.RemoveAll(filepath.Join(h.data, "git", "ns/ns_b/other.git"))) }, "plugforge.db/versions/ns_b/other: the database has the plugin and its repository is missing", false},
		"a row that is gone":            {func(h *house) { h.exec(`DELETE FROM versions WHERE owner = 'ns_a' AND version = '1.2.0'`) }, "plugforge.db/versions/ns_a/Text_Embed/1.2.0: git has the version and the index has not", true},
		"a row that says another thing": {func(h *house) { h.exec(`UPDATE versions SET message = 'x' WHERE owner = 'ns_a' AND version = '1.2.0'`) }, "the index says another [message] than git", true},
		"a row of no version": {func(h *house) {
			h.exec(`UPDATE versions SET version = '9.0.0', major = 9, minor = 0 WHERE owner = 'ns_a' AND version = '1.2.0'`)
		}, "9.0.0: the index has the version and git has no tag of it", true},
		"a tombstone forgotten": {func(h *house) { h.exec(`UPDATE versions SET deleted_at = NULL WHERE deleted_at IS NOT NULL`) }, "deleted: git says true, the index false", true},
		"a deployment that is gone": {func(h *house) {
			h.exec(`DELETE FROM active WHERE owner = 'ns_a' AND fold = 'text_embed'; DELETE FROM deployments WHERE owner = 'ns_a' AND fold = 'text_embed'`)
		}, "has no deployment", true},
		"a deployment that never was": {func(h *house) { h.exec(`UPDATE deployments SET id = 'dpl_fake' WHERE action = 'undeploy'`) }, "the ledger has no entry of it", true},
		"another version is live":     {func(h *house) { h.exec(`DELETE FROM active WHERE owner = 'ns_a' AND fold = 'text_embed'`) }, "and the database nothing", true},
		"an audit that was changed": {func(h *house) {
			h.exec(`DROP TRIGGER audit_is_not_rewritten; UPDATE audit SET action = 'x' WHERE seq = 2`)
		}, "plugforge.db/audit: ", false},
		"a key that others may read": {func(h *house) { h.must(os.Chmod(filepath.Join(h.data, "keys", "signing"), 0o644)) }, "keys/signing: may be read by others", false},
		"a secret cut short":         {func(h *house) { h.write("keys/urls", "short") }, "keys/urls: holds 5 bytes where 32 belong", false},
		"a database that is none":    {func(h *house) { h.write("plugforge.db", "this is not a database") }, "plugforge.db: is damaged", false},
		"a database that is gone":    {func(h *house) { h.remove("plugforge.db") }, "plugforge.db: is missing", true},
	}
	original := newHouse(t)
	original.fill()
	original.close()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &house{t: t, data: filepath.Join(t.TempDir(), "data")}
			if out, err := exec.Command("cp", "-a", original.data, h.data).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			c.harm(h)
			found := h.check(h.data, false)
			if !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, c.want) }) {
				t.Fatalf("findings\n%s\nwant one with %q", strings.Join(found, "\n"), c.want)
			}
			done, err := operator.Reindex(t.Context(), h.data, quiet())
			if !c.mends {
				return // it must not panic, and can't mend
			}
			h.must(err)
			if left := h.check(h.data, false); len(left) > 0 {
				t.Errorf("after repair (%v) is left\n%s", done, strings.Join(left, "\n"))
			}
		})
	}
}

func (h *house) remove(name string) { h.t.Helper(); h.must(os.Remove(filepath.Join(h.data, name))) }

func (h *house) write(name, content string) {
	h.t.Helper()
	path := filepath.Join(h.data, name)
	h.must(os.MkdirAll(filepath.Dir(path), 0o755))
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	h.must(os.WriteFile(path, []byte(content), 0o600))
}

func (h *house) flip(name string, at int) {
	h.t.Helper()
	path := filepath.Join(h.data, name)
	content, err := os.ReadFile(path)
	h.must(err)
	content[at] ^= 1
	h.must(os.Remove(path)) // it may have a second name
	h.must(os.WriteFile(path, content, 0o600))
}

func (h *house) flipPack(repo string) {
	h.t.Helper()
	packs, err := filepath.Glob(filepath.Join(h.data, "git", repo, "objects/pack/*.pack"))
	h.must(err)
	name, err := filepath.Rel(h.data, packs[0])
	h.must(err)
	h.flip(name, 60)
}
