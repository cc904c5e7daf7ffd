// Package scanner judges a plugin's Python by rules that catch what must not
// run on a shared machine: processes, native code, raw sockets, code made from
// text, dynamic imports, files opened directly, and the ways around these.
//
// It is a filter that tells authors early and exactly; it is not the wall. The
// sandbox must hold with the scanner off. It runs nothing, and its verdict
// depends on the bytes of the tree alone.
//
// The nouns: a Rule is one line of the table that Rules gives, with a stable
// id. Each file is parsed by internal/pysyntax, which tells what dotted thing
// each expression may denote (its origins); policy.go says which of those are
// forbidden, which modules are open in part ("guarded": os, sys, …) and which
// attributes climb out of an object. References count, not only calls: what
// may not be called may not be bound, passed or returned either.
package scanner

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"plugforge"
	"plugforge/internal/pysyntax"
)

// Deadline is how long Scan takes at most. Time over it is the server's
// trouble, never a finding.
const Deadline = 10 * time.Second

// MaxTotal is how many bytes of Python one plugin may have.
const MaxTotal = 16 << 20

// Result is what Scan found.
type Result struct {
	Findings   []plugforge.Finding     // sorted; none means that the tree passes
	Suppressed []plugforge.Suppression // sorted by place
}

// Scan judges every .py and .pyw file of tree, in any letter case of the
// suffix, by the rules and what the operator adds to them. Errors:
// CodeUnavailable when the deadline passes or ctx ends; CodeInternal when tree
// cannot be read.
func Scan(ctx context.Context, tree fs.FS, policy Policy) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, Deadline)
	defer cancel()
	found, err := scan(ctx, tree, policy)
	if err != nil && ctx.Err() != nil {
		late := plugforge.Errorf(plugforge.CodeUnavailable, "the security scan took too long on this server: try again")
		late.Err = err
		err = late
	}
	if err != nil {
		return Result{}, plugforge.Wrap("scanner.Scan", err)
	}
	found.Findings = plugforge.SortFindings(found.Findings)
	return found, nil
}

// unit is one file on its way through the scan.
type unit struct {
	path  string
	src   []byte
	file  *pysyntax.File
	names *pysyntax.Names
	asked map[string]bool // names of the plugin's own that the file uses
	found []plugforge.Finding
}

func scan(ctx context.Context, tree fs.FS, policy Policy) (result Result, err error) {
	units, found, err := load(ctx, tree)
	if err != nil || len(found) > 0 {
		return Result{Findings: found}, err
	}
	if err := each(ctx, units, func(u *unit) error { return u.parse(ctx) }); err != nil {
		return result, err
	}
	o := newOwn(units, policy)
	if err := o.settle(ctx, units); err != nil {
		return result, err
	}
	if err := each(ctx, units, func(u *unit) error { check(ctx, u, o); return ctx.Err() }); err != nil {
		return result, err
	}
	for _, u := range units {
		result.Suppressed = append(result.Suppressed, u.suppress(policy)...)
		result.Findings = append(result.Findings, u.found...)
	}
	result.Findings = append(result.Findings, tooMany(result.Suppressed)...)
	return result, nil
}

// load reads the Python files, in path order.
func load(ctx context.Context, tree fs.FS) (units []*unit, found []plugforge.Finding, err error) {
	total := 0
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !d.Type().IsRegular() || !isPython(name) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > pysyntax.MaxSize {
			found = append(found, plugforge.Finding{Path: name, Rule: tooLarge, Text: fmt.Sprintf(
				"the file has %d bytes; Python files are read up to %d: move data into a data file, or split the module", info.Size(), pysyntax.MaxSize)})
			return nil
		}
		if total += int(info.Size()); total > MaxTotal {
			found = []plugforge.Finding{{Path: "archive", Rule: tooLarge, Text: fmt.Sprintf(
				"the plugin has more than %d bytes of Python: move data into data files", MaxTotal)}}
			return fs.SkipAll
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		units = append(units, &unit{path: name, src: src})
		return nil
	})
	return units, found, err
}

func isPython(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".py" || ext == ".pyw"
}

// each runs work over the units on all cores and gives the first error in unit
// order.
func each[T any](ctx context.Context, units []T, work func(T) error) error {
	errs := make([]error, len(units))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), runtime.GOMAXPROCS(0), len(units)) {
		workers.Go(func() {
			for i := range next {
				if errs[i] = context.Cause(ctx); errs[i] == nil {
					errs[i] = work(units[i])
				}
			}
		})
	}
	for i := range units {
		next <- i
	}
	close(next)
	workers.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

func (u *unit) parse(ctx context.Context) error {
	file, problems, err := pysyntax.Parse(ctx, u.src)
	if err != nil {
		return err
	}
	rules := map[pysyntax.Kind]string{pysyntax.Encoding: badEncoding, pysyntax.Hidden: hiddenText, pysyntax.Size: tooLarge, pysyntax.Syntax: notPython}
	for _, p := range problems {
		u.found = append(u.found, plugforge.Finding{Path: u.path, Line: p.Line, Col: p.Col, Rule: rules[p.Kind], Text: p.Text})
	}
	u.file = file
	return nil
}

// add records that what stands at n breaks a rule; what names it for people.
func (u *unit) add(n pysyntax.Node, rule, what string) {
	line, col := u.file.Place(n.Start())
	if len(what) > 200 {
		what = strings.ToValidUTF8(what[:200], "") + "…"
	}
	r := ruleOf(rule)
	u.found = append(u.found, plugforge.Finding{Path: u.path, Line: line, Col: col, Rule: rule,
		Text: what + " is forbidden: " + r.Why + "; instead " + r.Instead})
}
