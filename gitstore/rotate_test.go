package gitstore

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plugforge"
)

// verifyTag is stock git's verify-tag with the store's signers.
func verifyTag(t *testing.T, s *Store, tag string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "signers")
	if err := os.WriteFile(file, []byte(s.AllowedSigners()), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := tryGit(s.repoDir(testSlug), "-c", "gpg.ssh.allowedSignersFile="+file, "verify-tag", tag)
	if err != nil {
		t.Logf("verify-tag %s: %s", tag, out)
	}
	return err
}

func publishNow(t *testing.T, s *Store, v plugforge.Version) {
	t.Helper()
	p := publication(testSlug, v)
	p.Plugin.CreatedAt = time.Now()
	if _, err := s.Publish(t.Context(), p, sampleTree(v.String())); err != nil {
		t.Fatal(err)
	}
}

func TestRotatedKeysVerify(t *testing.T) {
	ctx, data := t.Context(), t.TempDir()
	cfg := Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "keys", "signing")}
	if err := RotateKey(ctx, cfg); plugforge.CodeOf(err) != plugforge.CodeConflict {
		t.Errorf("rotate before the first key: %v", err)
	}
	open := func(cfg Config) *Store {
		t.Helper()
		s, err := Open(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(cfg)
	first := s.AllowedSigners()
	if strings.Contains(first, "valid-") {
		t.Errorf("the first key has times: %s", first)
	}
	if open(cfg).AllowedSigners() != first {
		t.Error("opened again, the list is another")
	}
	publishNow(t, s, ver(1, 0, 0))
	old, err := os.ReadFile(cfg.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // keys count by the second
	if err := RotateKey(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	s = open(cfg)
	publishNow(t, s, ver(1, 1, 0))
	for _, tag := range []string{"v1.0.0", "v1.1.0"} {
		if err := verifyTag(t, s, tag); err != nil {
			t.Errorf("%s after the rotation: %v", tag, err)
		}
	}
	// The old key, stolen, signs nothing new.
	time.Sleep(1100 * time.Millisecond)
	stolen := filepath.Join(data, "stolen")
	if err := os.WriteFile(stolen, old, 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, s.repoDir(testSlug), "-c", "user.name=x", "-c", "user.email=x@y", "-c", "gpg.format=ssh", "-c", "user.signingkey="+stolen, "tag", "-s", "-m", "x", "stolen", "v1.0.0^{}")
	if verifyTag(t, s, "stolen") == nil {
		t.Error("what the old key signs after the rotation verifies")
	}
	// An operator's own key takes over, and the first one comes back.
	own := filepath.Join(data, "own")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", own).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	other := cfg
	other.KeyFile, other.Signers = own, filepath.Join(data, "keys", "allowed_signers")
	s = open(other)
	publishNow(t, s, ver(1, 2, 0))
	s = open(cfg)
	publishNow(t, s, ver(1, 3, 0))
	for _, tag := range []string{"v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"} {
		if err := verifyTag(t, s, tag); err != nil {
			t.Errorf("%s at the end: %v", tag, err)
		}
	}
	if n := strings.Count(s.AllowedSigners(), "\n"); n != 4 {
		t.Errorf("%d lines of signers, want 4:\n%s", n, s.AllowedSigners())
	}
}

// A key that was lost may be replaced; one that was merely swapped is noticed.
func TestRotateCutShort(t *testing.T) {
	ctx, data := t.Context(), t.TempDir()
	cfg := Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(data, "signing")}
	s, err := Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	publishNow(t, s, ver(1, 0, 0))
	if err := os.Remove(cfg.KeyFile); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, cfg); plugforge.CodeOf(err) != plugforge.CodeConflict || !strings.Contains(err.Error(), "signing-key rotate") {
		t.Errorf("open without the key: %v", err)
	}
	if err := RotateKey(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	// As after a crash between the new key and the list that names it.
	list := cfg.signersFile()
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	first = strings.Join(strings.Fields(first)[2:], " ")
	if err := os.WriteFile(list, []byte("server@plugforge namespaces=\"git\" "+first+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(s.AllowedSigners(), "\n"); n != 2 || verifyTag(t, s, "v1.0.0") != nil {
		t.Errorf("signers after a crash:\n%s", s.AllowedSigners())
	}
	if err := os.WriteFile(list, []byte("what is this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, cfg); plugforge.CodeOf(err) != plugforge.CodeConflict {
		t.Errorf("a list that can't be read: %v", err)
	}
}
