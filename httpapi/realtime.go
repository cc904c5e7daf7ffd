package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"plugforge"
	"plugforge/internal/api"
)

// callActive is the hot path: the body's bytes go to the replica and its
// answer's bytes come back, neither decoded here.
func (s *Server) callActive(c *call) error { return s.callRealtime(c, nil) }

// callVersion is callActive for one version that is up.
func (s *Server) callVersion(c *call) error {
	v, err := plugforge.ParseVersion(c.vars["version"])
	if err != nil {
		var f faults
		f.addError(err, "path", "version")
		return f.err()
	}
	return s.callRealtime(c, &v)
}

func (s *Server) callRealtime(c *call, pin *plugforge.Version) error {
	body, err := c.callBody()
	if err != nil {
		return err
	}
	slug, err := c.slug()
	if err != nil {
		return err
	}
	answer, version, err := s.cfg.Deploy.Call(c.ctx(), slug, pin, body)
	if err != nil {
		err = handlerRaised(err, slug, version)
		if code := plugforge.CodeOf(err); code == plugforge.CodePluginFailed || code == plugforge.CodePluginTimeout {
			c.pluginVersion(version)
		}
		return err
	}
	c.pluginVersion(version)
	c.writeBytes(http.StatusOK, "application/json", answer.Body)
	return nil
}

// pluginVersion tells which version it was that answered, or failed to.
func (c *call) pluginVersion(v plugforge.Version) {
	c.Header()["X-Plugin-Version"] = []string{v.String()}
}

// callBody is the request's JSON as it came; no body is an empty object.
func (c *call) callBody() ([]byte, error) {
	body, err := c.readJSON(realtimeLimit)
	if err == nil && len(body) == 0 {
		body = []byte("{}")
	}
	return body, err
}

// testRealtime tells what came of one call, also of one that raised.
func (s *Server) testRealtime(c *call) error {
	body, err := c.callBody()
	if err != nil {
		return err
	}
	id, err := c.pluginID()
	if err != nil {
		return err
	}
	answer, err := s.cfg.Deploy.Test(c.ctx(), c.namespace, id, body)
	var raised *plugforge.HandlerError
	switch {
	case errors.As(err, &raised):
		text := raised.Error()
		if raised.Traceback != "" {
			text += "\n" + raised.Traceback
		}
		return c.writeJSON(api.TestAnswer{
			Status: api.TestAnswerStatusError, InferenceName: answer.Inference, ResponseKeys: []string{}, Error: &text,
			Message: "the handler raised " + raised.Type,
		})
	case err != nil:
		return err
	}
	raw := json.RawMessage(answer.Body)
	return c.writeJSON(api.TestAnswer{
		Status: api.TestAnswerStatusSuccess, InferenceName: answer.Inference, RawResponse: &raw,
		ResponseType: maybe(answer.Type), ResponseKeys: topKeys(answer.Body),
		Message: "the handler answered " + strconv.Itoa(len(answer.Body)) + " bytes",
	})
}

// topKeys is the keys of a JSON object in its order, each once; none for
// anything else.
func topKeys(body []byte) []string {
	keys := []string{}
	dec := json.NewDecoder(bytes.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return keys
	}
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return keys
		}
		if !seen[name] {
			seen[name] = true
			keys = append(keys, name)
		}
		var skip json.RawMessage
		if dec.Decode(&skip) != nil {
			return keys
		}
	}
	return keys
}
