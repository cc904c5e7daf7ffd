package plugforge

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestWrapKeepsThePublicPart(t *testing.T) {
	inner := Errorf(CodeConflict, "version %s is taken", "1.0.0")
	err := Wrap("registry.Confirm", Wrap("gitstore.Publish", inner))
	if CodeOf(err) != CodeConflict || !errors.Is(err, inner) {
		t.Fatalf("wrapped: %v", err)
	}
	if got := err.Error(); got != "registry.Confirm: gitstore.Publish: version 1.0.0 is taken" {
		t.Errorf("reads %q", got)
	}
}

func TestWrapHidesAPrivateCause(t *testing.T) {
	err := Wrap("sqlite.Plugin", fs.ErrPermission)
	var public *Error
	if !errors.As(err, &public) || public.Code != CodeInternal || strings.Contains(public.Message, "permission") {
		t.Fatalf("wrapped: %+v", public)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
	if Wrap("x", nil) != nil {
		t.Error("Wrap(nil) is not nil")
	}
}

func TestCheckMessage(t *testing.T) {
	for in, ok := range map[string]bool{"": true, "first": true, strings.Repeat("x", maxMessage): true, strings.Repeat("x", maxMessage+1): false, "a\x00b": false, "\xff": false} {
		if err := CheckMessage(in); (err == nil) != ok {
			t.Errorf("CheckMessage(%d bytes): %v", len(in), err)
		}
	}
}
