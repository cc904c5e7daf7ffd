//go:build long

package archive_test

import (
	"archive/zip"
	"compress/flate"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"plugforge/archive"
)

// The largest and slowest archives that are admitted, and how long they take.
func TestWorstAdmitted(t *testing.T) {
	const most = archive.MaxExtracted - 1<<20
	noise := func() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{1}), most) }
	for name, write := range map[string]func(w *zip.Writer) error{
		"stored noise":              func(w *zip.Writer) error { return entry(w, zip.Store, noise()) },
		"deflated noise, in blocks": func(w *zip.Writer) error { return entry(w, zip.Deflate, noise()) },
		"noise of 7 bits":           func(w *zip.Writer) error { return entry(w, zip.Deflate, &masked{noise(), 0x7f}) },
		"noise of 2 bits":           func(w *zip.Writer) error { return entry(w, zip.Deflate, &masked{noise(), 0x03}) },
	} {
		t.Run(name, func(t *testing.T) {
			f, err := os.Create(filepath.Join(t.TempDir(), "a.zip"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			w := zip.NewWriter(f)
			w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.HuffmanOnly) })
			if err := write(w); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err = archive.Open(t.Context(), f, info.Size())
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d MiB in %v, %d KiB allocated", info.Size()>>20, took, (after.TotalAlloc-before.TotalAlloc)>>10)
			if limit := 30 * time.Second; took > limit {
				t.Errorf("took %v, more than %v", took, limit)
			}
		})
	}
}

func entry(w *zip.Writer, method uint16, r io.Reader) error {
	e, err := w.CreateHeader(&zip.FileHeader{Name: "big.bin", Method: method})
	if err != nil {
		return err
	}
	_, err = io.Copy(e, r)
	return err
}

// masked keeps some bits of each byte.
type masked struct {
	r    io.Reader
	mask byte
}

func (m *masked) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i := range p[:n] {
		p[i] &= m.mask
	}
	return n, err
}
