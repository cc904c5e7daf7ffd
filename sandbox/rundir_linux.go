package sandbox

import (
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"plugforge"
)

//go:embed all:python
var runnerFiles embed.FS

// runDir is a host's share of the run folder. Everything in it bears a name
// that begins with the host's instance, four hex digits that a lock in
// locks/ holds; what bears the name of an instance that nobody holds was left
// by a server that died, and is swept.
//
//	locks/IIII     flocked for the host's life; lists the cgroups it made
//	bin/IIII…      the worker program
//	runner/IIII…   the Python runner
//	trees/IIII…    plugins' files, one folder a commit
//	IIIIxxxx/      a replica's folder
type runDir struct {
	path     string
	instance string
	lock     *os.File
}

var (
	instanceRule = regexp.MustCompile(`^[0-9a-f]{4}$`)
	ownedRule    = regexp.MustCompile(`^[0-9a-f]{8}([0-9a-f]{24})?$`)
)

// openRunDir makes the folder where it is missing and takes an instance. Only
// the server's user may list it; a replica's user may pass through.
func openRunDir(path string) (*runDir, error) {
	for _, sub := range []string{"", "bin", "runner", "trees"} {
		dir := filepath.Join(path, sub)
		if err := os.MkdirAll(dir, 0o711); err != nil {
			return nil, fmt.Errorf("make the run folder: %w", err)
		}
		if err := os.Chmod(dir, 0o711); err != nil {
			return nil, fmt.Errorf("make the run folder passable: %w", err)
		}
	}
	locks := filepath.Join(path, "locks")
	if err := os.MkdirAll(locks, 0o700); err != nil {
		return nil, fmt.Errorf("make the run folder: %w", err)
	}
	for range 1000 {
		name := randomHex(2)
		lock, err := tryLock(filepath.Join(locks, name))
		if err != nil {
			return nil, fmt.Errorf("lock the run folder: %w", err)
		}
		if lock == nil {
			continue
		}
		// An instance that a dead server left keeps its cgroup list until the
		// sweep has read it.
		if info, err := lock.Stat(); err != nil || info.Size() > 0 {
			_ = lock.Close()
			continue
		}
		return &runDir{path: path, instance: name, lock: lock}, nil
	}
	return nil, plugforge.Errorf(plugforge.CodeUnavailable, "too many servers use the run folder %s", path)
}

// name makes a new name of this instance, of 8 or 32 digits.
func (d *runDir) name(bytes int) string { return d.instance + randomHex(bytes-2) }

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// sweep removes what dead servers left. kill ends what still runs in a cgroup
// and removes it.
func (d *runDir) sweep(kill func(cgroup string) error) error {
	locks, err := os.ReadDir(filepath.Join(d.path, "locks"))
	if err != nil {
		return err
	}
	alive := map[string]bool{d.instance: true}
	ended := map[string]bool{}
	var dead []*os.File
	for _, entry := range locks {
		if entry.Name() == d.instance || !instanceRule.MatchString(entry.Name()) {
			continue
		}
		lock, err := tryLock(filepath.Join(d.path, "locks", entry.Name()))
		if err != nil {
			return err
		}
		if lock == nil {
			alive[entry.Name()] = true
			continue
		}
		dead = append(dead, lock)
		ended[entry.Name()] = true
		list, err := io.ReadAll(io.LimitReader(lock, 1<<20))
		if err != nil {
			return err
		}
		for cgroup := range strings.Lines(string(list)) {
			if err := kill(strings.TrimSpace(cgroup)); err != nil {
				return err
			}
		}
	}
	for _, sub := range []string{"", "bin", "runner", "trees"} {
		if err := d.sweepFolder(filepath.Join(d.path, sub), alive, ended); err != nil {
			return err
		}
	}
	for _, lock := range dead {
		_ = os.Remove(lock.Name())
		_ = lock.Close()
	}
	return nil
}

func (d *runDir) sweepFolder(dir string, alive, ended map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if !ownedRule.MatchString(name) || alive[name[:4]] {
			continue
		}
		// A server that started since the locks were listed has one too. The
		// ended ones' are ours now, and would look held.
		if lock, err := tryLockExisting(filepath.Join(d.path, "locks", name[:4])); !ended[name[:4]] && (err != nil || lock) {
			continue
		}
		if err := removeTree(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// tryLockExisting tells whether somebody holds the lock; a missing one nobody
// holds. It never makes the file.
func tryLockExisting(name string) (held bool, err error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	lock, err := tryLock(name)
	if err != nil {
		return false, err
	}
	if lock == nil {
		return true, nil
	}
	_ = lock.Close()
	return false, nil
}

// close removes what this host laid out and gives the instance back.
func (d *runDir) close() error {
	err := d.sweepOwn()
	_ = os.Remove(d.lock.Name())
	return errors.Join(err, d.lock.Close())
}

func (d *runDir) sweepOwn() error {
	var errs []error
	for _, sub := range []string{"", "bin", "runner", "trees"} {
		entries, err := os.ReadDir(filepath.Join(d.path, sub))
		errs = append(errs, err)
		for _, entry := range entries {
			if ownedRule.MatchString(entry.Name()) && strings.HasPrefix(entry.Name(), d.instance) {
				errs = append(errs, removeTree(filepath.Join(d.path, sub, entry.Name())))
			}
		}
	}
	return errors.Join(errs...)
}

// removeTree removes a folder whatever modes it and its folders have. It
// follows no links.
func removeTree(path string) error {
	_ = filepath.WalkDir(path, func(p string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() {
			_ = os.Chmod(p, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}

// installWorker copies the program to where replicas reach it.
func (d *runDir) installWorker(source string) (string, error) {
	in, err := os.Open(source)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	target := filepath.Join(d.path, "bin", d.name(16))
	out, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return "", err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Chmod(0o755) // whatever the umask
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return "", fmt.Errorf("copy the worker: %w", err)
	}
	return target, nil
}

// installRunner lays the Python runner out, and the few files of /etc that a
// sandbox has of its own.
func (d *runDir) installRunner() (string, error) {
	dir := filepath.Join(d.path, "runner", d.name(16))
	python, err := fs.Sub(runnerFiles, "python")
	if err != nil {
		return "", err
	}
	if err := layOut(filepath.Join(dir, "python"), python); err != nil {
		return "", err
	}
	etc := map[string]string{
		"passwd":        "plugin:x:1000:1000:plugin:/tmp:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
		"group":         "plugin:x:1000:\nnogroup:x:65534:\n",
		"hosts":         "127.0.0.1 localhost plugforge\n",
		"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
	}
	if err := os.MkdirAll(filepath.Join(dir, "etc"), 0o755); err != nil {
		return "", err
	}
	for name, text := range etc {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(text), 0o444); err != nil {
			return "", err
		}
	}
	return dir, passable(dir)
}

// layOut writes a tree's files read-only for everyone who can reach dir.
// Equal trees give equal folders.
func layOut(dir string, tree fs.FS) error {
	return fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case !entry.Type().IsRegular():
			return plugforge.Errorf(plugforge.CodeValidation, "%s is no plain file", plugforge.Printable(path))
		}
		return copyFile(target, tree, path)
	})
}

func copyFile(target string, tree fs.FS, path string) error {
	in, err := tree.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	mode := fs.FileMode(0o444)
	if info, err := in.Stat(); err == nil && info.Mode()&0o111 != 0 {
		mode = 0o555
	}
	out, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Chmod(mode), out.Close())
}

// passable undoes what the umask took from the folders below dir.
func passable(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return nil
	})
}
