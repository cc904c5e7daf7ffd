package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/sqlite"
)

func newKeys() *cobra.Command {
	keys := &cobra.Command{
		Use:   "keys",
		Short: "Make, list and revoke API keys",
		Long:  "Make, list and revoke API keys. These commands work beside a running server, which\nsees the change within a second.",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	keys.AddCommand(newKeysCreate(), newKeysList(), newKeysRevoke())
	return keys
}

// keyOptions are the flags of keys create.
type keyOptions struct {
	data       string
	org        string
	namespaces []string
	scopes     []string
	name       string
	expires    time.Duration
}

func newKeysCreate() *cobra.Command {
	var o keyOptions
	cmd := &cobra.Command{
		Use:   "create --data DIR --org org_x --namespace ns_x",
		Short: "Make a key and print it, once, on standard output",
		Long: `Make a key and print it, and nothing else, on standard output. Only its hash is
kept: it can't be shown again. The data folder, the organisation and the
namespaces are made if they are new; a namespace belongs to one organisation for
ever.`,
		Example: "  plugforge keys create --data /var/lib/plugforge --org org_acme --namespace ns_prod --name ci --expires 720h",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			secret, err := createKey(cmd, o)
			if err == nil {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.data, "data", "", "the server's data folder")
	f.StringVar(&o.org, "org", "", "the organisation the key belongs to (org_…)")
	f.StringSliceVar(&o.namespaces, "namespace", nil, "a namespace the key may use (ns_…); may be repeated")
	f.StringSliceVar(&o.scopes, "scope", nil, "read, invoke, write, deploy, admin or org; may be repeated (default: all but org)")
	f.StringVar(&o.name, "name", "", "a name to know the key by; it is the author of what the key uploads (default: the key's id)")
	f.DurationVar(&o.expires, "expires", 0, "how long the key works, such as 720h (default: for ever)")
	return cmd
}

func createKey(cmd *cobra.Command, o keyOptions) (string, error) {
	key, err := o.key(time.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return "", err
	}
	if _, err := checkData(o.data); err != nil {
		return "", err
	}
	if err := makeData(o.data); err != nil {
		return "", err
	}
	db, err := openDB(cmd, o.data)
	if err != nil {
		return "", err
	}
	defer db.Close()
	secret := newSecret()
	key.Prefix = secret[:8]
	hash := sha256.Sum256([]byte(secret))
	return secret, db.CreateKey(cmd.Context(), key, hash[:])
}

// key checks the options and makes the key that they describe.
func (o keyOptions) key(now time.Time) (plugforge.Key, error) {
	if o.data == "" || o.org == "" || len(o.namespaces) == 0 {
		return plugforge.Key{}, usageError{errors.New("keys create needs --data, --org and --namespace")}
	}
	if o.expires < 0 {
		return plugforge.Key{}, usageError{errors.New("--expires must be a time to come, such as 720h")}
	}
	key := plugforge.Key{ID: "key_" + randomHex(8), Name: o.name, CreatedAt: now, Scopes: plugforge.DefaultScopes()}
	if key.Name == "" {
		key.Name = key.ID
	}
	if err := plugforge.CheckKeyName(key.Name); err != nil {
		return key, err
	}
	var err error
	if key.Org, err = plugforge.ParseOrg(o.org); err != nil {
		return key, err
	}
	for _, s := range o.namespaces {
		ns, err := plugforge.ParseNamespace(s)
		if err != nil {
			return key, err
		}
		key.Namespaces = append(key.Namespaces, ns)
	}
	if len(o.scopes) > 0 {
		key.Scopes = nil
	}
	for _, s := range o.scopes {
		scope, err := plugforge.ParseScope(s)
		if err != nil {
			return key, err
		}
		key.Scopes = append(key.Scopes, scope)
	}
	if o.expires > 0 {
		key.ExpiresAt = now.Add(o.expires)
	}
	return key, nil
}

// newSecret is sk_ and 40 letters and digits: 238 bits from the system's
// source of randomness.
func newSecret() string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var b strings.Builder
	b.WriteString("sk_")
	for range 40 {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet)))) // crypto/rand never fails
		b.WriteByte(alphabet[n.Int64()])
	}
	return b.String()
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func newKeysList() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:     "list --data DIR",
		Short:   "List the keys, without their secrets",
		Example: "  plugforge keys list --data /var/lib/plugforge",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := openExistingDB(cmd, data)
			if err != nil {
				return err
			}
			defer db.Close()
			keys, err := db.Keys(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tKEY\tNAME\tORGANISATION\tNAMESPACES\tSCOPES\tCREATED\tEXPIRES\tLAST USED")
			for _, k := range keys {
				expires := date(k.ExpiresAt, "never")
				if !k.RevokedAt.IsZero() {
					expires = "revoked " + date(k.RevokedAt, "")
				}
				fmt.Fprintf(w, "%s\t%s…\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Prefix, k.Name, k.Org,
					join(k.Namespaces), join(k.Scopes), date(k.CreatedAt, ""), expires, date(k.LastUsedAt, "never"))
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder")
	return cmd
}

func newKeysRevoke() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:     "revoke --data DIR ID",
		Short:   "Revoke a key for ever; a running server refuses it within a second",
		Example: "  plugforge keys revoke --data /var/lib/plugforge key_0123456789abcdef",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("keys revoke takes one key id, as keys list shows it")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := openExistingDB(cmd, data)
			if err != nil {
				return err
			}
			defer db.Close()
			return db.RevokeKey(cmd.Context(), args[0], time.Now().UTC())
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the server's data folder")
	return cmd
}

func openDB(cmd *cobra.Command, data string) (*sqlite.DB, error) {
	if err := checkDatabase(data); err != nil {
		return nil, err
	}
	return sqlite.Open(cmd.Context(), databaseFile(data))
}

// openExistingDB refuses a folder that no server or keys create has used, for
// reading a wrong folder as an empty one would hide the mistake.
func openExistingDB(cmd *cobra.Command, data string) (*sqlite.DB, error) {
	if data == "" {
		return nil, usageError{fmt.Errorf("%s needs --data", cmd.CommandPath())}
	}
	if _, err := checkData(data); err != nil {
		return nil, err
	}
	if _, err := os.Stat(databaseFile(data)); errors.Is(err, os.ErrNotExist) {
		return nil, plugforge.Errorf(plugforge.CodeNotFound, "there is no plugforge data in %s: name the folder that serve uses", data)
	}
	return openDB(cmd, data)
}

func databaseFile(data string) string { return filepath.Join(data, "plugforge.db") }

func date(t time.Time, zero string) string {
	if t.IsZero() {
		return zero
	}
	return t.UTC().Format("2006-01-02T15:04Z")
}

func join[S ~string](items []S) string {
	words := make([]string, len(items))
	for i, s := range items {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}
