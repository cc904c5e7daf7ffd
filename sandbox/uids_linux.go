package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"plugforge"
)

// uidDir holds a file a leased user id. It is one for the machine, whatever
// the run folder, so that two servers never share an id.
const uidDir = "/run/plugforge/uids"

// uidPool is the range of user ids that replicas run under.
type uidPool struct {
	first, last uint32
	dir         string
}

// parseUIDs reads first-last and refuses what overlaps with ids that the
// machine's files give to someone.
func parseUIDs(text string, files uidFiles) (uidPool, error) {
	bad := func(why string) (uidPool, error) {
		return uidPool{}, plugforge.Errorf(plugforge.CodeValidation, "sandbox uids %q: %s", text, why)
	}
	from, to, ok := strings.Cut(text, "-")
	first, err1 := strconv.ParseUint(from, 10, 32)
	last, err2 := strconv.ParseUint(to, 10, 32)
	if !ok || err1 != nil || err2 != nil || first > last {
		return bad("write first-last, such as " + DefaultUIDs)
	}
	if first < 1000 || last > 1<<32-3 {
		return bad("ids below 1000 belong to the system, and the last two stand for nobody")
	}
	pool := uidPool{first: uint32(first), last: uint32(last), dir: uidDir}
	for _, read := range []func(uidPool) (string, error){files.users, files.subordinate} {
		clash, err := read(pool)
		if err != nil {
			return uidPool{}, err
		}
		if clash != "" {
			return bad("it overlaps with " + clash + ": choose another range")
		}
	}
	return pool, nil
}

// uidFiles names the files that give ids away.
type uidFiles struct {
	passwd []string // name:x:uid:…
	subids []string // name:first:count
}

func systemUIDFiles() uidFiles {
	return uidFiles{passwd: []string{"/etc/passwd", "/etc/group"}, subids: []string{"/etc/subuid", "/etc/subgid"}}
}

func (f uidFiles) users(p uidPool) (string, error) {
	return eachLine(f.passwd, func(fields []string) bool {
		id, err := strconv.ParseUint(field(fields, 2), 10, 32)
		return err == nil && p.contains(id)
	})
}

func (f uidFiles) subordinate(p uidPool) (string, error) {
	return eachLine(f.subids, func(fields []string) bool {
		first, err1 := strconv.ParseUint(field(fields, 1), 10, 64)
		count, err2 := strconv.ParseUint(field(fields, 2), 10, 64)
		return err1 == nil && err2 == nil && count > 0 && first <= uint64(p.last) && first+count > uint64(p.first)
	})
}

func (p uidPool) contains(id uint64) bool { return id >= uint64(p.first) && id <= uint64(p.last) }

func field(fields []string, i int) string {
	if i < len(fields) {
		return fields[i]
	}
	return ""
}

// eachLine finds the first line that hits, as "file (name)". A file that does
// not exist gives nothing away.
func eachLine(files []string, hit func(fields []string) bool) (string, error) {
	for _, name := range files {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read who has which user id: %w", err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if fields := strings.Split(lines.Text(), ":"); hit(fields) {
				_ = f.Close()
				return fmt.Sprintf("%s (%s)", name, plugforge.Printable(fields[0])), nil
			}
		}
		err = lines.Err()
		_ = f.Close()
		if err != nil {
			return "", fmt.Errorf("read %s: %w", name, err)
		}
	}
	return "", nil
}

// uidLease is one id, this host's alone until released.
type uidLease struct {
	id   uint32
	file *os.File
}

// lease takes a free id of the pool.
func (p uidPool) lease() (*uidLease, error) {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, err
	}
	n := uint64(p.last-p.first) + 1
	start := rand.Uint64N(n)
	for i := range n {
		id := p.first + uint32((start+i)%n)
		f, err := tryLock(filepath.Join(p.dir, strconv.FormatUint(uint64(id), 10)))
		if err != nil {
			return nil, fmt.Errorf("lease a user id: %w", err)
		}
		if f != nil {
			return &uidLease{id: id, file: f}, nil
		}
	}
	return nil, plugforge.Errorf(plugforge.CodeUnavailable,
		"all %d user ids of the sandbox pool are in use: widen --sandbox-uids or stop replicas", n)
}

// sweep removes the files of ids whose servers died.
func (p uidPool) sweep() {
	entries, _ := os.ReadDir(p.dir)
	for _, entry := range entries {
		if f, err := tryLock(filepath.Join(p.dir, entry.Name())); err == nil && f != nil {
			_ = os.Remove(f.Name())
			_ = f.Close()
		}
	}
}

// release gives the id back. Nothing may run under it any more.
func (l *uidLease) release() {
	_ = os.Remove(l.file.Name())
	_ = l.file.Close()
}

// tryLock makes and locks a file; nil without error when another has it.
func tryLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, err
	}
	// Its last owner may have removed it between the two steps.
	mine, err1 := f.Stat()
	there, err2 := os.Stat(name)
	if err1 != nil || err2 != nil || !os.SameFile(mine, there) {
		_ = f.Close()
		return nil, nil
	}
	return f, nil
}

// mapped tells whether this process may become every id of the pool; in a
// container with a user namespace of its own it may not.
func (p uidPool) mapped() bool {
	for _, file := range []string{"/proc/self/uid_map", "/proc/self/gid_map"} {
		data, err := os.ReadFile(file)
		if err != nil {
			return true // no user namespaces: every id is there
		}
		ok := false
		for text := range strings.Lines(string(data)) {
			var inside, outside, count uint64
			if n, _ := fmt.Sscan(text, &inside, &outside, &count); n == 3 {
				ok = ok || inside <= uint64(p.first) && uint64(p.last) < inside+count
			}
		}
		if !ok {
			return false
		}
	}
	return true
}
