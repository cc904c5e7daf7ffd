package registry

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"plugforge"
	"plugforge/sqlite"
)

// How long an upload may be started after it was made.
const (
	minExpiration     = time.Minute
	defaultExpiration = time.Hour
	maxExpiration     = 24 * time.Hour
)

const maxDescription = 500 // characters

// UploadRequest asks to publish a version.
type UploadRequest struct {
	Owner       plugforge.Owner
	Name        plugforge.Name
	Version     *plugforge.Version // nil: the next one
	Description string             // at most 500 characters; empty: the manifest's
	FileSize    *int64             // bytes, if the client knows: then no more are taken
	Expiration  time.Duration      // 1 minute to 24 hours; 0 means 1 hour
	By          plugforge.Actor
}

// Upload is an upload as its client is told of it.
type Upload struct {
	ID        string // plu_ and 24 hex digits
	Key       string // uploads/ID.zip: what the presigned URL stands for
	Slug      plugforge.Slug
	Version   plugforge.Version
	ExpiresAt time.Time // bounds the start of the PUT
	MaxSize   int64     // bytes that the PUT may have
}

// CreateUpload makes an upload and, where no version is named, picks the
// number, which is the upload's until it is settled. CodeValidation for what
// is out of bounds; CodeAlreadyExists for a named version that exists or did,
// CodeConflict for one that an open upload holds and for a name that differs
// only by case from one in use, CodeQuotaExceeded when the owner's quota has no
// room for it, CodeInsufficientStorage when the disk has less than
// Config.MinFree.
func (r *Registry) CreateUpload(ctx context.Context, req UploadRequest) (Upload, error) {
	const op = "registry.CreateUpload"
	expiration, err := req.check()
	if err == nil {
		err = r.checkFree()
	}
	if err != nil {
		return Upload{}, plugforge.Wrap(op, err)
	}
	// Numbers whose time is over are free now, not at the next sweep.
	if err := r.expire(ctx); err != nil {
		return Upload{}, plugforge.Wrap(op, err)
	}
	now := r.time()
	u := sqlite.Upload{
		ID: "plu_" + randomHex(12), Slug: plugforge.Slug{Owner: req.Owner, Name: req.Name}, Description: req.Description,
		DeclaredSize: req.FileSize, By: req.By, CreatedAt: now, ExpiresAt: now.Add(expiration),
	}
	if req.Version != nil {
		u.Named, u.Version = true, *req.Version
	}
	if u, err = r.db.CreateUpload(ctx, u); err != nil {
		return Upload{}, plugforge.Wrap(op, err)
	}
	r.marker(StageUploadRow)
	return Upload{ID: u.ID, Key: "uploads/" + u.ID + ".zip", Slug: u.Slug, Version: u.Version, ExpiresAt: u.ExpiresAt, MaxSize: limit(u)}, nil
}

// check bounds what the client chose and gives the expiration.
func (req UploadRequest) check() (time.Duration, error) {
	if n := utf8.RuneCountInString(req.Description); n > maxDescription {
		return 0, outOfBounds("description", "description is %d characters long: at most %d are taken", n, maxDescription)
	}
	if err := checkText("description", req.Description); err != nil {
		return 0, err
	}
	if req.FileSize != nil && (*req.FileSize < 1 || *req.FileSize > MaxArchive) {
		return 0, outOfBounds("file_size_bytes", "file_size_bytes is %d: an archive has 1 to %d bytes (500 MiB)", *req.FileSize, int64(MaxArchive))
	}
	expiration := req.Expiration
	if expiration == 0 {
		expiration = defaultExpiration
	}
	if expiration < minExpiration || expiration > maxExpiration {
		return 0, outOfBounds("presigned_url_expiration", "presigned_url_expiration is %d seconds: use %d to %d",
			int64(expiration.Seconds()), int64(minExpiration.Seconds()), int64(maxExpiration.Seconds()))
	}
	return expiration, nil
}

// outOfBounds is CodeValidation that names the field of the body.
func outOfBounds(field, format string, args ...any) *plugforge.Error {
	e := plugforge.Errorf(plugforge.CodeValidation, format, args...)
	e.Fields = []plugforge.FieldError{{Loc: []string{"body", field}, Msg: e.Message, Type: "value_error"}}
	return e
}

// limit is how many bytes the upload may have.
func limit(u sqlite.Upload) int64 {
	if u.DeclaredSize != nil {
		return *u.DeclaredSize
	}
	return MaxArchive
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Received is what Receive learned about the bytes.
type Received struct {
	Size   int64
	MD5    string // 32 hex digits
	SHA256 string // 64 hex digits
}

// Receive stores an upload's bytes, durably when it returns. The caller has
// checked that whoever sends them may. It may be repeated, and the last to
// finish counts, until the upload is confirmed: CodeConflict from then on.
// CodeNotFound for an unknown upload, CodeGone for one whose time to start is
// over, CodeQuotaExceeded when the owner's quota has no room for the bytes, CodeTooLarge at the first byte over its limit, CodeBadRequest when the
// body breaks off. A failed Receive changes nothing.
func (r *Registry) Receive(ctx context.Context, uploadID string, body io.Reader) (Received, error) {
	received, err := r.receive(ctx, uploadID, body)
	return received, plugforge.Wrap("registry.Receive", err)
}

func (r *Registry) receive(ctx context.Context, id string, body io.Reader) (Received, error) {
	defer r.arriving.add(id)() // before the row is read: from then on it does not expire
	u, err := r.db.Upload(ctx, id)
	if err != nil {
		return Received{}, err
	}
	if err := u.Unsettled(); err != nil {
		return Received{}, err
	}
	if !r.time().Before(u.ExpiresAt) {
		return Received{}, expired(u)
	}
	if err := r.checkFree(); err != nil {
		return Received{}, err
	}
	// Each PUT has a blob of its own, so that the row alone decides which
	// bytes are the upload's, and none is ever written over.
	key := "uploads/" + u.ID + "." + randomHex(6) + ".zip"
	info, err := r.blobs.Put(ctx, key, body, limit(u))
	if err != nil {
		return Received{}, errors.Join(err, r.drop(key))
	}
	r.marker(StagePutBlob)
	if err := r.db.RoomForBytes(ctx, u, info.Size); err != nil {
		return Received{}, errors.Join(err, r.drop(key))
	}
	u.Blob, u.Size, u.SHA256 = key, info.Size, info.SHA256
	r.checkEarly(u)
	before, err := r.adopt(ctx, u.ID, key, Received{info.Size, info.MD5, info.SHA256})
	if err != nil {
		return Received{}, errors.Join(err, r.drop(key))
	}
	r.marker(StagePutRow)
	if before.Blob != "" {
		r.tidy(before.Blob)
	}
	return Received{info.Size, info.MD5, info.SHA256}, nil
}

// adopt makes the blob the upload's, between confirmations.
func (r *Registry) adopt(ctx context.Context, id, key string, info Received) (before sqlite.Upload, err error) {
	release, err := r.uploads.take(ctx, id)
	if err != nil {
		return before, err
	}
	defer release()
	return r.db.UploadReceived(ctx, id, key, info.Size, info.SHA256, info.MD5, r.time())
}

func expired(u sqlite.Upload) error {
	return plugforge.Errorf(plugforge.CodeGone, "upload %s has expired: start a new upload", u.ID)
}

// checkFree keeps the disk from running full of what nobody needs yet: what was
// accepted must still find room for its commit, and a deployment for its record.
func (r *Registry) checkFree() error {
	if r.minFree <= 0 {
		return nil
	}
	free, err := r.blobs.Free()
	if err == nil && free < r.minFree {
		err = plugforge.Errorf(plugforge.CodeInsufficientStorage,
			"the server's disk has %d MiB left and takes no uploads below %d MiB: nothing was stored; try again when there is room", free>>20, r.minFree>>20)
	}
	return err
}

// drop removes a blob that nothing points to, also when the caller has gone.
func (r *Registry) drop(key string) error {
	return r.blobs.Remove(context.Background(), key)
}

// tidy is drop where the work is done and failing at it is not the client's
// concern: the next start removes what stays.
func (r *Registry) tidy(key string) {
	if err := r.drop(key); err != nil {
		r.log.Warn("a blob that nothing needs stays until the next start", "key", key, "error", err)
	}
}
