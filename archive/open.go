package archive

import (
	"context"
	"errors"
	"io"

	"plugforge"
)

// Open checks the archive of size bytes that r holds and gives its tree. The
// tree goes on reading from r, which must stay open and unchanged as long as
// the tree is used.
//
// An archive that breaks rules is a *plugforge.Rejection with everything that
// was found before it made no sense to look further. A ctx whose deadline
// passes is CodeUnavailable, and no verdict; any other error is r's.
func Open(ctx context.Context, r io.ReaderAt, size int64) (*Tree, error) {
	c := &checker{src: &source{ctx: ctx, r: r, size: size}, size: size, bombWork: bombWork}
	tree, err := c.run()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &plugforge.Error{Code: plugforge.CodeUnavailable, Op: "archive.Open", Err: err,
			Message: "the archive could not be checked in time: try again later"}
	case err != nil:
		return nil, plugforge.Wrap("archive.Open", err)
	case len(c.findings) > 0:
		return nil, &plugforge.Rejection{Findings: plugforge.SortFindings(c.findings)}
	}
	return tree, nil
}

// checker looks at one archive. Its steps return an error only when reading
// fails; what is wrong with the archive goes into findings, and ok tells
// whether the next step makes sense.
type checker struct {
	src      *source
	size     int64
	texts    map[string]string // filled by the first finding
	findings []plugforge.Finding
	scratch  []byte // for headers, which are read one at a time
	unicode  bool   // some extra field repeats a name
	bombWork int64  // how many bytes may be unpacked in search of bombs
}

func (c *checker) run() (*Tree, error) {
	frame, ok, err := c.frame()
	if err != nil || !ok {
		return nil, err
	}
	records, ok, err := c.directory(frame)
	if err != nil || !ok {
		return nil, err
	}
	if err := c.walk(frame, records); err != nil {
		return nil, err
	}
	kept, junk := sortOut(records)
	for _, r := range kept {
		c.checkEntry(r)
	}
	c.checkPaths(kept, junk)
	files := c.checkTotals(kept, junk)
	// What follows believes the headers.
	if len(c.findings) > 0 {
		return nil, nil
	}
	if err := c.secondOpinion(records); err != nil {
		return nil, err
	}
	if err := c.checkBlocks(files); err != nil || len(c.findings) > 0 {
		return nil, err
	}
	u, err := c.contents(files)
	if err != nil || len(c.findings) > 0 {
		return nil, err
	}
	u.src = c.src.r // the tree outlives the context
	return newTree(u, files, junk), nil
}

// source is the archive's bytes. It tells a failure to read apart from an
// archive that is wrong, which the readers above it mix up.
type source struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	err  error // the first failure to read
}

// ReadAt gives all of p or fails: nobody above asks for bytes past the end.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, s.fail(err)
	}
	if off < 0 || off > s.size {
		return 0, io.EOF
	}
	want := min(int64(len(p)), s.size-off)
	n, err := s.r.ReadAt(p[:want], off)
	switch {
	case int64(n) < want && (err == nil || err == io.EOF):
		return n, s.fail(io.ErrUnexpectedEOF)
	case int64(n) < want:
		return n, s.fail(err)
	case n < len(p):
		return n, io.EOF
	}
	return n, nil
}

func (s *source) fail(err error) error {
	if s.err == nil {
		s.err = err
	}
	return err
}

// read gives n bytes at off, valid until the next read.
func (c *checker) read(off int64, n int) ([]byte, error) {
	if cap(c.scratch) < n {
		c.scratch = make([]byte, n)
	}
	p := c.scratch[:n]
	_, err := c.src.ReadAt(p, off)
	return p, err
}
