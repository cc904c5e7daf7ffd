package testserver

import (
	"io/fs"
	"net/http"
	"strings"

	"plugforge/internal/fixture"
)

// Upload asks for an upload and PUTs the archive; it gives the upload's id.
func (s *Server) Upload(name, version string, archive []byte) (uploadID string) {
	s.t.Helper()
	var up struct {
		UploadID     string `json:"upload_id"`
		PresignedURL string `json:"presigned_url"`
	}
	s.Want(200, "POST", "plugins/uploads", map[string]any{"name": name, "version": version}).JSON(&up)
	if a := s.Put(up.PresignedURL, archive); a.Status != 200 {
		s.t.Fatalf("PUT %s %s: %d\n%s", name, version, a.Status, a.Body)
	}
	return up.UploadID
}

// Put sends an archive to a presigned URL, without a key.
func (s *Server) Put(link string, archive []byte) Answer {
	s.t.Helper()
	r := s.Request(http.MethodPut, link, archive)
	r.Header.Del("Authorization")
	r.Header.Set("Content-Type", "application/zip")
	return s.Send(r)
}

// Publish brings a tree through upload and confirm and gives its plugin id.
func (s *Server) Publish(name, version string, tree fs.FS) (pluginID string) {
	s.t.Helper()
	id := s.Upload(name, version, fixture.Zip(tree))
	a := s.Want(200, "POST", "plugins/uploads/"+id+"/confirm", map[string]any{"message": "publish " + version})
	if ok, _ := a.Fields()["success"].(bool); !ok {
		s.t.Fatalf("confirm %s %s: %s", name, version, a.Body)
	}
	return name + "_" + strings.ReplaceAll(version, ".", "_")
}

// DeployAndWait deploys a version, which must be live soon.
func (s *Server) DeployAndWait(pluginID string) Answer {
	s.t.Helper()
	a := s.Want(200, "POST", "plugins/"+pluginID+"/deploy?wait=30s", nil)
	if status := a.Fields()["status"]; status != "deployed" && status != "batch_only" {
		s.t.Fatalf("deploy %s: %s", pluginID, a.Body)
	}
	return a
}
