package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"plugforge"
	apiclient "plugforge/client"
)

// author checks what an author's commands need, by requests that change
// nothing.
func (d *doctor) author(ctx context.Context, s *settings) {
	if s.file != "" {
		d.ok("settings", "%s", s.file)
	}
	d.program(ctx, "git", "git", 2, 34)
	open, err := apiclient.New(apiclient.Config{URL: s.apiURL})
	if err != nil {
		d.bad("server", reason(err), "set PLUGFORGE_API_URL to an address such as "+apiclient.DefaultURL)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := open.Ready(ctx); err != nil {
		mend := "set PLUGFORGE_API_URL to where the server listens, or start it: plugforge serve --data DIR"
		if s.apiURL == "" {
			mend = "no address is set, so the default is tried; " + mend
		}
		d.bad("server", reason(err), mend)
		return
	}
	d.ok("server", "%s is ready", open.Address())
	if s.apiKey == "" {
		d.bad("key", "no API key is set", "set PLUGFORGE_API_KEY to one that plugforge keys create made")
		return
	}
	if _, err := plugforge.ParseNamespace(s.namespace); err != nil {
		text := "no namespace is set"
		if s.namespace != "" {
			text = reason(err)
		}
		d.bad("namespace", text, "set PLUGFORGE_NAMESPACE to the namespace (ns_…) that the key was made for")
		return
	}
	p := prober{base: open.Address() + "/v1/namespaces/" + s.namespace, key: s.apiKey}
	d.key(ctx, p, s.namespace)
}

// key checks the key by asking for what needs each scope. What is asked is
// refused for another reason where the scope is there: its body is no JSON.
func (d *doctor) key(ctx context.Context, p prober, namespace string) {
	read := p.ask(ctx, http.MethodGet, "/plugins?limit=1", "")
	switch read.status {
	case 0:
		d.bad("key", "the server does not answer: "+read.text, "")
		return
	case http.StatusUnauthorized:
		d.bad("key", "the server does not know it, or it has expired or was revoked", "make a new one: plugforge keys create --data DIR --org ORG --namespace "+namespace)
		return
	case http.StatusNotFound:
		d.bad("namespace", namespace+" is none of the key's", "set PLUGFORGE_NAMESPACE to the namespace that the key was made for")
		return
	case http.StatusOK, http.StatusForbidden:
	default:
		d.bad("key", fmt.Sprintf("the server answers %d where it should list plugins", read.status), "is there a plugforge server at this address, with nothing in between?")
		return
	}
	d.ok("key", "the server knows it, and %s is its namespace", namespace)
	var has, lacks []string
	for _, one := range []struct{ scope, method, path string }{
		{"read", http.MethodGet, "/plugins?limit=1"},
		{"invoke", http.MethodPost, "/realtime/plugforge_doctor"},
		{"write", http.MethodPost, "/plugins/uploads"},
		{"deploy", http.MethodPost, "/plugins/by-name/plugforge_doctor/rollback"},
		{"admin", http.MethodPost, "/plugins/org/plugforge_doctor_0_0_0/enable"},
	} {
		switch answer := p.ask(ctx, one.method, one.path, "no JSON"); answer.status {
		case 0:
			d.bad("scopes", "the server does not answer: "+answer.text, "")
			return
		case http.StatusForbidden:
			lacks = append(lacks, one.scope)
		default:
			has = append(has, one.scope)
		}
	}
	if len(lacks) == 0 {
		d.ok("scopes", "%s", strings.Join(has, ", "))
	} else {
		d.warn("scopes", "the key lacks "+strings.Join(lacks, ", ")+"; it has "+strings.Join(append(has, ""), ", ")+"no more",
			"make one with more: plugforge keys create … --scope "+strings.Join(lacks, " --scope "))
	}
	d.skew(read.date)
}

// skew compares the clocks: signed addresses expire by the server's.
func (d *doctor) skew(date string) {
	there, err := http.ParseTime(date)
	if err != nil {
		return
	}
	if off := time.Since(there).Round(time.Second); off.Abs() > time.Minute {
		d.warn("clock", fmt.Sprintf("it differs from the server's by %s", off.Abs()), "timedatectl set-ntp true, here or there")
		return
	}
	d.ok("clock", "it agrees with the server's")
}

// prober sends requests whose answers' statuses tell enough.
type prober struct{ base, key string }

type probed struct {
	status int // 0: no answer came
	date   string
	text   string // why none came
}

func (p prober) ask(ctx context.Context, method, path, body string) probed {
	var reader io.Reader
	if method != http.MethodGet {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, reader)
	if err != nil {
		return probed{text: err.Error()}
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		if os.IsTimeout(err) {
			return probed{text: "no answer in time"}
		}
		return probed{text: err.Error()}
	}
	defer res.Body.Close()
	return probed{status: res.StatusCode, date: res.Header.Get("Date")}
}
