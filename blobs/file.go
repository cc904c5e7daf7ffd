package blobs

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"

	"plugforge"
	"plugforge/internal/writeback"
)

// pieceSize is how much of a blob is in memory at a time.
const pieceSize = 256 << 10

// File is a blob opened for reading. ReadAt may be called at once from several
// goroutines; Read and Seek share one offset.
type File struct {
	f    *os.File
	info fs.FileInfo
}

// open refuses what is not a regular file: folders of keys among them.
func open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &File{f, info}, nil
}

// Size is the blob's length in bytes.
func (f *File) Size() int64 { return f.info.Size() }

// Read is io.Reader.
func (f *File) Read(p []byte) (int, error) { return f.f.Read(p) }

// ReadAt is io.ReaderAt.
func (f *File) ReadAt(p []byte, off int64) (int, error) { return f.f.ReadAt(p, off) }

// Seek is io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.f.Seek(offset, whence) }

// Close ends the reading.
func (f *File) Close() error { return f.f.Close() }

// write streams r into temp, hashing on the way, then syncs and closes it.
func write(ctx context.Context, temp *os.File, r io.Reader, limit int64) (Info, error) {
	info, err := stream(ctx, writeback.New(temp), r, limit)
	if err == nil {
		err = syncFile(temp)
	}
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	return info, err
}

func stream(ctx context.Context, w io.Writer, r io.Reader, limit int64) (Info, error) {
	sha, sum := sha256.New(), md5.New()
	piece := make([]byte, pieceSize)
	var size int64
	for {
		n, readErr := readPiece(ctx, r, piece)
		if size += int64(n); size > limit {
			return Info{}, plugforge.Errorf(plugforge.CodeTooLarge, "the archive is over the limit of %d bytes", limit)
		}
		sha.Write(piece[:n])
		sum.Write(piece[:n])
		if _, err := w.Write(piece[:n]); err != nil {
			return Info{}, err
		}
		switch readErr {
		case nil:
		case io.EOF:
			return Info{size, hex.EncodeToString(sha.Sum(nil)), hex.EncodeToString(sum.Sum(nil))}, nil
		default:
			return Info{}, brokeOff(readErr)
		}
	}
}

// readPiece fills p unless r ends or fails first. Unlike io.ReadFull it tells
// the end of r from an r that itself says its end came too early.
func readPiece(ctx context.Context, r io.Reader, p []byte) (int, error) {
	const patience = 100 // reads in a row that yield nothing
	n := 0
	for empty := 0; n < len(p) && empty < patience; empty++ {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		m, err := r.Read(p[n:])
		if n += m; err != nil {
			return n, err
		}
		if m > 0 {
			empty = 0
		}
	}
	if n < len(p) {
		return n, io.ErrNoProgress
	}
	return n, nil
}

// brokeOff gives a reader's failure its code. That of a public error stands.
func brokeOff(err error) error {
	if public(err) {
		return err
	}
	return &plugforge.Error{Code: plugforge.CodeBadRequest,
		Message: "the archive's bytes broke off before their end: send it again", Err: err}
}

func equalFiles(ctx context.Context, a, b *File) (bool, error) {
	if os.SameFile(a.info, b.info) {
		return true, nil
	}
	if a.Size() != b.Size() {
		return false, nil
	}
	left, right := make([]byte, pieceSize), make([]byte, pieceSize)
	for {
		n, err := readPiece(ctx, a, left)
		m, err2 := readPiece(ctx, b, right)
		switch {
		case err != nil && err != io.EOF:
			return false, err
		case err2 != nil && err2 != io.EOF:
			return false, err2
		case !bytes.Equal(left[:n], right[:m]):
			return false, nil
		case err == io.EOF:
			return true, nil
		}
	}
}
