package scanner

import (
	"strings"

	"plugforge/internal/pysyntax"
)

// maybe starts the origin of x.os where nothing tells what x is: more likely a
// column of that name than the module. It may be used as data is; what the
// module alone has is refused.
const maybe = "?"

// ruleOfMaybe is the rule that a part of a maybe breaks.
func ruleOfMaybe(origin string) string {
	root, member, _ := strings.Cut(origin, ".")
	first, _, _ := strings.Cut(strings.TrimSuffix(member, "()"), ".")
	switch {
	case !modest[root] || member == "":
		return ""
	case root == "sys" && first == "path":
		return imports
	case listedRule(origin) != "":
		return listedRule(origin)
	case closedMembers[first] || strings.HasPrefix(first, "_") && !isDunder(first):
		return notListed
	}
	return ""
}

// closedMembers are what os and sys have beside what guarded and forbidden
// list.
var closedMembers = setOf(`chdir chmod chown chroot close closerange confstr copy_file_range ctermid dup dup2 eventfd fchdir fchmod fchown fdatasync
	fpathconf fstat fstatvfs fsync ftruncate getegid getgrouplist getgroups getpgid getpgrp getpriority getresgid getresuid getsid
	getxattr initgroups isatty lchflags lchmod lchown link listdrives listxattr lockf login_tty lseek makedev memfd_create mkfifo mknod
	openpty pathconf pidfd_open pipe pipe2 posix_fallocate posix_openpt pread preadv putenv pwrite pwritev read readv register_at_fork
	removexattr sched_setaffinity sched_setparam sched_setscheduler sendfile set_blocking set_inheritable setegid seteuid setgid
	setgroups setns setpgid setpgrp setpriority setregid setresgid setresuid setreuid setsid setuid setxattr splice symlink tcsetpgrp
	truncate ttyname umask unsetenv unshare wait3 wait4 waitid write writev
	activate_stack_trampoline addaudithook audit breakpointhook call_tracing displayhook getprofile gettrace set_asyncgen_hooks
	set_coroutine_origin_tracking_depth setdlopenflags unraisablehook`)

// runs tells of x.system("…") where no class of the file has that method.
func (c *checker) runs(a *pysyntax.Attr, parents []pysyntax.Node) bool {
	call, ok := last(parents).(*pysyntax.Call)
	return ok && call.Fun == pysyntax.Expr(a) && len(call.Args) == 1 && !isSelf(a.X) && !c.defines("system")
}

// makers make functions and code of parts when they are called. Types and
// isinstance may name them.
var makers = setOf(`types.FunctionType types.CodeType types.LambdaType`)

// onlyNamed tells whether e stands where it is compared with, or is a type.
func (c *checker) onlyNamed(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	inner := pysyntax.Node(e)
	for i := len(parents) - 1; i >= 0; i-- {
		switch p := parents[i].(type) {
		case *pysyntax.Seq:
			if p.Kind == pysyntax.SetSeq {
				return false
			}
		case *pysyntax.BinOp:
			if p.Op != "|" {
				return false
			}
		case *pysyntax.Subscript:
			if p.X == inner {
				return false
			}
		case *pysyntax.Param:
			return p.Type == inner
		case *pysyntax.AnnAssign:
			return p.Type == inner
		case *pysyntax.Func:
			return p.Returns == inner
		case *pysyntax.Compare:
			return inner == pysyntax.Node(e)
		case *pysyntax.Call:
			return c.asksClass(p, s) && len(p.Args) == 2 && p.Args[1] == inner
		default:
			return false
		}
		inner = parents[i]
	}
	return false
}

func (c *checker) asksClass(call *pysyntax.Call, s *pysyntax.Scope) bool {
	origins := c.names.Origins(call.Fun, s)
	for _, o := range origins {
		if o != "builtins.isinstance" && o != "builtins.issubclass" {
			return false
		}
	}
	return len(origins) > 0
}

// extends tells of super().__setstate__(…) in a method of that name.
func (c *checker) extends(a *pysyntax.Attr, parents []pysyntax.Node) bool {
	if !inherited[a.Name] || !isSuper(a.X) {
		return false
	}
	for i := len(parents) - 1; i >= 0; i-- {
		if f, ok := parents[i].(*pysyntax.Func); ok {
			return f.Name == a.Name
		}
	}
	return false
}

// defines tells whether a class of the file has a method of that name.
func (c *checker) defines(name string) bool {
	for _, v := range c.names.Members(name) {
		if _, ok := v.Def.(*pysyntax.Func); ok {
			return true
		}
	}
	return false
}

// setsOwn tells of object.__setattr__(self, "name", …), which does what
// self.name = … does, for classes that are frozen or wrap another.
func (c *checker) setsOwn(origin string, a *pysyntax.Attr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	method, ok := strings.CutPrefix(origin, "builtins.object.")
	call, called := last(parents).(*pysyntax.Call)
	if !ok || !called || call.Fun != pysyntax.Expr(a) || len(call.Args) < 2 || !isSelf(call.Args[0]) || len(c.names.Origins(call.Args[0], s)) > 0 ||
		method != "__setattr__" && method != "__getattribute__" && method != "__delattr__" {
		return false
	}
	name, ok := c.names.FoldString(call.Args[1], s)
	return ok && !climbing[name] && !isDunder(name)
}
