package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"plugforge"
	"plugforge/operator"
)

// checkData tells whether the data folder is there, and refuses what can't be
// one.
func checkData(data string) (there bool, err error) {
	info, err := os.Stat(data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case errors.Is(err, syscall.ENOTDIR):
		return false, usageError{fmt.Errorf("--data %s lies below a file: name a folder", plugforge.Printable(data))}
	case err != nil:
		return false, foreign(data, err)
	case !info.IsDir():
		return false, usageError{fmt.Errorf("--data %s is a file: name a folder", plugforge.Printable(data))}
	}
	return true, nil
}

// checkDatabase refuses a database that this user can't use, before SQLite
// does in words of its own. One that is not there is none of its business.
func checkDatabase(data string) error {
	f, err := os.OpenFile(databaseFile(data), os.O_RDWR, 0)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return foreign(data, err)
	}
	return f.Close()
}

// foreign is the error of a data folder that belongs to somebody else; other
// errors it leaves as they are, but for a disk that nobody may write to.
func foreign(data string, err error) error {
	if errors.Is(err, syscall.EROFS) {
		return &hinted{plugforge.Errorf(plugforge.CodeInternal, "the data folder %s lies on a file system that is read-only", plugforge.Printable(data)),
			"mount it for writing; if it was so before, the system's log says why it is not now"}
	}
	if !errors.Is(err, os.ErrPermission) {
		return err
	}
	return &hinted{plugforge.Errorf(plugforge.CodeInternal, "this user may not use the data folder %s", plugforge.Printable(data)),
		"run it as the user that owns the data folder"}
}

// makeData makes the data folder if it is new, for its owner alone.
func makeData(data string) error {
	err := os.MkdirAll(data, 0o700)
	if errors.Is(err, os.ErrPermission) {
		return &hinted{plugforge.Errorf(plugforge.CodeInternal, "this user can't make the data folder %s", plugforge.Printable(data)),
			fmt.Sprintf("make it as root and give it to this user: install -d -m 700 -o %d %s", os.Geteuid(), plugforge.Printable(data))}
	}
	return err
}

// takeData makes the data folder if it is new, keeps other servers off it, and
// removes the address that a server which was killed left there: who waits for
// the file must not read where that one listened. drop gives the folder up.
func takeData(data string) (drop func(), err error) {
	if err := makeData(data); err != nil {
		return nil, err
	}
	unlock, err := lockData(data)
	if err != nil {
		return nil, foreign(data, err)
	}
	if err := errors.Join(operator.Unfinished(data), removeAddress(data)); err != nil {
		unlock()
		return nil, foreign(data, err)
	}
	return func() { _ = removeAddress(data); unlock() }, nil
}

func removeAddress(data string) error {
	if err := os.Remove(addressFile(data)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func addressFile(data string) string { return filepath.Join(data, "address") }

// lockData makes sure that one server at a time uses a data folder. The lock
// goes with the process, however it ends.
func lockData(data string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	// Who only asks whether a server runs holds it for a moment.
	for range 20 {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil {
		f.Close()
		return nil, plugforge.Errorf(plugforge.CodeConflict, "another plugforge uses the data folder %s: stop it first, or name another folder", data)
	}
	return func() { f.Close() }, nil
}

// writeAddress tells scripts where the server listens, which matters when it
// was told to take a free port. The file is there while the server listens.
func writeAddress(data, address string) error {
	return replaceFile(addressFile(data), []byte(address+"\n"))
}

// urlSecret is what presigned URLs are signed with: made at the first start,
// kept from then on, so that a URL outlives a restart.
func urlSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if err == nil {
		if len(secret) != 32 {
			return nil, fmt.Errorf("%s holds %d bytes where 32 belong: remove it, and the URLs given out so far stop working", file, len(secret))
		}
		// After a power loss both of its names may be there.
		if err := os.Remove(file + fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		return secret, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	secret = make([]byte, 32)
	rand.Read(secret)
	return secret, replaceFile(file, secret)
}

// fresh ends the name of a file that is to replace another.
const fresh = ".new"

// replaceFile writes a small file so that a crash leaves the old one or the
// new one, whole. What it leaves beside them the next call takes up: the data
// folder's lock sees to it that there is one at a time.
func replaceFile(name string, content []byte) (err error) {
	f, err := os.OpenFile(name+fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
