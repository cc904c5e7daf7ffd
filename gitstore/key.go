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
)

// signingKey signs commits and tags. Equal input has an equal signature.
type signingKey struct {
	signer  ssh.Signer
	allowed string
}

// signatureSpace is the namespace that git signs and verifies in.
const signatureSpace = "git"

// sign returns the armoured signature, one line after another, the last one
// ended too.
func (k signingKey) sign(payload []byte) ([]byte, error) {
	sig, err := sshsig.Sign(bytes.NewReader(payload), k.signer, sshsig.HashSHA512, signatureSpace)
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
			return signingKey{}, fmt.Errorf("make signing key: %w", err)
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
	public := bytes.TrimSpace(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	return signingKey{signer, fmt.Sprintf("%s namespaces=%q %s\n", committerEmail, signatureSpace, public)}, nil
}

// makeKey makes the key durable before its name exists. Of two processes that
// start at once, one key wins and both use it.
func (s *Store) makeKey(path string) error {
	if s.holdsRepositories() {
		return plugforge.Errorf(plugforge.CodeConflict,
			"signing key %s is missing but %s holds plugins signed with it: restore it from a backup, or, if it is lost, make a new one with ssh-keygen -t ed25519 and keep the old public key to verify old versions", path, s.dir)
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "plugforge")
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := s.makeDirs(folder); err != nil {
		return err
	}
	temp := filepath.Join(folder, ".key-"+randomName())
	defer os.Remove(temp)
	if err := s.writeFile(temp, pem.EncodeToMemory(block), 0o600); err != nil {
		return err
	}
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.syncDir(folder)
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
