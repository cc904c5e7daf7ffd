package archive

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// weightNames end the names of model weights. Zips by content as many of them
// are, they are not archives: nobody unpacks them.
var weightNames = [...]string{".pt", ".pth", ".npz", ".keras", ".onnx", ".safetensors", ".bin", ".joblib"}

// archiveMarks open archives and compressed files, except zip and tar.
var archiveMarks = [...]struct{ mark, kind string }{
	{"\x1f\x8b\x08", "gzip"}, {"7z\xbc\xaf\x27\x1c", "7-Zip"}, {"Rar!\x1a\x07", "RAR"}, {"\xfd7zXZ\x00", "xz"},
	{"\x28\xb5\x2f\xfd", "zstd"}, {"LZIP\x01", "lzip"}, {"\x04\x22\x4d\x18", "lz4"}, {"\x89LZO\x00\r\n\x1a\n", "lzop"},
	{"\x1f\x9d\x90", "compress"}, {"MSCF\x00\x00\x00\x00", "cabinet"}, {"!<arch>\n", "ar"}, {"xar!\x00\x1c", "xar"},
	{"\xed\xab\xee\xdb", "RPM"}, {"\xff\x06\x00\x00sNaPpY", "snappy"},
}

// cpioRule is the header that its printable variants have, all of it digits.
var cpioRule = regexp.MustCompile(`^(?:07070[12][0-9A-Fa-f]{104}|070707[0-7]{70})`)

// archiveKind names an archive's format by its content, "" for none.
func archiveKind(ext string, g *glimpse) string {
	if slices.Contains(weightNames[:], ext) {
		return ""
	}
	// Zip readers, Python's own importer among them, look at the end alone.
	if g.starts(markLocal, markEnd) || g.end.zipEnd() {
		return "zip"
	}
	for _, known := range archiveMarks {
		if g.starts(known.mark) {
			return known.kind
		}
	}
	switch {
	case g.starts("BZh") && len(g.start) > 9 && (string(g.start[4:10]) == "1AY&SY" || string(g.start[4:10]) == "\x17\x72\x45\x38\x50\x90"):
		return "bzip2"
	case g.starts("\x5d\x00\x00") && len(g.start) > 13 && string(g.start[5:13]) == "\xff\xff\xff\xff\xff\xff\xff\xff":
		return "LZMA"
	case len(g.start) > 4 && g.start[0]>>4 == 5 && string(g.start[1:4]) == "\x2a\x4d\x18":
		return "zstd or lz4"
	case cpioRule.Match(g.start):
		return "cpio"
	case g.starts("hsqs") && bytes.IndexByte(g.start, 0) > 0:
		return "squashfs"
	case isTar(g.start):
		return "tar"
	}
	return ""
}

// isTar goes by the mark that new tars have, and by the checksum of the first
// header, which all have.
func isTar(b []byte) bool {
	if len(b) < startLen {
		return false
	}
	if string(b[257:262]) == "ustar" {
		return true
	}
	said, err := strconv.ParseUint(strings.Trim(string(b[148:156]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := uint64(8 * ' ')
	for i, c := range b[:startLen] {
		if i < 148 || i >= 156 {
			sum += uint64(c)
		}
	}
	return said == sum
}

// tail keeps the last bytes of a file, and all of a small one.
type tail struct {
	b     []byte
	total int64 // bytes of the file
}

// tailLen is enough for a zip's end record and, mostly, its directory.
const tailLen = 2 << 20

func (t *tail) reset() { t.b, t.total = t.b[:0], 0 }

func (t *tail) add(p []byte) {
	t.total += int64(len(p))
	// Twice as much is let pile up before the older half goes.
	if len(t.b)+len(p) > 2*tailLen {
		t.b = append(t.b[:0], t.b[len(t.b)-tailLen:]...)
	}
	t.b = append(t.b, p...)
}

// whole tells whether nothing was let go.
func (t *tail) whole() bool { return int64(len(t.b)) == t.total }

// zipEnd tells whether a zip's end record, with its comment, ends the file.
func (t *tail) zipEnd() bool {
	b := t.b[max(0, len(t.b)-endLen-max16):]
	at := bytes.LastIndex(b, []byte(markEnd))
	return at >= 0 && at+endLen <= len(b) && at+endLen+int(le.Uint16(b[at+20:])) == len(b)
}
