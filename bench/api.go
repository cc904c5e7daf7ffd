package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client calls our server as a user would, over connections that it keeps.
type client struct {
	http     *http.Client
	base     string // http://host:port
	resource string // base and /v1/namespaces/…
	auth     string
}

func newClient(base, key string) *client {
	return &client{
		http: &http.Client{Timeout: time.Minute}, base: base,
		resource: base + "/v1/namespaces/" + namespace, auth: "Bearer " + key,
	}
}

func (c *client) ready(ctx context.Context) bool {
	_, err := c.do(ctx, http.MethodGet, c.base+"/readyz", "", nil, false)
	return err == nil
}

// route is where realtime calls of the plugin name go.
func (c *client) route(name string) string { return c.resource + "/realtime/" + name }

// publish makes one version with the three calls, and fails unless it passed.
func (c *client) publish(ctx context.Context, name, version string, archive []byte) error {
	var upload struct {
		ID  string `json:"upload_id"`
		URL string `json:"presigned_url"`
	}
	if err := c.post(ctx, "/plugins/uploads", map[string]string{"name": name, "version": version}, &upload); err != nil {
		return err
	}
	if _, err := c.do(ctx, http.MethodPut, upload.URL, "application/zip", archive, false); err != nil {
		return err
	}
	var verdict struct {
		Success bool     `json:"success"`
		Errors  []string `json:"validation_errors"`
	}
	message := map[string]string{"message": "Version " + version}
	if err := c.post(ctx, "/plugins/uploads/"+upload.ID+"/confirm", message, &verdict); err != nil {
		return err
	}
	if !verdict.Success {
		return fmt.Errorf("%s %s did not pass the checks:\n%s", name, version, strings.Join(verdict.Errors, "\n"))
	}
	return nil
}

// deploy deploys a version and waits until it is live.
func (c *client) deploy(ctx context.Context, name, version string) error {
	id := name + "_" + strings.ReplaceAll(version, ".", "_")
	var answer struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	}
	if err := c.post(ctx, "/plugins/"+id+"/deploy?wait=30s", nil, &answer); err != nil {
		return err
	}
	if answer.Status != "deployed" {
		return fmt.Errorf("%s is %q after 30 s and should be deployed: %s", id, answer.Status, answer.Message)
	}
	return nil
}

// post sends body, if any, as JSON to a path of the namespace, and reads the
// answer into it.
func (c *client) post(ctx context.Context, path string, body, answer any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	got, err := c.do(ctx, http.MethodPost, c.resource+path, "application/json", sent, true)
	if err != nil {
		return err
	}
	return json.Unmarshal(got, answer)
}

// do sends one request; anything but 200 is an error that shows the answer.
func (c *client) do(ctx context.Context, method, url, contentType string, body []byte, key bool) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", contentType)
	}
	if key {
		req.Header.Set("Authorization", c.auth)
	}
	return c.send(req)
}

// send gives the body of a good answer.
func (c *client) send(req *http.Request) ([]byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s answered %d: %s", req.Method, req.URL, resp.StatusCode, got)
	}
	return got, nil
}
