package gitstore

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
)

// packScan reads a pack from its first entry to its last, without an index.
type packScan struct {
	f        *os.File
	size     int64 // up to the checksum
	count    int
	checksum plumbing.Hash
	at       int64
}

// newPackScan checks the pack's own checksum and reads how many entries follow.
func newPackScan(f *os.File) (*packScan, error) {
	sum, size, err := checksumAt(f)
	if err != nil {
		return nil, err
	}
	if err := verifyChecksum(f, sum); err != nil {
		return nil, err
	}
	s := &packScan{f: f, size: size, checksum: sum, at: 12}
	head := make([]byte, 12)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	if !bytes.Equal(head[:8], []byte("PACK\x00\x00\x00\x02")) {
		return nil, corrupt("not a pack of version 2")
	}
	s.count = int(binary.BigEndian.Uint32(head[8:]))
	return s, nil
}

// countingReader counts what the decompressor took; it never takes more than
// it needs of a reader that can give single bytes.
type countingReader struct {
	*bufio.Reader
	n int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n += int64(n)
	return n, err
}

func (r *countingReader) ReadByte() (byte, error) {
	b, err := r.Reader.ReadByte()
	if err == nil {
		r.n++
	}
	return b, err
}

func (s *packScan) next() (packEntry, error) {
	e := packEntry{offset: s.at}
	head, err := readEntryHeader(s.f, s.at)
	if err != nil {
		return e, err
	}
	if head.kind.IsDelta() {
		return e, fmt.Errorf("%w: %w", errCorrupt, errDeltas)
	}
	src := &countingReader{Reader: bufio.NewReader(io.NewSectionReader(s.f, head.data, max(s.size-head.data, 0)))}
	z, err := zlib.NewReader(src)
	if err != nil {
		return e, corrupt("%v", err)
	}
	h := newObjectHash(head.kind, head.size)
	n, err := io.Copy(h, io.LimitReader(z, head.size+1))
	if err != nil || n != head.size {
		return e, corrupt("%d bytes where %d should be: %v", n, head.size, err)
	}
	if e.hash, err = h.sum(); err != nil {
		return e, err
	}
	end := head.data + src.n
	crc := crc32.NewIEEE()
	if _, err := io.Copy(crc, io.NewSectionReader(s.f, s.at, end-s.at)); err != nil {
		return e, fmt.Errorf("checksum: %w", err)
	}
	e.crc, s.at = crc.Sum32(), end
	return e, nil
}
