package plugforge

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure an Error is. httpapi maps each to a status,
// the command line to an exit status.
type Code string

// The codes. AllCodes lists them for tests that must cover every one.
const (
	CodeBadRequest          Code = "bad_request"
	CodeUnauthorized        Code = "unauthorized"
	CodeForbidden           Code = "forbidden"
	CodeQuotaExceeded       Code = "quota_exceeded"
	CodeNotFound            Code = "not_found"
	CodeMethodNotAllowed    Code = "method_not_allowed"
	CodeAlreadyExists       Code = "already_exists"
	CodeConflict            Code = "conflict"
	CodeGone                Code = "gone"
	CodeTooLarge            Code = "payload_too_large"
	CodeUnsupportedMedia    Code = "unsupported_media_type"
	CodeValidation          Code = "validation"
	CodeTooManyRequests     Code = "too_many_requests"
	CodePreconditionFailed  Code = "precondition_failed"
	CodeRangeNotSatisfiable Code = "range_not_satisfiable"
	CodeInternal            Code = "internal"
	CodeUnavailable         Code = "unavailable"
	CodePluginFailed        Code = "plugin_failed"
	CodePluginTimeout       Code = "plugin_timeout"
	CodeInsufficientStorage Code = "insufficient_storage"
)

// AllCodes returns every Code.
func AllCodes() []Code {
	return []Code{
		CodeBadRequest, CodeUnauthorized, CodeForbidden, CodeQuotaExceeded, CodeNotFound,
		CodeMethodNotAllowed, CodeAlreadyExists, CodeConflict, CodeGone, CodeTooLarge,
		CodeUnsupportedMedia, CodeValidation, CodeTooManyRequests, CodePreconditionFailed,
		CodeRangeNotSatisfiable, CodeInternal,
		CodeUnavailable, CodePluginFailed, CodePluginTimeout, CodeInsufficientStorage,
	}
}

// Error is the one error type that crosses package borders. Code, Message,
// Details and Fields are public and go to the client; Op and Err go to the log
// and nowhere else.
type Error struct {
	Code    Code
	Message string         // what was wrong, where, and what would be right
	Details map[string]any // machine-readable facts; may be nil
	Fields  []FieldError   // for CodeValidation of a request; may be empty
	Op      string         // package.Function that failed
	Err     error          // the private cause
}

// FieldError places one fault in a request.
type FieldError struct {
	Loc  []string // where, outermost first: "body", "name"
	Msg  string
	Type string // a stable word: missing, string_type, value_error, …
}

// Errorf makes a public error without a private cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap names the operation in which err happened. A public error keeps its
// code and message; any other becomes CodeInternal with err as private cause.
// Wrap(op, nil) is nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var public *Error
	if errors.As(err, &public) {
		wrapped := *public
		wrapped.Op, wrapped.Err = op, err
		return &wrapped
	}
	return &Error{Code: CodeInternal, Message: "internal error", Op: op, Err: err}
}

// Error reads for the log: operation, public message, then private cause.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	if inner, ok := e.Err.(*Error); ok && inner.Message == e.Message {
		return b.String() + inner.Error()
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is err's code; CodeInternal for an error that has none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Rejection is the verdict on an upload that broke rules: never empty, sorted
// by place. It is an answer to the author, not a failure of the service.
type Rejection struct{ Findings []Finding }

func (r *Rejection) Error() string {
	lines := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// HandlerError is what the author's Python raised, at import or in a call.
type HandlerError struct {
	Type      string // Python's exception class name: ValueError
	Message   string // str() of the exception
	Traceback string // its last lines, bounded
}

func (e *HandlerError) Error() string { return e.Type + ": " + e.Message }
