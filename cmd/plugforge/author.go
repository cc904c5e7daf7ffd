package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// authorCommands are the commands that talk to a server as an author.
func authorCommands() []*cobra.Command {
	return []*cobra.Command{
		newPush(), newPull(), newStatus(), newLog(), newList(), newDiff(),
		newDeploy(), newUndeploy(), newRollback(), newInvoke(), newClone(),
	}
}

// hinted is an error that knows a way out, which main prints after Try:.
type hinted struct {
	error
	way string
}

func (e *hinted) Unwrap() error { return e.error }
func (e *hinted) hint() string  { return e.way }

// arguments refuses a number of arguments other than from least to most.
func arguments(least, most int, want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usageError{fmt.Errorf("%s takes %s, and was given %d arguments", cmd.CommandPath(), want, len(args))}
		}
		return nil
	}
}

// parseTarget reads SLUG or SLUG@V.
func parseTarget(arg string) (plugforge.Name, *plugforge.Version, error) {
	text, number, pinned := strings.Cut(arg, "@")
	name, err := plugforge.ParseName(text)
	if err != nil || !pinned {
		return name, nil, err
	}
	v, err := plugforge.ParseVersion(number)
	return name, &v, err
}

// resolve lets a command that takes SLUG@V take the id of a version too, which
// is what push prints, unless a plugin has just that name.
func resolve(ctx context.Context, c *apiclient.Client, name plugforge.Name, v *plugforge.Version) (plugforge.Name, *plugforge.Version) {
	id, err := plugforge.ParsePluginID(string(name))
	if v != nil || err != nil {
		return name, v
	}
	if _, err := c.Versions(ctx, name, 1); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return name, nil // the command itself finds out what else is wrong
	}
	return id.Name, &id.Version
}

// meant is the way out for who gave the id of a version to a command that takes
// a plugin's name.
func meant(cmd *cobra.Command, err error) string {
	switch cmd.Name() {
	case "log", "diff", "undeploy", "clone":
	default:
		return "" // these resolve it
	}
	id, wrong := plugforge.ParsePluginID(cmd.Flags().Arg(0))
	if wrong != nil || plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return ""
	}
	return fmt.Sprintf("%s %s, if %s was meant as the id of a version", cmd.CommandPath(), id.Name, id)
}

// versionFlag reads a version given by a flag; nil when it was not given.
func versionFlag(text string) (*plugforge.Version, error) {
	if text == "" {
		return nil, nil
	}
	v, err := plugforge.ParseVersion(text)
	return &v, err
}

// activeOr gives the version named, else the live one. CodeNotFound when
// nothing is live.
func activeOr(ctx context.Context, c *apiclient.Client, name plugforge.Name, v *plugforge.Version) (plugforge.PluginID, error) {
	if v != nil {
		return plugforge.PluginID{Name: name, Version: *v}, nil
	}
	h, err := c.Versions(ctx, name, 1)
	if err != nil {
		return plugforge.PluginID{}, err
	}
	if h.Active == nil {
		return plugforge.PluginID{}, &hinted{
			plugforge.Errorf(plugforge.CodeNotFound, "no version of %s is live in %s", name, c.Namespace()),
			fmt.Sprintf("name one of its versions, which this lists: plugforge log %s", name),
		}
	}
	return plugforge.PluginID{Name: name, Version: *h.Active}, nil
}

// checkMessage refuses a message that the server would not take, before
// anything is sent.
func checkMessage(message string) error {
	if err := plugforge.CheckMessage(message); err != nil {
		return usageError{err}
	}
	return nil
}

// tryServer is the way out of what a server answered, or did not.
func tryServer(err error) string {
	var public *plugforge.Error
	if !errors.As(err, &public) {
		return ""
	}
	_, noAnswer := public.Details["address"]
	switch {
	case noAnswer:
		return "see that the server runs and that PLUGFORGE_API_URL, --api-url or " + configName + " names it"
	case public.Code == plugforge.CodeUnauthorized:
		return "set PLUGFORGE_API_KEY to a key of this server; its operator makes one with plugforge keys create"
	case public.Code == plugforge.CodeForbidden && public.Op != "":
		return "use a key that has the scope; its operator makes one with plugforge keys create --scope …"
	}
	return ""
}
