// Command bench measures plugforge side by side with what a team would use
// without it, in one run on one machine, and prints ratios.
//
// A figure of ours alone says more about the machine than about us. So each
// comparison does the same work on both sides, turn about (ours first, then
// theirs first), on one file system, and prints both raw figures with their
// ratio. What is quoted is the median.
//
//   - publish: the three HTTP calls that publish a version (ask for an upload,
//     PUT the archive, confirm) against the git CLI's add, commit and annotated
//     tag of the same tree with core.fsync=all. One client, one slug, 300
//     versions of eleven files, two of which change each time. Reading the
//     archive, checking, scanning, hashing and signing are in our time and have
//     no counterpart in git's.
//   - publish, last 100 of 1,000 over first 100: both ours, by the sum of their
//     times. The last versions of that slug are made turn about with the first
//     of a new one, so that what the machine does meanwhile slows both.
//   - realtime: POST {route_prefix} through key, route and sandbox against the
//     same handler bare under FastAPI on uvicorn with uvloop and httptools, one
//     process each, driven by wrk. The handler answers 384 floats from a table
//     that it made when it was imported. A small answer, and the median
//     latency over one connection, are printed beside it, without a goal.
//   - deploy: from POST deploy of a version that never ran to its first answer
//     over the route, against a bare python3 process that imports the same
//     handler and prints its answer to one call. Both find fresh files, without
//     compiled bytecode, each time.
//   - clone: git clone over HTTP, with a key, of a plugin of 300 versions of
//     forty files, against git clone of a mirror of it that git gc packed, by
//     file://, which sends a pack as ours does. Measured as the versions were
//     published and again after plugforge gc, which a server does by itself
//     within minutes.
//   - scan: the security scan of Python's whole standard library, read from
//     disk, against bandit over the same files. Ours uses all cores; bandit one.
//   - diff: a patch between two versions over HTTP, key and all, against a git
//     diff process on the same repository; of versions as publish makes them,
//     and of a text of 40,000 lines with every other one changed. Both must
//     have as many lines changed.
//   - growth: what publishing, listing, status, details, source and diff take
//     with 10 to 10,000 versions of one plugin, and with as many plugins: each
//     count's median over that at 10.
//
// Exit status: 0 when everything was measured, whatever the figures are (a
// goal that is missed reads "over"); 1 when something broke. -h lists the
// flags. It needs git, wrk, bandit and Debian's python3 with fastapi, uvicorn,
// uvloop and httptools, which make bench installs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

type options struct {
	only     string
	versions int
	rounds   int
	seconds  int
	bin      string
	tmp      string
	limit    time.Duration
	most     int
	report   string
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "publish,clone,realtime,deploy,scan,diff,growth", "which comparisons to run")
	flag.IntVar(&o.versions, "versions", 1000, "versions that publish makes; 200 at least, for the first and last 100")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of realtime, each side once a round")
	flag.IntVar(&o.seconds, "seconds", 5, "length of one realtime measurement")
	flag.StringVar(&o.bin, "bin", "bin", "folder of plugforge and plugforge-worker")
	flag.StringVar(&o.tmp, "tmp", "/var/tmp", "where both sides keep their data; a real disk, not memory")
	flag.DurationVar(&o.limit, "limit", 20*time.Minute, "give up after this long")
	flag.IntVar(&o.most, "most", 10_000, "how many versions, and then plugins, growth makes; 10 at least")
	flag.StringVar(&o.report, "report", "", "folder to write performance.md and its pictures to; empty: none")
	flag.Parse()
	if err := o.check(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func (o options) check(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("bench takes no argument, and was given %q", args[0])
	}
	for _, name := range strings.Split(o.only, ",") {
		if !slices.Contains([]string{"publish", "clone", "realtime", "deploy", "scan", "diff", "growth"}, name) {
			return fmt.Errorf("-only %q: use publish, clone, realtime, deploy, scan, diff, growth, or some of them with commas", name)
		}
	}
	if o.most < 10 {
		return errors.New("-most must be 10 or more")
	}
	if o.versions < 200 || o.rounds < 1 || o.seconds < 1 {
		return errors.New("-versions must be 200 or more, -rounds and -seconds 1 or more")
	}
	return nil
}

// run sets both sides up in one folder, measures, and prints the table.
func run(ctx context.Context, o options) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, o.limit, fmt.Errorf("not done after %v", o.limit))
	defer cancel()
	begun := time.Now()
	b, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = fmt.Errorf("%w (%w)", cause, err)
		}
		err = errors.Join(err, b.close())
	}()
	fmt.Printf("both sides keep their data in %s (%s)\n", b.dir, b.fileSystem)
	measures := map[string]func(context.Context) ([]result, error){
		"publish": b.publish, "clone": b.clone, "realtime": b.realtime, "deploy": b.deploy, "scan": b.scan, "diff": b.diff, "growth": b.growth,
	}
	var results []result
	for _, name := range strings.Split(o.only, ",") {
		fmt.Printf("\n%s\n", name)
		found, err := measures[name](ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		results = append(results, found...)
	}
	fmt.Println()
	printTable(os.Stdout, results)
	if o.report != "" {
		if err := b.report(o.report, results, time.Since(begun)); err != nil {
			return err
		}
	}
	fmt.Printf("\nmeasured in %.0f s; medians of rounds taken turn about\n", time.Since(begun).Seconds())
	return nil
}

// fileSystem names what dir lies on, and refuses memory: there, being durable
// costs nothing.
func fileSystem(ctx context.Context, dir string) (string, error) {
	out, err := exec.CommandContext(ctx, "stat", "-f", "-c", "%T", dir).Output()
	if err != nil {
		return "", fmt.Errorf("stat -f %s: %w", dir, err)
	}
	name := strings.TrimSpace(string(out))
	if name == "tmpfs" || name == "ramfs" {
		return "", fmt.Errorf("%s lies in memory (%s), where fsync is free: name a folder on a disk with -tmp", dir, name)
	}
	return name, nil
}
