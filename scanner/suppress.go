package scanner

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// An author suppresses a finding by a comment on its line, or alone on the line
// above it:
//
//	value = getattr(os, name)  # plugforge: allow PF110 name is one of three constants
//
// It counts where the operator's policy permits the rule; a comment that does
// not hold is a finding itself. Suppressed findings are recorded.

// maxSuppressed is how many findings one plugin may suppress: the record of the
// version names them all.
const (
	maxSuppressed      = 100
	maxSuppressedBytes = 64 << 10
)

// suppression is one comment, as far as it holds.
type suppression struct {
	span   pysyntax.Span
	line   int // the line that it speaks of
	rules  []string
	reason string
	used   map[string]bool // rules that it suppressed a finding of
}

var (
	// A comment may hold others' marks before ours: # noqa # plugforge: …
	mark     = regexp.MustCompile(`(?:^|\s)#+[ \t]*plugforge:[ \t]*(.*)$`)
	ruleList = regexp.MustCompile(`^([A-Za-z]+[0-9]+)((?:[ \t]*,[ \t]*[A-Za-z]+[0-9]+)*)(?:[ \t:—–-]+(.*))?$`)
)

// suppress takes out of a file's findings what its comments suppress, and adds
// those comments that do not hold.
func (u *unit) suppress(p Policy) (done []plugforge.Suppression) {
	if u.file == nil || !strings.Contains(string(u.src), "plugforge:") {
		return nil
	}
	all := u.suppressions(p)
	u.found = slices.DeleteFunc(u.found, func(f plugforge.Finding) bool {
		for _, s := range all {
			if s.line == f.Line && slices.Contains(s.rules, f.Rule) {
				if !s.used[f.Rule] {
					done = append(done, plugforge.Suppression{Path: u.path, Line: f.Line, Rule: f.Rule, Reason: s.reason})
				}
				s.used[f.Rule] = true
				return true
			}
		}
		return false
	})
	for _, s := range all {
		for _, rule := range s.rules {
			if !s.used[rule] {
				u.mark(s.span, "it suppresses nothing: there is no finding of %s in line %d; put it on the finding's line or alone on the line above, or remove it", rule, s.line)
			}
		}
	}
	slices.SortFunc(done, func(a, b plugforge.Suppression) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	return done
}

// suppressions reads the comments that permit something; what is wrong with
// the others is added to the findings.
func (u *unit) suppressions(p Policy) []*suppression {
	var all []*suppression
	for _, span := range u.file.Comments() {
		text := u.file.Text(span)
		m := mark.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		s := &suppression{span: span, used: map[string]bool{}}
		s.line, _ = u.file.Place(span.Start())
		if u.alone(span.Start()) {
			s.line++
		}
		if u.understand(s, text[m[2]:m[3]]) && u.permits(p, s) {
			all = append(all, s)
		}
	}
	return all
}

// alone tells whether nothing but blanks stands before a comment on its line.
func (u *unit) alone(at int) bool {
	for at > 0 && (u.src[at-1] == ' ' || u.src[at-1] == '\t' || u.src[at-1] == '\f') {
		at--
	}
	return at == 0 || u.src[at-1] == '\n' || at == 3 && string(u.src[:3]) == "\ufeff"
}

// understand reads what stands behind "plugforge:".
func (u *unit) understand(s *suppression, text string) bool {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if word != "allow" {
		u.mark(s.span, "%q is not understood: write # plugforge: allow PF110 and the reason", short(word))
		return false
	}
	m := ruleList.FindStringSubmatch(strings.TrimSpace(rest))
	if m == nil {
		u.mark(s.span, "no rule is named: write # plugforge: allow PF110 and the reason")
		return false
	}
	for id := range strings.SplitSeq(m[1]+m[2], ",") {
		id = strings.TrimSpace(id)
		if ruleOf(id).Title == "" {
			u.mark(s.span, "there is no rule %s: did you mean %s?", short(id), closestRule(id))
			return false
		}
		s.rules = append(s.rules, id)
	}
	s.reason = strings.TrimSpace(m[3])
	switch n := utf8.RuneCountInString(s.reason); {
	case !strings.ContainsFunc(s.reason, isLetter):
		u.mark(s.span, "it gives no reason: say behind %s why the finding is harmless", m[1])
		return false
	case n > maxReason:
		u.mark(s.span, "its reason has %d characters: at most %d are recorded", n, maxReason)
		return false
	}
	return true
}

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
}

func closestRule(id string) string {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return closest(id, ids...)
}

func short(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

func (u *unit) permits(p Policy, s *suppression) bool {
	for _, rule := range s.rules {
		if !p.Suppressible(rule) {
			way := "mend what it finds, or ask the operator to permit it in the file of --scan-allow"
			if ruleOf(rule).Fixed {
				way = "no policy can; mend what it finds"
			}
			u.mark(s.span, "the operator does not permit to suppress %s: %s", rule, way)
			return false
		}
	}
	return true
}

// mark adds a comment that does not hold.
func (u *unit) mark(span pysyntax.Span, format string, args ...any) {
	line, col := u.file.Place(span.Start())
	u.found = append(u.found, plugforge.Finding{Path: u.path, Line: line, Col: col, Rule: suppressions,
		Text: "the suppression does not hold: " + fmt.Sprintf(format, args...)})
}

// tooMany refuses a plugin that suppresses more than can be recorded.
func tooMany(done []plugforge.Suppression) []plugforge.Finding {
	size := 0
	for _, s := range done {
		size += len(s.Path) + len(s.Reason)
	}
	if len(done) <= maxSuppressed && size <= maxSuppressedBytes {
		return nil
	}
	return []plugforge.Finding{{Path: "archive", Rule: suppressions, Text: fmt.Sprintf(
		"the plugin suppresses %d findings: at most %d, and %d bytes of paths and reasons, can be recorded with a version; mend some",
		len(done), maxSuppressed, maxSuppressedBytes)}}
}
