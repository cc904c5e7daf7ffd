package scanner

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// call judges calls whose arguments decide what they do.
func (c *checker) call(call *pysyntax.Call, s *pysyntax.Scope, parents []pysyntax.Node) {
	call = c.names.Expanded(call, s)
	if c.isLookup(call, s) && len(call.Args) >= 2 {
		c.lookup(call, s, parents)
	}
	for _, origin := range c.names.Origins(call.Fun, s) {
		c.callOf(origin, call, s)
	}
	c.keywords(call, s)
	c.query(call, s)
	c.decorated(call, s)
	c.built(call, s)
	c.searchPath(call, s, parents)
}

// callOf judges the arguments of a function by what it is.
func (c *checker) callOf(origin string, call *pysyntax.Call, s *pysyntax.Scope) {
	root, _, _ := strings.Cut(origin, ".")
	switch {
	case origin == "operator.attrgetter":
		c.attrgetter(call.Args, s)
	case origin == "operator.methodcaller" && len(call.Args) > 0:
		c.attrgetter(call.Args[:1], s)
	case loadsWeights[origin]:
		c.weights(call, origin, s)
	case isYAMLLoad(origin):
		c.yaml(call, origin, s)
	case strings.HasPrefix(origin, mockPatch):
		c.double(origin, call, s)
	case origin == "os.environ.setdefault" || origin == "os.environ.__setitem__":
		if len(call.Args) > 0 {
			c.environKey(call.Args[0], s)
		}
	case origin == "os.environ.update" || origin == "os.environ.__ior__":
		for _, a := range call.Args {
			c.environFrom(a, s)
		}
		for _, k := range call.Keywords {
			if k.Name == "" {
				c.environFrom(k.Value, s)
			} else if steering[strings.ToUpper(k.Name)] {
				c.add(k, environ, "setting "+k.Name)
			}
		}
	case strings.HasSuffix(origin, ".create_model") && root == "pydantic", origin == "dataclasses.make_dataclass",
		origin == "typing.NamedTuple", origin == "typing.TypedDict":
		c.model(call, s)
	case strings.HasPrefix(origin, "urllib.request.") && len(call.Args) > 0:
		if url, ok := c.names.FoldString(call.Args[0], s); ok && localURL.MatchString(url) {
			c.add(call.Args[0], files, "a file: address")
		} else if !ok && isSchemeless(call.Args[0]) {
			c.add(call.Args[0], files, "an address of a computed scheme")
			c.instead(files, "write https:// as a constant, or use requests or httpx")
		}
	case origin == "builtins.type" && len(call.Args) == 1:
		c.ofStream(call, "__class__", c.names.Origins(call.Args[0], s))
	case origin == "builtins.map" && len(call.Args) > 1 && slices.Contains(c.names.Origins(call.Args[0], s), "builtins.type"):
		pysyntax.Walk(call.Args[1], func(n pysyntax.Node) bool {
			if e, ok := n.(*pysyntax.Call); ok {
				c.ofStream(call, "__class__", c.names.Origins(e, s))
			}
			return true
		})
	case origin == "argparse.ArgumentParser":
		if k := keyword(call, "fromfile_prefix_chars"); k != nil {
			c.add(k, files, "fromfile_prefix_chars")
		}
	case origin == "functools.update_wrapper" || origin == "functools.wraps":
		if len(call.Args) > 0 && slices.ContainsFunc(c.names.Origins(call.Args[0], s), isModule) {
			c.add(call, patching, "wrapping a module")
		}
	case origin == "unittest.main":
		if k := cmp.Or(keyword(call, "module"), keyword(call, "argv")); len(call.Args) > 0 || k != nil {
			c.add(call, imports, "unittest.main of other tests")
		}
	case origin == "pydantic.TypeAdapter" && len(call.Args) > 0:
		c.annotation(call.Args[0], s)
	case origin == "attr.make_class" || origin == "attrs.make_class":
		c.model(call, s)
	case strings.HasPrefix(origin, "tempfile."):
		if k := keyword(call, "buffering"); k != nil {
			c.add(k, files, "an unbuffered file")
		} else if len(call.Args) > 1 && origin != "tempfile.mkstemp" && origin != "tempfile.mkdtemp" {
			if _, isInt := call.Args[1].(*pysyntax.Const); isInt {
				c.add(call.Args[1], files, "an unbuffered file")
			}
		}
	case origin == "logging.basicConfig":
		if k := cmp.Or(keyword(call, "filename"), keyword(call, "")); k != nil {
			c.forbid(k, files, "logging.FileHandler", "logging to a file")
		}
	case root == "ffmpeg":
		if k := keyword(call, "cmd"); k != nil {
			c.add(k, processes, "cmd="+c.file.Text(k.Value))
		}
	case origin == "ruamel.yaml.YAML":
		c.ruamel(call, s)
	}
	if at, ok := positional[origin]; ok {
		if len(call.Args) > at {
			c.flag(call.Args[at], "allow_pickle", call.Args[at], s)
		}
		if k := keyword(call, ""); k != nil {
			c.add(k, unpickling, origin+" with keywords that the file does not tell")
		}
	}
}

// isSchemeless tells of f"{scheme}://…".
func isSchemeless(e pysyntax.Expr) bool {
	f, ok := e.(*pysyntax.FString)
	if !ok || len(f.Parts) < 2 {
		return false
	}
	_, computed := f.Parts[0].(*pysyntax.Formatted)
	text, constant := f.Parts[1].(*pysyntax.Const)
	return computed && constant && strings.HasPrefix(text.Text, ":")
}

var localURL = regexp.MustCompile(`(?i)^\s*(url:)?\s*(file|local_file|local-file|ftp):`)

func keyword(call *pysyntax.Call, name string) *pysyntax.Keyword {
	for _, k := range call.Keywords {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// rows is how to do without a query that calls.
const rows = "compute the value first and filter by columns: frame[frame.a > least]"

// readsOnly are methods of dictionaries that change nothing.
var readsOnly = setOf(`get items keys values copy __contains__ __getitem__ __len__`)

// queried finds members in the text of DataFrame.query and eval, where @name
// reaches the variables of the program.
var queried = regexp.MustCompile(`@\s*[\pL_][\pL\pN_]*\s*[.(\[]|__`)

func (c *checker) query(call *pysyntax.Call, s *pysyntax.Scope) {
	attr, ok := call.Fun.(*pysyntax.Attr)
	if ok && !readsOnly[attr.Name] {
		c.annotates(attr.X)
	}
	if !ok || attr.Name != "query" && attr.Name != "eval" || len(call.Args)+len(call.Keywords) == 0 || isSelf(attr.X) && c.defines(attr.Name) {
		return
	}
	args := call.Args
	if k := keyword(call, "expr"); k != nil {
		args = append(slices.Clone(args), k.Value)
	}
	for _, a := range args {
		if text, ok := c.names.FoldString(a, s); ok && queried.MatchString(text) {
			c.add(a, codeOfText, "a query that calls or climbs")
			c.instead(codeOfText, rows)
		}
	}
}
