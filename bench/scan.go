package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"plugforge/scanner"
)

// scanRounds is how often each side reads the whole tree.
const scanRounds = 3

// leastScanned is how large a tree has to be, in bytes, for the comparison to
// say anything.
const leastScanned = 3 << 20

// largestScanned is the size up to which files are taken: larger ones are
// refused by us unread.
const largestScanned = 512 << 10

// scan times our scan of Python's standard library, turn about with bandit's
// of the same files.
func (b *bench) scan(ctx context.Context) ([]result, error) {
	dir := filepath.Join(b.dir, "library")
	files, size, err := copyLibrary(dir)
	if err != nil {
		return nil, err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as serve does
	var ours, theirs []float64
	var findings int
	for round := -1; round < scanRounds; round++ { // the first is not counted
		err := turnAbout(round+1,
			func() error {
				return timed(&ours, func() error {
					got, err := scanner.Scan(ctx, os.DirFS(dir), scanner.Policy{})
					findings = len(got.Findings)
					return err
				})
			},
			func() error {
				if round < 0 {
					return nil // it starts anew each time: nothing to warm
				}
				return timed(&theirs, func() error { return bandit(ctx, dir, files) })
			})
		if err != nil {
			return nil, err
		}
	}
	ours = ours[1:]
	if findings < 100 {
		return nil, fmt.Errorf("the scan of the standard library has %d findings: it can't have read it", findings)
	}
	mega := float64(size) / 1e6
	fmt.Printf("  the standard library: %d files, %.1f MB\n  ours:   %s, which is %.2f s for 10 MB\n  bandit: %s\n",
		files, mega, spread(ours, "ms"), median(ours)/1000/mega*10, spread(theirs, "ms"))
	rate := func(took []float64) float64 { return mega / (median(took) / 1000) }
	return []result{{"scan of a tree of Python", "MB/s", rate(ours), rate(theirs), goal{"≥", 20}}}, nil
}

// bandit runs it over the tree, and fails unless it has read every file.
func bandit(ctx context.Context, dir string, files int) error {
	cmd := exec.CommandContext(ctx, "bandit", "-q", "-r", dir, "-f", "json")
	cmd.WaitDelay = time.Second
	report, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: it found something
		return fmt.Errorf("bandit: %w", err)
	}
	var read struct {
		Metrics map[string]json.RawMessage // by path, and _totals
	}
	if err := json.Unmarshal(report, &read); err != nil {
		return fmt.Errorf("bandit's report: %w", err)
	}
	if got := len(read.Metrics) - 1; got < files {
		return fmt.Errorf("bandit read %d of %d files", got, files)
	}
	return nil
}

// copyLibrary copies the standard library's files, its tests included where
// they are installed, and gives their number and size in bytes.
func copyLibrary(dir string) (files, size int, err error) {
	out, err := output(exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"))
	if err != nil {
		return 0, 0, err
	}
	root := strings.TrimSpace(out)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".py" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || len(text) > largestScanned {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, root))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		files, size = files+1, size+len(text)
		return os.WriteFile(to, text, 0o644)
	})
	if err == nil && size < leastScanned {
		err = fmt.Errorf("%s holds %d bytes of Python, and the comparison wants %d", root, size, leastScanned)
	}
	return files, size, err
}
