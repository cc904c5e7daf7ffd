package blobs_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"plugforge"
	"plugforge/blobs"
)

var noon = time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)

func signer(t testing.TB, secret string, now func() time.Time) *blobs.Signer {
	t.Helper()
	s, err := blobs.NewSigner([]byte(secret), now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const secret = "0123456789abcdef0123456789abcdef"

func grant() blobs.Grant {
	return blobs.Grant{Method: "PUT", Key: "uploads/plu_1", ContentType: "application/zip", MaxSize: 500 << 20, Expires: noon.Add(time.Hour)}
}

func TestSignRoundTrip(t *testing.T) {
	s := signer(t, secret, func() time.Time { return noon })
	for _, g := range []blobs.Grant{grant(), {Method: "GET", Key: "a", Expires: noon.Add(1500 * time.Millisecond)}} {
		// Through the text of a URL, as a client sends it.
		q, err := url.ParseQuery(s.Sign(g).Encode())
		if err != nil {
			t.Fatal(err)
		}
		for _, contentType := range []string{"application/zip", "Application/ZIP; charset=binary"} {
			if got, err := s.Verify(q, g.Method, contentType); err != nil || got != g {
				t.Errorf("Verify = %+v, %v; want %+v", got, err, g)
			}
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	set := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	tests := []struct {
		name   string
		change func(url.Values)
		method string
		ctype  string
		after  time.Duration
		says   string
	}{
		{name: "other method", method: "GET", says: "is for PUT"},
		{name: "other type", ctype: "text/plain", says: "application/zip"},
		{name: "no type", ctype: "-", says: "application/zip"},
		{name: "hostile type", ctype: "\x1b[2J" + strings.Repeat("x", 9999), says: `\x1b[2Jx`},
		{name: "expired at the millisecond", after: time.Hour, says: "expired at 2026-05-06T13:00:00.000Z"},
		{name: "expired", after: 900 * time.Hour, says: "expired"},
		{name: "method signed over", change: set("method", "GET"), says: "signature"},
		{name: "key", change: set("key", "uploads/plu_2"), says: "signature"},
		{name: "type", change: set("type", ""), says: "signature"},
		{name: "size", change: set("max", "99999999999"), says: "signature"},
		{name: "size respelled", change: set("max", "0524288000"), says: "signature"},
		{name: "expiry", change: set("expires", "9999999999999"), says: "signature"},
		{name: "signature cut", change: func(q url.Values) { q.Set("signature", q.Get("signature")[:20]) }, says: "signature"},
		{name: "signature in capitals", change: func(q url.Values) { q.Set("signature", strings.ToUpper(q.Get("signature"))) }, says: "signature"},
		{name: "signature with a newline", change: func(q url.Values) { q.Set("signature", q.Get("signature")+"\n") }, says: "signature"},
		{name: "signature empty", change: set("signature", ""), says: "signature"},
		{name: "signature missing", change: func(q url.Values) { q.Del("signature") }, says: "signature must be"},
		{name: "key missing", change: func(q url.Values) { q.Del("key") }, says: "key must be"},
		{name: "key twice", change: func(q url.Values) { q.Add("key", "uploads/plu_1") }, says: "key must be"},
		{name: "all moved along", change: func(q url.Values) { q.Set("method", "PU"); q.Set("key", "Tuploads/plu_1") }, says: "signature"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := signer(t, secret, func() time.Time { return noon.Add(test.after) })
			q := s.Sign(grant())
			if test.change != nil {
				test.change(q)
			}
			method, ctype := "PUT", "application/zip"
			if test.method != "" {
				method = test.method
			}
			if test.ctype != "" {
				ctype = strings.TrimPrefix(test.ctype, "-")
			}
			_, err := s.Verify(q, method, ctype)
			wantCode(t, err, plugforge.CodeForbidden)
			if err == nil || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 300 {
				t.Errorf("the error says %v, want it to say %q", err, test.says)
			}
		})
	}
}

func TestSecrets(t *testing.T) {
	now := func() time.Time { return noon }
	_, err := signer(t, strings.Repeat("x", 32), now).Verify(signer(t, secret, now).Sign(grant()), "PUT", "application/zip")
	wantCode(t, err, plugforge.CodeForbidden)
	_, err = blobs.NewSigner([]byte("short"), now)
	wantCode(t, err, plugforge.CodeInternal)
}

// One millisecond before its time a grant still holds.
func TestExpiryEdge(t *testing.T) {
	s := signer(t, secret, func() time.Time { return noon.Add(time.Hour - time.Millisecond) })
	if _, err := s.Verify(s.Sign(grant()), "PUT", "application/zip"); err != nil {
		t.Error(err)
	}
}

// Whatever query is given, it is refused unless it carries what was signed.
func FuzzVerify(f *testing.F) {
	now := func() time.Time { return noon }
	good := signer(f, secret, now).Sign(grant())
	f.Add(good.Encode())
	f.Add("signature=&key=&method=&type=&max=&expires=")
	f.Add(strings.Replace(good.Encode(), "PUT", "GET", 1))
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		g, err := signer(t, secret, now).Verify(q, "PUT", "application/zip")
		if err == nil && g != grant() {
			t.Errorf("%q gave %+v", query, g)
		}
		if err != nil && plugforge.CodeOf(err) != plugforge.CodeForbidden {
			t.Errorf("%q: %v", query, err)
		}
	})
}
