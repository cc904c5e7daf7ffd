package sandbox

import (
	"log/slog"
	"path/filepath"
	"time"

	"plugforge"
)

// The modes of Config.Mode.
const (
	ModeBwrap = "bwrap" // the wall
	ModeNone  = "none"  // no wall but the user id and the limits; for machines that cannot have one
)

// DefaultUIDs lies outside every range that distributions and subuid files use.
const DefaultUIDs = "1900000000-1900065535"

// Config is what a Host needs. The zero value of a field means its default.
type Config struct {
	// RunDir holds what exists only while the server runs. Default
	// /run/plugforge for root; others must name one. Keep it short: socket
	// paths hold 108 bytes.
	RunDir string

	// WorkerFile is the plugforge-worker program. Default: beside this one.
	// It is copied into RunDir, where a replica's user can reach it.
	WorkerFile string

	// Python is the interpreter, 3.11 or later, reachable by any user.
	// Default /usr/bin/python3.
	Python string

	// Mode is ModeBwrap (the default) or ModeNone.
	Mode string

	// UIDs is the pool of user ids for the replicas of a server that runs as
	// root, as first-last. Default DefaultUIDs. Other servers use their own.
	UIDs string

	// Logger gets what plugins print (debug) and what happens to replicas.
	// Default: nothing is logged.
	Logger *slog.Logger

	MemoryBytes  int64         // of a replica; default 2 GiB
	Processes    int           // threads and processes of a replica; default 256
	CPUs         float64       // cores that a replica may use; default 2; negative: no bound
	OpenFiles    int           // of one process; default 1024
	TmpBytes     int64         // of /tmp, and of /dev/shm; default 256 MiB
	AnswerBytes  int           // the largest answer; default 32 MiB
	RequestBytes int           // the largest request; default 32 MiB
	CallTimeout  time.Duration // default 30 s
	StartTimeout time.Duration // from Start to the plugin imported; default 60 s
	StuckGrace   time.Duration // how long after its time a call may take to end before the replica is ended; default 2 s
}

// withDefaults checks c and fills what was left out.
func (c Config) withDefaults(root bool) (Config, error) {
	if c.RunDir == "" {
		if !root {
			return c, plugforge.Errorf(plugforge.CodeValidation, "name a run folder: only root has a default one")
		}
		c.RunDir = "/run/plugforge"
	}
	dir, err := filepath.Abs(c.RunDir)
	if err != nil {
		return c, err
	}
	c.RunDir = dir
	// What go-plugin adds: /xxxxxxxx/plugin-dirNNNNNNNNNN/pluginNNNNNNNNNN.
	if most := 108 - 48; len(dir) > most {
		return c, plugforge.Errorf(plugforge.CodeValidation,
			"run folder %s: the path is %d bytes long and may have %d, since sockets lie below it: choose a shorter one", dir, len(dir), most)
	}
	switch c.Mode {
	case "":
		c.Mode = ModeBwrap
	case ModeBwrap, ModeNone:
	default:
		return c, plugforge.Errorf(plugforge.CodeValidation, "sandbox mode %q is not known: use bwrap or none", c.Mode)
	}
	orDefault(&c.Python, "/usr/bin/python3")
	orDefault(&c.UIDs, DefaultUIDs)
	orDefault(&c.MemoryBytes, 2<<30)
	orDefault(&c.Processes, 256)
	orDefault(&c.CPUs, 2)
	orDefault(&c.OpenFiles, 1024)
	orDefault(&c.TmpBytes, 256<<20)
	orDefault(&c.AnswerBytes, 32<<20)
	orDefault(&c.RequestBytes, 32<<20)
	orDefault(&c.CallTimeout, 30*time.Second)
	orDefault(&c.StartTimeout, 60*time.Second)
	orDefault(&c.StuckGrace, 2*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if !filepath.IsAbs(c.Python) {
		return c, plugforge.Errorf(plugforge.CodeValidation, "python %q: name it with its whole path, such as /usr/bin/python3", c.Python)
	}
	return c, nil
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
