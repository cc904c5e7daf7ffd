//go:build long

package scanner_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAllBypassesRun(t *testing.T) { runBypasses(t, 0, 1) }

// rewrittenMisses is how many rewritten cases may pass and still do their
// deed: a number to bring down, never up.
const rewrittenMisses = 60

// TestRewrittenBypasses: testdata/rewrite.py writes each case anew in some
// fifty ways. What is refused must stay refused. A rewriting may break a case,
// so those that pass are run, and only those that do their deed count.
func TestRewrittenBypasses(t *testing.T) {
	trees := bypassTrees(t)
	var names []string
	for _, name := range sortedNames(trees) {
		switch path.Dir(name) {
		case "encoding", "text", "position", "launder": // about bytes and places, or rewritten already
		default:
			if len(scanTree(t, trees[name])) > 0 {
				names = append(names, name)
			}
		}
	}
	cmd := exec.Command(python, "-I", "testdata/rewrite.py", bypasses)
	cmd.Stdin = strings.NewReader(strings.Join(names, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	folder, rewritten := t.TempDir(), 0
	var passed []string
	for line := range bytes.Lines(out) {
		var one struct{ Name, Text string }
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatal(err)
		}
		rewritten++
		if len(scanTree(t, fstest.MapFS{path.Base(one.Name): {Data: []byte(one.Text)}})) > 0 {
			continue
		}
		passed = append(passed, one.Name)
		file := filepath.Join(folder, filepath.FromSlash(one.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(one.Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	misses := 0
	if len(passed) > 0 {
		// The sandbox's user reads what root made for itself.
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, line := range deeds(t, folder, passed) {
			if line[1] == "ran" {
				misses++
				t.Logf("%s passes and does its deed", line[0])
			}
		}
	}
	t.Logf("%d rewritten, %d pass, %d of them do their deed", rewritten, len(passed), misses)
	if rewritten < 10_000 || misses > rewrittenMisses {
		t.Errorf("%d of %d pass and do their deed, at most %d may", misses, rewritten, rewrittenMisses)
	}
}
