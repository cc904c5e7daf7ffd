package operator

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncTree makes everything below a folder durable: one call for the whole file
// system, where a call for each of some ten thousand files takes minutes.
func syncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(unix.Syncfs(int(f.Fd())), f.Close())
}
