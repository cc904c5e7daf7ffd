package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"plugforge"
)

//go:embed templates
var templates embed.FS

// initOptions are the flags of init.
type initOptions struct{ category string }

func newInit() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init NAME",
		Short: "Make a folder with a plugin that works, to start from",
		Long: `Make the folder NAME with a whole plugin: manifest.py says what it is, pipeline.py
embeds batches, realtime.py answers calls, processors/core.py does the work, and
tests/ checks it. It passes lint and test as written; put your model into
processors/core.py and go on from there.

NAME may be a path; its last part is the plugin's name.`,
		Example: "  plugforge init text_embed\n  plugforge init photos/photo_embed --category image",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("init takes the new plugin's name")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := initPlugin(args[0], o)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "%s is a plugin now:\n", args[0])
			for _, name := range files {
				fmt.Fprintf(out, "  %s\n", filepath.Join(args[0], name))
			}
			_, err = fmt.Fprintf(out, "Next: plugforge test %s\n", args[0])
			return err
		},
	}
	cmd.Flags().StringVar(&o.category, "category", "text", "what the plugin reads: "+strings.Join(categoryNames(), ", "))
	return cmd
}

// starter is what the templates are filled with.
type starter struct {
	Name     plugforge.Name
	Category string
	Field    string // the input's name
	FieldIs  string // its description
	What     string // what is embedded, with its article
	Pieces   string // what the stand-in for a model counts
	Example  string // a value for Field
	Count    string // how many pieces Example has, as Python writes it
	Binary   bool   // Field is base64
}

// categories are the kinds of plugin that init can write.
func categories() map[string]starter {
	binary := func(kind, article string) starter {
		return starter{Category: kind, Field: kind, FieldIs: "The " + kind + "'s bytes in base64", What: article + " " + kind,
			Pieces: "blocks", Example: "cGx1Z2ZvcmdlIGV4YW1wbGU=", Count: "1.0", Binary: true}
	}
	return map[string]starter{
		"text": {Category: "text", Field: "text", FieldIs: "The text to embed", What: "a text",
			Pieces: "words", Example: "hello world", Count: "2.0"},
		"image":    binary("image", "an"),
		"audio":    binary("audio", "an"),
		"video":    binary("video", "a"),
		"document": binary("document", "a"),
	}
}

func categoryNames() []string { return slices.Sorted(maps.Keys(categories())) }

// starterFiles maps a plugin's files to their templates.
func starterFiles() map[string]string {
	return map[string]string{
		"manifest.py":            "manifest.py.tmpl",
		"pipeline.py":            "pipeline.py.tmpl",
		"realtime.py":            "realtime.py.tmpl",
		"processors/__init__.py": "",
		"processors/core.py":     "core.py.tmpl",
		"tests/test_plugin.py":   "test_plugin.py.tmpl",
		".gitignore":             "gitignore.tmpl",
	}
}

// initPlugin writes a new plugin into dir and names its files. The folder
// appears whole or not at all, and is never one that exists.
func initPlugin(dir string, o initOptions) ([]string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	name, err := plugforge.ParseName(filepath.Base(absolute))
	if err != nil {
		return nil, err
	}
	if slices.Contains(pythonKeywords(), string(name)) {
		return nil, plugforge.Errorf(plugforge.CodeValidation, "name %q is a word of Python's own, so nobody could import the plugin: choose another", name)
	}
	fill, known := categories()[o.category]
	if !known {
		return nil, usageError{fmt.Errorf("--category is %q: use %s", plugforge.Printable(o.category), strings.Join(categoryNames(), ", "))}
	}
	fill.Name = name
	if _, err := os.Lstat(absolute); err == nil {
		return nil, plugforge.Errorf(plugforge.CodeAlreadyExists, "%s exists: choose another name, or remove it first", plugforge.Printable(dir))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o755); err != nil {
		return nil, err
	}
	draft, err := os.MkdirTemp(filepath.Dir(absolute), ".plugforge-init-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(draft)
	files := slices.Sorted(maps.Keys(starterFiles()))
	for _, file := range files {
		if err := fill.write(filepath.Join(draft, file), starterFiles()[file]); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(draft, 0o755); err != nil {
		return nil, err
	}
	return files, os.Rename(draft, absolute)
}

// write writes one file; an empty one without a template.
func (s starter) write(path, name string) error {
	var content bytes.Buffer
	if name != "" {
		t, err := template.New(name).Delims("[[", "]]").ParseFS(templates, "templates/"+name)
		if err != nil {
			return err
		}
		if err := t.Execute(&content, s); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content.Bytes(), 0o644)
}

// pythonKeywords cannot stand in an import statement.
func pythonKeywords() []string {
	return strings.Fields(`False None True and as assert async await break class continue def del elif else except
		finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)
}
