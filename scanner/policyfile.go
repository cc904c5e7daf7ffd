package scanner

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"plugforge"
)

// Policy is what an operator adds to the rules. The zero value adds nothing.
type Policy struct {
	Allow    []Addition // modules that may be imported, with all below them
	Suppress []Addition // rules that an author may suppress, each in its place
}

// Addition is one thing that an operator permits, and why.
type Addition struct {
	Name   string // of a module ("acme.sdk") or a rule ("PF110")
	Reason string
}

// Allows tells whether the operator allows a module, or one above it.
func (p Policy) Allows(module string) bool {
	for _, a := range p.Allow {
		if rest, ok := strings.CutPrefix(module, a.Name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// Suppressible tells whether the operator permits authors to suppress a rule.
func (p Policy) Suppressible(rule string) bool {
	return slices.ContainsFunc(p.Suppress, func(a Addition) bool { return a.Name == rule })
}

// MaxPolicyFile is how many bytes a policy file may have.
const MaxPolicyFile = 256 << 10

const (
	maxAdditions = 200 // of a kind: each version's record names them
	maxReason    = 200 // characters
)

// ParsePolicy reads an operator's policy file, which is TOML:
//
//	[[allow]]
//	modules = ["acme_sdk", "acme.vision"]
//	reason = "our own packages, reviewed in November"
//
//	[[suppress]]
//	rules = ["PF110"]
//	reason = "looked at in review"
//
// Both may be there many times, or once as [allow] and [suppress]. Each entry
// needs its reason. name is the file's, for the errors, which tell its lines:
// CodeValidation for what is no TOML, for keys and rules that are unknown, for
// modules and rules that no operator can permit, and for what stands twice.
func ParsePolicy(name string, text []byte) (Policy, error) {
	r := policyReader{text: text, seen: map[string]int{}}
	err := r.read()
	if err != nil {
		return Policy{}, plugforge.Wrap("scanner.ParsePolicy", plugforge.Errorf(plugforge.CodeValidation, "%s:%s", plugforge.Printable(name), err.Error()))
	}
	slices.SortFunc(r.policy.Allow, byName)
	slices.SortFunc(r.policy.Suppress, byName)
	return r.policy, nil
}

func byName(a, b Addition) int { return strings.Compare(a.Name, b.Name) }

// policyReader goes over the file's lines in their order.
type policyReader struct {
	text   []byte
	parser unstable.Parser
	policy Policy
	seen   map[string]int // line of each module and rule

	section string // allow or suppress; empty before the first
	line    int    // of the section
	names   []Addition
	reason  string
	has     map[string]bool // keys of the section
}

// lists is the key that a section lists names under.
var lists = map[string]string{"allow": "modules", "suppress": "rules"}

// at is an error at a line.
func at(line int, format string, args ...any) error {
	return fmt.Errorf("%d: %s", line, plugforge.Printable(fmt.Sprintf(format, args...)))
}

func (r *policyReader) read() error {
	if len(r.text) > MaxPolicyFile {
		return at(1, "the file has %d bytes: at most %d are read", len(r.text), MaxPolicyFile)
	}
	var whole map[string]any // finds what is no TOML, with keys given twice
	if err := toml.Unmarshal(r.text, &whole); err != nil {
		var wrong *toml.DecodeError
		if errors.As(err, &wrong) {
			line, _ := wrong.Position()
			return at(line, "%s", strings.TrimPrefix(wrong.Error(), "toml: "))
		}
		return at(1, "%s", err)
	}
	r.parser.Reset(r.text)
	for r.parser.NextExpression() {
		e := r.parser.Expression()
		var err error
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			if err = r.end(); err == nil {
				err = r.begin(e)
			}
		case unstable.KeyValue:
			err = r.keyValue(e)
		}
		if err != nil {
			return err
		}
	}
	if err := r.parser.Error(); err != nil {
		return at(1, "%s", err)
	}
	return r.end()
}

// key is an expression's dotted key and its line.
func (r *policyReader) key(e *unstable.Node) (string, int) {
	var parts []string
	line := 0
	for it := e.Key(); it.Next(); {
		if line == 0 {
			line = r.lineOf(it.Node())
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), line
}

func (r *policyReader) lineOf(n *unstable.Node) int { return r.parser.Shape(n.Raw).Start.Line }

func (r *policyReader) begin(e *unstable.Node) error {
	name, line := r.key(e)
	if lists[name] == "" {
		return at(line, "there is no section %q: did you mean [%s]?", name, closest(name, "allow", "suppress"))
	}
	r.section, r.line, r.names, r.reason, r.has = name, line, nil, "", map[string]bool{}
	return nil
}

func (r *policyReader) keyValue(e *unstable.Node) error {
	key, line := r.key(e)
	if r.section == "" {
		return at(line, "%s stands in no section: write [allow] or [suppress] above it", key)
	}
	list := lists[r.section]
	value := e.Value()
	r.has[key] = true
	switch key {
	case "reason":
		text := strings.TrimSpace(string(value.Data))
		if value.Kind != unstable.String || text == "" || utf8.RuneCountInString(text) > maxReason || strings.ContainsAny(text, "\r\n") {
			return at(line, "reason must be a text of one line and 1 to %d characters that says why this is permitted", maxReason)
		}
		r.reason = text
		return nil
	case list:
		return r.list(key, line, value)
	}
	return at(line, "there is no key %q in [%s]: did you mean %s?", key, r.section, closest(key, list, "reason"))
}

func (r *policyReader) list(key string, line int, value *unstable.Node) error {
	if value.Kind != unstable.Array {
		return at(line, "%s must be a list of names in quotes, such as %s = [%q]", key, key, map[string]string{"modules": "acme_sdk", "rules": "PF110"}[key])
	}
	for it := value.Children(); it.Next(); {
		n := it.Node()
		if n.Kind == unstable.Comment {
			continue
		}
		if n.Kind != unstable.String {
			return at(line, "%s must hold names in quotes and nothing else", key)
		}
		name, line := string(n.Data), r.lineOf(n)
		check := checkModule
		if key == "rules" {
			check = checkSuppressible
		}
		if err := check(name, line); err != nil {
			return err
		}
		if first := r.seen[name]; first > 0 {
			return at(line, "%s: %s stands in line %d already", key, name, first)
		}
		r.seen[name] = line
		r.names = append(r.names, Addition{Name: name})
	}
	return nil
}

// end closes a section.
func (r *policyReader) end() error {
	switch list := lists[r.section]; {
	case r.section == "":
		return nil
	case !r.has[list] || len(r.names) == 0:
		return at(r.line, "[%s] lists nothing: write %s = [\"…\"] into it, or leave it out", r.section, list)
	case r.reason == "":
		return at(r.line, "[%s] has no reason: write reason = \"…\" into it, which says why this is permitted", r.section)
	}
	for i := range r.names {
		r.names[i].Reason = r.reason
	}
	all := &r.policy.Allow
	if r.section == "suppress" {
		all = &r.policy.Suppress
	}
	if *all = append(*all, r.names...); len(*all) > maxAdditions {
		return at(r.line, "more than %d %s are listed: at most so many can be recorded with each version", maxAdditions, lists[r.section])
	}
	return nil
}

var moduleRule = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

func checkModule(name string, line int) error {
	switch {
	case !moduleRule.MatchString(name) || len(name) > 200:
		return at(line, "modules: %q is no module's name: write it as in an import, such as acme_sdk or acme.vision", name)
	case listedClass(name) == permitted:
		return at(line, "modules: %s is allowed without being listed: leave it out", name)
	case listedClass(name) == refused:
		return at(line, "modules: %s is forbidden and no policy allows it: see plugforge rules %s", name, cmp.Or(ruleFor(name), imports))
	}
	return nil
}

func checkSuppressible(id string, line int) error {
	var all, able []string
	for _, r := range Rules() {
		all = append(all, r.ID)
		if !r.Fixed {
			able = append(able, r.ID)
		}
	}
	switch {
	case !slices.Contains(all, id):
		return at(line, "rules: there is no rule %q: did you mean %s?", id, closest(id, able...))
	case !slices.Contains(able, id):
		return at(line, "rules: %s can not be suppressed under any policy; these can: %s", id, strings.Join(able, ", "))
	}
	return nil
}

// closest is the candidate that the fewest changed letters lead to.
func closest(word string, candidates ...string) string {
	best, fewest := "", -1
	for _, c := range candidates {
		if n := changes(strings.ToLower(word), strings.ToLower(c)); fewest < 0 || n < fewest {
			best, fewest = c, n
		}
	}
	return best
}

// changes counts the letters to add, drop or replace that make b of a.
func changes(a, b string) int {
	a = a[:min(len(a), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost = 1 + min(left, row[j], row[j+1])
			}
			left, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
