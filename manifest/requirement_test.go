package manifest_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plugforge/manifest"
)

// spelled are dependencies in every form that PEP 508 has, and many that it
// has not.
func spelled() []string {
	return []string{"numpy", "numpy>=1", "numpy >= 1.0 , < 2", "numpy (>=1,<2)", "numpy(>=1)", "numpy()", "numpy[a]", "numpy [ a , b ] >=1", "numpy[]",
		"Numpy", "zope.interface", "typing_extensions", "A-b_C.d", "a.", "a-", "_a", "a_", "-a", "a b", "a@https://x.org/a.zip",
		"a @ https://x.org/a.zip", "a @ https://x.org/a.zip ; os_name == 'nt'", "a @ https://x.org/a.zip; os_name == 'nt'", "a @", "a[x] @ git+https://x.org/r@v1",
		"a==1.*", "a!=1.*", "a>=1.*", "a~=1", "a~=1.2", "a~=1.2.*", "a===whatever", "a===", "a===1,2", "a==1+local.1", "a>=1+local", "a=1", "a<>1", "a>1,", "a>1,,<2",
		"a ,>1", "a>1<2", "a>1 <2", "a>=1.0rc1", "a>=1.0.RC-1", "a>=1.0-1", "a>=1.0.post", "a>=1.0.dev", "a>=1!2.0", "a>=v1.0", "a>=1.0a", "a>=x", "a>=", "a>=1.0.x",
		"a;python_version<'3'", "a ; python_version < \"3\"", "a; python_version in '3.8 3.9'", "a; python_version not in '3.8'", "a; python_version not  in '3.8'",
		"a; python_version notin '3.8'", "a; (python_version<'3' or os_name=='nt') and extra == 'x'", "a; python_version<'3' and", "a; and", "a;", "a; ()", "a; 'x' == 'y'",
		"a; python_version", "a; os.name == 'x'", "a; sys.platform == 'x'", "a; python_implementation=='x'", "a; platform.python_implementation=='x'", "a; nothing == 'x'",
		"a; extra=='x'or extra=='y'", "a; python_version<'3'and os_name=='x'", "a; python_version >= 3", "a; python_version ~= '3.8'", "a; 'x' in extras", "a; 'g' in dependency_groups",
		"a; python_versionx == '3'", "a; ((python_version<'3'))", "a; (python_version<'3'", "a; python_version<'3')", "", " ", "\ta", "a\t", "a\n", "é", "aé", "a[é]", "a[x", "a[x,]", "a[x y]",
		"./a", "a/b", "git+https://x.org/a", "-r x.txt", "-e .", "a # comment", "a>=1 # c", "a>=1;# c", "a[x]>=1,!=1.5,<2; sys_platform!='win32'", "a  >=  1", "a>=1 .0", "a> =1"}
}

// TestRequirementsEqualPackaging compares with the library that pip itself
// reads dependencies with, over a table and random strings.
func TestRequirementsEqualPackaging(t *testing.T) { requirementsEqual(t, 1, 10_000) }

func requirementsEqual(t *testing.T, seed uint64, count int) {
	texts := spelled()
	r := rand.New(rand.NewPCG(508, seed))
	parts := []string{"a", "numpy", "A.b", "[", "]", "x", ",", " ", "  ", "\t", ">=", "<=", "==", "===", "!=", "~=", "<", ">", "1", "1.0", "2.3.4", "1!2", ".*", "+l.1", "rc1", ".dev0",
		".post1", "-1", "v1", "(", ")", ";", "@", "https://x.org/a", "python_version", "os_name", "extra", "'3'", "\"x\"", "and", "or", "not", "in", "-", "_", ".", "é", "0"}
	for range count {
		var b strings.Builder
		b.WriteString([]string{"a", "numpy", "a[x]", "a ", ""}[r.IntN(5)])
		if r.IntN(3) == 0 {
			b.WriteString([]string{"; ", ">=1; ", " @ https://x.org/a ; "}[r.IntN(3)])
		}
		for range r.IntN(9) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		texts = append(texts, b.String())
	}
	var want []*struct {
		Name       string
		Extras     []string
		Specifiers []string
		URL        string
		Marked     bool
	}
	if err := json.Unmarshal(ask(t, []any{map[string]any{"requirements": texts}})[0], &want); err != nil {
		t.Fatal(err)
	}
	read := 0
	for i, text := range texts {
		got := manifest.ParseRequirement(text)
		if (got == nil) != (want[i] == nil) {
			t.Errorf("%q: we read %+v, packaging %+v", text, got, want[i])
			continue
		}
		if got == nil {
			continue
		}
		read++
		w := manifest.ParsedRequirement(*want[i])
		got.Specifiers, w.Specifiers = plainSpecifiers(got.Specifiers), plainSpecifiers(w.Specifiers)
		got.Extras = slices.Clip(append([]string{}, got.Extras...))
		if !reflect.DeepEqual(*got, w) {
			t.Errorf("%q: we read %+v, packaging %+v", text, *got, w)
		}
	}
	if read < count/20 {
		t.Errorf("only %d of %d texts are dependencies", read, len(texts))
	}
	t.Logf("%d texts, %d of them dependencies", len(texts), read)
}

// plainSpecifiers are specifiers sorted and without blanks, each once.
func plainSpecifiers(in []string) []string {
	out := []string{}
	for _, s := range in {
		out = append(out, regexp.MustCompile(`\s`).ReplaceAllString(s, ""))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestContradictionsEqualPackaging: no set of specifiers that some version
// fits is called contradictory, nor one that none fits let through, and single
// versions are judged alike.
func TestContradictionsEqualPackaging(t *testing.T) { contradictionsEqual(t, 1, 3_000) }

func contradictionsEqual(t *testing.T, seed uint64, count int) {
	type question struct {
		Set      string   `json:"set"`
		Versions []string `json:"versions"`
	}
	questions := []question{{Set: ">=2,<1"}, {Set: "==1.0,==2.0"}, {Set: "==1.0,!=1.0"}, {Set: ">=1,!=1.*,<1.1"}, {Set: "~=1.4.2,<1.4"}, {Set: ">1.0,<1.0.post2"},
		{Set: ">=1.0,<1.0"}, {Set: "==1.*,<1"}, {Set: ">1,<1.0.0.1"}, {Set: "<0"}, {Set: "<0.dev0"}, {Set: "==1.0+a,==1.0+b"}, {Set: "==1.0,==1.0.0"}, {Set: ">=2!1,<2"}}
	r := rand.New(rand.NewPCG(440, seed))
	version := func() string {
		v := []string{"0", "1", "1.0", "1.1", "1.0.1", "2", "2.3.4", "1!1"}[r.IntN(8)]
		if r.IntN(3) == 0 {
			v += []string{"a1", "rc2", ".post1", ".dev0", ".post2.dev3", "a1.post2", "rc1.dev1"}[r.IntN(7)]
		}
		return v
	}
	for range count {
		q := question{Versions: []string{}}
		var clauses []string
		for range 1 + r.IntN(4) {
			op, v := []string{">=", "<=", "==", "!=", "<", ">", "~="}[r.IntN(7)], version()
			if op == "~=" {
				v = []string{"1.0", "1.1", "2.3.4", "1.0.1"}[r.IntN(4)]
			} else if (op == "==" || op == "!=") && r.IntN(2) == 0 {
				v = []string{"1.*", "1.0.*", "1.1.*", "2.3.*", "1.0+x", "0.*"}[r.IntN(6)]
			}
			clauses = append(clauses, op+v)
		}
		q.Set = strings.Join(clauses, ",")
		for range 4 {
			q.Versions = append(q.Versions, version()+[]string{"", "", "+x", "+1.b"}[r.IntN(4)])
		}
		questions = append(questions, q)
	}
	for i := range questions {
		questions[i].Versions = append([]string{}, questions[i].Versions...)
	}
	var want []struct {
		None bool
		Fit  []bool
	}
	if err := json.Unmarshal(ask(t, []any{map[string]any{"sets": questions}})[0], &want); err != nil {
		t.Fatal(err)
	}
	none := 0
	for i, q := range questions {
		if got := manifest.Contradictory(q.Set); got != want[i].None {
			t.Errorf("%s: contradictory %v, packaging says %v", q.Set, got, want[i].None)
		}
		if want[i].None {
			none++
		}
		for j, v := range q.Versions {
			if got := manifest.Fits(q.Set, v); got != want[i].Fit[j] {
				t.Errorf("%s fits %s: %v, packaging says %v", v, q.Set, got, want[i].Fit[j])
			}
		}
	}
	t.Logf("%d sets, %d of them contradictory", len(questions), none)
}

// FuzzRequirement: whatever stands in dependencies is read or refused, and what
// is read can be compared.
func FuzzRequirement(f *testing.F) {
	for _, text := range spelled() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := manifest.ParseRequirement(text)
		if r == nil {
			return
		}
		if r.Name == "" || strings.ToLower(r.Name) != r.Name || strings.ContainsAny(r.Name, "_. ") {
			t.Errorf("%q has the name %q", text, r.Name)
		}
		_ = manifest.Contradictory(strings.Join(r.Specifiers, ","))
	})
}
