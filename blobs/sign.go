package blobs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// minSecret is the fewest bytes a Signer's secret may have.
const minSecret = 16

// maxSkew is by how much the clock may have gone back since a grant was signed.
// A grant from further ahead is refused, or a clock that was set back would
// make it live for longer than it says.
const maxSkew = 5 * time.Minute

// Grant allows one kind of request on one blob until a time.
type Grant struct {
	Method      string // PUT or GET
	Key         string
	ContentType string    // that the request must send; "": any or none
	MaxSize     int64     // of the body, in bytes; 0 for a Grant without body
	Expires     time.Time // to the millisecond; from then on it is void
}

// Signer makes and checks presigned queries. Its methods may run at once.
type Signer struct {
	secret []byte
	now    func() time.Time
}

// NewSigner takes the secret, at least 16 random bytes that stay the same over
// restarts, and a clock. A shorter secret is CodeInternal: anyone could sign.
func NewSigner(secret []byte, now func() time.Time) (*Signer, error) {
	if len(secret) < minSecret {
		return nil, plugforge.Wrap("blobs.NewSigner", fmt.Errorf("secret holds %d bytes, need at least %d", len(secret), minSecret))
	}
	return &Signer{append([]byte(nil), secret...), now}, nil
}

// The names of the query's values, in the order the signature covers them.
const (
	fieldMethod  = "method"
	fieldKey     = "key"
	fieldType    = "type"
	fieldMax     = "max"
	fieldIssued  = "issued" // milliseconds since 1970, as is
	fieldExpires = "expires"
	fieldSign    = "signature"
)

// Sign gives the query that carries the grant.
func (s *Signer) Sign(g Grant) url.Values {
	q := url.Values{
		fieldMethod:  {g.Method},
		fieldKey:     {g.Key},
		fieldType:    {g.ContentType},
		fieldMax:     {strconv.FormatInt(g.MaxSize, 10)},
		fieldIssued:  {strconv.FormatInt(s.now().UnixMilli(), 10)},
		fieldExpires: {strconv.FormatInt(g.Expires.UnixMilli(), 10)},
	}
	q.Set(fieldSign, s.mac(q))
	return q
}

// Verify gives back the grant that Sign put into q, if it allows a request of
// this method and content type now. A query that was changed, is incomplete,
// repeats a value, is for another method or type, has expired, or was signed
// over five minutes ahead of the present clock is CodeForbidden, each with its
// own sentence. Values that q holds beside are the caller's business and not
// signed.
func (s *Signer) Verify(q url.Values, method, contentType string) (Grant, error) {
	g, err := s.verify(q, method, contentType)
	return g, plugforge.Wrap("blobs.Verify", err)
}

func (s *Signer) verify(q url.Values, method, contentType string) (Grant, error) {
	refuse := func(format string, args ...any) (Grant, error) {
		return Grant{}, plugforge.Errorf(plugforge.CodeForbidden, format, args...)
	}
	for _, name := range []string{fieldMethod, fieldKey, fieldType, fieldMax, fieldIssued, fieldExpires, fieldSign} {
		if len(q[name]) != 1 {
			return refuse("the presigned URL is not whole: %s must be in its query once; use the URL exactly as it was given", name)
		}
	}
	if !hmac.Equal([]byte(q.Get(fieldSign)), []byte(s.mac(q))) {
		return refuse("the presigned URL's signature does not match: use the URL exactly as it was given")
	}
	size, errSize := strconv.ParseInt(q.Get(fieldMax), 10, 64)
	issued, errIssued := strconv.ParseInt(q.Get(fieldIssued), 10, 64)
	expires, errTime := strconv.ParseInt(q.Get(fieldExpires), 10, 64)
	if errSize != nil || errIssued != nil || errTime != nil {
		return refuse("the presigned URL's numbers are not legal: use the URL exactly as it was given")
	}
	g := Grant{q.Get(fieldMethod), q.Get(fieldKey), q.Get(fieldType), size, time.UnixMilli(expires).UTC()}
	switch {
	case !s.now().Before(g.Expires):
		return refuse("the presigned URL expired at %s: ask for a new one", g.Expires.Format("2006-01-02T15:04:05.000Z"))
	case time.UnixMilli(issued).Sub(s.now()) > maxSkew:
		return refuse("the presigned URL was made at %s, which by the server's clock is still to come: ask for a new one", time.UnixMilli(issued).UTC().Format("2006-01-02T15:04:05.000Z"))
	case g.Method != method:
		return refuse("the presigned URL is for %s, not %s", g.Method, short(method))
	case g.ContentType != "" && !sameType(g.ContentType, contentType):
		return refuse("the presigned URL asks for Content-Type: %s, the request says %s", g.ContentType, short(contentType))
	}
	return g, nil
}

// mac covers every value with its length before it, so that no two grants give
// the same bytes, and a label, so that no other use of the secret does.
func (s *Signer) mac(q url.Values) string {
	var b strings.Builder
	b.WriteString("plugforge blob grant 1\n")
	for _, name := range []string{fieldMethod, fieldKey, fieldType, fieldMax, fieldIssued, fieldExpires} {
		fmt.Fprintf(&b, "%d:%s\n", len(q.Get(name)), q.Get(name))
	}
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(b.String()))
	return hex.EncodeToString(h.Sum(nil))
}

// sameType compares media types without their parameters or case.
func sameType(want, got string) bool {
	a, _, err := mime.ParseMediaType(want)
	if err != nil {
		return false
	}
	b, _, err := mime.ParseMediaType(got)
	return err == nil && a == b
}

// short renders what a client sent for a message.
func short(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.QuoteToASCII(s)
}
