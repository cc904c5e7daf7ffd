package gitstore

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing/fstest"
)

// nastyNames are names that patches stumble over.
var nastyNames = []string{
	"manifest.py", "pipeline.py", "a/b.py", "a/c d.py", "a", "x/y/z.txt", "x", "quo\"te.py", "\u00e9 \u4e2d.txt", " lead", "trail ",
	"bin.dat", "tab-b/x", "a-b", "empty.py", "e/empty", "new/b.py", "other/manifest.py", "dev/null", "a b/ b", "'single'.py", "\u202e.py",
	"-dash", "--- x", "+++ b", "#hash", "%20.py", "b", "a/b/c/d/e/f.py", "tail.", "\U0001f600.txt", "~", "caf\u00e9.py", "cafe\u0301.py",
}

// randomTree makes small trees out of few names and lines, so that any two
// have much in common.
func randomTree(rng *rand.Rand) fstest.MapFS {
	tree := fstest.MapFS{}
	for _, name := range nastyNames {
		if rng.IntN(3) != 0 {
			put(tree, name, randomContent(rng), rng)
		}
	}
	if len(tree) == 0 {
		put(tree, "only.py", randomContent(rng), rng)
	}
	return tree
}

// put adds a file unless its name and another's exclude each other.
func put(tree fstest.MapFS, name string, data []byte, rng *rand.Rand) {
	for other := range tree {
		if other == name || strings.HasPrefix(name, other+"/") || strings.HasPrefix(other, name+"/") {
			return
		}
	}
	mode := os.FileMode(0o644)
	if rng.IntN(4) == 0 {
		mode = 0o755
	}
	tree[name] = &fstest.MapFile{Data: data, Mode: mode}
}

// editedTree is a tree some time later: files edited, moved, edited and moved,
// with another mode, gone and new.
func editedTree(rng *rand.Rand, tree fstest.MapFS) fstest.MapFS {
	next := fstest.MapFS{}
	for _, name := range nastyNames {
		f := tree[name]
		if f == nil {
			if rng.IntN(6) == 0 {
				put(next, name, randomContent(rng), rng)
			}
			continue
		}
		data, to := f.Data, name
		if rng.IntN(3) == 0 {
			data = edited(rng, data)
		}
		switch rng.IntN(6) {
		case 0:
			continue
		case 1:
			to = nastyNames[rng.IntN(len(nastyNames))]
		case 2:
			to = "moved/" + name
		}
		put(next, to, data, rng)
	}
	if len(next) == 0 {
		put(next, "only.py", randomContent(rng), rng)
	}
	return next
}

// edited changes a few lines, or bytes of what has no lines.
func edited(rng *rand.Rand, data []byte) []byte {
	lines := bytes.SplitAfter(data, []byte("\n"))
	var b bytes.Buffer
	for _, line := range lines {
		switch rng.IntN(12) {
		case 0:
		case 1:
			fmt.Fprintf(&b, "edited %d\n", rng.IntN(5))
		case 2:
			b.Write(line)
			b.Write(line)
		default:
			b.Write(line)
		}
	}
	return b.Bytes()
}

func randomContent(rng *rand.Rand) []byte {
	var b bytes.Buffer
	switch rng.IntN(12) {
	case 0:
		return nil
	case 1: // binary, of any length that base 85 may stumble on
		for range rng.IntN(260) {
			b.WriteByte(byte(rng.IntN(256)))
		}
		return b.Bytes()
	case 2: // shared, so that it may count as renamed
		return []byte("one of few contents\n" + strings.Repeat("x\n", rng.IntN(2)))
	case 3: // not UTF-8, and still no binary to git
		return []byte("caf\xe9\n" + strings.Repeat("\xff\xfe\n", rng.IntN(4)))
	}
	ends := []string{"\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n", "\t\n", "\f\n", "\v", "\u2028", "\n}\n\n"}
	end := ends[rng.IntN(len(ends))]
	for range rng.IntN(60) {
		fmt.Fprintf(&b, "%sline %d%s", []string{"", "-", "+", "@@ ", "\\ ", "diff --git ", "\f", "\t", "--- a/", "    "}[rng.IntN(10)], rng.IntN(12), end)
	}
	if rng.IntN(3) == 0 {
		b.WriteString("no newline at the end")
	}
	return b.Bytes()
}
