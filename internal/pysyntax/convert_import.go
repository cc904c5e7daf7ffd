package pysyntax

import "strings"

// aliases are the names of an import. A comma may follow the last in
// parentheses only.
func (c *converter) aliases(i int32, dotted bool) []*Alias {
	var out []*Alias
	names := c.fields(i, "name")
	for _, k := range names {
		name, as := k, ""
		if c.kind(k) == "aliased_import" {
			name, as = c.field(k, "name"), c.identifier(c.field(k, "alias"))
		}
		out = append(out, &Alias{c.span(k), c.dotted(name), as})
		if len(c.named(name)) != 1 && !dotted {
			c.fail(k, "%s can't be imported from a module: it has a dot", c.describe(k))
		}
	}
	if len(names) > 0 && c.after(names[len(names)-1]) == ',' && c.text[c.at(i).end-1] != ')' {
		c.fail(i, "a comma ends the import: put its names into parentheses")
	}
	return out
}

func (c *converter) importFrom(i int32) Stmt {
	f := &ImportFrom{Span: c.span(i), Where: c.span(i), Module: "__future__", Names: c.aliases(i, false)}
	if c.kind(i) == "future_import_statement" {
		return f
	}
	module := c.field(i, "module_name")
	f.Where, f.Module = c.span(module), ""
	if c.kind(module) == "dotted_name" {
		f.Module = c.dotted(module)
	} else {
		for _, k := range c.named(module) {
			if c.kind(k) == "dotted_name" {
				f.Module = c.dotted(k)
			} else {
				f.Level = strings.Count(c.source(k), ".")
			}
		}
	}
	for _, k := range c.named(i) {
		f.Star = f.Star || c.kind(k) == "wildcard_import"
	}
	return f
}
