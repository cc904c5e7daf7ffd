package scanner

import (
	"bytes"
	"path"
	"strings"
)

// secretKind is one form that secrets have. It begins with a literal; what
// follows is read byte by byte, so that the search takes time in the text.
type secretKind struct {
	rule  string
	name  string // "an AWS access key"
	start string // the literal
	fold  bool   // in any letter case
	inner bool   // may stand within a word

	set      charset // of what follows the literal, until
	min, max int     // so many of these; more than max, if that is not 0, are something else

	// match reads on where set does not tell. w[at:] begins with the literal;
	// it gives where the value stands, or ok false.
	match func(w []byte, at int, config bool) (from, to int, ok bool)
}

// charset is a set of bytes, by bits of charClass.
type charset uint8

const (
	lower charset = 1 << iota
	upper
	digit
	under
	dash
	plus // and /
	dot
	hex // beside digits: a-f

	letters = lower | upper
	alnum   = letters | digit
	word    = alnum | under
	slug    = word | dash
	base64s = alnum | plus
)

var charClass = func() (table [256]charset) {
	for c := range table {
		b := byte(c)
		switch {
		case b >= 'a' && b <= 'z':
			table[c] = lower
		case b >= 'A' && b <= 'Z':
			table[c] = upper
		case b >= '0' && b <= '9':
			table[c] = digit
		}
		if b >= 'a' && b <= 'f' {
			table[c] |= hex
		}
	}
	table['_'], table['-'], table['+'], table['/'], table['.'] = under, dash, plus, plus, dot
	return table
}()

// run is where the characters of the set end that begin at from, at most limit
// of them.
func run(w []byte, from int, set charset, limit int) int {
	end := min(len(w), from+limit)
	for from < end && charClass[w[from]]&set != 0 {
		from++
	}
	return from
}

// secretKinds are all forms, each of which is looked for by its first two bytes.
type secretKinds struct {
	starts  [1 << 16]uint8 // by two bytes: one more than an index into buckets
	buckets [][]*secretKind
}

var secrets = newSecretKinds(secretTable())

func newSecretKinds(table []secretKind) *secretKinds {
	k := &secretKinds{buckets: [][]*secretKind{nil}}
	for i := range table {
		one := &table[i]
		for _, a := range cases(one.start[0], one.fold) {
			for _, b := range cases(one.start[1], one.fold) {
				at := &k.starts[uint16(a)<<8|uint16(b)]
				if *at == 0 {
					*at = uint8(len(k.buckets))
					k.buckets = append(k.buckets, nil)
				}
				k.buckets[*at] = append(k.buckets[*at], one)
			}
		}
	}
	return k
}

func cases(b byte, fold bool) []byte {
	if fold && charClass[b]&letters != 0 {
		return []byte{b, b ^ 0x20}
	}
	return []byte{b}
}

// at gives the kind of secret that begins at w[at], and where its value stands;
// nil for none.
func (k *secretKinds) at(bucket uint8, w []byte, at int, config bool) (kind *secretKind, from, to int) {
	for _, one := range k.buckets[bucket] {
		if !one.startsAt(w, at) {
			continue
		}
		if one.match != nil {
			if from, to, ok := one.match(w, at, config); ok && !isPlaceholder(w[from:to]) {
				return one, from, to
			}
			continue
		}
		body := at + len(one.start)
		to := run(w, body, one.set, lookAhead-64)
		n := to - body
		if n >= one.min && (one.max == 0 || n <= one.max) && isRandom(w[body:to]) && !isPlaceholder(w[at:to]) {
			return one, at, to
		}
	}
	return nil, 0, 0
}

func (one *secretKind) startsAt(w []byte, at int) bool {
	end := at + len(one.start)
	if end > len(w) {
		return false
	}
	if one.fold {
		if !strings.EqualFold(string(w[at:end]), one.start) {
			return false
		}
	} else if string(w[at:end]) != one.start {
		return false
	}
	return one.inner || begins(w, at)
}

// begins tells whether a word begins at w[at]. The n of an escaped line end is
// not part of it.
func begins(w []byte, at int) bool {
	if at == 0 || charClass[w[at-1]]&(alnum|under) == 0 {
		return true
	}
	return at > 1 && w[at-2] == '\\' && bytes.IndexByte([]byte("nrt"), w[at-1]) >= 0
}

// isRandom tells what a generator of keys gave from what people write: a name
// of words, a row of one character.
func isRandom(b []byte) bool {
	var seen [256]bool
	distinct := 0
	var have charset
	for _, c := range b {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		have |= charClass[c]
	}
	return distinct >= 8 && (have&digit != 0 || have&lower != 0 && have&upper != 0)
}

// fillers are what stands in documentation where a value would be.
var fillers = [][]byte{
	[]byte("example"), []byte("xxxx"), []byte("****"), []byte("...."), []byte("placeholder"), []byte("redacted"), []byte("changeme"),
	[]byte("your_"), []byte("your-"), []byte("insert"), []byte("dummy"), []byte("replace"), []byte("notreal"), []byte("sample"),
}

// documented are values that vendors print in their manuals, by how they begin.
var documented = [][]byte{
	[]byte("eby8vdm02xnocqflqu"),                                            // the storage emulator's key
	[]byte("sk_test_4ec39hqlyjwdarjtt1zdp"),                                 // of a payment service's manual
	[]byte("eyjhbgcioijiuzi1niisinr5cci6ikpxvcj9.eyjzdwiioiixmjm0nty3odkw"), // the token that explains the format
	[]byte("eyjhbgcioijiuzi1niisinr5cci6ikpxvcj9.eyjzb21lijoicgf5bg9hzcj9"), // and a library's own
	[]byte("2yotnfzfejr1zcsicmwpaa"), []byte("tgzv3jokf0xg5qx2tlkwia"),      // of the standard on authorisation
}

// isPlaceholder tells whether a value was put there for people to replace.
func isPlaceholder(value []byte) bool {
	low := bytes.ToLower(value)
	for _, d := range documented {
		if bytes.Contains(low, d) {
			return true
		}
	}
	if len(low) > 200 {
		return false // so much at random may well spell a word
	}
	for _, f := range fillers {
		if bytes.Contains(low, f) {
			return true
		}
	}
	for i, same := 1, 1; i < len(low); i++ {
		if low[i] != low[i-1] {
			same = 0
		}
		if same++; same >= 7 && low[i] != '-' {
			return true
		}
	}
	return false
}

// isConfig tells the files in which values stand without quotes.
func isConfig(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".env", ".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".properties", ".sh", ".tfvars", ".netrc":
		return true
	}
	return strings.HasPrefix(base, ".env") || strings.Contains(base, "credentials") && path.Ext(base) == ""
}
