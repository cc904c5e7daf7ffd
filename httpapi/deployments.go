package httpapi

import (
	"math"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/api"
)

// deployRequest reads what deploy and undeploy share: the reason, and which
// version is meant.
func (s *Server) deployRequest(c *call, f faults) (deploy.Request, error) {
	given, err := decodeBody[api.ReasonRequest](c, true)
	if err != nil {
		return deploy.Request{}, err
	}
	q := deploy.Request{Owner: c.namespace, Message: f.message(given.Message), By: c.actor()}
	if err := f.err(); err != nil {
		return q, err
	}
	q.ID, err = c.pluginID()
	return q, err
}

// deploy queues a version, and waits for it if asked to.
func (s *Server) deploy(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	wait, kind := q.wait(), q.deploymentType()
	want, err := s.deployRequest(c, q.faults)
	if err != nil {
		return err
	}
	want.Type = kind
	st, err := s.cfg.Deploy.Deploy(c.ctx(), want, wait)
	if err != nil {
		return located(err, "query", "deployment_type")
	}
	answer := api.DeployAnswer{
		Success: st.Error == "", PluginID: want.ID.String(), Status: deployStatus(st), DeploymentType: api.DeploymentType(st.Type),
		Message: st.Message, EstimatedCompletionSeconds: estimate(st), RoutePrefix: statusRoute(st),
	}
	if st.Error != "" {
		answer.Message = st.Error
	}
	return c.writeJSON(answer)
}

func deployStatus(st deploy.Status) api.DeployAnswerStatus {
	switch {
	case st.State == plugforge.StateDeployed:
		return api.DeployAnswerStatusDeployed
	case st.State == plugforge.StateFailed:
		return api.DeployAnswerStatusFailed
	case st.State != plugforge.StateNotDeployed:
		return api.DeployAnswerStatusQueued
	case st.Deployed:
		return api.DeployAnswerStatusBatchOnly
	}
	return api.DeployAnswerStatusNotDeployed
}

// estimate is null for what has settled.
func estimate(st deploy.Status) *int {
	if st.Estimate <= 0 {
		return nil
	}
	seconds := int(math.Ceil(st.Estimate.Seconds()))
	return &seconds
}

// statusRoute is where the version answers realtime calls, or will when it is
// on its way; null otherwise.
func statusRoute(st deploy.Status) *string {
	underway := st.State == plugforge.StateQueued || st.State == plugforge.StatePending || st.State == plugforge.StateInProgress
	if !st.Realtime && !(underway && st.Type == plugforge.TypeRealtime) {
		return nil
	}
	prefix := routePrefix(st.Plugin.Slug)
	return &prefix
}

// undeploy takes a version out of service.
func (s *Server) undeploy(c *call) error {
	want, err := s.deployRequest(c, nil)
	if err != nil {
		return err
	}
	st, err := s.cfg.Deploy.Undeploy(c.ctx(), want)
	if err != nil {
		return err
	}
	return c.writeJSON(api.UndeployAnswer{
		Success: true, PluginID: want.ID.String(), Status: api.UndeployAnswerStatusNotDeployed, Message: st.Message,
	})
}

// getStatus tells where a version's deployment stands.
func (s *Server) getStatus(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	wait := q.wait()
	if err := q.err(); err != nil {
		return err
	}
	id, err := c.pluginID()
	if err != nil {
		return err
	}
	st, err := s.cfg.Deploy.Status(c.ctx(), c.namespace, id, wait)
	if err != nil {
		return err
	}
	return c.writeJSON(api.StatusAnswer{
		PluginID: id.String(), NamespaceID: string(c.namespace), Status: api.State(st.State), Name: string(id.Name),
		Version: id.Version.String(), RealtimeEnabled: st.Realtime, Message: st.Message, QueuedAt: maybeInstant(st.QueuedAt),
		EstimatedCompletionSeconds: estimate(st), Deployed: st.Deployed, RoutePrefix: statusRoute(st),
		FeatureURI: st.Plugin.FeatureURI, DeployedAt: maybeInstant(st.DeployedAt), Error: maybe(st.Error),
	})
}

// listDeployments tells what ran when, or with ?at= what ran then.
func (s *Server) listDeployments(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	limit, at := q.limit(), q.time("at")
	cursor, _ := q.text("cursor")
	if err := q.err(); err != nil {
		return err
	}
	slug, err := c.knownSlug(s)
	if err != nil {
		return err
	}
	items, next, err := s.deployments(c, slug, at, limit, cursor)
	if err != nil {
		return located(err, "query", "cursor")
	}
	answer := api.DeploymentList{Success: true, Slug: string(slug.Name), NextCursor: maybe(next), Deployments: []api.DeploymentItem{}}
	for _, d := range items {
		answer.Deployments = append(answer.Deployments, deploymentItem(d))
	}
	return c.writeJSON(answer)
}

func (s *Server) deployments(c *call, slug plugforge.Slug, at *time.Time, limit int, cursor string) ([]plugforge.Deployment, string, error) {
	if at != nil {
		items, err := s.cfg.Deploy.LiveAt(c.ctx(), slug, *at)
		return items, "", err
	}
	return s.cfg.Deploy.Deployments(c.ctx(), slug, limit, cursor)
}

func deploymentItem(d plugforge.Deployment) api.DeploymentItem {
	return api.DeploymentItem{
		Version: d.Version.String(), PluginID: plugforge.PluginID{Name: d.Slug.Name, Version: d.Version}.String(),
		Action: api.Action(d.Action), DeploymentType: api.DeploymentType(d.Type), Status: api.State(d.State),
		Actor: d.By.Name, Message: d.Message, QueuedAt: instant(d.QueuedAt), StartedAt: maybeInstant(d.StartedAt),
		DeployedAt: maybeInstant(d.DeployedAt), EndedAt: maybeInstant(d.EndedAt), Error: maybe(d.Error), Commit: d.Commit,
	}
}
