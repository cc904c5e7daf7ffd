//go:build long

package scanner_test

import "testing"

func TestAllBypassesRun(t *testing.T) { runBypasses(t, 0, 1) }
