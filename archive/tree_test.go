package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"plugforge"
	"plugforge/archive"
	"plugforge/internal/fixture"
)

func TestTreeErrors(t *testing.T) {
	tree, err := open(t, named("manifest.py", "p/core.py"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/manifest.py", "../x", "p/", ""} {
		if _, err := tree.Open(name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("Open(%q): %v", name, err)
		}
	}
	for _, name := range []string{"none", "p/none", "manifest.py/x"} {
		if _, err := tree.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat(%q): %v", name, err)
		}
	}
	if _, err := tree.ReadFile("p"); err == nil {
		t.Error("a folder was read as a file")
	}
	if _, err := tree.ReadDir("manifest.py"); err == nil {
		t.Error("a file was read as a folder")
	}
	f, err := tree.Open("manifest.py")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := f.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("reading what is closed: %v", err)
	}
}

func TestTreeManyReaders(t *testing.T) {
	tree, err := open(t, fixture.Zip(plugin()))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { sameTree(t, tree, plugin()) })
	}
	wg.Wait()
}

// Files share buffers one after the other, and never at once: not after one was
// left half read, nor after one was closed twice.
func TestTreeFilesDoNotMix(t *testing.T) {
	tree, err := open(t, fixture.Zip(plugin()))
	if err != nil {
		t.Fatal(err)
	}
	want, files, got := contents(t, plugin()), make([]fs.File, 2), make([]string, 2)
	half, err := tree.Open("manifest.py")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := half.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	half.Close()
	half.Close()
	names := []string{"processors/core.py", "pipeline.py"}
	for i, name := range names {
		if files[i], err = tree.Open(name); err != nil {
			t.Fatal(err)
		}
	}
	for ended := [2]bool{}; !ended[0] || !ended[1]; {
		for i, f := range files {
			piece := make([]byte, 7)
			n, err := f.Read(piece)
			got[i] += string(piece[:n])
			if ended[i] = err == io.EOF; err != nil && !ended[i] {
				t.Fatal(err)
			}
		}
	}
	for i, name := range names {
		if got[i] != want[name] {
			t.Errorf("%s holds %q, want %q", name, got[i], want[name])
		}
	}
}

// Bytes that change under the tree are never handed on as if they were whole.
func TestTreeNoticesChanges(t *testing.T) {
	b := raw{entries: honest()}.bytes()
	tree, err := open(t, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"manifest.py", "processors/core.py"} {
		at := bytes.Index(b, []byte(name)) + len(name)
		for flip := range 5 {
			b[at+flip] ^= 0x55
			if _, err := tree.ReadFile(name); !errors.Is(err, archive.ErrChanged) {
				t.Errorf("%s, byte %d changed: %v", name, flip, err)
			}
			b[at+flip] ^= 0x55
		}
	}
	sameTree(t, tree, fstest.MapFS{"manifest.py": {Data: []byte(honest()[0].content)}, "processors/core.py": {Data: []byte(honest()[1].content)}})
}

// failing fails every read from the n-th on.
type failing struct {
	b    []byte
	n    int
	err  error
	asks int
}

func (r *failing) ReadAt(p []byte, off int64) (int, error) {
	if r.asks++; r.asks > r.n {
		return 0, r.err
	}
	return bytes.NewReader(r.b).ReadAt(p, off)
}

// A source that fails is never taken for an archive that is wrong.
func TestSourceFails(t *testing.T) {
	b := fixture.Zip(plugin())
	broken := errors.New("disk on fire")
	for _, cause := range []error{broken, io.EOF, nil} {
		n := 0
		for ; ; n++ {
			r := &failing{b: b, n: n, err: cause}
			_, err := archive.Open(t.Context(), r, int64(len(b)))
			if err == nil {
				break
			}
			var rejection *plugforge.Rejection
			if errors.As(err, &rejection) || plugforge.CodeOf(err) != plugforge.CodeInternal || cause == broken && !errors.Is(err, broken) {
				t.Fatalf("read %d failing with %v: %v", n, cause, err)
			}
		}
		if n < 10 {
			t.Errorf("the archive was read in %d pieces", n)
		}
	}
}

func TestContext(t *testing.T) {
	b := fixture.Zip(plugin())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := archive.Open(ctx, bytes.NewReader(b), int64(len(b)))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	_, err = archive.Open(ctx, bytes.NewReader(b), int64(len(b)))
	if plugforge.CodeOf(err) != plugforge.CodeUnavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("too late: %v", err)
	}
	// A tree outlives the context that it was opened with.
	ctx, cancel = context.WithCancel(t.Context())
	tree, err := archive.Open(ctx, bytes.NewReader(b), int64(len(b)))
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree, plugin())
}

// bigTree is a file of so many random bytes, made as it is read.
type bigTree struct {
	small fstest.MapFS
	size  int64
}

type bigFile struct {
	fs.File
	io.Reader
}

func (f bigFile) Read(p []byte) (int, error) { return f.Reader.Read(p) }

func (b bigTree) Open(name string) (fs.File, error) {
	f, err := b.small.Open(name)
	if err != nil || name != "assets/big.bin" {
		return f, err
	}
	return bigFile{f, io.LimitReader(rand.NewChaCha8([32]byte{1}), b.size)}, nil
}

func TestWrite(t *testing.T) {
	tree := plugin()
	tree["é.txt"] = &fstest.MapFile{Data: []byte("é")}
	tree["a.py"], tree["a/b.py"] = &fstest.MapFile{Data: []byte("1")}, &fstest.MapFile{Data: []byte("2")}
	tree["tool.py"] = &fstest.MapFile{Data: []byte("3"), Mode: 0o700}
	tree["assets/big.bin"] = &fstest.MapFile{}
	big := bigTree{tree, 3<<20 + 1}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := archive.Write(b, big); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("one tree gave two archives")
	}
	back, err := open(t, first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, back, big)
	if info, err := back.Stat("tool.py"); err != nil || info.Mode() != 0o755 {
		t.Errorf("tool.py: %v, %v", info, err)
	}
	// Packing the unpacked gives the same bytes again.
	second.Reset()
	if err := archive.Write(&second, back); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("round trip differs: %v", err)
	}
	if at, slash := bytes.Index(first.Bytes(), []byte("a.py")), bytes.Index(first.Bytes(), []byte("a/b.py")); at < 0 || slash < at {
		t.Errorf("a.py at %d should come before a/b.py at %d", at, slash)
	}
}

// The bytes are a promise: they do not depend on the machine or the toolchain.
func TestWriteGivesTheseBytes(t *testing.T) {
	var b bytes.Buffer
	tree := fstest.MapFS{"a.py": {Data: []byte("x = 1\n"), Mode: 0o600, ModTime: time.Now()}, "é": {Mode: 0o755}}
	if err := archive.Write(&b, tree); err != nil {
		t.Fatal(err)
	}
	want := "504b0304" + "1400" + "0000" + "0000" + "0000" + "2100" + "3b89f68b" + "06000000" + "06000000" + "0400" + "0000" + "612e7079" + "78203d20310a" +
		"504b0304" + "1400" + "0008" + "0000" + "0000" + "2100" + "00000000" + "00000000" + "00000000" + "0200" + "0000" + "c3a9" +
		"504b0102" + "1403" + "1400" + "0000" + "0000" + "0000" + "2100" + "3b89f68b" + "06000000" + "06000000" + "0400" + "0000" + "0000" + "0000" + "0000" + "0000a481" + "00000000" + "612e7079" +
		"504b0102" + "1403" + "1400" + "0008" + "0000" + "0000" + "2100" + "00000000" + "00000000" + "00000000" + "0200" + "0000" + "0000" + "0000" + "0000" + "0000ed81" + "28000000" + "c3a9" +
		"504b0506" + "0000" + "0000" + "0200" + "0200" + "62000000" + "48000000" + "0000"
	if got := fmt.Sprintf("%x", b.Bytes()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// changing gives other bytes each time it is opened.
type changing struct{ fstest.MapFS }

func (c changing) Open(name string) (fs.File, error) {
	f, err := c.MapFS.Open(name)
	if err == nil && name == "a.bin" {
		return bigFile{f, io.LimitReader(rand.NewChaCha8([32]byte{byte(rand.Int())}), 2<<20)}, nil
	}
	return f, err
}

func TestWriteRefuses(t *testing.T) {
	err := archive.Write(io.Discard, fstest.MapFS{"a\x1b.py": {Mode: fs.ModeSymlink, Data: []byte("b.py")}})
	if plugforge.CodeOf(err) != plugforge.CodeValidation || !strings.Contains(err.Error(), `a\x1b.py is neither`) {
		t.Errorf("symlink: %v", err)
	}
	if err := archive.Write(io.Discard, changing{fstest.MapFS{"a.bin": {}}}); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("a file that changes: %v", err)
	}
}

// Whatever an archive holds or claims to hold, checking it takes little memory.
func TestMemory(t *testing.T) {
	long := raw{}
	for i := range 1900 {
		long.entries = append(long.entries, ent{name: fmt.Sprintf("%s%d", strings.Repeat("../\x01", 1000), i)})
	}
	deep := raw{}
	for i := range 9000 {
		deep.entries = append(deep.entries, ent{name: fmt.Sprintf("%[1]d%[2]s", i, strings.Repeat("/d", 31)) + "/"})
	}
	for name, b := range map[string][]byte{
		"64 MiB of zeros":        bomb(64<<20, 1),
		"4 GiB declared":         declared(9, 1<<29),
		"65 MiB bomb":            bomb(65<<20, 1),
		"long names, bad in all": long.bytes(),
		"deep folders":           deep.bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			r := &watching{r: bytes.NewReader(b)}
			runtime.GC()
			before := r.heap()
			_, err := archive.Open(t.Context(), r, int64(len(b)))
			after := r.heap()
			if used := max(r.most, after) - before; used > 64<<20 {
				t.Errorf("%d MiB used (%.200v)", used>>20, err)
			} else {
				t.Logf("%d KiB used at most", used>>10)
			}
		})
	}
}

// watching looks at the heap with each read.
type watching struct {
	r    io.ReaderAt
	most int64
	n    int
}

func (w *watching) heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

func (w *watching) ReadAt(p []byte, off int64) (int, error) {
	if w.n++; w.n%200 == 1 {
		w.most = max(w.most, w.heap())
	}
	return w.r.ReadAt(p, off)
}
