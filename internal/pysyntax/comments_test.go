package pysyntax_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

// TestComments has what CPython 3.11's own tokenizer can't read or tell:
// fields that hold strings and comments.
func TestComments(t *testing.T) {
	for src, want := range map[string]string{
		"x = 1 # a\n":                        "# a",
		"# a\r\nx = '# b' # c\r\n# d":        "# a|# c|# d",
		"x = ('a' # b\n 'c') # d\n":          "# b|# d",
		"x = '''# a\n# b'''# c\n":            "# c",
		`x = "\"# a" # b`:                    "# b",
		`x = r"\" # a`:                       "",
		`x = r"\"" # a`:                      "# a",
		`x = f"{a['# b']}# c" # d`:           "# d",
		`x = f"{a["# b"]}# c" # d`:           "# d",
		`x = f"{{# a}}{b:{c}# d}# e" # f`:    "# f",
		`x = f"{a!r:>{w['#']}} #" # b`:       "# b",
		"x = f'''{\na # b\n}# c''' # d\n":    "# b|# d",
		`x = f"\N{NUMBER SIGN}{a}# b" # c`:   "# c",
		`x = rf"\{a['#']}# b" # c`:           "# c",
		`x = f"{lambda_['a':1]}#" # b`:       "# b",
		`x = f"{ {1: '#'}[1] }#" # b`:        "# b",
		"x = y if'#'in'# a'else'#' # b\n":    "# b",
		"def f():\n    '''# a'''\n    # b\n": "# b",
	} {
		f, problems, err := pysyntax.Parse(t.Context(), []byte(src))
		if err != nil || f == nil {
			if !strings.Contains(src, `r"\" # a`) {
				t.Errorf("%q: %v %v", src, problems, err)
			}
			continue
		}
		var got []string
		for _, c := range f.Comments() {
			got = append(got, f.Text(c))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

// TestCommentsAsCPython: the comments of the standard library are those that
// its own tokenizer tells.
func TestCommentsAsCPython(t *testing.T) {
	paths := sample(t, stdlib, 9)
	list, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-I", "-c", `
import json, sys, tokenize
for path in json.load(sys.stdin):
    try:
        with open(path, "rb") as f:
            all = [[t.start[0], t.start[1] + 1, t.string.rstrip("\r")] for t in tokenize.tokenize(f.readline) if t.type == tokenize.COMMENT]
    except (SyntaxError, UnicodeDecodeError, tokenize.TokenError):
        all = None
    print(json.dumps(all))
`)
	cmd.Stdin = bytes.NewReader(list)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	type comment struct {
		line, col int
		text      string
	}
	compared := 0
	for i, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var rows [][3]any
		if err := json.Unmarshal(line, &rows); err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(paths[i])
		if err != nil {
			t.Fatal(err)
		}
		f, _, err := pysyntax.Parse(t.Context(), src)
		if err != nil {
			t.Fatal(err)
		}
		if f == nil || rows == nil && len(f.Comments()) == 0 {
			continue
		}
		var want, got []comment
		for _, r := range rows {
			want = append(want, comment{int(r[0].(float64)), int(r[1].(float64)), r[2].(string)})
		}
		for _, c := range f.Comments() {
			line, col := f.Place(c.Start())
			got = append(got, comment{line, col, f.Text(c)})
		}
		compared += len(want)
		for j := range max(len(want), len(got)) {
			if j >= len(want) || j >= len(got) || want[j] != got[j] {
				t.Errorf("%s: comment %d of %d differs from the %d of CPython", paths[i], j, len(got), len(want))
				break
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d comments were compared", compared)
	}
}
