package plugforge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Actor is who did something: the key's id and the name its maker gave it.
type Actor struct {
	KeyID string
	Name  string
}

// Plugin is one published version. Git is the truth about it: every field can
// be rebuilt from the version's commit, tag and tree.
type Plugin struct {
	Slug        Slug
	Version     Version
	Message     string // the author's, or "Publish NAME X.Y.Z"
	Description string
	Author      Actor
	Commit      string     // 40 hex digits
	CodeHash    string     // SHA-256 of the uploaded archive, 64 hex digits
	ContentHash string     // SHA-256 over sorted "mode path sha256" lines of the tree
	ArchiveSize int64      // bytes
	ScanPassed  bool       // false only under --scan-policy warn
	Scan        ScanRecord // only where it is read from git
	UploadID    string     // plu_…
	CreatedAt   time.Time  // when it was published, to the millisecond
	Manifest    []byte     // the manifest as JSON, as package manifest reads it
	FeatureURI  string     // of the first feature
	HasRealtime bool       // the tree holds realtime.py
	Seq         int64      // upload order within the index, rising; not in git

	// Of an organisation's plugin that a namespace has enabled, which Slug
	// then names by the namespace; else empty.
	Origin Owner  // the organisation
	Params []byte // JSON object, merged under each call's parameters; nil for none; not in git
}

// ID is the version's plugin id.
func (p Plugin) ID() PluginID { return PluginID{p.Slug.Name, p.Version} }

// Finding is one reason why an upload was refused (or, under --scan-policy
// warn, marked).
type Finding struct {
	Path string // of the entry, slash-separated; "archive" for the whole
	Line int    // from 1; 0 for what concerns the whole entry
	Col  int    // in characters, from 1; 0 with Line 0
	Rule string // stable id: PF101, archive.duplicate-name, manifest.unknown-key
	Text string // what is wrong and what would be right
}

// String is path:line:col: rule: text, with control characters escaped.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", Printable(f.Path), f.Line, f.Col, f.Rule, Printable(f.Text))
}

// SortFindings orders by path, line, column and rule, and drops repetitions.
func SortFindings(fs []Finding) []Finding {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(fs)
}

// Printable escapes what could move a terminal's cursor or reorder its text:
// control characters, bidi controls and bytes that are not UTF-8.
func Printable(s string) string {
	clean := func(r rune) bool {
		return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xfffd ||
			r == 0x061c || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff
	}
	if strings.IndexFunc(s, clean) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == 0xfffd && s[i] != 0xef:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case clean(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case clean(r) && r != 0xfffd:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// FileStatus says how a file differs between two versions.
type FileStatus string

// The file statuses.
const (
	FileAdded    FileStatus = "added"
	FileDeleted  FileStatus = "deleted"
	FileModified FileStatus = "modified"
	FileRenamed  FileStatus = "renamed" // under another path, equal or at least half the same
)

// FileDiff is the difference of one file between two versions.
type FileDiff struct {
	Path      string
	OldPath   string // only when renamed
	Status    FileStatus
	Binary    bool // holds NUL or is not UTF-8; Diff is then empty
	Additions int  // lines, as git diff --numstat counts them
	Deletions int
	Truncated bool   // Diff is empty because it would be too long
	Diff      string // this file's part of the patch, as git apply takes it
}

// DiffOptions says what of a difference is wanted; the zero value is all of it.
type DiffOptions struct {
	Path    string // only this file, by its path on either side; empty for all
	Context int    // lines around each change, at most MaxContext; 0 is DefaultContext, NoContext none
	Counts  bool   // Diff stays empty
}

// How many lines around each change a difference shows.
const (
	DefaultContext = 3
	MaxContext     = 1000
	NoContext      = -1
)

// maxMessage bounds a reason or release message, in bytes: four times the
// longest kernel commit message, and small enough to read back at once.
const maxMessage = 64 << 10

// CheckMessage refuses a message that git could not keep as it is: over
// 64 KiB, not UTF-8, or holding NUL. The error is CodeValidation.
func CheckMessage(s string) error {
	switch {
	case len(s) > maxMessage:
		return Errorf(CodeValidation, "message is %d bytes long: use at most %d", len(s), maxMessage)
	case !utf8.ValidString(s):
		return Errorf(CodeValidation, "message is not UTF-8")
	case strings.ContainsRune(s, 0):
		return Errorf(CodeValidation, "message holds a NUL character: remove it")
	}
	return nil
}
