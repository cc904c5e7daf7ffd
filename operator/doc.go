// Package operator holds what an operator does with a whole data folder: look
// for damage, make what can be made again, back up and restore.
//
// Check compares what lies in the folder with itself, crosswise: git's own fsck
// and package audit on every repository, the index and the deployments in
// SQLite against git, the archives against the hashes that their versions
// carry. It changes nothing and works beside a running server: what it finds it
// looks at again, with the repository held still, before it tells of it.
//
// Reindex makes from git what git is the truth about. Backup copies a folder
// while a server uses it: the databases first, each as of one moment, then git
// and the archives, which may be newer, as after a crash; then it finishes the
// copy as a start would, so that a backup is a data folder like any other and
// Check finds nothing in it. Restore checks a backup and copies it back.
package operator

import (
	"fmt"
	"os"
	"path/filepath"

	"plugforge"
)

// Finding is one thing in a data folder that is not as it must be.
type Finding struct {
	Where string // a path below the data folder; rows as database/table/key
	What  string
	Way   string // the way out
}

// String is the finding on one line.
func (f Finding) String() string {
	return plugforge.Printable(f.Where + ": " + f.What + "; " + f.Way)
}

// The ways out.
const (
	wayRestart = "start the server, which finishes it, or run plugforge fsck --repair"
	wayRepair  = "run plugforge fsck --repair while the server is stopped"
	wayMend    = "run plugforge fsck --repair while the server is stopped; what that leaves, restore from a backup"
	wayReindex = "run plugforge reindex while the server is stopped"
	wayBackup  = "restore it from a backup"
	wayLie     = "somebody changed it: compare with a backup, or a clone, and restore it"
)

// folder is a data folder, or a backup of one, which looks the same.
type folder string

func (f folder) path(elem ...string) string {
	return filepath.Join(append([]string{string(f)}, elem...)...)
}

// The parts of a data folder.
const (
	partDB      = "plugforge.db"
	partVectors = "vectors.db"
	partGit     = "git"
	partBlobs   = "blobs"
	partKeys    = "keys"
)

func (f folder) db() string      { return f.path(partDB) }
func (f folder) git() string     { return f.path(partGit) }
func (f folder) blobs() string   { return f.path(partBlobs) }
func (f folder) signers() string { return f.path(partKeys, "allowed_signers") }

// there refuses a folder that is none.
func (f folder) there() error {
	info, err := os.Stat(string(f))
	if err != nil || !info.IsDir() {
		return plugforge.Errorf(plugforge.CodeNotFound, "%s is no folder", plugforge.Printable(string(f)))
	}
	return nil
}

// archiveKey is the blob of a version's archive.
func archiveKey(s plugforge.Slug, v plugforge.Version) string {
	return fmt.Sprintf("archives/%s/%s/%s.zip", s.Owner, s.Name.Fold(), v)
}
