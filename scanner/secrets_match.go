package scanner

import (
	"bytes"
	"math"
	"slices"
	"strings"
)

// The forms that a start and a set do not tell. Each looks at no more than
// lookAhead bytes from at and lookBehind before it.

// matchPEM reads a private key's block: its label, then lines of base64, be
// they in a file of their own, in JSON with escaped line ends or in string
// literals one below the other.
func matchPEM(w []byte, at int, _ bool) (from, to int, ok bool) {
	label := at + len("-----BEGIN ")
	end := bytes.Index(w[label:min(len(w), label+48)], []byte("-----"))
	if end < 0 || !strings.Contains(string(w[label:label+end]), "PRIVATE KEY") {
		return 0, 0, false
	}
	body := label + end + len("-----")
	for limit := min(len(w), body+600); body < limit; {
		next := run(w, body, base64s, 4000)
		if next-body >= 24 && isRandom(w[body:next]) {
			return at, pemEnd(w, next), true
		}
		switch {
		case next > body && next < len(w) && (w[next] == ':' || w[next] == '-'): // a header: Version: GnuPG v2
			line := bytes.IndexByte(w[next:limit], '\n')
			if line < 0 {
				return 0, 0, false
			}
			body = next + line
		case next == body && bytes.IndexByte([]byte(" \t\r\n\\\"'+,()#bf;"), w[body]) >= 0:
			body++
			if w[body-1] == '\\' && body < limit {
				body++ // of \n
			}
		case next-body <= 2 && next > body && (w[body] == 'b' || w[body] == 'f' || w[body] == 'r'): // a literal's prefix
			body = next
		default:
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// pemEnd is where a block ends, as far as it can be seen.
func pemEnd(w []byte, at int) int {
	limit := min(len(w), at+lookAhead-1024)
	if end := bytes.Index(w[at:limit], []byte("-----END")); end >= 0 {
		return at + end
	}
	return at
}

// matchPuTTY reads the private part of a PuTTY key file.
func matchPuTTY(w []byte, at int, _ bool) (from, to int, ok bool) {
	line := bytes.IndexByte(w[at:min(len(w), at+40)], '\n')
	if line < 0 {
		return 0, 0, false
	}
	to = run(w, at+line+1, base64s, 200)
	return at, to, to-at-line > 24 && isRandom(w[at+line:to])
}

// matchAWS reads forty characters behind the key's name.
func matchAWS(w []byte, at int, _ bool) (from, to int, ok bool) {
	from = at + run(w[at:], 0, word|dash, 40)
	from = skipAssign(w, from)
	to = run(w, from, base64s, 60)
	return from, to, to-from == 40 && isRandom(w[from:to])
}

// skipAssign goes over what stands between a name and its value: quotes,
// blanks, = : => and a type's name is not among them.
func skipAssign(w []byte, at int) int {
	for end := min(len(w), at+16); at < end && bytes.IndexByte([]byte("\"'` \t:=>,\\[]"), w[at]) >= 0; {
		at++
	}
	return at
}

// matchBase64 reads a value of least to most characters with its padding, as
// connection strings hold.
func matchBase64(least, most int) func(w []byte, at int, _ bool) (from, to int, ok bool) {
	return func(w []byte, at int, _ bool) (from, to int, ok bool) {
		from = at + bytes.IndexByte(w[at:], '=') + 1
		to = run(w, from, base64s, 200)
		n := to - from
		return from, to, n >= least && n <= most && isRandom(w[from:to])
	}
}

// matchAzureClient reads a secret whose fourth to sixth characters are known.
func matchAzureClient(w []byte, at int, _ bool) (from, to int, ok bool) {
	const set = slug | dot
	from = at - 3
	if from < 0 || run(w, from, set, 3) != at || from > 0 && charClass[w[from-1]]&set != 0 {
		return 0, 0, false
	}
	to = at + 3
	for end := min(len(w), to+40); to < end && (charClass[w[to]]&set != 0 || w[to] == '~'); {
		to++
	}
	return from, to, to-at-3 >= 31 && to-at-3 <= 34 && isRandom(w[at+3:to])
}

// matchJWT reads three parts of base64, of which two are JSON objects.
func matchJWT(w []byte, at int, _ bool) (from, to int, ok bool) {
	first := run(w, at, slug, 1024)
	if first-at < 15 || first+4 > len(w) || string(w[first:first+4]) != ".eyJ" {
		return 0, 0, false
	}
	second := run(w, first+1, slug, 2048)
	if second-first < 12 || second >= len(w) || w[second] != '.' {
		return 0, 0, false
	}
	to = run(w, second+1, slug, 900)
	return at, to, to-second > 20 && isRandom(w[second:to])
}

// matchTelegram reads a bot's number and its token.
func matchTelegram(w []byte, at int, _ bool) (from, to int, ok bool) {
	for from = at; from > 0 && at-from < 12 && charClass[w[from-1]]&digit != 0; {
		from--
	}
	to = run(w, at+1, slug, 60)
	return from, to, at-from >= 8 && at-from <= 10 && begins(w, from) && to-at-1 == 35 && isRandom(w[at+1:to])
}

// matchURL reads scheme://user:password@host.
func matchURL(w []byte, at int, _ bool) (from, to int, ok bool) {
	if at == 0 || charClass[w[at-1]]&letters == 0 {
		return 0, 0, false
	}
	user := run(w, at+3, slug|dot|plus, 64)
	if user >= len(w) || w[user] != ':' {
		return 0, 0, false
	}
	from = user + 1
	for to = from; to < len(w) && to-from < 200 && w[to] > ' ' && w[to] < 0x7f && bytes.IndexByte([]byte("@/\"'`<>{}()$"), w[to]) < 0; {
		to++
	}
	if to >= len(w) || w[to] != '@' || to+1 >= len(w) || charClass[w[to+1]]&(alnum) == 0 {
		return 0, 0, false
	}
	return from, to, to-from >= 10 && isMixed(w[from:to])
}

// matchAssigned reads name = "value", where the name ends like that of a secret
// and the value is what generators give.
func matchAssigned(w []byte, at int, config bool) (from, to int, ok bool) {
	name := run(w, at, word|dash, 40)
	if !telling(w[at:name]) || harmless(w[max(at-24, 0):at]) {
		return 0, 0, false
	}
	from = name
	if from < len(w) && (w[from] == '"' || w[from] == '\'') { // "name": "value"
		from++
	}
	blanks := func() {
		for end := min(len(w), from+8); from < end && (w[from] == ' ' || w[from] == '\t'); {
			from++
		}
	}
	blanks()
	sign := from
	for from < len(w) && from-sign < 2 && (w[from] == '=' || w[from] == ':' || w[from] == '>') {
		from++
	}
	if from == sign || string(w[sign:from]) == "==" {
		return 0, 0, false
	}
	blanks()
	quoted := from < len(w) && (w[from] == '"' || w[from] == '\'')
	if quoted {
		from++
	} else if !config {
		return 0, 0, false
	}
	to = run(w, from, slug|plus|dot, 200)
	value := w[from:to]
	for to < len(w) && w[to] == '=' && to-from < 204 { // padding
		to++
	}
	closed := to == len(w) || bytes.IndexByte([]byte("\"' \t\r\n;,#"), w[to]) >= 0
	return from, to, closed && len(value) >= 20 && isMixed(value)
}

// telling tells whether a name that began like a secret's ends as one: not
// token_type, secret_name or password_field.
func telling(name []byte) bool {
	low := strings.TrimLeft(strings.ToLower(string(name)), "_-")
	for _, end := range []string{"password", "passwd", "secret", "token", "api_key", "api-key", "apikey", "access_key", "private_key",
		"secret_key", "secret-key", "secretkey", "token_value", "token_secret", "secret_value"} {
		if low == end {
			return true
		}
	}
	return false
}

// harmless tells what stands before the name in words that no secret has:
// nextToken is a place in a list.
func harmless(before []byte) bool {
	from := len(before)
	for from > 0 && charClass[before[from-1]]&(word|dash) != 0 {
		from--
	}
	low := strings.ToLower(string(before[from:]))
	return slices.ContainsFunc([]string{"next", "page", "pagina", "continu", "request", "start", "cursor", "client", "public", "import", "export", "change"},
		func(s string) bool { return strings.Contains(low, s) }) && !strings.HasSuffix(low, "client_")
}

// isMixed tells a generated value from words, paths and identifiers: digits
// among letters, in one part of it at least, and hardly any character much more
// often than chance has it.
func isMixed(value []byte) bool {
	if !slices.ContainsFunc(bytes.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("._/-", r) }), mixesLetters) {
		return false
	}
	var count [256]int
	digits, uppers, lowers, hexes := 0, 0, 0, 0
	for _, c := range value {
		count[c]++
		class := charClass[c]
		digits += int(class & digit / digit)
		uppers += int(class & upper / upper)
		lowers += int(class & lower / lower)
		if class&(hex|digit) != 0 {
			hexes++
		}
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(value))
			bits -= p * math.Log2(p)
		}
	}
	if hexes == len(value) {
		return len(value) >= 32 && digits >= 4 && lowers >= 4 && bits >= 3
	}
	enough := 3.5
	if len(value) < 20 {
		enough = 2.9
	}
	return digits >= 2 && uppers+lowers >= 4 && (uppers > 0 && lowers > 0 || digits >= 4) && bits >= enough
}

// mixesLetters tells a part with digits between its letters, or the reverse.
func mixesLetters(part []byte) bool {
	changes := 0
	for i := 1; i < len(part); i++ {
		if (charClass[part[i]]&digit == 0) != (charClass[part[i-1]]&digit == 0) {
			changes++
		}
	}
	return len(part) >= 8 && changes >= 2
}
