package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"plugforge"
)

// lockData makes sure that one server at a time uses a data folder. The lock
// goes with the process, however it ends.
func lockData(data string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, plugforge.Errorf(plugforge.CodeConflict, "another plugforge uses the data folder %s: stop it first, or name another folder", data)
	}
	return func() { f.Close() }, nil
}

// writeAddress tells scripts where the server listens, which matters when it
// was told to take a free port.
func writeAddress(data, address string) error {
	return replaceFile(filepath.Join(data, "address"), []byte(address+"\n"))
}

// urlSecret is what presigned URLs are signed with: made at the first start,
// kept from then on, so that a URL outlives a restart.
func urlSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if err == nil {
		if len(secret) != 32 {
			return nil, fmt.Errorf("%s holds %d bytes where 32 belong: remove it, and the URLs given out so far stop working", file, len(secret))
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

// replaceFile writes a small file so that a crash leaves the old one or the
// new one, whole. What it leaves beside them the next call takes up: the data
// folder's lock sees to it that there is one at a time.
func replaceFile(name string, content []byte) (err error) {
	f, err := os.OpenFile(name+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
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
