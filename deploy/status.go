package deploy

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// Status tells where one version stands.
type Status struct {
	Plugin     plugforge.Plugin
	State      plugforge.State
	Type       plugforge.DeploymentType // of the newest deployment; "" if there was none
	Deployed   bool                     // it is the live version
	Realtime   bool                     // and answers realtime calls
	Message    string                   // the state in a sentence
	Error      string                   // of the newest attempt that failed; else empty
	QueuedAt   time.Time                // of the newest attempt; zero if the version was undeployed since
	DeployedAt time.Time                // when it last went live; zero if never
	Estimate   time.Duration            // until an unfinished deployment settles; else 0
}

// Status tells where a version stands, at once, or once its unfinished
// deployment has settled within wait. CodeNotFound for an unknown version.
func (c *Controller) Status(ctx context.Context, owner plugforge.Owner, id plugforge.PluginID, wait time.Duration) (Status, error) {
	const op = "deploy.Status"
	plugin, err := c.cfg.Registry.Plugin(ctx, owner, id)
	if err != nil {
		return Status{}, plugforge.Wrap(op, err)
	}
	if wait > 0 {
		if newest, err := c.cfg.DB.LastDeployments(ctx, owner, []plugforge.PluginID{id}); err == nil {
			c.await(ctx, newest[id].ID, wait)
		}
	}
	past, err := c.history(ctx, owner, []plugforge.PluginID{id})
	if err != nil {
		return Status{}, plugforge.Wrap(op, err)
	}
	st := past.standing(plugin.Slug, id)
	newest := past.newest[id]
	s := Status{
		Plugin: plugin, State: st.State, Type: newest.Type, Deployed: st.Deployed,
		Realtime:   st.Deployed && st.Type == plugforge.TypeRealtime,
		DeployedAt: st.DeployedAt,
	}
	if newest.Action == plugforge.ActionDeploy || newest.Action == plugforge.ActionRollback {
		s.QueuedAt = newest.QueuedAt
	}
	if st.Deployed {
		s.Type = st.Type
	}
	if st.State == plugforge.StateFailed || st.Deployed && newest.State == plugforge.StateFailed {
		s.Error = newest.Error
	}
	if !settled(st.State) {
		s.Estimate = estimate(st.State)
	}
	s.Message, err = c.describe(ctx, s, past)
	return s, plugforge.Wrap(op, err)
}

// estimate is a rough figure for people: a cold start takes well under a
// second, an author's imports a few.
func estimate(s plugforge.State) time.Duration {
	if s == plugforge.StateQueued {
		return 5 * time.Second
	}
	return 3 * time.Second
}

func (c *Controller) describe(ctx context.Context, s Status, past history) (string, error) {
	id, v := s.Plugin.ID(), s.Plugin.Version
	switch {
	case s.State == plugforge.StateQueued:
		return "waiting in the deployment queue", nil
	case s.State == plugforge.StatePending:
		return "picked up; the source is being laid out", nil
	case s.State == plugforge.StateInProgress:
		return "starting the new version beside the old one", nil
	case s.Deployed && s.Error != "":
		return fmt.Sprintf("version %s is live; the newest attempt to deploy it again failed, see error", v), nil
	case s.Realtime:
		return fmt.Sprintf("version %s is live and answers realtime calls", v) + c.troubles(s.Plugin), nil
	case s.Deployed:
		return fmt.Sprintf("version %s is live for batch only; it has no realtime endpoint", v), nil
	case s.State == plugforge.StateFailed:
		return "the deployment failed, see error; what was live before stays live", nil
	case s.DeployedAt.IsZero():
		return "never deployed", nil
	}
	ended := past.live[id].EndedAt
	next, err := c.cfg.DB.LiveAt(ctx, s.Plugin.Slug, ended)
	switch {
	case plugforge.CodeOf(err) == plugforge.CodeNotFound:
		return "taken out of service at " + ended.Format(time.RFC3339), nil
	case err != nil:
		return "", err
	}
	return fmt.Sprintf("replaced by version %s at %s", next.Version, ended.Format(time.RFC3339)), nil
}

// tellDeath is how long the death of a replica is told of.
const tellDeath = 10 * time.Minute

// troubles tells, behind the state of a live version, what its author would
// otherwise learn from the server's log only.
func (c *Controller) troubles(p plugforge.Plugin) string {
	r := c.lane(p.Slug).route.Load()
	if r == nil || r.plugin.Version != p.Version {
		return ""
	}
	var text string
	if !r.ready() {
		text = "; no replica is ready, one is being started"
	}
	if d := r.death.Load(); d != nil && c.now().Sub(d.at) < tellDeath {
		reason, _, _ := strings.Cut(explain(d.cause), "\n")
		text += fmt.Sprintf("; a replica died %d s ago: %s", int(max(c.now().Sub(d.at), 0).Seconds()), strings.TrimSuffix(reason, "; last lines printed:"))
	}
	return text
}

// Standing is the short form of Status, for lists.
type Standing struct {
	State      plugforge.State
	Deployed   bool // it is the live version
	Type       plugforge.DeploymentType
	DeployedAt time.Time // when it last went live; zero if never
}

// Standings tells where each of the versions stands. Unknown ids read as never
// deployed.
func (c *Controller) Standings(ctx context.Context, owner plugforge.Owner, ids []plugforge.PluginID) (map[plugforge.PluginID]Standing, error) {
	past, err := c.history(ctx, owner, ids)
	if err != nil {
		return nil, plugforge.Wrap("deploy.Standings", err)
	}
	all := make(map[plugforge.PluginID]Standing, len(ids))
	for _, id := range ids {
		all[id] = past.standing(plugforge.Slug{Owner: owner, Name: id.Name}, id)
	}
	return all, nil
}

// history is what the records say of some versions.
type history struct {
	newest map[plugforge.PluginID]plugforge.Deployment // the last attempt
	live   map[plugforge.PluginID]plugforge.Deployment // the last that went live
	active map[plugforge.Slug]plugforge.Deployment
}

func (c *Controller) history(ctx context.Context, owner plugforge.Owner, ids []plugforge.PluginID) (h history, err error) {
	if h.newest, err = c.cfg.DB.LastDeployments(ctx, owner, ids); err != nil {
		return h, err
	}
	if h.live, err = c.cfg.DB.LastLive(ctx, owner, ids); err != nil {
		return h, err
	}
	h.active = map[plugforge.Slug]plugforge.Deployment{}
	for _, id := range ids {
		slug := plugforge.Slug{Owner: owner, Name: id.Name}
		if _, known := h.active[slug]; known {
			continue
		}
		active, err := c.cfg.DB.Active(ctx, slug)
		if err != nil && plugforge.CodeOf(err) != plugforge.CodeNotFound {
			return h, err
		}
		h.active[slug] = active
	}
	return h, nil
}

// standing puts the records together: an unfinished attempt shows itself, then
// what is live, then a failure that nothing later has covered.
func (h history) standing(slug plugforge.Slug, id plugforge.PluginID) Standing {
	newest, live, active := h.newest[id], h.live[id], h.active[slug]
	s := Standing{State: plugforge.StateNotDeployed, DeployedAt: live.DeployedAt}
	if active.ID != "" && active.Version == id.Version {
		s.Deployed, s.Type = true, active.Type
		s.State = liveState(active.Type)
	}
	switch {
	case newest.ID != "" && !settled(newest.State):
		s.State = newest.State
	case !s.Deployed && newest.State == plugforge.StateFailed && !live.EndedAt.After(newest.EndedAt):
		s.State = plugforge.StateFailed
	}
	return s
}

// ActiveVersion is the slug's live version; nil when nothing is.
func (c *Controller) ActiveVersion(ctx context.Context, slug plugforge.Slug) (*plugforge.Version, error) {
	active, err := c.cfg.DB.Active(ctx, slug)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, plugforge.Wrap("deploy.ActiveVersion", err)
	}
	return &active.Version, nil
}

// Deployments lists a slug's records newest first. next is empty on the last
// page; a cursor that was not given out is CodeValidation.
func (c *Controller) Deployments(ctx context.Context, slug plugforge.Slug, limit int, cursor string) (items []plugforge.Deployment, next string, err error) {
	const op = "deploy.Deployments"
	before, err := readCursor(cursor)
	if err != nil {
		return nil, "", plugforge.Wrap(op, err)
	}
	items, more, err := c.cfg.DB.Deployments(ctx, slug, before, limit)
	if err != nil {
		return nil, "", plugforge.Wrap(op, err)
	}
	for i := range items {
		items[i].State = ended(items[i])
	}
	if more > 0 {
		next = writeCursor(more)
	}
	return items, next, nil
}

// cursorKind opens every cursor: what it is a place in, and the format's version.
const cursorKind = "d1:"

func writeCursor(before int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorKind + strconv.FormatInt(before, 10)))
}

// readCursor takes exactly what writeCursor gives, and "" for the newest.
func readCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	number, found := strings.CutPrefix(string(raw), cursorKind)
	before, parseErr := strconv.ParseInt(number, 10, 64)
	if err != nil || !found || parseErr != nil || before <= 0 || writeCursor(before) != cursor {
		return 0, plugforge.Errorf(plugforge.CodeValidation, "cursor is not one that this list gave: leave it out to begin again")
	}
	return before, nil
}

// ended reads a deployment that was live and is no longer as NOT_DEPLOYED.
func ended(d plugforge.Deployment) plugforge.State {
	if d.State == plugforge.StateDeployed && !d.EndedAt.IsZero() {
		return plugforge.StateNotDeployed
	}
	return d.State
}

// LiveAt tells what was live at that time: one deployment, or none.
func (c *Controller) LiveAt(ctx context.Context, slug plugforge.Slug, at time.Time) ([]plugforge.Deployment, error) {
	d, err := c.cfg.DB.LiveAt(ctx, slug, at)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, plugforge.Wrap("deploy.LiveAt", err)
	}
	d.State = ended(d)
	return []plugforge.Deployment{d}, nil
}
