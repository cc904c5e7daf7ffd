package gitstore

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/pjbgf/sha1cd"

	"plugforge"
)

// content is an object as it goes into the store.
type content struct {
	hash plumbing.Hash
	kind plumbing.ObjectType
	data []byte
}

func newContent(kind plumbing.ObjectType, data []byte) (content, error) {
	h := newObjectHash(kind, int64(len(data)))
	h.Write(data)
	hash, err := h.sum()
	return content{hash, kind, data}, err
}

// objectHash names an object as git does, and notices the known attack on
// SHA-1: git refuses to carry an object that shows its traces.
type objectHash struct{ sha1cd.CollisionResistantHash }

func newObjectHash(kind plumbing.ObjectType, size int64) objectHash {
	h := objectHash{sha1cd.New().(sha1cd.CollisionResistantHash)}
	fmt.Fprintf(h, "%s %d\x00", kind, size)
	return h
}

func (h objectHash) sum() (plumbing.Hash, error) {
	sum, attack := h.CollisionResistantSum(nil)
	if attack {
		return plumbing.ZeroHash, plugforge.Errorf(plugforge.CodeValidation, "content shows the traces of a SHA-1 collision attack, which git refuses to carry: leave that file out")
	}
	return plumbing.Hash(sum), nil
}

// ident is an author or committer line without its time.
type ident struct{ name, email string }

const committerEmail = "server@plugforge"

var committer = ident{"plugforge", committerEmail}

func identOf(a plugforge.Actor) ident {
	id := ident{strings.TrimSpace(a.Name), a.KeyID + "@plugforge"}
	if id.name == "" {
		id.name = "unnamed"
	}
	if a.KeyID == "" {
		id.email = committerEmail
	}
	return id
}

func (i ident) line(at time.Time) string {
	return fmt.Sprintf("%s <%s> %d +0000", i.name, i.email, at.Unix())
}

// commit is what we read from a commit object, and write into one.
type commit struct {
	hash    plumbing.Hash
	tree    plumbing.Hash
	parent  plumbing.Hash // zero for a root
	author  ident         // only for writing
	at      time.Time     // to the second
	message string
}

// encode signs the commit and fixes its hash.
func (c *commit) encode(key signingKey) (content, error) {
	var head bytes.Buffer
	fmt.Fprintf(&head, "tree %s\n", c.tree)
	if !c.parent.IsZero() {
		fmt.Fprintf(&head, "parent %s\n", c.parent)
	}
	fmt.Fprintf(&head, "author %s\ncommitter %s\n", c.author.line(c.at), committer.line(c.at))
	sig, err := key.sign([]byte(head.String() + "\n" + c.message))
	if err != nil {
		return content{}, err
	}
	folded := strings.ReplaceAll(strings.TrimSuffix(string(sig), "\n"), "\n", "\n ")
	fmt.Fprintf(&head, "gpgsig %s\n\n%s", folded, c.message)
	obj, err := newContent(plumbing.CommitObject, head.Bytes())
	c.hash = obj.hash
	return obj, err
}

// annotated is a tag object.
type annotated struct {
	target  plumbing.Hash
	name    string
	at      time.Time
	message string // with the signature cut off
}

func (t annotated) encode(key signingKey) (content, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "object %s\ntype commit\ntag %s\ntagger %s\n\n%s", t.target, t.name, committer.line(t.at), t.message)
	sig, err := key.sign(b.Bytes())
	if err != nil {
		return content{}, err
	}
	b.Write(sig)
	return newContent(plumbing.TagObject, b.Bytes())
}

// headers cuts an object of lines into its first-line headers and its message.
// A folded header keeps its first line only: no one we read is folded.
func headers(data []byte) (map[string]string, string, error) {
	head, message, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return nil, "", corrupt("object without a message")
	}
	fields := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(line, " ")
		if key == "" {
			continue // a header's further line
		}
		if _, twice := fields[key]; twice {
			return nil, "", corrupt("object with two %q headers", key)
		}
		fields[key] = value
	}
	return fields, message, nil
}

func decodeCommit(hash plumbing.Hash, data []byte) (*commit, error) {
	fields, message, err := headers(data)
	if err != nil {
		return nil, err
	}
	c := &commit{hash: hash, message: message}
	if c.tree, err = parseHash(fields["tree"]); err != nil {
		return nil, err
	}
	if parent := fields["parent"]; parent != "" {
		if c.parent, err = parseHash(parent); err != nil {
			return nil, err
		}
	}
	c.at, err = parseIdentTime(fields["committer"])
	return c, err
}

func decodeTag(data []byte) (*annotated, error) {
	fields, message, err := headers(data)
	if err != nil {
		return nil, err
	}
	t := &annotated{name: fields["tag"], message: message}
	if cut := strings.LastIndex(message, "-----BEGIN SSH SIGNATURE-----\n"); cut >= 0 {
		t.message = message[:cut]
	}
	if fields["type"] != "commit" {
		return nil, corrupt("tag %q is on a %q, not on a commit", t.name, fields["type"])
	}
	if t.target, err = parseHash(fields["object"]); err != nil {
		return nil, err
	}
	t.at, err = parseIdentTime(fields["tagger"])
	return t, err
}

func parseHash(s string) (plumbing.Hash, error) {
	if !plumbing.IsHash(s) || len(s) != 40 {
		return plumbing.ZeroHash, corrupt("%q is not an object's name", s)
	}
	return plumbing.NewHash(s), nil
}

func parseIdentTime(line string) (time.Time, error) {
	rest := line[strings.LastIndexByte(line, '>')+1:]
	fields := strings.Fields(rest)
	if len(fields) != 2 {
		return time.Time{}, corrupt("%q has no time", line)
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}, corrupt("%q has no time", line)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func encodeTree(entries []object.TreeEntry) (content, error) {
	var o plumbing.MemoryObject
	if err := (&object.Tree{Entries: entries}).Encode(&o); err != nil {
		return content{}, err
	}
	r, err := o.Reader()
	if err != nil {
		return content{}, err
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return content{}, err
	}
	return newContent(plumbing.TreeObject, b.Bytes())
}

func decodeTree(data []byte) ([]object.TreeEntry, error) {
	var o plumbing.MemoryObject
	o.SetType(plumbing.TreeObject)
	if _, err := o.Write(data); err != nil {
		return nil, err
	}
	var t object.Tree
	if err := t.Decode(&o); err != nil {
		return nil, corrupt("tree: %v", err)
	}
	return t.Entries, nil
}
