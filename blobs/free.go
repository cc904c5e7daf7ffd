package blobs

import (
	"syscall"

	"plugforge"
)

// Free is how many bytes the store's disk has left for it.
func (s *Store) Free() (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(s.dir, &fs); err != nil {
		return 0, plugforge.Wrap("blobs.Free", translate(err))
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
