package scanner_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	cryptorand "crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/ssh"

	"plugforge"
	"plugforge/scanner"
)

const (
	digits = "0123456789"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	alnum  = digits + uppers + lowers
	slug   = alnum + "-_"
	hex    = digits + "abcdef"
	base64 = alnum + "+/"
)

// maker makes what looks like secrets, the same in each run.
type maker struct{ *rand.Rand }

// some gives n characters of the set.
func (m maker) some(set string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = set[m.IntN(len(set))]
	}
	return string(b)
}

func secretsIn(t testing.TB, tree fs.FS) scanner.Leaks {
	t.Helper()
	leaks, err := scanner.Secrets(context.Background(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return leaks
}

// leak is a text with a secret in it.
type leak struct {
	rule string
	text string
	bare bool // it needs a file of settings, or quotes around
}

// someLeaks are texts by kind. No secret stands in this file.
func someLeaks(t testing.TB) map[string]leak {
	some := maker{rand.New(rand.NewPCG(1, 2))}.some
	key, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	block, err := ssh.MarshalPrivateKey(key, "someone@somewhere")
	if err != nil {
		t.Fatal(err)
	}
	account, err := json.MarshalIndent(map[string]string{"type": "service_account", "private_key_id": some(hex, 40), "private_key": pkcs8}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	pgp := "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\nComment: mine\n\n" + some(base64, 64) + "\n" + some(base64, 64) + "\n-----END PGP PRIVATE KEY BLOCK-----\n"
	return map[string]leak{
		"plugforge":         {"PF304", "sk_" + some(alnum, 40), false},
		"AWS id":            {"PF301", "AKIA" + some(uppers+"234567", 16), false},
		"AWS temporary id":  {"PF301", "ASIA" + some(uppers+"234567", 16), false},
		"AWS secret":        {"PF301", "aws_secret_access_key = " + some(base64, 40), false},
		"AWS secret, JSON":  {"PF301", `"SecretAccessKey": "` + some(base64, 40) + `"`, false},
		"Google key":        {"PF301", "AIza" + some(slug, 35), false},
		"service account":   {"PF302", string(account), false},
		"Azure storage":     {"PF301", "AccountName=a;AccountKey=" + some(base64, 86) + "==;EndpointSuffix=x", false},
		"Azure client":      {"PF301", some(alnum, 3) + "8Q~" + some(alnum, 34), false},
		"GitHub":            {"PF303", "ghp_" + some(alnum, 36), false},
		"GitHub fine":       {"PF303", "github_pat_" + some(alnum, 22) + "_" + some(alnum, 59), false},
		"GitLab":            {"PF303", "glpat-" + some(slug, 20), false},
		"Slack":             {"PF303", "xoxb-" + some(digits, 12) + "-" + some(digits, 12) + "-" + some(alnum, 24), false},
		"Slack webhook":     {"PF303", "https://hooks.slack.com/services/T" + some(uppers, 8) + "/B" + some(uppers, 8) + "/" + some(alnum, 24), false},
		"Stripe":            {"PF303", "sk_live_" + some(alnum, 24), false},
		"OpenAI":            {"PF303", "sk-" + some(alnum, 20) + "T3BlbkFJ" + some(alnum, 20), false},
		"OpenAI project":    {"PF303", "sk-proj-" + some(slug, 74) + "T3BlbkFJ" + some(slug, 74), false},
		"Anthropic":         {"PF303", "sk-ant-api03-" + some(slug, 93) + "AA", false},
		"Hugging Face":      {"PF303", "hf_" + some(uppers+lowers, 34), false},
		"JWT":               {"PF303", "eyJhbGciOiJIUzI1NiJ9.eyJ" + some(slug, 40) + "." + some(slug, 43), false},
		"Telegram":          {"PF303", some("123456789", 9) + ":AA" + some(slug, 33), false},
		"PKCS8":             {"PF302", pkcs8, false},
		"PKCS8 in JSON":     {"PF302", fmt.Sprintf(`{"key": %q}`, pkcs8), false},
		"PKCS8 in literals": {"PF302", "'" + strings.ReplaceAll(strings.TrimSpace(pkcs8), "\n", "\\n'\n    b'") + "'", false},
		"OpenSSH":           {"PF302", string(pem.EncodeToMemory(block)), false},
		"PGP":               {"PF302", pgp, false},
		"address":           {"PF305", "postgres://app:" + some(alnum, 18) + "1a@db.internal/x", false},
		"assigned":          {"PF305", `API_KEY = "` + some(alnum, 30) + `1a2B"`, false},
		"assigned, JSON":    {"PF305", `{"client_secret": "` + some(alnum, 30) + `1a2B"}`, false},
		"assigned, hex":     {"PF305", `auth_token: "` + some(hex, 34) + `01ab23cd"`, false},
		"assigned, bare":    {"PF305", `DB_PASSWORD=` + some(alnum, 30) + `1a2B`, true},
	}
}

func TestSecretsAreFound(t *testing.T) {
	for kind, c := range someLeaks(t) {
		for where, text := range map[string]string{
			"alone":           c.text,
			"in code":         "# Größe\nx = 1\nkey = f(" + c.text + ")\n",
			"far down":        strings.Repeat("é line\n", 100_000) + "ü " + c.text + "\n",
			"in one line":     strings.Repeat("word ", 90_000) + c.text,
			"among bytes":     "\x00\x01\xff" + strings.Repeat("\xfe", 3000) + "\x00" + c.text + "\x00",
			"on window's end": strings.Repeat(" ", 256<<10-4096-3) + c.text,
			"in UTF-16":       utf16Text(c.text),
		} {
			path := "assets/notes.txt"
			if c.bare {
				if path = "prod.env"; where == "in code" || where == "among bytes" {
					continue
				}
			}
			leaks := secretsIn(t, fstest.MapFS{path: {Data: []byte(text)}, "README.md": {Data: []byte("nothing")}})
			if len(leaks.Findings) != 1 || leaks.Findings[0].Rule != c.rule || leaks.Findings[0].Path != path {
				t.Errorf("%s, %s: %v, want one of %s", kind, where, leaks.Findings, c.rule)
				continue
			}
			if f := leaks.Findings[0]; leaks.Shows(f.String()) {
				t.Errorf("%s: the finding shows it: %s", kind, f)
			}
			line := slices.MaxFunc(strings.Split(c.text, "\n"), func(a, b string) int { return len(a) - len(b) })
			if where != "in UTF-16" && !leaks.Shows("x "+line) {
				t.Errorf("%s: its line %q is not known for secret", kind, line)
			}
		}
	}
}

func utf16Text(s string) string {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestPlaceOfSecret(t *testing.T) {
	token := "ghp_" + maker{rand.New(rand.NewPCG(3, 4))}.some(alnum, 36)
	for text, want := range map[string]string{
		token:                        "1:1",
		"\ufeff" + token:             "1:1",
		"a\r\nü = \"" + token + "\"": "2:6",
		strings.Repeat("é", 300_000) + " " + token:    "1:300002",
		strings.Repeat("é\n", 300_000) + "€ " + token: "300001:3",
	} {
		found := secretsIn(t, fstest.MapFS{"a.md": {Data: []byte(text)}}).Findings
		if len(found) != 1 || fmt.Sprintf("%d:%d", found[0].Line, found[0].Col) != want {
			t.Errorf("%.20q…: %v, want it at %s", text, found, want)
		}
	}
}

func TestNoSecrets(t *testing.T) {
	some := maker{rand.New(rand.NewPCG(5, 6))}.some
	for what, text := range map[string]string{
		"documented AWS id":     "AKIAIOSFODNN7EXAMPLE",
		"documented AWS secret": `aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"`,
		"x":                     "sk_" + strings.Repeat("x", 40) + " sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ghp_" + strings.Repeat("X", 36),
		"one character":         "sk_" + strings.Repeat("a", 40) + " hf_" + strings.Repeat("0", 34),
		"your own":              "hf_YOUR_TOKEN api_key = \"your-api-key-goes-in-here-2026\" password: \"<your password here 123>\"",
		"ellipsis":              "sk-ant-api03-... ghp_… sk-...",
		"in a word":             "task_" + some(alnum, 40) + " disk-" + some(alnum, 48) + " xAKIA" + some(uppers, 16),
		"too short":             "ghp_" + some(alnum, 20) + " AKIA" + some(uppers, 12) + " sk_" + some(alnum, 39),
		"too long":              "AKIA" + some(uppers, 20) + " sk_" + some(alnum, 44),
		"class names":           "class=\"sk-estimator-doc-link fitted sk-toggleable__control-label-arrow\"",
		"public keys":           "-----BEGIN PUBLIC KEY-----\n" + some(base64, 64) + "\n-----END PUBLIC KEY-----",
		"certificates":          "-----BEGIN CERTIFICATE-----\n" + some(base64, 64) + "\n-----END CERTIFICATE-----",
		"code about keys":       "if text.startswith('-----BEGIN PRIVATE KEY-----'):\n    token = load_token_from_somewhere(\"settings\")\n",
		"template of a key":     "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
		"hashes":                "sha256 = \"" + some(hex, 64) + "\"\nrevision = \"" + some(hex, 40) + "\"\npassword_hash = \"" + some(alnum, 60) + "\"",
		"special tokens":        "pad_token = \"[PAD]\"\neos_token=\"<|endoftext|>\"\nbos_token = \"begin_of_text_token_for_models\"",
		"token of words":        "secret = \"this-is-not-a-secret-at-all-really\"\ntoken = \"projects/alpha/topics/beta\"",
		"addresses":             "https://user:password@host/ https://user:pass@example.com https://host:8080/a@b git@host:path/repo.git https://h/p?x=user:name@x",
		"template address":      "postgres://{user}:{password}@{host}/db postgres://$USER:$PASS@host/ redis://:${REDIS_PASSWORD}@h",
		"looked up":             "password = os.environ[\"SERVICE_PASSWORD_2026_PRODUCTION\"]\napi_key=settings.api_key_for_2026_production_use",
		"compared":              "token == \"" + some(alnum, 40) + "\"",
		"unsigned web token":    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0." + some(slug, 43),
		"image":                 "data:image/png;base64," + some(base64, 20_000),
		"nothing":               "",
	} {
		if found := secretsIn(t, fstest.MapFS{"a.py": {Data: []byte(text)}, "b.yaml": {Data: []byte(text)}}).Findings; len(found) > 0 {
			t.Errorf("%s: %v", what, found)
		}
	}
}

// A service account's key is named as what it is, and what has nothing to do
// with the secret is still shown.
func TestHide(t *testing.T) {
	token := "ghp_" + maker{rand.New(rand.NewPCG(7, 8))}.some(alnum, 36)
	leaks := secretsIn(t, fstest.MapFS{"a.txt": {Data: []byte(token)}})
	given := []plugforge.Finding{{Path: "a.py", Text: "token " + token[:12] + "…"}, {Path: "b.py", Text: "nothing of the kind"}}
	got := leaks.Hide(given)
	if leaks.Shows(got[0].Text) || got[1] != given[1] || !leaks.Shows(given[0].Text) {
		t.Errorf("hidden %v of %v", got, given)
	}
}

// TestSecretsWorst: what makes the search start over and over takes time in its
// length still.
func TestSecretsWorst(t *testing.T) {
	const size = 4 << 20
	for what, piece := range map[string]string{
		"starts":        "AKIA ghp_ sk- sk_ eyJ token= ",
		"words":         "token_token_token_",
		"assignments":   "token='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"bare":          "token=token.token/",
		"web tokens":    "eyJaaaaaaaaaaaaaaaaaaaaa.",
		"long parts":    "eyJ" + strings.Repeat("a", 1000) + ".eyJ" + strings.Repeat("a", 2000) + ".",
		"keys":          "-----BEGIN PRIVATE KEY-----\n",
		"keys' headers": "-----BEGIN PRIVATE KEY-----\na: b\nc: d\n\n\n\n\n\n\n\n\n\n\n\n\n",
		"addresses":     "a://a:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"found":         "ghp_0123456789abcdefghijABCDEFGHIJ0123456789\n",
		"zeros":         "\x00\x00\x00\x00",
	} {
		text := strings.Repeat(piece, size/len(piece))
		begun := time.Now()
		secretsIn(t, fstest.MapFS{"a.env": {Data: []byte(text)}})
		// At some 200 MB/s this is 20 ms; the bound allows for a slow machine with
		// the race detector, and not for time in the square of the length.
		if took := time.Since(begun); took > 8*time.Second {
			t.Errorf("%s: %v", what, took)
		} else {
			t.Logf("%s: %v", what, took)
		}
	}
}

// FuzzSecrets: nothing makes it panic, and a text has the same findings wherever
// in a file it stands.
func FuzzSecrets(f *testing.F) {
	for _, c := range someLeaks(f) {
		f.Add(c.text, uint32(0))
		f.Add("é"+c.text+"x\r\n", uint32(256<<10-4096-20))
	}
	f.Fuzz(func(t *testing.T, text string, lines uint32) {
		if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\xef\xbb\xbf") {
			return // a mark is one at the start alone
		}
		lines %= 600 << 10
		alone := secretsIn(t, fstest.MapFS{"a.env": {Data: []byte(text)}}).Findings
		moved := secretsIn(t, fstest.MapFS{"a.env": {Data: []byte(strings.Repeat("\n", int(lines)) + text)}}).Findings
		for i := range moved {
			moved[i].Line -= int(lines)
		}
		if !slices.Equal(alone, moved) {
			t.Errorf("%q: alone %v, after %d lines %v", text, alone, lines, moved)
		}
	})
}

// TestNoSecretsInStandardLibrary: 58 MB of what people wrote, binaries too, hold
// none.
func TestNoSecretsInStandardLibrary(t *testing.T) {
	if found := secretsIn(t, os.DirFS("/usr/lib/python3.11")).Findings; len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
