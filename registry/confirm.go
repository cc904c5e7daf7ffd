package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"plugforge"
	"plugforge/blobs"
	"plugforge/sqlite"
)

// ConfirmRequest asks for the verdict on an upload.
type ConfirmRequest struct {
	Owner    plugforge.Owner // whose upload it must be
	UploadID string
	Message  string // becomes the commit's; empty: "Publish NAME X.Y.Z"
	ETag     string // MD5 in hex, quoted or not, of the bytes meant; empty: not compared
	FileSize *int64 // bytes meant; nil: not compared
	By       plugforge.Actor
}

// Confirm checks the bytes of an upload and publishes them, or turns them
// away; both is a Verdict. Confirming a settled upload gives the same answer.
//
// Errors: CodeNotFound for an upload that is unknown or another owner's,
// CodeGone for an expired one, CodeBadRequest when nothing was uploaded or the
// bytes are not those that ETag or FileSize mean, CodeConflict when the
// version was published by another upload meanwhile (final) or its number is
// held by an open one (while that is so), CodeQuotaExceeded while the owner's
// quota has no room, CodeValidation for a message that no commit can carry. After any other error nothing is acknowledged and
// confirming again goes on.
func (r *Registry) Confirm(ctx context.Context, req ConfirmRequest) (Verdict, error) {
	v, err := r.confirm(ctx, req)
	return v, plugforge.Wrap("registry.Confirm", err)
}

func (r *Registry) confirm(ctx context.Context, req ConfirmRequest) (Verdict, error) {
	if err := checkText("message", req.Message); err != nil {
		return Verdict{}, err
	}
	release, err := r.uploads.take(ctx, req.UploadID)
	if err != nil {
		return Verdict{}, err
	}
	defer release()
	u, err := r.db.Upload(ctx, req.UploadID)
	if err != nil {
		return Verdict{}, err
	}
	if u.Slug.Owner != req.Owner {
		return Verdict{}, sqlite.NoSuchUpload(req.UploadID)
	}
	switch u.State {
	case sqlite.UploadConfirmed, sqlite.UploadRejected:
		return r.again(ctx, u)
	case sqlite.UploadExpired:
		return Verdict{}, expired(u)
	}
	if err := r.checkTime(u); err != nil {
		return Verdict{}, err
	}
	if err := checkMeant(u, req); err != nil {
		return Verdict{}, err
	}
	return r.judge(ctx, u, req)
}

func (r *Registry) checkTime(u sqlite.Upload) error {
	end := u.ExpiresAt
	if u.State == sqlite.UploadReceived {
		end = end.Add(sqlite.Grace)
	}
	if !r.time().Before(end) {
		return expired(u)
	}
	return nil
}

// checkMeant compares what came with what the client says it sent.
func checkMeant(u sqlite.Upload, req ConfirmRequest) error {
	if u.State == sqlite.UploadOpen {
		return plugforge.Errorf(plugforge.CodeBadRequest, "nothing was uploaded yet: PUT the archive to the presigned URL of upload %s, then confirm", u.ID)
	}
	if want := strings.ToLower(strings.Trim(strings.TrimSpace(req.ETag), `"`)); want != "" && want != u.MD5 {
		return plugforge.Errorf(plugforge.CodeBadRequest, "etag %q is not that of the uploaded bytes, which is %q: PUT the archive again, or confirm what is there", want, u.MD5)
	}
	for _, meant := range []*int64{req.FileSize, u.DeclaredSize} {
		if meant != nil && *meant != u.Size {
			return plugforge.Errorf(plugforge.CodeBadRequest, "file_size_bytes is %d and %d bytes were uploaded: PUT the whole archive again", *meant, u.Size)
		}
	}
	return nil
}

// judge comes to the verdict. The upload is the caller's alone.
func (r *Registry) judge(ctx context.Context, u sqlite.Upload, req ConfirmRequest) (Verdict, error) {
	if !r.begunEarly(u) { // else it costs nothing to ask only when it counts
		if done, v, err := r.lostRace(ctx, u); done {
			return v, err
		}
	}
	file, err := r.openReceived(ctx, u)
	if err != nil {
		return Verdict{}, err
	}
	defer file.Close()
	c, done, err := r.checkNow(ctx, file, u)
	if err != nil {
		return Verdict{}, err
	}
	defer done()
	r.marker(StageConfirmChecked)
	if c.refused {
		return r.settle(ctx, u, recordOf(plugforge.PluginID{Name: u.Slug.Name, Version: u.Version}, c))
	}
	return r.publish(ctx, u, req, c)
}

// openReceived opens the upload's bytes and proves that they are those that
// were received. What is read from then on are these, whatever is PUT.
func (r *Registry) openReceived(ctx context.Context, u sqlite.Upload) (*blobs.File, error) {
	file, err := r.blobs.Open(ctx, u.Blob)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		r.log.Error("the bytes of an upload are missing", "upload", u.ID, "key", u.Blob)
		return nil, &plugforge.Error{Code: plugforge.CodeBadRequest, Message: "the uploaded bytes are missing: PUT the archive again", Err: err}
	}
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, io.NewSectionReader(untilDone{ctx, file}, 0, file.Size()))
	if got := hex.EncodeToString(hash.Sum(nil)); err == nil && (got != u.SHA256 || file.Size() != u.Size) {
		r.log.Error("the bytes of an upload have changed on disk", "upload", u.ID, "key", u.Blob, "received", u.SHA256, "found", got)
		err = plugforge.Errorf(plugforge.CodeInternal, "the stored bytes are no longer those that were uploaded: PUT the archive again")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// untilDone stops reading when ctx ends.
type untilDone struct {
	ctx context.Context
	r   io.ReaderAt
}

// ReadAt is io.ReaderAt.
func (u untilDone) ReadAt(p []byte, off int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.ReadAt(p, off)
}

// lostRace settles an upload whose named number a faster one took. Its error
// alone, without done, is a number that is held for now.
func (r *Registry) lostRace(ctx context.Context, u sqlite.Upload) (done bool, v Verdict, err error) {
	switch err := r.db.NumberFree(ctx, u); plugforge.CodeOf(err) {
	case "":
		return false, Verdict{}, nil
	case plugforge.CodeAlreadyExists:
		v, err := r.settle(ctx, u, conflict(u))
		return true, v, err
	default:
		return true, Verdict{}, err
	}
}

func conflict(u sqlite.Upload) record {
	return record{Conflict: fmt.Sprintf("version %s of %s was published by another upload and never changes: start a new upload under another number, or without one",
		u.Version, u.Slug.Name)}
}

// settle turns the upload away for good: the verdict first, then its bytes.
func (r *Registry) settle(ctx context.Context, u sqlite.Upload, rec record) (Verdict, error) {
	if err := r.db.UploadRejected(ctx, u.ID, rec.encode(), r.time()); err != nil {
		return Verdict{}, err
	}
	r.tidy(u.Blob)
	return r.answer(ctx, u, rec)
}
