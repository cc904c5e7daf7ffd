package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/gitstore"
	"plugforge/operator"
)

func newSigningKey() *cobra.Command {
	key := &cobra.Command{
		Use:   "signing-key",
		Short: "Replace the key that signs versions and the ledger",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	key.AddCommand(newSigningKeyRotate())
	return key
}

func newSigningKeyRotate() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "rotate --data DIR",
		Short: "Make a new signing key and destroy the old one",
		Long: `Make a new signing key and destroy the old one, while no server uses the data
folder. What the old key signed stays verifiable: GET /git/allowed_signers serves
its public half with the time until which it counted, and auditors fetch that
list anew (its times are read by OpenSSH 9.1 and later).

For serve --signing-key there is nothing to rotate here: name another file, and
the server notices.`,
		Example: "  plugforge signing-key rotate --data /var/lib/plugforge",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rotateKey(cmd.Context(), newOutput(cmd, false), data)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder")
	return cmd
}

func rotateKey(ctx context.Context, out *output, data string) error {
	unlock, err := lockExisting(data, "signing-key rotate")
	if err != nil {
		return err
	}
	defer unlock()
	cfg := gitConfig(data, "")
	if err := gitstore.RotateKey(ctx, cfg); err != nil {
		return err
	}
	return out.printf("%s is new; the old key's signatures stay verifiable by %s\n", plugforge.Printable(cfg.KeyFile), plugforge.Printable(cfg.Signers))
}

// gitConfig says where the repositories of a data folder lie and which key
// signs: the operator's own, if one is named.
func gitConfig(data, ownKey string) gitstore.Config {
	keys := filepath.Join(data, "keys")
	cfg := gitstore.Config{Dir: filepath.Join(data, "git"), KeyFile: filepath.Join(keys, "signing"), Signers: filepath.Join(keys, "allowed_signers")}
	if ownKey != "" {
		cfg.KeyFile = ownKey
	}
	return cfg
}

// lockExisting takes a data folder that a server has used, and keeps servers
// off it until unlock is called.
func lockExisting(data, command string) (unlock func(), err error) {
	if err := checkExisting(data, command); err != nil {
		return nil, err
	}
	unlock, err = lockData(data)
	return unlock, foreign(data, err)
}

// checkExisting refuses what is no data folder that a server has used.
func checkExisting(data, command string) error {
	if data == "" {
		return usageError{errors.New(command + " needs --data")}
	}
	there, err := checkData(data)
	if err != nil {
		return err
	}
	for _, part := range []string{databaseFile(data), filepath.Join(data, "git")} { // either may be what was lost
		if !there {
			break
		}
		if _, err = os.Stat(part); err == nil {
			return operator.Unfinished(data)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return foreign(data, err)
		}
	}
	return plugforge.Errorf(plugforge.CodeNotFound, "there is no plugforge data in %s: name the folder that serve uses", plugforge.Printable(data))
}
