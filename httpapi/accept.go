package httpapi

import (
	"mime"
	"strconv"
	"strings"
)

// prefers tells whether the client asks for kind by name, and more than for
// JSON, which is what it gets otherwise.
func (c *call) prefers(kind string) bool {
	var wanted, json float64
	for _, header := range c.r.Header["Accept"] {
		for one := range strings.SplitSeq(header, ",") {
			name, params, err := mime.ParseMediaType(one)
			if err != nil {
				continue
			}
			weight := 1.0
			if q, given := params["q"]; given {
				if weight, err = strconv.ParseFloat(q, 64); err != nil {
					weight = 0
				}
			}
			switch name {
			case kind:
				wanted = max(wanted, weight)
			case "application/json":
				json = max(json, weight)
			}
		}
	}
	return wanted > json
}
