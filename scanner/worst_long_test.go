//go:build long

package scanner_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plugforge/internal/pysyntax"
	"plugforge/scanner"
)

func TestWorstIsBoundedWhole(t *testing.T) { boundWorst(t, pysyntax.MaxSize, 5*time.Second) }

// TestRealTrees scans what is installed, file by file: no panic, no error, and
// no file that is refused for its syntax or size alone.
func TestRealTrees(t *testing.T) {
	for _, root := range []string{"/usr/lib/python3.11", "/usr/lib/python3/dist-packages"} {
		files, refused, bytes := 0, 0, 0
		start := cpuTime(t)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(path, ".py") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || len(data) > pysyntax.MaxSize {
				return err
			}
			found, err := scanner.Scan(context.Background(), fstest.MapFS{"a.py": {Data: data}}, scanner.Policy{})
			if err != nil {
				return err
			}
			files, bytes = files+1, bytes+len(data)
			if len(found.Findings) > 0 {
				refused++
				if strings.HasPrefix(found.Findings[0].Rule, "PF2") {
					t.Errorf("%s: %v", path, found.Findings[0])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d files, %d bytes, %d with findings, %s of CPU", root, files, bytes, refused, cpuTime(t)-start)
	}
}
