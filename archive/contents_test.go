package archive_test

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"strings"
)

func hostileContents() []hostile {
	base := honest()[1]
	both := func(f func(*head)) []byte { e := base; e.local, e.central = f, f; return one(e) }
	body := deflate(base.content)
	packed := func(b []byte) []byte { e := base; e.packed = b; return one(e) }
	file := func(name, content string) []byte { return one(ent{name: name, content: content}) }
	// What the checksum 0 stands for in readers that take it for "not known".
	unknown := both(func(h *head) { h.crc = 0 })
	stored := one(ent{name: "a", content: "abc", local: func(h *head) { h.crc = 1 }, central: func(h *head) { h.crc = 1 }})
	elf := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60)
	tar := "name" + strings.Repeat("\x00", 253) + "ustar\x0000" + strings.Repeat("\x00", 300)
	all := []hostile{
		{"content shorter than declared", both(func(h *head) { h.size++ }), "size", base.name},
		{"content longer than declared", both(func(h *head) { h.size-- }), "size", base.name},
		{"content declared empty", both(func(h *head) { h.size = 0 }), "size", base.name},
		{"another checksum", both(func(h *head) { h.crc ^= 1 }), "checksum", base.name},
		{"checksum 0", unknown, "checksum", base.name},
		{"another checksum, stored", stored, "checksum", "a"},
		{"compressed content cut", packed(body[:len(body)-2]), "corrupt", base.name},
		{"compressed content empty", packed([]byte{}), "corrupt", base.name},
		{"compressed content no deflate", packed([]byte("\xff\xff\xff\xff")), "corrupt", base.name},
		{"bytes behind the compressed content", packed(append(append([]byte{}, body...), "hidden"...)), "hidden-bytes", base.name},
		{"one byte behind the compressed content", packed(append(append([]byte{}, body...), 0)), "hidden-bytes", base.name},
		{"two streams", packed(append(append([]byte{}, body...), body...)), "hidden-bytes", base.name},
		{"1,001 files", many(1001), "too-many-files", ""},
		{"bomb", bomb(65<<20, 1), "ratio", ""},
		{"bomb of many files", bomb(1<<20, 70), "ratio", ""},
		{"501 MiB declared", both(func(h *head) { h.size = 501 << 20 }), "extracted-too-large", ""},
		{"501 MiB declared in all", declared(501, 1<<20), "extracted-too-large", ""},
		{"empty blocks", blocks(9<<20, 1, false), "blocks", "x0"},
		{"empty blocks of two kinds", blocks(9<<20, 1, true), "blocks", "x0"},
		{"empty blocks in many files", blocks(30<<10, 400, false), "blocks", "x5"},
		{"large and no deflate", one(ent{name: "x", packed: bytes.Repeat([]byte("\xff"), 9<<20), local: deflated, central: deflated}), "corrupt", "x"},
		{"python path file", file("evil.pth", "import os; os.system('id')\n"), "path-file", "evil.pth"},
		{"python path file, empty", file("lib/evil.PTH", ""), "path-file", "lib/evil.PTH"},
		{"sitecustomize", file("lib/sitecustomize.py", "x = 1\n"), "site-file", "lib/sitecustomize.py"},
		{"usercustomize", file("usercustomize.py", "x = 1\n"), "site-file", "usercustomize.py"},
		{"package shared", file("shared/__init__.py", "x = 1\n"), "reserved-name", "shared/__init__.py"},
		{"module engine", file("engine.py", "x = 1\n"), "reserved-name", "engine.py"},
		{"library by name", file("a.so", "not really"), "compiled", "a.so"},
		{"library in assets", file("assets/a.cpython-311-x86_64-linux-gnu.so", elf), "compiled", "assets/a.cpython-311-x86_64-linux-gnu.so"},
		{"bytecode by name", file("a.pyc", "x"), "compiled", "a.pyc"},
		{"bytecode by content", file("assets/a.dat", "\xa7\x0d\r\n"+strings.Repeat("\x00", 12)+"\xe3"), "compiled", "assets/a.dat"},
		{"program", file("tool", elf), "program", "tool"},
		{"program for Windows", file("tool.exe", "MZ\x90\x00\x03"), "program", "tool.exe"},
		{"program for macOS", file("tool", "\xcf\xfa\xed\xfe\x07"), "program", "tool"},
		{"class file", file("A.class", "\xca\xfe\xba\xbe\x00"), "program", "A.class"},
		{"script", file("run.sh", "#!/bin/sh\nid\n"), "program", "run.sh"},
		{"program among code", raw{entries: []ent{honest()[0], {name: "assets/a.py"}, {name: "assets/tool", content: elf}}}.bytes(), "program", "assets/tool"},
		{"zip inside", file("data/inner.zip", string(raw{entries: honest()}.bytes())), "nested-archive", "data/inner.zip"},
		{"zip inside by another name", file("data/inner.dat", string(raw{entries: honest()}.bytes())), "nested-archive", "data/inner.dat"},
	}
	for kind, content := range map[string]string{
		"gzip": "\x1f\x8b\x08", "7z": "7z\xbc\xaf\x27\x1c", "rar": "Rar!\x1a\x07\x00", "xz": "\xfd7zXZ\x00",
		"bzip2": "BZh91AY&SY", "zstd": "\x28\xb5\x2f\xfd", "tar": tar,
	} {
		all = append(all, hostile{kind + " inside", file("inner", content), "nested-archive", "inner"})
	}
	return all
}

func many(n int) []byte {
	var z raw
	for i := range n {
		z.entries = append(z.entries, ent{name: fmt.Sprintf("f%d.py", i)})
	}
	return z.bytes()
}

// zeros is the deflate stream of so many zeros: one, then copies of it.
func zeros(size int) []byte {
	var w bits
	code := func(c uint64, n int) { // Huffman codes go in highest bit first
		for ; n > 0; n-- {
			w.put(c>>(n-1)&1, 1)
		}
	}
	w.put(0|1<<1, 3)
	for size > 0 {
		if len(w.b) == 0 || size < 258 {
			code(0x30, 8) // a zero
			size--
			continue
		}
		code(0xc5, 8) // 258 bytes from
		code(0, 5)    // one byte back
		size -= 258
	}
	code(0, 7)
	return w.end()
}

// bomb is n files of so many zeros each.
func bomb(size, n int) []byte {
	body, sum, piece := zeros(size), crc32.NewIEEE(), make([]byte, 1<<16)
	for left := size; left > 0; left -= len(piece) {
		sum.Write(piece[:min(left, len(piece))])
	}
	crc := sum.Sum32()
	truth := func(h *head) { h.method, h.size, h.crc = 8, uint32(size), crc }
	var z raw
	for i := range n {
		z.entries = append(z.entries, ent{name: fmt.Sprintf("f%d.bin", i), packed: body, local: truth, central: truth})
	}
	return z.bytes()
}

// declared is n files that say they are so large.
func declared(n int, size uint32) []byte {
	lie := func(h *head) { h.method, h.size = 8, size }
	var z raw
	for i := range n {
		z.entries = append(z.entries, ent{name: fmt.Sprintf("f%d.bin", i), local: lie, central: lie})
	}
	return z.bytes()
}

func deflated(h *head) { h.method = 8 }

// bits writes a deflate stream by hand.
type bits struct {
	b    []byte
	acc  uint64
	have uint
}

func (w *bits) put(v uint64, n uint) {
	w.acc |= v << w.have
	for w.have += n; w.have >= 8; w.have -= 8 {
		w.b = append(w.b, byte(w.acc))
		w.acc >>= 8
	}
}

// emptyFixed is a block with the tables that deflate provides and no content.
func (w *bits) emptyFixed(final uint64) { w.put(final|1<<1, 10) }

// emptyDynamic is a block with tables of its own and no content.
func (w *bits) emptyDynamic(final uint64) {
	w.put(final|2<<1, 3)
	w.put(0|0<<5|14<<10, 14) // 257 literals, 1 distance, 18 lengths of codes for these
	for i := range 18 {      // in deflate's order the third stands for 18, the last for 1
		if i == 2 || i == 17 {
			w.put(1, 3)
		} else {
			w.put(0, 3)
		}
	}
	w.put(1|127<<1, 8) // 138 codes of no length
	w.put(1|107<<1, 8) // 118
	w.put(0, 2)        // the block's end and the distance have one bit each
	w.put(0, 1)
}

func (w *bits) end() []byte {
	w.emptyFixed(1)
	w.put(0, 8-w.have%8)
	return w.b
}

// blocks is n files, each empty and in very many blocks.
func blocks(size, n int, mixed bool) []byte {
	var w bits
	for len(w.b) < size {
		w.emptyDynamic(0)
		if mixed {
			w.emptyFixed(0)
		}
	}
	empty := func(h *head) { h.method, h.size, h.crc = 8, 0, 0 }
	var z raw
	body := w.end()
	for i := range n {
		z.entries = append(z.entries, ent{name: fmt.Sprintf("x%d", i), packed: body, local: empty, central: empty})
	}
	return z.bytes()
}
