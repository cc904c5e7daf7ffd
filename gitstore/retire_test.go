package gitstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"plugforge"
)

var stoneTime = time.Date(2026, 11, 22, 18, 0, 0, 123e6, time.UTC)

func stone(message string) Tombstone {
	return Tombstone{By: plugforge.Actor{KeyID: "key_0123456789abcdef", Name: "Deleter"}, At: stoneTime, Message: message}
}

// A deleted version leaves a signed tag on its commit, and nothing else
// changes: history, numbers, the other versions.
func TestRetire(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		t.Run(fmt.Sprint("packed ", packed), func(t *testing.T) {
			s := openStore(t, nil)
			first := publish(t, s, testSlug, ver(1, 0, 0), sampleTree("0"))
			second := publish(t, s, testSlug, ver(1, 0, 1), sampleTree("1"))
			dir := s.repoDir(testSlug)
			if packed {
				git(t, dir, "pack-refs", "--all")
			}
			before := git(t, dir, "rev-list", "main")
			done, err := s.Retire(t.Context(), testSlug, first.Version, stone("leaks\n\nVersion: 9.9.9"))
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.Retire(t.Context(), testSlug, first.Version, stone("another reason"))
			if err != nil || again.Message != done.Message || !again.At.Equal(stoneTime) || again.By != done.By {
				t.Errorf("again: %+v, %v", again, err)
			}
			checkRepo(t, s, testSlug)
			if got := git(t, dir, "rev-list", "main"); got != before {
				t.Errorf("history was %s and is %s", before, got)
			}
			if tags := git(t, dir, "tag"); tags != "deleted/v1.0.0\nv1.0.1\n" {
				t.Errorf("tags %q", tags)
			}
			if at := strings.TrimSpace(git(t, dir, "rev-parse", "deleted/v1.0.0^{commit}")); at != first.Commit {
				t.Errorf("the tombstone is on %s, not on %s", at, first.Commit)
			}
			signers := filepath.Join(t.TempDir(), "signers")
			if err := os.WriteFile(signers, []byte(s.AllowedSigners()), 0o600); err != nil {
				t.Fatal(err)
			}
			git(t, dir, "-c", "gpg.ssh.allowedSignersFile="+signers, "verify-tag", "deleted/v1.0.0")
			text := git(t, dir, "for-each-ref", "--format=%(contents:subject)%(contents:body)", "refs/tags/deleted")
			for _, want := range []string{"leaks", "By: key_0123456789abcdef Deleter", "Deleted-At: 17", "Action: delete", "Commit: " + first.Commit} {
				if !strings.Contains(text, want) {
					t.Errorf("the tombstone does not say %q:\n%s", want, text)
				}
			}
			_, err = s.Plugin(t.Context(), testSlug, first.Version)
			wantCode(t, err, plugforge.CodeNotFound)
			_, err = s.Tree(t.Context(), testSlug, first.Version)
			wantCode(t, err, plugforge.CodeNotFound)
			_, err = s.Diff(t.Context(), testSlug, first.Version, second.Version, plugforge.DiffOptions{})
			wantCode(t, err, plugforge.CodeNotFound)
			list, err := s.Plugins(t.Context(), testSlug)
			if err != nil || len(list) != 1 || list[0].Version != second.Version {
				t.Errorf("versions %v, %v", list, err)
			}
			stones, err := s.Tombstones(t.Context(), testSlug)
			if err != nil || len(stones) != 1 || stones[0].Plugin.Commit != first.Commit || stones[0].Message != "leaks\n\nVersion: 9.9.9" {
				t.Errorf("tombstones %+v, %v", stones, err)
			}
			other := publication(testSlug, first.Version)
			other.Plugin.UploadID = "plu_another"
			_, err = s.Publish(t.Context(), other, sampleTree("2"))
			wantCode(t, err, plugforge.CodeAlreadyExists)
			_, err = s.AppendLedger(t.Context(), testSlug, deployEntry(first, "dpl_1"))
			wantCode(t, err, plugforge.CodeNotFound)
			_, err = s.Retire(t.Context(), testSlug, ver(7, 0, 0), stone(""))
			wantCode(t, err, plugforge.CodeNotFound)

			// A clone sees the tombstone, and not what is kept beside it.
			clone := filepath.Join(t.TempDir(), "clone")
			if refs := git(t, dir, "-c", "transfer.hideRefs=refs/plugforge", "ls-remote", dir); strings.Contains(refs, "refs/tags/v1.0.0") {
				t.Errorf("refs %s", refs)
			}
			git(t, filepath.Dir(clone), "clone", "-q", dir, clone)
			if got := git(t, clone, "rev-list", "main"); got != before {
				t.Errorf("the clone's history is %s", got)
			}

			// The last one, then a version that follows.
			if _, err := s.Retire(t.Context(), testSlug, second.Version, stone("")); err != nil {
				t.Fatal(err)
			}
			fresh, err := Open(t.Context(), Config{Dir: s.dir, KeyFile: filepath.Join(filepath.Dir(s.dir), "signing.key")})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "refs/heads/main"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := fresh.Recover(t.Context(), testSlug)
			if err != nil || len(report.Problems) != 0 {
				t.Errorf("recover without versions: %+v, %v", report, err)
			}
			third := publish(t, fresh, testSlug, ver(1, 0, 2), sampleTree("2"))
			if parent := strings.TrimSpace(git(t, dir, "rev-parse", third.Commit+"^")); parent != second.Commit {
				t.Errorf("the parent is %s, not %s", parent, second.Commit)
			}
			checkRepo(t, fresh, testSlug)
		})
	}
}

var orgSlug = plugforge.Slug{Owner: "org_test", Name: testSlug.Name}

// An organisation's version comes into a namespace with the same hashes, and
// lives on there as any other, beside others of the same organisation.
func TestAdopt(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	var published []plugforge.Plugin
	for i := range 4 {
		published = append(published, publish(t, s, orgSlug, ver(1, 0, i), sampleTree(fmt.Sprint(i))))
	}
	// The newest first, then one before it, then one between.
	for _, i := range []int{3, 0, 2} {
		p, err := s.Adopt(t.Context(), orgSlug, testSlug, ver(1, 0, i))
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Adopt(t.Context(), orgSlug, testSlug, ver(1, 0, i))
		if err != nil || again.Commit != p.Commit {
			t.Errorf("again: %+v, %v", again, err)
		}
		if p.Commit != published[i].Commit || p.Slug != testSlug || p.Origin != "org_test" || p.ContentHash != published[i].ContentHash {
			t.Errorf("adopted %+v, published %+v", p, published[i])
		}
		from, to := git(t, s.repoDir(orgSlug), "rev-parse", "v"+p.Version.String()), git(t, s.repoDir(testSlug), "rev-parse", "v"+p.Version.String())
		if from != to {
			t.Errorf("tag %s is %s there and %s here", p.Version, from, to)
		}
		view, err := s.Tree(t.Context(), testSlug, p.Version)
		if err != nil {
			t.Fatal(err)
		}
		sameTree(t, view, sampleTree(fmt.Sprint(i)))
		checkRepo(t, s, testSlug)
	}
	list, err := s.Plugins(t.Context(), testSlug)
	if err != nil || len(list) != 3 || list[0].Version != ver(1, 0, 0) || list[2].Version != ver(1, 0, 3) || list[1].Origin != "org_test" {
		t.Errorf("versions %v, %v", list, err)
	}
	if main := strings.TrimSpace(git(t, s.repoDir(testSlug), "rev-parse", "main")); main != published[3].Commit {
		t.Errorf("main is %s", main)
	}
	if _, err := s.AppendLedger(t.Context(), testSlug, deployEntry(list[2], "dpl_1")); err != nil {
		t.Error(err)
	}
	if diff, err := s.Diff(t.Context(), testSlug, ver(1, 0, 0), ver(1, 0, 3), plugforge.DiffOptions{}); err != nil || len(diff) != 1 {
		t.Errorf("diff %v, %v", diff, err)
	}
	for _, slug := range []plugforge.Slug{orgSlug, testSlug} {
		if report, err := s.Check(t.Context(), slug); err != nil || len(report.Problems) != 0 {
			t.Errorf("check: %+v, %v", report, err)
		}
		if report, err := s.Recover(t.Context(), slug); err != nil || len(report.Problems)+len(report.Mended) != 0 {
			t.Errorf("recover: %+v, %v", report, err)
		}
	}
	// Deleting it there changes nothing here.
	if _, err := s.Retire(t.Context(), orgSlug, ver(1, 0, 0), stone("")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Plugin(t.Context(), testSlug, ver(1, 0, 0)); err != nil {
		t.Error(err)
	}

	// Names clash both ways, in any case.
	_, err = s.Publish(t.Context(), publication(testSlug, ver(2, 0, 0)), sampleTree("mine"))
	wantCode(t, err, plugforge.CodeConflict)
	own := plugforge.Slug{Owner: "ns_own", Name: "TEXT_EMBED"}
	publish(t, s, own, ver(1, 0, 0), sampleTree("mine"))
	for _, name := range []plugforge.Name{own.Name, testSlug.Name} {
		_, err = s.Adopt(t.Context(), orgSlug, plugforge.Slug{Owner: "ns_own", Name: name}, ver(1, 0, 3))
		wantCode(t, err, plugforge.CodeConflict)
	}
	checkRepo(t, s, own)
	_, err = s.Adopt(t.Context(), orgSlug, testSlug, ver(9, 0, 0))
	wantCode(t, err, plugforge.CodeNotFound)
	_, err = s.Adopt(t.Context(), orgSlug, testSlug, ver(1, 0, 0)) // deleted there
	wantCode(t, err, plugforge.CodeNotFound)
}

// Killed at each step of a deletion and an adoption, the next start finishes
// what has become a fact and takes back what has not.
func TestKilledWhileRetiringAndAdopting(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{StageTombstone, StageRetired, StageCopied, StageAdopted} {
		for _, recoverFirst := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s recover %v", stage, recoverFirst), func(t *testing.T) {
				data := t.TempDir()
				prepareMove(t, data)
				if !killed(t, data, "move:"+stage) {
					t.Fatal("the child was not killed")
				}
				afterMove(t, data, recoverFirst)
			})
		}
	}
}

// afterMove is what must hold of a data folder whatever killed a child that
// moved: nothing is half there, and moving again completes.
func afterMove(t *testing.T, data string, recoverFirst bool) {
	t.Helper()
	s, err := Open(t.Context(), crashConfig(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []plugforge.Slug{orgSlug, testSlug} {
		if !recoverFirst || !isDir(s.repoDir(slug)) {
			continue
		}
		report, err := s.Recover(t.Context(), slug)
		if err != nil || len(report.Problems) != 0 {
			t.Fatalf("recover: %+v, %v", report, err)
		}
		checkRepo(t, s, slug)
		if again, err := s.Recover(t.Context(), slug); err != nil || len(again.Mended)+len(again.Problems) != 0 {
			t.Fatalf("recover again: %+v, %v", again, err)
		}
	}
	stones, err := s.Tombstones(t.Context(), orgSlug)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Plugin(t.Context(), orgSlug, ver(1, 0, 0)); (plugforge.CodeOf(err) == plugforge.CodeNotFound) != (len(stones) == 1) {
		t.Errorf("with %d tombstones: %v", len(stones), err)
	}
	if err := move(s); err != nil {
		t.Fatalf("again: %v", err)
	}
	again, err := s.Tombstones(t.Context(), orgSlug)
	if err != nil || len(again) != 1 || len(stones) == 1 && !reflect.DeepEqual(stones, again) {
		t.Errorf("tombstones were %v and are %v, %v", stones, again, err)
	}
	checkRepo(t, s, orgSlug)
	checkRepo(t, s, testSlug)
	if tags := git(t, s.repoDir(orgSlug), "tag"); tags != "deleted/v1.0.0\nv1.0.1\n" {
		t.Errorf("tags %q", tags)
	}
	if p, err := s.Plugin(t.Context(), testSlug, ver(1, 0, 1)); err != nil || p.Origin != orgSlug.Owner {
		t.Errorf("adopted: %+v, %v", p, err)
	}
}

// prepareMove publishes what move works on.
func prepareMove(t *testing.T, data string) {
	t.Helper()
	s, err := Open(t.Context(), crashConfig(data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		publish(t, s, orgSlug, ver(1, 0, i), sampleTree(fmt.Sprint(i)))
	}
}

// move is the work of a child that is killed at "move:" and a stage.
func move(s *Store) error {
	if _, err := s.Adopt(context.Background(), orgSlug, testSlug, ver(1, 0, 1)); err != nil {
		return err
	}
	_, err := s.Retire(context.Background(), orgSlug, ver(1, 0, 0), stone("a reason"))
	return err
}
