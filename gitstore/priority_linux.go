package gitstore

import "syscall"

// lowerPriority lets everything else go first. If it can't, the process runs as
// others do.
func lowerPriority(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10) }
