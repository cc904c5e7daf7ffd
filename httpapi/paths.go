package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"plugforge"
)

// checkPath refuses a path that could be read in two ways, before anything is
// routed by it. What passes has one spelling: what the router, the log and the
// handlers see is what the client wrote, and no redirect is ever needed.
func checkPath(r *http.Request) error {
	// Not EscapedPath, which makes up its own where what came is not well
	// escaped. RawPath is empty when what came is the canonical form.
	raw, decoded := r.URL.RawPath, r.URL.Path
	if raw == "" {
		raw = r.URL.EscapedPath()
	}
	refuse := func(why string) error {
		return plugforge.Errorf(plugforge.CodeBadRequest, "path %s %s", quoted(raw), why)
	}
	switch {
	case !strings.HasPrefix(raw, "/"):
		return refuse("does not start with a slash")
	case !utf8.ValidString(decoded):
		return refuse("is not UTF-8")
	case strings.ContainsFunc(decoded, func(c rune) bool { return c < 0x20 || c >= 0x7f && c < 0xa0 }):
		return refuse("holds a control character")
	case strings.Contains(decoded, `\`):
		return refuse("holds a backslash")
	case strings.Contains(decoded, "//"):
		return refuse("holds an empty segment")
	case hasFold(raw, "%2f"):
		return refuse("holds an encoded slash")
	}
	for segment := range strings.SplitSeq(decoded, "/") {
		if segment == "." || segment == ".." {
			return refuse("holds a dot segment")
		}
	}
	// Some clients escape the @ before a version; that is the one exception.
	canonical := (&url.URL{Path: decoded}).EscapedPath()
	if strings.ReplaceAll(raw, "%40", "@") != canonical {
		return refuse("is not in canonical form: write it as " + quoted(canonical))
	}
	return nil
}

func hasFold(s, lower string) bool { return strings.Contains(strings.ToLower(s), lower) }
