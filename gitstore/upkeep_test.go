package gitstore

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"syscall"
	"testing"
	"time"

	"plugforge"
)

// fillRepo publishes versions and lets each third one run, so that there are
// packs, loose objects and tags to see to.
func fillRepo(t *testing.T, s *Store, versions int) []plugforge.Plugin {
	t.Helper()
	var all []plugforge.Plugin
	for i := range versions {
		p := publish(t, s, testSlug, ver(1, i, 0), sampleTree(fmt.Sprint("version ", i)))
		all = append(all, p)
		if i%3 == 0 {
			if _, err := s.AppendLedger(t.Context(), testSlug, deployEntry(p, fmt.Sprint("dpl_", i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func count(t *testing.T, pattern string) int {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestUpkeep(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	all := fillRepo(t, s, 200)
	dir := s.repoDir(testSlug)
	ledger, err := s.Ledger(t.Context(), testSlug, 0)
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.Upkeep(t.Context(), testSlug, time.Hour, false)
	if err != nil || report.Gathered != 201 || report.Refs != 200 || report.Loose == 0 || report.Removed != 0 {
		t.Fatalf("upkeep: %+v, %v", report, err)
	}
	if n := count(t, dir+"/objects/pack/*.pack"); n != 202 {
		t.Errorf("%d packs while the grace lasts, want 202", n)
	}
	if again, err := s.Upkeep(t.Context(), testSlug, time.Hour, false); err != nil || again != (UpkeepReport{}) {
		t.Errorf("with nothing to do: %+v, %v", again, err)
	}
	report, err = s.Upkeep(t.Context(), testSlug, -time.Minute, false)
	if err != nil || report.Removed < 200 {
		t.Errorf("after the grace: %+v, %v", report, err)
	}
	if packs, loose := count(t, dir+"/objects/pack/*.pack"), count(t, dir+"/objects/??/*"); packs != 1 || loose != 0 {
		t.Errorf("%d packs and %d loose objects are left", packs, loose)
	}
	for _, s := range []*Store{s, reopen(t, s)} {
		list, err := s.Plugins(t.Context(), testSlug)
		if err != nil || !reflect.DeepEqual(list, all) {
			t.Errorf("%d versions, %v", len(list), err)
		}
		if after, err := s.Ledger(t.Context(), testSlug, 0); err != nil || !reflect.DeepEqual(after, ledger) {
			t.Errorf("%d ledger entries, %v", len(after), err)
		}
		if again, err := s.Publish(t.Context(), publication(testSlug, all[7].Version), sampleTree("version 7")); err != nil || again.Commit != all[7].Commit {
			t.Errorf("publishing what is there: %+v, %v", again, err)
		}
		glances, err := s.Glances(t.Context())
		if err != nil || !glances[0].Still || len(glances[0].Versions) != len(all) {
			t.Errorf("at a glance: still %v, %d versions, %v", glances[0].Still, len(glances[0].Versions), err)
		}
	}
	_, err = s.Publish(t.Context(), publication(plugforge.Slug{Owner: testSlug.Owner, Name: testSlug.Name}, ver(1, 7, 0)), sampleTree("other"))
	if err == nil {
		// The same upload again: the first result. Another upload must not get it.
		p := publication(testSlug, ver(1, 7, 0))
		p.Plugin.UploadID = "plu_other"
		_, err = s.Publish(t.Context(), p, sampleTree("other"))
	}
	wantCode(t, err, plugforge.CodeAlreadyExists)
	publish(t, s, testSlug, ver(2, 0, 0), sampleTree("after"))
	checkRepo(t, s, testSlug)
	if out := git(t, dir, "count-objects", "-v"); out == "" {
		t.Error("git count-objects says nothing")
	}
}

// Publishing, reading and cloning go on while upkeep runs without a pause and
// removes what is a moment old.
func TestUpkeepMeanwhile(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	first := fillRepo(t, s, 80)
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Second)
	defer stop()
	var all sync.WaitGroup
	gathered := 0
	all.Go(func() {
		for ctx.Err() == nil {
			report, err := s.Upkeep(t.Context(), testSlug, 1500*time.Millisecond, false)
			if err != nil {
				t.Errorf("upkeep: %v", err)
				return
			}
			gathered += report.Gathered
		}
	})
	published := 0
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			if _, err := s.Publish(t.Context(), publication(testSlug, ver(3, i, 0)), sampleTree(fmt.Sprint("later ", i))); err != nil {
				t.Errorf("publish: %v", err)
				return
			}
			published++
		}
	})
	for range 2 {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				p := first[i%len(first)]
				tree, err := s.Tree(t.Context(), testSlug, p.Version)
				if err == nil {
					sameTree(t, tree, sampleTree(fmt.Sprint("version ", i%len(first))))
				} else {
					t.Errorf("read: %v", err)
					return
				}
			}
		})
	}
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			to := filepath.Join(t.TempDir(), fmt.Sprint(i))
			git(t, "", "clone", "--quiet", "--bare", "--no-local", s.repoDir(testSlug), to)
			os.RemoveAll(to)
		}
	})
	all.Wait()
	if published < 3 || gathered < 80 {
		t.Errorf("%d versions were published, %d packs gathered", published, gathered)
	}
	checkRepo(t, s, testSlug)
	t.Logf("%d versions published, %d packs gathered", published, gathered)
}

// What a long history takes on the disk, kept up as it grew, against what git
// gc makes of it.
func TestUpkeepIsSmall(t *testing.T) {
	t.Parallel()
	s := openStore(t, nil)
	dir := s.repoDir(testSlug)
	for i := range 300 {
		publish(t, s, testSlug, ver(1, i, 0), sampleTree(fmt.Sprint("version ", i)))
		if i%40 == 39 || i == 299 {
			for range 2 {
				if _, err := s.Upkeep(t.Context(), testSlug, -time.Minute, i == 299); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, "", "clone", "--quiet", "--mirror", "--no-local", dir, clone)
	git(t, clone, "gc", "--quiet")
	ours, theirs := diskUsage(t, dir), diskUsage(t, clone)
	t.Logf("kept up: %d bytes, git gc: %d, ratio %.2f", ours, theirs, float64(ours)/float64(theirs))
	if float64(ours) > 1.3*float64(theirs) {
		t.Errorf("%d bytes, more than 1.3 times the %d of git gc", ours, theirs)
	}
	checkRepo(t, s, testSlug)
}

// diskUsage is the blocks of objects and refs, in bytes.
func diskUsage(t *testing.T, dir string) int64 {
	t.Helper()
	var total int64
	for _, sub := range []string{"objects", "refs", "packed-refs"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(_ string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err == nil {
				total += info.Sys().(*syscall.Stat_t).Blocks * 512
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return total
}

// keepUp does all that there is to do, and removes what it replaced.
func keepUp(s *Store) error {
	for range 3 {
		if _, err := s.Upkeep(context.Background(), testSlug, -time.Minute, true); err != nil {
			return err
		}
	}
	return nil
}
