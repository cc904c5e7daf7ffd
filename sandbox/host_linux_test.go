package sandbox

import (
	"testing"
)

func TestCall(t *testing.T) {
	h := openHost(t, nil)
	r := start(t, h, handlerSpec(`return {"got": inputs, "with": parameters}`))
	if got, want := call(t, r, `{"inputs": {"b": 1, "a": [1.5, "ä"]}, "parameters": {"k": null}}`),
		`{"got":{"b":1,"a":[1.5,"\u00e4"]},"with":{"k":null}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
