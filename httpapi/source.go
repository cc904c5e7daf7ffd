package httpapi

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	pathpkg "path"
	"strings"
	"unicode/utf8"

	"plugforge"
	"plugforge/archive"
	"plugforge/internal/api"
)

const (
	mostInline  = 1 << 20  // bytes of a file whose content stands in the answer
	mostContent = 16 << 20 // bytes of all contents in one answer
)

// getSource gives the files of the version that the path names.
func (s *Server) getSource(c *call) error {
	return s.source(c, func() (plugforge.Plugin, error) {
		id, err := c.pluginID()
		if err != nil {
			return plugforge.Plugin{}, err
		}
		return s.cfg.Registry.Plugin(c.ctx(), c.namespace, id)
	})
}

// getActiveSource gives the files of the slug's active version.
func (s *Server) getActiveSource(c *call) error {
	return s.source(c, func() (plugforge.Plugin, error) {
		slug, err := c.existingSlug(s)
		if err != nil {
			return plugforge.Plugin{}, err
		}
		active, err := s.cfg.Deploy.ActiveVersion(c.ctx(), slug)
		if err != nil {
			return plugforge.Plugin{}, err
		}
		if active == nil {
			return plugforge.Plugin{}, plugforge.Errorf(plugforge.CodeNotFound, "plugin %s has no active version: ask for the source of one by its plugin id", slug.Name)
		}
		return s.cfg.Registry.Plugin(c.ctx(), slug.Owner, plugforge.PluginID{Name: slug.Name, Version: *active})
	})
}

func (s *Server) source(c *call, find func() (plugforge.Plugin, error)) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	path := q.path()
	one := path != ""
	if err := q.err(); err != nil {
		return err
	}
	p, err := find()
	if err != nil {
		return err
	}
	tree, err := s.cfg.Registry.Tree(c.ctx(), p.Slug, p.Version)
	if err != nil {
		return err
	}
	c.Header().Set("Vary", "Accept")
	switch {
	case one:
		return sendFile(c, p, tree, path)
	case c.prefers(zipType):
		return sendZip(c, p, tree)
	}
	return s.sendSource(c, p, tree)
}

// sendFile answers one file as it is, as something no browser interprets.
func sendFile(c *call, p plugforge.Plugin, tree fs.FS, path string) error {
	f, err := tree.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return noSuchFile(p, path)
	}
	if err != nil {
		return plugforge.Wrap("httpapi.sendFile", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return plugforge.Wrap("httpapi.sendFile", err)
	}
	if info.IsDir() {
		return noSuchFile(p, path)
	}
	named, ok := info.(interface{ Hash() string })
	if !ok {
		return plugforge.Wrap("httpapi.sendFile", fmt.Errorf("%s has no hash", path))
	}
	content, ok := f.(io.ReadSeeker)
	if !ok { // large, and read from disk as it goes
		again := &seeker{ctx: c.ctx(), open: func() (io.ReadCloser, error) { return tree.Open(path) }, size: info.Size()}
		defer again.Close()
		content = again
	}
	// What a browser may make of it is a file, and nothing that it interprets.
	return c.serveContent("application/octet-stream", attachment(pathpkg.Base(path)), `"`+named.Hash()+`"`, content)
}

func noSuchFile(p plugforge.Plugin, path string) error {
	return plugforge.Errorf(plugforge.CodeNotFound, "plugin %s has no file %s", p.ID(), quoted(path))
}

// sendZip answers the files as a zip with them at its root.
func sendZip(c *call, p plugforge.Plugin, tree fs.FS) error {
	h := c.Header()
	h.Set("Content-Type", zipType)
	h.Set("Content-Disposition", attachment(zipName(p)))
	h.Set("X-Content-Type-Options", "nosniff")
	if c.isFresh(`"` + p.ContentHash + `.zip"`) {
		return nil
	}
	return plugforge.Wrap("httpapi.sendZip", archive.Write(c.paced(), tree))
}

// sendSource answers the files as JSON, one after the other, so that no answer
// is held in memory as a whole.
func (s *Server) sendSource(c *call, p plugforge.Plugin, tree fs.FS) error {
	const op = "httpapi.sendSource"
	active, err := s.cfg.Deploy.ActiveVersion(c.ctx(), p.Slug)
	if err != nil {
		return err
	}
	live := active != nil && *active == p.Version
	h := c.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	// Beside the files the answer tells what is live, and where it is served.
	if c.isFresh(fmt.Sprintf(`W/"%s.%t"`, p.Commit, live)) {
		return nil
	}
	head, err := encodeJSON(struct {
		api.SourceAnswer
		Files []int `json:"files,omitempty"` // hides SourceAnswer's
	}{SourceAnswer: api.SourceAnswer{
		Success: true, PluginID: p.ID().String(), Name: string(p.Slug.Name), Version: p.Version.String(), Active: live, Commit: p.Commit,
	}})
	if err != nil {
		return plugforge.Wrap(op, err)
	}
	out := bufio.NewWriterSize(c.paced(), 64<<10)
	out.Write(bytes.TrimSuffix(head, []byte("}\n")))
	out.WriteString(`,"files":[`)
	left, first := int64(mostContent), true
	err = fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, c.ctx().Err()); err != nil || d.IsDir() {
			return err
		}
		file, err := readSourceFile(tree, path, min(left, mostInline))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if file.Content == nil {
			link := s.cfg.PublicURL + "/v1/namespaces/" + string(p.Slug.Owner) + "/plugins/" + p.ID().String() +
				"/source?" + url.Values{"path": {path}}.Encode()
			file.URL = &link
		} else {
			left -= file.SizeBytes
		}
		text, err := encodeJSON(file)
		if err != nil {
			return err
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		_, err = out.Write(bytes.TrimSuffix(text, []byte("\n")))
		return err
	})
	if err == nil {
		out.WriteString("]}\n")
		err = out.Flush()
	}
	return plugforge.Wrap(op, err)
}

// readSourceFile describes one file, with its content if that has at most so
// many bytes.
func readSourceFile(tree fs.FS, path string, most int64) (api.SourceFile, error) {
	f, err := tree.Open(path)
	if err != nil {
		return api.SourceFile{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return api.SourceFile{}, err
	}
	out := api.SourceFile{Path: path, SizeBytes: info.Size(), Mode: api.SourceFileModeN100644}
	if info.Mode()&0o111 != 0 {
		out.Mode = api.SourceFileModeN100755
	}
	hash, text := sha256.New(), textCheck{clean: true}
	var kept strings.Builder
	into := io.MultiWriter(hash, &text)
	if info.Size() <= most {
		kept.Grow(int(info.Size()))
		into = io.MultiWriter(hash, &text, &kept)
	}
	if out.SizeBytes, err = io.Copy(into, f); err != nil {
		return out, err
	}
	out.Sha256 = hex.EncodeToString(hash.Sum(nil))
	out.Encoding = api.SourceFileEncodingUTF8
	content := kept.String()
	if !text.isText() {
		out.Encoding = api.SourceFileEncodingBase64
		content = base64.StdEncoding.EncodeToString([]byte(content))
	}
	if info.Size() <= most {
		out.Content = &content
	}
	return out, nil
}

// textCheck tells, over a file of any length, whether it is UTF-8 without
// control characters but tab and line ends. What is not goes as base64: JSON
// could carry it, at six bytes for one.
type textCheck struct {
	clean bool
	rest  []byte // the beginning of a character that the next piece ends
}

func (t *textCheck) Write(p []byte) (int, error) {
	if !t.clean {
		return len(p), nil
	}
	for _, b := range p {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' {
			t.clean = false
			return len(p), nil
		}
	}
	piece := append(t.rest, p...)
	end := len(piece)
	for back := 1; back <= min(utf8.UTFMax-1, len(piece)); back++ {
		if start := len(piece) - back; utf8.RuneStart(piece[start]) {
			if !utf8.FullRune(piece[start:]) {
				end = start
			}
			break
		}
	}
	t.clean = utf8.Valid(piece[:end])
	t.rest = append([]byte(nil), piece[end:]...)
	return len(p), nil
}

func (t *textCheck) isText() bool { return t.clean && len(t.rest) == 0 }
