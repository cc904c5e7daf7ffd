package main

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"plugforge/internal/workerapi"
)

func run() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("make the worker undumpable: %w", err)
	}
	// Without a sandbox this process adopts what the plugin leaves behind; in
	// one, the first process does.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	for _, fd := range []int{workerapi.ControlFD, workerapi.CallsFD} {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC); err != nil {
			return fmt.Errorf("descriptor %d is missing: this program is started by plugforge serve", fd)
		}
	}
	control := os.NewFile(workerapi.ControlFD, "control")
	conn, err := net.FileConn(control)
	if err != nil {
		return fmt.Errorf("open the control socket: %w", err)
	}
	_ = control.Close()
	w := &worker{
		calls: os.NewFile(workerapi.CallsFD, "calls"),
		log:   os.Stderr, // go-plugin puts another in its place
		over:  make(chan struct{}),
	}
	workerapi.Serve(w, conn)
	w.kill()
	return nil
}
