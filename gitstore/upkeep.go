package gitstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// UpkeepReport says what Upkeep did to a repository.
type UpkeepReport struct {
	Gathered int // packs that were put together into one
	Loose    int // loose objects that were packed
	Refs     int // refs that were packed
	Removed  int // packs and loose objects, replaced by then for longer than the grace
}

// Upkeep keeps a repository small and quick to read: many packs become one, with
// deltas, tags become lines of one file, and what was replaced so is removed
// once it was for longer than grace, for a clone under way may still read it.
// What no ref leads to is not looked for: nothing such comes into the store. It
// does so where it is worth it; thorough means wherever there is anything to do.
// Reading and publishing go on meanwhile; a ctx that ends, or a crash, leaves at
// worst the same objects twice. Errors: CodeNotFound; CodeUnavailable without a
// git program.
func (s *Store) Upkeep(ctx context.Context, slug plugforge.Slug, grace time.Duration, thorough bool) (UpkeepReport, error) {
	report, err := s.upkeep(ctx, slug, grace, thorough)
	return report, plugforge.Wrap("gitstore.Upkeep", translate(err))
}

func (s *Store) upkeep(ctx context.Context, slug plugforge.Slug, grace time.Duration, thorough bool) (report UpkeepReport, err error) {
	if err := s.Ready(); err != nil {
		return report, err
	}
	if s.git == "" {
		return report, plugforge.Errorf(plugforge.CodeUnavailable, "upkeep needs the git program, which this machine lacks: install git")
	}
	r, err := s.repo(slug)
	if err != nil {
		return report, err
	}
	unlock, err := s.lock(ctx, r, lockUpkeep)
	if err != nil {
		return report, err
	}
	defer unlock()
	if err := r.sweepUpkeep(time.Now().Add(-grace)); err != nil {
		return report, err
	}
	many := threshold{packs: manyPacks, loose: manyLoose, refs: manyRefs}
	if thorough {
		many = threshold{packs: 2, loose: 1, refs: 1}
	}
	for _, step := range []struct {
		did *int
		do  func(context.Context) (int, error)
	}{
		{&report.Removed, func(ctx context.Context) (int, error) { return s.removeReplaced(ctx, r, grace) }},
		{&report.Loose, func(ctx context.Context) (int, error) { return s.packLoose(ctx, r, many.loose) }},
		{&report.Gathered, func(ctx context.Context) (int, error) { return s.gatherPacks(ctx, r, many.packs) }},
		{&report.Refs, func(ctx context.Context) (int, error) { return s.packRefs(ctx, r, many.refs) }},
	} {
		n, err := step.do(ctx)
		if *step.did = n; err != nil {
			return report, err
		}
	}
	return report, nil
}

// sweepUpkeep removes what an upkeep that was cut short left, and what git wrote
// among the packs before that time and did not end.
func (r *repo) sweepUpkeep(before time.Time) error {
	err := os.RemoveAll(r.path(upkeepFolder))
	left, bad := filepath.Glob(r.path("objects", "pack", "tmp_*"))
	err = errors.Join(err, bad)
	for _, path := range left {
		if info, gone := os.Stat(path); gone == nil && info.ModTime().Before(before) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// upkeepFolder is where git writes packs before they enter the store, and
// replacedFile lists the packs that other packs replaced.
const (
	lockUpkeep   = "lock-upkeep"
	upkeepFolder = "upkeep"
	replacedFile = "replaced-packs"
)

// From how many on a repository is worth an upkeep, and from how many bytes a
// pack is left as it is: what makes it large are weights, which do not shrink.
const (
	manyPacks = 24
	manyLoose = 64
	manyRefs  = 64
	largePack = 64 << 20
)

type threshold struct{ packs, loose, refs int }

// pack is one in the store.
type pack struct {
	name    string
	size    int64
	objects []plumbing.Hash
}

// packsOf reads the index of each pack but those in skip.
func (r *repo) packsOf(skip map[string]bool) ([]pack, error) {
	found, err := filepath.Glob(r.path("objects", "pack", "*.idx"))
	if err != nil {
		return nil, err
	}
	var all []pack
	for _, path := range found {
		p := pack{name: strings.TrimSuffix(filepath.Base(path), ".idx")}
		info, err := os.Stat(r.path("objects", "pack", packFile(p.name)))
		if skip[p.name] || missing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := readIndex(path)
		if err != nil {
			return nil, err
		}
		p.size = info.Size()
		for _, e := range list.entries {
			p.objects = append(p.objects, e.hash)
		}
		all = append(all, p)
	}
	return all, nil
}

// gatherPacks puts packs together so that each that is left has at least twice
// the objects of all smaller ones: few packs, and each object written again only
// as often as the number of objects doubles.
func (s *Store) gatherPacks(ctx context.Context, r *repo, many int) (int, error) {
	old, err := r.replaced()
	if err != nil {
		return 0, err
	}
	all, err := r.packsOf(old.names())
	if err != nil {
		return 0, err
	}
	all = slices.DeleteFunc(all, func(p pack) bool { return p.size >= largePack })
	if len(all) < many {
		return 0, nil
	}
	some := all[:toGather(all)]
	if len(some) < 2 {
		return 0, nil
	}
	var names bytes.Buffer
	for _, p := range some {
		fmt.Fprintln(&names, packFile(p.name))
	}
	made, err := s.packObjects(ctx, r, names.Bytes(), "--stdin-packs")
	if err != nil {
		return 0, err
	}
	if err := r.containsAll(made, some); err != nil {
		return 0, err
	}
	some = slices.DeleteFunc(some, func(p pack) bool { return p.name == made }) // the same objects make the same name
	return len(some), s.replace(r, some)
}

// toGather sorts packs by their objects and tells how many of the first to put
// together.
func toGather(packs []pack) int {
	slices.SortFunc(packs, func(a, b pack) int {
		return cmp.Or(cmp.Compare(len(a.objects), len(b.objects)), strings.Compare(a.name, b.name))
	})
	smaller := 0
	for _, p := range packs {
		smaller += len(p.objects)
	}
	n := len(packs)
	for ; n > 0; n-- {
		size := len(packs[n-1].objects)
		if smaller -= size; size < 2*smaller || smaller == 0 {
			break
		}
	}
	return n
}

// containsAll makes sure that every object of the packs is in another.
func (r *repo) containsAll(in string, packs []pack) error {
	list, err := readIndex(r.path("objects", "pack", indexName(in)))
	if err != nil {
		return err
	}
	has := map[plumbing.Hash]bool{}
	for _, e := range list.entries {
		has[e.hash] = true
	}
	for _, p := range packs {
		for _, h := range p.objects {
			if !has[h] {
				return corrupt("%s was put into %s without object %s", p.name, in, h)
			}
		}
	}
	return nil
}

// packObjects has git write a pack, checks it, and brings it into the store,
// durably. It gives the pack's name.
func (s *Store) packObjects(ctx context.Context, r *repo, stdin []byte, flags ...string) (string, error) {
	if err := os.Mkdir(r.path(upkeepFolder), 0o755); err != nil {
		return "", err
	}
	defer os.RemoveAll(r.path(upkeepFolder))
	args := append([]string{"pack-objects", "--quiet", "--delta-base-offset"}, flags...)
	out, err := s.runGit(ctx, r, stdin, append(args, r.path(upkeepFolder, "pack"))...)
	if err != nil {
		return "", err
	}
	name := "pack-" + strings.TrimSpace(out)
	from := func(file string) string { return r.path(upkeepFolder, file) }
	if _, err := s.runGit(ctx, r, nil, "verify-pack", from(indexName(name))); err != nil {
		return "", err
	}
	if err := s.syncAll(from(packFile(name)), from(indexName(name))); err != nil {
		return "", err
	}
	for _, file := range []string{packFile(name), indexName(name)} {
		if err := linkOver(from(file), r.path("objects", "pack", file)); err != nil {
			return "", err
		}
	}
	r.idx.forget()
	return name, s.syncDir(r.path("objects", "pack"))
}

// runGit runs a git command in the repository, with less claim to the processor
// than what answers requests.
func (s *Store) runGit(ctx context.Context, r *repo, stdin []byte, args ...string) (string, error) {
	cmd := s.gitCommand(ctx, r, args...)
	cmd.Args = cmd.Args[:len(cmd.Args)-1] // the folder, which only upload-pack wants named
	var out bytes.Buffer
	complaints := &firstBytes{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, complaints
	if err := cmd.Start(); err != nil {
		return "", err
	}
	lowerPriority(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		return "", errors.Join(ctx.Err(), fmt.Errorf("git %s: %w: %s", args[0], err, complaints))
	}
	return out.String(), nil
}

// packLoose packs the loose objects, which are the ledger's.
func (s *Store) packLoose(ctx context.Context, r *repo, many int) (int, error) {
	loose, err := r.looseObjects()
	if err != nil || len(loose) < many {
		return 0, err
	}
	if err := r.idx.look(); err != nil {
		return 0, err
	}
	var names bytes.Buffer
	packed := 0
	for h := range loose {
		if _, ok := r.idx.known(h); ok {
			packed++
		}
		fmt.Fprintln(&names, h)
	}
	if len(loose)-packed < many {
		return 0, nil
	}
	_, err = s.packObjects(ctx, r, names.Bytes())
	return len(loose), err
}

// looseObjects gives the time of each.
func (r *repo) looseObjects() (map[plumbing.Hash]time.Time, error) {
	found, err := filepath.Glob(r.path("objects", "[0-9a-f][0-9a-f]", "*"))
	if err != nil {
		return nil, err
	}
	loose := map[plumbing.Hash]time.Time{}
	for _, path := range found {
		h, err := parseHash(filepath.Base(filepath.Dir(path)) + filepath.Base(path))
		info, gone := os.Stat(path)
		if err == nil && gone == nil {
			loose[h] = info.ModTime()
		}
	}
	return loose, nil
}
