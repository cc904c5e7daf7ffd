package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"plugforge/internal/api"
)

// client calls one run of a server over HTTP, as a user's program would.
type client struct {
	http *http.Client
	host string
	key  string

	before func() // is called before each request; may be nil
}

func (srv *server) client(key string) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	srv.t.Cleanup(transport.CloseIdleConnections)
	return &client{http: &http.Client{Transport: transport, Timeout: 90 * time.Second}, host: srv.address, key: key}
}

// refusal is an answer that is not 200.
type refusal struct {
	request string
	status  int
	body    string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s answered %d: %s", r.request, r.status, r.body)
}

// do sends one request. The error is a *refusal when the server answered
// anything but 200, and another when no whole answer came.
func (c *client) do(method, target, contentType string, body []byte, auth bool) ([]byte, http.Header, error) {
	if c.before != nil {
		c.before()
	}
	u, err := url.Parse(target)
	if err != nil {
		return nil, nil, err
	}
	// A server started again listens elsewhere, and presigned URLs of the one
	// before must still be good.
	u.Scheme, u.Host = "http", c.host
	req, err := http.NewRequest(method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if auth {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, nil, &refusal{method + " " + u.Path, res.StatusCode, string(answer)}
	}
	return answer, res.Header, nil
}

// call is do with JSON both ways, below the namespace's path.
func call[A any](c *client, method, path string, body any) (answer A, err error) {
	var sent []byte
	contentType := ""
	if body != nil {
		contentType = "application/json"
		if sent, err = json.Marshal(body); err != nil {
			return answer, err
		}
	}
	got, _, err := c.do(method, "/v1/namespaces/"+testNamespace+path, contentType, sent, true)
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(got, &answer)
}

func (c *client) upload(name, version string) (api.UploadAnswer, error) {
	req := api.UploadRequest{Name: name}
	if version != "" {
		req.Version = &version
	}
	return call[api.UploadAnswer](c, "POST", "/plugins/uploads", req)
}

// put gives the ETag.
func (c *client) put(presigned string, archive []byte) (string, error) {
	_, header, err := c.do("PUT", presigned, "application/zip", archive, false)
	if err != nil {
		return "", err
	}
	return header.Get("ETag"), nil
}

func (c *client) confirm(uploadID, message string) (api.ConfirmAnswer, error) {
	return call[api.ConfirmAnswer](c, "POST", "/plugins/uploads/"+uploadID+"/confirm", api.ConfirmRequest{Message: &message})
}

func (c *client) deploy(id, wait string) (api.DeployAnswer, error) {
	return call[api.DeployAnswer](c, "POST", "/plugins/"+id+"/deploy?wait="+wait, nil)
}

func (c *client) undeploy(id string) (api.UndeployAnswer, error) {
	return call[api.UndeployAnswer](c, "POST", "/plugins/"+id+"/undeploy", nil)
}

func (c *client) rollback(slug string, version *string) (api.RollbackAnswer, error) {
	return call[api.RollbackAnswer](c, "POST", "/plugins/by-name/"+slug+"/rollback?wait=60s", api.RollbackRequest{Version: version})
}

func (c *client) status(id, wait string) (api.StatusAnswer, error) {
	return call[api.StatusAnswer](c, "GET", "/plugins/"+id+"/status?wait="+wait, nil)
}

func (c *client) source(id string) (api.SourceAnswer, error) {
	return call[api.SourceAnswer](c, "GET", "/plugins/"+id+"/source", nil)
}

// download gives the archive's bytes.
func (c *client) download(id string) ([]byte, error) {
	where, err := call[api.DownloadAnswer](c, "GET", "/plugins/"+id+"/download", nil)
	if err != nil {
		return nil, err
	}
	archive, _, err := c.do("GET", where.PresignedDownloadURL, "", nil, false)
	return archive, err
}

// versions gives all pages of a slug's versions; nil for an unknown slug.
func (c *client) versions(slug string) (items []api.VersionItem, active string, err error) {
	err = pages(func(cursor string) (*string, error) {
		page, err := call[api.VersionList](c, "GET", "/plugins/by-name/"+slug+"/versions?limit=200"+cursor, nil)
		if page.ActiveVersion != nil {
			active = *page.ActiveVersion
		}
		items = append(items, page.Versions...)
		return page.NextCursor, err
	})
	if r, ok := err.(*refusal); ok && r.status == http.StatusNotFound && items == nil {
		return nil, "", nil
	}
	return items, active, err
}

// deployments gives all pages of a slug's deployments, newest first.
func (c *client) deployments(slug string) (items []api.DeploymentItem, err error) {
	err = pages(func(cursor string) (*string, error) {
		page, err := call[api.DeploymentList](c, "GET", "/plugins/by-name/"+slug+"/deployments?limit=200"+cursor, nil)
		items = append(items, page.Deployments...)
		return page.NextCursor, err
	})
	return items, err
}

// pages calls get for each page with the cursor as a query parameter.
func pages(get func(cursor string) (next *string, err error)) error {
	cursor := ""
	for {
		next, err := get(cursor)
		if err != nil || next == nil || *next == "" {
			return err
		}
		cursor = "&cursor=" + url.QueryEscape(*next)
	}
}

// invoke calls the active version and gives what it says its version is, and
// what the header says.
func (c *client) invoke(slug string) (body, header string, err error) {
	got, h, err := c.do("POST", "/v1/namespaces/"+testNamespace+"/realtime/"+slug, "application/json", []byte(`{"inputs":{"text":"hello"}}`), true)
	if err != nil {
		return "", "", err
	}
	var answer struct {
		Version   string
		Embedding []float64
	}
	if err := json.Unmarshal(got, &answer); err != nil {
		return "", "", err
	}
	if len(answer.Embedding) == 0 {
		return "", "", fmt.Errorf("the answer has no embedding: %s", got)
	}
	return answer.Version, h.Get("X-Plugin-Version"), nil
}
