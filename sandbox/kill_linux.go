package sandbox

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// killUser ends every living process whose real user is uid, and tells how
// many it found. The id is one that this host has leased: nobody else has it.
func killUser(uid uint32) (int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	found := 0
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || !runsUnder(pid, uid) {
			continue
		}
		found++
		// The number may name another process by now: hold it, look again.
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue
		}
		if runsUnder(pid, uid) {
			err = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		}
		if err := errors.Join(ignoreGone(err), unix.Close(fd)); err != nil {
			return found, err
		}
	}
	return found, nil
}

func ignoreGone(err error) error {
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

func runsUnder(pid int, uid uint32) bool {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(status)) {
		// What has ended and waits to be reaped does nothing any more.
		if rest, ok := strings.CutPrefix(line, "State:"); ok && strings.HasPrefix(strings.TrimSpace(rest), "Z") {
			return false
		}
		if rest, ok := strings.CutPrefix(line, "Uid:"); ok {
			fields := strings.Fields(rest)
			return len(fields) > 0 && fields[0] == strconv.FormatUint(uint64(uid), 10)
		}
	}
	return false
}
