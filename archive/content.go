package archive

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
)

// checkTotals applies the rules about all files together, as the directory
// declares them, and gives the files with their paths in the tree. Junk counts
// only where it makes the archive a bomb for those who unpack it all.
func (c *checker) checkTotals(kept, junk []*record) (files []*record) {
	total := int64(0)
	sum := func(r *record) {
		if total += r.size; total < 0 || total > 1<<62 {
			total = 1 << 62 // already refused; only keep the sum a number
		}
	}
	for _, r := range kept {
		if r.isFolder() {
			continue
		}
		files = append(files, r)
		sum(r)
	}
	switch {
	case len(files) == 0:
		c.whole("empty")
	case len(files) > MaxFiles:
		c.whole("too-many-files", len(files), MaxFiles)
	}
	if total > MaxExtracted {
		c.whole("extracted-too-large", total, MaxExtracted)
	} else {
		for _, r := range junk {
			sum(r)
		}
		if total > bombSize && total/bombRatio > c.size {
			c.whole("ratio", bombRatio)
		}
	}
	wrapping := wrappingFolder(files)
	for _, r := range files {
		r.path = strings.TrimPrefix(r.name, wrapping)
	}
	return files
}

// wrappingFolder is the one folder, with its slash, under which all files lie;
// "" when there is none.
func wrappingFolder(files []*record) string {
	first := ""
	for i, r := range files {
		folder, _, found := strings.Cut(r.name, "/")
		if !found || i > 0 && folder+"/" != first {
			return ""
		}
		first = folder + "/"
	}
	return first
}

// secondOpinion demands that archive/zip sees the entries that the walk saw.
func (c *checker) secondOpinion(records []*record) error {
	other, err := zip.NewReader(c.src, c.size)
	switch {
	case c.src.err != nil:
		return c.src.err
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		c.whole("readers-disagree", "it can't open it")
		return nil
	case len(other.File) != len(records):
		c.whole("readers-disagree", fmt.Sprintf("%d entries, not %d", len(other.File), len(records)))
		return nil
	}
	for i, r := range records {
		f := other.File[i]
		at, err := f.DataOffset()
		if c.src.err != nil {
			return c.src.err
		}
		if err != nil || at != r.content || f.Name != r.name || f.Method != r.method || f.Flags != r.flags || f.CRC32 != r.crc ||
			f.CompressedSize64 != uint64(r.packed) || f.UncompressedSize64 != uint64(r.size) {
			c.add(r.name, "readers-disagree", "the entry's headers read differently")
		}
	}
	return nil
}

// contents reads every file to its end and compares what came with what was
// declared. The files are no more than the limits by now, if the declarations
// are true; where one is not, reading stops one byte past it. It gives the unpacker for
// further use.
func (c *checker) contents(files []*record) (*unpacker, error) {
	var size, packed int64
	for _, r := range files {
		size, packed = max(size, r.size), max(packed, r.packed)
	}
	u := &unpacker{src: c.src, room: pieceFor(packed)}
	piece := make([]byte, pieceFor(size))
	code := codeFolders(files)
	seen := &glimpse{}
	for _, r := range files {
		u.open(r)
		seen.reset()
		for u.more() {
			seen.add(piece[:u.read(piece)])
		}
		if c.src.err != nil {
			return nil, c.src.err
		}
		if rule, args := u.verdict(); rule != "" {
			c.add(r.name, rule, args...)
			continue
		}
		c.checkContent(r, seen, code)
	}
	return u, nil
}

const pieceSize = 64 << 10

// pieceFor is the buffer that is enough for files of which the largest has most
// bytes, and one more.
func pieceFor(most int64) int { return int(min(most+1, pieceSize)) }

// unpacker reads one record's content after the other, and judges it. It is
// the only way to contents, when checking and later from the tree.
type unpacker struct {
	src  io.ReaderAt
	room int // bytes that are read ahead

	r       *record
	section *io.SectionReader
	buffer  *bufio.Reader
	flate   io.ReadCloser
	sum     hash.Hash32
	count   int64
	err     error // io.EOF at the content's end
}

func (u *unpacker) open(r *record) {
	u.r, u.count, u.err = r, 0, nil
	u.section = io.NewSectionReader(u.src, r.content, r.packed)
	u.sum = crc32.NewIEEE()
	if r.method == methodStored {
		return
	}
	if u.flate == nil {
		u.buffer = bufio.NewReaderSize(u.section, u.room)
		u.flate = flate.NewReader(u.buffer)
		return
	}
	u.buffer.Reset(u.section)
	if err := u.flate.(flate.Resetter).Reset(u.buffer, nil); err != nil {
		u.err = err
	}
}

// more tells whether there is something to read, or too much was.
func (u *unpacker) more() bool { return u.err == nil && u.count <= u.r.size }

func (u *unpacker) read(p []byte) int {
	// One byte more than declared shows that there is more.
	p = p[:min(int64(len(p)), u.r.size-u.count+1)]
	var n int
	if u.r.method == methodStored {
		n, u.err = u.section.Read(p)
	} else {
		n, u.err = u.flate.Read(p)
	}
	u.count += int64(n)
	u.sum.Write(p[:n])
	return n
}

// verdict is the rule that the content breaks, "" for none. It is to be asked
// when there is no more.
func (u *unpacker) verdict() (string, []any) {
	switch {
	case u.err != nil && u.err != io.EOF:
		return "corrupt", nil
	case u.count != u.r.size:
		return "size", []any{u.r.size}
	case u.sum.Sum32() != u.r.crc:
		return "checksum", nil
	}
	if hidden := u.left(); hidden > 0 {
		return "hidden-bytes", []any{hidden}
	}
	return "", nil
}

// left is how many compressed bytes were not needed.
func (u *unpacker) left() int64 {
	if u.r.method == methodStored {
		return 0
	}
	at, err := u.section.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	return u.r.packed - at + int64(u.buffer.Buffered())
}
