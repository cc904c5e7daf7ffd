package blobs

import (
	"regexp"
	"strconv"
	"strings"

	"plugforge"
)

// maxKey bounds a key well below what file systems and URLs take.
const maxKey = 512

// A segment starts with a letter or digit: that keeps out "", ".", "..", what
// looks like an option, and the store's own folder of temporary files.
var segmentRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$`)

// checkKey accepts slash-separated segments of letters, digits, dot,
// underscore and hyphen, each starting with a letter or digit. Anything else
// is CodeBadRequest.
func checkKey(key string) error {
	if len(key) > maxKey {
		return plugforge.Errorf(plugforge.CodeBadRequest, "blob key is %d bytes long: use at most %d", len(key), maxKey)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if !segmentRule.MatchString(segment) {
			return plugforge.Errorf(plugforge.CodeBadRequest,
				"blob key %s is not legal: use segments of letters, digits, '.', '_' and '-' that start with a letter or digit, joined by '/'",
				strconv.QuoteToASCII(key))
		}
	}
	return nil
}
