package gitstore

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// stored is an open object. It never hands out the last of its bytes before
// the whole was found to be what its name says.
type stored struct {
	kind plumbing.ObjectType
	size int64

	want plumbing.Hash
	hash hash.Hash
	src  io.Reader
	left int64
	err  error // after which nothing more is given
	file *os.File
	back func() // gives src to who reads next; nil for nothing
}

func newStored(want plumbing.Hash, kind plumbing.ObjectType, size int64, src io.Reader, file *os.File) *stored {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, size)
	return &stored{kind: kind, size: size, want: want, hash: h, src: src, left: size, file: file}
}

func (o *stored) Read(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	if len(p) == 0 && o.left > 0 {
		return 0, nil
	}
	n, err := o.src.Read(p[:min(int64(len(p)), o.left)])
	o.hash.Write(p[:n])
	o.left -= int64(n)
	if o.left == 0 {
		if o.err = o.check(); o.err != nil {
			return 0, o.err
		}
		o.err = io.EOF
		return n, nil
	}
	if err != nil {
		o.err = corrupt("object %s breaks off: %v", o.want, err)
	}
	return n, o.err
}

// check runs when all bytes are read: nothing may follow, and the name holds.
func (o *stored) check() error {
	var more [1]byte
	if n, err := io.ReadFull(o.src, more[:]); n != 0 || !errors.Is(err, io.EOF) {
		return corrupt("object %s does not end where it should: %v", o.want, err)
	}
	if plumbing.Hash(o.hash.Sum(nil)) != o.want {
		return corrupt("object %s holds other bytes than its name stands for", o.want)
	}
	return nil
}

// Close ends reading; the content may be unread.
func (o *stored) Close() error {
	if o.back != nil {
		o.back()
		o.back, o.src = nil, nil
		o.err = cmp.Or(o.err, os.ErrClosed)
	}
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}

// open finds an object for reading. Errors: errAbsent, errCorrupt.
func (r *repo) open(h plumbing.Hash) (*stored, error) {
	at, packed, err := r.idx.find(h)
	if err != nil {
		return nil, err
	}
	if packed {
		o, err := r.openPacked(h, at)
		if !missing(err) {
			return o, err
		}
		r.idx.forget() // packs were replaced
		if at, packed, err = r.idx.find(h); err != nil {
			return nil, err
		}
		if packed {
			o, err := r.openPacked(h, at)
			if missing(err) {
				return nil, corrupt("%s has an index and is gone", packFile(at.pack))
			}
			return o, err
		}
	}
	return r.openLoose(h)
}

// read is a whole object of a known kind, verified, of at most limit bytes.
func (r *repo) read(h plumbing.Hash, kind plumbing.ObjectType, limit int64) ([]byte, error) {
	o, err := r.open(h)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", kind, h, err)
	}
	defer o.Close()
	if o.kind != kind {
		return nil, corrupt("object %s is a %s, not a %s", h, o.kind, kind)
	}
	if o.size > limit {
		return nil, corrupt("%s %s is %d bytes long", kind, h, o.size)
	}
	data := make([]byte, 0, o.size+bytes.MinRead)
	b := bytes.NewBuffer(data)
	_, err = b.ReadFrom(o)
	return b.Bytes(), err
}

// maxMeta bounds commits, tags and trees read into memory.
const maxMeta = 16 << 20

func (r *repo) commit(h plumbing.Hash) (*commit, error) {
	data, err := r.read(h, plumbing.CommitObject, maxMeta)
	if err != nil {
		return nil, err
	}
	return decodeCommit(h, data)
}

func (r *repo) tag(h plumbing.Hash) (*annotated, error) {
	data, err := r.read(h, plumbing.TagObject, maxMeta)
	if err != nil {
		return nil, err
	}
	return decodeTag(data)
}

// holds tells whether the object is there and whole. It reads all of it, once
// in the life of the process as long as its pack stays: packs do not change.
func (r *repo) holds(h plumbing.Hash) bool {
	at, packed := r.idx.known(h)
	if packed && at.whole && isFile(r.path("objects", "pack", packFile(at.pack))) {
		return true
	}
	if packed && wholeObject(r.openPacked(h, at)) {
		r.idx.read(h, at)
		return true
	}
	return wholeObject(r.openLoose(h))
}

func wholeObject(o *stored, err error) bool {
	if err != nil {
		return false
	}
	defer o.Close()
	_, err = io.Copy(io.Discard, o)
	return err == nil
}

func (r *repo) loosePath(h plumbing.Hash) string {
	s := h.String()
	return r.path("objects", s[:2], s[2:])
}

func (r *repo) openLoose(h plumbing.Hash) (*stored, error) {
	o, err := openLooseFile(r.loosePath(h), h)
	if missing(err) {
		return nil, errAbsent
	}
	return o, err
}

// openLooseFile opens the file of one object.
func openLooseFile(path string, h plumbing.Hash) (*stored, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o, err := readLoose(f, h)
	if err != nil {
		f.Close()
		return nil, corrupt("loose object %s: %v", h, err)
	}
	return o, nil
}

func readLoose(f *os.File, h plumbing.Hash) (*stored, error) {
	z, err := zlib.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	src := bufio.NewReader(z)
	var head []byte
	for len(head) < 32 { // a type and a length need no more
		b, err := src.ReadByte()
		if err != nil {
			return nil, err
		}
		if b == 0 {
			break
		}
		head = append(head, b)
	}
	name, digits, _ := strings.Cut(string(head), " ")
	kind, err := plumbing.ParseObjectType(name)
	if err != nil {
		return nil, err
	}
	size, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("length %q", digits)
	}
	return newStored(h, kind, size, src, f), nil
}

func (r *repo) openPacked(h plumbing.Hash, at place) (*stored, error) {
	f, err := os.Open(r.path("objects", "pack", packFile(at.pack)))
	if err != nil {
		return nil, err
	}
	head, err := readEntryHeader(f, at.offset)
	if err != nil {
		f.Close()
		return nil, err
	}
	if !head.kind.IsDelta() {
		o, err := openWhole(f, at.offset, h, &r.inflaters)
		if err != nil {
			f.Close()
			return nil, err
		}
		o.file = f
		return o, nil
	}
	// Only git makes deltas, when a person repacks by hand, and never of what
	// is larger than its bigFileThreshold.
	defer f.Close()
	kind, data, err := r.undelta(f, at.offset, 0)
	if err != nil {
		return nil, err
	}
	return newStored(h, kind, int64(len(data)), bytes.NewReader(data), nil), nil
}

// entryHead is what stands before an entry's compressed bytes.
type entryHead struct {
	kind plumbing.ObjectType
	size int64
	data int64         // offset of the compressed bytes
	base int64         // offset of the base, for an offset delta
	ref  plumbing.Hash // name of the base, for a reference delta
}

func readEntryHeader(f *os.File, offset int64) (entryHead, error) {
	buf := make([]byte, 48)
	n, err := f.ReadAt(buf, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return entryHead{}, err
	}
	bad := corrupt("%s: no object at %d", f.Name(), offset)
	buf = append(buf[:n], make([]byte, 21)...) // zeros end each loop below
	if n == 0 || offset < 12 {
		return entryHead{}, bad
	}
	head := entryHead{kind: plumbing.ObjectType(buf[0] >> 4 & 7), size: int64(buf[0] & 0xf)}
	i, shift := 1, 4
	for ; buf[i-1]&0x80 != 0; i, shift = i+1, shift+7 {
		if shift > 55 {
			return entryHead{}, bad
		}
		head.size |= int64(buf[i]&0x7f) << shift
	}
	switch head.kind {
	case plumbing.OFSDeltaObject:
		back := int64(buf[i] & 0x7f)
		for ; buf[i]&0x80 != 0; i++ {
			if back > 1<<48 {
				return entryHead{}, bad
			}
			back = (back+1)<<7 | int64(buf[i+1]&0x7f)
		}
		i++
		head.base = offset - back
		if back <= 0 {
			return entryHead{}, bad
		}
	case plumbing.REFDeltaObject:
		head.ref = plumbing.Hash(buf[i : i+20])
		i += 20
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	default:
		return entryHead{}, bad
	}
	head.data = offset + int64(i)
	return head, nil
}

// openWhole opens an entry that is no delta. The caller owns f.
func openWhole(f *os.File, offset int64, want plumbing.Hash, pool *inflaters) (*stored, error) {
	head, err := readEntryHeader(f, offset)
	if err != nil {
		return nil, err
	}
	z, err := pool.open(io.NewSectionReader(f, head.data, 1<<62))
	if err != nil {
		return nil, corrupt("%s at %d: %v", f.Name(), head.data, err)
	}
	o := newStored(want, head.kind, head.size, z.out, nil)
	o.back = func() { pool.Put(z) }
	return o, nil
}

// inflaters keeps what reads compressed bytes between objects: making one
// costs more than most objects do.
type inflaters struct{ sync.Pool }

type inflater struct {
	in  *bufio.Reader
	out io.ReadCloser
}

// inflateAhead is how many compressed bytes are read at once.
const inflateAhead = 16 << 10

func (p *inflaters) open(src io.Reader) (*inflater, error) {
	if z, ok := p.Get().(*inflater); ok {
		z.in.Reset(src)
		return z, z.out.(zlib.Resetter).Reset(z.in, nil)
	}
	z := &inflater{in: bufio.NewReaderSize(src, inflateAhead)}
	var err error
	z.out, err = zlib.NewReader(z.in)
	return z, err
}

func inflate(f *os.File, head entryHead) (io.Reader, error) {
	section := io.NewSectionReader(f, head.data, 1<<62)
	z, err := zlib.NewReader(bufio.NewReaderSize(section, int(min(32<<10, head.size+64))))
	if err != nil {
		return nil, corrupt("%s at %d: %v", f.Name(), head.data, err)
	}
	return z, nil
}

// maxDelta bounds an object that is rebuilt from deltas, in bytes, and
// maxChain how many of them may follow each other.
const (
	maxDelta = 512 << 20
	maxChain = 4096
)

// undelta rebuilds an entry from its chain of deltas.
func (r *repo) undelta(f *os.File, offset int64, depth int) (plumbing.ObjectType, []byte, error) {
	head, err := readEntryHeader(f, offset)
	if err != nil {
		return 0, nil, err
	}
	if head.size > maxDelta || depth > maxChain {
		return 0, nil, corrupt("%s: delta at %d is too large or too deep", f.Name(), offset)
	}
	z, err := inflate(f, head)
	if err != nil {
		return 0, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, head.size+1))
	if err != nil || int64(len(data)) != head.size {
		return 0, nil, corrupt("%s: entry at %d is broken: %v", f.Name(), offset, err)
	}
	if !head.kind.IsDelta() {
		return head.kind, data, nil
	}
	var kind plumbing.ObjectType
	var base []byte
	if head.kind == plumbing.OFSDeltaObject {
		kind, base, err = r.undelta(f, head.base, depth+1)
	} else {
		kind, base, err = r.readBase(head.ref, depth+1)
	}
	if err != nil {
		return 0, nil, err
	}
	data, err = packfile.PatchDelta(base, data)
	if err != nil {
		return 0, nil, corrupt("%s: delta at %d: %v", f.Name(), offset, err)
	}
	return kind, data, nil
}

// readBase rebuilds what a delta names as its base.
func (r *repo) readBase(h plumbing.Hash, depth int) (plumbing.ObjectType, []byte, error) {
	at, packed, err := r.idx.find(h)
	if err != nil {
		return 0, nil, err
	}
	if packed {
		f, err := os.Open(r.path("objects", "pack", packFile(at.pack)))
		if err != nil {
			return 0, nil, err
		}
		defer f.Close()
		return r.undelta(f, at.offset, depth)
	}
	o, err := r.openLoose(h)
	if err != nil {
		return 0, nil, err
	}
	defer o.Close()
	data, err := io.ReadAll(io.LimitReader(o, maxDelta+1))
	return o.kind, data, err
}
