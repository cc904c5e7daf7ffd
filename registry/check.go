package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"plugforge"
	"plugforge/archive"
	"plugforge/manifest"
	"plugforge/scanner"
	"plugforge/sqlite"
)

// checked is what the checks found in an archive.
type checked struct {
	findings []plugforge.Finding  // what was found, also what does not refuse it
	record   plugforge.ScanRecord // what a version tells of its scan; empty when the archive was refused
	refused  bool
	tree     *archive.Tree // nil when refused
	facts    facts         // empty when the manifest could not be read
	scanned  bool          // the scan found nothing
	dropped  []string      // entries that were taken for junk
	warning  string        // what the author should know though it is legal
}

// facts is what the index keeps of a manifest.
type facts struct {
	manifest    []byte // JSON
	description string
	feature     string // name of the first feature; empty without one
}

// check looks at an archive without running any of it. Its error is a failure
// of the service, never a verdict.
func (r *Registry) check(ctx context.Context, src io.ReaderAt, size int64, u sqlite.Upload) (checked, error) {
	select {
	case r.checks <- struct{}{}:
		defer func() { <-r.checks }()
	case <-ctx.Done():
		return checked{}, ctx.Err()
	}
	tree, err := archive.Open(ctx, src, size)
	var rejection *plugforge.Rejection
	if errors.As(err, &rejection) {
		return checked{refused: true, findings: rejection.Findings}, nil
	}
	if err != nil {
		return checked{}, err
	}
	c, err := r.checkTree(ctx, tree, u.Slug.Name, u.Version, u.Named)
	if err != nil {
		return checked{}, err
	}
	c.dropped = tree.Dropped()
	if !c.refused {
		c.tree = tree
	}
	return c, nil
}

// checkTree judges a plugin's files by manifest and scan.
func (r *Registry) checkTree(ctx context.Context, tree fs.FS, name plugforge.Name, v plugforge.Version, named bool) (c checked, err error) {
	ctx = r.parsed.With(ctx)
	var m *manifest.Manifest
	var findings []plugforge.Finding
	var scan scanner.Result
	var leaks scanner.Leaks
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		if m, findings, err = manifest.Read(ctx, tree); err != nil {
			err = fmt.Errorf("read manifest: %w", err)
		}
		return err
	})
	g.Go(func() (err error) {
		if scan, err = scanner.Scan(ctx, tree, r.additions); err != nil {
			err = fmt.Errorf("scan: %w", err)
		}
		return err
	})
	g.Go(func() (err error) {
		if leaks, err = scanner.Secrets(ctx, tree); err != nil {
			err = fmt.Errorf("look for secrets: %w", err)
		}
		return err
	})
	if err := g.Wait(); err != nil {
		return c, err
	}
	if len(findings) == 0 {
		findings, c.warning = manifest.Check(m, name, v, named)
	}
	c.scanned = len(scan.Findings) == 0
	c.refused = len(findings)+len(leaks.Findings) > 0 || !c.scanned && r.policy == PolicyEnforce
	c.findings = plugforge.SortFindings(slices.Concat(leaks.Hide(append(findings, scan.Findings...)), leaks.Findings))
	if c.refused && leaks.Shows(c.warning) {
		c.warning = ""
	}
	c.record = r.recordScan(scan)
	if m != nil && !leaks.Shows(m.FirstFeature()) {
		c.facts, err = factsOf(m)
	}
	return c, err
}

// recordScan is what the version will tell of its scan.
func (r *Registry) recordScan(scan scanner.Result) plugforge.ScanRecord {
	rec := plugforge.ScanRecord{Policy: r.rules, Findings: spell(scan.Findings), Suppressed: scan.Suppressed}
	for _, a := range r.additions.Allow {
		rec.Allowed = append(rec.Allowed, a.Name)
	}
	for _, a := range r.additions.Suppress {
		rec.Permitted = append(rec.Permitted, a.Name)
	}
	return rec
}

func factsOf(m *manifest.Manifest) (facts, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return facts{}, fmt.Errorf("encode manifest: %w", err)
	}
	return facts{manifest: text, description: m.Description, feature: m.FirstFeature()}, nil
}

// droppedFrom is what was dropped as junk from an archive that passed; none if
// that can't be told any more.
func (r *Registry) droppedFrom(ctx context.Context, key string) []string {
	file, err := r.blobs.Open(ctx, key)
	if err != nil {
		return nil
	}
	defer file.Close()
	tree, err := archive.Open(ctx, file, file.Size())
	if err != nil {
		return nil
	}
	return tree.Dropped()
}

// hashPolicy names the rules in force, for the record of each version.
func hashPolicy(p Policy, additions scanner.Policy) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n", p)
	for _, kind := range [][]scanner.Addition{additions.Allow, additions.Suppress} {
		for _, a := range kind {
			fmt.Fprintf(hash, "%q\n", a.Name)
		}
		fmt.Fprintln(hash)
	}
	for _, rule := range archive.Rules() {
		fmt.Fprintf(hash, "%q\n", rule)
	}
	for _, rule := range scanner.Rules() {
		fmt.Fprintf(hash, "%#v\n", rule)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
