package gitstore

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"plugforge"
)

// A message in git is the author's text, a blank line and a block of trailers
// that is ours alone: git reads only the last block, so lines in the text that
// look like trailers are text.

// The trailers of a version.
const (
	trailerPlugin        = "Plugin"
	trailerVersion       = "Version"
	trailerOwner         = "Owner"
	trailerArchiveSHA256 = "Archive-SHA256"
	trailerArchiveSize   = "Archive-Size"
	trailerContentSHA256 = "Content-SHA256"
	trailerPublishedAt   = "Published-At"
	trailerScan          = "Scan"
	trailerPolicySHA256  = "Policy-SHA256"
	trailerUploadID      = "Upload-Id"
	trailerPublishedBy   = "Published-By"
	trailerDescription   = "Description"
)

// The trailers of a ledger entry, besides Version.
const (
	trailerAction          = "Action"
	trailerCommit          = "Commit"
	trailerPreviousVersion = "Previous-Version"
	trailerDeploymentID    = "Deployment-Id"
	trailerDeploymentType  = "Deployment-Type"
	trailerAuditHead       = "Audit-Head"
	trailerBy              = "By"
)

type trailer struct{ key, value string }

// maxMessage bounds what a message may weigh, in bytes.
const maxMessage = 64 << 10

// Two kinds of line end a message early for git: a divider, under which mail
// carries the patch, and the scissors above what an editor was shown. Such a
// line, and one that already looks escaped, gets one backslash.
const (
	stopDivider  = `---(?:[ \t\r\v\f].*)?`
	stopScissors = `# -{24} >8 -{24}`
)

var (
	stopLine    = regexp.MustCompile(`(?m)^(\\*(?:` + stopDivider + `|` + stopScissors + `))$`)
	escapedLine = regexp.MustCompile(`(?m)^\\(\\*(?:` + stopDivider + `|` + stopScissors + `))$`)
)

// formatMessage is the inverse of parseMessage.
func formatMessage(text string, block []trailer) string {
	var b strings.Builder
	b.WriteString(stopLine.ReplaceAllString(text, `\$1`))
	b.WriteString("\n\n")
	for _, t := range block {
		b.WriteString(t.key + ": " + t.value + "\n")
	}
	return b.String()
}

// parseMessage takes a message apart into the author's text and the trailers.
func parseMessage(message string) (text string, trailers map[string]string, err error) {
	// The block holds no blank line: the last one stands above it, whatever
	// line ends the text has.
	cut := strings.LastIndex(message, "\n\n")
	if cut < 0 || !strings.HasSuffix(message, "\n") {
		return "", nil, corrupt("message without trailers")
	}
	trailers = map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(message[cut+2:], "\n"), "\n") {
		key, value, ok := strings.Cut(line, ": ")
		if _, twice := trailers[key]; !ok || twice {
			return "", nil, corrupt("trailer line %q", line)
		}
		trailers[key] = value
	}
	return escapedLine.ReplaceAllString(message[:cut], "$1"), trailers, nil
}

// checkText refuses what a commit cannot carry. what names the field.
func checkText(what, text string) error {
	switch {
	case len(text) > maxMessage:
		return plugforge.Errorf(plugforge.CodeValidation, "%s is %d bytes long: at most %d are taken", what, len(text), maxMessage)
	case strings.ContainsRune(text, 0):
		return plugforge.Errorf(plugforge.CodeValidation, "%s holds a NUL character: leave it out", what)
	case !utf8.ValidString(text):
		return plugforge.Errorf(plugforge.CodeValidation, "%s is not UTF-8: encode it so", what)
	}
	return nil
}

// orDefault is text or, where that says nothing, the fallback.
func orDefault(text, fallback string) string {
	if strings.TrimSpace(text) == "" {
		return fallback
	}
	return text
}

var (
	actorName = regexp.MustCompile(`^[\p{L}\p{N} ._@-]{1,64}$`)
	token     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func checkActor(a plugforge.Actor) error {
	if a.KeyID != "" && !token.MatchString(a.KeyID) {
		return plugforge.Errorf(plugforge.CodeValidation, "key id %q is not legal", plugforge.Printable(a.KeyID))
	}
	if !actorName.MatchString(a.Name) {
		return plugforge.Errorf(plugforge.CodeValidation, "key name %q is not legal: use 1 to 64 letters, digits, spaces, dots, dashes, underscores or @", plugforge.Printable(a.Name))
	}
	return nil
}

// formatActor is the key's id, "-" without one, a space, and the name.
func formatActor(a plugforge.Actor) string {
	if a.KeyID == "" {
		return "- " + a.Name
	}
	return a.KeyID + " " + a.Name
}

func parseActor(s string) (plugforge.Actor, error) {
	id, name, ok := strings.Cut(s, " ")
	if !ok {
		return plugforge.Actor{}, corrupt("actor %q", s)
	}
	if id == "-" {
		id = ""
	}
	return plugforge.Actor{KeyID: id, Name: name}, nil
}
