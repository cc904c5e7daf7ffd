//go:build long

package operator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plugforge"
	"plugforge/operator"
)

// What each command takes for a thousand plugins of three versions, and that
// none of them finds anything wrong. The bounds leave room for a machine that is
// busy with other things.
func TestThousandPlugins(t *testing.T) {
	h := newHouse(t)
	const plugins = 1000
	for n := range plugins {
		for v := range 3 {
			h.publish(plugforge.Owner(fmt.Sprintf("ns_%d", n%10)), fmt.Sprintf("plugin_%d", n), fmt.Sprintf("1.0.%d", v))
		}
	}
	h.close()
	dest, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	h.must(os.Mkdir(restored, 0o700))
	timed := func(what string, most time.Duration, do func()) {
		t.Helper()
		begun := time.Now()
		do()
		took := time.Since(begun)
		t.Logf("%s: %.1f s", what, took.Seconds())
		if took > most {
			t.Errorf("%s took %s, want at most %s", what, took, most)
		}
	}
	backup := func() {
		done, err := operator.Backup(t.Context(), h.data, dest, quiet())
		h.must(err)
		t.Logf("%+v", done)
	}
	check := func(data string) func() {
		return func() {
			if found := h.check(data, false); len(found) > 0 {
				t.Errorf("%d findings, the first %s", len(found), found[0])
			}
		}
	}
	timed("fsck", 5*time.Minute, check(h.data))
	timed("backup, the first", 3*time.Minute, backup)
	timed("backup, with nothing new", 2*time.Minute, backup)
	timed("reindex", 3*time.Minute, func() {
		done, err := operator.Reindex(t.Context(), h.data, quiet())
		h.must(err)
		if len(done.Changed)+len(done.Problems) > 0 {
			t.Errorf("%+v", done)
		}
	})
	timed("restore, with its check", 8*time.Minute, func() {
		_, bad, err := operator.Restore(t.Context(), operator.RestoreOptions{Data: restored, From: dest})
		h.must(err)
		if bad > 0 {
			t.Errorf("%d findings", bad)
		}
	})
}
