package sandbox

// allowedCalls are the system calls that a replica may make, with what
// filter_linux.go says of some of their arguments. A machine that lacks one
// (arm64 has no open) does without.
//
// What is left out on purpose, beside what needs capabilities anyway: clone3,
// whose flags no filter can see (libraries fall back to clone); unshare and
// setns; ptrace, process_vm_*, process_madvise, pidfd_getfd and kcmp, which reach into other processes;
// bpf, io_uring_*, userfaultfd, perf_event_open, keyctl and its kin, which are
// where kernels break; memfd_* and the shared memory, semaphores and queues of
// System V and mqueue, which hold memory that no size of a tmpfs bounds;
// open_by_handle_at and name_to_handle_at, fanotify, quotactl; sync and
// syncfs, which make the whole machine wait; execveat; setuid and its kin.
const allowedCalls = `
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2
open openat openat2 creat close close_range lseek dup dup2 dup3 fcntl ioctl flock
stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2
readlink readlinkat getdents getdents64 getcwd chdir fchdir
mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat umask
utime utimes utimensat futimesat truncate ftruncate fallocate fadvise64 readahead
fsync fdatasync sync_file_range copy_file_range sendfile splice tee
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
inotify_init inotify_init1 inotify_add_watch inotify_rm_watch

mmap munmap mprotect mremap madvise mincore msync brk mseal map_shadow_stack
mlock mlock2 munlock mlockall munlockall membarrier get_mempolicy

clone fork vfork execve exit exit_group wait4 waitid
getpid getppid gettid getpgid getpgrp setpgid getsid setsid
getuid geteuid getgid getegid getresuid getresgid getgroups capget
kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal
set_tid_address set_robust_list get_robust_list rseq arch_prctl prctl personality
getrlimit setrlimit prlimit64 getrusage times uname sysinfo getcpu
getpriority setpriority ioprio_get sched_yield sched_getaffinity sched_setaffinity
sched_getparam sched_setparam sched_getscheduler sched_setscheduler sched_getattr sched_setattr
sched_get_priority_min sched_get_priority_max sched_rr_get_interval

rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait
sigaltstack signalfd signalfd4 pause restart_syscall
alarm setitimer getitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
timerfd_create timerfd_settime timerfd_gettime
time gettimeofday clock_gettime clock_getres nanosleep clock_nanosleep

futex futex_wait futex_wake futex_requeue futex_waitv
select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
eventfd eventfd2 pipe pipe2 getrandom

socket socketpair bind connect listen accept accept4 getsockname getpeername
sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown setsockopt getsockopt
`
