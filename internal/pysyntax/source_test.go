package pysyntax_test

import (
	"strings"
	"testing"

	"plugforge/internal/pysyntax"
)

// TestSourceText has CPython's own word beside ours. Where only we refuse, a
// text would show people, or a scanner, another program than CPython runs.
func TestSourceText(t *testing.T) {
	const ok = pysyntax.Kind(255)
	oracle := startCPython(t)
	for _, c := range []struct {
		text  string
		ours  pysyntax.Kind // ok: read
		reads bool          // whether CPython reads it
	}{
		// Encodings: by comment, editor's line and mark.
		{"# coding: utf8\nx = 'é'\n", ok, true},
		{"# -*- coding: UTF_8 -*-\n", ok, true},
		{"# coding: utf-8-unix\n", ok, true},
		{"# coding: utf-8-sig\n", ok, true},
		{"# coding: ascii\nx = 1\n", ok, true},
		{"# coding: ascii\nx = 'é'\n", pysyntax.Encoding, false},
		{"\ufeffx = 1\n", ok, true},
		{"\ufeff# coding: utf-8\n", ok, true},
		{"\ufeff# coding: utf8\n", pysyntax.Encoding, false},
		{"\ufeff# coding: ascii\n", pysyntax.Encoding, false},
		{"\ufeff# coding: latin-1\n", pysyntax.Encoding, false},
		{"# coding: utf-7\n#+AAo-x = 1\n", pysyntax.Encoding, true},
		{"# coding: unicode_escape\n# \\u000ax = 1\n", pysyntax.Encoding, true},
		{"# coding: raw_unicode_escape\n# \\u000ax = 1\n", pysyntax.Encoding, true},
		{"# coding: shift_jis\n", pysyntax.Encoding, true},
		{"# coding: u8\n", pysyntax.Encoding, true},
		{"# coding: no-such\n", pysyntax.Encoding, false},
		{"#!/bin/sh\n# vim: set fileencoding=utf-7 :\n", pysyntax.Encoding, true},
		{"\f# coding: utf-7\n", pysyntax.Encoding, true},
		{"\n\f#coding=utf-7\n", pysyntax.Encoding, true},
		{"# coding=\n# coding=utf-7\n", pysyntax.Encoding, true},
		{"# coding : utf-7\n", ok, true},
		{"# a\n# b\n# coding: utf-7\n", ok, true},
		{"x = 1\n# coding: latin-1\n", pysyntax.Encoding, true}, // CPython looks no more
		{"x = '\xff'\n", pysyntax.Encoding, false},
		{"x = '\xed\xa0\x80'\n", pysyntax.Encoding, false}, // a surrogate
		{"x = '\xc0\x80'\n", pysyntax.Encoding, false},     // an overlong zero
		// What nobody sees.
		{"x = 1\x00\n", pysyntax.Hidden, false},
		{"# a\rx = 1\n", pysyntax.Hidden, true},
		{"'''\r'''\n", pysyntax.Hidden, true},
		{"x = 1\r", pysyntax.Hidden, true},
		{"x = 1\r\ny = 2\r\n", ok, true},
		{"x = 1 # \u202e\n", pysyntax.Hidden, true},
		{"x = '\u2066'\n", pysyntax.Hidden, true},
		{"x = '\u200b'\n", pysyntax.Hidden, true},
		{"x\u200b = 1\n", pysyntax.Hidden, false},
		{"\ufeff\ufeffx = 1\n", pysyntax.Hidden, false},
		{"x = '\U000e0041'\n", pysyntax.Hidden, true},
		{"x = 1\v\n", pysyntax.Hidden, false},
		{"x = 1\x1a\n", pysyntax.Hidden, false},
		{"# \x1b[8m\n", pysyntax.Hidden, true},
		{"x = 1 # \u0085 y\n", ok, true}, // no line end to CPython, nor to us
		{"x = '\u2028'\n", ok, true},
		{"x = 1\u2028y = 2\n", pysyntax.Syntax, false},
		{"x\u00a0= 1\n", pysyntax.Syntax, false},
		{"ｅｖａｌ = 1\n", ok, true},
		{"ｉｆ = 1\n", ok, true}, // a name, that is written like a keyword
		// Form feeds, tabs and how lines are joined.
		{"\fx = 1\n", ok, true},
		{"if x:\n\f    y\n", ok, true},
		{"if x:\n    y\n  \fz\n", ok, true},
		{"if x:\n    y\n  \f  z\n", pysyntax.Syntax, false},
		{"if x:\n\ty\n        z\n", pysyntax.Syntax, false},
		{"if x:\n        \ty\n \t      \tz\n", ok, true},
		{"if x:\n \ty\n\tz\n", pysyntax.Syntax, false},
		{"x = \\\n1\n", ok, true},
		{"x = \\\r\n1\r\n", ok, true},
		{"x = 1 \\\n", pysyntax.Syntax, false},
		{"x = \\ \n1\n", pysyntax.Syntax, false},
		{"x = 1 # \\\n", ok, true},
		{"class# \\\nA: pass\n", pysyntax.Syntax, false},
		{"return x    return y\n", pysyntax.Syntax, false},
		{"x.\ny\n", pysyntax.Syntax, false},
		{"x = (1\n+ 2)\n", ok, true},
		// Depth and size.
		{blocks(99), ok, true},
		{blocks(100), pysyntax.Size, false},
		{"x = " + strings.Repeat("(", 200) + strings.Repeat(")", 200) + "\n", ok, true},
		{"x = " + strings.Repeat("[", 201) + strings.Repeat("]", 201) + "\n", pysyntax.Size, false},
		{"x = " + strings.Repeat("9", 4300) + "\n", ok, true},
		{"x = " + strings.Repeat("9", 4301) + "\n", pysyntax.Syntax, false},
		{"x = a" + strings.Repeat(".a", 900) + "\n", ok, true},
		{"x = a" + strings.Repeat("+a", 900) + "\n", ok, true},
		{"x = " + strings.Repeat("not ", 900) + "a\n", ok, true},
		{"x = a" + strings.Repeat(".a", 1100) + "\n", pysyntax.Size, true},
		{strings.Repeat("#", pysyntax.MaxSize-1) + "\n", ok, true},
		{strings.Repeat("#", pysyntax.MaxSize) + "\n", pysyntax.Size, true},
	} {
		theirs, err := oracle.sees([]byte(c.text))
		if err != nil {
			t.Fatalf("%.60q: %v", c.text, err)
		}
		f, problems, err := pysyntax.Parse(t.Context(), []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		ours := ok
		if f == nil {
			ours = problems[0].Kind
		}
		if ours != c.ours || (theirs.Refused == "") != c.reads {
			t.Errorf("%.60q: we %d %v, want %d; CPython %q, want that it reads: %v", c.text, ours, problems, c.ours, theirs.Refused, c.reads)
		}
		if f != nil && c.reads {
			if diff := firstDifference(theirs.Facts, ourFacts(f)); diff != "" {
				t.Errorf("%.60q: %s", c.text, diff)
			}
		}
	}
}
