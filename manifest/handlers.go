package manifest

import (
	"strings"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// checkPipeline wants build_steps in pipeline.py. src may be nil.
func checkPipeline(src *source) []plugforge.Finding {
	if src == nil || src.names.Module.Names()["build_steps"] != nil {
		return nil
	}
	return []plugforge.Finding{{Path: src.path, Rule: "manifest.no-build-steps",
		Text: "pipeline.py does not define build_steps: add def build_steps(extractor_request, container=None, base_steps=None, **kwargs)"}}
}

// checkRealtime wants one of the five handler forms. src may be nil.
func checkRealtime(src *source) []plugforge.Finding {
	if src == nil {
		return nil
	}
	for _, v := range src.names.Module.Names() {
		for _, b := range v.Bindings {
			if class, ok := b.Def.(*pysyntax.Class); ok && src.isHandler(class) {
				return nil
			}
			// A handler class that another module of the plugin defines.
			if strings.HasPrefix(b.Origin, pysyntax.OwnPrefix) && handlerName(b.Origin[strings.LastIndexByte(b.Origin, '.')+1:]) {
				return nil
			}
		}
	}
	return []plugforge.Finding{{Path: src.path, Rule: "manifest.no-handler",
		Text: "realtime.py defines no handler: add class InferenceService(BaseInferenceService) with async def __call__(self, inputs, parameters)" +
			" or run_inference; or a class named …InferenceService; or a class with _process_single; or class RealtimeHandler with def predict(self, request)"}}
}

func handlerName(name string) bool {
	return strings.HasSuffix(strings.TrimPrefix(name, pysyntax.OwnPrefix), "InferenceService") || name == "RealtimeHandler"
}

// isHandler tells whether a class is one of the forms. What it inherits from
// other modules of the plugin is not followed and given the benefit of the
// doubt.
func (s *source) isHandler(c *pysyntax.Class) bool {
	if s.hasMethod(c, "_process_single") {
		return true
	}
	switch {
	case strings.HasSuffix(c.Name, "InferenceService"):
		return s.hasMethod(c, "__call__") || s.hasMethod(c, "run_inference") || s.inheritsOwn(c)
	case c.Name == "RealtimeHandler":
		return s.hasMethod(c, "predict") || s.inheritsOwn(c)
	}
	return false
}

func (s *source) hasMethod(c *pysyntax.Class, name string) bool {
	return s.lookUp(c, map[*pysyntax.Class]bool{}, func(c *pysyntax.Class) bool {
		for _, stmt := range c.Body {
			if f, ok := stmt.(*pysyntax.Func); ok && f.Name == name {
				return true
			}
		}
		return false
	})
}

// inheritsOwn tells whether a base comes from another module of the plugin.
func (s *source) inheritsOwn(c *pysyntax.Class) bool {
	return s.lookUp(c, map[*pysyntax.Class]bool{}, func(c *pysyntax.Class) bool {
		for _, base := range c.Bases {
			for _, o := range s.names.Origins(base, s.names.Module) {
				if strings.HasPrefix(o, pysyntax.OwnPrefix) {
					return true
				}
			}
		}
		return false
	})
}

// lookUp asks a class and those of its bases that the file defines.
func (s *source) lookUp(c *pysyntax.Class, seen map[*pysyntax.Class]bool, ask func(*pysyntax.Class) bool) bool {
	if seen[c] {
		return false
	}
	seen[c] = true
	if ask(c) {
		return true
	}
	for _, base := range c.Bases {
		if inner := s.class(base); inner != nil && s.lookUp(inner, seen, ask) {
			return true
		}
	}
	return false
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
