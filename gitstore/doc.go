// Package gitstore keeps every plugin as a bare git repository and is the
// truth about which versions exist and about what was live when.
//
// A version is a signed commit on refs/heads/main and a signed annotated tag
// vX.Y.Z on it; the tag is the commit point: a version exists when its tag
// does. The ledger, refs/heads/active, is a line of signed commits of its own:
// one for each switch of what is live. Everything that an index needs to know
// about a version stands in its commit's trailers and its tree.
//
// A deleted version leaves a tombstone, the signed tag deleted/vX.Y.Z on its
// commit, which is durable before its own tag goes; history is never rewritten.
// An organisation's version is adopted into a namespace by copying its tag and
// all that it leads to, with the same hashes; the Owner trailer then tells that
// the repository holds copies.
//
// Writing never goes through git or go-git, because neither can promise what
// is asked here: objects are written into the repository's quarantine folder,
// which git does not look into, synced, read back and re-hashed, and only then
// linked into the store; a tag is linked exclusively, a branch renamed, and
// every folder on the way is synced. What stands in quarantine is also the
// note of what was under way: after a crash the next writer, or Recover, takes
// back what has no tag and finishes what has one. go-git gives the formats
// (hashes, trees, pack indexes, deltas).
//
// Reading re-hashes each object. It takes no lock, and any number of
// goroutines may read while another writes.
//
// The package serves clones through git's own upload-pack. It does not speak
// HTTP, does not judge a plugin's content beyond what git could not carry, and
// knows nothing of deployments but their ledger entries. It has no work tree,
// no remote, and takes no push.
//
// Layout below Config.Dir: ns/NAMESPACE/SLUG.git and org/ORGANISATION/SLUG.git,
// the slug in lower case; new/ holds repositories being made.
package gitstore
