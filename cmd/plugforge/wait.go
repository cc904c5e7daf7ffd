package main

import (
	"context"
	"fmt"
	"time"

	"plugforge"
	apiclient "plugforge/client"
)

// startDeployment queues a version and, when told to wait, follows it to its
// end. The status is nil if there is none to show.
func startDeployment(ctx context.Context, out *output, c *apiclient.Client, id plugforge.PluginID, kind plugforge.DeploymentType, message string, wait bool) (*apiclient.Status, error) {
	if _, err := c.Deploy(ctx, id, kind, message); err != nil {
		return nil, err
	}
	if wait {
		return follow(ctx, out, c, id)
	}
	st, err := c.Status(ctx, id)
	if err != nil {
		return nil, err
	}
	if !st.Settled() {
		out.note("%s is %s; this follows it: plugforge status %s@%s", id, st.State, id.Name, id.Version)
	}
	return &st, nil
}

// follow shows the states that a deployment passes through until it is over.
// It is an error if the version is not live then.
func follow(ctx context.Context, out *output, c *apiclient.Client, id plugforge.PluginID) (*apiclient.Status, error) {
	var shown plugforge.State
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		st, err := c.Status(ctx, id)
		if err != nil {
			return nil, stillGoing(ctx, id, err)
		}
		if st.State != shown {
			shown = st.State
			out.note("%s", stateLine(st))
		}
		if st.Settled() {
			return &st, outcomeOf(st)
		}
		select {
		case <-ctx.Done():
			return &st, stillGoing(ctx, id, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// stateLine is what a person reads of a state that was reached.
func stateLine(st apiclient.Status) string {
	state := string(st.State)
	if st.Active && !st.Realtime && st.Settled() {
		state += " (batch only: deployed)"
	}
	return fmt.Sprintf("%-12s %s", state, plugforge.Printable(st.Message))
}

// outcomeOf is the error that a settled deployment ends with; nil if the
// version is live.
func outcomeOf(st apiclient.Status) error {
	id := st.ID
	switch {
	case st.Error != "" && st.Active:
		return plugforge.Errorf(plugforge.CodePluginFailed, "deploying %s again failed; it goes on as it was: %s", id, printableLines(st.Error))
	case st.State == plugforge.StateFailed:
		return plugforge.Errorf(plugforge.CodePluginFailed, "deploying %s failed: %s", id, printableLines(st.Error))
	case !st.Active:
		return plugforge.Errorf(plugforge.CodePluginFailed, "%s is not live: another deployment took its place (%s)", id, plugforge.Printable(st.Message))
	}
	return nil
}

// stillGoing says that waiting ended, and that the deployment did not.
func stillGoing(ctx context.Context, id plugforge.PluginID, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &hinted{plugforge.Errorf(plugforge.CodePluginFailed, "stopped waiting; the deployment of %s goes on", id),
		fmt.Sprintf("plugforge status %s@%s", id.Name, id.Version)}
}
