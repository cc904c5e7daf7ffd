package manifest

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"plugforge/internal/pysyntax"
)

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// dependency is a requirement and where it stands.
type dependency struct {
	*requirement
	at   pysyntax.Node
	text string
}

// dependencies reads what the plugin needs. They are declared, not installed:
// what is found are slips that would show only where somebody installs them.
func (r *reader) dependencies() {
	before := map[[2]string]dependency{}
	items := r.items("dependencies")
	if len(items) > mostDependencies {
		r.add(items[mostDependencies].At, "too-large", "there are ", itoa(len(items)), " dependencies, and at most ", itoa(mostDependencies), " are read: name only what the plugin imports itself")
		return
	}
	for _, item := range items {
		text, ok := item.V.(string)
		switch {
		case !ok:
			r.add(item.At, "wrong-type", "a dependency must be a string such as \"numpy>=1.26\", not ", pysyntax.Describe(item.At))
			continue
		case strings.TrimSpace(text) == "" || !utf8.ValidString(text):
			r.add(item.At, "bad-dependency", "a dependency is empty: remove it")
			continue
		}
		q, err := parseRequirement(text)
		if err != nil {
			r.badRequirement(item.At, text, err)
			continue
		}
		if q.url != "" {
			if wrong := badURL(q.url); wrong != "" {
				r.add(item.At, "bad-dependency", "the dependency ", quote(text), ": ", wrong)
			}
		}
		d, key := dependency{q, item.At, text}, [2]string{q.name, q.marker}
		if o, twice := before[key]; twice {
			r.compareDependencies(o, d)
		} else {
			before[key] = d
		}
		if contradictory(parseClauses(q.clauses)) {
			r.add(d.at, "bad-dependency", "no version fits the dependency ", quote(d.text), ": loosen one of its bounds")
		}
		r.m.Dependencies = append(r.m.Dependencies, text)
	}
}

// badRequirement says what is wrong with a dependency and, for slips that are
// seen often, what was meant.
func (r *reader) badRequirement(at pysyntax.Node, text string, err error) {
	var syntax *syntaxError
	if !errors.As(err, &syntax) {
		return
	}
	rest := string([]rune(text)[syntax.at:])
	instead := "write it as name>=1.2,<2"
	name := nameRule.FindString(text)
	switch {
	case strings.HasPrefix(text, "-"):
		instead = "write the packages themselves, one in a string"
	case strings.Contains(text, "://") && !strings.Contains(text, "@"):
		instead = "write it as name @ " + text
	case strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=="):
		instead = "write == for a version: " + name + "=" + rest
	case rest != "" && rest[0] >= '0' && rest[0] <= '9':
		instead = "write == for a version: " + name + "==" + rest
	case strings.HasPrefix(rest, "^") || strings.HasPrefix(rest, "~"):
		instead = "write >= and <, or ~= with two numbers"
	}
	r.add(at, "bad-dependency", "the dependency ", quote(text), " is none that pip reads: ", syntax.Error(), "; ", instead)
}

// mostDependencies is how many dependencies a manifest may have.
const mostDependencies = 500

// compareDependencies says what is wrong with naming one package twice under
// one marker. Two that hold under different markers may both stand.
func (r *reader) compareDependencies(o, d dependency) {
	line, _ := r.file.Place(o.at.Start())
	where := " of line " + itoa(line)
	switch {
	case o.url != d.url && o.url != "" && d.url != "":
		r.add(d.at, "bad-dependency", "the dependency ", quote(d.text), " and ", quote(o.text), where, " come from two places: keep one")
	case contradictory(parseClauses(slices.Concat(o.clauses, d.clauses))):
		r.add(d.at, "bad-dependency", "no version fits both the dependency ", quote(d.text), " and ", quote(o.text), where, ": keep one")
	case slices.Equal(o.clauses, d.clauses) && slices.Equal(o.extras, d.extras) && o.url == d.url:
		r.add(d.at, "bad-dependency", "the dependency ", quote(d.text), " is given twice, first on line ", itoa(line), ": remove one")
	default:
		r.add(d.at, "bad-dependency", "the dependency ", quote(d.text), " is given twice, first as ", quote(o.text), where, ": write them as one")
	}
}

func parseClauses(texts []string) []clause {
	out := make([]clause, 0, len(texts))
	for _, t := range texts {
		out = append(out, parseClause(t))
	}
	return out
}
