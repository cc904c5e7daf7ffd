package archive

import (
	"fmt"
	"slices"
	"strings"

	"plugforge"
)

// Limits of an archive. Contract and messages name them.
const (
	MaxSize      = 500 << 20 // bytes of the archive
	MaxExtracted = 500 << 20 // bytes of all its files
	MaxFiles     = 1000      // files, junk and folders not counted

	maxRecords   = 10_000  // entries of any kind
	maxDirectory = 8 << 20 // bytes of the central directory
	maxPath      = 4096    // bytes of a name
	maxSegment   = 255     // bytes between slashes
	maxDepth     = 32      // segments of a name

	bombSize  = 64 << 20 // below this many bytes extracted no ratio is a bomb
	bombRatio = 50
)

// Rule is one thing that an archive may not do. Its code never changes.
type Rule struct {
	Code string // archive.<word>
	Text string // the sentence; %s and %d stand for what is found
}

// Rules lists every rule, sorted by code.
func Rules() []Rule {
	var all []Rule
	for code, text := range sentences() {
		all = append(all, Rule{"archive." + code, text})
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// sentences holds each rule's text: what is wrong, then what would be right.
func sentences() map[string]string {
	const again = "; make the archive anew with an ordinary zip tool"
	return map[string]string{
		// The archive as a whole.
		"not-zip":             "this is not a zip archive (%s): upload a .zip",
		"too-large":           "the archive is %d bytes: at most %d are allowed",
		"no-end":              "the archive has no end record: it is cut off, or other bytes follow it" + again,
		"prefix-bytes":        "%d bytes stand before the archive's first entry: upload a plain .zip, not one that extracts itself or was split",
		"trailing-bytes":      "%d bytes follow the archive's end" + again,
		"cut-off":             "the archive's end record says that %d more bytes follow: it is cut off" + again,
		"two-ends":            "the archive has more than one end record, so that readers see different contents" + again,
		"multi-disk":          "the archive is one part of several: upload it as a single file",
		"zip64":               "the archive's ZIP64 fields contradict themselves: %s" + again,
		"directory-too-large": "the archive lists %s: at most %d entries (with folders) in %d bytes are allowed",
		"directory-broken":    "the archive's directory can't be read: %s" + again,
		"gap":                 "%d bytes before this entry belong to no entry" + again,
		"overlap":             "the entry's bytes overlap other parts of the archive" + again,
		"out-of-order":        "the entries' bytes lie in another order than the directory lists them" + again,
		"readers-disagree":    "another zip reader sees the archive differently: %s" + again,
		"empty":               "the archive holds no files: put manifest.py and pipeline.py at its root",
		"too-many-files":      "the archive holds %d files: at most %d are allowed; leave out what the plugin does not need to run",
		"extracted-too-large": "the files are %d bytes when extracted: at most %d are allowed",
		"ratio":               "the archive extracts to more than %d times its size, as bombs do: store large files without compression",

		// One entry's headers.
		"local-missing":    "the directory lists the entry at a place where none is" + again,
		"headers-disagree": "the entry's two headers disagree about its %s" + again,
		"descriptor":       "the sizes and checksum after the entry's content are missing or wrong" + again,
		"extra-field":      "the entry's extra fields can't be read: %s" + again,
		"renaming-extra":   "an extra field gives the entry another name: make the archive with a tool that writes UTF-8 names only",
		"flags":            "the entry uses a feature that readers treat differently (flags %#04x)" + again,
		"encrypted":        "the entry is encrypted: make the archive without a password",
		"method":           "the entry is compressed by %s: use deflate, or store it",
		"version":          "the entry asks for version %s of the format: at most 4.5 is allowed; make the archive without special features",

		// Names.
		"name-empty":         "the entry has no name: give every file one",
		"name-not-utf8":      "the name is not UTF-8: use ASCII letters, or a zip tool that writes UTF-8 names",
		"name-flag":          "the name is not ASCII and the archive does not say that it is UTF-8, so readers see different names: rename the file, or use a zip tool that sets the UTF-8 flag",
		"name-control":       "the name holds a control character: rename the file",
		"name-invisible":     "the name holds an invisible or text-reordering character: rename the file",
		"name-system":        "the name is not ASCII and the entry says that it comes from %s, so that unzip reads another name: rename the file, or make the archive with zip or Python on Linux or macOS",
		"name-version":       "the name ends in a semicolon or in one and digits, which unzip takes for a version number and drops: rename the file",
		"name-backslash":     "the name holds a backslash: separate folders by / and make the archive anew",
		"name-absolute":      "the name starts at the file system's root: make the archive from inside the plugin's folder",
		"name-drive":         "the name starts with a drive letter: make the archive from inside the plugin's folder",
		"name-dotdot":        "the name leads out of its folder by ..: make the archive from inside the plugin's folder",
		"name-dot":           "the name holds a . segment: make the archive anew without it",
		"name-empty-segment": "the name holds two slashes in a row: make the archive anew without them",
		"name-too-long":      "the name is too long: at most %d bytes between slashes and %d in all are allowed",
		"name-too-deep":      "the name lies too deep: at most %d segments are allowed",
		"name-git":           "%s is read as git's own by git or by some file system: leave it out",
		"duplicate-name":     "the name is there more than once: keep one of the files",
		"name-clash":         "the name is the same as %s where file systems ignore case, accents' spelling, dots and spaces at the end, or what follows a colon: rename one",
		"file-and-folder":    "the name is both a file and a folder: rename one",

		// What kind of thing an entry is.
		"symlink":          "the entry is a symbolic link: put the file itself into the archive",
		"special-file":     "the entry is neither file nor folder (%s): leave it out",
		"setuid":           "the entry has a set-user-id or set-group-id bit: take it away with chmod",
		"folder-mark":      "the entry is marked as a folder but its name does not end in a slash" + again,
		"folder-with-data": "the entry is a folder and has content" + again,

		// Content.
		"size":           "the entry's content is not as long as its header says (%d bytes)" + again,
		"checksum":       "the entry's content does not match its checksum: it was damaged; make the archive anew",
		"corrupt":        "the entry's compressed content can't be read: it was damaged; make the archive anew",
		"blocks":         "the entry is compressed in very many tiny blocks, which no ordinary tool does and which takes very long to read" + again,
		"hidden-bytes":   "%d bytes lie hidden behind the entry's compressed content" + again,
		"path-file":      "a .pth file of paths runs code wherever Python finds it: leave it out (model weights named .pth are fine)",
		"site-file":      "Python runs a module of this name at every start: rename the file",
		"reserved-name":  "the service provides the package %s itself: rename yours",
		"compiled":       "the file is compiled code (%s), which nobody can check: upload its source",
		"program":        "the file is a program (%s): the service runs Python modules only; leave it out, or move it under assets/, models/ or weights/, apart from .py files",
		"nested-bomb":    "the archive inside extracts to more than %d times its size, as bombs do: leave it out",
		"nested-archive": "the file is an archive itself (%s): put its files in instead, or move it under assets/, models/ or weights/, apart from .py files",
	}
}

// add notes that the entry breaks the rule. An unknown rule is a mistake of
// ours that every test would find: its finding has no sentence.
func (c *checker) add(name, rule string, args ...any) {
	if c.texts == nil {
		c.texts = sentences()
	}
	text := c.texts[rule]
	if name == "" {
		name = "archive"
	}
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	c.findings = append(c.findings, plugforge.Finding{Path: short(name), Rule: "archive." + rule, Text: text})
}

// whole notes that the archive itself breaks the rule.
func (c *checker) whole(rule string, args ...any) { c.add("archive", rule, args...) }

// short cuts a name that is too long to print. Escaping is left to whoever
// prints: Finding.String does.
func short(name string) string {
	const most = 300
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}
