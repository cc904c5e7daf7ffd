package manifest

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// requirement is one dependency as PEP 508 writes it.
type requirement struct {
	name    string   // normalised as PEP 503 does: numpy, typing-extensions
	extras  []string // normalised, sorted
	clauses []string // ">=1.0", in order
	url     string
	marker  string // as given, blanks taken out; empty if there is none
}

// syntaxError says where a dependency stops being one, and what may stand
// there.
type syntaxError struct {
	at   int // characters before it
	want string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s after %d characters", e.want, e.at) }

// requirementParser reads one dependency from left to right.
type requirementParser struct {
	text string
	at   int
}

var (
	nameRule   = regexp.MustCompile(`^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?`)
	blankRule  = regexp.MustCompile(`^[ \t]+`)
	urlRule    = regexp.MustCompile(`^[^ \t]+`)
	quotedRule = regexp.MustCompile(`^(?:'[^']*'|"[^"]*")`)
	opRule     = regexp.MustCompile(`^(?:===|==|~=|!=|<=|>=|<|>)`)
	wordRule   = regexp.MustCompile(`^[a-z][a-z_.]*`)
	dashes     = regexp.MustCompile(`[-_.]+`)
)

// normalName is a package's name as PEP 503 compares them.
func normalName(name string) string { return strings.ToLower(dashes.ReplaceAllString(name, "-")) }

// take moves past what the rule matches here.
func (p *requirementParser) take(rule *regexp.Regexp) string {
	got := rule.FindString(p.text[p.at:])
	p.at += len(got)
	return got
}

func (p *requirementParser) blanks() { p.take(blankRule) }

func (p *requirementParser) takeText(text string) bool {
	if !strings.HasPrefix(p.text[p.at:], text) {
		return false
	}
	p.at += len(text)
	return true
}

func (p *requirementParser) fail(want string) error {
	return &syntaxError{utf8.RuneCountInString(p.text[:p.at]), want}
}

func (p *requirementParser) done() bool { return p.at == len(p.text) }

// name is an identifier with nothing of a word behind it.
func (p *requirementParser) name() string {
	got := nameRule.FindString(p.text[p.at:])
	r, _ := utf8.DecodeRuneInString(p.text[p.at+len(got):])
	if got == "" || r != utf8.RuneError && r > 127 && isWordRune(r) {
		return ""
	}
	p.at += len(got)
	return got
}

// parseRequirement reads a dependency. Its error is a *syntaxError.
func parseRequirement(text string) (*requirement, error) {
	p := &requirementParser{text: text}
	r := &requirement{}
	p.blanks()
	name := p.name()
	if name == "" {
		return nil, p.fail("a package's name is missing")
	}
	r.name = normalName(name)
	p.blanks()
	if err := p.extras(r); err != nil {
		return nil, err
	}
	p.blanks()
	if p.takeText("@") {
		p.blanks()
		if r.url = p.take(urlRule); r.url == "" {
			return nil, p.fail("a URL is missing behind @")
		}
		if !p.done() && p.take(blankRule) == "" {
			return nil, p.fail("a blank must follow the URL")
		}
	} else if err := p.specifier(r); err != nil {
		return nil, err
	}
	p.blanks()
	if p.done() {
		return r, nil
	}
	if !p.takeText(";") {
		return nil, p.fail("only a comma and a version, or ; and a marker, may stand here")
	}
	start := p.at
	if err := p.marker(0); err != nil {
		return nil, err
	}
	r.marker = strings.Join(strings.Fields(p.text[start:p.at]), " ")
	p.blanks()
	if !p.done() {
		return nil, p.fail("the marker must end here")
	}
	return r, nil
}

func (p *requirementParser) extras(r *requirement) error {
	if !p.takeText("[") {
		return nil
	}
	p.blanks()
	for extra := p.name(); extra != ""; extra = p.name() {
		r.extras = append(r.extras, normalName(extra))
		p.blanks()
		if !p.takeText(",") {
			break
		}
		p.blanks()
		if nameRule.FindString(p.text[p.at:]) == "" {
			return p.fail("the name of an extra is missing behind the comma")
		}
	}
	p.blanks()
	if !p.takeText("]") {
		return p.fail("] is missing behind the extras")
	}
	slices.Sort(r.extras)
	r.extras = slices.Compact(r.extras)
	return nil
}

func (p *requirementParser) specifier(r *requirement) error {
	open := p.takeText("(")
	p.blanks()
	start := p.at
	for p.take(pySpecifier) != "" {
		if strings.HasPrefix(p.text[p.at:], ".*") {
			return p.fail(".* may only follow a plain release, behind == or !=")
		}
		if strings.HasPrefix(p.text[p.at:], "+") {
			return p.fail("a local version may only stand behind == or !=")
		}
		p.blanks()
		if !p.takeText(",") {
			break
		}
		p.blanks()
	}
	for _, c := range strings.Split(p.text[start:p.at], ",") {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		if pySpecifier.FindString(c) != c {
			return p.fail("this is no version specifier")
		}
		r.clauses = append(r.clauses, c)
	}
	p.blanks()
	if open && !p.takeText(")") {
		return p.fail(") is missing behind the versions")
	}
	return nil
}

// marker is comparisons joined by and, or, in any brackets.
func (p *requirementParser) marker(depth int) error {
	if depth > 50 {
		return p.fail("the marker has too many brackets within each other")
	}
	for {
		p.blanks()
		if p.takeText("(") {
			if err := p.marker(depth + 1); err != nil {
				return err
			}
			p.blanks()
			if !p.takeText(")") {
				return p.fail(") is missing in the marker")
			}
		} else if err := p.comparison(); err != nil {
			return err
		}
		p.blanks()
		if !p.word("and") && !p.word("or") {
			return nil
		}
	}
}

// word takes a word that nothing of a word touches.
func (p *requirementParser) word(word string) bool {
	if p.at > 0 && isWordByte(p.text[p.at-1]) || !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at+len(word):])
	if isWordRune(r) && r != utf8.RuneError {
		return false
	}
	p.at += len(word)
	return true
}

func isWordByte(c byte) bool { return c < 128 && isWordRune(rune(c)) || c >= 128 }

func (p *requirementParser) comparison() error {
	if err := p.operand(); err != nil {
		return err
	}
	p.blanks()
	switch {
	case p.word("in"):
	case p.word("not"):
		if p.take(blankRule) == "" || !p.word("in") {
			return p.fail("in is missing behind not")
		}
	case p.take(opRule) == "":
		return p.fail("a comparison is missing in the marker: one of == != <= >= < > ~= === in not in")
	}
	p.blanks()
	return p.operand()
}

// markerNames are what a marker may ask about.
func markerNames() []string {
	return []string{"python_version", "python_full_version", "os_name", "os.name", "sys_platform", "sys.platform", "platform_release",
		"platform_system", "platform_version", "platform.version", "platform_machine", "platform.machine", "platform_python_implementation",
		"platform.python_implementation", "python_implementation", "implementation_name", "implementation_version", "extra", "extras", "dependency_groups"}
}

func (p *requirementParser) operand() error {
	if got := quotedRule.FindString(p.text[p.at:]); got != "" {
		if strings.ContainsAny(got, "\\\r\n\x00") {
			return p.fail("a text in a marker may hold no backslash and no line end")
		}
		p.at += len(got)
		return nil
	}
	word := wordRule.FindString(p.text[p.at:])
	if slices.Contains(markerNames(), word) && p.word(word) {
		return nil
	}
	return p.fail("a marker compares a text in quotes with one of python_version, sys_platform, platform_machine and their like")
}

// badURL says what is wrong with where a dependency is to come from; "" if
// nothing is.
func badURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "":
		return "the URL of a dependency starts with https:// or git+https://"
	case u.User != nil && u.User.String() != "git":
		return "the URL of a dependency must not hold a user or a password: a version keeps it for ever"
	case u.Scheme == "file" || u.Host == "":
		return "the URL of a dependency must lead to a server: there is no such file where the plugin runs"
	}
	return ""
}
