package scanner_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"plugforge"
	"plugforge/scanner"
)

func TestParsePolicy(t *testing.T) {
	p, err := scanner.ParsePolicy("scan.toml", []byte(`# ours
[[allow]]
modules = ["zeta_sdk",   # the last
  "acme.vision"]
reason = "reviewed in November"

[[allow]]
reason = 'of the "platform" team'
modules = ['acme_sdk']

[suppress]
rules = ["PF118", "PF110"]
reason = "looked at in review"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := scanner.Policy{
		Allow:    []scanner.Addition{{"acme.vision", "reviewed in November"}, {"acme_sdk", `of the "platform" team`}, {"zeta_sdk", "reviewed in November"}},
		Suppress: []scanner.Addition{{"PF110", "looked at in review"}, {"PF118", "looked at in review"}},
	}
	if fmt.Sprint(p) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", p, want)
	}
	for module, allowed := range map[string]bool{"acme_sdk": true, "acme_sdk.io": true, "acme_sdks": false, "acme": false, "acme.vision.deep": true} {
		if p.Allows(module) != allowed {
			t.Errorf("%s: allowed %t", module, !allowed)
		}
	}
	for _, empty := range []string{"", "# nothing\n"} {
		if p, err := scanner.ParsePolicy("a", []byte(empty)); err != nil || len(p.Allow)+len(p.Suppress) > 0 {
			t.Errorf("%q: %v %v", empty, p, err)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	const good = "reason = \"why\"\n"
	for text, want := range map[string]string{
		"[allow\n": "scan.toml:1: ",
		"[allow]\nmodules = [\"a_b\"\nreason = 1\n":                                   "scan.toml:3: ",
		"[allow]\nmodules = [\"a_b\"]\nmodules = []\n":                                "scan.toml:3: ",
		"[alow]\nmodules = [\"a_b\"]\n" + good:                                        `scan.toml:1: there is no section "alow": did you mean [allow]?`,
		"\n[supress]\nrules = [\"PF110\"]\n" + good:                                   `scan.toml:2: there is no section "supress": did you mean [suppress]?`,
		"[allow]\nmodule = [\"a_b\"]\n" + good:                                        `scan.toml:2: there is no key "module" in [allow]: did you mean modules?`,
		"[suppress]\nrules = [\"PF110\"]\nreasons = \"\"":                             `scan.toml:3: there is no key "reasons" in [suppress]: did you mean reason?`,
		"[allow]\nrules = [\"PF110\"]\n" + good:                                       `scan.toml:2: there is no key "rules" in [allow]`,
		"rules = [\"PF110\"]\n":                                                       "scan.toml:1: rules stands in no section",
		"[allow]\nmodules = \"a_b\"\n" + good:                                         "scan.toml:2: modules must be a list",
		"[allow]\nmodules = [\"a_b\", 2]\n" + good:                                    "scan.toml:2: modules must hold names in quotes",
		"[allow]\nmodules = []\n" + good:                                              "scan.toml:1: [allow] lists nothing",
		"[suppress]\n" + good:                                                         "scan.toml:1: [suppress] lists nothing",
		"[allow]\nmodules = [\"a_b\"]\n":                                              "scan.toml:1: [allow] has no reason",
		"[allow]\nmodules = [\"a_b\"]\nreason = \" \"":                                "scan.toml:3: reason must be a text",
		"[allow]\nmodules = [\"a_b\"]\nreason = 3":                                    "scan.toml:3: reason must be a text",
		"[allow]\nmodules = [\"a_b\"]\nreason = \"" + strings.Repeat("é", 201) + "\"": "scan.toml:3: reason must be a text",
		"[allow]\nmodules = [\"a b\"]\n" + good:                                       `scan.toml:2: modules: "a b" is no module's name`,
		"[allow]\nmodules = [\n \"ok_a\",\n \"json\"]\n" + good:                       "scan.toml:4: modules: json is allowed without being listed",
		"[allow]\nmodules = [\"subprocess\"]\n" + good:                                "scan.toml:2: modules: subprocess is forbidden and no policy allows it: see plugforge rules PF101",
		"[allow]\nmodules = [\"ctypes.util\"]\n" + good:                               "scan.toml:2: modules: ctypes.util is forbidden",
		"[allow]\nmodules = [\"a_b\", \"a_b\"]\n" + good:                              "scan.toml:2: modules: a_b stands in line 2 already",
		"[suppress]\nrules = [\"PF999\"]\n" + good:                                    `scan.toml:2: rules: there is no rule "PF999"`,
		"[suppress]\nrules = [\"pf110\"]\n" + good:                                    `scan.toml:2: rules: there is no rule "pf110": did you mean PF110?`,
		"[suppress]\nrules = [\"PF101\"]\n" + good:                                    "scan.toml:2: rules: PF101 can not be suppressed under any policy; these can: PF1",
		"[suppress]\nrules = [\"PF303\"]\n" + good:                                    "scan.toml:2: rules: PF303 can not be suppressed",
		"[allow.more]\nmodules = [\"a_b\"]\n" + good:                                  `scan.toml:1: there is no section "allow.more"`,
		"[allow]\nmodules = [\"a_b\", \"\u202e\"]\n" + good:                           `scan.toml:2: modules: "\u202e" is no module's name`,
		"\xff":                         "scan.toml:1: ",
		strings.Repeat("#\n", 200_000): "scan.toml:1: the file has 400000 bytes",
	} {
		p, err := scanner.ParsePolicy("scan.toml", []byte(text))
		var e *plugforge.Error
		if !errors.As(err, &e) || e.Code != plugforge.CodeValidation || !strings.HasPrefix(e.Message, want) || strings.Contains(e.Message, "\n") {
			t.Errorf("%.80q\ngot  %v\nwant %s", text, err, want)
		}
		if len(p.Allow)+len(p.Suppress) > 0 {
			t.Errorf("%.80q: policy %v beside the error", text, p)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add("[[allow]]\nmodules = [\"a_b\"]\nreason = \"c\"\n[suppress]\nrules = ['PF110']\nreason = '''x'''\n")
	f.Add("[allow]\n\"modules\" = [\"\\u0041\"]\nreason.x = {a = 1}\n")
	f.Add("allow = [{modules = [\"a\"], reason = \"b\"}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := scanner.ParsePolicy("f", []byte(text))
		if err != nil && plugforge.CodeOf(err) != plugforge.CodeValidation {
			t.Error(err)
		}
		for _, a := range slices.Concat(p.Allow, p.Suppress) {
			if a.Reason == "" || a.Name == "" {
				t.Errorf("%q gives %v", text, p)
			}
		}
	})
}

// looks is a policy that permits to suppress PF110 and PF118.
var looks = scanner.Policy{Suppress: []scanner.Addition{{"PF110", "x"}, {"PF118", "x"}}}

func TestSuppress(t *testing.T) {
	const bad = "import os\nv = getattr(os, name)"
	for what, c := range map[string]struct {
		text string
		want string // findings, as line:rule, and what was suppressed, as line:rule:reason
	}{
		"on the line":        {bad + "  # plugforge: allow PF110 one of three", "2:PF110:one of three"},
		"line above":         {"import os\n# plugforge: allow PF110 one of three\nv = getattr(os, name)", "3:PF110:one of three"},
		"above, indented":    {"import os\nif 1:\n    # plugforge: allow PF110 - one of three\n    v = getattr(os, name)", "4:PF110:one of three"},
		"behind another":     {bad + "  # noqa # plugforge: allow PF110: one of three", "2:PF110:one of three"},
		"no blanks":          {bad + "#plugforge:allow PF110 one of three", "2:PF110:one of three"},
		"two rules":          {"import os\nv = f(getattr(os, name), os)  # plugforge: allow PF110, PF118 both known", "2:PF110:both known 2:PF118:both known"},
		"two of one":         {"import os\nv = getattr(os, a), getattr(os, b)  # plugforge: allow PF110 known", "2:PF110:known"},
		"CRLF":               {"import os\r\nv = getattr(os, name)  # plugforge: allow PF110 known\r\n", "2:PF110:known"},
		"last above wins":    {"import os\n# plugforge: allow PF110 known\nv = getattr(os, name)  # more", "3:PF110:known"},
		"in a string":        {"import os\nv = getattr(os, name), '# plugforge: allow PF110 known'", "2:PF110"},
		"in a long string":   {"import os\n'''\n# plugforge: allow PF110 known\n'''; v = getattr(os, name)", "4:PF110"},
		"in an f-string":     {"import os\nv = getattr(os, name), f'{x!r:# plugforge: allow PF110 known}'", "2:PF110"},
		"too far above":      {"import os\n# plugforge: allow PF110 known\n\nv = getattr(os, name)", "2:PF401 4:PF110"},
		"below":              {bad + "\n# plugforge: allow PF110 known", "2:PF110 3:PF401"},
		"behind other code":  {"import os\nx = 1 # plugforge: allow PF110 known\nv = getattr(os, name)", "2:PF401 3:PF110"},
		"no reason":          {bad + "  # plugforge: allow PF110", "2:PF110 2:PF401"},
		"reason of dots":     {bad + "  # plugforge: allow PF110 ...", "2:PF110 2:PF401"},
		"reason too long":    {bad + "  # plugforge: allow PF110 " + strings.Repeat("x", 201), "2:PF110 2:PF401"},
		"no rule":            {bad + "  # plugforge: allow", "2:PF110 2:PF401"},
		"rule in words":      {bad + "  # plugforge: allow everything here", "2:PF110 2:PF401"},
		"unknown rule":       {bad + "  # plugforge: allow PF1110 known", "2:PF110 2:PF401"},
		"lower case":         {bad + "  # plugforge: allow pf110 known", "2:PF110 2:PF401"},
		"unknown word":       {bad + "  # plugforge: ignore PF110 known", "2:PF110 2:PF401"},
		"nothing":            {"x = 1  # plugforge: allow PF110 known", "1:PF401"},
		"another rule":       {bad + "  # plugforge: allow PF118 known", "2:PF110 2:PF401"},
		"one of two":         {bad + "  # plugforge: allow PF110, PF118 known", "2:PF110:known 2:PF401"},
		"not permitted":      {"import shelve  # plugforge: allow PF108 known", "1:PF108 1:PF401"},
		"never":              {"import subprocess  # plugforge: allow PF101 known", "1:PF101 1:PF401"},
		"itself":             {"x = 1  # plugforge: allow PF401 known", "1:PF401"},
		"unparsed":           {"x = (  # plugforge: allow PF204 known", "1:PF204"},
		"other linters' way": {bad + "  # noqa: PF110 known", "2:PF110"},
		"told of":            {"# Write `# plugforge: allow PF110 why` there.\nx = 1", ""},
	} {
		got, err := scanner.Scan(t.Context(), fstest.MapFS{"a.py": {Data: []byte(c.text + "\n")}}, looks)
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, f := range got.Findings {
			have = append(have, fmt.Sprintf("%d:%s", f.Line, f.Rule))
		}
		for _, s := range got.Suppressed {
			if s.Path != "a.py" {
				t.Errorf("%s: suppressed in %q", what, s.Path)
			}
			have = append(have, fmt.Sprintf("%d:%s:%s", s.Line, s.Rule, s.Reason))
		}
		slices.Sort(have)
		if strings.Join(have, " ") != c.want {
			t.Errorf("%s: got %v, want %s; %v", what, have, c.want, got.Findings)
		}
	}
}

func TestSuppressTooMany(t *testing.T) {
	text := "import os\n" + strings.Repeat("v = getattr(os, name)  # plugforge: allow PF110 known\n", 101)
	got, err := scanner.Scan(t.Context(), fstest.MapFS{"a.py": {Data: []byte(text)}}, looks)
	if err != nil || len(got.Findings) != 1 || got.Findings[0].Rule != "PF401" || got.Findings[0].Path != "archive" {
		t.Errorf("%v, %v", got.Findings, err)
	}
}

// Every rule is either fixed, or a policy may permit its suppression.
func TestWhatMayBeSuppressed(t *testing.T) {
	for _, r := range scanner.Rules() {
		_, err := scanner.ParsePolicy("a", []byte("[suppress]\nrules = [\""+r.ID+"\"]\nreason = \"b\"\n"))
		if (err != nil) != r.Fixed {
			t.Errorf("%s: %v", r.ID, err)
		}
		if r.Severity != scanner.High && r.Severity != scanner.Medium && r.Severity != scanner.Low {
			t.Errorf("%s: severity %q", r.ID, r.Severity)
		}
		if !r.Fixed && r.ID[2] != '1' {
			t.Errorf("%s is no rule of what code does, and could be suppressed", r.ID)
		}
	}
}
