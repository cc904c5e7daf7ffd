package scanner

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// attrgetter judges the dotted names that it is given.
func (c *checker) attrgetter(names []pysyntax.Expr, s *pysyntax.Scope) {
	for _, a := range names {
		text, ok := c.names.FoldString(a, s)
		if !ok {
			c.add(a, dynamicAttr, "looking up a computed attribute")
			continue
		}
		for _, name := range strings.Split(text, ".") {
			c.dunder(a, name, nil)
			switch {
			case isStrong(name):
				c.add(a, reached, "the attribute "+name)
			case fileMethods[name] || name == "raw" || name == "open" && c.imports("pathlib"):
				c.add(a, files, "the method "+name)
			case processMethods[name] || forbidden["os."+name] == processes:
				c.add(a, processes, "the method "+name)
			}
		}
	}
}

// weights judges torch.load, which runs nothing unless it is told to.
func (c *checker) weights(call *pysyntax.Call, origin string, s *pysyntax.Scope) {
	for _, k := range call.Keywords {
		v, bad := c.names.Fold(k.Value, s)
		switch {
		case k.Name == "":
			c.forbid(k, unpickling, origin, origin+" with keywords that the file does not tell")
		case k.Name == "weights_only" && (bad != nil || v.V != true):
			c.forbid(k, unpickling, origin, origin+" with weights_only="+c.file.Text(k.Value))
		case k.Name == "pickle_module" && (bad != nil || v.V != nil):
			c.forbid(k, unpickling, origin, origin+" with a pickle_module")
		}
	}
	for i, a := range call.Args {
		if _, star := a.(*pysyntax.Starred); star || i == 2 {
			c.forbid(a, unpickling, origin, origin+" with a third argument")
			return
		}
	}
}

// remakes are functions that write methods into the class that they are given.
var remakes = setOf(`dataclasses.dataclass attr.s attr.attrs attr.attributes attr.dataclass attr.define attr.mutable attr.frozen attrs.define
	attrs.mutable attrs.frozen functools.total_ordering enum.unique pydantic.dataclasses.dataclass dataclasses_json.dataclass_json`)

// decorated refuses to remake a class of a library: dataclass(json.JSONEncoder),
// dataclass(init=True)(json.JSONEncoder).
func (c *checker) decorated(call *pysyntax.Call, s *pysyntax.Scope) {
	of := c.names.Origins(call.Fun, s)
	if made, ok := call.Fun.(*pysyntax.Call); ok {
		of = slices.Concat(of, c.names.Origins(made.Fun, s))
	}
	if !slices.ContainsFunc(of, func(o string) bool { return remakes[o] }) {
		return
	}
	if k := keyword(call, "these"); k != nil {
		c.fields(k.Value, s, 0)
	}
	if len(call.Args) == 0 {
		return
	}
	for _, o := range c.names.Origins(call.Args[0], s) {
		if !strings.Contains(o, "()") && !strings.HasPrefix(o, pysyntax.OwnPrefix) {
			c.add(call, patching, "changing "+o)
			return
		}
	}
}

// isModule tells of origins that are modules of the standard library.
func isModule(origin string) bool { return stdlib[origin] || stdlibParts[origin] }

// keywords refuses, on whatever is called, those that must be false.
func (c *checker) keywords(call *pysyntax.Call, s *pysyntax.Scope) {
	for _, k := range call.Keywords {
		if mustBeFalse[k.Name] != "" && !c.saves(call, s) {
			c.flag(k, k.Name, k.Value, s)
		}
		if k.Name == "__annotations__" {
			c.add(k, annotations, "setting __annotations__")
		}
	}
}

// saves tells of functions that only write: numpy.save(…, allow_pickle=True).
func (c *checker) saves(call *pysyntax.Call, s *pysyntax.Scope) bool {
	return slices.ContainsFunc(c.names.Origins(call.Fun, s), func(o string) bool { return strings.HasPrefix(o, "numpy.save") })
}

// flag refuses a keyword unless its value is surely false.
func (c *checker) flag(at pysyntax.Node, name string, value pysyntax.Expr, s *pysyntax.Scope) {
	if v, bad := c.names.Fold(value, s); bad != nil || v.V != false && v.V != nil {
		c.add(at, mustBeFalse[name], name+"="+c.file.Text(value))
		c.instead(mustBeFalse[name], map[string]string{
			codeOfText: "leave it out: use a model whose code the library itself has, or put its code into the plugin",
			unpickling: "leave it out, and store plain arrays",
		}[mustBeFalse[name]])
	}
}

// dict judges {"trust_remote_code": True}, which may become keywords.
func (c *checker) dict(d *pysyntax.Dict, s *pysyntax.Scope) {
	for i, key := range d.Keys {
		if k, ok := key.(*pysyntax.Const); ok && mustBeFalse[k.Text] != "" {
			c.flag(k, k.Text, d.Values[i], s)
		}
	}
}

func isYAMLLoad(origin string) bool { return origin == "yaml.load" || origin == "yaml.load_all" }

// yaml refuses yaml.load unless its loader is surely a safe one.
func (c *checker) yaml(call *pysyntax.Call, origin string, s *pysyntax.Scope) {
	var loader pysyntax.Expr
	if k := keyword(call, "Loader"); k != nil {
		loader = k.Value
	} else if len(call.Args) > 1 {
		loader = call.Args[1]
	}
	if loader == nil || !c.isSafeLoader(loader, s, 0) {
		c.forbid(call, unpickling, origin, origin+" without a safe loader")
	}
}

func (c *checker) isSafeLoader(e pysyntax.Expr, s *pysyntax.Scope, depth int) bool {
	if name, ok := e.(*pysyntax.Name); ok && depth < 5 {
		variables, _ := c.names.Lookup(s, name.ID, name.Start())
		if len(variables) == 1 && len(variables[0].Bindings) == 1 {
			if class, ok := variables[0].Bindings[0].Def.(*pysyntax.Class); ok {
				return len(class.Bases) == 1 && c.isSafeLoader(class.Bases[0], s, depth+1)
			}
		}
	}
	origins := c.names.Origins(e, s)
	return len(origins) > 0 && !slices.ContainsFunc(origins, func(o string) bool {
		module, name, _ := strings.Cut(o, ".")
		return module != "yaml" || name != "SafeLoader" && name != "CSafeLoader" && name != "BaseLoader" && name != "CBaseLoader"
	})
}

// ruamel refuses YAML(typ="unsafe").
func (c *checker) ruamel(call *pysyntax.Call, s *pysyntax.Scope) {
	values := call.Args
	if k := keyword(call, "typ"); k != nil {
		values = append(slices.Clone(values), k.Value)
	}
	for _, v := range values {
		if text, ok := c.names.FoldString(v, s); !ok || text == "unsafe" {
			c.add(v, unpickling, "ruamel.yaml's typ="+c.file.Text(v))
		}
	}
}
