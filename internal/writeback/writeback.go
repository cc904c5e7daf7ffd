// Package writeback writes long files so that others on the same disk get their
// turn. What a program writes stays in memory until somebody asks for it to be
// on the disk, and who asks then, for a small file, waits behind all of it. A
// Writer sends each stretch on its way as it is written and waits for the one
// before, so little is ever outstanding. It promises nothing about durability:
// the file has to be synced as any other.
package writeback

import "os"

// stretch is how many bytes are sent to the disk at a time. Files up to that
// long are written as if there were no Writer.
const stretch = 8 << 20

// Writer writes to a file from its current offset, which must be its end.
type Writer struct {
	f          *os.File
	begun, end int64 // the stretch that is being written
}

// New is a Writer to f, which is at offset 0.
func New(f *os.File) *Writer { return &Writer{f: f} }

// Write is io.Writer. Beside what writing gives it gives what the disk says
// about an earlier stretch; syncing the file may not say that again.
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	w.end += int64(n)
	if err == nil && w.end-w.begun >= stretch {
		err = send(w.f, w.begun, w.end)
		w.begun = w.end
	}
	return n, err
}
