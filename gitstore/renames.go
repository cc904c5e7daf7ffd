package gitstore

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"io"
	"path"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// A file that is gone and one that is new are one that was renamed if they are
// equal, or have at least half in common. What is paired with what is decided
// as in git: equal content first, then files that keep their name in another
// folder, then by how much is common.
const (
	fullScore = 60_000
	halfScore = fullScore / 2
	nameScore = fullScore / 4 * 3 // for one that keeps its base name

	// renameWork bounds the comparing of one difference, in pieces of files;
	// beyond it only equal content counts as renamed.
	renameWork = 8_000_000
)

// renamer makes one pair of an added and a deleted file.
type renamer struct {
	p       *patcher
	list    []pair
	gone    []int       // places in list of deleted files, by path
	new     []int       // of added ones
	from    map[int]int // by place of an added file, that of the deleted one
	used    map[int]bool
	scores  map[int]int
	digests map[plumbing.Hash]*digest
	work    int
}

// joinRenames finds the renamed files in a list of differences by path.
func (p *patcher) joinRenames(list []pair) ([]pair, error) {
	r := &renamer{p: p, list: list, from: map[int]int{}, used: map[int]bool{}, scores: map[int]int{}, digests: map[plumbing.Hash]*digest{}, work: renameWork}
	for i, f := range list {
		switch {
		case f.new.path == "":
			r.gone = append(r.gone, i)
		case f.old.path == "":
			r.new = append(r.new, i)
		}
	}
	if len(r.gone) == 0 || len(r.new) == 0 {
		return list, nil
	}
	r.byContent()
	if err := r.byName(); err != nil {
		return nil, err
	}
	if err := r.bySimilarity(); err != nil {
		return nil, err
	}
	return r.joined(), nil
}

func (r *renamer) join(gone, new, score int) {
	r.from[new], r.used[gone], r.scores[new] = gone, true, score
}

// open are the places that no pair was found for yet.
func (r *renamer) open() (gone, new []int) {
	for _, i := range r.gone {
		if !r.used[i] {
			gone = append(gone, i)
		}
	}
	for _, i := range r.new {
		if _, done := r.from[i]; !done {
			new = append(new, i)
		}
	}
	return gone, new
}

// byContent pairs equal files, those that keep their base name before others.
func (r *renamer) byContent() {
	same := map[plumbing.Hash][]int{}
	for _, i := range r.gone {
		same[r.list[i].old.hash] = append(same[r.list[i].old.hash], i)
	}
	for _, i := range r.new {
		best := -1
		for _, k := range same[r.list[i].new.hash] {
			if r.used[k] {
				continue
			}
			if named := r.sameBase(k, i); named || best < 0 {
				if best = k; named {
					break
				}
			}
		}
		if best >= 0 {
			r.join(best, i, fullScore)
		}
	}
}

func (r *renamer) sameBase(gone, new int) bool {
	return path.Base(r.list[gone].old.path) == path.Base(r.list[new].new.path)
}

// byName pairs files whose base name only they have on their side.
func (r *renamer) byName() error {
	type pairing struct{ gone, new []int }
	names := map[string]*pairing{}
	at := func(name string) *pairing {
		base := path.Base(name)
		if names[base] == nil {
			names[base] = &pairing{}
		}
		return names[base]
	}
	gone, new := r.open()
	for _, i := range gone {
		one := at(r.list[i].old.path)
		one.gone = append(one.gone, i)
	}
	for _, i := range new {
		one := at(r.list[i].new.path)
		one.new = append(one.new, i)
	}
	for _, i := range gone {
		one := names[path.Base(r.list[i].old.path)]
		if len(one.gone) != 1 || len(one.new) != 1 {
			continue
		}
		score, err := r.score(i, one.new[0], nameScore)
		if err != nil {
			return err
		}
		if score >= nameScore {
			r.join(i, one.new[0], score)
		}
	}
	return nil
}

// likely is how many files are kept in mind as what one was renamed from.
const likely = 4

type candidate struct {
	gone, new, score int
	named            bool
}

func (c candidate) before(d candidate) int {
	named := func(c candidate) int {
		if c.named {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(d.score, c.score), cmp.Compare(named(d), named(c)))
}

// keepBest puts c among the best. It takes the place of the worst, which
// settles, as in git, who comes first of those that are equally good.
func keepBest(best []candidate, c candidate) []candidate {
	if len(best) < likely {
		return append(best, c)
	}
	worst := 0
	for i := range best {
		if best[worst].before(best[i]) < 0 {
			worst = i
		}
	}
	if c.before(best[worst]) < 0 {
		best[worst] = c
	}
	return best
}

// bySimilarity pairs what is left, the most alike first.
func (r *renamer) bySimilarity() error {
	gone, new := r.open()
	var all []candidate
	for _, n := range new {
		var best []candidate
		for _, g := range gone {
			score, err := r.score(g, n, halfScore)
			if err != nil {
				return err
			}
			best = keepBest(best, candidate{g, n, score, r.sameBase(g, n)})
		}
		all = append(all, best...)
	}
	slices.SortStableFunc(all, candidate.before)
	for _, c := range all {
		if _, done := r.from[c.new]; !done && !r.used[c.gone] && c.score >= halfScore {
			r.join(c.gone, c.new, c.score)
		}
	}
	return nil
}

// joined is the list with each rename in one place, that of the new file.
func (r *renamer) joined() []pair {
	kept := make([]pair, 0, len(r.list))
	for i, f := range r.list {
		if gone, ok := r.from[i]; ok {
			f.old, f.alike = r.list[gone].old, r.scores[i]
		}
		if !r.used[i] {
			kept = append(kept, f)
		}
	}
	return kept
}

// score is how much of the larger file is in the other, of fullScore; 0 where
// it is clear that it is less than least, and where there is no work left.
func (r *renamer) score(gone, new, least int) (int, error) {
	if err := r.p.ctx.Err(); err != nil {
		return 0, err
	}
	if r.work <= 0 {
		return 0, nil
	}
	a, err := r.digest(r.list[gone].old)
	if err != nil {
		return 0, err
	}
	b, err := r.digest(r.list[new].new)
	if err != nil {
		return 0, err
	}
	larger, smaller := max(a.size, b.size), min(a.size, b.size)
	r.work--
	if larger > maxText || larger*int64(fullScore-least) < (larger-smaller)*fullScore {
		return 0, nil
	}
	for _, d := range []*digest{a, b} {
		if err := r.fill(d); err != nil {
			return 0, err
		}
	}
	r.work -= len(a.pieces) + len(b.pieces)
	return int(common(a.pieces, b.pieces) * fullScore / larger), nil
}

// digest is what is known of one file's content.
type digest struct {
	side   file
	size   int64
	filled bool
	pieces []piece // by hash
}

// piece is how many bytes of a file are in pieces that look like this one.
type piece struct {
	hash  uint64
	bytes int64
}

func (r *renamer) digest(side file) (*digest, error) {
	if d := r.digests[side.hash]; d != nil {
		return d, nil
	}
	o, size, err := r.p.from.content(side.hash)
	if err != nil {
		return nil, err
	}
	d := &digest{side: side, size: size}
	r.digests[side.hash] = d
	return d, o.Close()
}

func (r *renamer) fill(d *digest) error {
	if d.filled {
		return nil
	}
	o, _, err := r.p.from.content(d.side.hash)
	if err != nil {
		return err
	}
	defer o.Close()
	data, err := io.ReadAll(io.LimitReader(o, maxText))
	d.pieces, d.filled = r.p.pieces(data), true
	r.work -= len(d.pieces)
	return err
}

const (
	pieceBytes = 64   // a piece ends with its line, or here
	textBytes  = 8000 // a NUL within so many makes a file no text
)

// pieces cuts a file up. In text CR before LF does not count, nor, as in Debian
// 12's git, does a last line that is not ended.
func (p *patcher) pieces(data []byte) []piece {
	text := bytes.IndexByte(data[:min(len(data), textBytes)], 0) < 0
	all := make([]piece, 0, len(data)/32+1)
	buf := make([]byte, 0, pieceBytes)
	for i, c := range data {
		if text && c == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			continue
		}
		if buf = append(buf, c); len(buf) == pieceBytes || c == '\n' {
			all = append(all, piece{maphash.Bytes(p.seed, buf), int64(len(buf))})
			buf = buf[:0]
		}
	}
	slices.SortFunc(all, func(a, b piece) int { return cmp.Compare(a.hash, b.hash) })
	sums := all[:0]
	for _, one := range all {
		if k := len(sums) - 1; k >= 0 && sums[k].hash == one.hash {
			sums[k].bytes += one.bytes
		} else {
			sums = append(sums, one)
		}
	}
	return sums
}

// common is how many bytes both files have.
func common(a, b []piece) (total int64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].hash < b[j].hash:
			i++
		case a[i].hash > b[j].hash:
			j++
		default:
			total += min(a[i].bytes, b[j].bytes)
			i, j = i+1, j+1
		}
	}
	return total
}
