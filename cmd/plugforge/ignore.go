package main

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"syscall"
)

// ignoreRule is one line of a .gitignore file.
type ignoreRule struct {
	base     string         // folder of the file, as the tree sees it; "." is its root
	above    string         // for a file above the tree: the way from it down to the tree; else ""
	match    *regexp.Regexp // over the path from the file's folder, or over the name alone
	nameOnly bool
	dirOnly  bool
	keep     bool // the line began with !
}

// ignoreFile reads the rules of a file; a missing one has none.
func ignoreFile(tree fs.FS, name, base string) ([]ignoreRule, error) {
	text, err := fs.ReadFile(tree, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rules []ignoreRule
	for line := range strings.Lines(string(text)) {
		if r, ok := parseIgnore(strings.TrimRight(line, "\r\n")); ok {
			r.base = base
			rules = append(rules, r)
		}
	}
	return rules, nil
}

// parseIgnore reads a line as git does; ok is false for one without a rule.
func parseIgnore(line string) (r ignoreRule, ok bool) {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if line == "" || line[0] == '#' {
		return r, false
	}
	if line[0] == '!' {
		r.keep, line = true, line[1:]
	}
	if rest, found := strings.CutSuffix(line, "/"); found {
		r.dirOnly, line = true, rest
	}
	r.nameOnly = !strings.Contains(line, "/")
	pattern, err := regexp.Compile(globExpression(bytewise(strings.TrimPrefix(line, "/"))))
	if err != nil || line == "" {
		return r, false // an unclosed bracket matches nothing, in git too
	}
	r.match = pattern
	return r, true
}

// bytewise makes one character of each byte: git matches bytes, so that ? is
// less than an é.
func bytewise(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// globExpression turns a pattern of git's into a regular expression.
func globExpression(glob string) string {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for i := 0; i < len(glob); i++ {
		rest := glob[i:]
		atStart := i == 0 || glob[i-1] == '/'
		switch {
		case atStart && strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:.*/)?`)
			i += 2
		case atStart && rest == "**":
			b.WriteString(`.*`)
			i++
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
		case rest[0] == '?':
			b.WriteString(`[^/]`)
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(regexp.QuoteMeta(rest[1:2]))
			i++
		case rest[0] == '[':
			class, length := bracket(rest)
			b.WriteString(class)
			i += length - 1
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return b.String() + `\z`
}

// bracket reads [a-z], [!a-z] and [^a-z]; what is not closed is left so, for
// the expression to be refused.
func bracket(s string) (class string, length int) {
	i := 1
	class = "["
	if i < len(s) && (s[i] == '!' || s[i] == '^') {
		class, i = "[^/", i+1
	}
	for first := true; i < len(s); i, first = i+1, false {
		switch c := s[i]; {
		case c == ']' && !first:
			return class + "]", i + 1
		case c == '[' && strings.HasPrefix(s[i:], "[:"):
			if end := strings.Index(s[i:], ":]"); end > 0 {
				class += s[i : i+end+2]
				i += end + 1
				continue
			}
			class += `\[`
		case c == '\\' && i+1 < len(s):
			i++
			class += regexp.QuoteMeta(s[i : i+1])
		case c == '[' || c == ']' || c == '^' || c == '&' || c == '~':
			class += `\` + s[i:i+1]
		default:
			class += s[i : i+1]
		}
	}
	return "[", len(s)
}

// ignored tells whether the last rule that matches leaves the path out. The
// caller does not go into folders that are left out, as git does not.
func ignored(rules []ignoreRule, name string, isDir bool) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		r := rules[i]
		if r.dirOnly && !isDir {
			continue
		}
		subject := path.Join(r.above, name)
		if r.base != "." {
			subject = strings.TrimPrefix(subject, r.base+"/")
		}
		if r.nameOnly {
			subject = path.Base(name)
		}
		if r.match.MatchString(bytewise(subject)) {
			return !r.keep
		}
	}
	return false
}
