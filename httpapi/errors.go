package httpapi

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"plugforge"
	"plugforge/internal/api"
)

// outcome is the one table from code to status and type. A code that it does
// not know is an internal error; the test walks plugforge.AllCodes.
func outcome(code plugforge.Code) (status int, kind api.ErrorType) {
	switch code {
	case plugforge.CodeBadRequest:
		return http.StatusBadRequest, api.ErrorTypeBadRequestError
	case plugforge.CodeUnauthorized:
		return http.StatusUnauthorized, api.ErrorTypeUnauthorizedError
	case plugforge.CodeForbidden:
		return http.StatusForbidden, api.ErrorTypeForbiddenError
	case plugforge.CodeQuotaExceeded:
		return http.StatusForbidden, api.ErrorTypeQuotaExceededError
	case plugforge.CodeNotFound:
		return http.StatusNotFound, api.ErrorTypeNotFoundError
	case plugforge.CodeMethodNotAllowed:
		return http.StatusMethodNotAllowed, api.ErrorTypeMethodNotAllowedError
	case plugforge.CodeAlreadyExists:
		return http.StatusConflict, api.ErrorTypeAlreadyExistsError
	case plugforge.CodeConflict:
		return http.StatusConflict, api.ErrorTypeConflictError
	case plugforge.CodeGone:
		return http.StatusGone, api.ErrorTypeGoneError
	case plugforge.CodeTooLarge:
		return http.StatusRequestEntityTooLarge, api.ErrorTypePayloadTooLargeError
	case plugforge.CodeUnsupportedMedia:
		return http.StatusUnsupportedMediaType, api.ErrorTypeUnsupportedMediaTypeError
	case plugforge.CodeValidation:
		return http.StatusUnprocessableEntity, api.ErrorTypeValidationError
	case plugforge.CodeTooManyRequests:
		return http.StatusTooManyRequests, api.ErrorTypeTooManyRequestsError
	case plugforge.CodePreconditionFailed:
		return http.StatusPreconditionFailed, api.ErrorTypePreconditionFailedError
	case plugforge.CodeRangeNotSatisfiable:
		return http.StatusRequestedRangeNotSatisfiable, api.ErrorTypeRangeNotSatisfiableError
	case plugforge.CodePluginFailed:
		return http.StatusInternalServerError, api.ErrorTypePluginError
	case plugforge.CodeUnavailable:
		return http.StatusServiceUnavailable, api.ErrorTypeInferenceServiceUnavailableError
	case plugforge.CodePluginTimeout:
		return http.StatusGatewayTimeout, api.ErrorTypePluginTimeoutError
	case plugforge.CodeInsufficientStorage:
		return http.StatusInsufficientStorage, api.ErrorTypeInsufficientStorageError
	}
	return http.StatusInternalServerError, api.ErrorTypeInternalServerError
}

// publicError is what of err the client may see. An internal error shows the
// request id, under which the log has the cause, and nothing else.
func publicError(err error, requestID string) *plugforge.Error {
	var e *plugforge.Error
	if !errors.As(err, &e) {
		e = &plugforge.Error{Code: plugforge.CodeInternal}
	}
	if status, kind := outcome(e.Code); status == http.StatusInternalServerError && kind != api.ErrorTypePluginError {
		return &plugforge.Error{
			Code:    plugforge.CodeInternal,
			Message: "internal error; the server's log has the cause under request id " + requestID,
			Details: map[string]any{"request_id": requestID},
		}
	}
	return e
}

// writeError is the one place where an error becomes an answer. After the
// answer has begun nothing better can be said than that it is not whole: the
// connection is cut.
func (s *Server) writeError(c *call, err error) {
	c.err = err
	if c.status != 0 {
		level := slog.LevelWarn
		if c.ctx().Err() != nil {
			level = slog.LevelDebug // the client left
		}
		s.log.Log(c.ctx(), level, "answer cut short", "request_id", c.id, "path", c.path(), "error", err.Error())
		panic(http.ErrAbortHandler)
	}
	e := publicError(err, c.id)
	status, kind := outcome(e.Code)
	switch {
	case isPlugins(e.Code):
		s.failures.tell(c, err)
	case status >= http.StatusInternalServerError:
		level := slog.LevelError
		if c.r.Context().Err() != nil || status != http.StatusInternalServerError {
			level = slog.LevelWarn
		}
		s.log.Log(c.r.Context(), level, "request failed", "request_id", c.id, "path", c.path(), "error", err.Error())
	}
	setErrorHeaders(c, e)
	if c.route != nil && c.route.guard == guardGit {
		c.writeText(status, e.Message+"\n")
		return
	}
	body, marshalErr := encodeJSON(errorBody(status, kind, e))
	if marshalErr != nil { // details that JSON can't carry
		s.log.Error("error details", "request_id", c.id, "error", marshalErr.Error())
		body, _ = encodeJSON(errorBody(status, kind, &plugforge.Error{Message: e.Message, Fields: e.Fields}))
	}
	c.writeJSONBytes(status, body)
}

func setErrorHeaders(c *call, e *plugforge.Error) {
	h := c.Header()
	// What the handler prepared for a good answer must not dress a bad one.
	for _, name := range []string{"Content-Disposition", "Content-Length", "Content-Encoding", "Cache-Control", "Accept-Ranges", "ETag"} {
		h.Del(name)
	}
	switch e.Code {
	case plugforge.CodeUnauthorized:
		scheme := "Bearer"
		if c.route != nil && c.route.guard == guardGit {
			scheme = "Basic"
		}
		h.Set("WWW-Authenticate", scheme+` realm="plugforge"`)
	case plugforge.CodeUnavailable, plugforge.CodeTooManyRequests:
		seconds := 1
		if n, ok := e.Details["retry_after_seconds"].(int); ok && n > 0 {
			seconds = n
		}
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
}

// errorBody is the shape of every error: 422 has a list as its detail.
func errorBody(status int, kind api.ErrorType, e *plugforge.Error) any {
	details := map[string]any{}
	maps.Copy(details, e.Details)
	info := api.ErrorInfo{Type: kind, Message: e.Message, Details: details}
	if status != http.StatusUnprocessableEntity {
		return api.ErrorAnswer{Status: status, Error: info, Detail: e.Message}
	}
	fields := e.Fields
	if len(fields) == 0 {
		fields = []plugforge.FieldError{{Loc: []string{"body"}, Msg: e.Message, Type: "value_error"}}
	}
	answer := api.ValidationErrorAnswer{Status: api.ValidationErrorAnswerStatus(status), Error: info}
	for _, f := range fields {
		answer.Detail = append(answer.Detail, api.FieldError{Loc: append([]string{}, f.Loc...), Msg: f.Msg, Type: f.Type})
	}
	return answer
}

// faults collects what is wrong with a request, so that one answer tells all.
type faults []plugforge.FieldError

func (f *faults) add(kind, msg string, loc ...string) {
	*f = append(*f, plugforge.FieldError{Loc: loc, Msg: msg, Type: kind})
}

// addError places the message of a parser of the root package.
func (f *faults) addError(err error, loc ...string) {
	var e *plugforge.Error
	if errors.As(err, &e) {
		f.add("value_error", e.Message, loc...)
	} else if err != nil {
		f.add("value_error", err.Error(), loc...)
	}
}

// err is nil without faults, else CodeValidation with each in its message.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = strings.Join(one.Loc, ".") + ": " + one.Msg
	}
	return &plugforge.Error{Code: plugforge.CodeValidation, Message: strings.Join(lines, "; "), Fields: f}
}

// quoted renders what a client sent for a message: escaped, and cut where it
// is long.
func quoted(s string) string {
	const most = 100
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
