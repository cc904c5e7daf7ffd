package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/api"
	"plugforge/registry"
)

// mostParams bounds what an enabled plugin gets under each call's parameters,
// in bytes: it must reach a replica in one frame.
const mostParams = 64 << 10

// enableWait is how long the deployment of an enabling that names no wait is
// waited for.
const enableWait = 10 * time.Second

// listAvailable lists what the namespace may enable.
func (s *Server) listAvailable(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	want := registry.Query{Owner: c.key.Org, Limit: q.limit()}
	want.Cursor, _ = q.text("cursor")
	if err := q.err(); err != nil {
		return err
	}
	page, err := s.cfg.Registry.Plugins(c.ctx(), want)
	if err != nil {
		return located(err, "query", "cursor")
	}
	enabled, err := s.cfg.Registry.Enabled(c.ctx(), c.namespace, c.key.Org)
	if err != nil {
		return err
	}
	answer := api.AvailableList{
		Success: true, Plugins: []api.AvailableItem{}, Total: page.Total,
		OrganizationID: string(c.key.Org), NamespaceID: string(c.namespace), NextCursor: maybe(page.Next),
	}
	for _, p := range page.Plugins {
		answer.Plugins = append(answer.Plugins, api.AvailableItem{
			PluginID: p.ID().String(), Name: string(p.Slug.Name), Version: p.Version.String(), Description: p.Description,
			FeatureURI: p.FeatureURI, ValidationStatus: api.ValidationStatusPassed, EnabledInNamespace: enabled[p.ID()],
			CreatedAt: instant(p.CreatedAt),
		})
	}
	return c.writeJSON(answer)
}

// enablePlugin brings an organisation's version into the namespace.
func (s *Server) enablePlugin(c *call) error {
	given, err := decodeBody[api.EnableRequest](c, true)
	if err != nil {
		return err
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	wait := q.wait()
	if _, named := q.values["wait"]; !named {
		wait = enableWait
	}
	f := q.faults
	want := deploy.EnableRequest{Namespace: c.namespace, Org: c.key.Org, By: c.actor(), Deploy: given.Deploy == nil || *given.Deploy}
	want.Params = f.params(given.Params)
	if err := f.err(); err != nil {
		return err
	}
	if want.ID, err = c.orgPluginID(); err != nil {
		return err
	}
	done, err := s.cfg.Deploy.Enable(c.ctx(), want, wait)
	if err != nil {
		return err
	}
	status, message := enabledStatus(want.Deploy, done.Status)
	return c.writeJSON(api.EnableAnswer{
		Success: true, PluginID: want.ID.String(), NamespaceID: string(c.namespace), FeatureURI: done.Plugin.FeatureURI,
		DeploymentStatus: status, Message: fmt.Sprintf("%s %s is enabled; %s", want.ID.Name, want.ID.Version, message),
	})
}

// params are kept as they came, but for the space between.
func (f *faults) params(given *api.EnableParams) []byte {
	if given == nil {
		return nil
	}
	var text bytes.Buffer
	if err := json.Compact(&text, *given); err != nil || text.Len() == 0 || text.Bytes()[0] != '{' {
		f.add("object_type", "must be an object such as {\"model\": \"small\"}", "body", "params")
		return nil
	}
	if text.Len() > mostParams {
		f.add("value_error", fmt.Sprintf("is %d bytes long: at most %d are taken", text.Len(), mostParams), "body", "params")
	}
	return text.Bytes()
}

// enabledStatus is the state of an enabling in the words of its answer.
func enabledStatus(wanted bool, st deploy.Status) (api.EnableAnswerDeploymentStatus, string) {
	switch {
	case !wanted && st.Deployed:
		return api.EnableAnswerDeploymentStatusSkipped, "it is live as it was: deploy it again to apply new params"
	case !wanted:
		return api.EnableAnswerDeploymentStatusSkipped, "deploy it when you want it to run"
	case st.State == plugforge.StateFailed || st.Error != "":
		return api.EnableAnswerDeploymentStatusPending, "its start failed: see its status, and deploy it again"
	case st.Deployed && st.Estimate == 0:
		return api.EnableAnswerDeploymentStatusDeployed, st.Message
	}
	return api.EnableAnswerDeploymentStatusPending, st.Message
}

// disablePlugin takes an organisation's version out of the namespace.
func (s *Server) disablePlugin(c *call) error {
	want, err := s.deployRequest(c, nil)
	if err != nil {
		return err
	}
	id := want.ID
	removed, err := s.cfg.Deploy.Disable(c.ctx(), want)
	if err != nil {
		return err
	}
	message := fmt.Sprintf("%s %s is disabled in this namespace; its history stays", id.Name, id.Version)
	if removed {
		message = fmt.Sprintf("%s %s was taken out of service and is disabled in this namespace; its history stays", id.Name, id.Version)
	}
	return c.writeJSON(api.DisableAnswer{Success: true, PluginID: id.String(), NamespaceID: string(c.namespace), Message: message})
}
