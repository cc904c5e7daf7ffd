package operator_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/operator"
)

// A backup that is taken while others publish, deploy and delete is sound by
// itself, holds what was acknowledged before it began, and becomes a server
// that answers the same.
func TestBackupUnderLoad(t *testing.T) {
	h := newHouse(t)
	h.fill()
	dest := filepath.Join(t.TempDir(), "backup")
	stop := make(chan struct{})
	var load sync.WaitGroup
	var once sync.Once
	end := func() { once.Do(func() { close(stop) }); load.Wait() }
	t.Cleanup(end)
	for w := range 2 {
		load.Go(func() {
			name := fmt.Sprintf("load_%d", w)
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(25 * time.Millisecond):
				}
				version := fmt.Sprintf("1.0.%d", n)
				if err := h.tryPublish("ns_a", name, version); err != nil {
					t.Error(err)
					return
				}
				ctx := context.Background()
				if _, err := h.dep.Deploy(ctx, deploy.Request{Owner: "ns_a", ID: id(h, name, version), By: me}, time.Minute); err != nil {
					t.Error(err)
				}
				if n%3 == 2 {
					if _, err := h.dep.Delete(ctx, deploy.Request{Owner: "ns_a", ID: id(h, name, fmt.Sprintf("1.0.%d", n-1)), By: me}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	var last operator.Copied
	for round := range 3 { // one anew, two that add to it
		ids, err := h.db.VersionIDs(t.Context())
		h.must(err)
		done, err := operator.Backup(t.Context(), h.data, dest, quiet())
		h.must(err)
		if round > 0 && done.Kept == 0 {
			t.Errorf("round %d copied all again: %+v", round, done)
		}
		last = done
		if found := h.check(h.data, true); len(found) > 0 {
			t.Errorf("beside the load, findings: %v", found)
		}
		if found := h.check(dest, false); len(found) > 0 {
			t.Fatalf("findings in backup %d:\n%s", round, strings.Join(found, "\n"))
		}
		kept := h.versionsIn(dest)
		for slug, versions := range ids {
			for _, v := range versions {
				if key := slug.String() + " " + v.String(); !slices.Contains(kept, key) {
					t.Errorf("backup %d lacks %s, which was there before it", round, key)
				}
			}
		}
	}
	end()
	if last.Repositories < 5 {
		t.Errorf("copied %+v", last)
	}
	_, err := operator.Backup(t.Context(), h.data, dest, quiet())
	h.must(err)
	h.close()
	restored := &house{t: t, data: filepath.Join(t.TempDir(), "restored")}
	h.must(os.Mkdir(restored.data, 0o700))
	_, bad, err := operator.Restore(t.Context(), operator.RestoreOptions{Data: restored.data, From: dest, Found: func(f operator.Finding) { t.Error(f) }})
	if err != nil || bad > 0 {
		t.Fatalf("restore: %d findings, %v", bad, err)
	}
	if found := h.check(restored.data, false); len(found) > 0 {
		t.Errorf("findings in what was restored: %v", found)
	}
	compareTables(t, tables(t, h.data), tables(t, restored.data))
	for _, repo := range []string{"ns/ns_a/text_embed.git", "ns/ns_b/other.git", "org/org_x/shared.git", "ns/ns_a/shared.git", "ns/ns_a/load_0.git"} {
		if a, b := h.gitIn(repo, "for-each-ref"), restored.gitIn(repo, "for-each-ref"); a != b {
			t.Errorf("refs of %s were\n%s\nand are\n%s", repo, a, b)
		}
	}
	for _, name := range []string{"signing", "urls", "allowed_signers"} {
		a, err := os.ReadFile(filepath.Join(h.data, "keys", name))
		h.must(err)
		b, err := os.ReadFile(filepath.Join(restored.data, "keys", name))
		h.must(err)
		info, err := os.Stat(filepath.Join(restored.data, "keys", name))
		h.must(err)
		if !bytes.Equal(a, b) || info.Mode().Perm() != 0o600 {
			t.Errorf("keys/%s differs, or has the mode %v", name, info.Mode())
		}
	}
	restored.open()
	restored.publish("ns_a", "Text_Embed", "3.0.0")
	restored.deploy("ns_a", "Text_Embed", "3.0.0")
	restored.close()
	if found := h.check(restored.data, false); len(found) > 0 {
		t.Errorf("findings after work went on: %v", found)
	}
}

// versionsIn lists what the index of a folder has.
func (h *house) versionsIn(data string) []string {
	h.t.Helper()
	var all []string
	for line := range strings.Lines(dump(h.t, data, "SELECT owner || '/' || name || ' ' || version AS v FROM versions")) {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "v="), " "))
	}
	return all
}

func TestBackupAndRestoreRefuse(t *testing.T) {
	h := newHouse(t)
	h.publish("ns_a", "text_embed", "1.0.0")
	ctx, dir := t.Context(), t.TempDir()
	code := func(want plugforge.Code, err error) {
		t.Helper()
		if plugforge.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	backup := func(dest string) error { _, err := operator.Backup(ctx, h.data, dest, quiet()); return err }
	full := filepath.Join(dir, "full")
	h.must(os.MkdirAll(filepath.Join(full, "x"), 0o755))
	code(plugforge.CodeConflict, backup(full))
	code(plugforge.CodeConflict, backup(h.data))
	code(plugforge.CodeConflict, backup(filepath.Join(h.data, "git", "backup")))
	dest := filepath.Join(dir, "backup")
	h.must(backup(dest))
	marker := filepath.Join(dest, "plugforge-backup.json")
	good, err := os.ReadFile(marker)
	h.must(err)
	empty := filepath.Join(dir, "empty")
	h.must(os.Mkdir(empty, 0o700))
	restore := func(data, from string) error {
		_, _, err := operator.Restore(ctx, operator.RestoreOptions{Data: data, From: from})
		return err
	}
	code(plugforge.CodeConflict, restore(full, dest))
	code(plugforge.CodeNotFound, restore(empty, full))
	code(plugforge.CodeNotFound, restore(empty, filepath.Join(dir, "none")))
	for _, text := range []string{`{"format":2,"complete":true}`, `{"format":1,"complete":false}`, `what`} {
		h.must(os.WriteFile(marker, []byte(text), 0o600))
		code(plugforge.CodeConflict, restore(empty, dest))
	}
	code(plugforge.CodeConflict, backup(dest)) // of a format that nobody can read
	h.must(os.WriteFile(marker, good, 0o600))
	// One with a finding is restored only when that is forced.
	h.must(os.Remove(filepath.Join(dest, "blobs/archives/ns_a/text_embed/1.0.0.zip")))
	_, bad, err := operator.Restore(ctx, operator.RestoreOptions{Data: empty, From: dest})
	if bad != 1 || err != nil {
		t.Errorf("%d findings, %v, want 1", bad, err)
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("a restore that was refused left %v", left)
	}
	_, bad, err = operator.Restore(ctx, operator.RestoreOptions{Data: empty, From: dest, Force: true})
	if bad != 1 || err != nil {
		t.Errorf("forced: %d findings, %v", bad, err)
	}
	code(plugforge.CodeConflict, restore(empty, dest))
	// A restore that was cut short is told of, and ended by the next.
	h.must(os.WriteFile(filepath.Join(empty, "restore-unfinished"), nil, 0o600))
	h.must(os.Remove(filepath.Join(empty, "plugforge.db")))
	code(plugforge.CodeConflict, operator.Unfinished(empty))
	h.must(backup(dest))
	h.must(restore(empty, dest))
	h.must(operator.Unfinished(empty))
	if found := h.check(empty, false); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
}
