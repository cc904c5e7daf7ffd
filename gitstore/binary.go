package gitstore

import (
	"bufio"
	"compress/zlib"
	"fmt"
	"io"
)

// git's binary patches carry a file deflated and in base 85, cut into lines
// that each begin with their length.

const base85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"

// lineBytes is what one line of a binary patch carries.
const lineBytes = 52

// base85Writer cuts what is written to it into such lines.
type base85Writer struct {
	out  *bufio.Writer
	line []byte // waiting for a full line
}

func (w *base85Writer) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(lineBytes-len(w.line), len(rest))
		w.line = append(w.line, rest[:n]...)
		rest = rest[n:]
		if len(w.line) == lineBytes {
			w.flush()
		}
	}
	return len(p), nil // bufio keeps errors for its Flush
}

func (w *base85Writer) flush() {
	n := len(w.line)
	if n == 0 {
		return
	}
	length := byte('A' + n - 1)
	if n > 26 {
		length = byte('a' + n - 27)
	}
	w.out.WriteByte(length)
	for len(w.line)%4 != 0 {
		w.line = append(w.line, 0)
	}
	for i := 0; i < len(w.line); i += 4 {
		word := uint32(w.line[i])<<24 | uint32(w.line[i+1])<<16 | uint32(w.line[i+2])<<8 | uint32(w.line[i+3])
		var digits [5]byte
		for k := 4; k >= 0; k-- {
			digits[k] = base85[word%85]
			word /= 85
		}
		w.out.Write(digits[:])
	}
	w.out.WriteByte('\n')
	w.line = w.line[:0]
}

// writeLiteral writes a whole file as one part of a binary patch; nil is an
// empty file.
func writeLiteral(w *bufio.Writer, src io.Reader, size int64) error {
	fmt.Fprintf(w, "literal %d\n", size)
	lines := &base85Writer{out: w}
	z := zlib.NewWriter(lines)
	if src != nil {
		if _, err := io.Copy(z, src); err != nil {
			return err
		}
	}
	err := z.Close()
	lines.flush()
	w.WriteByte('\n')
	return err
}
