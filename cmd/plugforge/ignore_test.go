package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What push leaves out is what git leaves out, for the same files.
func TestIgnoresAsGitDoes(t *testing.T) {
	names := []string{
		"a.py", "b.log", "keep.log", "#hash", "!bang", "trail ", "sp ace.txt", "é.txt", "x[1].txt", "x1.txt", "xa.txt", "x-.txt", "x^.txt",
		"build/out.o", "build/keep.txt", "src/build/out.o", "src/a.log", "src/deep/er/b.log", "src/deep/c.py", "doc/a.txt", "doc/b/a.txt",
		"deep/doc/a.txt", "foo/bar/baz.txt", "foo/x/bar/baz.txt", "foobar/baz.txt", "data/x.bin", "data/sub/y.bin", "data/keep/z.bin",
		"logs/today", "tmp/one", "tmp/two/three", "sub/own.txt", "sub/rooted.txt", "sub/deep/rooted.txt", "sub/again.log", "star*name", "back\\slash",
		"q.txt", "qq.txt", ".hidden", "dir.py/file.txt",
	}
	for _, rules := range []string{
		"*.log\n!keep.log\n",
		"*.log\n!src/deep/er/b.log\n",
		"\\#hash\n\\!bang\n#comment\n\n",
		"trail\\ \nsp ace.txt   \n",
		"build/\n!build/keep.txt\n",
		"/build\n",
		"build/*\n!build/keep.txt\n",
		"doc/*.txt\n",
		"/doc/**\n",
		"**/doc/a.txt\n",
		"foo/**/baz.txt\n",
		"foo**\n", "**foo\n", "a**y\n", "**\n!a.py\n", "**/\n", "/**/b.log\n", "src/**\n!src/a.log\n",
		"x[0-9]*.txt\n", "x[!0-9].txt\n", "x[^a].txt\n", "x\\[1\\].txt\n", "x[[:alpha:]].txt\n", "x[]-^].txt\n", "x[a\n", "x[a-\n", "[\n",
		"?.txt\n", "é.txt\n", "*.PY\n", "star\\*name\n", "back\\\\slash\n", "back\\slash\n",
		"data/*\n!data/keep/\n", "/*\n!/src\n", "*\n!*.py\n!*/\n", "logs\n", "tmp/\n", "tmp/two\n", "dir.py\n", "*.py/\n",
		"*.txt\r\n!q.txt\r\n", "/\n", "!\n", "!/\n", "a.py/\n", ".*\n", "!.hidden\n.hidden\n", "*.log\n\\*.py\n", "src/deep/\n!src/deep/c.py\n",
		"trailing\\\n", " a.py\n", "\ta.py\n", "a.py\t\n", "foo/*/baz.txt\n", "foo/?/bar\n", "**/**/a.txt\n", "doc/**/\n", "**/er\n", "src/*/er\n",
	} {
		dir := t.TempDir()
		for _, name := range names {
			writeTest(t, filepath.Join(dir, name), "x")
		}
		writeTest(t, filepath.Join(dir, ".gitignore"), rules)
		writeTest(t, filepath.Join(dir, "sub", ".gitignore"), "/rooted.txt\nown*\n!again.log\n")
		if got, want := listed(t, dir), gitLists(t, dir, dir); !slices.Equal(got, want) {
			t.Errorf("%q: differs from git in %v", rules, differing(got, want))
		}
	}
}

// Rules outside of the folder, up to its repository's root, count too.
func TestIgnoresAsTheRepositoryDoes(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "plugins", "one")
	for _, name := range []string{"a.py", "secret.env", "out/b.py", "deep/out/c.py", "deep/only.txt", "keep.env", "excluded.txt", "top.txt"} {
		writeTest(t, filepath.Join(dir, name), "x")
	}
	writeTest(t, filepath.Join(root, ".gitignore"), "*.env\n/plugins/one/out/\n/top.txt\nplugins/*/deep/only.txt\n")
	writeTest(t, filepath.Join(root, "plugins", ".gitignore"), "!keep.env\n")
	runGit(t, root, "init", "-q")
	writeTest(t, filepath.Join(root, ".git", "info", "exclude"), "excluded.txt\n")
	got, want := listed(t, dir), gitLists(t, root, dir)
	if !slices.Equal(got, want) {
		t.Errorf("differs from git in %v", differing(got, want))
	}
	if slices.Contains(got, "secret.env") || !slices.Contains(got, "keep.env") {
		t.Errorf("lists %q", got)
	}
}

// Without a repository nothing above the folder has a say.
func TestIgnoresNothingFromElsewhere(t *testing.T) {
	root := t.TempDir()
	writeTest(t, filepath.Join(root, ".gitignore"), "*\n")
	writeTest(t, filepath.Join(root, "one", "a.py"), "x")
	if got := listed(t, filepath.Join(root, "one")); !slices.Equal(got, []string{"a.py"}) {
		t.Errorf("lists %q", got)
	}
}

// The tree shows the same whichever way one looks at it.
func TestFolderHidesWhatItLeavesOut(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.py", "__pycache__/a.pyc", "x.secret", "plugforge.toml", "sub/plugforge.toml", "sub/b.py", ".venv/lib.py", "only/x.secret"} {
		writeTest(t, filepath.Join(dir, name), "x")
	}
	writeTest(t, filepath.Join(dir, ".gitignore"), "*.secret\n")
	tree, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := listed(t, dir), []string{".gitignore", "a.py", "sub/b.py"}; !slices.Equal(got, want) {
		t.Errorf("lists %q, want %q", got, want)
	}
	for _, name := range []string{"x.secret", "plugforge.toml", "sub/plugforge.toml", "__pycache__", "__pycache__/a.pyc", ".venv/lib.py", "only", "only/x.secret", "nowhere", "../x", "/etc/passwd"} {
		if _, err := fs.ReadFile(tree, name); err == nil {
			t.Errorf("%s can be read", name)
		}
		if _, err := fs.Stat(tree, name); err == nil {
			t.Errorf("%s can be found", name)
		}
	}
}

func FuzzParseIgnore(f *testing.F) {
	for _, line := range []string{"*.log", "!a", "a/**/b", "[a-", "x[[:alpha:", "\\", "[]-^]", "**", "é[à-ü]*"} {
		f.Add(line, "a/b.log")
	}
	f.Fuzz(func(t *testing.T, line, name string) {
		if r, ok := parseIgnore(line); ok {
			r.base = "."
			ignored([]ignoreRule{r}, name, false)
		}
	})
}

// listed are the files of the folder as push sees it, but for what it leaves
// out of its own accord.
func listed(t *testing.T, dir string) []string {
	t.Helper()
	tree, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func gitLists(t *testing.T, repository, dir string) []string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(repository, ".git")); err != nil {
		runGit(t, repository, "init", "-q")
	}
	out := runGit(t, dir, "ls-files", "-z", "--others", "--exclude-standard")
	names := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	slices.Sort(names)
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

func differing(a, b []string) (only []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			only = append(only, "+"+s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			only = append(only, "-"+s)
		}
	}
	return only
}

func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+t.TempDir(), "XDG_CONFIG_HOME=")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}

func writeTest(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
