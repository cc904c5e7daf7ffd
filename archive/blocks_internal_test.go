package archive

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

func scan(b []byte) error {
	s := scanner{buf: make([]byte, 1000), blocks: freeBlocks + int64(len(b))/bytesPerBlock}
	return s.scan(bytes.NewReader(b))
}

// texts are contents of several kinds of compressibility.
func texts() map[string][]byte {
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	noise, words, steps := make([]byte, 60_000), &strings.Builder{}, make([]byte, 60_000)
	for i := range noise {
		noise[i], steps[i] = byte(r.Uint32()), byte(r.ExpFloat64()*9)
	}
	for words.Len() < 60_000 {
		words.WriteString([]string{"def ", "self.", "return ", "embedding", "\n    ", "x", "(y, z)"}[r.IntN(7)])
	}
	return map[string][]byte{"noise": noise, "words": []byte(words.String()), "steps": steps, "zeros": make([]byte, 60_000), "nothing": nil, "one": {7}}
}

// What compressors make comes to its end within the allowance.
func TestScannerPassesCompressors(t *testing.T) {
	for name, text := range texts() {
		for _, level := range []int{flate.HuffmanOnly, -1, 0, 1, 2, 9} {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			if err != nil {
				t.Fatal(err)
			}
			for i, piece := 0, text; len(piece) > 0; i++ {
				n := min(len(piece), 5000)
				w.Write(piece[:n])
				if piece = piece[n:]; i%3 == 0 {
					w.Flush()
				}
			}
			w.Close()
			if err := scan(b.Bytes()); err != nil {
				t.Errorf("Go, %s at level %d: %v", name, level, err)
			}
		}
		// zlib with the least memory makes the smallest blocks.
		for _, how := range []string{"9, -15, 9, 0", "1, -15, 1, 0", "6, -15, 8, 2", "6, -15, 8, 3", "6, -15, 8, 4", "0, -15, 8, 0"} {
			script := "import sys, zlib\nc = zlib.compressobj(" + strings.Replace(how, ",", ", 8,", 1) + ")\nsys.stdout.buffer.write(c.compress(sys.stdin.buffer.read()) + c.flush())"
			cmd := exec.Command("/usr/bin/python3", "-I", "-S", "-c", script)
			cmd.Stdin = bytes.NewReader(text)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			if err := scan(out); err != nil {
				t.Errorf("zlib, %s with %s: %v", name, how, err)
			}
		}
	}
}

func TestScannerRefusesWhatIsCut(t *testing.T) {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 6)
	w.Write(texts()["words"][:2000])
	w.Close()
	for n := range b.Len() - 1 {
		if scan(b.Bytes()[:n]) == nil {
			t.Errorf("the first %d of %d bytes pass", n, b.Len())
		}
	}
}

// FuzzScanner: what compress/flate reads to its end, the scanner does too.
func FuzzScanner(f *testing.F) {
	for _, text := range texts() {
		for _, level := range []int{0, 1, 6, flate.HuffmanOnly} {
			var b bytes.Buffer
			w, _ := flate.NewWriter(&b, level)
			w.Write(text[:min(len(text), 700)])
			w.Close()
			f.Add(b.Bytes())
		}
	}
	f.Add([]byte("\x03\x00"))
	f.Add([]byte("\x05\xc0\x81\x00\x00\x00\x00\x00\x90\xd6\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, want := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(b)))
		got := scan(b)
		if want == nil && got != nil && got != errBlocks {
			t.Errorf("compress/flate reads it, the scanner says %v", got)
		}
	})
}

func BenchmarkScanner(b *testing.B) {
	var z bytes.Buffer
	w, _ := flate.NewWriter(&z, 6)
	text := texts()["words"]
	for range 30 {
		w.Write(text)
		rand.Shuffle(len(text), func(i, j int) {
			if i%64 == 0 {
				text[i], text[j] = text[j], text[i]
			}
		})
	}
	w.Close()
	b.Run("scanner", func(b *testing.B) {
		b.SetBytes(int64(z.Len()))
		for b.Loop() {
			if err := scan(z.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("flate", func(b *testing.B) {
		b.SetBytes(int64(z.Len()))
		for b.Loop() {
			if _, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(z.Bytes()))); err != nil {
				b.Fatal(err)
			}
		}
	})
}
