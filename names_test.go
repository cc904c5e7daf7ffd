package plugforge

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

// The log shows what names a version as people write it.
func TestNamesInTheLog(t *testing.T) {
	var line bytes.Buffer
	slog.New(slog.NewJSONHandler(&line, nil)).Info("x", "plugin", Slug{"ns_a", "text_embed"}, "version", Version{1, 2, 3})
	var got map[string]any
	if err := json.Unmarshal(line.Bytes(), &got); err != nil || got["plugin"] != "ns_a/text_embed" || got["version"] != "1.2.3" {
		t.Errorf("%s", line.Bytes())
	}
}

func TestParseName(t *testing.T) {
	for in, ok := range map[string]bool{
		"abc": true, "text_embed": true, "A_9": true, "a" + strings.Repeat("b", 63): true,
		"": false, "ab": false, "9ab": false, "_ab": false, "a-b": false, "a.b": false, "abc\n": false,
		"a" + strings.Repeat("b", 64): false, "ab٣": false, "../x": false, "HEAD@{": false, "äbc": false,
	} {
		if _, err := ParseName(in); (err == nil) != ok {
			t.Errorf("ParseName(%q): %v, want legal=%v", in, err, ok)
		} else if err != nil && CodeOf(err) != CodeValidation {
			t.Errorf("ParseName(%q) has code %s", in, CodeOf(err))
		}
	}
}

func TestParseVersion(t *testing.T) {
	for in, want := range map[string]string{
		"1.0.0": "1.0.0", "v1": "1.0.0", "1": "1.0.0", "1.0": "1.0.0", "v2.1": "2.1.0", "0.0.0": "0.0.0", "10.20.30": "10.20.30", "999999999.0.0": "999999999.0.0",
		"": "", "01.0.0": "", "1.00.0": "", "1.0.0.0": "", "-1": "", "1.-0": "", "1.0.0+b": "", "1.0.0-rc1": "", "vv1": "", "V1": "", " 1": "", "1 ": "", "1.": "", "1000000000": "", "١": "",
	} {
		got, err := ParseVersion(in)
		if want == "" {
			if CodeOf(err) != CodeValidation {
				t.Errorf("ParseVersion(%q) = %v, %v, want CodeValidation", in, got, err)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("ParseVersion(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
}

func TestVersionOrderAndNext(t *testing.T) {
	ordered := []Version{{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 2, 0}, {0, 10, 0}, {1, 0, 0}, {2, 0, 0}, {10, 0, 0}}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := a.Compare(b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s.Compare(%s) = %d", a, b, got)
			}
		}
		if next := a.Next(); next.Compare(a) <= 0 {
			t.Errorf("%s.Next() = %s is not above it", a, next)
		}
	}
	if got := (Version{1, maxPart, maxPart}).Next(); got != (Version{2, 0, 0}) {
		t.Errorf("a full version's Next is %s", got)
	}
}

func TestPluginID(t *testing.T) {
	for in, want := range map[string]PluginID{
		"text_embed_1_0_0": {"text_embed", Version{1, 0, 0}},
		"m_2_1_0_3":        {"m_2", Version{1, 0, 3}},
		"a_1_2_3_4_5_6":    {"a_1_2_3", Version{4, 5, 6}},
	} {
		got, err := ParsePluginID(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("ParsePluginID(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "_", "___", "abc", "abc_1_0", "abc_1_0_", "abc_01_0_0", "abc_v1_0_0", "a_1_0_0", "../abc_1_0_0", "abc_1_0_0\n", "abc_1_0_+1"} {
		if got, err := ParsePluginID(in); CodeOf(err) != CodeNotFound {
			t.Errorf("ParsePluginID(%q) = %v, %v, want CodeNotFound", in, got, err)
		}
	}
}

func FuzzPluginID(f *testing.F) {
	f.Add("text_embed_1_0_0")
	f.Add("a_1_2_3_4_5_6")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParsePluginID(s); err == nil && id.String() != s {
			t.Errorf("%q reads as %v, which writes %q", s, id, id)
		}
	})
}

func TestFeatureURI(t *testing.T) {
	id := PluginID{"text_embed", Version{1, 0, 0}}
	if got := id.FeatureURI("vec"); got != "mixpeek://text_embed@1.0.0/vec" {
		t.Error(got)
	}
	if got := id.FeatureURI(""); got != "mixpeek://text_embed@1.0.0" {
		t.Error(got)
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 漢":         "plain é 漢",
		"a\x1b[31mb\n":      `a\x1b[31mb\x0a`,
		"x\u202ey":          `x\u202ey`,
		"bad\xffbyte":       `bad\xffbyte`,
		"fffd stays \ufffd": "fffd stays \ufffd",
		"zero\u200bwidth":   `zero\u200bwidth`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestScopes(t *testing.T) {
	for _, c := range []struct {
		have []Scope
		want Scope
		ok   bool
	}{
		{[]Scope{ScopeRead}, ScopeRead, true},
		{[]Scope{ScopeWrite}, ScopeRead, true},
		{[]Scope{ScopeDeploy}, ScopeRead, true},
		{[]Scope{ScopeAdmin}, ScopeRead, true},
		{[]Scope{ScopeInvoke}, ScopeRead, false},
		{[]Scope{ScopeOrg}, ScopeRead, false},
		{[]Scope{ScopeAdmin}, ScopeDeploy, false},
		{DefaultScopes(), ScopeOrg, false},
	} {
		if got := (Key{Scopes: c.have}).Allows(c.want); got != c.ok {
			t.Errorf("%v allows %s: %v", c.have, c.want, got)
		}
	}
}
