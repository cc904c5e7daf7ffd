package scanner

import "strings"

// class is what the scan makes of importing a module.
type class uint8

const (
	review    class = iota // known to nobody here: a finding that says how to get it allowed
	permitted              // may be imported; single members may be forbidden still
	refused                // no addition of the operator's permits it
)

// class judges a module by its dotted name. The closest name above it that is
// listed decides; the operator's additions lift review, never a refusal.
func (p Policy) class(module string) class {
	if by := listedClass(module); by != review || !p.Allows(module) {
		return by
	}
	return permitted
}

// listedClass is class by the tables of this package alone.
func listedClass(module string) class {
	for name := module; name != ""; name = parent(name) {
		switch {
		case forbidden[name] != "":
			return refused
		case refusedModules[name]:
			return refused
		case reviewedModules[name]:
			return review
		case permittedModules[name]:
			return permitted
		}
	}
	if strings.HasPrefix(module, "_") && module != "__future__" {
		return refused
	}
	return review
}
