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
	vast := func(h *head) { h.method, h.size = 8, 1<<30 }
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
		{"bomb of junk", one(ent{name: ".DS_Store", packed: zeros(1 << 20), local: vast, central: vast}), "ratio", ""},
		{"501 MiB declared", both(func(h *head) { h.size = 501 << 20 }), "extracted-too-large", ""},
		{"501 MiB declared in all", declared(501, 1<<20), "extracted-too-large", ""},
		{"empty blocks", blocks(9<<20, 1, false), "blocks", "x0"},
		{"empty blocks of two kinds", blocks(9<<20, 1, true), "blocks", "x0"},
		{"large tables", tables(9<<20, deep(), 14, 0), "blocks", "x"},
		{"tables of many parts", tables(9<<20, wide(), 20, 500), "blocks", "x"},
		{"empty blocks in many files", blocks(30<<10, 400, false), "blocks", "x5"},
		{"large and no deflate", one(ent{name: "x", packed: bytes.Repeat([]byte("\xff"), 9<<20), local: deflated, central: deflated}), "corrupt", "x"},
		{"python path file", file("evil.pth", "import os; os.system('id')\n"), "path-file", "evil.pth"},
		{"python path file, empty", file("lib/evil.PTH", ""), "path-file", "lib/evil.PTH"},
		{"python path file behind a zip's mark", file("a.pth", "PK\x03\x04\nx\n"), "path-file", "a.pth"},
		{"python path file behind a zero", file("a.pth", "\x00\nimport os; os.system('id')\n"), "path-file", "a.pth"},
		{"python path file behind a pickle's mark", file("assets/a.pth", "\x80\x02\rimport\tos"), "path-file", "assets/a.pth"},
		{"sitecustomize as a package", file("sitecustomize/__init__.py", "x = 1\n"), "site-file", "sitecustomize/__init__.py"},
		{"sitecustomize in capitals", file("lib/SiteCustomize.PY", "x = 1\n"), "site-file", "lib/SiteCustomize.PY"},
		{"sitecustomize", file("lib/sitecustomize.py", "x = 1\n"), "site-file", "lib/sitecustomize.py"},
		{"usercustomize", file("usercustomize.py", "x = 1\n"), "site-file", "usercustomize.py"},
		{"package Engine", file("Engine/x.py", "x = 1\n"), "reserved-name", "Engine/x.py"},
		{"package shared", file("shared/__init__.py", "x = 1\n"), "reserved-name", "shared/__init__.py"},
		{"module engine", file("engine.py", "x = 1\n"), "reserved-name", "engine.py"},
		{"library by name", file("a.so", "not really"), "compiled", "a.so"},
		{"library in assets", file("assets/a.cpython-311-x86_64-linux-gnu.so", elf), "compiled", "assets/a.cpython-311-x86_64-linux-gnu.so"},
		{"bytecode by name", file("a.pyc", "x"), "compiled", "a.pyc"},
		{"bytecode by content", file("assets/a.dat", "\xa7\x0d\r\n"+strings.Repeat("\x00", 12)+"\xe3"), "compiled", "assets/a.dat"},
		{"bytecode of Python 2", file("assets/a.dat", "\x03\xf3\r\nabcd"), "compiled", "assets/a.dat"},
		{"library with a version", file("assets/libx.so.6.1", elf), "compiled", "assets/libx.so.6.1"},
		{"library for Windows", file("weights/A.DLL", "MZ"), "compiled", "weights/A.DLL"},
		{"extension module by content", file("assets/a.dat", elf+"PyInit_core"), "compiled", "assets/a.dat"},
		{"extension module by content, far in", one(ent{name: "assets/a.dat", content: elf + strings.Repeat("x", 64<<10-len(elf)-4) + "PyInit_core", deflate: true}), "compiled", "assets/a.dat"},
		{"extension module for Windows by content", file("models/a", "MZ\x00PyInit_core"), "compiled", "models/a"},
		{"extension module for macOS by content", file("models/a", "\xcf\xfa\xed\xfe_PyInit_core"), "compiled", "models/a"},
		{"library by content", file("processors/data", elf), "program", "processors/data"},
		{"program of many kinds", file("tool", "\xca\xfe\xba\xbf\x00"), "program", "tool"},
		{"script with its interpreter beside it", file("run", "#!python3\n"), "program", "run"},
		{"script with a tab", file("data/run.txt", "#!\t/bin/sh\n"), "program", "data/run.txt"},
		{"script in assets among code", raw{entries: []ent{honest()[0], {name: "assets/a.PY"}, {name: "assets/run", content: "#!/bin/sh\n"}}}.bytes(), "program", "assets/run"},
		{"program below assets that is not at the root", file("processors/assets/tool", elf), "program", "processors/assets/tool"},
		{"program", file("tool", elf), "program", "tool"},
		{"program for Windows", file("tool.exe", "MZ\x90\x00\x03"), "program", "tool.exe"},
		{"program for macOS", file("tool", "\xcf\xfa\xed\xfe\x07"), "program", "tool"},
		{"class file", file("A.class", "\xca\xfe\xba\xbe\x00"), "program", "A.class"},
		{"script", file("run.sh", "#!/bin/sh\nid\n"), "program", "run.sh"},
		{"program among code", raw{entries: []ent{honest()[0], {name: "assets/a.py"}, {name: "assets/tool", content: elf}}}.bytes(), "program", "assets/tool"},
		{"zip inside", file("data/inner.zip", string(raw{entries: honest()}.bytes())), "nested-archive", "data/inner.zip"},
		{"zip inside among code in assets", raw{entries: []ent{honest()[0], {name: "assets/a.py"}, {name: "assets/a.zip", content: string(raw{entries: honest()}.bytes())}}}.bytes(), "nested-archive", "assets/a.zip"},
		{"zip inside behind a picture", file("data/a.gif", "GIF89a"+string(raw{entries: honest(), comment: "more"}.bytes())), "nested-archive", "data/a.gif"},
		{"wheel inside", file("data/a.whl", string(raw{entries: honest()}.bytes())), "nested-archive", "data/a.whl"},
		{"bomb inside", file("assets/a.zip", string(bomb(65<<20, 1))), "nested-bomb", "assets/a.zip"},
		{"bomb inside, large", file("assets/a.zip", string(bomb(300<<20, 12))), "nested-bomb", "assets/a.zip"},
		{"bomb inside that overlaps", file("assets/a.zip", string(overlapping(70, 1<<20))), "nested-bomb", "assets/a.zip"},
		{"bomb in a zip in a zip", file("models/a.dat", zipOf(zipOf(string(bomb(65<<20, 1))))), "nested-bomb", "models/a.dat"},
		{"bomb inside, where no archive may be", file("a.zip", string(bomb(65<<20, 1))), "nested-archive", "a.zip"},
		{"bomb of gzip inside", file("weights/a.gz", gzipped(70<<20)), "nested-bomb", "weights/a.gz"},
		{"zip inside by another name", file("data/inner.dat", string(raw{entries: honest()}.bytes())), "nested-archive", "data/inner.dat"},
	}
	for kind, content := range map[string]string{
		"gzip": "\x1f\x8b\x08", "7z": "7z\xbc\xaf\x27\x1c", "rar": "Rar!\x1a\x07\x00", "xz": "\xfd7zXZ\x00",
		"bzip2": "BZh91AY&SY", "empty bzip2": "BZh9\x17\x72\x45\x38\x50\x90\x00", "zstd": "\x28\xb5\x2f\xfd", "tar": tar, "old tar": oldTar(),
		"skippable zstd": "\x5a\x2a\x4d\x18\x00", "lz4": "\x04\x22\x4d\x18", "lzip": "LZIP\x01", "lzop": "\x89LZO\x00\r\n\x1a\n",
		"LZMA": "\x5d\x00\x00\x80\x00" + strings.Repeat("\xff", 8) + "\x00", "compress": "\x1f\x9d\x90", "cabinet": "MSCF\x00\x00\x00\x00", "ar": "!<arch>\n", "xar": "xar!\x00\x1c",
		"cpio": "070701" + strings.Repeat("0", 104), "old cpio": "070707" + strings.Repeat("0", 70), "RPM": "\xed\xab\xee\xdb", "squashfs": "hsqs\x01\x00",
		"snappy": "\xff\x06\x00\x00sNaPpY",
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

// overlapping is n files that share one stream of so many zeros.
func overlapping(n, size int) []byte {
	z := raw{entries: []ent{{name: "f", packed: zeros(size), local: deflated, central: func(h *head) { h.method, h.size = 8, uint32(size) }}}}
	for i := range n {
		z.entries = append(z.entries, ent{name: fmt.Sprint(i), central: func(h *head) { h.method, h.size, h.packed, h.offset = 8, uint32(size), 1, 0 }})
	}
	return z.bytes()
}

func zipOf(content string) string {
	return string(raw{entries: []ent{{name: "inner.zip", content: content, deflate: true}}}.bytes())
}

// gzipped is so many zeros.
func gzipped(size int) string {
	return "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + string(zeros(size)) + "trailer."
}

// oldTar is the header of a tar from before tars had a mark.
func oldTar() string {
	h := []byte(strings.Repeat("\x00", 512))
	copy(h, "a.py")
	copy(h[100:], "000644 \x00")
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return string(h)
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
