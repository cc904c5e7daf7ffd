package blobs_test

import (
	"bytes"
	"fmt"
	"testing"

	"plugforge/blobs"
)

func BenchmarkPut(b *testing.B) {
	for _, size := range []int{8 << 10, 64 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s, err := blobs.Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			content := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := s.Put(b.Context(), "up/x", bytes.NewReader(content), int64(size)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
