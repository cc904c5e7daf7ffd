//go:build long && linux

package archive_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"plugforge/archive"
)

// What no archive may take, whatever it holds or claims to hold.
const (
	worstMemory = 64 << 20 // above what the process takes before
	worstTime   = 10 * time.Second
)

// worst lists archives that aim at memory or time, the largest and slowest of
// those that are admitted among them.
func worst() map[string]func(w io.Writer) error {
	const most = archive.MaxExtracted - 1<<20
	noise := func(mask byte) io.Reader {
		return &masked{io.LimitReader(rand.NewChaCha8([32]byte{1}), most), mask}
	}
	plain := func(b []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(b); return err }
	}
	one := func(method uint16, level int, r io.Reader) func(io.Writer) error {
		return func(out io.Writer) error {
			w := zip.NewWriter(out)
			w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, level) })
			e, err := w.CreateHeader(&zip.FileHeader{Name: "big.dat", Method: method})
			if err == nil {
				_, err = io.Copy(e, r)
			}
			if err == nil {
				err = w.Close()
			}
			return err
		}
	}
	return map[string]func(io.Writer) error{
		"stored noise":                     one(zip.Store, 0, noise(0xff)),
		"deflated noise, in blocks":        one(zip.Deflate, flate.HuffmanOnly, noise(0xff)),
		"noise of 7 bits":                  one(zip.Deflate, flate.HuffmanOnly, noise(0x7f)),
		"noise of 2 bits":                  one(zip.Deflate, flate.HuffmanOnly, noise(0x03)),
		"noise of 2 bits, matched":         one(zip.Deflate, 1, io.LimitReader(noise(0x03), 300<<20)),
		"empty blocks, few enough":         plain(blocks(8<<20, 1, true)),
		"empty blocks, too many":           plain(blocks(20<<20, 20, false)),
		"large tables":                     plain(tables(490<<20, deep(), 14, 530)),
		"large tables, few bytes":          plain(tables(8<<20-4096, deep(), 14, 0)),
		"tables of many parts":             plain(tables(490<<20, wide(), 20, 700)),
		"tables of many parts, few enough": plain(tables(490<<20, wide(), 20, 4200)),
		"tables of many parts, few bytes":  plain(tables(8<<20-4096, wide(), 20, 0)),
		"64 MiB of zeros":                  plain(bomb(64<<20, 1)),
		"bomb":                             plain(bomb(65<<20, 1)),
		"4 GiB declared":                   plain(declared(9, 1<<29)),
		"long names, bad in all":           plain(crowd(1900, func(i int) ent { return ent{name: fmt.Sprintf("%s%d", strings.Repeat("../\x01", 1000), i)} })),
		"long names, not ASCII": plain(crowd(2000, func(i int) ent {
			return ent{name: fmt.Sprintf("%d%s", i, strings.Repeat("/\u00c9\u0130\u00df", 500)), flags: 1 << 11, made: 3 << 8}
		})),
		"10,000 folders, deep":       plain(crowd(10000, func(i int) ent { return ent{name: fmt.Sprintf("%d%s/", i, strings.Repeat("/d", 31))} })),
		"10,000 of junk, long names": plain(crowd(10000, func(i int) ent { return ent{name: fmt.Sprintf("__MACOSX/%d%s", i, strings.Repeat("/junk", 150))} })),
		"10,000 with comments": plain(crowd(10000, func(i int) ent {
			return ent{name: fmt.Sprint(i, "/"), central: func(h *head) { h.comment = strings.Repeat("c", 750) }}
		})),
		"10,000 with extra fields": plain(crowd(10000, func(i int) ent { return ent{name: fmt.Sprint(i, "/"), extra: bytes.Repeat(extra(9, nil), 180)} })),
		"1,000 bombs inside":       plain(crowd(1000, func(i int) ent { return ent{name: fmt.Sprint("assets/", i), content: string(bomb(400<<10, 1))} })),
		"zips inside with crowds":  plain(crowd(100, nested(string(crowd(40000, func(i int) ent { return ent{name: strconv.Itoa(i)} }))))),
		"zips in zips":             plain(crowd(100, nested(zipOf(zipOf(zipOf(zipOf(string(bomb(60<<20, 1))))))))),
		"gzip inside":              plain(crowd(100, nested(gzipped(63<<20)))),
		"programs inside":          one(zip.Store, 0, io.MultiReader(strings.NewReader("\x7fELF"), noise(0x7f))),
	}
}

func crowd(n int, make func(i int) ent) []byte {
	z := raw{entries: honest()[:1]} // so that no folder wraps all
	for i := range n - 1 {
		z.entries = append(z.entries, make(i))
	}
	return z.bytes()
}

func nested(content string) func(int) ent {
	return func(i int) ent { return ent{name: fmt.Sprint("assets/", i), content: content, deflate: i%2 == 0} }
}

// TestWorst opens each in a process of its own and asks the system for its peak.
func TestWorst(t *testing.T) {
	if path := os.Getenv("ARCHIVE_WORST"); path != "" {
		openAlone(t, path)
		return
	}
	for name, write := range worst() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.zip")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := write(f); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run", "^TestWorst$", "-test.v")
			cmd.Env = append(os.Environ(), "ARCHIVE_WORST="+path)
			out, err := cmd.CombinedOutput()
			said := regexp.MustCompile(`(\d+) MiB: (\d+) KiB in (\d+) ms: .*`).FindStringSubmatch(string(out))
			if err != nil || said == nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Log(said[0])
			if kib, err := strconv.Atoi(said[2]); err != nil || kib<<10 > worstMemory {
				t.Errorf("%s KiB above idle, more than %d MiB", said[2], worstMemory>>20)
			}
			if ms, err := strconv.Atoi(said[3]); err != nil || time.Duration(ms)*time.Millisecond > worstTime {
				t.Errorf("took %s ms, more than %v", said[3], worstTime)
			}
		})
	}
}

func openAlone(t *testing.T, path string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	idle := status(t, "VmRSS")
	before := worked(t)
	_, err = archive.Open(context.Background(), f, info.Size())
	took := worked(t) - before
	fmt.Printf("%d MiB: %d KiB in %d ms: %.60v\n", info.Size()>>20, status(t, "VmHWM")-idle, took.Milliseconds(), err)
}

// worked is the processor time that this process took: the clock's would be that
// of its neighbours too.
func worked(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// status is a figure of this process, in KiB.
func status(t *testing.T, name string) int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(b)
	if said == nil {
		t.Fatalf("no %s in\n%s", name, b)
	}
	n, err := strconv.Atoi(string(said[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// masked keeps some bits of each byte.
type masked struct {
	r    io.Reader
	mask byte
}

func (m *masked) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i := range p[:n] {
		p[i] &= m.mask
	}
	return n, err
}
