package httpapi

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"

	"plugforge"
	"plugforge/registry"
)

// mostNegotiation bounds what a git client sends to say what it has and wants,
// in bytes as they come; gitstore bounds them unpacked.
const mostNegotiation = 8 << 20

const gitUpload = "git-upload-pack"

// gitRefs is the first request of every clone and fetch.
func (s *Server) gitRefs(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	switch service, _ := q.text("service"); service {
	case gitUpload:
	case "git-receive-pack":
		return noPush(c)
	default:
		return noDumb(c)
	}
	slug, err := c.knownSlug(s)
	if err != nil {
		return err
	}
	w := c.gitAnswer("application/x-git-upload-pack-advertisement")
	return unlessLost(slug, s.cfg.Git.InfoRefs(c.ctx(), w, slug, c.r.Header.Get("Git-Protocol")))
}

// gitUploadPack answers what a client wants and has with what it lacks. All of
// the request is read before the answer begins: more is not promised by
// HTTP/1.
func (s *Server) gitUploadPack(c *call) error {
	const want = "application/x-git-upload-pack-request"
	given := c.r.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != want {
		return plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Type %s is not taken: git sends %s", quoted(given), want)
	}
	request, err := c.negotiation()
	if err != nil {
		return err
	}
	slug, err := c.knownSlug(s)
	if err != nil {
		return err
	}
	w := c.gitAnswer("application/x-git-upload-pack-result")
	return unlessLost(slug, s.cfg.Git.UploadPack(c.ctx(), w, request, slug, c.r.Header.Get("Git-Protocol")))
}

// unlessLost gives err, unless it says of a plugin that the index has that there
// is none.
func unlessLost(slug plugforge.Slug, err error) error {
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		return registry.Lost(slug, err)
	}
	return err
}

// negotiation is the body of a git request, unpacked: git compresses what is
// over a kilobyte.
func (c *call) negotiation() (io.Reader, error) {
	body := c.body(mostNegotiation, "the request")
	switch encoding := c.r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, notGzip(err)
		}
		return gzipReader{unpacked}, nil
	default:
		return nil, plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Encoding %s is not taken: use gzip or none", quoted(encoding))
	}
}

// gzipReader gives what is wrong with the packing its public form.
type gzipReader struct{ io.Reader }

func (g gzipReader) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = notGzip(err)
	}
	return n, err
}

func notGzip(err error) error {
	var public *plugforge.Error
	if errors.As(err, &public) {
		return public
	}
	return &plugforge.Error{Code: plugforge.CodeBadRequest, Err: err, Message: "the request says it is gzip, but does not unpack"}
}

// gitAnswer is where git's own bytes go: at the client's pace and at once,
// for they tell of progress.
func (c *call) gitAnswer(kind string) io.Writer {
	h := c.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache, max-age=0, must-revalidate")
	w := c.paced()
	w.atOnce = true
	return w
}

// noDumb refuses what a client without git's smart protocol asks for: a
// repository's files, one by one, past everything that serving them checks.
func noDumb(*call) error {
	return plugforge.Errorf(plugforge.CodeForbidden, "only git's smart protocol is served: use git 1.6.6 or newer to clone")
}

// gitReceivePack refuses a push that did not ask first.
func (s *Server) gitReceivePack(c *call) error { return noPush(c) }

func noPush(c *call) error {
	base := "/v1/namespaces/" + string(c.namespace) + "/plugins/uploads"
	if c.namespace.IsOrg() {
		base = "/v1/plugins/uploads"
	}
	return plugforge.Errorf(plugforge.CodeForbidden,
		"pushing is not how a version is made here: POST %s, PUT the zip to the presigned_url that it answers, then POST %s/{upload_id}/confirm", base, base)
}
