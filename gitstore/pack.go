package gitstore

import (
	"bufio"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"

	"plugforge/internal/writeback"
)

// packEntry is one object in a pack.
type packEntry struct {
	hash   plumbing.Hash
	offset int64
	crc    uint32 // over its bytes in the pack
}

// plainSHA1 is for checksums of what nobody hostile chose.
func plainSHA1(b []byte) plumbing.Hash { return sha1.Sum(b) }

// packWriter writes a pack of whole objects: no deltas, for a version's files
// are written once and read often. Memory does not depend on their size.
type packWriter struct {
	f       *os.File
	buf     *bufio.Writer
	sum     hash.Hash
	crc     hash.Hash32
	out     io.Writer
	offset  int64
	idle    *sync.Pool // of *zlib.Writer for small: each is 0.7 MB
	small   *zlib.Writer
	big     *zlib.Writer
	entries []packEntry
}

// bigBlob is the size from which compressing fast matters more than well.
const bigBlob = 1 << 20

func newPackWriter(path string, objects int, idle *sync.Pool) (*packWriter, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o444)
	if err != nil {
		return nil, err
	}
	w := &packWriter{idle: idle, f: f, buf: bufio.NewWriterSize(writeback.New(f), 64<<10), sum: sha1.New(), crc: crc32.NewIEEE()}
	w.out = io.MultiWriter(w.buf, w.sum, w.crc, (*offsetCounter)(w))
	head := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(objects))
	if _, err := w.out.Write(head); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

type offsetCounter packWriter

func (w *offsetCounter) Write(p []byte) (int, error) {
	w.offset += int64(len(p))
	return len(p), nil
}

// add appends one object of known size and name. A source that yields other
// bytes than that name stands for is an error.
func (w *packWriter) add(want plumbing.Hash, kind plumbing.ObjectType, size int64, src io.Reader) error {
	entry := packEntry{hash: want, offset: w.offset}
	w.crc.Reset()
	if _, err := w.out.Write(entryHeader(kind, size)); err != nil {
		return err
	}
	z, err := w.deflate(size)
	if err != nil {
		return err
	}
	h := newObjectHash(kind, size)
	n, err := io.Copy(io.MultiWriter(z, h), io.LimitReader(src, size+1))
	if err = errors.Join(err, z.Close()); err != nil {
		return err
	}
	got, err := h.sum()
	if err != nil {
		return err
	}
	if n != size || got != want {
		return errors.New("a file of the tree changed while it was read")
	}
	entry.crc = w.crc.Sum32()
	w.entries = append(w.entries, entry)
	return nil
}

func (w *packWriter) deflate(size int64) (z *zlib.Writer, err error) {
	slot, level := &w.small, zlib.DefaultCompression
	if size >= bigBlob {
		slot, level = &w.big, zlib.BestSpeed
	}
	if *slot == nil && slot == &w.small {
		*slot, _ = w.idle.Get().(*zlib.Writer)
	}
	if *slot == nil {
		*slot, err = zlib.NewWriterLevel(w.out, level)
		return *slot, err
	}
	(*slot).Reset(w.out)
	return *slot, nil
}

// finish ends the pack, unsynced, and writes its index beside it.
func (w *packWriter) finish(indexPath string) (plumbing.Hash, error) {
	if w.small != nil {
		w.idle.Put(w.small)
		w.small = nil
	}
	checksum := plumbing.Hash(w.sum.Sum(nil))
	_, err := w.buf.Write(checksum[:])
	if err := errors.Join(err, w.buf.Flush(), w.f.Close()); err != nil {
		return checksum, err
	}
	return checksum, writeIndex(indexPath, checksum, w.entries)
}

func writeIndex(path string, checksum plumbing.Hash, entries []packEntry) error {
	var x idxfile.Writer
	if err := x.OnHeader(uint32(len(entries))); err != nil {
		return err
	}
	for _, e := range entries {
		x.Add(e.hash, uint64(e.offset), e.crc)
	}
	if err := x.OnFooter(checksum); err != nil {
		return err
	}
	index, err := x.Index()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
	if err != nil {
		return err
	}
	buf := bufio.NewWriter(f)
	_, err = idxfile.NewEncoder(buf).Encode(index)
	return errors.Join(err, buf.Flush(), f.Close())
}

// entryHeader is an object's type and size as a pack spells them.
func entryHeader(kind plumbing.ObjectType, size int64) []byte {
	b := byte(kind)<<4 | byte(size&0xf)
	size >>= 4
	var head []byte
	for size > 0 {
		head = append(head, b|0x80)
		b = byte(size & 0x7f)
		size >>= 7
	}
	return append(head, b)
}

// verifyPack reads a pack back and re-hashes it and each of its entries.
func verifyPack(path string, entries []packEntry, checksum plumbing.Hash) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := verifyChecksum(f, checksum); err != nil {
		return err
	}
	var pool inflaters
	for _, e := range entries {
		o, err := openWhole(f, e.offset, e.hash, &pool)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, o)
		if err = errors.Join(err, o.Close()); err != nil {
			return fmt.Errorf("read back %s: %w", e.hash, err)
		}
	}
	return nil
}

// verifyChecksum checks a pack's bytes against the checksum at its end.
func verifyChecksum(f *os.File, want plumbing.Hash) error {
	end, size, err := checksumAt(f)
	if err != nil {
		return err
	}
	h := sha1.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, size)); err != nil {
		return err
	}
	if plumbing.Hash(h.Sum(nil)) != want || end != want {
		return corrupt("pack %s does not match its checksum", f.Name())
	}
	return nil
}

// checksumAt reads the checksum at a pack's end, and where it begins.
func checksumAt(f *os.File) (sum plumbing.Hash, at int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return sum, 0, err
	}
	at = info.Size() - int64(len(sum))
	if at < 12 {
		return sum, 0, corrupt("pack %s is cut short", f.Name())
	}
	_, err = f.ReadAt(sum[:], at)
	return sum, at, err
}

// packEnd is the checksum that a pack is named after.
func packEnd(path string) (plumbing.Hash, error) {
	f, err := os.Open(path)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	defer f.Close()
	sum, _, err := checksumAt(f)
	return sum, err
}
