package scanner_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// The bypasses lie in testdata/bypass, a folder a class. A case is one file,
// or a folder whose main.py is imported and whose tree is scanned as one
// plugin. Each does what a plugin must not, which testdata/run.py proves by
// running it, and each differs in shape from all others (testdata/shape.py).
const (
	bypasses = "testdata/bypass"
	python   = "/usr/bin/python3"
)

// bypassTrees gives each case's tree by class/name.
func bypassTrees(t testing.TB) map[string]fs.FS {
	t.Helper()
	trees := map[string]fs.FS{}
	classes, err := os.ReadDir(bypasses)
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range classes {
		folder := path.Join(bypasses, class.Name())
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			if e.IsDir() {
				trees[path.Join(class.Name(), e.Name())] = os.DirFS(name)
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			trees[path.Join(class.Name(), e.Name())] = fstest.MapFS{e.Name(): {Data: data}}
		}
	}
	return trees
}

func sortedNames(trees map[string]fs.FS) []string {
	names := make([]string, 0, len(trees))
	for name := range trees {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// TestBypassesAreRefused: each case has a finding that names a file and a line.
func TestBypassesAreRefused(t *testing.T) {
	trees := bypassTrees(t)
	classes := map[string]int{}
	known := knownMisses(t)
	for name, tree := range trees {
		classes[path.Dir(name)]++
		found := scanTree(t, tree)
		if len(found) == 0 && !known[name] {
			t.Errorf("%s passes", name)
		}
		if len(found) > 0 && known[name] {
			t.Errorf("%s is refused: take it out of testdata/known.txt", name)
		}
		for _, f := range found {
			if !strings.HasPrefix(f.Rule, "PF") || f.Path == "" || f.Line < 1 || f.Text == "" {
				t.Errorf("%s: the finding lacks rule, place or text: %+v", name, f)
			}
		}
	}
	if len(trees) < 200 {
		t.Errorf("%d cases, there were more than 200", len(trees))
	}
	for class, n := range classes {
		if n < 5 {
			t.Errorf("class %s has %d cases, 5 are the least", class, n)
		}
	}
}

// knownMisses are the cases that pass so far, one a line: a list to empty.
func knownMisses(t testing.TB) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("testdata/known.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range strings.Fields(string(data)) {
		known[name] = true
	}
	return known
}

// TestBypassesDiffer: no two have the same syntax tree, as CPython reads it,
// when their own names and all constants count as equal.
func TestBypassesDiffer(t *testing.T) {
	names := sortedNames(bypassTrees(t))
	cmd := exec.Command(python, "-I", "testdata/shape.py", bypasses)
	first := map[string]string{}
	for _, line := range answers(t, cmd, names) {
		if other := first[line[1]]; other != "" {
			t.Errorf("%s has the shape of %s", line[0], other)
		}
		first[line[1]] = line[0]
	}
}

// TestBypassesRun runs a sixteenth of the cases, another each day; all of them
// are run by TestAllBypassesRun.
func TestBypassesRun(t *testing.T) { runBypasses(t, time.Now().YearDay()%16, 16) }

// runBypasses runs every n-th case and wants to see that it did its deed.
func runBypasses(t *testing.T, first, n int) {
	names := sortedNames(bypassTrees(t))
	var some []string
	for i := first; i < len(names); i += n {
		some = append(some, names[i])
	}
	for _, line := range deeds(t, bypasses, some) {
		if line[1] != "ran" {
			t.Errorf("%s did not do its deed: %s", line[0], line[1])
		}
	}
	t.Logf("%d of %d cases ran", len(some), len(names))
}

// deeds runs cases below a folder in a sandbox, with the scan left out, each by
// a Python of its own. It gives each name with "ran" or the end of what it said.
func deeds(t *testing.T, folder string, names []string) [][]string {
	t.Helper()
	var paths [2]string
	for i, name := range []string{"testdata/run.py", folder} {
		var err error
		if paths[i], err = filepath.Abs(name); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return answers(t, exec.CommandContext(ctx, "bwrap",
		"--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
		"--uid", "1000", "--gid", "1000", "--setenv", "PATH", "/usr/bin:/bin",
		"--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
		"--symlink", "usr/lib64", "/lib64", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
		"--ro-bind", "/etc/passwd", "/etc/passwd", "--dev", "/dev", "--tmpfs", "/tmp",
		"--ro-bind", paths[0], "/corpus/run.py", "--ro-bind", paths[1], "/corpus/bypass", "--chdir", "/tmp",
		python, "-B", "/corpus/run.py", "/corpus/bypass"), names)
}

// answers runs a program that is told names, a line each, and gives its lines:
// name and answer, in the same order.
func answers(t *testing.T, cmd *exec.Cmd, names []string) [][]string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(names, "\n")), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Args[0], err, stderr.Bytes())
	}
	var lines [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		name, answer, _ := strings.Cut(line, "\t")
		if len(lines) >= len(names) || name != names[len(lines)] {
			t.Fatalf("an answer out of order: %s", line)
		}
		lines = append(lines, []string{name, answer})
	}
	if len(lines) != len(names) {
		t.Fatalf("%d answers to %d names", len(lines), len(names))
	}
	return lines
}
