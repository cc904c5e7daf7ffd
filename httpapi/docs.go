package httpapi

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

//go:embed docs/page.html
var docsPage string

//go:embed docs/page.css
var docsStyle string

//go:embed docs/page.js
var docsScript string

// docs is the reference as one page, and the policy under which a browser runs
// only what is in it and asks only this server.
type docs struct {
	page   []byte
	policy string
}

func newDocs() docs {
	page := strings.NewReplacer("/*STYLE*/", docsStyle, "/*SCRIPT*/", docsScript).Replace(docsPage)
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return docs{[]byte(page), "default-src 'none'; connect-src 'self'; img-src data:; script-src " + digest(docsScript) +
		"; style-src " + digest(docsStyle) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
}

// getDocs gives the reference. What it shows the page reads from openapi.json.
func (s *Server) getDocs(c *call) error {
	c.Header().Set("Content-Security-Policy", s.docs.policy)
	c.Header().Set("Referrer-Policy", "no-referrer")
	c.writeBytes(http.StatusOK, "text/html; charset=utf-8", s.docs.page)
	return nil
}
