package gitstore

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"plugforge"
	"plugforge/internal/signers"
)

// signingKey signs commits and tags. Equal input has an equal signature.
type signingKey struct {
	signer  ssh.Signer
	allowed *signers.List // its own key, and those before it
}

// sign returns the armoured signature, one line after another, the last one
// ended too.
func (k signingKey) sign(payload []byte) ([]byte, error) {
	if k.signer == nil {
		return nil, errors.New("the store was opened without a signing key")
	}
	sig, err := sshsig.Sign(bytes.NewReader(payload), k.signer, sshsig.HashSHA512, signers.Space)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return sshsig.Armor(sig), nil
}

// loadKey reads the key, making it first when the store is still empty.
func (s *Store) loadKey(path string) (signingKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.makeKey(path); err != nil {
			return signingKey{}, err
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return signingKey{}, fmt.Errorf("read signing key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return signingKey{}, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return signingKey{}, plugforge.Errorf(plugforge.CodeConflict, "signing key %s may be read by others: chmod 600 it", path)
	}
	raw, err := ssh.ParseRawPrivateKey(text)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		return signingKey{}, plugforge.Errorf(plugforge.CodeConflict, "signing key %s has a passphrase, which nobody is there to type when a server starts: take it off with ssh-keygen -p -f %s", path, path)
	}
	if err != nil {
		return signingKey{}, &plugforge.Error{Code: plugforge.CodeConflict, Message: fmt.Sprintf("signing key %s cannot be read: restore it from a backup", path), Err: err}
	}
	key, ok := raw.(*ed25519.PrivateKey)
	if !ok {
		return signingKey{}, plugforge.Errorf(plugforge.CodeConflict, "signing key %s is not an ed25519 key: make one with ssh-keygen -t ed25519", path)
	}
	signer, err := ssh.NewSignerFromSigner(*key)
	if err != nil {
		return signingKey{}, err
	}
	return signingKey{signer: signer}, nil
}

// public is the key as it stands in a list of signers.
func (k signingKey) public() string {
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(k.signer.PublicKey())))
}

// makeKey makes the key durable before its name exists. Of two processes that
// start at once, one key wins and both use it.
func (s *Store) makeKey(path string) error {
	if s.holdsRepositories() {
		return plugforge.Errorf(plugforge.CodeConflict,
			"signing key %s is missing but %s holds plugins signed with it: restore it from a backup, or, if it is lost, make a new one with plugforge signing-key rotate, after which what the old one signed can still be verified", path, s.dir)
	}
	folder := filepath.Dir(path)
	if err := s.makeDirs(folder); err != nil {
		return err
	}
	temp, err := s.writeKey(folder)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.syncDir(folder)
}

// writeKey makes a new key in a file of its own, durably but for its name.
func (s *Store) writeKey(folder string) (file string, err error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	block, err := ssh.MarshalPrivateKey(private, "plugforge")
	if err != nil {
		return "", err
	}
	file = filepath.Join(folder, ".key-"+randomName())
	return file, s.writeFile(file, pem.EncodeToMemory(block), 0o600)
}

func (s *Store) holdsRepositories() bool {
	for _, sub := range []string{ownersNamespace, ownersOrg} {
		found, _ := filepath.Glob(filepath.Join(s.dir, sub, "*", "*.git"))
		if len(found) > 0 {
			return true
		}
	}
	return false
}
