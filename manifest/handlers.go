package manifest

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// checkPipeline wants build_steps in pipeline.py. src may be nil.
func checkPipeline(src *source) []plugforge.Finding {
	if src == nil {
		return nil
	}
	v := src.names.Module.Names()["build_steps"]
	if v == nil && !src.importsAll() {
		return []plugforge.Finding{{Path: src.path, Rule: "manifest.no-build-steps",
			Text: "pipeline.py does not define build_steps: add def build_steps(extractor_request, container=None, base_steps=None, **kwargs)"}}
	}
	if v == nil {
		return nil
	}
	for _, b := range v.Bindings {
		f, isFunc := b.Def.(*pysyntax.Func)
		_, isConst := b.Value.(*pysyntax.Const)
		switch {
		case isConst:
			src.add(b.Node, "no-build-steps", "build_steps must be a function: write def build_steps(extractor_request, container=None, base_steps=None, **kwargs)")
		case isFunc && f.Async:
			src.add(f, "no-build-steps", "build_steps is called without await: write def instead of async def")
		case isFunc && len(f.Params) == 0:
			src.add(f, "no-build-steps", "build_steps takes nothing: give it (extractor_request, container=None, base_steps=None, **kwargs)")
		}
	}
	return src.found
}

// importsAll tells whether a file takes all names of another module of the
// plugin.
func (s *source) importsAll() bool {
	return slices.ContainsFunc(s.file.Body, func(stmt pysyntax.Stmt) bool {
		i, ok := stmt.(*pysyntax.ImportFrom)
		return ok && i.Star && i.Level > 0
	})
}

// plugin is the code of a plugin, read as far as a question needs it.
type plugin struct {
	ctx     context.Context
	tree    fs.FS
	sources map[string]*source // by path; nil for what can't be read
}

// class is a class of the plugin.
type class struct {
	*pysyntax.Class
	in *source
}

// checkRealtime wants one of the five handler forms. src may be nil.
func checkRealtime(ctx context.Context, tree fs.FS, src *source) ([]plugforge.Finding, error) {
	if src == nil || src.importsAll() {
		return nil, nil
	}
	p := &plugin{ctx, tree, map[string]*source{src.path: src}}
	for _, v := range src.names.Module.Names() {
		for _, b := range v.Bindings {
			found, sure, err := p.bound(src, b)
			if err != nil {
				return nil, err
			}
			if !sure {
				return nil, nil // it comes from a file that can't be read, which has findings of its own
			}
			if found == nil {
				continue
			}
			ok, err := p.isHandler(*found)
			if ok || err != nil {
				return nil, err
			}
		}
	}
	return []plugforge.Finding{{Path: src.path, Rule: "manifest.no-handler",
		Text: "realtime.py defines no handler: add class InferenceService(BaseInferenceService) with async def __call__(self, inputs, parameters)" +
			" or run_inference; or a class named …InferenceService; or a class with _process_single; or class RealtimeHandler with def predict(self, request)"}}, nil
}

// isHandler tells whether a class is one of the forms, or is made by
// get_inference_service.
func (p *plugin) isHandler(c class) (bool, error) {
	wanted := []string{"_process_single"}
	_, made := c.in.names.Module.Names()["get_inference_service"]
	if made || strings.HasSuffix(c.Name, "InferenceService") {
		wanted = append(wanted, "__call__", "run_inference")
	}
	if made || c.Name == "RealtimeHandler" {
		wanted = append(wanted, "predict")
	}
	return p.hasMethod(c, map[*pysyntax.Class]bool{}, wanted)
}

// hasMethod asks a class, and those of its bases that the plugin defines, for
// one of the methods.
func (p *plugin) hasMethod(c class, seen map[*pysyntax.Class]bool, names []string) (bool, error) {
	if seen[c.Class] {
		return false, nil
	}
	seen[c.Class] = true
	for _, stmt := range c.Body {
		if f, ok := stmt.(*pysyntax.Func); ok && slices.Contains(names, f.Name) {
			return true, nil
		}
		if target, _ := plainAssignment(stmt); target != nil && slices.Contains(names, target.ID) {
			return true, nil // __call__ = other
		}
	}
	for _, base := range c.Bases {
		inner, sure, err := p.denoted(c.in, base)
		if err != nil || !sure {
			return !sure, err
		}
		if inner == nil {
			continue
		}
		if ok, err := p.hasMethod(*inner, seen, names); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// denoted is the class of the plugin that an expression names; nil for others.
// It is not sure where the file that would tell can't be read.
func (p *plugin) denoted(s *source, e pysyntax.Expr) (found *class, sure bool, err error) {
	if c := s.class(e); c != nil {
		return &class{c, s}, true, nil
	}
	for _, o := range s.names.Origins(e, s.names.Module) {
		if found, sure, err = p.imported(o, 0); found != nil || !sure || err != nil {
			return found, sure, err
		}
	}
	return nil, true, nil
}

// bound is the class that a name of a file is bound to.
func (p *plugin) bound(s *source, b *pysyntax.Binding) (found *class, sure bool, err error) {
	if c, ok := b.Def.(*pysyntax.Class); ok {
		return &class{c, s}, true, nil
	}
	if b.Origin != "" {
		return p.imported(b.Origin, 0)
	}
	return nil, true, nil
}

// imported follows an import to the plugin's file that defines the class, be it
// relative or by the plugin's name.
func (p *plugin) imported(origin string, depth int) (found *class, sure bool, err error) {
	path, own := strings.CutPrefix(origin, pysyntax.OwnPrefix)
	if !own {
		_, path, _ = strings.Cut(origin, ".")
	}
	module, name, ok := cutLast(path)
	if !ok || depth > 10 {
		return nil, true, nil
	}
	file := strings.ReplaceAll(module, ".", "/")
	for _, candidate := range []string{file + ".py", file + "/__init__.py"} {
		if info, err := fs.Stat(p.tree, candidate); err != nil || info.IsDir() {
			continue
		}
		s, err := p.load(candidate)
		if s == nil || err != nil {
			return nil, false, err
		}
		v := s.names.Module.Names()[name]
		if v == nil {
			return nil, !s.importsAll(), nil
		}
		for _, b := range v.Bindings {
			if c, ok := b.Def.(*pysyntax.Class); ok {
				return &class{c, s}, true, nil
			}
			if b.Origin != "" && b.Origin != origin {
				return p.imported(b.Origin, depth+1)
			}
		}
	}
	return nil, true, nil
}

func cutLast(path string) (before, after string, ok bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// load reads another file of the plugin; nil if it can't be read as Python.
func (p *plugin) load(path string) (*source, error) {
	if s, ok := p.sources[path]; ok {
		return s, nil
	}
	s, _, err := loadSource(p.ctx, p.tree, path)
	p.sources[path] = s
	return s, err
}

// class is the class of this file that an expression names; nil for others.
func (s *source) class(e pysyntax.Expr) *pysyntax.Class {
	name, ok := e.(*pysyntax.Name)
	if !ok {
		return nil
	}
	v := s.names.Module.Names()[name.ID]
	if v == nil || len(v.Bindings) != 1 {
		return nil
	}
	c, _ := v.Bindings[0].Def.(*pysyntax.Class)
	return c
}
