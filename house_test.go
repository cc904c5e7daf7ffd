package plugforge_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "plugforge"

// floors is the plan of the house: a room imports only rooms on lower floors.
// A folder that is not listed, and not internal, is not part of the plan.
var floors = map[string]int{
	"":        0,
	"archive": 1, "manifest": 1, "scanner": 1, "gitstore": 1, "sqlite": 1, "blobs": 1, "sandbox": 1, "vectors": 1, "audit": 1,
	"registry": 2,
	"deploy":   3,
	"httpapi":  4, "client": 4, "operator": 4,
	"cmd/plugforge": 5, "cmd/plugforge-worker": 5,
	"bench": 6,
}

// generated folders are written by tools and follow the tools' rules.
var generated = map[string]bool{"internal/api": true}

type listedPackage struct {
	ImportPath, Dir, Doc                 string
	Imports, TestImports, XTestImports   []string
	GoFiles, TestGoFiles, IgnoredGoFiles []string
}

func packages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listedPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatal("go list named no package")
	}
	return all
}

func room(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

func ours(importPath string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

func internal(importPath string) bool { return strings.HasPrefix(importPath, module+"/internal/") }

// Data flows one way through the house: imports go down.
func TestImportsGoDown(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		floor, planned := floors[from]
		if !planned && !internal(p.ImportPath) {
			t.Errorf("%s is not in the plan: give it a floor in house_test.go and ARCHITECTURE.md", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if !ours(imported) {
				continue
			}
			to := room(imported)
			switch {
			case internal(p.ImportPath) && !internal(imported) && to != "" && !testSupport[from]:
				t.Errorf("%s imports %s: an internal package knows only the root package and other internal ones", p.ImportPath, imported)
			case !internal(p.ImportPath) && !internal(imported) && floors[to] >= floor:
				t.Errorf("%s (floor %d) imports %s (floor %d): imports go down only", p.ImportPath, floor, imported, floors[to])
			case testSupport[to] && !testSupport[from]:
				t.Errorf("%s imports %s outside its tests", p.ImportPath, imported)
			}
		}
	}
}

// testSupport folders exist for tests, may wire rooms together, and are
// imported by nothing else.
var testSupport = map[string]bool{"internal/fixture": true, "internal/testserver": true}

// The domain's nouns depend on nothing but the standard library.
func TestRootIsStandardLibraryOnly(t *testing.T) {
	for _, p := range packages(t) {
		if room(p.ImportPath) != "" {
			continue
		}
		for _, imported := range p.Imports {
			if thirdParty(imported) || ours(imported) {
				t.Errorf("the root package imports %s", imported)
			}
		}
	}
}

func thirdParty(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

// A caller of a room never needs to know what the room is built of.
func TestNoThirdPartyTypeInExportedSignatures(t *testing.T) {
	for _, p := range packages(t) {
		if generated[room(p.ImportPath)] || strings.HasPrefix(room(p.ImportPath), "cmd/") {
			continue
		}
		for _, file := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".pb.go") {
				continue
			}
			checkSignatures(t, filepath.Join(p.Dir, file))
		}
	}
}

func checkSignatures(t *testing.T, path string) {
	t.Helper()
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	foreign := map[string]string{}
	for _, spec := range tree.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value)
		if !thirdParty(importPath) {
			continue
		}
		name := guessName(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		foreign[name] = importPath
	}
	report := func(owner string, node ast.Node) {
		ast.Inspect(node, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := sel.X.(*ast.Ident); ok && foreign[pkg.Name] != "" {
					t.Errorf("%s: %s shows %s of %s", files.Position(sel.Pos()), owner, sel.Sel.Name, foreign[pkg.Name])
				}
			}
			return true
		})
	}
	for _, decl := range tree.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && exportedReceiver(d) {
				report(d.Name.Name, d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				checkSpec(spec, report)
			}
		}
	}
}

// guessName is the package name that an import path most likely has.
func guessName(importPath string) string {
	parts := strings.Split(importPath, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = parts[len(parts)-2]
	}
	return strings.TrimPrefix(strings.ReplaceAll(last, "-", "_"), "go_")
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

func checkSpec(spec ast.Spec, report func(string, ast.Node)) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && s.Type != nil {
				report(name.Name, s.Type)
			}
		}
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return
		}
		fields, isStruct := s.Type.(*ast.StructType)
		if !isStruct {
			report(s.Name.Name, s.Type)
			return
		}
		for _, f := range fields.Fields.List {
			if len(f.Names) == 0 || slices.ContainsFunc(f.Names, func(n *ast.Ident) bool { return n.IsExported() }) {
				report(s.Name.Name, f.Type)
			}
		}
	}
}

// Every package opens with its short manual.
func TestPackagesSayWhatTheyAre(t *testing.T) {
	for _, p := range packages(t) {
		if !generated[room(p.ImportPath)] && len(strings.Fields(p.Doc)) < 5 {
			t.Errorf("%s has no package comment that says what it is", p.ImportPath)
		}
	}
}

// A file over 500 lines says why: a line "// Long because …" near its top.
func TestFilesFitOnAFewScreens(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || generated[path] || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".py" && ext != ".sh" || strings.HasSuffix(path, ".pb.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := strings.Count(string(text), "\n"); lines > 500 && !strings.Contains(string(text), "Long because ") {
			t.Errorf("%s has %d lines and no line that says \"Long because …\"", path, lines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
