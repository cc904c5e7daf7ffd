package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"plugforge"
)

// pullOptions are the flags of pull.
type pullOptions struct {
	settings
	version string
	dir     string
	force   bool
	json    bool
}

func newPull() *cobra.Command {
	var o pullOptions
	cmd := &cobra.Command{
		Use:   "pull SLUG",
		Short: "Fetch a version's source",
		Long: `Fetch the source of the live version, or of the one that is named, into a folder
(default: one named like the plugin). A folder that holds something is refused;
with --force the version's files replace those of the same names, and all others
stay. A ` + configName + ` among the files is left out: it would tell this program
where to send your key.

--json prints {"name", "version", "plugin_id", "dir", "files" (how many were
written), "left_out" (paths)}.`,
		Example: "  plugforge pull text_embed --version 1.0.0 -o before",
		Args:    arguments(1, 1, "a plugin's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return pull(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.version, "version", "", "the version (default: the live one)")
	f.StringVarP(&o.dir, "output", "o", "", "the folder to write to (default: the plugin's name)")
	f.BoolVar(&o.force, "force", false, "write into a folder that is not empty")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func pull(ctx context.Context, out *output, o *pullOptions, target string) error {
	name, version, err := parseTarget(target)
	if err != nil {
		return err
	}
	if o.version != "" {
		if version != nil {
			return usageError{errors.New("the version is named twice: give it once")}
		}
		if version, err = versionFlag(o.version); err != nil {
			return err
		}
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	name, version = resolve(ctx, client, name, version)
	dir := o.dir
	if dir == "" {
		dir = string(name)
	}
	if err := checkTarget(dir, o.force); err != nil {
		return err
	}
	id, err := activeOr(ctx, client, name, version)
	if err != nil {
		return err
	}
	source, err := client.Source(ctx, id)
	if err != nil {
		return err
	}
	defer source.Close()
	w := treeWriter{ctx: ctx, tree: source.Tree}
	if err := w.write(dir, o.force); err != nil {
		return err
	}
	for _, one := range w.leftOut {
		out.note("Left out %s: it would tell this program where to send your key.", plugforge.Printable(one))
	}
	if out.json {
		return out.result(struct {
			Name     string   `json:"name"`
			Version  string   `json:"version"`
			PluginID string   `json:"plugin_id"`
			Dir      string   `json:"dir"`
			Files    int      `json:"files"`
			LeftOut  []string `json:"left_out"`
		}{string(name), id.Version.String(), id.String(), dir, len(w.files), append([]string{}, w.leftOut...)})
	}
	return out.printf("%s %s is in %s (%s)\n", name, id.Version, plugforge.Printable(dir), counted(len(w.files), "file"))
}

// checkTarget refuses a folder that must not be written to, before anything is
// fetched.
func checkTarget(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.As(err, &pathError):
		if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
			return plugforge.Errorf(plugforge.CodeConflict, "%s is there and is no folder: name another with -o", plugforge.Printable(dir))
		}
		return err
	case err != nil:
		return err
	case len(entries) > 0 && !force:
		return &hinted{plugforge.Errorf(plugforge.CodeConflict, "the folder %s is not empty", plugforge.Printable(dir)),
			"name another folder with -o, or let --force write over the files in it"}
	}
	return nil
}

// treeWriter writes a version's files. They are laid out in a folder of its
// own first, and put in place by renaming when all are there.
type treeWriter struct {
	ctx     context.Context
	tree    fs.FS
	files   []string
	leftOut []string
}

func (w *treeWriter) write(dir string, force bool) (err error) {
	if err := w.list(); err != nil {
		return err
	}
	parent, fresh := filepath.Dir(filepath.Clean(dir)), false
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		fresh = true
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return err
		}
	} else if parent = dir; err != nil {
		return err
	}
	stage, err := os.MkdirTemp(parent, ".plugforge-pull-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	inside, err := os.OpenRoot(stage)
	if err != nil {
		return err
	}
	defer inside.Close()
	for _, name := range w.files {
		if err := w.lay(inside, path.Join("new", name)); err != nil {
			return err
		}
	}
	if fresh {
		return renameNew(filepath.Join(stage, "new"), dir)
	}
	return w.settle(dir, filepath.Base(stage), force)
}

func (w *treeWriter) list() error {
	return fs.WalkDir(w.tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case path.Base(name) == configName:
			w.leftOut = append(w.leftOut, name)
		default:
			w.files = append(w.files, name)
		}
		return nil
	})
}

// lay copies one file to below new.
func (w *treeWriter) lay(to *os.Root, name string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	from, err := w.tree.Open(name[len("new/"):])
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if err := to.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := to.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666|info.Mode().Perm()&0o111)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// renameNew gives the finished folder its name; one that came to be meanwhile
// stays as it is.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return plugforge.Errorf(plugforge.CodeConflict, "%s was made while its content was fetched: name another folder with -o", plugforge.Printable(to))
	}
	return os.Rename(from, to)
}

// settle moves the files to their places in a folder that was there before. It
// follows no link that leads out of the folder, and looks for what is in the
// way before it moves the first.
func (w *treeWriter) settle(dir, stage string, force bool) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range w.files {
		info, err := root.Lstat(name)
		switch {
		case err == nil && info.IsDir():
			return plugforge.Errorf(plugforge.CodeConflict, "%s is a folder where the version has a file: move it away", plugforge.Printable(filepath.Join(dir, name)))
		case err == nil && !force:
			return plugforge.Errorf(plugforge.CodeConflict, "%s was made while the source was fetched: nothing was written", plugforge.Printable(filepath.Join(dir, name)))
		}
		if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
			return &hinted{plugforge.Errorf(plugforge.CodeConflict, "%s can't be made a folder: %v", plugforge.Printable(filepath.Join(dir, path.Dir(name))), err),
				"move away what is there, or name another folder with -o"}
		}
	}
	for _, name := range w.files {
		if err := root.Rename(path.Join(stage, "new", name), name); err != nil {
			return err
		}
	}
	return nil
}
