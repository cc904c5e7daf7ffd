package httpapi

import (
	"net/http"

	"plugforge"
	"plugforge/internal/api"
)

func (s *Server) healthz(c *call) error { return c.writeJSON(api.Health{Status: api.HealthStatusOk}) }

// readyz tells strangers no more than that it is not ready; the reason is in
// the log.
func (s *Server) readyz(c *call) error {
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(); err != nil {
			return &plugforge.Error{Code: plugforge.CodeUnavailable, Message: "the server is not ready", Op: "httpapi.readyz", Err: err}
		}
	}
	return c.writeJSON(api.Health{Status: api.HealthStatusReady})
}

func (s *Server) getOpenAPI(c *call) error {
	c.writeJSONBytes(http.StatusOK, s.openAPI)
	return nil
}

func (s *Server) allowedSigners(c *call) error {
	c.writeText(http.StatusOK, s.cfg.Git.AllowedSigners())
	return nil
}
