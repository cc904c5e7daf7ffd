package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/deploy"
	"plugforge/internal/api"
	"plugforge/registry"
)

// downloadLife is how long a presigned download URL lives.
const downloadLife = time.Hour

// listPlugins lists the namespace's versions.
func (s *Server) listPlugins(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	want := registry.Query{Owner: c.namespace, Limit: q.limit(), ActiveOnly: q.flag("active")}
	want.Name, _ = q.text("name")
	want.FeatureURI, _ = q.text("feature_uri")
	want.Cursor, _ = q.text("cursor")
	if err := q.err(); err != nil {
		return err
	}
	page, standings, err := s.page(c, want)
	if err != nil {
		return err
	}
	answer := api.PluginList{Success: true, Plugins: []api.PluginItem{}, Total: page.Total, NamespaceID: string(c.namespace), NextCursor: maybe(page.Next)}
	for _, p := range page.Plugins {
		answer.Plugins = append(answer.Plugins, pluginItem(p, standings[p.ID()]))
	}
	return c.writeJSON(answer)
}

func pluginItem(p plugforge.Plugin, st deploy.Standing) api.PluginItem {
	origin := api.PluginItemOriginNamespace
	if p.Origin != "" || p.Slug.Owner.IsOrg() {
		origin = api.PluginItemOriginOrganization
	}
	return api.PluginItem{
		PluginID: p.ID().String(), Name: string(p.Slug.Name), Version: p.Version.String(), Description: p.Description,
		Deployed: st.Deployed, ValidationStatus: api.ValidationStatusPassed, FeatureURI: p.FeatureURI,
		Origin: origin, CreatedAt: instant(p.CreatedAt), UpdatedAt: instant(later(p.CreatedAt, st.DeployedAt)),
	}
}

// page gives versions with where each stands.
func (s *Server) page(c *call, q registry.Query) (registry.Page, map[plugforge.PluginID]deploy.Standing, error) {
	page, err := s.cfg.Registry.Plugins(c.ctx(), q)
	if err != nil {
		return page, nil, located(err, "query", "cursor")
	}
	ids := make([]plugforge.PluginID, len(page.Plugins))
	for i, p := range page.Plugins {
		ids[i] = p.ID()
	}
	standings, err := s.cfg.Deploy.Standings(c.ctx(), q.Owner, ids)
	return page, standings, err
}

// located gives a fault that a room below found its place in the request.
func located(err error, loc ...string) error {
	var e *plugforge.Error
	if !errors.As(err, &e) || e.Code != plugforge.CodeValidation || len(e.Fields) > 0 {
		return err
	}
	placed := *e
	placed.Fields = []plugforge.FieldError{{Loc: loc, Msg: e.Message, Type: "value_error"}}
	return &placed
}

// getPlugin gives a version's details.
func (s *Server) getPlugin(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	withURL := q.flag("return_presigned_urls")
	if err := q.err(); err != nil {
		return err
	}
	id, err := c.pluginID()
	if err != nil {
		return err
	}
	p, err := s.cfg.Registry.Plugin(c.ctx(), c.namespace, id)
	if err != nil {
		return err
	}
	if p.Scan, err = s.cfg.Registry.Scan(c.ctx(), p); err != nil {
		return err
	}
	standings, err := s.cfg.Deploy.Standings(c.ctx(), c.namespace, []plugforge.PluginID{id})
	if err != nil {
		return err
	}
	answer := api.PluginAnswer{Success: true, Plugin: s.detail(p, standings[id])}
	if withURL {
		link, _ := s.downloadURL(p)
		answer.PresignedDownloadURL = &link
	}
	return c.writeJSON(answer)
}

func (s *Server) detail(p plugforge.Plugin, st deploy.Standing) api.PluginDetail {
	d := api.PluginDetail{
		PluginID: p.ID().String(), NamespaceID: string(p.Slug.Owner), Name: string(p.Slug.Name), Version: p.Version.String(),
		Description: p.Description, S3ArchiveURL: s.cfg.Registry.ArchiveURL(p), CodeHash: p.CodeHash,
		ValidationStatus: api.ValidationStatusPassed, ValidationErrors: append([]string{}, p.Scan.Findings...), SecurityScanPassed: p.ScanPassed,
		Scan: scanRecord(p.Scan), Deployed: st.Deployed, Manifest: p.Manifest, CreatedAt: instant(p.CreatedAt),
		UpdatedAt: instant(later(p.CreatedAt, st.DeployedAt)), DeployedAt: maybeInstant(st.DeployedAt),
	}
	if p.HasRealtime {
		d.ResolvedInferenceName = maybe(p.ID().String())
	}
	if st.Deployed {
		info := api.DeploymentInfo{
			FeatureURI: p.FeatureURI, DeployedAt: maybeInstant(st.DeployedAt),
			DeploymentType: api.DeploymentType(st.Type), Status: api.State(st.State),
		}
		if st.Type == plugforge.TypeRealtime {
			info.RoutePrefix = maybe(routePrefix(p.Slug))
		}
		d.DeploymentInfo = &info
	}
	return d
}

func scanRecord(rec plugforge.ScanRecord) api.ScanRecord {
	answer := api.ScanRecord{
		PolicySha256: rec.Policy, AllowedModules: append([]string{}, rec.Allowed...), SuppressibleRules: append([]string{}, rec.Permitted...), Suppressed: []api.Suppression{},
	}
	for _, s := range rec.Suppressed {
		answer.Suppressed = append(answer.Suppressed, api.Suppression{Path: s.Path, Line: s.Line, Rule: s.Rule, Reason: s.Reason})
	}
	return answer
}

// downloadKey is what a GET grant is for; it ties the signature to the path.
func downloadKey(slug plugforge.Slug, id plugforge.PluginID) string {
	return "download/" + string(slug.Owner) + "/" + id.String()
}

func (s *Server) downloadURL(p plugforge.Plugin) (link string, expires time.Time) {
	expires = s.now().Add(downloadLife).UTC().Truncate(time.Millisecond)
	path := "/downloads/" + string(p.Slug.Owner) + "/" + p.ID().String()
	return s.presign(path, blobs.Grant{Method: http.MethodGet, Key: downloadKey(p.Slug, p.ID()), Expires: expires}), expires
}

// getDownload gives a URL of the archive.
func (s *Server) getDownload(c *call) error {
	id, err := c.pluginID()
	if err != nil {
		return err
	}
	p, err := s.cfg.Registry.Plugin(c.ctx(), c.namespace, id)
	if err != nil {
		return err
	}
	link, expires := s.downloadURL(p)
	return c.writeJSON(api.DownloadAnswer{
		Success: true, PluginID: id.String(), PresignedDownloadURL: link, ExpiresAt: instant(expires),
		SizeBytes: p.ArchiveSize, Sha256: p.CodeHash,
	})
}

// downloadArchive streams the archive as it was uploaded. The signature in the
// query is the permission.
func (s *Server) downloadArchive(c *call) error {
	owner := plugforge.Owner(c.vars["namespace_id"])
	id, parseErr := c.pluginID()
	key := downloadKey(plugforge.Slug{Owner: owner}, id)
	if _, err := s.granted(c, key, ""); err != nil {
		return err
	}
	if parseErr != nil {
		return parseErr
	}
	p, err := s.cfg.Registry.Plugin(c.ctx(), owner, id)
	if err != nil {
		return err
	}
	f, err := s.cfg.Registry.OpenBlob(c.ctx(), s.cfg.Registry.ArchiveKey(p))
	if err != nil {
		return err
	}
	defer f.Close()
	return c.serveContent(zipType, attachment(zipName(p)), `"`+p.CodeHash+`"`, f)
}

func zipName(p plugforge.Plugin) string { return fmt.Sprintf("%s-%s.zip", p.Slug.Name, p.Version) }
