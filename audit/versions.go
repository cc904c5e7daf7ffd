package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// tags checks every tag: a version's, or a deleted version's tombstone.
func (a *auditor) tags() error {
	for _, ref := range slices.Sorted(mapKeys(a.refs)) {
		name, ok := strings.CutPrefix(ref, "refs/tags/")
		if !ok {
			continue
		}
		number, deleted := strings.CutPrefix(name, "deleted/")
		v, err := plugforge.ParseVersion(number)
		if err != nil || "v"+v.String() != number {
			a.find(ref, "if it is your own, delete it: git tag -d "+name, "is no tag that the service makes")
			continue
		}
		if err := a.tag(ref, name, v.String(), deleted); err != nil {
			return err
		}
	}
	for _, v := range a.versions {
		if v.deleted {
			a.report.Deleted++
		} else {
			a.report.Versions++
		}
	}
	return nil
}

// tag checks one tag and what it is on.
func (a *auditor) tag(ref, name, number string, deleted bool) error {
	data, err := a.repo.meta("tag", a.refs[ref])
	if err != nil {
		return a.unread(ref, err)
	}
	t, err := parseTag(data)
	if err != nil {
		a.lie(ref, "the tag %v", err)
		return nil
	}
	if t.name != name || t.kind != "commit" {
		a.lie(ref, "names itself %q, on a %q", t.name, t.kind)
	}
	if !a.signed(ref, t.signature, t.payload, t.at) {
		return nil
	}
	r, err := a.release(ref, t.object)
	if err != nil || r == nil {
		return err
	}
	if r.text["Version"] != number {
		a.lie(ref, "is on the commit of version %s", r.text["Version"])
		return nil
	}
	if deleted {
		a.tombstone(ref, number, t, r)
	} else if t.message != r.message || !t.at.Equal(r.at) {
		a.lie(ref, "does not say what its commit %s says", r.hash)
	}
	if other := a.versions[number]; other != nil {
		a.find(ref, "fetch again; a server that was cut while it deleted ends that at its next start", "stands beside %s: the version is deleted and is not", other.ref)
	}
	a.versions[number] = &version{ref, a.refs[ref], deleted, r}
	return nil
}

func (a *auditor) tombstone(ref, number string, t *tag, r *release) {
	text, err := parseTrailers(t.message)
	switch {
	case err != nil:
		a.lie(ref, "%v", err)
	case text["Action"] != "delete" || text["Version"] != number || text["Commit"] != r.hash || text["Plugin"] != r.text["Plugin"]:
		a.lie(ref, "its trailers tell of another deletion than of version %s", number)
	}
}

// signed checks a signature; what is wrong with it is a finding.
func (a *auditor) signed(where string, armored, payload []byte, at time.Time) bool {
	if len(armored) == 0 {
		a.lie(where, "it is not signed")
		return false
	}
	if _, err := a.signers.Verify(payload, armored, at); err != nil {
		a.lie(where, "%v", err)
		return false
	}
	a.seen(at)
	return true
}

// unread makes a finding of an object that is not there or not whole.
func (a *auditor) unread(where string, err error) error {
	var gone *absent
	if !errors.As(err, &gone) {
		return err
	}
	a.find(where, wayDisk, "%v", gone)
	return nil
}

// release reads a version's commit and checks all that it says of itself; nil
// where it can't be read. where is told of the first time only.
func (a *auditor) release(where, hash string) (*release, error) {
	if r, known := a.commits[hash]; known {
		return r, nil
	}
	a.commits[hash] = nil
	data, err := a.repo.meta("commit", hash)
	if err != nil {
		return nil, a.unread(where, err)
	}
	where = "commits/" + hash
	c, err := parseCommit(hash, data)
	if err != nil {
		a.lie(where, "the commit %v", err)
		return nil, nil
	}
	text, err := parseTrailers(c.message)
	if err != nil {
		a.lie(where, "%v", err)
		return nil, nil
	}
	r := &release{c, text}
	a.commits[hash] = r
	a.signed(where, c.signature, c.payload, c.at)
	a.identity(where, text)
	millis, err := strconv.ParseInt(text["Published-At"], 10, 64)
	if err != nil || time.UnixMilli(millis).Unix() != c.at.Unix() {
		a.lie(where, "Published-At is %q and the commit of %s", text["Published-At"], c.at.Format(time.RFC3339))
	}
	got, err := a.contentHash(c.tree)
	switch {
	case err != nil:
		return r, a.unread(where, err)
	case got != text["Content-SHA256"]:
		a.lie(where, "version %s: Content-SHA256 is %s, and its files give %s", text["Version"], text["Content-SHA256"], got)
	}
	return r, nil
}

// identity sees to it that all versions are one plugin's.
func (a *auditor) identity(where string, text trailers) {
	if a.report.Plugin == "" {
		a.report.Plugin, a.report.Owner = text["Plugin"], text["Owner"]
	}
	if text["Plugin"] != a.report.Plugin || text["Owner"] != a.report.Owner || text["Plugin"] == "" {
		a.lie(where, "is of plugin %s of %s, and others here are of %s of %s", text["Plugin"], text["Owner"], a.report.Plugin, a.report.Owner)
	}
}

// head is where the clone last saw a branch of the server.
func (a *auditor) head(branch string) (ref, hash string) {
	for _, ref := range []string{"refs/remotes/origin/" + branch, "refs/heads/" + branch} {
		if hash := a.refs[ref]; hash != "" {
			return ref, hash
		}
	}
	return "refs/heads/" + branch, ""
}

// main checks that the versions are one line: each commit on it has a tag, and
// each tag is on it.
func (a *auditor) main() error {
	ref, hash := a.head("main")
	a.line = map[string]bool{}
	untagged, numbers := []*release{}, map[string]bool{}
	for at := hash; at != ""; {
		if a.line[at] {
			break
		}
		a.line[at] = true
		r, err := a.release(ref, at)
		if err != nil {
			return err
		}
		if r == nil {
			return nil // told of; what is before it can't be reached
		}
		if number := r.text["Version"]; numbers[number] {
			a.lie("commits/"+at, "version %s is on main twice", number)
		}
		numbers[r.text["Version"]] = true
		if v := a.versions[r.text["Version"]]; v == nil || v.release.hash != at {
			untagged = append(untagged, r)
		}
		if len(r.parents) > 1 {
			a.lie("commits/"+at, "has %d parents: main is one line", len(r.parents))
		}
		at = ""
		if len(r.parents) > 0 {
			at = r.parents[0]
		}
	}
	for number, v := range a.versions {
		if !a.line[v.release.hash] {
			a.lie(v.ref, "version %s is not on main", number)
		}
	}
	a.untagged(untagged)
	return nil
}

// untagged tells of commits on main without a tag. In a namespace's copy of an
// organisation's plugin those are the versions that it did not enable.
func (a *auditor) untagged(commits []*release) {
	if len(commits) == 0 {
		return
	}
	if strings.HasPrefix(a.report.Owner, "org_") {
		a.note("%d commits on main have no tag here: that is so in a namespace that did not enable those versions, and nowhere else", len(commits))
		return
	}
	for _, r := range commits {
		a.lie("commits/"+r.hash, "version %s is on main and has neither a tag nor a tombstone: one was taken away", r.text["Version"])
	}
}

// contentHash is SHA-256 over a line "mode path sha256" for each file of a tree,
// sorted by path.
func (a *auditor) contentHash(tree string) (string, error) {
	if known, ok := a.trees[tree]; ok {
		return known, nil
	}
	lines := map[string]string{}
	if err := a.files(tree, "", lines); err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, path := range slices.Sorted(mapKeys(lines)) {
		io.WriteString(sum, lines[path])
	}
	a.trees[tree] = hex.EncodeToString(sum.Sum(nil))
	return a.trees[tree], nil
}

// files gathers the line of each file below a folder.
func (a *auditor) files(tree, folder string, lines map[string]string) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if strings.Count(folder, "/") > maxDepth {
		return &absent{tree, "is too deep"}
	}
	data, err := a.repo.meta("tree", tree)
	if err != nil {
		return err
	}
	entries, err := parseTree(data)
	if err != nil {
		return &absent{tree, err.Error()}
	}
	for _, e := range entries {
		path := folder + e.name
		switch e.mode {
		case "40000":
			if err := a.files(e.hash, path+"/", lines); err != nil {
				return err
			}
		case "100644", "100755":
			sum, err := a.blob(e.hash)
			if err != nil {
				return err
			}
			lines[path] = fmt.Sprintf("%s %s %s\n", e.mode, path, sum)
		default:
			return &absent{tree, "holds an entry of mode " + e.mode}
		}
	}
	return nil
}

// maxDepth bounds folders in folders: a path has at most 4,096 bytes.
const maxDepth = 2048

func (a *auditor) blob(hash string) (string, error) {
	if known, ok := a.blobs[hash]; ok {
		return known, nil
	}
	sum := sha256.New()
	err := a.repo.stream("blob", hash, func(int64) (io.Writer, error) { return sum, nil })
	if err == nil {
		a.blobs[hash] = hex.EncodeToString(sum.Sum(nil))
	}
	return a.blobs[hash], err
}
