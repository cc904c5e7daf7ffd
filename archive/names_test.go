package archive_test

import (
	"fmt"
	"hash/crc32"
	"strings"
)

func hostileNames() []hostile {
	var all []hostile
	for rule, names := range map[string][]string{
		"name-not-utf8":      {"a\xff.py", "caf\xe9.py", "\xed\xa0\x80.py", "\xc0\xae\xc0\xae/x.py"},
		"name-control":       {"a\x00b.py", "a\nb.py", "\x1b[2J.py", "a\x7f.py", "a\u0085.py", "dir\r/x.py"},
		"name-invisible":     {"a\u200bb.py", "\u202egnp.py", "a\ufeff.py", "a\u2028.py", "a\U000e0041.py", "a\ufe0f.py"},
		"name-backslash":     {`a\b.py`, `..\..\x.py`, `\\host\share\x.py`, `C:\x.py`, `__MACOSX/..\..\x`},
		"name-absolute":      {"/etc/passwd", "//host/share/x.py", "/", "/.DS_Store"},
		"name-drive":         {"C:x.py", "c:/x.py", "C:/__MACOSX/x"},
		"name-version":       {"a.py;1", "a.py;", "sub/a.py;123", "sub;1", "caf\u00e9;1"},
		"name-dotdot":        {"../x.py", "a/../x.py", "a/..", "..", "a/../", "/../x.py", "__MACOSX/../../x", "__pycache__/..", "a/../.DS_Store"},
		"name-dot":           {"./x.py", "a/./x.py", "a/.", "."},
		"name-empty-segment": {"a//x.py", "a/b//", "//x.py"},
		"name-too-long":      {strings.Repeat("x", 256), "a/" + strings.Repeat("x", 256) + "/b.py", strings.Repeat(strings.Repeat("x", 200)+"/", 21) + "x"},
		"name-too-deep":      {strings.Repeat("d/", 32) + "x.py", strings.Repeat("d/", 2100) + "x.py"},
		"name-git": {
			".git", ".git/config", "a/.git/hooks/pre-commit", ".GIT/config", ".gIt", ".git ", ".git.", ".git. . ", ".git/", "git~1", "GIT~1/config", "git~2",
			".g\u200cit", ".gi\ufefft/config", "\u200f.git", ".git\u206a", ".git::$INDEX_ALLOCATION/config", ".git:stream", ".git\\hooks", ".g\x01it",
			".GİT/config", ".gıt", "．git", ".ｇｉｔ", ".gi\u0307t",
			".gitattributes", "a/.gitattributes", ".GITATTRIBUTES ", ".gitmodules", ".gitmodules.", "GITMOD~1", "gi7eba~1", "gi7d29~4", "gitatt~1", ".git\u200dmodules",
		},
	} {
		for _, name := range names {
			all = append(all, hostile{fmt.Sprintf("%s %.40q of %d bytes", rule, name, len(name)), named("manifest.py", name), rule, cut(name)})
		}
	}
	all = append(all,
		hostile{"no name", one(ent{content: "x"}), "name-empty", ""},
		hostile{"UTF-8 from DOS", one(ent{name: "caf\u00e9.py", content: "x", flags: 1 << 11, made: 20}), "name-system", "caf\u00e9.py"},
		hostile{"UTF-8 from OS/2", one(ent{name: "\u65e5.py", content: "x", flags: 1 << 11, made: 6 << 8}), "name-system", "\u65e5.py"},
		hostile{"UTF-8 from Windows NT", one(ent{name: "\u65e5/", flags: 1 << 11, made: 11<<8 | 50}), "name-system", "\u65e5/"},
		hostile{"UTF-8 from DOS, repeated in the directory alone", one(ent{name: "caf\u00e9.py", content: "x", flags: 1 << 11, central: func(h *head) { h.extra = unicodePath(h.name) }}), "name-system", "caf\u00e9.py"},
		hostile{"UTF-8 from DOS, repeated in the local header alone", one(ent{name: "caf\u00e9.py", content: "x", flags: 1 << 11, local: func(h *head) { h.extra = unicodePath(h.name) }}), "name-system", "caf\u00e9.py"},
		hostile{"UTF-8 without its flag", one(ent{name: "caf\u00e9.py", content: "x"}), "name-flag", "caf\u00e9.py"},
	)
	for _, pair := range []struct{ rule, first, second string }{
		{"duplicate-name", "a.py", "a.py"},
		{"duplicate-name", "sub/", "sub/"},
		{"name-clash", "a.py", "A.py"},
		{"name-clash", "sub/a.py", "SUB/a.py"},
		{"name-clash", "sub/a.py", "Sub/b.py"},
		{"name-clash", "caf\u00e9.py", "cafe\u0301.py"},
		{"name-clash", "CAF\u00c9.py", "cafe\u0301.py"},
		{"name-clash", "stra\u00dfe.py", "STRASSE.py"},
		{"name-clash", "\u212a.py", "k.py"},
		{"name-clash", "\u03c3.py", "\u03c2.py"},
		{"name-clash", "a", "a."},
		{"name-clash", "a.py", "a.py::$DATA"},
		{"name-clash", "a:1/x", "a:2/x"},
		{"name-clash", "a /b.py", "a/b.py"},
		{"file-and-folder", "a", "a/b.py"},
		{"file-and-folder", "a/b.py", "a"},
		{"file-and-folder", "a", "a/"},
		{"file-and-folder", "x/a/b.py", "x/a"},
		{"file-and-folder", "x/.DS_Store/a.py", "x/.DS_Store"},
		{"file-and-folder", "a", "a/__pycache__/x"},
	} {
		all = append(all, hostile{fmt.Sprintf("%s %q %q", pair.rule, pair.first, pair.second), named("manifest.py", pair.first, pair.second), pair.rule, pair.second})
	}
	return all
}

// cut is how a finding shortens a long name.
func cut(name string) string {
	if len(name) > 300 {
		return name[:300] + "…"
	}
	return name
}

func hostileKinds() []hostile {
	mode := func(m uint32, system uint16) []byte {
		return one(ent{name: "x", content: "target", made: system<<8 | 20, attrs: m << 16})
	}
	// The extra field of the maker ASi, which unzip believes.
	asi := func(m uint16, target string) []byte {
		v := append(le16(m), append(le32(uint32(len(target))), append(le16(0, 0), target...)...)...)
		return extra(0x756e, append(le32(crc32.ChecksumIEEE(v)), v...))
	}
	bzipped := func(h *head) { h.method = 12 }
	later := func(h *head) { h.version = 64 }
	asiMode := func(m uint16) []byte {
		return one(ent{name: "x", content: "target", made: 3 << 8, extra: asi(m, "/etc")})
	}
	return []hostile{
		{"symlink by extra field", asiMode(0o120777), "symlink", "x"},
		{"symlink by extra field, local alone", one(ent{name: "x", local: func(h *head) { h.extra = asi(0o120777, "/etc") }}), "symlink", "x"},
		{"symlink by extra field, central alone", one(ent{name: "x", central: func(h *head) { h.extra = asi(0o120777, "/etc") }}), "symlink", "x"},
		{"symlink by extra field, in junk", one(ent{name: "__MACOSX/x", extra: asi(0o120777, "/etc")}), "symlink", "__MACOSX/x"},
		{"device by extra field", asiMode(0o020666), "special-file", "x"},
		{"set-user-id by extra field", asiMode(0o104755), "setuid", "x"},
		{"folder by extra field", asiMode(0o040755), "folder-mark", "x"},
		{"mode cut off", one(ent{name: "x", extra: extra(0x756e, le32(0))}), "extra-field", "x"},
		{"label of a disk", one(ent{name: "x", attrs: 0x08}), "special-file", "x"},
		{"junk whose name is not what its flag says", one(ent{name: "__MACOSX/\xff", flags: 1 << 11}), "name-not-utf8", "__MACOSX/\xff"},
		{"junk of a version that is not known", one(ent{name: ".DS_Store", local: later, central: later}), "version", ".DS_Store"},
		{"junk that is encrypted", one(ent{name: "__MACOSX/x", flags: 1}), "encrypted", "__MACOSX/x"},
		{"junk compressed by bzip2", one(ent{name: "__MACOSX/x", content: "x", local: bzipped, central: bzipped}), "method", "__MACOSX/x"},
		{"symlink named like junk", one(ent{name: "__MACOSX/x", content: "/etc", made: 3 << 8, attrs: 0o120777 << 16}), "symlink", "__MACOSX/x"},
		{"device named like junk", one(ent{name: ".DS_Store", made: 3 << 8, attrs: 0o020666 << 16}), "special-file", ".DS_Store"},
		{"symlink", mode(0o120777, 3), "symlink", "x"},
		{"symlink from macOS", mode(0o120777, 19), "symlink", "x"},
		{"symlink said to be from Windows", mode(0o120777, 0), "symlink", "x"},
		{"symlink named as a folder", one(ent{name: "x/", attrs: 0o120777 << 16, made: 3 << 8}), "symlink", "x/"},
		{"character device", mode(0o020666, 3), "special-file", "x"},
		{"block device", mode(0o060666, 3), "special-file", "x"},
		{"pipe", mode(0o010666, 3), "special-file", "x"},
		{"socket", mode(0o140666, 3), "special-file", "x"},
		{"unknown type", mode(0o170666, 3), "special-file", "x"},
		{"set-user-id", mode(0o104755, 3), "setuid", "x"},
		{"set-group-id", mode(0o102755, 3), "setuid", "x"},
		{"folder by mode", mode(0o040755, 3), "folder-mark", "x"},
		{"folder by DOS attribute", one(ent{name: "x", attrs: 0x10}), "folder-mark", "x"},
		{"folder with content", one(ent{name: "x/", content: "hidden"}), "folder-with-data", "x/"},
	}
}
