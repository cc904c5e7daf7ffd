package archive

import (
	"path"
	"slices"
	"strings"
)

// openingBytes keeps the first bytes of a file.
type openingBytes struct {
	b []byte
}

func (o *openingBytes) add(p []byte) {
	const most = 512
	if room := most - len(o.b); room > 0 {
		o.b = append(o.b, p[:min(room, len(p))]...)
	}
}

func (o openingBytes) starts(marks ...string) bool {
	return slices.ContainsFunc(marks, func(mark string) bool { return strings.HasPrefix(string(o.b), mark) })
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

// checkContent applies the rules about what a file is, by its path and its
// first bytes.
func (c *checker) checkContent(r *record, opening openingBytes, code map[string]bool) {
	base := strings.ToLower(path.Base(r.path))
	ext := path.Ext(base)
	top, _, _ := strings.Cut(r.path, "/")
	switch {
	case ext == ".pth" && !isWeights(opening):
		c.add(r.name, "path-file")
	case base == "sitecustomize.py" || base == "usercustomize.py":
		c.add(r.name, "site-file")
	case isReserved(top):
		c.add(r.name, "reserved-name", strings.TrimSuffix(top, ".py"))
	}
	if kind := compiledKind(ext, opening); kind != "" {
		c.add(r.name, "compiled", kind)
	}
	if inData(r.path) && !code[path.Dir(r.path)] {
		return
	}
	if kind := programKind(ext, opening); kind != "" {
		c.add(r.name, "program", kind)
	}
	if kind := archiveKind(ext, opening); kind != "" {
		c.add(r.name, "nested-archive", kind)
	}
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

// isWeights tells what torch writes, which is a zip or a pickle, from text.
func isWeights(o openingBytes) bool { return o.starts(markLocal, "\x80") }

// compiledKind names what Python would load instead of source, "" for none.
func compiledKind(ext string, o openingBytes) string {
	switch {
	case slices.Contains([]string{".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib"}, ext):
		return ext
	case len(o.b) >= 16 && o.b[1] >= 0x0c && o.b[1] <= 0x0f && o.b[2] == '\r' && o.b[3] == '\n':
		// The mark of every CPython since 3.4 that could run here.
		return "Python bytecode"
	}
	return ""
}

// programKind names what an operating system would run, "" for none. Python
// files may open with a line that names their interpreter.
func programKind(ext string, o openingBytes) string {
	switch {
	case o.starts("\x7fELF"):
		return "ELF"
	case o.starts("MZ") && slices.Contains(o.b, 0):
		return "Windows"
	case o.starts("\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\xfe\xed\xfa\xce"):
		return "macOS"
	case o.starts("\xca\xfe\xba\xbe"):
		return "macOS or Java"
	case o.starts("#!/") && ext != ".py" && ext != ".pyw", o.starts("#! /") && ext != ".py" && ext != ".pyw":
		return "a script"
	}
	return ""
}

// archiveKind names an archive's format, "" for none. Model weights, zips by
// content as many are, are not archives: nobody unpacks them.
func archiveKind(ext string, o openingBytes) string {
	if slices.Contains([]string{".pt", ".pth", ".npz", ".keras", ".onnx", ".safetensors", ".bin", ".joblib"}, ext) {
		return ""
	}
	switch {
	case o.starts(markLocal, markEnd):
		return "zip"
	case o.starts("\x1f\x8b"):
		return "gzip"
	case o.starts("7z\xbc\xaf\x27\x1c"):
		return "7-Zip"
	case o.starts("Rar!\x1a\x07"):
		return "RAR"
	case o.starts("\xfd7zXZ\x00"):
		return "xz"
	case o.starts("BZh") && len(o.b) > 9 && string(o.b[4:10]) == "1AY&SY":
		return "bzip2"
	case o.starts("\x28\xb5\x2f\xfd"):
		return "zstd"
	case len(o.b) > 262 && string(o.b[257:262]) == "ustar":
		return "tar"
	}
	return ""
}
