package httpapi

import (
	"fmt"
	"unicode/utf8"

	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/api"
)

// deletePlugin deletes a version for good.
func (s *Server) deletePlugin(c *call) error {
	want, err := s.deleteRequest(c, c.pluginID)
	if err != nil {
		return err
	}
	removed, err := s.cfg.Deploy.Delete(c.ctx(), want)
	if err != nil {
		return err
	}
	return c.writeJSON(api.DeleteAnswer{
		Success: true, PluginID: want.ID.String(), Message: deletedMessage(want.ID), DeploymentRemoved: removed,
	})
}

// deleteRequest reads which version is meant, and why. A body means nothing
// here: many programs drop that of a DELETE on the way.
func (s *Server) deleteRequest(c *call, find func() (plugforge.PluginID, error)) (deploy.Request, error) {
	q, err := c.query()
	if err != nil {
		return deploy.Request{}, err
	}
	want := deploy.Request{Owner: c.namespace, By: c.actor()}
	want.Message, _ = q.text("message")
	if n := utf8.RuneCountInString(want.Message); n > mostMessage {
		q.add("string_too_long", fmt.Sprintf("is %d characters long: use at most %d", n, mostMessage), "query", "message")
	}
	q.addError(plugforge.CheckMessage(want.Message), "query", "message")
	if err := q.err(); err != nil {
		return want, err
	}
	want.ID, err = find()
	return want, err
}

func deletedMessage(id plugforge.PluginID) string {
	return fmt.Sprintf("%s %s is deleted and its archive is removed; its number stays taken. Its commit stays in the history, which is not rewritten, under the signed tag deleted/v%s.",
		id.Name, id.Version, id.Version)
}
