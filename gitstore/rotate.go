package gitstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"plugforge"
	"plugforge/internal/signers"
)

// signersFile is where the list of all signing keys lies.
func (c Config) signersFile() string {
	if c.Signers != "" {
		return c.Signers
	}
	return filepath.Join(filepath.Dir(c.KeyFile), "allowed_signers")
}

// openKey loads the key that signs from now on, and the list of all that did.
func (s *Store) openKey(cfg Config) (err error) {
	s.key.allowed = &signers.List{}
	if cfg.KeyFile == "" {
		return nil
	}
	if s.key, err = s.loadKey(cfg.KeyFile); err != nil {
		return err
	}
	s.key.allowed, err = s.enlist(cfg.signersFile(), s.key.public(), time.Now())
	return err
}

// RotateKey puts a new signing key in place of Config.KeyFile, whose private
// half is gone for good when it returns. What the old key signed stays
// verifiable: the list of signers keeps its public half with the time until
// which it counts. A crash leaves the old key or the new one, and the next Open
// brings the list up to date. No Store may be open on the folder. Errors:
// CodeConflict where no key was ever made: Open makes the first.
func RotateKey(ctx context.Context, cfg Config) error {
	return plugforge.Wrap("gitstore.RotateKey", translate(rotateKey(ctx, cfg)))
}

func rotateKey(ctx context.Context, cfg Config) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := &Store{dir: cfg.Dir}
	list := cfg.signersFile()
	if isFile(cfg.KeyFile) {
		old, err := s.loadKey(cfg.KeyFile)
		if err != nil {
			return err
		}
		if _, err := s.enlist(list, old.public(), time.Now()); err != nil {
			return err
		}
	} else if !isFile(list) { // a key that was lost may be replaced, too
		return plugforge.Errorf(plugforge.CodeConflict, "there is no signing key %s to replace: the server makes the first one when it starts", plugforge.Printable(cfg.KeyFile))
	}
	folder := filepath.Dir(cfg.KeyFile)
	temp, err := s.writeKey(folder)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Rename(temp, cfg.KeyFile); err != nil {
		return err
	}
	if err := s.syncDir(folder); err != nil {
		return err
	}
	key, err := s.loadKey(cfg.KeyFile)
	if err == nil {
		_, err = s.enlist(list, key.public(), time.Now())
	}
	return err
}

// enlist sees to it that the list of signers says of one key alone that it
// counts from now on: public, which signs. What others signed counts until now.
func (s *Store) enlist(file, public string, now time.Time) (*signers.List, error) {
	list := &signers.List{}
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		if list, err = signers.Parse(text); err != nil {
			return nil, &plugforge.Error{Code: plugforge.CodeConflict, Message: "the list of signing keys " + file + " cannot be read: restore it from a backup", Err: err}
		}
	case !missing(err):
		return nil, err
	}
	now = now.UTC().Truncate(time.Second)
	changed := list.Replace(signers.Line{Principal: committerEmail, Key: public}, now)
	current := list.Lines[len(list.Lines)-1]
	if now.Before(current.After) {
		return nil, plugforge.Errorf(plugforge.CodeConflict,
			"the clock says %s, and the signing key counts from %s on: set the clock right, or nobody could verify what is signed now", now.Format(time.RFC3339), current.After.UTC().Format(time.RFC3339))
	}
	if !changed {
		return list, nil
	}
	folder := filepath.Dir(file)
	if err := s.makeDirs(folder); err != nil {
		return nil, err
	}
	temp := filepath.Join(folder, ".signers-"+randomName())
	err = s.replaceFile(temp, file, []byte(list.String()), 0o600)
	if err != nil {
		return nil, errors.Join(err, os.Remove(temp))
	}
	return list, nil
}
