package signers

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"plugforge"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// signer is a key that is the same at every run.
func signer(t testing.TB, seed byte) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromSigner(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sign(t testing.TB, s ssh.Signer, payload, space string) []byte {
	t.Helper()
	sig, err := sshsig.Sign(strings.NewReader(payload), s, sshsig.HashSHA512, space)
	if err != nil {
		t.Fatal(err)
	}
	return sshsig.Armor(sig)
}

func line(t testing.TB, seed byte, after, before time.Time) Line {
	return Line{Principal: "server@plugforge", Key: authorized(signer(t, seed).PublicKey()), After: after, Before: before}
}

// What we say of a signature, ssh-keygen says too.
func TestVerifyAgreesWithSSHKeygen(t *testing.T) {
	dir := t.TempDir()
	list := &List{Lines: []Line{
		line(t, 1, time.Time{}, noon),
		line(t, 2, noon, noon.Add(time.Hour)),
		line(t, 1, noon.Add(time.Hour), time.Time{}), // the first key again
	}}
	file := filepath.Join(dir, "signers")
	if err := os.WriteFile(file, []byte(list.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	reread, err := Parse([]byte(list.String()))
	if err != nil || reread.String() != list.String() {
		t.Fatalf("read back as %v, %v", reread, err)
	}
	for _, c := range []struct {
		name    string
		seed    byte
		payload string
		space   string
		at      time.Time
		want    string // part of the error; empty: good
	}{
		{"first key, long before", 1, "text", Space, noon.Add(-time.Hour), ""},
		{"first key, at its end", 1, "text", Space, noon, ""},
		{"first key, in the second's time", 1, "text", Space, noon.Add(time.Minute), "counts from"},
		{"first key, in its second time", 1, "text", Space, noon.Add(2 * time.Hour), ""},
		{"second key, too early", 2, "text", Space, noon.Add(-time.Second), "counts from"},
		{"second key, in time", 2, "text", Space, noon.Add(time.Minute), ""},
		{"second key, too late", 2, "text", Space, noon.Add(time.Hour + time.Second), "counts until"},
		{"a stranger's key", 3, "text", Space, noon, "not among the allowed"},
		{"other bytes", 1, "test", Space, noon, "not of these bytes"},
		{"another namespace", 1, "text", "file", noon, "not of these bytes"},
	} {
		armored := sign(t, signer(t, c.seed), c.payload, c.space)
		who, err := list.Verify([]byte("text"), armored, c.at)
		if c.want == "" && (err != nil || who != "server@plugforge") || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %q, %v; want %q", c.name, who, err, c.want)
		}
		sig := filepath.Join(dir, "sig")
		if err := os.WriteFile(sig, armored, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("ssh-keygen", "-Y", "verify", "-f", file, "-I", "server@plugforge", "-n", Space, "-s", sig,
			"-Overify-time="+c.at.Format(stampForm))
		cmd.Stdin = strings.NewReader("text")
		if out, theirs := cmd.CombinedOutput(); (theirs == nil) != (err == nil) {
			t.Errorf("%s: we say %v, ssh-keygen %v: %s", c.name, err, theirs, out)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	key := authorized(signer(t, 1).PublicKey())
	for text, want := range map[string]string{
		"":                                     "name no key",
		"# nothing\n\n":                        "name no key",
		"lonely":                               "line 1",
		"a@b not-a-key":                        "line 1",
		"# one\na@b cert-authority " + key:     "cert-authority",
		"a@b valid-after=\"soon\" " + key:      "soon",
		"a@b valid-before=\"20261301\" " + key: "20261301",
		"a@b frob " + key:                      "frob",
	} {
		_, err := Parse([]byte(text))
		if plugforge.CodeOf(err) != plugforge.CodeValidation || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{
		"a@b " + key, "a@b\t" + key + " comment here", `a@b namespaces="git,file" ` + key, `a@b namespaces="g?t",VALID-AFTER="20200101" ` + key,
	} {
		list, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if _, err := list.Verify([]byte("x"), sign(t, signer(t, 1), "x", Space), noon); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	list, err := Parse([]byte(`a@b namespaces="*,!git" ` + key))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list.Verify([]byte("x"), sign(t, signer(t, 1), "x", Space), noon); err == nil {
		t.Error("a key that may not sign in git was taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a@b namespaces=\"git\",valid-after=\"20260101Z\" " + authorized(signer(f, 1).PublicKey()) + "\n"))
	f.Add([]byte("a@b \"\" =,\n#\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := Parse(text)
		if err != nil {
			return
		}
		if _, err := list.Verify(text, text, noon); err == nil {
			t.Error("the list was taken for its own signature")
		}
	})
}
