package httpapi

import (
	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/api"
	"plugforge/registry"
	"plugforge/sqlite"
)

// The calls over an organisation. Their call.namespace is the organisation of
// the key, so that what serves namespaces serves it too.

// createOrgUpload opens an upload to the organisation.
func (s *Server) createOrgUpload(c *call) error {
	u, link, err := s.openUpload(c)
	if err != nil {
		return err
	}
	return c.writeJSON(api.OrgUploadAnswer{
		UploadID: u.ID, PresignedURL: link, S3Key: u.Key, ExpiresAt: instant(u.ExpiresAt), OrganizationID: string(c.namespace),
		Name: string(u.Slug.Name), Version: u.Version.String(),
	})
}

// orgPluginID reads the path's plugin id. What can't be one is not found.
func (c *call) orgPluginID() (plugforge.PluginID, error) {
	id, err := c.pluginID()
	if err != nil {
		err = plugforge.Errorf(plugforge.CodeNotFound, "plugin %s not found in this organisation", quoted(c.vars["plugin_id"]))
	}
	return id, err
}

// listOrgPlugins lists the organisation's versions.
func (s *Server) listOrgPlugins(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	want := registry.Query{Owner: c.namespace, Limit: q.limit()}
	want.Name, _ = q.text("name")
	want.FeatureURI, _ = q.text("feature_uri")
	want.Cursor, _ = q.text("cursor")
	if err := q.err(); err != nil {
		return err
	}
	page, err := s.cfg.Registry.Plugins(c.ctx(), want)
	if err != nil {
		return located(err, "query", "cursor")
	}
	answer := api.OrgPluginList{
		Success: true, Plugins: []api.PluginItem{}, Total: page.Total, OrganizationID: string(c.namespace), NextCursor: maybe(page.Next),
	}
	for _, p := range page.Plugins {
		answer.Plugins = append(answer.Plugins, pluginItem(p, deploy.Standing{}))
	}
	return c.writeJSON(answer)
}

// getOrgPlugin gives the details of an organisation's version.
func (s *Server) getOrgPlugin(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	withURL := q.flag("return_presigned_urls")
	if err := q.err(); err != nil {
		return err
	}
	id, err := c.orgPluginID()
	if err != nil {
		return err
	}
	p, err := s.cfg.Registry.Plugin(c.ctx(), c.namespace, id)
	if err == nil {
		p.Scan, err = s.cfg.Registry.Scan(c.ctx(), p)
	}
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		err = sqlite.NotInOrg(id)
	}
	if err != nil {
		return err
	}
	d := s.detail(p, deploy.Standing{})
	answer := api.OrgPluginAnswer{Success: true, Plugin: api.OrgPluginDetail{
		PluginID: d.PluginID, OrganizationID: string(c.namespace), Name: d.Name, Version: d.Version, Description: d.Description,
		S3ArchiveURL: d.S3ArchiveURL, CodeHash: d.CodeHash, ValidationStatus: d.ValidationStatus, ValidationErrors: d.ValidationErrors,
		SecurityScanPassed: d.SecurityScanPassed, Scan: d.Scan, Manifest: d.Manifest, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		ResolvedInferenceName: d.ResolvedInferenceName,
	}}
	if withURL {
		link, _ := s.downloadURL(p)
		answer.PresignedDownloadURL = &link
	}
	return c.writeJSON(answer)
}

// deleteOrgPlugin deletes an organisation's version.
func (s *Server) deleteOrgPlugin(c *call) error {
	want, err := s.deleteRequest(c, c.orgPluginID)
	if err != nil {
		return err
	}
	if _, err := s.cfg.Deploy.Delete(c.ctx(), want); err != nil {
		return err
	}
	return c.writeJSON(api.OrgDeleteAnswer{Success: true, PluginID: want.ID.String(), Message: deletedMessage(want.ID)})
}
