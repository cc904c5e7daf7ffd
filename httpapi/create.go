package httpapi

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"plugforge"
	"plugforge/internal/api"
	"plugforge/registry"
)

const (
	formRest  = 1 << 20  // bytes of a form beside its file
	formField = 64 << 10 // bytes of one field
	formParts = 64       // fields that a form may have
	mostToken = 255      // bytes of an Idempotency-Key
)

// createPlugin takes an archive and what is to become of it in one multipart
// request, whose parts may come in any order. The file goes to disk as it
// comes.
func (s *Server) createPlugin(c *call) error {
	form, err := s.readForm(c)
	if err != nil {
		return err
	}
	req, err := form.request(c)
	if err != nil {
		form.discard()
		return err
	}
	v, err := s.cfg.Registry.PublishDirect(c.ctx(), req, *form.file)
	if err != nil {
		return err
	}
	a := api.PluginUploadAnswer{
		Success: v.Passed, PluginID: v.ID.String(), ValidationStatus: api.ValidationStatusFailed, ValidationErrors: append([]string{}, v.Findings...),
		DeploymentStatus: api.PluginUploadAnswerDeploymentStatusNotDeployed, FeatureURI: v.FeatureURI, S3ArchiveURL: v.ArchiveURL, Message: v.Message,
	}
	if v.Passed {
		a.ValidationStatus = api.ValidationStatusPassed
	}
	return c.writeJSON(a)
}

// form is a multipart request, read to its end.
type form struct {
	texts    map[string]string
	file     *registry.Spooled
	registry *registry.Registry
	faults
}

func (f *form) discard() {
	if f.file != nil {
		f.registry.Discard(*f.file)
		f.file = nil
	}
}

// readForm spools the file and keeps the fields. Whatever it returns with an
// error has been removed.
func (s *Server) readForm(c *call) (*form, error) {
	boundary, err := c.boundary()
	if err != nil {
		return nil, err
	}
	const limit = registry.MaxArchive + formRest
	if size := c.r.ContentLength; size > limit {
		return nil, plugforge.Errorf(plugforge.CodeTooLarge, "the request is %d bytes long, over its limit of %d", size, int64(limit))
	}
	f := &form{texts: map[string]string{}, registry: s.cfg.Registry}
	body := c.body(limit, "the request")
	err = f.read(c, multipart.NewReader(body, boundary))
	if err == nil {
		_, err = io.Copy(io.Discard, body) // what stands behind the last part
	}
	if err != nil {
		f.discard()
		return nil, body.cause(err)
	}
	return f, nil
}

// cause is why reading a form failed: what the connection did, if it did, else
// that the form is not one.
func (p *pacedReader) cause(err error) error {
	var public *plugforge.Error
	switch {
	case errors.As(p.failed, &public):
		return public
	case errors.As(err, &public):
		return err
	}
	var f faults
	f.add("multipart_invalid", "is not whole multipart/form-data: "+err.Error(), "body")
	return f.err()
}

func (c *call) boundary() (string, error) {
	given := c.r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(given)
	if err != nil || kind != "multipart/form-data" {
		return "", plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Type %s is not taken: send multipart/form-data with the fields file and name", quoted(given))
	}
	if encoding := c.r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return "", plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Encoding %s is not taken: send the body as it is", quoted(encoding))
	}
	if params["boundary"] == "" {
		var f faults
		f.add("multipart_invalid", "has no boundary in its Content-Type", "body")
		return "", f.err()
	}
	return params["boundary"], nil
}

func (f *form) read(c *call, parts *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if n == formParts {
			f.add("too_long", "has too many fields", "body")
			return f.err()
		}
		if err := f.take(c, part); err != nil {
			return err
		}
	}
}

// take reads one part. Fields that the call does not have are passed over.
func (f *form) take(c *call, part *multipart.Part) error {
	name := part.FormName()
	_, twice := f.texts[name]
	switch {
	case twice || name == "file" && f.file != nil:
		f.add("duplicate_field", "is given twice", "body", name)
		return f.err()
	case name == "file":
		if err := f.err(); err != nil { // not worth the file
			return err
		}
		sp, err := f.registry.Spool(c.ctx(), part)
		if err != nil {
			return err
		}
		f.file = &sp
		return nil
	case name != "name" && name != "version" && name != "description" && name != "message":
		_, err := io.Copy(io.Discard, part)
		return err
	}
	text, err := io.ReadAll(io.LimitReader(part, formField+1))
	if err != nil {
		return err
	}
	switch {
	case len(text) > formField:
		f.add("string_too_long", "is longer than 64 KiB", "body", name)
		return f.err()
	case !utf8.Valid(text):
		f.add("string_type", "is not UTF-8", "body", name)
	}
	f.texts[name] = string(text)
	return nil
}

// request checks the fields, and says all that is wrong with them.
func (f *form) request(c *call) (registry.DirectRequest, error) {
	req := registry.DirectRequest{Owner: c.namespace, By: c.actor()}
	var err error
	if name, there := f.texts["name"]; there {
		req.Name, err = plugforge.ParseName(name)
		f.addError(err, "body", "name")
	} else {
		f.add("missing", "is missing", "body", "name")
	}
	if version, there := f.texts["version"]; there {
		v, err := plugforge.ParseVersion(version)
		f.addError(err, "body", "version")
		req.Version = &v
	}
	description, message := f.texts["description"], f.texts["message"]
	req.Description, req.Message = f.text(&description, mostDescribed, "description"), f.message(&message)
	req.Token = f.token(c)
	if f.file == nil {
		f.add("missing", "is missing: send the archive", "body", "file")
	}
	return req, f.err()
}

// token reads the Idempotency-Key.
func (f *faults) token(c *call) string {
	given := c.r.Header.Values("Idempotency-Key")
	if len(given) == 0 {
		return ""
	}
	illegal := func(r rune) bool { return r < 0x21 || r > 0x7e }
	if len(given) > 1 || given[0] == "" || len(given[0]) > mostToken || strings.ContainsFunc(given[0], illegal) {
		f.add("value_error", "is not one text of 1 to 255 visible ASCII characters", "header", "Idempotency-Key")
	}
	return given[0]
}
