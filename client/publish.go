package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"plugforge"
	"plugforge/internal/api"
)

// UploadRequest describes an upload.
type UploadRequest struct {
	Name        plugforge.Name
	Version     *plugforge.Version // nil: the server picks the next free number and holds it
	Description string             // at most 500 characters
	Size        int64              // bytes that the archive will have; 0: not said
}

// Upload is an archive on its way to the server.
type Upload struct {
	ID        string // plu_…
	Name      plugforge.Name
	Version   plugforge.Version // as named or as picked
	ExpiresAt time.Time         // from then on no Send begins

	url string
}

// Verdict is what the server made of an archive.
type Verdict struct {
	Passed     bool
	ID         plugforge.PluginID  // zero unless Passed
	FeatureURI string              // empty unless Passed
	Findings   []plugforge.Finding // why not; with Passed, what its policy let through
	Message    string              // one or two sentences
}

// Upload asks for an upload. Errors: CodeConflict or CodeAlreadyExists when
// the version or the name is taken, CodeQuotaExceeded.
func (c *Client) Upload(ctx context.Context, req UploadRequest) (Upload, error) {
	const op = "client.Upload"
	body := api.CreateUploadJSONRequestBody{Name: string(req.Name), Description: some(req.Description), FileSizeBytes: some(req.Size)}
	if req.Version != nil {
		body.Version = some(req.Version.String())
	}
	answer, err := decode[api.UploadAnswer](c, op)(c.raw.CreateUpload(ctx, string(c.namespace), body))
	if err != nil {
		return Upload{}, err
	}
	v, err := parseVersion(op, &answer.Version)
	if err != nil {
		return Upload{}, err
	}
	return Upload{ID: answer.UploadID, Name: req.Name, Version: *v, ExpiresAt: answer.ExpiresAt.Time, url: answer.PresignedURL}, nil
}

// Send puts the archive's size bytes where the server wants them. It may be
// repeated until the upload is confirmed. The key is not sent along.
func (c *Client) Send(ctx context.Context, u Upload, archive io.Reader, size int64) error {
	const op = "client.Send"
	target, err := url.Parse(u.url)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Host == "" {
		return plugforge.Wrap(op, fmt.Errorf("the server sent no usable URL for the upload"))
	}
	// A body that is no plain reader is not closed, nor sized, by the client.
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, u.url, io.NopCloser(archive))
	if err != nil {
		return plugforge.Wrap(op, err)
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/zip")
	res, err := c.http.Do(req)
	if err != nil {
		return unreachable(op, target.Scheme+"://"+target.Host, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return c.failure(op, res)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return c.broken(op, res, err)
	}
	return nil
}

// Confirm has what was sent checked and published under the message; an empty
// one takes the server's default. A refusal is a Verdict, not an error.
// Confirming again answers the same. Errors: CodeConflict when another upload
// took the version, CodeGone for an expired upload.
func (c *Client) Confirm(ctx context.Context, u Upload, message string, size int64) (Verdict, error) {
	const op = "client.Confirm"
	body := api.ConfirmUploadJSONRequestBody{Message: some(message), FileSizeBytes: some(size)}
	answer, err := decode[api.ConfirmAnswer](c, op)(c.raw.ConfirmUpload(ctx, string(c.namespace), u.ID, body))
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Passed: answer.Success, FeatureURI: or(answer.FeatureURI), Message: answer.Message}
	for _, line := range answer.ValidationErrors {
		v.Findings = append(v.Findings, parseFinding(line))
	}
	if v.Passed {
		v.ID, err = parseID(op, or(answer.PluginID))
	}
	return v, err
}

var findingLine = regexp.MustCompile(`^(.+?):(\d{1,9}):(\d{1,9}): ([A-Za-z0-9.\-]+): (.*)$`)

// parseFinding reads a finding as the server spells it. The last line, which
// counts what was left out, becomes one on the archive.
func parseFinding(line string) plugforge.Finding {
	m := findingLine.FindStringSubmatch(line)
	if m == nil {
		return plugforge.Finding{Path: "archive", Rule: "more", Text: line}
	}
	at, _ := strconv.Atoi(m[2])
	col, _ := strconv.Atoi(m[3])
	return plugforge.Finding{Path: m[1], Line: at, Col: col, Rule: m[4], Text: m[5]}
}
