package operator

import (
	"path/filepath"
	"strings"

	"plugforge/audit"
	"plugforge/gitstore"
)

// repository has git check a repository and verifies its history as an auditor
// would.
func (c *checker) repository(r gitstore.Repository) error {
	dir, where := c.at.path(partGit, r.Path), filepath.Join(partGit, r.Path)
	if err := c.fsck(dir, where); err != nil {
		return err
	}
	refs, torn, err := gitstore.Refs(c.ctx, dir)
	if err != nil {
		return err
	}
	for _, name := range torn {
		c.find(filepath.Join(where, name), wayRepair, "holds no object's name")
	}
	if len(refs) == 0 || c.signers == "" {
		return nil
	}
	report, err := audit.Verify(c.ctx, audit.Options{Dir: dir, Signers: c.signers, Refs: refs, Quick: true})
	if err != nil {
		return err
	}
	c.done.Versions += report.Versions
	c.done.Entries += report.Entries
	for _, f := range report.Findings {
		way := wayLie
		if strings.Contains(f.What, "missing") || strings.Contains(f.What, "damaged") || strings.Contains(f.What, "other bytes") || strings.Contains(f.What, "not on main") {
			way = wayMend
		}
		c.find(filepath.Join(where, f.Where), way, "%s", f.What)
	}
	return nil
}

// fsck runs git's fsck. What it finds while something may be under way it looks
// at again with the repository held still, and then for leftovers, too.
func (c *checker) fsck(dir, where string) error {
	lines, err := audit.Fsck(c.ctx, dir, true)
	if err != nil {
		return err
	}
	left, err := gitstore.Leftovers(dir)
	if err != nil || len(lines)+len(left) == 0 {
		return err
	}
	release, err := gitstore.Hold(c.ctx, dir)
	if err != nil {
		return err
	}
	defer release()
	if lines, err = audit.Fsck(c.ctx, dir, true); err != nil {
		return err
	}
	for _, line := range lines {
		way := wayMend
		if strings.HasPrefix(line, "unreachable ") {
			way = wayRestart
		}
		c.find(where, way, "git fsck: %s", line)
	}
	if left, err = gitstore.Leftovers(dir); err != nil {
		return err
	}
	for _, name := range left {
		c.find(filepath.Join(where, name), wayRestart, "is left of what was cut short")
	}
	return nil
}
