package archive

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
)

// glimpse is what checkContent knows of a file's bytes.
type glimpse struct {
	start  []byte // the first, as many as a tar header has
	end    tail
	module bool // somewhere stands the name under which Python starts an extension
	last   []byte
}

const startLen = 512

// moduleMark opens the name of the function that every extension module exports.
const moduleMark = "PyInit_"

func (g *glimpse) reset() {
	g.start, g.last, g.module = g.start[:0], g.last[:0], false
	g.end.reset()
}

func (g *glimpse) add(p []byte) {
	if room := startLen - len(g.start); room > 0 {
		g.start = append(g.start, p[:min(room, len(p))]...)
	}
	g.end.add(p)
	if g.module || nativeKind(g) == "" {
		return
	}
	// The mark may lie across two pieces.
	g.last = append(g.last, p[:min(len(p), len(moduleMark))]...)
	g.module = bytes.Contains(g.last, []byte(moduleMark)) || bytes.Contains(p, []byte(moduleMark))
	g.last = append(g.last[:0], p[max(0, len(p)-len(moduleMark)):]...)
}

func (g *glimpse) starts(marks ...string) bool {
	return slices.ContainsFunc(marks, func(mark string) bool {
		return len(g.start) >= len(mark) && string(g.start[:len(mark)]) == mark
	})
}

// codeFolders are the folders that hold a .py file.
func codeFolders(files []*record) map[string]bool {
	folders := map[string]bool{}
	for _, r := range files {
		if isPython(r.path) {
			folders[path.Dir(r.path)] = true
		}
	}
	return folders
}

func isPython(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".py" || ext == ".pyw"
}

// checkContent applies the rules about what a file is, by its path and what
// was seen of its bytes.
func (c *checker) checkContent(r *record, seen *glimpse, code map[string]bool) {
	base := strings.ToLower(path.Base(r.path))
	top, _, _ := strings.Cut(r.path, "/")
	switch {
	case path.Ext(base) == ".pth" && !isWeights(seen):
		c.add(r.name, "path-file")
	case isSite(r.path):
		c.add(r.name, "site-file")
	case isReserved(top):
		c.add(r.name, "reserved-name", strings.TrimSuffix(top, ".py"))
	}
	if kind := compiledKind(base, seen); kind != "" {
		c.add(r.name, "compiled", kind)
	}
	nested := archiveKind(path.Ext(base), seen)
	if inData(r.path) && !code[path.Dir(r.path)] {
		if nested != "" && c.isBomb(nested, &seen.end) {
			c.add(r.name, "nested-bomb", bombRatio)
		}
		return
	}
	if kind := programKind(r.path, seen); kind != "" {
		c.add(r.name, "program", kind)
	}
	if nested != "" {
		c.add(r.name, "nested-archive", nested)
	}
}

// isSite tells modules and packages that Python runs at every start.
func isSite(name string) bool {
	isOne := func(module string) bool { return module == "sitecustomize" || module == "usercustomize" }
	folders, base := path.Split(strings.ToLower(name))
	module, isModule := strings.CutSuffix(base, ".py")
	return isModule && isOne(module) || slices.ContainsFunc(strings.Split(folders, "/"), isOne)
}

// isReserved tells names at the root that belong to the service's own packages.
func isReserved(top string) bool {
	name := strings.TrimSuffix(strings.ToLower(top), ".py")
	return name == "shared" || name == "engine"
}

// inData tells whether the file lies where data does.
func inData(name string) bool {
	top, _, found := strings.Cut(name, "/")
	return found && (top == "assets" || top == "models" || top == "weights")
}

// isWeights tells tensors, which are a zip, a pickle or otherwise binary, from
// the text of a path file.
func isWeights(g *glimpse) bool {
	const pickle = "\x80"
	return (g.starts(pickle) || bytes.IndexByte(g.start, 0) >= 0) && !importLine.Match(g.start)
}

// importLine is what makes Python run a path file's line.
var importLine = regexp.MustCompile(`(?:^|[\r\n])\x{feff}?import[ \t]`)

// libraryRule recognises names of shared libraries and compiled modules.
var libraryRule = regexp.MustCompile(`\.(?:pyc|pyo|pyd|dll|dylib|so(?:\.[0-9]+)*)$`)

// compiledKind names what Python would load instead of source, "" for none.
func compiledKind(base string, g *glimpse) string {
	switch {
	case libraryRule.MatchString(base):
		return libraryRule.FindString(base)
	case g.starts("\x03\xf3\r\n"):
		return "Python 2 bytecode"
	case len(g.start) >= 16 && g.start[1] >= 0x0c && g.start[1] <= 0x0f && g.start[2] == '\r' && g.start[3] == '\n' && le.Uint32(g.start[4:]) <= 3:
		// The mark of every CPython since 3.7 that could run here, and flags.
		return "Python bytecode"
	case g.module:
		return "an extension module"
	}
	return ""
}

// nativeKind names the system whose programs or libraries the file is one of,
// "" for none.
func nativeKind(g *glimpse) string {
	switch {
	case g.starts("\x7fELF"):
		return "ELF"
	case g.starts("MZ") && bytes.IndexByte(g.start, 0) >= 0:
		return "Windows"
	case g.starts("\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\xfe\xed\xfa\xce", "\xca\xfe\xba\xbf"):
		return "macOS"
	case g.starts("\xca\xfe\xba\xbe"):
		return "macOS or Java"
	}
	return ""
}

// programKind names what an operating system would run, "" for none. Python
// files may open with a line that names their interpreter; and what looks like
// such a line is an attribute in Rust.
func programKind(name string, g *glimpse) string {
	if g.starts("#!") && !g.starts("#![") && !isPython(name) {
		return "a script"
	}
	return nativeKind(g)
}
