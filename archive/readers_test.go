package archive_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plugforge/archive"
)

// readers extracts archives with other programs and compares what they wrote
// with the tree. Python stays up from one archive to the next.
type readers struct {
	dir    string
	python *exec.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
}

const pythonReader = `
import json, sys, zipfile
for line in sys.stdin:
    path, out = json.loads(line)
    names, errors = [], {}
    try:
        with zipfile.ZipFile(path) as z:
            for i in z.infolist():
                names.append(i.filename)
                try: z.extract(i, out)
                except Exception as e: errors[i.filename] = repr(e)
    except Exception as e: errors[""] = repr(e)
    print(json.dumps([names, errors]), flush=True)
`

func newReaders(t testing.TB) *readers {
	t.Helper()
	r := &readers{dir: t.TempDir(), python: exec.Command("/usr/bin/python3", "-I", "-S", "-X", "utf8", "-c", pythonReader)}
	ask, err := r.python.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := r.python.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.python.Stderr = os.Stderr
	r.ask, r.answer = ask, bufio.NewReader(answer)
	if err := r.python.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.ask.Close()
		r.python.Wait()
	})
	return r
}

// agree demands that archive/zip, Python's zipfile and Info-ZIP's unzip extract
// the archive to the tree's files, and that none writes outside its folder.
func (r *readers) agree(t testing.TB, tree *archive.Tree, b []byte) {
	t.Helper()
	junk := map[string]bool{}
	for _, name := range tree.Dropped() {
		junk[name] = true
	}
	scratch, err := os.MkdirTemp(r.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	zipped := filepath.Join(scratch, "a.zip")
	if err := os.WriteFile(zipped, b, 0o600); err != nil {
		t.Fatal(err)
	}
	want, wrapping := contents(t, tree), wrap(t, tree, b)
	for _, who := range []struct {
		name    string
		extract func(t testing.TB, b []byte, zipped, out string, junk map[string]bool)
	}{{"archive/zip", byGo}, {"Python", r.byPython}, {"unzip", byUnzip}} {
		side := filepath.Join(scratch, who.name)
		out := filepath.Join(side, "deep", "out")
		if err := os.MkdirAll(out, 0o700); err != nil {
			t.Fatal(err)
		}
		who.extract(t, b, zipped, out, junk)
		inside(t, who.name, side, "deep")
		inside(t, who.name, filepath.Join(side, "deep"), "out")
		compare(t, who.name, want, extracted(t, who.name, out), wrapping, len(junk) > 0)
	}
	inside(t, "some reader", scratch, "a.zip", "archive", "Python", "unzip")
}

// inside demands that a folder holds nothing but what is named.
func inside(t testing.TB, who, dir string, names ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("%s wrote %q outside its folder", who, e.Name())
		}
	}
}

// byGo extracts as a careless program would: names are taken as they are.
func byGo(t testing.TB, b []byte, _, out string, junk map[string]bool) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("archive/zip refuses what is accepted: %v", err)
	}
	for _, f := range r.File {
		if err := byGoOne(f, filepath.Join(out, f.Name)); err != nil && !junk[f.Name] {
			t.Errorf("archive/zip can't extract %q: %v", f.Name, err)
		}
	}
}

func byGoOne(f *zip.File, path string) error {
	if strings.HasSuffix(f.Name, "/") {
		return os.MkdirAll(path, 0o700)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

func (r *readers) byPython(t testing.TB, _ []byte, zipped, out string, junk map[string]bool) {
	t.Helper()
	line, err := json.Marshal([]string{zipped, out})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(r.ask, "%s\n", line); err != nil {
		t.Fatal(err)
	}
	reply, err := r.answer.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	errs := map[string]string{}
	if err := json.Unmarshal(reply, &[]any{&names, &errs}); err != nil {
		t.Fatal(err)
	}
	for name, problem := range errs {
		if !junk[name] {
			t.Errorf("Python can't extract %q: %s", name, problem)
		}
	}
	slices.Sort(names)
	if n := len(names); len(slices.Compact(names)) != n && len(junk) == 0 {
		t.Errorf("Python sees a name twice")
	}
}

func byUnzip(t testing.TB, _ []byte, zipped, out string, junk map[string]bool) {
	t.Helper()
	cmd := exec.Command("unzip", "-qq", "-o", "-d", out, zipped)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "UNZIP=")
	if said, err := cmd.CombinedOutput(); (err != nil || len(said) > 0) && len(junk) == 0 {
		t.Errorf("unzip complains of what is accepted: %v\n%s", err, said)
	}
}

// extracted reads a folder that another program wrote. Nothing but files and
// folders may be in it.
func extracted(t testing.TB, who, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() {
			t.Errorf("%s made a %v of %q", who, d.Type(), name)
			return nil
		}
		content, err := os.ReadFile(path)
		all[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatalf("what %s wrote: %v", who, err)
	}
	return all
}

// compare demands that another reader wrote the tree's files, below the folder
// that wraps them, and beside them nothing; or, where there is junk, nothing that
// counts: readers may name junk as they like.
func compare(t testing.TB, who string, want, got map[string]string, wrapping string, junk bool) {
	t.Helper()
	if len(got) != len(want) && !junk {
		t.Errorf("%s wrote %d files, the tree has %d", who, len(got), len(want))
	}
	for name, content := range want {
		if have, here := got[wrapping+name]; !here || have != content {
			t.Errorf("%s reads %q differently (there: %v)", who, wrapping+name, here)
		}
	}
}

// wrap is the folder that wraps the tree's files in the archive, with its slash.
func wrap(t testing.TB, tree *archive.Tree, b []byte) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("archive/zip refuses what is accepted: %v", err)
	}
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") || slices.Contains(tree.Dropped(), f.Name) {
			continue
		}
		if _, err := tree.Stat(f.Name); err != nil {
			folder, _, _ := strings.Cut(f.Name, "/")
			return folder + "/"
		}
	}
	return ""
}
