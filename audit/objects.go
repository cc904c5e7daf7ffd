package audit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// commit is a commit object, taken apart.
type commit struct {
	hash      string
	tree      string
	parents   []string
	at        time.Time // the committer's
	message   string
	signature []byte // armoured; empty for none
	payload   []byte // what it is over
}

// tag is an annotated tag, taken apart.
type tag struct {
	object    string
	kind      string
	name      string
	at        time.Time
	message   string
	signature []byte
	payload   []byte
}

func parseCommit(hash string, data []byte) (*commit, error) {
	head, message, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return nil, errors.New("has no message")
	}
	c := &commit{hash: hash, message: message}
	var payload, armoured strings.Builder
	signing := false
	for line := range strings.SplitSeq(head, "\n") {
		if further, folded := strings.CutPrefix(line, " "); folded {
			if signing {
				armoured.WriteString(further + "\n")
				continue
			}
			payload.WriteString(line + "\n")
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		if signing = key == "gpgsig"; signing {
			if armoured.Len() > 0 {
				return nil, errors.New("has two signatures")
			}
			armoured.WriteString(value + "\n")
			continue
		}
		payload.WriteString(line + "\n")
		var err error
		switch key {
		case "tree":
			if c.tree != "" {
				err = errors.New("has two trees")
			}
			c.tree = value
		case "parent":
			c.parents = append(c.parents, value)
		case "committer":
			c.at, err = parseTime(value)
		}
		if err != nil {
			return nil, err
		}
	}
	c.signature = []byte(armoured.String())
	c.payload = []byte(payload.String() + "\n" + message)
	return c, nil
}

const signatureStart = "-----BEGIN SSH SIGNATURE-----\n"

func parseTag(data []byte) (*tag, error) {
	head, message, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return nil, errors.New("has no message")
	}
	t := &tag{message: message, payload: data}
	fields := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(line, " ")
		if _, twice := fields[key]; twice {
			return nil, fmt.Errorf("has two headers %q", key)
		}
		fields[key] = value
	}
	t.object, t.kind, t.name = fields["object"], fields["type"], fields["tag"]
	var err error
	if t.at, err = parseTime(fields["tagger"]); err != nil {
		return nil, err
	}
	if cut := strings.LastIndex(message, signatureStart); cut >= 0 {
		t.message, t.signature = message[:cut], []byte(message[cut:])
		t.payload = data[:len(data)-len(t.signature)]
	}
	return t, nil
}

// parseTime reads the end of an ident line.
func parseTime(line string) (time.Time, error) {
	fields := strings.Fields(line[strings.LastIndexByte(line, '>')+1:])
	if len(fields) != 2 {
		return time.Time{}, errors.New("has no time")
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}, errors.New("has no time")
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// trailers is the last block of a message.
type trailers map[string]string

// parseTrailers reads the block below the last blank line, in which every line
// is "Key: value" and no key comes twice.
func parseTrailers(message string) (trailers, error) {
	cut := strings.LastIndex(message, "\n\n")
	if cut < 0 || !strings.HasSuffix(message, "\n") {
		return nil, errors.New("its message has no block of trailers")
	}
	block := trailers{}
	for line := range strings.SplitSeq(strings.TrimSuffix(message[cut+2:], "\n"), "\n") {
		key, value, ok := strings.Cut(line, ": ")
		if _, twice := block[key]; !ok || twice {
			return nil, fmt.Errorf("the line %q of its trailers is not legal", line)
		}
		block[key] = value
	}
	return block, nil
}

// entry is one line of a tree object.
type entry struct{ mode, name, hash string }

func parseTree(data []byte) ([]entry, error) {
	var list []entry
	for len(data) > 0 {
		head, rest, ok := bytes.Cut(data, []byte{0})
		mode, name, spaced := strings.Cut(string(head), " ")
		if !ok || !spaced || len(rest) < 20 || name == "" || strings.Contains(name, "/") {
			return nil, errors.New("is not a tree that can be read")
		}
		list = append(list, entry{mode, name, hex.EncodeToString(rest[:20])})
		data = rest[20:]
	}
	return list, nil
}
