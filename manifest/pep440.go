package manifest

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pyVersion is a version as PEP 440 orders them. Its parts that are not given
// are nil.
type pyVersion struct {
	epoch          uint64
	release        []uint64
	preKind        string // a, b, rc or empty
	pre, post, dev *uint64
	local          []string
}

const (
	pyRelease = `v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*`
	pySuffix  = `(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?`
	pyLocal   = `(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?`
)

var (
	pySpecifier = regexp.MustCompile(`(?i)^(?:===\s*[^\s;)]*` +
		`|(?:==|!=)\s*` + pyRelease + `(?:\.\*|` + pySuffix + pyLocal + `)?` +
		`|~=\s*v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+` + pySuffix +
		`|(?:<=|>=|<|>)\s*` + pyRelease + pySuffix + `)`)
	pyParts = regexp.MustCompile(`(?i)^v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?([0-9]*))?` +
		`(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?(?:[-_.]?(dev)[-_.]?([0-9]*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)
)

// parsePyVersion reads a version; ok is false for none, and for numbers that
// are too long to count with.
func parsePyVersion(text string) (v pyVersion, ok bool) {
	m := pyParts.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return v, false
	}
	ok = true
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 62)
		ok = ok && (err == nil || s == "")
		return n
	}
	part := func(word, digits string) *uint64 {
		if word == "" {
			return nil
		}
		n := number(digits)
		return &n
	}
	v.epoch = number(m[1])
	for _, s := range strings.Split(m[2], ".") {
		v.release = append(v.release, number(s))
	}
	v.preKind = map[string]string{"a": "a", "alpha": "a", "b": "b", "beta": "b", "c": "rc", "rc": "rc", "pre": "rc", "preview": "rc"}[strings.ToLower(m[3])]
	v.pre = part(m[3], m[4])
	if v.post = part(m[6], m[7]); m[5] != "" {
		v.post = part("post", m[5])
	}
	v.dev = part(m[8], m[9])
	if m[10] != "" {
		v.local = strings.FieldsFunc(strings.ToLower(m[10]), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	}
	return v, ok
}

// compare orders versions as PEP 440 does.
func (v pyVersion) compare(w pyVersion) int {
	preRank := func(v pyVersion) int {
		switch {
		case v.pre == nil && v.post == nil && v.dev != nil:
			return 0
		case v.pre == nil:
			return 4
		}
		return map[string]int{"a": 1, "b": 2, "rc": 3}[v.preKind]
	}
	return cmp.Or(cmp.Compare(v.epoch, w.epoch), slices.Compare(trimZeros(v.release), trimZeros(w.release)),
		cmp.Compare(preRank(v), preRank(w)), orderOf(v.pre, w.pre, -1), orderOf(v.post, w.post, -1), orderOf(v.dev, w.dev, 1),
		compareLocal(v.local, w.local))
}

// orderOf compares parts; missing says where one that is not given stands.
func orderOf(a, b *uint64, missing int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return missing
	case b == nil:
		return -missing
	}
	return cmp.Compare(*a, *b)
}

func trimZeros(release []uint64) []uint64 {
	for len(release) > 0 && release[len(release)-1] == 0 {
		release = release[:len(release)-1]
	}
	return release
}

// compareLocal orders local labels: numbers above words, none below all.
func compareLocal(a, b []string) int {
	return slices.CompareFunc(a, b, func(x, y string) int {
		n, err1 := strconv.ParseUint(x, 10, 64)
		m, err2 := strconv.ParseUint(y, 10, 64)
		switch {
		case err1 == nil && err2 == nil:
			return cmp.Compare(n, m)
		case err1 == nil:
			return 1
		case err2 == nil:
			return -1
		}
		return strings.Compare(x, y)
	})
}

// base is the version without its suffixes.
func (v pyVersion) base() pyVersion { return pyVersion{epoch: v.epoch, release: v.release} }

// padded is v with zeros behind its release, to a length.
func (v pyVersion) padded(length int) pyVersion {
	v.release = slices.Clone(v.release)
	for len(v.release) < length {
		v.release = append(v.release, 0)
	}
	return v
}

func (v pyVersion) early() bool { return v.pre != nil || v.dev != nil }

// clause is one comparison of a specifier: >=1.2, ==1.*.
type clause struct {
	op      string
	version pyVersion
	prefix  bool // with .*
	known   bool // false for ===, and for numbers that are too long
}

func parseClause(text string) clause {
	n := len(text) - len(strings.TrimLeft(text, "=<>!~"))
	c := clause{op: text[:n]}
	rest := strings.TrimSpace(text[n:])
	if c.prefix = strings.HasSuffix(rest, ".*"); c.prefix {
		rest = strings.TrimSuffix(rest, ".*")
	}
	c.version, c.known = parsePyVersion(rest)
	c.known = c.known && c.op != "==="
	return c
}

// allows tells whether a version fits, early releases counted as any other.
func (c clause) allows(v pyVersion) bool {
	public := v
	public.local = nil
	order := public.compare(c.version)
	switch c.op {
	case "==", "!=":
		equal := order == 0
		if c.prefix {
			equal = hasPrefix(v, c.version.epoch, c.version.release)
		} else if c.version.local != nil {
			equal = v.compare(c.version) == 0
		}
		return equal == (c.op == "==")
	case "~=":
		return order >= 0 && hasPrefix(v, c.version.epoch, c.version.release[:len(c.version.release)-1])
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case "<":
		return v.compare(c.version.earliest()) < 0
	case ">":
		return c.after(v)
	}
	return true
}

// earliest is where what is before v ends: an early release of v is no version
// before it, unless v is early itself.
func (v pyVersion) earliest() pyVersion {
	if !v.early() {
		v.local, v.dev = nil, new(uint64)
	}
	return v
}

// after tells whether v is above what > names, of which its post-releases and
// local versions are parts.
func (c clause) after(v pyVersion) bool {
	w := c.version
	w.local = nil
	switch {
	case w.dev != nil:
		next := *w.dev + 1
		w.dev = &next
		return v.compare(w) >= 0
	case w.post != nil:
		next := *w.post + 1
		w.post, w.dev = &next, new(uint64)
		return v.compare(w) >= 0
	}
	plain := v
	plain.local = nil
	if v.post != nil {
		plain.post, plain.dev = nil, nil
	}
	return v.compare(w) > 0 && plain.compare(w) != 0
}

func hasPrefix(v pyVersion, epoch uint64, prefix []uint64) bool {
	release := v.release
	for len(release) < len(prefix) {
		release = append(slices.Clone(release), 0)
	}
	return v.epoch == epoch && slices.Equal(release[:len(prefix)], prefix)
}

// contradictory tells whether no version fits all clauses. What lies between
// versions that the clauses name is tried: each of them, and its neighbours on
// both sides.
func contradictory(clauses []clause) bool {
	tries := []pyVersion{{release: []uint64{0}}, {release: []uint64{0}, dev: new(uint64)}, {epoch: 1 << 62, release: []uint64{0}}}
	longest := 0
	for _, c := range clauses {
		if !c.known {
			return false
		}
		longest = max(longest, len(c.version.release))
	}
	if longest > 20 || len(clauses) > 16 {
		return false // nobody means this; it is not worth the time
	}
	for _, c := range clauses {
		tries = append(tries, neighbours(c.version)...)
		tries = append(tries, neighbours(c.version.padded(longest))...)
	}
	for _, v := range tries {
		if !slices.ContainsFunc(clauses, func(c clause) bool { return !c.allows(v) }) {
			return false
		}
	}
	return true
}

func neighbours(v pyVersion) []pyVersion {
	at := func(n uint64) *uint64 { return &n }
	next := func(p *uint64) *uint64 {
		if p == nil {
			return at(0)
		}
		return at(*p + 1)
	}
	change := func(f func(*pyVersion)) pyVersion {
		w := v
		w.local = nil
		f(&w)
		return w
	}
	first := func(w *pyVersion) { w.preKind, w.pre, w.post, w.dev = "", nil, nil, at(0) }
	out := []pyVersion{v,
		change(func(w *pyVersion) { w.dev = at(0) }), change(func(w *pyVersion) { w.dev = next(w.dev) }), change(func(w *pyVersion) { w.dev = nil }),
		change(func(w *pyVersion) { w.post, w.dev = next(w.post), nil }), change(func(w *pyVersion) { w.post, w.dev = next(w.post), at(0) }),
		change(func(w *pyVersion) { w.post, w.dev = at(0), nil }), change(func(w *pyVersion) { w.post, w.dev = at(0), at(0) }),
		change(func(w *pyVersion) { w.preKind, w.pre, w.post, w.dev = "a", at(0), nil, nil }), change(first),
		v.base(), change(func(w *pyVersion) { *w = v.base(); w.local = []string{"0"} }),
		change(func(w *pyVersion) { w.local = append(slices.Clone(v.local), "0") }),
		change(func(w *pyVersion) { w.epoch++; w.release = []uint64{0}; first(w) })}
	if v.pre != nil {
		out = append(out, change(func(w *pyVersion) { w.pre, w.post, w.dev = next(w.pre), nil, nil }),
			change(func(w *pyVersion) { w.pre, w.post, w.dev = next(w.pre), nil, at(0) }))
	}
	longer := append(slices.Clone(v.release), 1)
	for _, release := range append([][]uint64{longer}, raised(v.release)...) {
		out = append(out, pyVersion{epoch: v.epoch, release: release}, pyVersion{epoch: v.epoch, release: release, dev: at(0)})
	}
	return out
}

// raised are the releases that follow one at each of its places.
func raised(release []uint64) [][]uint64 {
	var out [][]uint64
	for i := range release {
		next := slices.Clone(release[:i+1])
		next[i]++
		out = append(out, next)
	}
	return out
}
