package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
)

// Nothing of ours unpacks the archives that a plugin carries as data. Those that
// would blow up whoever does are found nevertheless, as far as bounded work
// shows it: zips by the sizes that they declare, the zips in them too, and gzip
// by unpacking it or, where it is large, by the size at its end.
const (
	bombDepth = 8         // zips in zips that are followed
	bombWork  = 256 << 20 // bytes unpacked on the search, in one archive
	entryWork = 512       // what listing an entry takes, in bytes unpacked
	innerWork = 32 << 10  // what looking into one takes
)

// nest adds up what an archive inside the archive extracts to.
type nest struct {
	limit int64  // of total, from where on it is a bomb
	total int64  // bytes found so far, at any depth
	work  *int64 // how many bytes may still be unpacked
}

func (c *checker) isBomb(kind string, t *tail) bool {
	n := nest{limit: max(bombSize, bombRatio*t.total), work: &c.bombWork}
	switch {
	case kind == "zip":
		n.zip(t, t.total, bombDepth)
	case kind == "gzip" && t.whole():
		n.gzip(bytes.NewReader(t.b))
	case kind == "gzip":
		n.total = int64(le.Uint32(t.b[len(t.b)-4:]))
	}
	return n.total > n.limit
}

// zip adds what the zip of size bytes in r declares. One that can't be read
// adds nothing: nobody can unpack it.
func (n *nest) zip(r io.ReaderAt, size int64, depth int) {
	if *n.work < 0 {
		return
	}
	z, err := zip.NewReader(r, size)
	if z == nil || err != nil && err != zip.ErrInsecurePath {
		return
	}
	*n.work -= int64(len(z.File)) * entryWork
	for _, f := range z.File {
		// No sum of what follows reaches beyond numbers.
		n.total += int64(min(f.UncompressedSize64, 1<<40))
	}
	for _, f := range z.File {
		if n.total > n.limit || depth == 0 || *n.work < 0 {
			return
		}
		if f.UncompressedSize64 >= endLen && f.UncompressedSize64 <= tailLen {
			n.inner(f, depth-1)
		}
	}
}

// inner follows an entry that is a zip.
func (n *nest) inner(f *zip.File, depth int) {
	*n.work -= innerWork
	r, err := f.Open()
	if err != nil {
		return
	}
	defer r.Close()
	start := make([]byte, len(markLocal))
	if _, err := io.ReadFull(r, start); err != nil || string(start) != markLocal {
		return
	}
	*n.work -= int64(f.UncompressedSize64)
	if rest, err := io.ReadAll(r); err == nil { // no more than declared, or it fails
		b := slices.Concat(start, rest)
		n.zip(bytes.NewReader(b), int64(len(b)), depth)
	}
}

// gzip unpacks.
func (n *nest) gzip(r io.Reader) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return
	}
	n.total, _ = io.Copy(io.Discard, io.LimitReader(z, min(n.limit+1, max(0, *n.work))))
	*n.work -= n.total
}

// ReadAt gives what was kept.
func (t *tail) ReadAt(p []byte, off int64) (int, error) {
	first := t.total - int64(len(t.b))
	if off < first || off > t.total {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, t.b[off-first:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
