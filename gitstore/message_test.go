package gitstore

import (
	"fmt"
	"maps"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"plugforge"
)

func hostileMessages() []string {
	return []string{
		"plain",
		"subject\n\nbody",
		"ends in newlines\n\n\n",
		"\n\nstarts in newlines",
		"crlf\r\n\r\nPlugin: other\r\nVersion: 9.9.9\r\n",
		"Plugin: other\nVersion: 9.9.9\nUpload-Id: plu_x",
		"subject\n\nUpload-Id: plu_x\nPlugin: other\n",
		"above\n---\nbelow",
		"above\n--- a/file\nbelow",
		"above\n---\tx\n---\r\n--- \n----\n---x",
		"\\---\n\\\\---\n\\--- x\n---",
		"above\n# ------------------------ >8 ------------------------\nbelow",
		"\\# ------------------------ >8 ------------------------",
		"# comment\n# Conflicts:\n#\tx",
		"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----",
		"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n",
		"gpgsig x\ntree 0000\n\nparent x",
		"\u202eright to left \u00e9\u4e2d\U0001f600",
		"\x1b[31mred\x07",
		"(cherry picked from commit 0000)\nSigned-off-by: x <y@z>\n",
		strings.Repeat("line of sixty-four kibibytes, sixty-four characters long, here\n", 1024),
		strings.Repeat("---\n", 16<<10),
	}
}

func interpretTrailers(t *testing.T, message string) string {
	t.Helper()
	cmd := exec.Command("git", "interpret-trailers", "--parse")
	cmd.Stdin = strings.NewReader(message)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func FuzzMessage(f *testing.F) {
	for _, m := range hostileMessages() {
		f.Add(m, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if checkText("message", text) != nil || strings.ContainsAny(value, "\n") {
			return
		}
		block := []trailer{{trailerPlugin, value}, {trailerVersion, "1.0.0"}}
		got, trailers, err := parseMessage(formatMessage(text, block))
		if err != nil || got != text || !maps.Equal(trailers, map[string]string{trailerPlugin: value, trailerVersion: "1.0.0"}) {
			t.Fatalf("%q with %q came back as %q with %q, %v", text, value, got, trailers, err)
		}
	})
}

// What nobody wrote is an error and never a panic.
func FuzzParseMessage(f *testing.F) {
	f.Add("")
	f.Add("\n\n")
	f.Add("a\n\nb: c\nb: d\n")
	f.Add("tree x\n\n\n\n")
	f.Fuzz(func(t *testing.T, message string) {
		text, trailers, err := parseMessage(message)
		if err == nil && len(trailers) == 0 {
			t.Fatalf("%q has text %q and no trailers", message, text)
		}
		_, _ = decodeCommit(emptyTree, []byte(message))
		_, _ = decodeTag([]byte(message))
		_, _ = decodeTree([]byte(message))
	})
}

// What a scan left to tell is in the signed message, a line each, and nothing
// where there is nothing to tell.
func TestScanRecord(t *testing.T) {
	s := openStore(t, nil)
	for i, rec := range []plugforge.ScanRecord{
		{},
		{Findings: []string{"a.py:1:8: PF101: \"x\" \\ <b>\u2028\nPlugin: other", "and 3 more"}},
		{Suppressed: []plugforge.Suppression{{Path: "ü.py", Line: 3, Rule: "PF110", Reason: "---\n\nVersion: 9.9.9"}}},
		{Allowed: []string{"acme_sdk"}},
		{Allowed: []string{"a", "b.c"}, Permitted: []string{"PF110"}, Findings: []string{"f"}, Suppressed: []plugforge.Suppression{{}, {Line: 1}}},
	} {
		rec.Policy = someSHA256
		v := ver(1, 0, i)
		what := publication(testSlug, v)
		what.Plugin.Scan = rec
		if _, err := s.Publish(t.Context(), what, sampleTree()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Plugin(t.Context(), testSlug, v)
		if err != nil || !reflect.DeepEqual(got.Scan, rec) {
			t.Errorf("read back %+v, %v; want %+v", got.Scan, err, rec)
		}
		names := git(t, s.repoDir(testSlug), "log", "-1", "--format=%(trailers:keyonly)", "v"+v.String())
		if strings.Count(names, "Scan-") != strings.Count(fmt.Sprint(len(rec.Findings) > 0, len(rec.Suppressed) > 0, len(rec.Allowed)+len(rec.Permitted) > 0), "true") ||
			strings.Count(names, "Version") != 1 {
			t.Errorf("trailers %q", names)
		}
	}
	what := publication(testSlug, ver(2, 0, 0))
	what.Plugin.Scan.Findings = []string{strings.Repeat("x", maxScanTrailer)}
	_, err := s.Publish(t.Context(), what, sampleTree())
	wantCode(t, err, plugforge.CodeValidation)
}
