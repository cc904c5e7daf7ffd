// Package httpapi speaks HTTP: it turns requests into calls of the rooms below
// and what they give into answers.
//
// openapi.yaml describes every call and comes first; the types of answers are
// generated from it into internal/api. One table of routes (routes.go) says
// method, path, scope and handler of each; a test holds the table against the
// description. Around every route stand, from the outside: a request id, the
// access log and the catching of panics (server.go); canonical paths (paths.go);
// the router; key, namespace and scope (auth.go); the handler. Handlers return
// an error and never write one: errors.go has the one table from code to status
// and the one function that writes it.
//
// Beside the JSON calls there are presigned URLs, where the signature is the
// permission (uploads.go, downloads.go), and git's own protocol (git.go), where
// the key comes as a Basic password and refusals are text that git shows.
//
// The package holds no state but what makes it fast: the keys in memory,
// refreshed when they change. It decides nothing about plugins.
package httpapi
