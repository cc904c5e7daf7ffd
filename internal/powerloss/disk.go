package powerloss

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Disk is a folder of a traced program's, as the program sees it and as the
// disk is sure to hold it.
type Disk struct {
	path string
	root *node
	fds  map[int64]*file
	done []int // by call: how many changes were made when it ended
	made int
}

// file is an open one.
type file struct {
	node *node
	pos  int64
}

// node is a file or a folder. What is pending was not synced.
type node struct {
	folder bool
	mode   fs.FileMode

	data    []byte // of a file: synced
	writes  []write
	names   map[string]*node // of a folder: synced
	changes []change

	nowNames map[string]*node // of a folder: as the program sees it
}

// write is one that is pending; a nil data cuts the file, or stretches it, to
// off bytes.
type write struct {
	at   int // number of the change
	off  int64
	data []byte
}

// change is one name that is pending; a nil node takes it away.
type change struct {
	at   int
	name string
	node *node
}

// Load reads the folder as a disk on which all is synced.
func Load(path string) (*Disk, error) {
	d := &Disk{path: path, fds: map[int64]*file{}}
	var err error
	d.root, err = load(path)
	return d, err
}

func load(path string) (*node, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	n := &node{folder: info.IsDir(), mode: info.Mode().Perm()}
	if !n.folder {
		n.data, err = os.ReadFile(path)
		return n, err
	}
	n.names = map[string]*node{}
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		if err == nil {
			n.names[e.Name()], err = load(filepath.Join(path, e.Name()))
		}
	}
	n.nowNames = maps.Clone(n.names)
	return n, err
}

// Do follows a call. It says whether the disk may hold something else after it
// than before; an error is a call that it can't follow.
func (d *Disk) Do(c Call) (changed bool, err error) {
	before := d.made
	synced, err := d.do(c)
	d.done = append(d.done, d.made)
	if err != nil {
		return false, fmt.Errorf("%s %.300v: %w", c.Name, c.Args, err)
	}
	return synced || d.made != before, nil
}

func (d *Disk) do(c Call) (synced bool, err error) {
	switch c.Name {
	case "openat":
		return false, d.open(c)
	case "write", "pwrite64":
		return false, d.write(c)
	case "ftruncate":
		if f := d.fds[c.Args[0].Int()]; f != nil && d.inside(c.Args[0].Path) {
			d.made++
			f.node.writes = append(f.node.writes, write{d.made, c.Args[1].Int(), nil})
		}
	case "fsync", "fdatasync":
		return d.sync(c), nil
	case "rename":
		return false, d.rename(string(c.Args[0].Data), string(c.Args[1].Data))
	case "renameat", "renameat2":
		return false, d.rename(at(c.Args[0], c.Args[1]), at(c.Args[2], c.Args[3]))
	case "link":
		return false, d.link(string(c.Args[0].Data), string(c.Args[1].Data))
	case "linkat":
		return false, d.link(at(c.Args[0], c.Args[1]), at(c.Args[2], c.Args[3]))
	case "unlink", "rmdir":
		return false, d.unlink(string(c.Args[0].Data))
	case "unlinkat":
		return false, d.unlink(at(c.Args[0], c.Args[1]))
	case "mkdir":
		return false, d.mkdir(string(c.Args[0].Data))
	case "mkdirat":
		return false, d.mkdir(at(c.Args[0], c.Args[1]))
	default: // a call that could change the folder in a way not followed here
		for _, a := range c.Args {
			if d.inside(a.Path) || d.inside(string(a.Data)) {
				return false, fmt.Errorf("the call is not known here")
			}
		}
	}
	return false, nil
}

// at is the path of a name beside a folder's descriptor.
func at(folder, name Arg) string {
	if filepath.IsAbs(string(name.Data)) {
		return string(name.Data)
	}
	return filepath.Join(folder.Path, string(name.Data))
}

func (d *Disk) inside(path string) bool { return path == d.path || strings.HasPrefix(path, d.path+"/") }

// find gives the node at a path as the program sees it, its folder and its
// name there. A nil folder is a path outside.
func (d *Disk) find(path string) (n, folder *node, name string) {
	path = filepath.Clean(path)
	if path == d.path {
		return d.root, nil, ""
	}
	if !d.inside(path) {
		return nil, nil, ""
	}
	n = d.root
	for _, name = range strings.Split(strings.TrimPrefix(path, d.path+"/"), "/") {
		if folder = n; folder == nil || !folder.folder {
			return nil, nil, ""
		}
		n = folder.nowNames[name]
	}
	return n, folder, name
}

func (d *Disk) give(folder *node, name string, n *node) {
	d.made++
	folder.changes = append(folder.changes, change{d.made, name, n})
	if folder.nowNames[name] = n; n == nil {
		delete(folder.nowNames, name)
	}
}

func (d *Disk) open(c Call) error {
	path, flags := at(c.Args[0], c.Args[1]), c.Args[2].Text
	delete(d.fds, c.Ret)
	n, folder, name := d.find(path)
	if n == nil && folder == nil {
		return nil
	}
	if n == nil {
		if !strings.Contains(flags, "O_CREAT") {
			return fmt.Errorf("%s was opened and is not known", path)
		}
		n = &node{mode: 0o644}
		if len(c.Args) > 3 {
			n.mode = fs.FileMode(c.Args[3].Int()) & 0o777
		}
		d.give(folder, name, n)
	} else if strings.Contains(flags, "O_TRUNC") {
		d.made++
		n.writes = append(n.writes, write{d.made, 0, nil})
	}
	f := &file{node: n}
	if strings.Contains(flags, "O_APPEND") {
		f.pos = int64(len(n.now()))
	}
	d.fds[c.Ret] = f
	return nil
}

func (d *Disk) write(c Call) error {
	fd := c.Args[0]
	if !d.inside(fd.Path) {
		return nil
	}
	f := d.fds[fd.Int()]
	if f == nil {
		return fmt.Errorf("the descriptor is not known")
	}
	d.made++
	off := f.pos
	if c.Name == "pwrite64" {
		off = c.Args[3].Int()
	} else {
		f.pos += c.Ret
	}
	f.node.writes = append(f.node.writes, write{d.made, off, c.Args[1].Data[:c.Ret]})
	return nil
}

// sync makes sure of what was pending when the call began.
func (d *Disk) sync(c Call) bool {
	if !d.inside(c.Args[0].Path) {
		return false
	}
	f := d.fds[c.Args[0].Int()]
	if f == nil {
		return false
	}
	until := 0
	if c.Begun > 0 {
		until = d.done[c.Begun-1]
	}
	n := f.node
	if n.folder {
		i := 0
		for ; i < len(n.changes) && n.changes[i].at <= until; i++ {
			n.changes[i].apply(n.names)
		}
		n.changes = n.changes[i:]
		return i > 0
	}
	i := 0
	for ; i < len(n.writes) && n.writes[i].at <= until; i++ {
		n.data = n.writes[i].apply(n.data)
	}
	n.writes = n.writes[i:]
	return i > 0
}

func (c change) apply(names map[string]*node) {
	if names[c.name] = c.node; c.node == nil {
		delete(names, c.name)
	}
}

func (w write) apply(data []byte) []byte {
	if w.data == nil {
		return resize(data, w.off)
	}
	if end := w.off + int64(len(w.data)); int64(len(data)) < end {
		data = resize(data, end)
	} else {
		data = slices.Clone(data)
	}
	copy(data[w.off:], w.data)
	return data
}

func resize(data []byte, size int64) []byte {
	out := make([]byte, size)
	copy(out, data)
	return out
}

// now is a file's content as the program sees it.
func (n *node) now() []byte {
	data := n.data
	for _, w := range n.writes {
		data = w.apply(data)
	}
	return data
}

func (d *Disk) rename(from, to string) error {
	n, folder, name := d.find(from)
	_, into, as := d.find(to)
	if folder == nil && into == nil {
		return nil
	}
	if n == nil || into == nil {
		return fmt.Errorf("a name comes from outside or goes there")
	}
	d.give(into, as, n)
	d.give(folder, name, nil)
	return nil
}

func (d *Disk) link(from, to string) error {
	n, _, _ := d.find(from)
	_, into, as := d.find(to)
	if n == nil && into == nil {
		return nil
	}
	if n == nil || into == nil {
		return fmt.Errorf("a link comes from outside or goes there")
	}
	d.give(into, as, n)
	return nil
}

func (d *Disk) unlink(path string) error {
	n, folder, name := d.find(path)
	if folder == nil {
		return nil
	}
	if n == nil {
		return fmt.Errorf("%s was removed and is not known", path)
	}
	d.give(folder, name, nil)
	return nil
}

func (d *Disk) mkdir(path string) error {
	_, folder, name := d.find(path)
	if folder != nil {
		d.give(folder, name, &node{folder: true, mode: 0o755, names: map[string]*node{}, nowNames: map[string]*node{}})
	}
	return nil
}

// MovedTo says where the folder lies that the program works on, if it was
// loaded from a copy.
func (d *Disk) MovedTo(path string) { d.path = path }
