package scanner_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge/scanner"
)

// Lambdas that call themselves, each other, or many of each other once ended
// the process; what they hide is found all the same.
func TestLambdasThatCallThemselves(t *testing.T) {
	many := strings.Builder{}
	for i := range 60 {
		many.WriteString("f" + strings.Repeat("x", i) + " = lambda: [")
		for j := range 60 {
			many.WriteString("f" + strings.Repeat("x", j) + "(), ")
		}
		many.WriteString("]\n")
	}
	for name, src := range map[string]string{
		"itself":     "f = lambda: f()\nf()\n",
		"each other": "f = lambda: g()\ng = lambda: f() or f\nf()()\n",
		"aliases":    "f = lambda: h()\ng = f\nh = g\nh()\n",
		"fields":     "class C:\n    def __init__(self):\n        self.f = lambda: self.f()\n    def run(self):\n        return self.f()\n",
		"mixed":      "def g():\n    return f()\nf = lambda: g()\nf()\n",
		"arguments":  "f = lambda a: f(lambda: a)\nf(f)\n",
		"many":       many.String(),
	} {
		t.Run(name, func(t *testing.T) {
			for _, tail := range []string{"", "import os\nz = lambda: z() or os\nz().system('id')\n"} {
				tree := fstest.MapFS{"realtime.py": {Data: []byte(src + tail)}}
				got, err := scanner.Scan(context.Background(), tree, scanner.Policy{})
				if err != nil {
					t.Fatal(err)
				}
				if tail != "" && len(got.Findings) == 0 {
					t.Error("what the lambda gives is not found")
				}
			}
		})
	}
}
