package plugforge

// ScanRecord is what the security scan had to say of a version that was
// published. It is kept in the version's message in git, and not in the index.
type ScanRecord struct {
	Policy     string        // SHA-256 of the rules and the policy that it was judged by, 64 hex digits
	Findings   []string      // under --scan-policy warn: Finding.String() each, at most 100 and one that counts the rest
	Suppressed []Suppression // findings that the author suppressed, by place
	Allowed    []string      // modules that the operator allowed beside the listed ones, sorted
	Permitted  []string      // rules that the operator let authors suppress, sorted
}

// Suppression is a finding that its author suppressed by a comment, as the
// operator permits.
type Suppression struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Rule   string `json:"rule"`
	Reason string `json:"reason"` // the author's
}
