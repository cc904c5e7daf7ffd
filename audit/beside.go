package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"plugforge"
)

func mapKeys[V any](m map[string]V) func(yield func(string) bool) { return maps.Keys(m) }

// archives checks the archive of each version that exists. In the folder it is
// called X.Y.Z.zip, vX.Y.Z.zip or by the version's id.
func (a *auditor) archives(dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return plugforge.Errorf(plugforge.CodeNotFound, "%s is no folder of archives", plugforge.Printable(dir))
	}
	for number, v := range a.versions {
		if v.deleted {
			continue
		}
		if err := a.ctx.Err(); err != nil {
			return err
		}
		if err := a.archive(dir, number, v.release.text); err != nil {
			return err
		}
	}
	return nil
}

func (a *auditor) archive(dir, number string, text trailers) error {
	id := text["Plugin"] + "_" + strings.ReplaceAll(number, ".", "_")
	for _, name := range []string{number, "v" + number, id} {
		f, err := os.Open(filepath.Join(dir, name+".zip"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		defer f.Close()
		sum := sha256.New()
		size, err := io.Copy(sum, f)
		if err != nil {
			a.find("archives/"+name+".zip", "restore it from a backup", "cannot be read: %v", err)
			return nil
		}
		got := hex.EncodeToString(sum.Sum(nil))
		if got != text["Archive-SHA256"] || strconv.FormatInt(size, 10) != text["Archive-Size"] {
			a.find("archives/"+name+".zip", "restore it from a backup, or do not trust it", "has the SHA-256 %s and %d bytes, and version %s was published from %s with %s", got, size, number, text["Archive-SHA256"], text["Archive-Size"])
		}
		return nil
	}
	a.find("archives/"+number+".zip", "restore it from a backup", "the archive of version %s is missing", number)
	return nil
}

// Memory's names, beside the tags (v1.0.0) and the commits they are on
// (v1.0.0^{}).
const (
	memoryMain   = "main"
	memoryActive = "active"
	memoryPlugin = "plugin"
)

// remember makes the memory for the next time and compares with the last: what
// was seen once must still be there, and what is new must follow it.
func (a *auditor) remember(old Memory) error {
	now := Memory{memoryPlugin: a.report.Owner + "/" + a.report.Plugin}
	for _, branch := range []string{memoryMain, memoryActive} {
		if _, hash := a.head(branch); hash != "" {
			now[branch] = hash
		}
	}
	for number, v := range a.versions {
		name := strings.TrimPrefix(v.ref, "refs/tags/")
		now[name], now["v"+number+"^{}"] = v.hash, v.release.hash
	}
	a.report.Memory = now
	if old == nil {
		a.note("whether the newest entries were cut off can't be seen in one clone: keep what was seen with --since FILE, and compare the next time")
		return nil
	}
	if old[memoryPlugin] != now[memoryPlugin] {
		a.lie("since", "what was seen before is of plugin %s, and this is %s", old[memoryPlugin], now[memoryPlugin])
	}
	for branch, reached := range map[string]map[string]bool{memoryMain: a.line, memoryActive: a.ran} {
		if head := old[branch]; head != "" && !reached[head] {
			a.lie("refs/heads/"+branch, "no longer leads to %s, which was its head before: history was rewritten or cut off", head)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		number, ok := strings.CutPrefix(name, "v")
		if ok && !strings.HasSuffix(name, "^{}") && now[name] != old[name] && !a.deletedSince(number, old) {
			a.lie("refs/tags/"+name, "was the tag %s before, and is %s now", old[name], orNone(now[name]))
		}
		if strings.HasPrefix(name, "deleted/") && now[name] != old[name] {
			a.lie("refs/tags/"+name, "was the tag %s before, and is %s now", old[name], orNone(now[name]))
		}
	}
	return nil
}

// deletedSince tells whether a version that was there before left a tombstone on
// the same commit.
func (a *auditor) deletedSince(number string, old Memory) bool {
	v := a.versions[number]
	return v != nil && v.deleted && v.release.hash == old["v"+number+"^{}"]
}
