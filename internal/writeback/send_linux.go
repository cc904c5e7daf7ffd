package writeback

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// send starts writing the bytes from begun to end and waits for what lies
// before them.
func send(f *os.File, begun, end int64) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var sent error
	err = conn.Control(func(fd uintptr) {
		sent = unix.SyncFileRange(int(fd), begun, end-begun, unix.SYNC_FILE_RANGE_WRITE)
		if sent == nil && begun > 0 {
			before := max(begun-stretch, 0)
			sent = unix.SyncFileRange(int(fd), before, begun-before, unix.SYNC_FILE_RANGE_WAIT_BEFORE)
		}
	})
	// Some file systems can't; then the sync at the end does it all.
	for _, unable := range []error{unix.ENOSYS, unix.EINVAL, unix.EOPNOTSUPP, unix.ESPIPE, unix.EPERM} {
		if errors.Is(sent, unable) {
			sent = nil
		}
	}
	if sent != nil {
		sent = os.NewSyscallError("sync_file_range", sent)
	}
	return errors.Join(err, sent)
}
