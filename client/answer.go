package client

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"plugforge"
	"plugforge/internal/api"
)

// mostAnswer bounds a JSON answer that is read into memory, in bytes.
const mostAnswer = 96 << 20

// decode reads a call's answer into T. It is used around the raw client's
// methods, whose two results it takes.
func decode[T any](c *Client, op string) func(*http.Response, error) (*T, error) {
	return func(res *http.Response, err error) (*T, error) {
		body, err := c.body(op)(res, err)
		if err != nil {
			return nil, err
		}
		defer body.Close()
		var answer T
		if err := json.NewDecoder(io.LimitReader(body, mostAnswer)).Decode(&answer); err != nil {
			return nil, c.broken(op, res, err)
		}
		return &answer, nil
	}
}

// body is a successful answer's body, to be closed; any other is an error.
func (c *Client) body(op string) func(*http.Response, error) (io.ReadCloser, error) {
	return func(res *http.Response, err error) (io.ReadCloser, error) {
		if err != nil {
			return nil, unreachable(op, c.base, err)
		}
		if res.StatusCode == http.StatusOK {
			return res.Body, nil
		}
		defer res.Body.Close()
		return nil, c.failure(op, res)
	}
}

// broken is an answer that can't be read to its end or is not what it must be.
func (c *Client) broken(op string, res *http.Response, err error) error {
	if ctx := res.Request.Context(); ctx.Err() != nil {
		return unreachable(op, c.base, ctx.Err())
	}
	return &plugforge.Error{Code: plugforge.CodeUnavailable, Op: op, Err: err,
		Message: fmt.Sprintf("the answer of %s can't be read: is it a plugforge server, and is nothing between that changes answers? (%s)",
			host(res), plugforge.Printable(err.Error()))}
}

func host(res *http.Response) string { return res.Request.URL.Scheme + "://" + res.Request.URL.Host }

// failure turns an answer other than 200 into the error it tells of.
func (c *Client) failure(op string, res *http.Response) error {
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	var answer struct {
		Error struct {
			Type    api.ErrorType  `json:"type"`
			Message string         `json:"message"`
			Details map[string]any `json:"details"`
		} `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	if err != nil || kind != "application/json" || json.Unmarshal(text, &answer) != nil || answer.Error.Message == "" {
		return stranger(op, res)
	}
	e := &plugforge.Error{Code: codeOf(answer.Error.Type), Message: answer.Error.Message, Details: answer.Error.Details, Op: op}
	var fields []api.FieldError
	if e.Code == plugforge.CodeValidation && json.Unmarshal(answer.Detail, &fields) == nil {
		for _, f := range fields {
			e.Fields = append(e.Fields, plugforge.FieldError{Loc: f.Loc, Msg: f.Msg, Type: f.Type})
		}
	}
	return e
}

// stranger is an answer that did not come from a plugforge server, or from
// none of this API: a proxy's, a wrong address's.
func stranger(op string, res *http.Response) error {
	e := &plugforge.Error{Code: plugforge.CodeUnavailable, Op: op}
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		e.Message = fmt.Sprintf("%s answered with a redirect to %s: use the address that serves the API itself",
			host(res), plugforge.Printable(res.Header.Get("Location")))
	case res.StatusCode >= 500:
		e.Message = fmt.Sprintf("%s answered %s, without saying why: try again, or ask whoever runs it", host(res), plugforge.Printable(res.Status))
	default:
		e.Message = fmt.Sprintf("%s answered %s, but not as a plugforge server does: check the API's URL", host(res), plugforge.Printable(res.Status))
	}
	return e
}

// codeOf is the way back from what the API calls an error. What it does not
// know, of a newer server, is CodeInternal.
func codeOf(kind api.ErrorType) plugforge.Code {
	switch kind {
	case api.ErrorTypeBadRequestError:
		return plugforge.CodeBadRequest
	case api.ErrorTypeUnauthorizedError:
		return plugforge.CodeUnauthorized
	case api.ErrorTypeForbiddenError:
		return plugforge.CodeForbidden
	case api.ErrorTypeQuotaExceededError:
		return plugforge.CodeQuotaExceeded
	case api.ErrorTypeNotFoundError:
		return plugforge.CodeNotFound
	case api.ErrorTypeMethodNotAllowedError:
		return plugforge.CodeMethodNotAllowed
	case api.ErrorTypeAlreadyExistsError:
		return plugforge.CodeAlreadyExists
	case api.ErrorTypeConflictError:
		return plugforge.CodeConflict
	case api.ErrorTypeGoneError:
		return plugforge.CodeGone
	case api.ErrorTypePayloadTooLargeError:
		return plugforge.CodeTooLarge
	case api.ErrorTypeUnsupportedMediaTypeError:
		return plugforge.CodeUnsupportedMedia
	case api.ErrorTypeValidationError:
		return plugforge.CodeValidation
	case api.ErrorTypeTooManyRequestsError:
		return plugforge.CodeTooManyRequests
	case api.ErrorTypePreconditionFailedError:
		return plugforge.CodePreconditionFailed
	case api.ErrorTypeRangeNotSatisfiableError:
		return plugforge.CodeRangeNotSatisfiable
	case api.ErrorTypePluginError:
		return plugforge.CodePluginFailed
	case api.ErrorTypeInferenceServiceUnavailableError:
		return plugforge.CodeUnavailable
	case api.ErrorTypePluginTimeoutError:
		return plugforge.CodePluginTimeout
	case api.ErrorTypeInsufficientStorageError:
		return plugforge.CodeInsufficientStorage
	}
	return plugforge.CodeInternal
}

// some is nil for the zero value: a field that is left out.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// or is the value, or the zero value of what is null.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// parseID reads a plugin id or a version that the server sent; one that can't
// be read is the server's fault, not a wrong input.
func parseID(op, text string) (plugforge.PluginID, error) {
	id, err := plugforge.ParsePluginID(text)
	if err != nil {
		return id, plugforge.Wrap(op, fmt.Errorf("the server sent %q as a plugin id", strings.ToValidUTF8(text, "?")))
	}
	return id, nil
}

func parseVersion(op string, text *string) (*plugforge.Version, error) {
	if text == nil {
		return nil, nil
	}
	v, err := plugforge.ParseVersion(*text)
	if err != nil {
		return nil, plugforge.Wrap(op, fmt.Errorf("the server sent %q as a version", strings.ToValidUTF8(*text, "?")))
	}
	return &v, nil
}
