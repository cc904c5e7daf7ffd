package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"plugforge"
	"plugforge/internal/api"
)

// Status tells where one version stands.
type Status struct {
	ID         plugforge.PluginID
	State      plugforge.State
	Active     bool   // it is the live version, realtime or batch-only
	Realtime   bool   // and answers realtime calls
	Message    string // the state in a sentence
	Error      string // of the newest attempt that failed; empty otherwise
	FeatureURI string
	Route      string    // path of realtime calls; empty without
	QueuedAt   time.Time // of the newest attempt; zero if none
	DeployedAt time.Time // when it last went live; zero if never
}

// Settled tells whether nothing is under way.
func (s Status) Settled() bool {
	switch s.State {
	case plugforge.StateQueued, plugforge.StatePending, plugforge.StateInProgress:
		return false
	}
	return true
}

// Status asks where a version stands now. CodeNotFound for an unknown one.
func (c *Client) Status(ctx context.Context, id plugforge.PluginID) (Status, error) {
	a, err := decode[api.StatusAnswer](c, "client.Status")(c.raw.GetPluginStatus(ctx, string(c.namespace), id.String(), nil))
	if err != nil {
		return Status{}, err
	}
	return Status{ID: id, State: plugforge.State(a.Status), Active: a.Deployed, Realtime: a.RealtimeEnabled, Message: a.Message,
		Error: or(a.Error), FeatureURI: a.FeatureURI, Route: or(a.RoutePrefix), QueuedAt: or(a.QueuedAt).Time, DeployedAt: or(a.DeployedAt).Time}, nil
}

// Deploy queues a version to go live. An empty kind lets the server choose:
// realtime if the version has realtime.py. What comes of it, Status tells.
// CodeValidation when the version can't be deployed as that kind.
func (c *Client) Deploy(ctx context.Context, id plugforge.PluginID, kind plugforge.DeploymentType, message string) (plugforge.DeploymentType, error) {
	params := &api.DeployPluginParams{DeploymentType: some(api.DeploymentType(kind))}
	body := api.DeployPluginJSONRequestBody{Message: some(message)}
	a, err := decode[api.DeployAnswer](c, "client.Deploy")(c.raw.DeployPlugin(ctx, string(c.namespace), id.String(), params, body))
	if err != nil {
		return "", err
	}
	return plugforge.DeploymentType(a.DeploymentType), nil
}

// Undeploy takes a version out of service; of what is not deployed it is done
// already. It gives the server's sentence.
func (c *Client) Undeploy(ctx context.Context, id plugforge.PluginID, message string) (string, error) {
	body := api.UndeployPluginJSONRequestBody{Message: some(message)}
	a, err := decode[api.UndeployAnswer](c, "client.Undeploy")(c.raw.UndeployPlugin(ctx, string(c.namespace), id.String(), body))
	if err != nil {
		return "", err
	}
	return a.Message, nil
}

// Rollback tells what a rollback came to.
type Rollback struct {
	ID       plugforge.PluginID // the version gone back to
	Previous *plugforge.Version // live before; nil when nothing was
	State    plugforge.State    // may be unsettled still: ask Status
	Message  string
}

// Rollback makes an earlier version live again; nil is the one before. It
// answers when it is done, or after ten seconds. CodeConflict when there is no
// version before.
func (c *Client) Rollback(ctx context.Context, name plugforge.Name, to *plugforge.Version, message string) (Rollback, error) {
	const op = "client.Rollback"
	body := api.RollbackPluginJSONRequestBody{Message: some(message)}
	if to != nil {
		body.Version = some(to.String())
	}
	a, err := decode[api.RollbackAnswer](c, op)(c.raw.RollbackPlugin(ctx, string(c.namespace), string(name), nil, body))
	if err != nil {
		return Rollback{}, err
	}
	r := Rollback{State: plugforge.State(a.DeploymentStatus), Message: a.Message}
	if r.ID, err = parseID(op, a.PluginID); err != nil {
		return r, err
	}
	r.Previous, err = parseVersion(op, a.PreviousVersion)
	return r, err
}

func (c *Client) call(ctx context.Context, name plugforge.Name, v *plugforge.Version, body io.Reader) (*http.Response, error) {
	const kind = "application/json"
	if v != nil {
		return c.raw.CallRealtimeVersionWithBody(ctx, string(c.namespace), string(name), v.String(), kind, body)
	}
	return c.raw.CallRealtimeWithBody(ctx, string(c.namespace), string(name), kind, body)
}

// Call runs the handler of the live version, or of one that is up, with the
// request's JSON as it is. It gives the answer's JSON and which version gave
// it. Errors: CodePluginFailed when the handler raised, CodePluginTimeout,
// CodeNotFound when nothing is deployed, CodeUnavailable when none is ready.
func (c *Client) Call(ctx context.Context, name plugforge.Name, v *plugforge.Version, body []byte) (answer []byte, version string, err error) {
	const op = "client.Call"
	res, err := c.call(ctx, name, v, bytes.NewReader(body))
	in, err := c.body(op)(res, err)
	if err != nil {
		return nil, "", err
	}
	defer in.Close()
	if answer, err = io.ReadAll(in); err != nil {
		return nil, "", c.broken(op, res, err)
	}
	return answer, res.Header.Get("X-Plugin-Version"), nil
}
