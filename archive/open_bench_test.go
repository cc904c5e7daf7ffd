package archive_test

import (
	"bytes"
	"fmt"
	"testing"

	"plugforge/archive"
	"plugforge/internal/fixture"
)

// BenchmarkOpen is what each publication waits for: a small plugin, and the most files allowed.
func BenchmarkOpen(b *testing.B) {
	full := raw{}
	for i := range archive.MaxFiles {
		full.entries = append(full.entries, ent{name: fmt.Sprintf("p%d/f%d.py", i%20, i), content: fmt.Sprintf("x = %d\n", i), deflate: true})
	}
	for name, z := range map[string][]byte{"small": fixture.Zip(fixture.Files("text_embed", "1.0.0")), "full": full.bytes()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := archive.Open(b.Context(), bytes.NewReader(z), int64(len(z))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
