package pysyntax_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

// BenchmarkParse reads what is installed: all of it, and files of the length
// that plugins have.
func BenchmarkParse(b *testing.B) {
	var all, small [][]byte
	for _, path := range sample(b, stdlib, 1) {
		src, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, src)
		if lines := strings.Count(string(src), "\n"); lines >= 20 && lines <= 100 {
			small = append(small, src)
		}
	}
	for name, files := range map[string][][]byte{"all": all, "small": small} {
		b.Run(name, func(b *testing.B) {
			total := 0
			for _, src := range files {
				total += len(src)
			}
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				for _, src := range files {
					if _, _, err := pysyntax.Parse(context.Background(), src); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(len(files)), "files")
		})
	}
}
