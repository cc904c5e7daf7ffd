package audit

import (
	"slices"
)

// emptyTree is the tree of an entry after which nothing is live.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// ledger checks that the ledger is one signed line from its own root and that
// each entry fits the one before it and the version that it names.
func (a *auditor) ledger() error {
	ref, hash := a.head("active")
	a.ran = map[string]bool{}
	var entries []*release
	for at := hash; at != "" && !a.ran[at]; {
		a.ran[at] = true
		e, err := a.entry(ref, at)
		if err != nil {
			return err
		}
		if e == nil {
			return nil // told of; what is before it can't be reached
		}
		entries = append(entries, e)
		if len(e.parents) > 1 {
			a.lie("ledger/"+at, "has %d parents: the ledger is one line", len(e.parents))
		}
		at = ""
		if len(e.parents) > 0 {
			at = e.parents[0]
		}
	}
	slices.Reverse(entries)
	a.report.Entries = len(entries)
	seen := map[string]bool{}
	for i, e := range entries {
		if i > 0 && e.at.Before(entries[i-1].at) {
			a.note("ledger entry %s is of %s, before the one that it follows: the server's clock was set back", e.hash, e.at.Format("2006-01-02 15:04:05Z"))
		}
		a.follows(e, seen)
	}
	return nil
}

// entry reads one entry; nil where it can't be.
func (a *auditor) entry(ref, hash string) (*release, error) {
	data, err := a.repo.meta("commit", hash)
	if err != nil {
		return nil, a.unread(ref, err)
	}
	where := "ledger/" + hash
	c, err := parseCommit(hash, data)
	if err == nil {
		a.signed(where, c.signature, c.payload, c.at)
		var text trailers
		if text, err = parseTrailers(c.message); err == nil {
			return &release{c, text}, nil
		}
	}
	a.lie(where, "the entry cannot be read: %v", err)
	return nil, nil
}

// follows checks an entry against what was live before it, which is
// a.report.Live, and moves that on.
func (a *auditor) follows(e *release, seen map[string]bool) {
	where := "ledger/" + e.hash
	number, before := e.text["Version"], a.report.Live
	previous, starts := e.text["Previous-Version"], false
	switch e.text["Action"] {
	case "deploy", "rollback":
		starts = true
		if want := orNone(before); previous != want {
			a.lie(where, "says that %s was live before it, and the entry before says %s", previous, want)
		}
	case "undeploy", "stopped":
		if number != before {
			a.lie(where, "takes %s out of service, and the entry before says that %s was live", number, orNone(before))
		}
	default:
		a.lie(where, "has the action %q, which is none", e.text["Action"])
	}
	if id := e.text["Deployment-Id"]; id == "" || seen[id] {
		a.lie(where, "its deployment %q is not its own", id)
	}
	seen[e.text["Deployment-Id"]] = true
	v := a.versions[number]
	switch {
	case v == nil:
		a.lie(where, "names version %q, of which there is no tag that could be verified", number)
	case v.release.hash != e.text["Commit"]:
		a.lie(where, "says that version %s is commit %s, and its tag says %s", number, e.text["Commit"], v.release.hash)
	case starts && v.release.tree != e.tree:
		a.lie(where, "its tree is %s, and version %s has the tree %s", e.tree, number, v.release.tree)
	}
	if !starts && e.tree != emptyTree {
		a.lie(where, "its tree is %s after nothing was live", e.tree)
	}
	a.report.Live = ""
	if starts {
		a.report.Live = number
	}
}

func orNone(version string) string {
	if version == "" {
		return "none"
	}
	return version
}
