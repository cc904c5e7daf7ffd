package client

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"plugforge"
	"plugforge/archive"
	"plugforge/internal/api"
)

// Source is a version's files. It must be closed.
type Source struct {
	ID   plugforge.PluginID
	Tree fs.FS // checked: no path of it leads out, no file of it is a link

	file *os.File
}

// Close gives the files back.
func (s *Source) Close() error { return s.file.Close() }

// Source fetches a version's files. What the server sends is checked as the
// server checks uploads, for it is about to be written to a disk.
func (c *Client) Source(ctx context.Context, id plugforge.PluginID) (_ *Source, err error) {
	const op = "client.Source"
	params := &api.GetPluginSourceParams{Accept: some("application/zip")}
	res, err := c.raw.GetPluginSource(ctx, string(c.namespace), id.String(), params)
	in, err := c.body(op)(res, err)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f, err := os.CreateTemp("", "plugforge-*.zip")
	if err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := os.Remove(f.Name()); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	size, err := io.Copy(f, &answerReader{in, archive.MaxSize})
	if err != nil {
		var disk *fs.PathError
		if errors.As(err, &disk) {
			return nil, plugforge.Wrap(op, err)
		}
		return nil, c.broken(op, res, err)
	}
	tree, err := archive.Open(ctx, f, size)
	if err != nil {
		return nil, c.broken(op, res, err)
	}
	return &Source{ID: id, Tree: tree, file: f}, nil
}

// answerReader refuses an answer of more bytes than any plugin has.
type answerReader struct {
	in   io.Reader
	left int64
}

func (r *answerReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return 0, errors.New("it is larger than any plugin")
	}
	return n, err
}
