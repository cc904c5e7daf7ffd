package main

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed all:plugin
var pluginFiles embed.FS

//go:embed beside
var besideFiles embed.FS

// slug is the name of the plugin in plugin/, and of its folder where Python
// imports it as a package.
const slug = "bench_embed"

// tree is a version's files by path.
type tree map[string]string

// firstTree is the plugin as it lies in the folder plugin.
func firstTree() (tree, error) {
	t := tree{}
	err := fs.WalkDir(pluginFiles, "plugin", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := pluginFiles.ReadFile(path)
		t[strings.TrimPrefix(path, "plugin/")] = string(content)
		return err
	})
	return t, err
}

// edits are the places that versions change, beside the manifest's version:
// one of them each time, in turn. The %d is the number of the version that
// last changed it.
var edits = []struct{ path, line string }{
	{"processors/core.py", "REVISION = %d\n"},
	{"README.md", "Revision %d.\n"},
	{"processors/text.py", "REVISION = %d\n"},
}

// edit is the plugin's n-th version, n from 0, and its number: 1.0.n, with the
// manifest and one other file changed since version n-1.
func edit(first tree, n int) (t tree, version string, err error) {
	t = make(tree, len(first))
	for path, content := range first {
		t[path] = content
	}
	version = fmt.Sprintf("1.0.%d", n)
	if err := t.replace("manifest.py", `"version": "1.0.0"`, fmt.Sprintf("%q: %q", "version", version)); err != nil {
		return nil, "", err
	}
	for m := max(1, n-len(edits)+1); m <= n; m++ {
		e := edits[m%len(edits)]
		if err := t.replace(e.path, fmt.Sprintf(e.line, 0), fmt.Sprintf(e.line, m)); err != nil {
			return nil, "", err
		}
	}
	return t, version, nil
}

func (t tree) replace(path, old, new string) error {
	if strings.Count(t[path], old) != 1 {
		return fmt.Errorf("plugin/%s must hold %q once", path, old)
	}
	t[path] = strings.Replace(t[path], old, new, 1)
	return nil
}

// write puts the files that differ from those of before into dir, as an
// editor would.
func (t tree) write(dir string, before tree) error {
	for path, content := range t {
		if known, ok := before[path]; ok && known == content {
			continue
		}
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// zip packs the files, deflated.
func (t tree) zip() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for path, content := range t {
		f, err := w.Create(path)
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
