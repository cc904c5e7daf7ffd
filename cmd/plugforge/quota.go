package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/sqlite"
)

func newQuota() *cobra.Command {
	quota := &cobra.Command{
		Use:   "quota",
		Short: "Bound what a namespace may keep",
		Long: `Bound how many plugins, versions of one plugin and bytes of archives a namespace
or organisation may keep. Without a quota nothing is bound. These commands work
beside a running server, for which a change holds at once; what is over a lower
quota stays, and nothing is added to it. Deleted versions do not count.`,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	quota.AddCommand(newQuotaSet(), newQuotaShow())
	return quota
}

// quotaOptions are the flags that both commands have.
type quotaOptions struct {
	data      string
	namespace string
	org       string
}

func (o *quotaOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.data, "data", "", "the server's data folder")
	cmd.Flags().StringVar(&o.namespace, "namespace", "", "the namespace (ns_…)")
	cmd.Flags().StringVar(&o.org, "org", "", "the organisation (org_…), for what it keeps itself")
}

// owner opens the database and finds whom the flags mean. The caller closes it.
func (o *quotaOptions) owner(cmd *cobra.Command) (db *sqlite.DB, owner plugforge.Owner, err error) {
	switch {
	case (o.namespace == "") == (o.org == ""):
		return nil, "", usageError{fmt.Errorf("%s needs --namespace or --org", cmd.CommandPath())}
	case o.namespace != "":
		owner, err = plugforge.ParseNamespace(o.namespace)
	default:
		owner, err = plugforge.ParseOrg(o.org)
	}
	if err != nil {
		return nil, "", err
	}
	if db, err = openExistingDB(cmd, o.data); err != nil {
		return nil, "", err
	}
	has, err := db.HasOwner(cmd.Context(), owner)
	if err == nil && !has {
		err = plugforge.Errorf(plugforge.CodeNotFound, "%s is not known: keys create makes namespaces and organisations", owner)
	}
	if err != nil {
		db.Close()
		return nil, "", err
	}
	return db, owner, nil
}

func newQuotaSet() *cobra.Command {
	var o quotaOptions
	var plugins, versions, bytes string
	cmd := &cobra.Command{
		Use:   "set --data DIR --namespace ns_x [--plugins N] [--versions N] [--bytes SIZE]",
		Short: "Set bounds; those that are not given stay as they are",
		Long: `Set bounds; those that are not given stay as they are. Each is a number, or none.
Bytes may have the unit KiB, MiB, GiB or TiB.`,
		Example: "  plugforge quota set --data /var/lib/plugforge --namespace ns_prod --plugins 50 --versions 200 --bytes 20GiB",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if plugins == "" && versions == "" && bytes == "" {
				return usageError{errors.New("quota set needs --plugins, --versions or --bytes")}
			}
			db, owner, err := o.owner(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			q, _, err := db.Quota(cmd.Context(), owner)
			if err != nil {
				return err
			}
			for _, one := range []struct {
				flag, text string
				into       *int64
			}{{"plugins", plugins, &q.Plugins}, {"versions", versions, &q.Versions}, {"bytes", bytes, &q.Bytes}} {
				if err := readBound(one.flag, one.text, one.into); err != nil {
					return err
				}
			}
			return db.SetQuota(cmd.Context(), owner, q, time.Now().UTC())
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&plugins, "plugins", "", "how many plugins at most, or none")
	cmd.Flags().StringVar(&versions, "versions", "", "how many versions of one plugin at most, or none")
	cmd.Flags().StringVar(&bytes, "bytes", "", "how many bytes of archives at most, such as 20GiB, or none")
	return cmd
}

// readBound reads a flag's number; none is 0, an empty text leaves it.
func readBound(flag, text string, into *int64) error {
	unit := int64(1)
	digits := text
	switch {
	case text == "":
		return nil
	case text == "none":
		*into = 0
		return nil
	case flag == "bytes" || flag == "min-free":
		for name, size := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40} {
			if cut, found := strings.CutSuffix(text, name); found {
				digits, unit = strings.TrimSpace(cut), size
			}
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > (1<<62)/unit {
		return usageError{fmt.Errorf("--%s is %q: use a number above 0, or none", flag, plugforge.Printable(text))}
	}
	*into = n * unit
	return nil
}

func newQuotaShow() *cobra.Command {
	var o quotaOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show --data DIR --namespace ns_x",
		Short:   "Show the bounds and what is kept",
		Example: "  plugforge quota show --data /var/lib/plugforge --namespace ns_prod",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, owner, err := o.owner(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			q, u, err := db.Quota(cmd.Context(), owner)
			if err != nil {
				return err
			}
			return showQuota(cmd, owner, q, u, asJSON)
		},
	}
	o.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON: for each of plugins, versions and bytes current and max, null for none")
	return cmd
}

func showQuota(cmd *cobra.Command, owner plugforge.Owner, q sqlite.Quota, u sqlite.Usage, asJSON bool) error {
	type bound struct {
		Current int64  `json:"current"`
		Max     *int64 `json:"max"`
	}
	of := func(current, most int64) bound {
		if most == 0 {
			return bound{Current: current}
		}
		return bound{current, &most}
	}
	plugins, versions, bytes := of(u.Plugins, q.Plugins), of(u.Versions, q.Versions), of(u.Bytes, q.Bytes)
	if asJSON {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"owner": owner, "plugins": plugins, "versions": versions, "bytes": bytes})
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "OF "+owner+"\tKEPT\tAT MOST")
	for _, row := range []struct {
		name string
		bound
	}{{"plugins", plugins}, {"versions of one plugin", versions}, {"bytes of archives", bytes}} {
		most := "none"
		if row.Max != nil {
			most = strconv.FormatInt(*row.Max, 10)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", row.name, row.Current, most)
	}
	return w.Flush()
}
