package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"unicode/utf8"

	"plugforge"
)

// wholeSize is up to how many bytes a file is read but once when writing.
const wholeSize = 1 << 20

// Write writes the files of tree as a canonical zip: sorted by path, stored
// without compression, all of one time (1980-01-01), modes 0644 or 0755, no
// extra fields, no folder entries. Equal trees give equal bytes on every
// machine and with every version of the program.
//
// A tree that holds what is neither file nor folder is CodeValidation. Other
// errors are tree's or w's; what was written by then is no archive.
func Write(w io.Writer, tree fs.FS) error {
	return plugforge.Wrap("archive.Write", writeAll(w, tree))
}

func writeAll(w io.Writer, tree fs.FS) error {
	names, err := fileNames(tree)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, name := range names {
		if err := writeFile(z, tree, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return z.Close()
}

// fileNames sorts by the whole path, which is not the order of a walk.
func fileNames(tree fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case !d.Type().IsRegular():
			return plugforge.Errorf(plugforge.CodeValidation, "%s is neither a file nor a folder: leave it out", plugforge.Printable(name))
		}
		names = append(names, name)
		return nil
	})
	slices.Sort(names)
	return names, err
}

func writeFile(z *zip.Writer, tree fs.FS, name string) error {
	f, err := tree.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	// The header comes first and tells size and checksum, so the file is read
	// ahead: into memory as far as it is small, otherwise to be read again.
	start, err := io.ReadAll(io.LimitReader(f, wholeSize))
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	sum.Write(start)
	more, err := io.Copy(sum, f)
	if err != nil {
		return err
	}
	size := int64(len(start)) + more
	entry, err := z.CreateRaw(header(name, info.Mode(), sum.Sum32(), size))
	if err != nil {
		return err
	}
	if more == 0 {
		_, err = io.Copy(entry, bytes.NewReader(start))
		return err
	}
	return copyAgain(entry, tree, name, sum.Sum32(), size)
}

// copyAgain reads the file a second time and demands that it is the same.
func copyAgain(w io.Writer, tree fs.FS, name string, crc uint32, size int64) error {
	f, err := tree.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, sum), f)
	if err != nil {
		return err
	}
	if n != size || sum.Sum32() != crc {
		return fmt.Errorf("the file changed while it was read")
	}
	return nil
}

func header(name string, mode fs.FileMode, crc uint32, size int64) *zip.FileHeader {
	h := &zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc,
		CompressedSize64: uint64(size), UncompressedSize64: uint64(size),
		CreatorVersion: 20, ReaderVersion: 20, ModifiedDate: 1<<5 | 1, //lint:ignore SA1019 Modified would add an extra field
	}
	if mode&0o111 != 0 {
		h.SetMode(0o755)
	} else {
		h.SetMode(0o644)
	}
	for _, r := range name {
		if r >= utf8.RuneSelf {
			h.Flags |= flagUTF8
			break
		}
	}
	return h
}
