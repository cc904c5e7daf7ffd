// Package powerloss tells what a disk may hold after the power fails.
//
// A program that was traced (strace, see Arguments) has told the system what to
// write. Until a file is synced the disk may hold any part of what was written
// to it, and until a folder is synced any part of the names that were given in
// it, whatever the order; what was synced it holds. Disk follows a trace call by
// call, and Save writes out one state that the disk may be in then. A test
// starts the program on it and sees whether anything acknowledged is gone.
//
// It is harder than most file systems, which write names in order: what passes
// here does not rely on one of them. It does not model a disk that loses what
// it said was synced.
//
// It is for tests only.
package powerloss

// Arguments are strace's, before "-o FILE PROGRAM …", for a trace that Disk
// reads. The program stays the direct child of who starts strace.
func Arguments() []string {
	return []string{"-D", "-f", "-y", "-xx", "-s", "100000000", "--seccomp-bpf", "-e",
		"trace=openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,rename,renameat,renameat2," +
			"link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,symlinkat,fsync,fdatasync,sync,syncfs,sync_file_range," +
			"copy_file_range,sendfile,splice"}
}
