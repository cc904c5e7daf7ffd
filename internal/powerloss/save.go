package powerloss

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Luck says what of the pending is on the disk when the power fails.
type Luck struct {
	chance *rand.Rand // nil: all or nothing
	all    bool
}

// Nothing that was not synced is on the disk.
func Nothing() Luck { return Luck{} }

// Everything is on the disk, as after kill -9.
func Everything() Luck { return Luck{all: true} }

// Some of it is: of a folder's names those given first, how many is chance; of
// a file's bytes any sectors, and of a file that grew also zeroes in their
// place. The same seed gives the same state.
func Some(seed uint64) Luck { return Luck{chance: rand.New(rand.NewPCG(seed, seed))} }

const sector = 512

// Save writes a state that the disk may be in to a new folder.
func (d *Disk) Save(to string, luck Luck) error {
	return luck.save(d.root, to, map[*node]string{})
}

func (l Luck) save(n *node, to string, saved map[*node]string) error {
	if !n.folder {
		if other := saved[n]; other != "" {
			return os.Link(other, to)
		}
		saved[n] = to
		return os.WriteFile(to, l.content(n), n.mode)
	}
	if err := os.Mkdir(to, n.mode); err != nil {
		return err
	}
	names := l.children(n)
	for _, name := range slices.Sorted(maps.Keys(names)) { // chance goes by the order
		if err := l.save(names[name], filepath.Join(to, name), saved); err != nil {
			return err
		}
	}
	return nil
}

func (l Luck) children(n *node) map[string]*node {
	names := maps.Clone(n.names)
	count := 0
	switch {
	case l.all:
		count = len(n.changes)
	case l.chance != nil:
		count = l.chance.IntN(len(n.changes) + 1)
	}
	for _, c := range n.changes[:count] {
		c.apply(names)
	}
	return names
}

func (l Luck) content(n *node) []byte {
	data := n.data
	for _, w := range n.writes {
		switch {
		case l.all:
			data = w.apply(data)
		case l.chance == nil:
		case w.data == nil:
			if l.chance.IntN(2) == 0 {
				data = w.apply(data)
			}
		default:
			data = l.torn(w, data)
		}
	}
	return data
}

// torn applies some of a write's sectors.
func (l Luck) torn(w write, data []byte) []byte {
	if l.chance.IntN(3) == 0 && w.off+int64(len(w.data)) > int64(len(data)) {
		return resize(data, w.off+int64(len(w.data))) // the size without the bytes
	}
	for from := int64(0); from < int64(len(w.data)); {
		until := min((w.off+from)/sector*sector+sector-w.off, int64(len(w.data)))
		if l.chance.IntN(2) == 0 {
			data = write{off: w.off + from, data: w.data[from:until]}.apply(data)
		}
		from = until
	}
	return data
}
