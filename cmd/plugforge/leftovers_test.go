package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkLeftovers fails the test if a server that is at rest keeps anything but
// what the lives need: blobs nobody refers to, things in quarantine, temporary
// files, folders of replicas that are gone.
func (s *site) checkLeftovers(t testing.TB, lives []*life) {
	t.Helper()
	archives, uploads, realtime := 0, 0, 0
	for _, l := range lives {
		archives += len(l.releases)
		if l.open != nil {
			uploads++
		}
		if l.realtime && l.active() != "" {
			realtime += 2 // the live version, and the one before, kept warm
		}
	}
	blobs := map[string]int{}
	err := filepath.WalkDir(s.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) { // the database's log comes and goes
				return nil
			}
			return err
		}
		name, _ := filepath.Rel(s.data, path)
		parts := strings.Split(name, "/")
		switch {
		case d.IsDir() && filepath.Dir(name) == "git/new":
			t.Errorf("left over: a half-made repository %s", name)
		case filepath.Base(filepath.Dir(name)) == "quarantine":
			t.Errorf("left over: %s", name)
		case d.IsDir():
		case strings.Contains(d.Name(), "tmp"), filepath.Ext(name) == ".new":
			t.Errorf("left over: temporary file %s", name)
		case parts[0] == "blobs" && len(parts) > 2:
			blobs[parts[1]]++
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for folder, count := range blobs {
		if folder == "uploads" && count > uploads || folder != "uploads" && count != archives {
			t.Errorf("left over: %d blobs below %s, where %d versions and %d open uploads are", count, folder, archives, uploads)
		}
	}
	s.checkRunFolder(t, realtime)
	s.checkCgroups(t)
}

// checkCgroups fails the test if a control group of an earlier server is still
// there, and notes those of the one that runs now: its lock lists them.
func (s *site) checkCgroups(t testing.TB) {
	t.Helper()
	for _, dir := range s.cgroups {
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("left over: control group %s", dir)
		}
	}
	locks, err := filepath.Glob(filepath.Join(s.run, "locks", "*"))
	if err != nil {
		t.Error(err)
	}
	s.cgroups = nil
	for _, lock := range locks {
		list, err := os.ReadFile(lock)
		if err != nil {
			t.Error(err)
		}
		s.cgroups = append(s.cgroups, strings.Fields(string(list))...)
	}
}

// checkRunFolder counts what a server keeps for so many replicas at most.
func (s *site) checkRunFolder(t testing.TB, replicas int) {
	t.Helper()
	count := func(sub string) int {
		entries, err := os.ReadDir(filepath.Join(s.run, sub))
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		n := 0
		for _, e := range entries {
			if e.Name() != "bin" && e.Name() != "runner" && e.Name() != "trees" && e.Name() != "locks" && e.Name() != "uids" {
				n++
			}
		}
		return n
	}
	for sub, most := range map[string]int{"": replicas, "bin": 1, "runner": 1, "locks": 1, "trees": replicas} {
		if n := count(sub); n > most {
			t.Errorf("left over: %d entries in the run folder's %q, where at most %d replicas run", n, sub, replicas)
		}
	}
}
