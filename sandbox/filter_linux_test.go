package sandbox

import (
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// filterMachine runs the filter as the kernel would.
type filterMachine struct {
	vm   *bpf.VM
	arch *arch.Info
}

func newFilterMachine(t testing.TB) *filterMachine {
	t.Helper()
	program, err := filterProgram()
	if err != nil {
		t.Fatal(err)
	}
	if len(program) > 4096 {
		t.Fatalf("%d instructions; the kernel takes 4096", len(program))
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	return &filterMachine{vm, machine}
}

const (
	allowed = 0x7fff0000
	refused = 0x00050000
)

// verdict is what the kernel would get for a call. The machine of the bpf
// package reads its words big endian, seccomp in the machine's own order; so
// each word is written for the former where the latter would find it.
func (m *filterMachine) verdict(t testing.TB, audit uint32, number uint32, args ...uint64) uint32 {
	t.Helper()
	data := make([]byte, 64)
	binary.BigEndian.PutUint32(data[0:], number)
	binary.BigEndian.PutUint32(data[4:], audit)
	for i, arg := range args {
		lo, hi := 16+8*i, 20+8*i
		binary.BigEndian.PutUint32(data[lo:], uint32(arg))
		binary.BigEndian.PutUint32(data[hi:], uint32(arg>>32))
	}
	got, err := m.vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(got)
}

func (m *filterMachine) call(t testing.TB, name string, args ...uint64) uint32 {
	t.Helper()
	number, ok := m.arch.SyscallNames[name]
	if !ok {
		t.Fatalf("no call %s", name)
	}
	return m.verdict(t, uint32(m.arch.ID), uint32(number), args...)
}

// TestFilterAllowsTheListAndNothingElse runs every number there is through the
// filter: with arguments of zero, by each other architecture, and as x32.
func TestFilterAllowsTheListAndNothingElse(t *testing.T) {
	t.Parallel()
	m := newFilterMachine(t)
	list := map[string]bool{}
	for _, name := range strings.Fields(allowedCalls) {
		if list[name] {
			t.Errorf("%s is listed twice", name)
		}
		list[name] = true
		if _, ok := arch.X86_64.SyscallNames[name]; !ok {
			t.Errorf("%s is no system call", name)
		}
	}
	n := 0
	for number := range uint32(1200) {
		name := m.arch.SyscallNumbers[int(number)]
		want := uint32(refused | uint32(unix.ENOSYS))
		switch {
		case name == "socketpair": // of family 0
			want = refused | uint32(unix.EAFNOSUPPORT)
		case name == "socket":
			want = refused | uint32(unix.EAFNOSUPPORT)
		case name == "ioctl":
			want = refused | uint32(unix.ENOTTY)
		case name == "prctl":
			want = refused | uint32(unix.EINVAL)
		case name != "" && list[name]:
			want = allowed
			n++
		}
		if got := m.verdict(t, uint32(m.arch.ID), number); got != want {
			t.Errorf("call %d %s: %#x, want %#x", number, name, got, want)
		}
		for _, other := range []uint32{0, 0x40000003, 0x40000028, 0xc00000b7, 0xc000003e, 0xffffffff} {
			if got := m.verdict(t, other, number); other != uint32(m.arch.ID) && got != refused|uint32(unix.ENOSYS) {
				t.Errorf("call %d of architecture %#x: %#x", number, other, got)
			}
		}
		if runtime.GOARCH != "amd64" {
			continue
		}
		for _, x32 := range []uint32{0x40000000, 0x80000000, 0xc0000000} {
			if got := m.verdict(t, uint32(m.arch.ID), x32|number); got != refused|uint32(unix.ENOSYS) {
				t.Errorf("call %#x: %#x", x32|number, got)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d calls are allowed", n)
	}
}

// TestFilterReadsArguments tries each rule at both sides of its border.
func TestFilterReadsArguments(t *testing.T) {
	t.Parallel()
	m := newFilterMachine(t)
	const high = 1 << 32
	no := func(errno unix.Errno) uint32 { return refused | uint32(errno) }
	for _, one := range []struct {
		name string
		args []uint64
		want uint32
	}{
		{"clone", []uint64{uint64(unix.SIGCHLD)}, allowed},
		{"clone", []uint64{unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD | unix.CLONE_SYSVSEM | unix.CLONE_SETTLS | unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_CLEARTID}, allowed},
		{"clone", []uint64{unix.CLONE_VM | unix.CLONE_VFORK | unix.CLONE_PIDFD | uint64(unix.SIGCHLD)}, allowed},
		{"clone", []uint64{unix.CLONE_NEWUSER}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWUSER | high}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWNS | uint64(unix.SIGCHLD)}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWCGROUP}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWUTS}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWIPC}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWPID}, no(unix.EPERM)},
		{"clone", []uint64{unix.CLONE_NEWNET | 0xffffffff<<32}, no(unix.EPERM)},
		{"ioctl", []uint64{0, unix.TCGETS}, allowed},
		{"ioctl", []uint64{0, tcgets2}, allowed},
		{"ioctl", []uint64{0, unix.TIOCINQ}, allowed},
		{"ioctl", []uint64{0, unix.TIOCSTI}, no(unix.ENOTTY)},
		{"ioctl", []uint64{0, unix.TIOCSTI | high}, no(unix.ENOTTY)},
		{"ioctl", []uint64{0, unix.TCGETS | high}, no(unix.ENOTTY)},
		{"ioctl", []uint64{0, unix.TIOCLINUX}, no(unix.ENOTTY)},
		{"ioctl", []uint64{0, unix.TIOCLINUX | 0x80000000<<32}, no(unix.ENOTTY)},
		{"socket", []uint64{unix.AF_UNIX, unix.SOCK_STREAM | unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK, 0}, allowed},
		{"socket", []uint64{unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_TCP}, allowed},
		{"socket", []uint64{unix.AF_INET6, unix.SOCK_DGRAM | unix.SOCK_CLOEXEC, unix.IPPROTO_UDP}, allowed},
		{"socket", []uint64{unix.AF_INET, unix.SOCK_RAW, 0}, no(unix.ESOCKTNOSUPPORT)},
		{"socket", []uint64{unix.AF_INET, unix.SOCK_STREAM, 262}, no(unix.EPROTONOSUPPORT)},
		{"socket", []uint64{unix.AF_INET | high, unix.SOCK_STREAM, 0}, no(unix.EAFNOSUPPORT)},
		{"socket", []uint64{unix.AF_NETLINK, unix.SOCK_RAW, 0}, no(unix.EAFNOSUPPORT)},
		// The number of ioctl, with arguments that an ioctl may have.
		{"socket", []uint64{16, unix.TCGETS, 0}, no(unix.EAFNOSUPPORT)},
		{"socketpair", []uint64{unix.AF_UNIX, unix.SOCK_STREAM, 0}, allowed},
		{"socketpair", []uint64{unix.AF_INET, unix.SOCK_STREAM, 0}, no(unix.EAFNOSUPPORT)},
		{"prctl", []uint64{unix.PR_SET_VMA}, allowed},
		{"prctl", []uint64{unix.PR_GET_NAME}, allowed}, // 16 as well
		{"prctl", []uint64{unix.PR_SET_MM}, no(unix.EINVAL)},
		{"prctl", []uint64{unix.PR_SET_PTRACER}, no(unix.EINVAL)},
		{"prctl", []uint64{unix.PR_SET_SECCOMP}, no(unix.EINVAL)},
		{"personality", []uint64{0xffffffff}, allowed},
		{"personality", []uint64{0x0400000}, no(unix.EPERM)}, // READ_IMPLIES_EXEC
		{"personality", []uint64{0x0400000 | high}, no(unix.EPERM)},
	} {
		if got := m.call(t, one.name, one.args...); got != one.want {
			t.Errorf("%s%#x: %#x, want %#x", one.name, one.args, got, one.want)
		}
	}
	// No small number as an argument turns one call into another: each of
	// these would be a number that the list has.
	for n := range uint64(512) {
		for name, want := range map[string][]uint32{
			"clone":       {allowed},
			"ioctl":       {no(unix.ENOTTY)},
			"socket":      {allowed, no(unix.EAFNOSUPPORT), no(unix.ESOCKTNOSUPPORT), no(unix.EPROTONOSUPPORT)},
			"personality": {allowed, no(unix.EPERM)},
			"unshare":     {no(unix.ENOSYS)},
		} {
			got := m.call(t, name, n, n, n)
			ok := false
			for _, w := range want {
				ok = ok || got == w
			}
			if name == "personality" {
				ok = (got == allowed) == (n == 0)
			}
			if !ok {
				t.Errorf("%s(%d, %d, %d): %#x", name, n, n, n, got)
			}
		}
	}
}

// FuzzFilter holds the filter against its rules said in another way.
func FuzzFilter(f *testing.F) {
	f.Add(uint32(16), uint64(0), uint64(unix.TIOCSTI|1<<32), uint64(0))
	f.Add(uint32(56), uint64(unix.CLONE_NEWUSER), uint64(0), uint64(0))
	f.Add(uint32(41), uint64(16), uint64(3), uint64(0))
	m := newFilterMachine(f)
	list := map[string]bool{}
	for _, name := range strings.Fields(allowedCalls) {
		list[name] = true
	}
	f.Fuzz(func(t *testing.T, number uint32, a, b, c uint64) {
		name := m.arch.SyscallNumbers[int(number)]
		want := list[name] && name != ""
		in := func(x uint64, of ...uint64) bool {
			for _, y := range of {
				if x == y {
					return true
				}
			}
			return false
		}
		switch name {
		case "clone":
			want = a&0x7e020000 == 0
		case "ioctl":
			want = in(b, 0x5401, 0x802c542a, 0x5413, 0x540f, 0x541b, 0x5421, 0x5450, 0x5451)
		case "socket":
			kind := b &^ (unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK)
			want = in(a, 1, 2, 10) && in(kind, 1, 2, 5) && in(c, 0, 6, 17)
		case "socketpair":
			want = a == 1
		case "personality":
			want = in(a, 0, 0xffffffff)
		case "prctl":
			want = in(a, 1, 2, 3, 4, 15, 16, 21, 23, 29, 30, 36, 37, 38, 39, 41, 42, 0x53564d41)
		}
		if got := m.verdict(t, uint32(m.arch.ID), number, a, b, c); (got == allowed) != want {
			t.Errorf("%s(%#x, %#x, %#x): %#x", name, a, b, c, got)
		}
	})
}
