// Package signers reads and writes lists of the keys that may sign, in the
// form of ssh-keygen's allowed_signers files, and checks the SSH signatures of
// git objects against one.
//
// A line of a list names a principal, a public key, the signature namespaces it
// is for, and from when until when it counts. A signature is held against the
// time that the signed object gives itself, as git does. Certificates are not
// read: a list that has some is refused rather than half understood.
package signers

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"plugforge"
)

// Space is the namespace that git signs in.
const Space = "git"

// Line is one key of a list. Times are kept to the second; a zero one is no
// bound, and both bounds belong to the time in which the key counts.
type Line struct {
	Principal string
	Key       string // type and base64, as in an .pub file, without the comment
	After     time.Time
	Before    time.Time

	spaces string // a pattern list; empty: any
}

// stampForm is how times are written: in UTC, which ssh-keygen reads from
// OpenSSH 9.1 on. A list without times is read by any that knows signatures.
const stampForm = "20060102150405Z"

// String is the line as ssh-keygen reads it, ended. It allows git's namespace
// alone.
func (l Line) String() string {
	options := fmt.Sprintf("namespaces=%q", Space)
	for _, bound := range []struct {
		name string
		at   time.Time
	}{{"valid-after", l.After}, {"valid-before", l.Before}} {
		if !bound.at.IsZero() {
			options += fmt.Sprintf(",%s=%q", bound.name, bound.at.UTC().Format(stampForm))
		}
	}
	return l.Principal + " " + options + " " + l.Key + "\n"
}

// List is the keys that may sign.
type List struct{ Lines []Line }

// String is the list as a file.
func (l *List) String() string {
	var b strings.Builder
	for _, line := range l.Lines {
		b.WriteString(line.String())
	}
	return b.String()
}

// Parse reads an allowed_signers file. Errors: CodeValidation, which names the
// line.
func Parse(text []byte) (*List, error) {
	list := &List{}
	number := 0
	for raw := range bytes.Lines(text) {
		number++
		line := strings.TrimSpace(string(raw))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parsed, err := parseLine(line)
		if err != nil {
			return nil, plugforge.Errorf(plugforge.CodeValidation, "line %d of the allowed signers: %v", number, err)
		}
		list.Lines = append(list.Lines, parsed)
	}
	if len(list.Lines) == 0 {
		return nil, plugforge.Errorf(plugforge.CodeValidation, "the allowed signers name no key: fetch them anew from /git/allowed_signers")
	}
	return list, nil
}

func parseLine(line string) (Line, error) {
	cut := strings.IndexAny(line, " \t")
	if cut < 0 {
		return Line{}, errors.New("is no principal followed by a key")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(strings.TrimSpace(line[cut:])))
	if err != nil {
		return Line{}, errors.New("holds no public key")
	}
	parsed := Line{Principal: line[:cut], Key: authorized(key)}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(name) {
		case "namespaces":
			parsed.spaces = value
		case "valid-after":
			parsed.After, err = parseStamp(value)
		case "valid-before":
			parsed.Before, err = parseStamp(value)
		default:
			err = fmt.Errorf("has the option %q, which is not understood here", plugforge.Printable(name))
		}
		if err != nil {
			return Line{}, err
		}
	}
	return parsed, nil
}

func authorized(key ssh.PublicKey) string {
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(key)))
}

func parseStamp(text string) (time.Time, error) {
	zone := time.Local
	digits, utc := strings.CutSuffix(text, "Z")
	if utc {
		zone = time.UTC
	}
	for _, form := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(form) == len(digits) {
			if at, err := time.ParseInLocation(form, digits, zone); err == nil {
				return at, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("has the time %q, which is not YYYYMMDD[HHMM[SS]][Z]", plugforge.Printable(text))
}

// Verify checks that armored is a signature over payload by a key that the list
// allows for git at that time, and returns the key's principal. The error's
// text says which of these it is not.
func (l *List) Verify(payload, armored []byte, at time.Time) (principal string, err error) {
	sig, err := sshsig.Unarmor(armored)
	if err != nil {
		return "", errors.New("its signature cannot be read")
	}
	key := authorized(sig.PublicKey)
	why := errors.New("it is signed by a key that is not among the allowed signers: " + ssh.FingerprintSHA256(sig.PublicKey))
	for _, line := range l.Lines {
		if line.Key != key {
			continue
		}
		if err := line.allows(at); err != nil {
			why = err
			continue
		}
		if err := sshsig.Verify(bytes.NewReader(payload), sig, sig.PublicKey, sig.HashAlgorithm, Space); err != nil {
			return "", errors.New("its signature is not of these bytes")
		}
		return line.Principal, nil
	}
	return "", why
}

// allows tells whether the line's key may sign in git at a time.
func (l Line) allows(at time.Time) error {
	at = at.Truncate(time.Second)
	switch {
	case l.spaces != "" && !matches(l.spaces, Space):
		return errors.New("its key is not allowed to sign in git")
	case !l.After.IsZero() && at.Before(l.After):
		return fmt.Errorf("its key counts from %s on, and it is of %s", l.After.UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339))
	case !l.Before.IsZero() && at.After(l.Before):
		return fmt.Errorf("its key counts until %s, and it is of %s", l.Before.UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339))
	}
	return nil
}

// matches is ssh's pattern list: one pattern must fit and none with ! may.
func matches(list, name string) bool {
	found := false
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, negated := strings.CutPrefix(pattern, "!")
		glob := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		if fits, _ := regexp.MatchString("^(?s:"+glob+")$", name); !fits {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

// Replace makes next the one key that counts from now on: it comes last, and
// those that counted without an end do so until now. It tells whether that
// changed anything. The first key of a list counts from ever.
func (l *List) Replace(next Line, now time.Time) (changed bool) {
	if n := len(l.Lines); n > 0 {
		last := l.Lines[n-1]
		if last.Key == next.Key && last.Before.IsZero() {
			return false
		}
		if next.After = now; last.After.After(now) { // the clock went back
			next.After = last.After
		}
	}
	for i := range l.Lines {
		if line := &l.Lines[i]; line.Before.IsZero() {
			line.Before = next.After
			if !line.Before.After(line.After) { // ssh-keygen takes no line of no length
				line.Before = line.After.Add(time.Second)
			}
		}
	}
	l.Lines = append(l.Lines, next)
	return true
}
