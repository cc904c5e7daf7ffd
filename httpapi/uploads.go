package httpapi

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/internal/api"
	"plugforge/registry"
)

const (
	zipType        = "application/zip"
	largestArchive = 500 << 20 // bytes
	shortestURL    = 60        // seconds
	longestURL     = 86400     // seconds
)

// createUpload opens an upload and gives the URL to send its archive to.
func (s *Server) createUpload(c *call) error {
	u, link, err := s.openUpload(c)
	if err != nil {
		return err
	}
	return c.writeJSON(api.UploadAnswer{
		UploadID: u.ID, PresignedURL: link, S3Key: u.Key, ExpiresAt: instant(u.ExpiresAt), NamespaceID: string(c.namespace),
		Name: string(u.Slug.Name), Version: u.Version.String(),
	})
}

// openUpload makes the upload that the body asks for, and its URL.
func (s *Server) openUpload(c *call) (u registry.Upload, link string, err error) {
	given, err := decodeBody[api.UploadRequest](c, false)
	if err != nil {
		return u, "", err
	}
	q, err := uploadRequest(given)
	if err != nil {
		return u, "", err
	}
	q.Owner, q.By = c.namespace, c.actor()
	if u, err = s.cfg.Registry.CreateUpload(c.ctx(), q); err != nil {
		return u, "", err
	}
	return u, s.presign("/uploads/"+u.ID, blobs.Grant{
		Method: http.MethodPut, Key: uploadKey(u.ID), ContentType: zipType, MaxSize: u.MaxSize, Expires: u.ExpiresAt,
	}), nil
}

func uploadRequest(given api.UploadRequest) (registry.UploadRequest, error) {
	var f faults
	q := registry.UploadRequest{FileSize: given.FileSizeBytes}
	var err error
	q.Name, err = plugforge.ParseName(given.Name)
	f.addError(err, "body", "name")
	if given.Version != nil {
		v, err := plugforge.ParseVersion(*given.Version)
		f.addError(err, "body", "version")
		q.Version = &v
	}
	q.Description = f.text(given.Description, mostDescribed, "description")
	if n := given.FileSizeBytes; n != nil && (*n < 0 || *n > largestArchive) {
		f.add("value_error", fmt.Sprintf("is %d: an archive has at most %d bytes", *n, largestArchive), "body", "file_size_bytes")
	}
	if n := given.PresignedURLExpiration; n != nil {
		if *n < shortestURL || *n > longestURL {
			f.add("value_error", fmt.Sprintf("is %d: use %d to %d seconds", *n, shortestURL, longestURL), "body", "presigned_url_expiration")
		}
		q.Expiration = time.Duration(*n) * time.Second
	}
	return q, f.err()
}

// uploadKey is what a PUT grant is for; it ties the signature to the path.
func uploadKey(uploadID string) string { return "upload/" + uploadID }

func (s *Server) presign(path string, g blobs.Grant) string {
	return s.cfg.PublicURL + path + "?" + s.cfg.Signer.Sign(g).Encode()
}

// granted checks that the query is a grant of the request's method for key.
func (s *Server) granted(c *call, key, contentType string) (blobs.Grant, error) {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return blobs.Grant{}, &plugforge.Error{Code: plugforge.CodeForbidden, Err: err,
			Message: "the presigned URL's query is not well formed: use the URL exactly as it was given"}
	}
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet // who may read it may ask for less
	}
	g, err := s.cfg.Signer.Verify(values, method, contentType)
	if err == nil && g.Key != key {
		err = plugforge.Errorf(plugforge.CodeForbidden, "the presigned URL is for another path: use the URL exactly as it was given")
	}
	return g, err
}

// putArchive takes the archive's bytes. The signature in the query is the
// permission.
func (s *Server) putArchive(c *call) error {
	id := c.vars["upload_id"]
	g, err := s.granted(c, uploadKey(id), zipType)
	if err != nil {
		return err
	}
	if err := c.checkZipType(); err != nil {
		return err
	}
	if size := c.r.ContentLength; size > g.MaxSize {
		return plugforge.Errorf(plugforge.CodeTooLarge, "the archive is %d bytes long, over its limit of %d", size, g.MaxSize)
	}
	got, err := s.cfg.Registry.Receive(c.ctx(), id, c.body(g.MaxSize, "the archive"))
	if err != nil {
		return err
	}
	c.Header().Set("ETag", `"`+got.MD5+`"`)
	c.Header().Set("Content-Length", "0")
	c.WriteHeader(http.StatusOK)
	return nil
}

func (c *call) checkZipType() error {
	given := c.r.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != zipType {
		return plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Type %s is not taken: send the archive as %s", quoted(given), zipType)
	}
	if encoding := c.r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Encoding %s is not taken: send the archive as it is", quoted(encoding))
	}
	return nil
}

// confirmUpload checks and publishes what was sent. A verdict against the
// archive is an answer, not an error.
func (s *Server) confirmUpload(c *call) error {
	given, err := decodeBody[api.ConfirmRequest](c, true)
	if err != nil {
		return err
	}
	var f faults
	q := registry.ConfirmRequest{Owner: c.namespace, UploadID: c.vars["upload_id"], FileSize: given.FileSizeBytes, By: c.actor()}
	q.Message = f.message(given.Message)
	if given.Etag != nil {
		q.ETag = *given.Etag
	}
	if n := given.FileSizeBytes; n != nil && *n < 0 {
		f.add("value_error", fmt.Sprintf("is %d: use the archive's size in bytes", *n), "body", "file_size_bytes")
	}
	if err := f.err(); err != nil {
		return err
	}
	v, err := s.cfg.Registry.Confirm(c.ctx(), q)
	if err != nil {
		return err
	}
	return c.writeJSON(confirmAnswer(v))
}

func confirmAnswer(v registry.Verdict) api.ConfirmAnswer {
	a := api.ConfirmAnswer{
		Success: v.Passed, UploadID: v.UploadID, ValidationStatus: api.ValidationStatusFailed,
		ValidationErrors: append([]string{}, v.Findings...),
		DeploymentStatus: api.ConfirmAnswerDeploymentStatusNotDeployed, Message: v.Message,
	}
	if v.Passed && v.Plugin != nil {
		a.ValidationStatus = api.ValidationStatusPassed
		a.PluginID, a.FeatureURI, a.S3ArchiveURL = maybe(v.ID.String()), maybe(v.Plugin.FeatureURI), maybe(v.ArchiveURL)
	}
	return a
}

// message checks a commit message or reason.
func (f *faults) message(value *string) string {
	if value == nil {
		return ""
	}
	f.addError(plugforge.CheckMessage(*value), "body", "message")
	return *value
}
