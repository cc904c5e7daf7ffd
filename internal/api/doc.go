// Package api holds what is generated from httpapi/openapi.yaml: the types of
// requests and answers, and a raw client. The server answers from these types
// and the client reads into them, so that neither drifts from the description.
//
// Only Time is written by hand. Change the description, then run go generate.
package api

//go:generate go tool oapi-codegen -config config.yaml -o api.gen.go ../../httpapi/openapi.yaml
