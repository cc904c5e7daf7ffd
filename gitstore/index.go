package gitstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// place is where an object lies: which pack, and how far into it.
type place struct {
	pack   string // the pack's name without folder and ending
	offset int64
	whole  bool // it was read to its end, and its bytes fit its name
}

// packIndex knows where each packed object of one repository lies. It reads
// each pack's index once; packs never change, they come and go.
type packIndex struct {
	dir string

	mu    sync.Mutex
	packs map[string]bool // false: its index could not be read
	where map[plumbing.Hash]place
	stamp time.Time // the folder's time at the last look
	sure  bool      // a change after that look would have moved stamp
}

func newPackIndex(dir string) *packIndex {
	return &packIndex{dir: dir, packs: map[string]bool{}, where: map[plumbing.Hash]place{}}
}

// find looks an object up, and looks at the folder again before it says no.
func (x *packIndex) find(h plumbing.Hash) (place, bool, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if at, ok := x.where[h]; ok {
		return at, true, nil
	}
	if err := x.refresh(true); err != nil {
		return place{}, false, err
	}
	at, ok := x.where[h]
	return at, ok, nil
}

// known looks an object up in what the last look showed.
func (x *packIndex) known(h plumbing.Hash) (place, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	at, ok := x.where[h]
	return at, ok
}

// all lists what the packs hold.
func (x *packIndex) all() ([]plumbing.Hash, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refresh(true); err != nil {
		return nil, err
	}
	return slices.Collect(maps.Keys(x.where)), nil
}

// look reads what other processes added, as far as the folder's time tells.
func (x *packIndex) look() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.refresh(false)
}

// forget starts over: packs have gone.
func (x *packIndex) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.packs)
	clear(x.where)
	x.stamp, x.sure = time.Time{}, false
}

// read notes that an object was found whole where it lies.
func (x *packIndex) read(h plumbing.Hash, at place) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.where[h] == at {
		at.whole = true
		x.where[h] = at
	}
}

// add notes a pack that this process has just put into the folder, read back.
func (x *packIndex) add(pack string, entries []packEntry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.packs[pack] = true
	for _, e := range entries {
		x.where[e.hash] = place{pack, e.offset, true}
	}
	if info, err := os.Stat(x.dir); err == nil {
		x.stamp, x.sure = info.ModTime(), false
	}
}

// settle is how long a folder's time may stand still while it changes.
const settle = 50 * time.Millisecond

func (x *packIndex) refresh(strict bool) error {
	info, err := os.Stat(x.dir)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(x.stamp) && (x.sure || !strict) {
		return nil
	}
	x.stamp, x.sure = info.ModTime(), time.Since(info.ModTime()) > settle
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		pack, ok := strings.CutSuffix(entry.Name(), ".idx")
		if _, seen := x.packs[pack]; !ok || seen {
			continue
		}
		list, err := readIndex(filepath.Join(x.dir, entry.Name()))
		x.packs[pack] = err == nil
		if err != nil {
			continue // a torn index hides its pack from us as from git; Recover mends it
		}
		for _, e := range list.entries {
			x.where[e.hash] = place{pack, e.offset, false}
		}
	}
	return nil
}

// indexFile is what a pack's index says.
type indexFile struct {
	entries  []packEntry
	checksum plumbing.Hash // of the pack
}

// readIndex reads a version 2 index. Its own checksum is checked.
func readIndex(path string) (*indexFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	const head, fanout = 8, 256 * 4
	if len(data) < head+fanout+40 || !bytes.Equal(data[:head], []byte("\xfftOc\x00\x00\x00\x02")) {
		return nil, corrupt("index %s is cut short or of an unknown form", filepath.Base(path))
	}
	body, sum := data[:len(data)-20], data[len(data)-20:]
	if got := plainSHA1(body); !bytes.Equal(got[:], sum) {
		return nil, corrupt("index %s does not match its checksum", filepath.Base(path))
	}
	n := int(binary.BigEndian.Uint32(data[head+fanout-4:]))
	names := head + fanout
	crcs := names + 20*n
	offsets := crcs + 4*n
	large := offsets + 4*n
	if n < 0 || large > len(data)-40 {
		return nil, corrupt("index %s claims %d objects", filepath.Base(path), n)
	}
	list := &indexFile{entries: make([]packEntry, n), checksum: plumbing.Hash(data[len(data)-40 : len(data)-20])}
	for i := range n {
		offset := int64(binary.BigEndian.Uint32(data[offsets+4*i:]))
		if offset&(1<<31) != 0 {
			at := large + 8*int(offset&^(1<<31))
			if at+8 > len(data)-40 {
				return nil, corrupt("index %s points outside itself", filepath.Base(path))
			}
			offset = int64(binary.BigEndian.Uint64(data[at:]))
		}
		list.entries[i] = packEntry{
			hash:   plumbing.Hash(data[names+20*i : names+20*i+20]),
			offset: offset,
			crc:    binary.BigEndian.Uint32(data[crcs+4*i:]),
		}
	}
	return list, nil
}

func packFile(pack string) string { return pack + ".pack" }

func indexName(pack string) string { return pack + ".idx" }

func packName(checksum plumbing.Hash) string { return fmt.Sprintf("pack-%s", checksum) }
