package manifest

import (
	"plugforge/internal/pysyntax"
)

// config are the options of a model that show in its schema.
type config struct {
	title          any   // nil: not given
	extra          *bool // additionalProperties
	extraGiven     bool
	schemaExtra    object
	strMin, strMax any    // bounds of all strings
	alias          string // the alias generator: to_camel, to_pascal, to_snake
	fieldDocs      bool   // strings behind fields are their descriptions
}

// under is c with what a base has: a later base wins.
func (c config) under(base config) config {
	if base.title != nil {
		c.title = base.title
	}
	if base.extraGiven {
		c.extra, c.extraGiven = base.extra, true
	}
	if base.schemaExtra != nil {
		c.schemaExtra = base.schemaExtra
	}
	if base.strMin != nil {
		c.strMin = base.strMin
	}
	if base.strMax != nil {
		c.strMax = base.strMax
	}
	if base.alias != "" {
		c.alias = base.alias
	}
	c.fieldDocs = c.fieldDocs || base.fieldDocs
	return c
}

// modelConfig reads model_config.
func (b *builder) modelConfig(e pysyntax.Expr, into *config) {
	if call, ok := e.(*pysyntax.Call); ok && len(call.Args) == 0 {
		switch b.originOf(call.Fun) {
		case "pydantic.ConfigDict", "dict":
			for _, k := range call.Keywords {
				b.option(k.Name, k, k.Value, into)
			}
			return
		}
	}
	if d, ok := b.unaliased(e).(*pysyntax.Dict); ok {
		for i, key := range d.Keys {
			name, ok := "", false
			if key != nil {
				name, ok = b.constantText(key)
			}
			if !ok {
				b.add(d.Values[i], "unknown-config", "a key of model_config is not read: write it as a string")
				continue
			}
			b.option(name, d.Values[i], d.Values[i], into)
		}
		return
	}
	b.add(e, "unknown-config", "model_config must be ConfigDict(…) or a dictionary")
}

func (b *builder) innerConfig(c *pysyntax.Class, into *config) {
	if len(c.Bases) > 0 {
		b.add(c, "unknown-config", "the bases of Config are not followed: write its options in model_config = ConfigDict(…)")
	}
	for _, stmt := range c.Body {
		if target, value := plainAssignment(stmt); target != nil {
			b.option(target.ID, target, value, into)
			continue
		}
		if _, simple := stmt.(*pysyntax.Simple); simple || stringStatement(stmt) != nil {
			continue
		}
		b.add(stmt, "unknown-config", "this part of Config is not read: write options as name = value")
	}
}

// option reads one option. Those that do not show in the schema are let
// through by name; others are not guessed at.
func (b *builder) option(name string, at pysyntax.Node, e pysyntax.Expr, c *config) {
	switch name {
	case "extra":
		b.extraOption(e, c)
	case "title":
		if v, ok := b.constant(name, e); ok {
			if _, isText := v.(string); !isText && v != nil {
				b.add(e, "unknown-config", "title must be a string")
			}
			c.title = v
		}
	case "json_schema_extra":
		v, ok := b.constant(name, e)
		extra, isObject := v.(object)
		if ok && v != nil && !isObject {
			b.add(e, "unknown-config", "json_schema_extra must be a dictionary")
		}
		b.noRefs(e, extra)
		c.schemaExtra = extra
	case "str_min_length":
		c.strMin, _ = b.constant(name, e)
	case "str_max_length":
		c.strMax, _ = b.constant(name, e)
	case "use_attribute_docstrings":
		v, _ := b.constant(name, e)
		c.fieldDocs = v == true
	case "alias_generator":
		b.aliasOption(e, c)
	case "arbitrary_types_allowed", "validate_assignment", "validate_default", "validate_return", "populate_by_name", "validate_by_name",
		"frozen", "str_strip_whitespace", "protected_namespaces", "from_attributes", "strict", "revalidate_instances",
		"hide_input_in_errors", "str_to_lower", "str_to_upper", "orm_mode", "allow_population_by_field_name", "coerce_numbers_to_str",
		"use_enum_values", "allow_inf_nan", "loc_by_alias", "defer_build", "validation_error_cause", "cache_strings", "regex_engine",
		"serialize_by_alias", "ser_json_inf_nan", "ser_json_timedelta", "json_encoders", "smart_union", "anystr_strip_whitespace",
		"allow_mutation", "schema_extra", "copy_on_model_validation", "underscore_attrs_are_private", "ignored_types",
		"json_schema_serialization_defaults_required", "url_preserve_empty_path", "val_temporal_unit", "plugin_settings":
	default:
		if name == "" {
			name = "**"
		}
		b.add(at, "unknown-config", "the option ", name, " of model_config is not read: remove it, or write the schema as a dictionary")
	}
}

func (b *builder) extraOption(e pysyntax.Expr, c *config) {
	text, _ := b.constantText(e)
	if text == "" {
		switch b.originOf(e) {
		case "pydantic.Extra.forbid":
			text = "forbid"
		case "pydantic.Extra.allow":
			text = "allow"
		case "pydantic.Extra.ignore":
			text = "ignore"
		}
	}
	c.extraGiven = true
	switch yes, no := true, false; text {
	case "forbid":
		c.extra = &no
	case "allow":
		c.extra = &yes
	case "ignore":
		c.extra = nil
	default:
		b.add(e, "unknown-config", "extra must be \"forbid\", \"allow\" or \"ignore\"")
	}
}

func (b *builder) aliasOption(e pysyntax.Expr, c *config) {
	switch b.originOf(e) {
	case "pydantic.alias_generators.to_camel":
		c.alias = "to_camel"
	case "pydantic.alias_generators.to_pascal":
		c.alias = "to_pascal"
	case "pydantic.alias_generators.to_snake":
		c.alias = "to_snake"
	default:
		b.add(e, "unknown-config", "this alias_generator is not run: use to_camel, to_pascal or to_snake of pydantic.alias_generators, or give each field its alias")
	}
}

// noRefs refuses references in what an author adds to a schema: nothing tells
// what they would mean.
func (b *builder) noRefs(at pysyntax.Node, v any) {
	switch v := v.(type) {
	case object:
		for _, m := range v {
			if m.key == "$ref" {
				b.add(at, "unknown-field", "$ref in json_schema_extra is not read: write out what it refers to")
			}
			b.noRefs(at, m.value)
		}
	case []any:
		for _, item := range v {
			b.noRefs(at, item)
		}
	}
}
