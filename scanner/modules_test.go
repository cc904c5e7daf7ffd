package scanner

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestStandardLibraryIsJudged: every top-level module of the standard library,
// of the versions listed here and of every Python on this machine, is in one
// class exactly.
func TestStandardLibraryIsJudged(t *testing.T) {
	names := map[string]string{}
	for name := range stdlib {
		names[name] = "the list"
	}
	found, _ := filepath.Glob("/usr/bin/python3.[0-9]*")
	more, _ := filepath.Glob(os.Getenv("HOME") + "/.pyenv/versions/3.[0-9]*/bin/python3")
	asked := 0
	for _, python := range append(append(found, more...), "/usr/bin/python3") {
		out, err := exec.Command(python, "-I", "-c", "import sys; print(*getattr(sys, 'stdlib_module_names', ()))").Output()
		if err != nil {
			continue // python3.11-config
		}
		for _, name := range strings.Fields(string(out)) {
			names[name] = python
			asked++
			if !strings.HasPrefix(name, "_") && !stdlib[name] {
				t.Errorf("%s of %s is not on the list", name, python)
			}
		}
	}
	if asked < 250 {
		t.Errorf("the Pythons of this machine told %d names", asked)
	}
	for name, from := range names {
		tables := 0
		for _, in := range []bool{forbidden[name] != "", reviewedModules[name], permittedModules[name], name == "builtins"} {
			if in {
				tables++
			}
		}
		hidden := strings.HasPrefix(name, "_") && name != "__future__"
		switch {
		case hidden && (listedClass(name) != refused || ruleFor(name) == ""):
			t.Errorf("%s of %s is internal and not refused", name, from)
		case !hidden && tables != 1:
			t.Errorf("%s of %s is in %d classes", name, from, tables)
		}
	}
}

// TestClasses: what decides about a dotted name is the closest name above it
// that is listed; the operator's additions lift review and nothing else.
func TestClasses(t *testing.T) {
	added := Policy{Allow: []Addition{{Name: "acme.sdk"}, {Name: "pickle"}, {Name: "select"}}}
	for _, c := range []struct {
		module       string
		plain, lifts class
	}{
		{"json", permitted, permitted},
		{"torch.nn.functional", permitted, permitted},
		{"concurrent.futures.process", refused, refused},
		{"pickle", refused, refused},
		{"_pickle", refused, refused},
		{"os.path", permitted, permitted},
		{"select", review, permitted},
		{"acme", review, review},
		{"acme.sdk", review, permitted},
		{"acme.sdk.audio", review, permitted},
		{"acme.sdkx", review, review},
		{"shared.plugins.inference.serve", permitted, permitted},
	} {
		if got := (Policy{}).class(c.module); got != c.plain {
			t.Errorf("%s is of class %d, want %d", c.module, got, c.plain)
		}
		if got := added.class(c.module); got != c.lifts {
			t.Errorf("%s with additions is of class %d, want %d", c.module, got, c.lifts)
		}
	}
}

// TestTablesAgree: what is permitted is not forbidden, and what is said
// instead of a member is said of one that some rule knows.
func TestTablesAgree(t *testing.T) {
	for name := range permittedModules {
		if forbidden[name] != "" || reviewedModules[name] {
			t.Errorf("%s is permitted, and more", name)
		}
	}
	for name := range advice {
		if ruleFor(name) == "" && !loadsWeights[name] && positional[name] == 0 && !isYAMLLoad(name) && guarded[parent(name)] == nil {
			t.Errorf("there is advice on %s, which no rule refuses", name)
		}
	}
	for id := range map[string]bool{reviewed: true, patching: true, environ: true} {
		if ruleOf(id).Instead == "" {
			t.Errorf("%s has no row", id)
		}
	}
}
