package archive

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var (
	driveRule = regexp.MustCompile(`^[A-Za-z]:`)
	// The short names that Windows gives .git, .gitmodules and .gitattributes.
	shortGitRule = regexp.MustCompile(`^(git|gitmod|gitatt|gi7eba|gi7d29)~[0-9]+$`)
	// unzip takes this off a file's name.
	versionRule = regexp.MustCompile(`;[0-9]*$`)
	// Some tables fold the Turkish letters to i.
	turkish = strings.NewReplacer("ı", "i", "i\u0307", "i")
)

// checkName applies the rules about names. It looks at the name as it stands,
// so every broken rule is told.
func (c *checker) checkName(r *record) {
	name := r.name
	if name == "" {
		c.add(name, "name-empty")
		return
	}
	if !utf8.ValidString(name) {
		c.add(name, "name-not-utf8")
		return
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		system := misread(r)
		switch {
		case r.flags&flagUTF8 == 0:
			c.add(name, "name-flag")
		case system != "" && !r.unicode:
			c.add(name, "name-system", system)
		}
	}
	if versionRule.MatchString(name) {
		c.add(name, "name-version")
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		c.add(name, "name-control")
	}
	if strings.ContainsFunc(name, invisible) {
		c.add(name, "name-invisible")
	}
	if strings.Contains(name, `\`) {
		c.add(name, "name-backslash")
	}
	if strings.HasPrefix(name, "/") {
		c.add(name, "name-absolute")
	}
	if driveRule.MatchString(name) {
		c.add(name, "name-drive")
	}
	c.checkSegments(name)
}

// misread names the maker's system where unzip takes names from there to be in
// an alphabet of DOS, even though the entry says that its name is UTF-8.
func misread(r *record) string {
	const dos, os2, ntfs = 0, 6, 11
	switch system, version := r.made>>8, r.made&0xff; {
	case system == dos:
		return "DOS or Windows"
	case system == os2:
		return "OS/2"
	case system == ntfs && version == 50:
		return "Windows NT"
	}
	return ""
}

func (c *checker) checkSegments(name string) {
	long, depth := len(name) > maxPath, 0
	told := map[string]bool{}
	once := func(rule string, args ...any) {
		if !told[rule] {
			told[rule] = true
			c.add(name, rule, args...)
		}
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(name, "/"), "/")
	for segment := range strings.SplitSeq(inner, "/") {
		long = long || len(segment) > maxSegment
		if depth++; depth > maxDepth {
			once("name-too-deep", maxDepth)
			break
		}
		switch {
		case segment == "":
			once("name-empty-segment")
		case segment == ".":
			once("name-dot")
		case segment == "..":
			once("name-dotdot")
		case isGit(segment):
			once("name-git", strings.Clone(segment))
		}
	}
	if long {
		once("name-too-long", maxSegment, maxPath)
	}
}

// invisible covers what has no glyph of its own and what turns text around:
// format characters, line separators and fillers.
func invisible(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isGit tells whether git, or a file system that folds names, takes the
// segment for .git, .gitmodules or .gitattributes. File systems drop case,
// trailing dots and spaces, code points that have no glyph, and streams named
// after a colon; Windows knows files by a short name too.
func isGit(segment string) bool {
	s := strings.ToLower(segment)
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || r < ' ' }) {
		s = plain(s)
	}
	if before, _, found := strings.Cut(s, ":"); found {
		s = before
	}
	if before, _, found := strings.Cut(s, `\`); found {
		s = before
	}
	s = strings.TrimRight(s, ". ")
	return s == ".git" || s == ".gitmodules" || s == ".gitattributes" || shortGitRule.MatchString(s)
}

// plain is s as the most forgetful file system would keep it, in lower case.
func plain(s string) string {
	s = norm.NFKC.String(strings.Map(func(r rune) rune {
		if invisible(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
	return turkish.Replace(strings.ToLower(s))
}

// checkPaths demands that no two of the entries' paths, or of the folders on
// their way, are or could become the same. Of junk it asks only that it does not
// lie where files must: whoever extracts the archive, extracts junk too.
func (c *checker) checkPaths(kept, junk []*record) {
	p := paths{fold: folder(), nodes: map[string]node{}}
	for _, r := range slices.Concat(kept, junk) {
		name := strings.TrimSuffix(r.name, "/")
		if name == "" || !utf8.ValidString(name) || len(name) > maxPath || strings.Count(name, "/") >= maxDepth {
			continue // has its finding
		}
		if rule, args := p.enter(name, r.isFolder()); rule == "file-and-folder" || rule != "" && !isJunk(r) {
			c.add(r.name, rule, args...)
		}
	}
}

// paths remembers every path by its folded form.
type paths struct {
	fold  func(string) string
	nodes map[string]node // by value: there may be 300,000
}

type node struct {
	name   string // as first spelled
	folder bool
	listed bool // has an entry of its own
}

// enter notes a name and the folders above it. It gives the rule that is
// broken, "" for none.
func (p *paths) enter(name string, isFolder bool) (string, []any) {
	key := p.fold(name)
	for at, keyAt := 0, 0; ; {
		next, nextKey := strings.IndexByte(name[at:], '/'), strings.IndexByte(key[keyAt:], '/')
		if next < 0 || nextKey < 0 {
			return p.note(key, name, isFolder, true)
		}
		at, keyAt = at+next+1, keyAt+nextKey+1
		if rule, args := p.note(key[:keyAt-1], name[:at-1], true, false); rule != "" {
			return rule, args
		}
	}
}

func (p *paths) note(key, name string, isFolder, listed bool) (string, []any) {
	have, known := p.nodes[key]
	switch {
	case !known:
		p.nodes[key] = node{name, isFolder, listed}
		return "", nil
	case have.name != name:
		return "name-clash", []any{short(have.name)}
	case have.folder != isFolder:
		return "file-and-folder", nil
	case have.listed && listed:
		return "duplicate-name", nil
	}
	if listed {
		have.listed = true
		p.nodes[key] = have
	}
	return "", nil
}

// folder gives a function under which names are equal that some file system
// takes for the same: case, normal form, dots and spaces at the end of a
// segment, and a stream named after a colon do not count.
func folder() func(string) string {
	lower := cases.Fold()
	return func(name string) string {
		s := strings.ToLower(name)
		if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
			s = norm.NFC.String(lower.String(norm.NFD.String(name)))
		}
		if !strings.ContainsAny(s, ". :") {
			return s
		}
		segments := strings.Split(s, "/")
		for i, segment := range segments {
			plain, _, _ := strings.Cut(segment, ":")
			segments[i] = strings.TrimRight(plain, ". ")
		}
		return strings.Join(segments, "/")
	}
}
