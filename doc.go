// Package plugforge holds the nouns and rules of the service: what a plugin,
// a version, a deployment and an error are, and which names and numbers are
// legal.
//
// A plugin is a named tree of Python files. Each accepted upload of it is one
// immutable Plugin: an Owner's Name at a Version. At most one version of a
// Slug (an owner's plugin name) is active; a Deployment tells how one came to
// be, or ceased to be, the active version. A Finding is one reason why an
// upload was turned away.
//
// The package does no input or output and imports nothing beyond the standard
// library. Every technology (git, SQLite, the sandbox, HTTP) is a folder of
// its own that imports this one.
package plugforge
