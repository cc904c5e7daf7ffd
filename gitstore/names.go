package gitstore

import (
	"strings"
	"unicode/utf8"

	"plugforge"
)

// checkPath refuses a path that git, or a checkout on another system, would
// refuse or read as its own: one such entry makes a repository unclonable for
// ever.
func checkPath(path string) error {
	bad := func(why string) error {
		return &plugforge.Error{
			Code:    plugforge.CodeValidation,
			Message: "path " + plugforge.Printable(path) + " " + why,
			Details: map[string]any{"path": path},
		}
	}
	if len(path) > 4096 {
		return bad("is longer than 4096 bytes: shorten it")
	}
	if !utf8.ValidString(path) {
		return bad("is not UTF-8: rename the file")
	}
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == "." || part == "..":
			return bad("has an empty or dotted part: rename the file")
		case len(part) > 255:
			return bad("has a part longer than 255 bytes: shorten it")
		case strings.ContainsRune(part, '\\') || strings.ContainsFunc(part, func(r rune) bool { return r < 0x20 || r == 0x7f }):
			return bad("holds a backslash or a control character: rename the file")
		case gitReads(part):
			return bad("is one that git reads as its own: leave the file out or rename it")
		}
	}
	return nil
}

// gitReads tells names that mean something to git, also in the disguises under
// which Windows and macOS would open the same file. .gitattributes changes the
// bytes of a checkout and hides differences.
func gitReads(part string) bool {
	plain := strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x200c && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x206a && r <= 0x206f, r == 0xfeff:
			return -1 // macOS takes no notice of these in a name
		}
		return r
	}, part))
	plain, _, _ = strings.Cut(plain, ":")
	plain = strings.TrimRight(plain, " .")
	switch plain {
	case ".git", ".gitattributes", ".gitmodules", "git~1":
		return true
	}
	for _, short := range []string{"gitmod~", "gitatt~", "gi7eba~", "gi7d29~"} {
		if strings.HasPrefix(plain, short) {
			return true
		}
	}
	return false
}
