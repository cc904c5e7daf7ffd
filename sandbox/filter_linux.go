package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// The filter of system calls is an allow-list: what is not in syscalls_linux.go
// answers ENOSYS, as on a kernel that never had it, and so does every call by
// another convention (x32, 32-bit). bwrap loads it last of all, before the
// worker's first instruction, so that the worker too is behind it.

// systemCalls assembles the filter, in the form in which bwrap reads it.
func systemCalls() ([]byte, error) {
	program, err := filterProgram()
	if err != nil {
		return nil, fmt.Errorf("assemble the filter of system calls: %w", err)
	}
	raw, err := bpf.Assemble(program)
	if err != nil {
		return nil, fmt.Errorf("assemble the filter of system calls: %w", err)
	}
	return encodeFilter(raw), nil
}

// encodeFilter lays a program out as the kernel takes it.
func encodeFilter(program []bpf.RawInstruction) []byte {
	var out []byte
	for _, i := range program {
		// struct sock_filter, in the machine's order.
		out = binary.NativeEndian.AppendUint16(out, i.Op)
		out = append(out, i.Jt, i.Jf)
		out = binary.NativeEndian.AppendUint32(out, i.K)
	}
	return out
}

// filterProgram strings programs together: one for each rule about arguments,
// and the list of names last. Each begins by loading architecture and number
// anew and, where it has nothing against a call, goes on with the next. That
// is not only for reading: within one program the library goes on comparing
// with the argument it loaded for a rule that did not match, as if that were
// the number of the call.
func filterProgram() ([]bpf.Instruction, error) {
	var program []bpf.Instruction
	for _, rule := range argumentRules() {
		policy := seccomp.Policy{DefaultAction: seccomp.ActionAllow, Syscalls: []seccomp.SyscallGroup{{
			NamesWithCondtions: []seccomp.NameWithConditions{{Name: rule.name, Conditions: rule.refused}},
			Action:             seccomp.ActionErrno | seccomp.Action(rule.errno),
		}}}
		part, err := withoutDefault(policy)
		if err != nil {
			return nil, err
		}
		program = append(program, part...)
	}
	policy, err := allowList()
	if err != nil {
		return nil, err
	}
	part, err := withoutDefault(policy)
	return append(append(program, part...), bpf.RetConstant{Val: uint32(seccomp.ActionErrno) | uint32(unix.ENOSYS)}), err
}

// withoutDefault assembles a policy less its last instruction, to which goes
// what matches nothing; so it goes to whatever is put behind.
func withoutDefault(policy seccomp.Policy) ([]bpf.Instruction, error) {
	part, err := policy.Assemble()
	if err != nil {
		return nil, err
	}
	last := len(part) - 1
	if end, ok := part[last].(bpf.RetConstant); !ok || end.Val != uint32(policy.DefaultAction) {
		return nil, errors.New("the library's program does not end with its default")
	}
	return part[:last], nil
}

// allowList is the policy of names alone.
func allowList() (seccomp.Policy, error) {
	policy := seccomp.Policy{DefaultAction: seccomp.ActionKillProcess} // cut off
	machine, err := arch.GetInfo("")
	if err != nil {
		return policy, err
	}
	var known []string
	for _, name := range strings.Fields(allowedCalls) {
		if _, ok := machine.SyscallNames[name]; ok {
			known = append(known, name)
		}
	}
	// In groups within reach of a conditional jump.
	const reach = 200
	for len(known) > 0 {
		n := min(reach, len(known))
		policy.Syscalls = append(policy.Syscalls, seccomp.SyscallGroup{Names: known[:n], Action: seccomp.ActionAllow})
		known = known[n:]
	}
	return policy, nil
}

// argumentRule refuses an allowed call when all conditions hold.
type argumentRule struct {
	name    string
	refused seccomp.ArgumentConditions
	errno   unix.Errno
}

// argumentRules are about calls whose arguments choose what they do. A value
// that must be one of some is compared in all of its 64 bits, though the kernel
// looks at 32 of them: what is not exactly the one that was meant is refused.
// Of bits that must not be there, those above the kernel's do nothing.
func argumentRules() []argumentRule {
	const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
		unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET
	return []argumentRule{
		{"clone", seccomp.ArgumentConditions{{Argument: 0, Operation: seccomp.BitsSet, Value: namespaces}}, unix.EPERM},
		{"ioctl", noneOf(1, unix.TCGETS, tcgets2, unix.TIOCGWINSZ, unix.TIOCGPGRP, unix.TIOCINQ, fionbio, fioclex, fionclex), unix.ENOTTY},
		{"socket", noneOf(0, unix.AF_UNIX, unix.AF_INET, unix.AF_INET6), unix.EAFNOSUPPORT},
		{"socket", noneOf(1, socketTypes()...), unix.ESOCKTNOSUPPORT},
		{"socket", noneOf(2, 0, unix.IPPROTO_TCP, unix.IPPROTO_UDP), unix.EPROTONOSUPPORT},
		{"socketpair", noneOf(0, unix.AF_UNIX), unix.EAFNOSUPPORT},
		{"prctl", noneOf(0, unix.PR_SET_PDEATHSIG, unix.PR_GET_PDEATHSIG, unix.PR_SET_DUMPABLE, unix.PR_GET_DUMPABLE,
			unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_GET_SECCOMP, unix.PR_CAPBSET_READ, unix.PR_SET_TIMERSLACK, unix.PR_GET_TIMERSLACK,
			unix.PR_SET_CHILD_SUBREAPER, unix.PR_GET_CHILD_SUBREAPER, unix.PR_SET_NO_NEW_PRIVS, unix.PR_GET_NO_NEW_PRIVS,
			unix.PR_SET_THP_DISABLE, unix.PR_GET_THP_DISABLE, unix.PR_SET_VMA), unix.EINVAL},
		{"personality", noneOf(0, 0, 0xffffffff), unix.EPERM},
	}
}

// What package unix has on some machines only; the same on all that have a
// filter.
const (
	tcgets2  = 0x802c542a
	fionclex = 0x5450
	fioclex  = 0x5451
	fionbio  = 0x5421
)

func socketTypes() []uint64 {
	var types []uint64
	for _, kind := range []uint64{unix.SOCK_STREAM, unix.SOCK_DGRAM, unix.SOCK_SEQPACKET} {
		types = append(types, kind, kind|unix.SOCK_CLOEXEC, kind|unix.SOCK_NONBLOCK, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
	}
	return types
}

// noneOf holds when an argument is none of the values.
func noneOf(argument uint32, values ...uint64) seccomp.ArgumentConditions {
	var all seccomp.ArgumentConditions
	for _, value := range values {
		all = append(all, seccomp.Condition{Argument: argument, Operation: seccomp.NotEqual, Value: value})
	}
	return all
}
