//go:build long

package pysyntax_test

import "testing"

// TestOracleWhole reads the whole standard library and what is installed
// beside it.
func TestOracleWhole(t *testing.T) {
	compareWithCPython(t, sample(t, stdlib, 1))
	if isDir(packages) {
		compareWithCPython(t, sample(t, packages, 1))
	}
}
