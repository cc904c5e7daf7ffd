//go:build long

package pysyntax_test

import (
	"os"
	"testing"
)

// TestOracleWhole reads the whole standard library and what is installed
// beside it.
func TestOracleWhole(t *testing.T) {
	compareWithCPython(t, sample(t, stdlib, 1))
	if packages := "/usr/lib/python3/dist-packages"; isDir(packages) {
		compareWithCPython(t, sample(t, packages, 1))
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
