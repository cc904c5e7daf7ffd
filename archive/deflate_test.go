package archive_test

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

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

// code puts a Huffman code, whose highest bit goes first.
func (w *bits) code(c uint64, n int) {
	for ; n > 0; n-- {
		w.put(c>>(n-1)&1, 1)
	}
}

// dynamic is a block with a table of these lengths of codes, for n literals and
// one distance, that holds one of the literals so many times.
func (w *bits) dynamic(lengths []int, literal, times int) {
	w.put(0|2<<1, 3)
	w.put(uint64(len(lengths)-257)|0<<5|15<<10, 14)
	for i := range 19 { // in deflate's order 16 to 18 come first; all others have four bits
		w.put(map[bool]uint64{false: 4}[i < 3], 3)
	}
	var next, count [17]uint64
	for _, n := range lengths {
		w.code(uint64(n), 4)
		count[n]++
	}
	w.code(1, 4) // the distance
	count[0] = 0
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
	}
	codes := make([]uint64, len(lengths))
	for i, n := range lengths {
		codes[i] = next[n]
		next[n]++
	}
	for range times {
		w.code(codes[literal], lengths[literal])
	}
	w.code(codes[256], lengths[256])
}

// deep are lengths of codes that make a table as long as can be, and wide are
// such that it has as many parts as can be.
func deep() []int {
	lengths := make([]int, 257)
	for i := range 15 {
		lengths[i] = i + 1
	}
	lengths[256] = 15
	return lengths
}

func wide() []int {
	lengths := make([]int, 286)
	for i := range lengths {
		lengths[i] = 10
	}
	lengths[0], lengths[1] = 1, 2 // a quarter is left: 256 of ten bits, of which one
	copy(lengths[2:], []int{11, 12, 13, 14, 15, 15})
	for i := 2 + 6 + 255; i < 286; i++ {
		lengths[i] = 0
	}
	return lengths
}

// tables is a file of so many compressed bytes, in blocks that all have tables of
// their own and hold one literal so many times.
func tables(size int, lengths []int, literal, times int) []byte {
	var w bits
	n := 0
	for len(w.b) < size {
		w.dynamic(lengths, literal, times)
		n += times
	}
	sum := crc32.ChecksumIEEE(bytes.Repeat([]byte{byte(literal)}, n))
	truth := func(h *head) { h.method, h.size, h.crc = 8, uint32(n), sum }
	return raw{entries: []ent{{name: "x", packed: w.end(), local: truth, central: truth}}}.bytes()
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

// zeros is the deflate stream of so many zeros: one, then copies of it.
func zeros(size int) []byte {
	var w bits
	w.put(0|1<<1, 3)
	for size > 0 {
		if len(w.b) == 0 || size < 258 {
			w.code(0x30, 8) // a zero
			size--
			continue
		}
		w.code(0xc5, 8) // 258 bytes from
		w.code(0, 5)    // one byte back
		size -= 258
	}
	w.code(0, 7)
	return w.end()
}
