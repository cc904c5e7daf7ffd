package writeback

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What is written is what is there, however it is cut.
func TestWriter(t *testing.T) {
	for _, size := range []int{0, 1, stretch - 1, stretch, stretch + 1, 3*stretch + 17} {
		want := bytes.Repeat([]byte("0123456789abcdef!"), size/17+1)[:size]
		f, err := os.Create(filepath.Join(t.TempDir(), "f"))
		if err != nil {
			t.Fatal(err)
		}
		w := New(f)
		for rest := want; len(rest) > 0; {
			piece := rest[:min(len(rest), 1<<20+3)]
			if n, err := w.Write(piece); err != nil || n != len(piece) {
				t.Fatalf("%d of %d bytes, %v", n, len(piece), err)
			}
			rest = rest[len(piece):]
		}
		h := sha256.New()
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(h, f); err != nil || n != int64(size) || [32]byte(h.Sum(nil)) != sha256.Sum256(want) {
			t.Errorf("%d bytes of %d are there, %v", n, size, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// The disk's refusal is told, not swallowed.
func TestWriterFails(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer f.Close()
	if _, err := New(f).Write(make([]byte, stretch)); err == nil {
		t.Error("a full disk took everything")
	}
}
