package archive

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// maxVersion is the version of the format, times ten, that all readers know.
const maxVersion = 45

// Systems that write Unix modes into the upper half of the attributes.
const (
	systemUnix = 3
	systemMac  = 19
)

const (
	modeType    = 0o170000
	modeFolder  = 0o040000
	modeRegular = 0o100000
	modeSymlink = 0o120000
	modeSetID   = 0o006000
	modeExecute = 0o000111

	dosLabel  = 0x08
	dosFolder = 0x10
)

// sortOut takes away junk.
func sortOut(records []*record) (kept, junk []*record) {
	for _, r := range records {
		if isJunk(r) {
			junk = append(junk, r)
		} else {
			kept = append(kept, r)
		}
	}
	return kept, junk
}

// isJunk recognises what the tools of macOS, Windows and Python leave behind.
// They leave only plain files and folders: what would lead elsewhere when it is
// extracted, or keep some reader from the archive, is no junk, and is judged.
func isJunk(r *record) bool {
	name, kind := r.name, (r.attrs>>16)&modeType
	switch {
	case kind != 0 && kind != modeRegular && kind != modeFolder, !staysInside(name),
		r.version > maxVersion, r.flags&flagsEncryption != 0, r.method != methodStored && r.method != methodDeflated,
		r.flags&flagUTF8 != 0 && !utf8.ValidString(name):
		return false
	}
	folders, _ := path.Split(name) // all of it, for a folder
	for folder := range strings.SplitSeq(folders, "/") {
		if folder == "__MACOSX" || folder == "__pycache__" {
			return true
		}
	}
	base := path.Base(name)
	return strings.HasPrefix(base, "._") || base == ".DS_Store" ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// staysInside tells whether no segment leads anywhere but down.
func staysInside(name string) bool {
	if strings.ContainsAny(name, "\\\x00") || driveRule.MatchString(name) {
		return false
	}
	return fs.ValidPath(strings.ToValidUTF8(strings.TrimSuffix(name, "/"), "?"))
}

// checkEntry applies the rules that need one record's headers alone.
func (c *checker) checkEntry(r *record) {
	c.checkFlags(r)
	c.checkKind(r)
	c.checkName(r)
	if r.isFolder() && r.size != 0 {
		c.add(r.name, "folder-with-data")
	}
	if r.method == methodStored && r.size != r.packed {
		c.add(r.name, "size", r.size)
	}
}

func (c *checker) checkFlags(r *record) {
	switch {
	case r.flags&flagsEncryption != 0:
		c.add(r.name, "encrypted")
	case r.flags&^flagsAllowed != 0:
		c.add(r.name, "flags", r.flags)
	}
	if r.method != methodStored && r.method != methodDeflated {
		c.add(r.name, "method", methodName(r.method))
	} else if r.version > maxVersion {
		c.add(r.name, "version", fmt.Sprintf("%d.%d", r.version/10, r.version%10))
	}
}

func methodName(method uint16) string {
	for _, known := range []struct {
		method uint16
		name   string
	}{{1, "shrinking"}, {6, "imploding"}, {9, "deflate64"}, {12, "bzip2"}, {14, "LZMA"}, {93, "zstd"}, {95, "xz"}, {99, "AES encryption"}} {
		if known.method == method {
			return known.name
		}
	}
	return fmt.Sprintf("method %d", method)
}

// checkKind looks at the Unix mode whatever system the archive claims to come
// from, for some readers do.
func (c *checker) checkKind(r *record) {
	mode := r.attrs >> 16
	c.checkMode(r.name, mode)
	switch {
	case r.attrs&dosFolder != 0 && mode&modeType != modeFolder && !r.isFolder():
		c.add(r.name, "folder-mark")
	case r.attrs&dosLabel != 0:
		c.add(r.name, "special-file", "the label of a disk")
	}
}

// checkMode looks at an entry's Unix mode, which stands in the attributes or in
// an extra field.
func (c *checker) checkMode(name string, mode uint32) {
	isFolder := strings.HasSuffix(name, "/")
	switch kind := mode & modeType; {
	case kind == modeSymlink:
		c.add(name, "symlink")
	case kind == modeFolder && !isFolder:
		c.add(name, "folder-mark")
	case kind != 0 && kind != modeRegular && kind != modeFolder:
		c.add(name, "special-file", fmt.Sprintf("type %#o", kind))
	}
	if mode&modeSetID != 0 && !isFolder {
		c.add(name, "setuid")
	}
}

// executable tells whether the maker's system marks the file as a program.
func (r *record) executable() bool {
	system := r.made >> 8
	return (system == systemUnix || system == systemMac) && (r.attrs>>16)&modeExecute != 0
}
