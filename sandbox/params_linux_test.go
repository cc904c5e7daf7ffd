package sandbox

import (
	"strings"
	"testing"
)

// The parameters of a replica lie under those of each call, which never sees
// what another call made of them.
func TestParamsLieUnderThoseOfACall(t *testing.T) {
	t.Parallel()
	h := openHost(t, nil)
	spec := handlerSpec(`
seen = {k: list(v) if isinstance(v, list) else v for k, v in parameters.items()}
parameters["list"].append("mine")
parameters["left"] = True
return seen`)
	spec.Params = []byte(`{"list":["<&>"],"model":"small","n":1e2}`)
	r := start(t, h, spec)
	for range 2 {
		for body, want := range map[string]string{
			`{}`: `{"list":["<&>"],"model":"small","n":100.0}`,
			`{"parameters":{"model":"large","own":{"a":1}}}`: `{"list":["<&>"],"model":"large","n":100.0,"own":{"a":1}}`,
			`{"parameters":{"list":[]}}`:                     `{"list":[],"model":"small","n":100.0}`,
		} {
			if got := call(t, r, body); got != want {
				t.Errorf("%s: got %s, want %s", body, got, want)
			}
		}
	}
	// 64 KiB are taken whatever stands in them, more than a frame is refused.
	spec.Params = []byte(`{"list":[],"long":"` + strings.Repeat(`\"`, 32<<10) + `"}`)
	if got := call(t, start(t, h, spec), `{"parameters":{"long":1}}`); got != `{"list":[],"long":1}` {
		t.Errorf("got %s", got)
	}
	spec.Params = []byte(`{"list":[],"long":"` + strings.Repeat("x", 300<<10) + `"}`)
	if _, err := h.Start(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "parameters are too long") {
		t.Errorf("long parameters: %v", err)
	}
}
