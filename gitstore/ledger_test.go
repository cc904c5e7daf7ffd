package gitstore

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"plugforge"
)

func deployEntry(p plugforge.Plugin, id string) Entry {
	return Entry{
		Action: plugforge.ActionDeploy, Version: p.Version, VersionCommit: p.Commit, DeploymentID: id,
		Type: plugforge.TypeRealtime, AuditHead: someSHA256, By: testKey, At: testTime,
	}
}

func TestLedger(t *testing.T) {
	s := openStore(t, nil)
	one := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	two := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("two\n"))
	if none, err := s.Ledger(t.Context(), testSlug, 0); err != nil || len(none) != 0 {
		t.Errorf("a plugin that never ran has %v, %v", none, err)
	}
	entries := []Entry{deployEntry(one, "dpl_1"), deployEntry(two, "dpl_2"), deployEntry(one, "dpl_3"), deployEntry(one, "dpl_4"), deployEntry(one, "dpl_5")}
	entries[1].Previous = &one.Version
	entries[2].Action, entries[2].Message, entries[2].Previous = plugforge.ActionRollback, "two is slow\n---\nBy: nobody", &two.Version
	entries[3].Action, entries[3].AuditHead = plugforge.ActionUndeploy, ""
	entries[4].Action, entries[4].By = plugforge.ActionStopped, plugforge.Actor{Name: "supervisor"}
	var want []Entry
	for i, e := range entries {
		e.At = e.At.Add(time.Duration(i) * time.Minute)
		done, err := s.AppendLedger(t.Context(), testSlug, e)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.AppendLedger(t.Context(), testSlug, e)
		if err != nil || !reflect.DeepEqual(done, again) {
			t.Errorf("appended again: %+v, %v; want %+v", again, err, done)
		}
		want = append([]Entry{done}, want...)
	}
	got, err := s.Ledger(t.Context(), testSlug, 0)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("ledger\n%+v\n%v; want\n%+v", got, err, want)
	}
	if got, _ := s.Ledger(t.Context(), testSlug, 2); !reflect.DeepEqual(got, want[:2]) {
		t.Errorf("newest two: %+v", got)
	}
	dir := s.repoDir(testSlug)
	log := strings.TrimSpace(git(t, dir, "log", "--format=%s|%T|%P", "active"))
	lines := strings.Split(log, "\n")
	treeOf := func(p plugforge.Plugin) string {
		return strings.TrimSpace(git(t, dir, "rev-parse", p.Commit+"^{tree}"))
	}
	for i, w := range []string{
		"stopped Text_Embed 1.0.0|" + emptyTree.String(), "undeploy Text_Embed 1.0.0|" + emptyTree.String(),
		"two is slow ---|" + treeOf(one), "deploy Text_Embed 1.0.1|" + treeOf(two), "deploy Text_Embed 1.0.0|" + treeOf(one) + "|",
	} {
		if i < len(lines) && !strings.HasPrefix(lines[i], strings.Replace(w, " ---|", " \\---", 1)[:10]) {
			t.Errorf("line %d is %q, want %q", i, lines[i], w)
		}
		if !strings.Contains(lines[i], strings.SplitN(w, "|", 3)[1]) {
			t.Errorf("line %d is %q, want tree of %q", i, lines[i], w)
		}
	}
	if len(lines) != 5 || !strings.HasSuffix(lines[4], "|") {
		t.Errorf("the ledger is not a line of five from its own root:\n%s", log)
	}
	checkRepo(t, s, testSlug)
}

func TestLedgerRefusals(t *testing.T) {
	s := openStore(t, nil)
	p := publish(t, s, testSlug, ver(1, 0, 0), sampleTree())
	for code, spoil := range map[plugforge.Code]func(*Entry){
		plugforge.CodeNotFound:   func(e *Entry) { e.Version = ver(2, 0, 0) },
		plugforge.CodeConflict:   func(e *Entry) { e.VersionCommit = strings.Repeat("a", 40) },
		plugforge.CodeValidation: func(e *Entry) { e.DeploymentID = "x\nBy: other" },
	} {
		e := deployEntry(p, "dpl_1")
		spoil(&e)
		_, err := s.AppendLedger(t.Context(), testSlug, e)
		wantCode(t, err, code)
	}
	_, err := s.AppendLedger(t.Context(), plugforge.Slug{Owner: "ns_x", Name: "none"}, deployEntry(p, "dpl_1"))
	wantCode(t, err, plugforge.CodeNotFound)
	checkRepo(t, s, testSlug)
}

func TestMessageRoundTrip(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	for i, message := range hostileMessages() {
		p := publication(testSlug, ver(1, 0, i))
		p.Plugin.Message = message
		if _, err := s.Publish(t.Context(), p, sampleTree()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Plugin(t.Context(), testSlug, ver(1, 0, i))
		if err != nil || got.Message != message {
			t.Errorf("message %.80q came back as %.80q, %v", message, got.Message, err)
		}
		// git itself reads our block, by both of its readers.
		text := git(t, s.repoDir(testSlug), "cat-file", "commit", fmt.Sprintf("v1.0.%d", i))
		if got := git(t, s.repoDir(testSlug), "log", "-1", "--format=%(trailers:key=Upload-Id,valueonly)", fmt.Sprintf("v1.0.%d", i)); strings.TrimSpace(got) != fmt.Sprintf("plu_1-0-%d", i) {
			t.Errorf("message %.80q: git log reads Upload-Id %q\n%s", message, got, text)
		}
		_, body, _ := strings.Cut(text, "\n\n")
		if got := interpretTrailers(t, body); !strings.Contains(got, fmt.Sprintf("Upload-Id: plu_1-0-%d\n", i)) || strings.Count(got, "\n") != 12 {
			t.Errorf("message %.80q: interpret-trailers reads\n%s", message, got)
		}
	}
	checkRepo(t, s, testSlug)
}
