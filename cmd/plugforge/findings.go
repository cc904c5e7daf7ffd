package main

import (
	"fmt"

	"plugforge"
)

// findings is how a command that looks for damage ends where it found some: one
// line each on standard output, and exit status 1.
func findings(out *output, lines []string, way string) error {
	for _, line := range lines {
		if err := out.printf("%s\n", plugforge.Printable(line)); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	noun := "findings"
	if len(lines) == 1 {
		noun = "finding"
	}
	return &hinted{fmt.Errorf("%d %s", len(lines), noun), way}
}
