package httpapi

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

const (
	defaultLimit = 50
	mostLimit    = 200
	mostWait     = 60 * time.Second
)

// query reads the parameters behind the path. Each method gives its
// parameter, or notes a fault: ask err before using any.
type query struct {
	values url.Values
	faults
}

// query parses the call's query. Parameters that a call does not have are
// ignored.
func (c *call) query() (*query, error) {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, &plugforge.Error{Code: plugforge.CodeBadRequest, Err: err,
			Message: "the query is not well formed: escape ; and % in it"}
	}
	return &query{values: values}, nil
}

// text is the parameter as it came; there tells an empty one from none.
func (q *query) text(name string) (value string, there bool) {
	given := q.values[name]
	if len(given) > 1 {
		q.add("duplicate_field", "is given more than once", "query", name)
	}
	if len(given) == 0 {
		return "", false
	}
	if strings.ContainsRune(given[0], 0) {
		q.add("value_error", "holds a NUL character", "query", name)
	}
	return given[0], true
}

func (q *query) flag(name string) bool {
	value, there := q.text(name)
	switch strings.ToLower(value) {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	if there {
		q.add("bool_parsing", "is "+quoted(value)+": use true or false", "query", name)
	}
	return false
}

// maybeFlag is nil when the parameter is not there.
func (q *query) maybeFlag(name string) *bool {
	if _, there := q.values[name]; !there {
		return nil
	}
	value := q.flag(name)
	return &value
}

func (q *query) limit() int {
	value, there := q.text("limit")
	if !there {
		return defaultLimit
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > mostLimit {
		q.add("int_parsing", fmt.Sprintf("is %s: use a number from 1 to %d", quoted(value), mostLimit), "query", "limit")
	}
	return n
}

// wait takes 30s, 500ms, 1m and a bare number of seconds.
func (q *query) wait() time.Duration {
	value, there := q.text("wait")
	if !there {
		return 0
	}
	d, err := time.ParseDuration(value)
	if seconds, bare := strconv.Atoi(value); bare == nil && seconds >= 0 && seconds <= int(mostWait/time.Second) {
		d, err = time.Duration(seconds)*time.Second, nil
	}
	if err != nil || d < 0 || d > mostWait {
		q.add("duration_parsing", "is "+quoted(value)+": use a time such as 30s, at most 60s", "query", "wait")
		return 0
	}
	return d
}

// version is a required version number.
func (q *query) version(name string) plugforge.Version {
	value, there := q.text(name)
	if !there {
		q.add("missing", "is missing: name a version, such as 1.0.0", "query", name)
		return plugforge.Version{}
	}
	v, err := plugforge.ParseVersion(value)
	q.addError(err, "query", name)
	return v
}

// time is nil when the parameter is not there.
func (q *query) time(name string) *time.Time {
	value, there := q.text(name)
	if !there {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		q.add("datetime_parsing", "is "+quoted(value)+": use an RFC 3339 time such as 2026-01-02T03:04:05.678Z", "query", name)
		return nil
	}
	return &t
}

func (q *query) deploymentType() plugforge.DeploymentType {
	value, there := q.text("deployment_type")
	switch t := plugforge.DeploymentType(value); {
	case !there, t == plugforge.TypeRealtime, t == plugforge.TypeBatchOnly:
		return t
	}
	q.add("enum", "is "+quoted(value)+": use realtime or batch_only", "query", "deployment_type")
	return ""
}
