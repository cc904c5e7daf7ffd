package plugforge

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Scope is one thing that a key may do.
type Scope string

// The scopes. All but ScopeOrg reach over the key's namespaces; ScopeOrg over
// its organisation. Write, deploy and admin include read; invoke alone does
// not.
const (
	ScopeRead   Scope = "read"
	ScopeInvoke Scope = "invoke"
	ScopeWrite  Scope = "write"
	ScopeDeploy Scope = "deploy"
	ScopeAdmin  Scope = "admin"
	ScopeOrg    Scope = "org"
)

// DefaultScopes is what a key gets whose maker names none: all but org.
func DefaultScopes() []Scope {
	return []Scope{ScopeRead, ScopeInvoke, ScopeWrite, ScopeDeploy, ScopeAdmin}
}

// ParseScope accepts the six scopes; anything else is CodeValidation.
func ParseScope(s string) (Scope, error) {
	switch sc := Scope(s); sc {
	case ScopeRead, ScopeInvoke, ScopeWrite, ScopeDeploy, ScopeAdmin, ScopeOrg:
		return sc, nil
	}
	return "", Errorf(CodeValidation, "scope %s is not known: use read, invoke, write, deploy, admin or org", quote(s))
}

// Key is an API key without its secret, of which only the hash is kept.
type Key struct {
	ID         string // key_ and 16 hex digits; public
	Prefix     string // the secret's first 8 characters, for people to tell keys apart
	Name       string
	Org        Owner
	Namespaces []Owner
	Scopes     []Scope
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	RevokedAt  time.Time // zero: not revoked
	LastUsedAt time.Time // to the minute; zero: never
}

// Usable tells whether the key opens anything at that time.
func (k Key) Usable(now time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
}

// Sees tells whether the key reaches into the namespace at all.
func (k Key) Sees(namespace Owner) bool { return slices.Contains(k.Namespaces, namespace) }

// Allows tells whether the key has the scope, directly or by inclusion.
func (k Key) Allows(s Scope) bool {
	if slices.Contains(k.Scopes, s) {
		return true
	}
	return s == ScopeRead && slices.ContainsFunc(k.Scopes, func(have Scope) bool {
		return have == ScopeWrite || have == ScopeDeploy || have == ScopeAdmin
	})
}

// Actor is how the key's deeds are recorded.
func (k Key) Actor() Actor { return Actor{KeyID: k.ID, Name: k.Name} }

var keyNameRule = regexp.MustCompile(`^[\p{L}\p{N} ._@-]{1,64}$`)

// CheckKeyName refuses a name that git could not carry as an author's. The
// error is CodeValidation.
func CheckKeyName(s string) error {
	if !keyNameRule.MatchString(s) || strings.TrimSpace(s) != s {
		return Errorf(CodeValidation, "key name %s is not legal: use 1 to 64 letters, digits, spaces, dots, underscores, @ or -", quote(s))
	}
	return nil
}
