package plugforge

import (
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
)

// Name is a plugin's name, unique within its owner without regard to case.
type Name string

var nameRule = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{2,63}$`)

// ParseName accepts a letter followed by 2 to 63 letters, digits or
// underscores. Anything else is CodeValidation.
func ParseName(s string) (Name, error) {
	if !nameRule.MatchString(s) {
		return "", Errorf(CodeValidation, "name %s is not legal: use a letter, then 2 to 63 letters, digits or underscores", quote(s))
	}
	return Name(s), nil
}

// Fold is the form under which two names that differ only by case are equal.
func (n Name) Fold() string { return strings.ToLower(string(n)) }

// Owner is who a plugin belongs to: a namespace (ns_…) or an organisation
// (org_…). The two prefixes never overlap, so one type serves for both.
type Owner string

var (
	namespaceRule = regexp.MustCompile(`^ns_[a-z0-9_]{1,60}$`)
	orgRule       = regexp.MustCompile(`^org_[a-z0-9_]{1,60}$`)
)

// ParseNamespace accepts ns_ and 1 to 60 lower-case letters, digits or
// underscores. Anything else is CodeValidation.
func ParseNamespace(s string) (Owner, error) {
	if !namespaceRule.MatchString(s) {
		return "", Errorf(CodeValidation, "namespace %s is not legal: use ns_ and 1 to 60 lower-case letters, digits or underscores", quote(s))
	}
	return Owner(s), nil
}

// ParseOrg accepts org_ and 1 to 60 lower-case letters, digits or underscores.
// Anything else is CodeValidation.
func ParseOrg(s string) (Owner, error) {
	if !orgRule.MatchString(s) {
		return "", Errorf(CodeValidation, "organisation %s is not legal: use org_ and 1 to 60 lower-case letters, digits or underscores", quote(s))
	}
	return Owner(s), nil
}

// IsOrg tells an organisation from a namespace.
func (o Owner) IsOrg() bool { return strings.HasPrefix(string(o), "org_") }

// Slug is one owner's plugin over all its versions.
type Slug struct {
	Owner Owner
	Name  Name
}

// String is owner/name, for logs and messages.
func (s Slug) String() string { return string(s.Owner) + "/" + string(s.Name) }

// LogValue logs a slug as owner/name.
func (s Slug) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Version is a plugin's version number.
type Version struct{ Major, Minor, Patch int }

// maxPart bounds each part of a version so that bumping never overflows.
const maxPart = 999_999_999

var versionRule = regexp.MustCompile(`^v?(0|[1-9][0-9]{0,8})(?:\.(0|[1-9][0-9]{0,8}))?(?:\.(0|[1-9][0-9]{0,8}))?$`)

// ParseVersion accepts 1.0.0, v1, 1, 1.0 and v2.1; missing parts are 0.
// Leading zeros, signs, suffixes and parts over 9 digits are CodeValidation.
func ParseVersion(s string) (Version, error) {
	m := versionRule.FindStringSubmatch(s)
	if m == nil {
		return Version{}, Errorf(CodeValidation, "version %s is not legal: use X.Y.Z without leading zeros, such as 1.0.0", quote(s))
	}
	part := func(t string) int { n, _ := strconv.Atoi(t); return n }
	return Version{part(m[1]), part(m[2]), part(m[3])}, nil
}

// String is X.Y.Z.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// LogValue logs a version as X.Y.Z.
func (v Version) LogValue() slog.Value { return slog.StringValue(v.String()) }

// Compare is negative, zero or positive as v is below, equal to or above w.
func (v Version) Compare(w Version) int {
	for _, d := range [...]int{v.Major - w.Major, v.Minor - w.Minor, v.Patch - w.Patch} {
		if d != 0 {
			return d
		}
	}
	return 0
}

// Next is v with its patch number raised; a full patch carries into the minor
// number, and that into the major one.
func (v Version) Next() Version {
	switch {
	case v.Patch < maxPart:
		v.Patch++
	case v.Minor < maxPart:
		v.Minor, v.Patch = v.Minor+1, 0
	default:
		v.Major, v.Minor, v.Patch = v.Major+1, 0, 0
	}
	return v
}

// PluginID names one version of a plugin: {name}_{X}_{Y}_{Z}.
type PluginID struct {
	Name    Name
	Version Version
}

// ParsePluginID reads from the right, for a name may itself end in digits.
// What is not a plugin id is CodeNotFound: no plugin can have it.
func ParsePluginID(s string) (PluginID, error) {
	head, parts := s, [3]string{}
	for i := 2; i >= 0; i-- {
		at := strings.LastIndexByte(head, '_')
		if at < 0 {
			return PluginID{}, noSuchPlugin(s)
		}
		head, parts[i] = head[:at], head[at+1:]
	}
	name, err := ParseName(head)
	if err != nil {
		return PluginID{}, noSuchPlugin(s)
	}
	version, err := ParseVersion(strings.Join(parts[:], "."))
	if err != nil || strings.HasPrefix(parts[0], "v") {
		return PluginID{}, noSuchPlugin(s)
	}
	return PluginID{name, version}, nil
}

// NoSuchPlugin is the answer for a plugin id that nobody in the namespace has.
// Foreign, deleted and malformed ids all get it, so that they look alike.
func NoSuchPlugin(id PluginID) *Error { return noSuchPlugin(id.String()) }

func noSuchPlugin(s string) *Error {
	return Errorf(CodeNotFound, "plugin %s not found in this namespace", quote(s))
}

// String is {name}_{X}_{Y}_{Z}.
func (id PluginID) String() string {
	return fmt.Sprintf("%s_%d_%d_%d", id.Name, id.Version.Major, id.Version.Minor, id.Version.Patch)
}

// FeatureURI is mixpeek://{name}@{X.Y.Z}/{feature}, without the last part for
// a plugin that declares no feature.
func (id PluginID) FeatureURI(feature string) string {
	uri := "mixpeek://" + string(id.Name) + "@" + id.Version.String()
	if feature != "" {
		uri += "/" + feature
	}
	return uri
}

// quote renders hostile input for a message: escaped, and cut where it is long.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
