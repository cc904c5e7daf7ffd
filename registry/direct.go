package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"plugforge"
	"plugforge/sqlite"
)

// DirectRequest asks to publish a version in one call. The archive is spooled
// first, since its name may come after it.
type DirectRequest struct {
	Owner       plugforge.Owner
	Name        plugforge.Name
	Version     *plugforge.Version // nil: the next one
	Description string             // at most 500 characters; empty: the manifest's
	Message     string             // becomes the commit's; empty: "Publish NAME X.Y.Z"
	Token       string             // the client's name for this request; empty for none
	By          plugforge.Actor
}

// Spooled is an archive on disk that is nobody's yet. Give it to PublishDirect
// or Discard it; a crash leaves it to the next start.
type Spooled struct {
	Received
	key string
}

// Spool stores an archive as it comes, at most MaxArchive bytes. CodeTooLarge at
// the first byte over it, CodeBadRequest when the body breaks off.
func (r *Registry) Spool(ctx context.Context, body io.Reader) (Spooled, error) {
	sp := Spooled{key: "uploads/direct." + randomHex(12) + ".zip"}
	info, err := r.blobs.Put(ctx, sp.key, body, MaxArchive)
	if err != nil {
		return Spooled{}, plugforge.Wrap("registry.Spool", errors.Join(err, r.drop(sp.key)))
	}
	r.marker(StagePutBlob)
	sp.Received = Received{info.Size, info.MD5, info.SHA256}
	return sp, nil
}

// Discard removes what was spooled.
func (r *Registry) Discard(sp Spooled) { r.tidy(sp.key) }

// PublishDirect checks what was spooled and publishes it, or turns it away; both
// is a Verdict. The bytes are the registry's from here on, whatever comes of it.
//
// A request that repeats one of the last 24 hours gets that one's verdict: under
// the same Token, or without Version the same archive under the same name by the
// same key. Errors: those of CreateUpload and Confirm; CodeValidation for a
// Token that named another request.
func (r *Registry) PublishDirect(ctx context.Context, req DirectRequest, sp Spooled) (Verdict, error) {
	v, adopted, err := r.publishDirect(ctx, req, sp)
	if !adopted {
		r.tidy(sp.key)
	}
	return v, plugforge.Wrap("registry.PublishDirect", err)
}

func (r *Registry) publishDirect(ctx context.Context, req DirectRequest, sp Spooled) (v Verdict, adopted bool, err error) {
	create := UploadRequest{Owner: req.Owner, Name: req.Name, Version: req.Version, Description: req.Description, Expiration: minExpiration}
	if _, err := create.check(); err != nil {
		return v, false, err
	}
	if err := checkText("message", req.Message); err != nil {
		return v, false, err
	}
	repeats := req.repeats(sp)
	for _, one := range repeats { // always in the same order, so that no two wait for each other
		done, err := r.direct.take(ctx, string(req.Owner)+"/"+req.By.KeyID+"/"+one.Token)
		if err != nil {
			return v, false, err
		}
		defer done()
	}
	for _, one := range repeats {
		v, found, err := r.repeat(ctx, req, one)
		if found || err != nil {
			return v, false, err
		}
	}
	id, err := r.adoptSpooled(ctx, req, sp, repeats)
	if err != nil {
		return v, false, err
	}
	v, err = r.confirm(ctx, ConfirmRequest{Owner: req.Owner, UploadID: id, Message: req.Message, By: req.By})
	return v, true, err
}

// repeats names the request: by its archive where no version says otherwise,
// and by the client's token.
func (req DirectRequest) repeats(sp Spooled) []sqlite.Repeat {
	var all []sqlite.Repeat
	version := ""
	if req.Version == nil {
		all = append(all, sqlite.Repeat{Token: "archive " + string(req.Name) + " " + sp.SHA256})
	} else {
		version = req.Version.String()
	}
	if req.Token != "" {
		said, err := json.Marshal([]string{string(req.Name), version, req.Description, req.Message, sp.SHA256})
		if err != nil { // strings
			panic(err)
		}
		sum := sha256.Sum256(said)
		all = append(all, sqlite.Repeat{Token: "token " + req.Token, Request: hex.EncodeToString(sum[:])})
	}
	return all
}

// repeat answers as the first such request was answered. A version that was
// deleted since is no answer: the request is a new one.
func (r *Registry) repeat(ctx context.Context, req DirectRequest, one sqlite.Repeat) (v Verdict, found bool, err error) {
	id, said, err := r.db.Repeated(ctx, req.Owner, req.By.KeyID, one.Token, r.time())
	if err != nil || id == "" {
		return v, false, err
	}
	if said != one.Request {
		e := plugforge.Errorf(plugforge.CodeValidation, "Idempotency-Key was used for another request in the last 24 hours: repeat that one, or use a new key")
		e.Fields = []plugforge.FieldError{{Loc: []string{"header", "Idempotency-Key"}, Msg: e.Message, Type: "value_error"}}
		return v, false, e
	}
	v, err = r.confirm(ctx, ConfirmRequest{Owner: req.Owner, UploadID: id, Message: req.Message, By: req.By})
	switch plugforge.CodeOf(err) {
	case plugforge.CodeNotFound, plugforge.CodeGone, plugforge.CodeBadRequest: // the last: its bytes were lost
		return Verdict{}, false, nil
	}
	return v, err == nil, err
}

// adoptSpooled makes the upload that the spooled bytes are the bytes of.
func (r *Registry) adoptSpooled(ctx context.Context, req DirectRequest, sp Spooled, repeats []sqlite.Repeat) (id string, err error) {
	if err := r.expire(ctx); err != nil {
		return "", err
	}
	now := r.time()
	u := sqlite.Upload{
		ID: "plu_" + randomHex(12), Slug: plugforge.Slug{Owner: req.Owner, Name: req.Name}, Description: req.Description, By: req.By,
		CreatedAt: now, ExpiresAt: now.Add(minExpiration), ReceivedAt: now,
		Blob: sp.key, Size: sp.Size, SHA256: sp.SHA256, MD5: sp.MD5,
	}
	if req.Version != nil {
		u.Named, u.Version = true, *req.Version
	}
	if err := r.db.RoomForBytes(ctx, u, u.Size); err != nil {
		return "", err
	}
	u, err = r.db.CreateReceived(ctx, u, repeats)
	r.marker(StagePutRow)
	return u.ID, err
}
