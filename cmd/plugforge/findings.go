package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"plugforge"
)

// findings is how a command that looks for damage ends where it found some,
// having printed a line for each: with exit status 1.
func findings(n int, way string) error {
	if n == 1 {
		return &hinted{fmt.Errorf("1 finding"), way}
	}
	return &hinted{fmt.Errorf("%d findings", n), way}
}

// lineLogger is a log for people: a line for each record.
func lineLogger(w io.Writer, prefix string) *slog.Logger {
	return slog.New(&lineHandler{w: w, prefix: prefix, least: slog.LevelInfo})
}

type lineHandler struct {
	w      io.Writer
	prefix string
	least  slog.Level
	attrs  string
}

func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.least }

func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(h.prefix)
	if r.Level > slog.LevelInfo && h.least == slog.LevelInfo {
		b.Reset()
		b.WriteString("not " + h.prefix)
	}
	b.WriteString(plugforge.Printable(r.Message) + h.attrs)
	r.Attrs(func(a slog.Attr) bool { b.WriteString(spellAttr(a)); return true })
	_, err := fmt.Fprintln(h.w, b.String())
	return err
}

func spellAttr(a slog.Attr) string {
	return fmt.Sprintf(", %s %s", a.Key, plugforge.Printable(fmt.Sprint(a.Value.Any())))
}

func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	for _, a := range attrs {
		with.attrs += spellAttr(a)
	}
	return &with
}

func (h *lineHandler) WithGroup(string) slog.Handler { return h }
