package archive

import (
	"errors"
	"io"
	"math/bits"
)

// Deflate lets a stream consist of any number of blocks that hold nothing, and
// tables for a block cost a reader up to 20 microseconds to set up: 500 MiB of
// such blocks keep it busy for minutes without giving a byte. What counts is
// therefore the number of blocks, which compressors keep low: one in 3,000
// compressed bytes or more, the worst of them (7-Zip at its hardest).
const (
	freeBlocks    = 4096    // allowed in an archive whatever its size
	bytesPerBlock = 1024    // allowed beside: one in so many compressed bytes
	partsPerBlock = 32      // parts of tables that take as long as a block
	worthScanning = 8 << 20 // compressed bytes that no blocks make slow to read
)

var (
	errDeflate = errors.New("not a deflate stream")
	errBlocks  = errors.New("too many deflate blocks")
)

// checkBlocks demands that the deflated files are made of a sane number of
// blocks. It looks only at archives large enough for that to matter.
func (c *checker) checkBlocks(files []*record) error {
	total := int64(0)
	for _, r := range files {
		if r.method == methodDeflated {
			total += r.packed
		}
	}
	if total <= worthScanning {
		return nil
	}
	s := scanner{buf: make([]byte, pieceSize), blocks: freeBlocks + total/bytesPerBlock}
	for _, r := range files {
		if r.method != methodDeflated {
			continue
		}
		err := s.scan(io.NewSectionReader(c.src, r.content, r.packed))
		switch {
		case c.src.err != nil:
			return c.src.err
		case err == errBlocks:
			c.add(r.name, "blocks")
			return nil
		case err != nil:
			c.add(r.name, "corrupt")
		}
	}
	return nil
}

// scanner goes through a deflate stream (RFC 1951) from block to block. It
// decodes every symbol but keeps nothing of what they stand for.
type scanner struct {
	blocks int64 // how many more may come, in this stream and later ones

	r   io.Reader
	buf []byte
	in  []byte // of buf, not yet in acc
	err error  // of r

	acc  uint64 // the next bits, lowest first
	have uint

	literals, distances table
}

// scan gives errBlocks when the stream has more blocks than are left, and
// errDeflate when it is none or does not come to an end.
func (s *scanner) scan(r io.Reader) error {
	s.r, s.in, s.err, s.acc, s.have = r, nil, nil, 0, 0
	for {
		if s.blocks--; s.blocks < 0 {
			return errBlocks
		}
		final := s.take(1)
		if err := s.block(s.take(2)); err != nil {
			return err
		}
		s.blocks -= (s.literals.parts + s.distances.parts) / partsPerBlock
		if final == 1 {
			return nil
		}
	}
}

func (s *scanner) block(kind uint64) error {
	switch kind {
	case 0:
		return s.stored()
	case 1:
		s.fixed()
	case 2:
		if !s.dynamic() {
			return errDeflate
		}
	default:
		return errDeflate
	}
	return s.symbols()
}

// What take and symbol give past the end of the stream, or for no code. No
// value that they are asked for is so large.
const (
	bad       = 1 << 62
	badSymbol = 1 << 20
)

// fill sees to at least 56 bits, fewer only at the stream's end.
func (s *scanner) fill() {
	for s.have < 56 {
		if len(s.in) == 0 && !s.more() {
			return
		}
		s.acc |= uint64(s.in[0]) << s.have
		s.in = s.in[1:]
		s.have += 8
	}
}

func (s *scanner) more() bool {
	for s.err == nil && len(s.in) == 0 {
		var n int
		n, s.err = s.r.Read(s.buf)
		s.in = s.buf[:n]
	}
	return len(s.in) > 0
}

func (s *scanner) take(n uint) uint64 {
	if s.have < n {
		s.fill()
	}
	if s.have < n {
		return bad
	}
	v := s.acc & (1<<n - 1)
	s.acc >>= n
	s.have -= n
	return v
}

func (s *scanner) stored() error {
	s.take(s.have % 8)
	length, check := s.take(16), s.take(16)
	if length == bad || check == bad || length != ^check&0xffff {
		return errDeflate
	}
	for ; length > 0 && s.have >= 8; length-- {
		s.take(8)
	}
	for length > 0 {
		if len(s.in) == 0 && !s.more() {
			return errDeflate
		}
		n := min(length, uint64(len(s.in)))
		s.in = s.in[n:]
		length -= n
	}
	return nil
}

// symbols reads up to the block's end.
func (s *scanner) symbols() error {
	for {
		if s.have < 48 { // the most that a length and its distance take
			s.fill()
		}
		switch symbol := s.symbol(&s.literals); {
		case symbol < 256:
			continue
		case symbol == 256:
			return nil
		case symbol >= 286:
			return errDeflate
		case symbol >= 265 && symbol < 285:
			s.take(uint(symbol-261) / 4)
		}
		distance := s.symbol(&s.distances)
		if distance >= 30 {
			return errDeflate
		}
		if distance >= 4 && s.take(uint(distance-2)/2) == bad {
			return errDeflate
		}
	}
}

// symbol gives badSymbol where the bits are none of the table's codes.
func (s *scanner) symbol(t *table) int {
	e := t.short[s.acc&(1<<shortBits-1)]
	if e == 0 {
		e = t.long(uint16(s.acc))
	}
	n := uint(e & 15)
	if n == 0 || n > s.have {
		return badSymbol
	}
	s.acc >>= n
	s.have -= n
	return int(e >> 4)
}

func (s *scanner) fixed() {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	s.literals.build(lengths[:])
	for i := range 32 {
		lengths[i] = 5
	}
	s.distances.build(lengths[:32])
}

// dynamic reads a block's own tables.
func (s *scanner) dynamic() bool {
	literals, distances, codes := s.take(5)+257, s.take(5)+1, s.take(4)+4
	if literals > 286 || distances > 30 || codes > 19 {
		return false
	}
	order := [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	var lengths [286 + 30]uint8
	for _, symbol := range order[:codes] {
		lengths[symbol] = uint8(s.take(3) & 7)
	}
	if !s.literals.build(lengths[:19]) || !s.lengths(lengths[:literals+distances]) {
		return false
	}
	return s.literals.build(lengths[:literals]) && s.distances.build(lengths[literals:literals+distances])
}

// lengths reads the lengths of a block's codes, by the table that is in
// s.literals for the while.
func (s *scanner) lengths(lengths []uint8) bool {
	for i := 0; i < len(lengths); {
		s.fill()
		symbol := s.symbol(&s.literals)
		repeat, value := uint64(1), uint8(0)
		switch {
		case symbol < 16:
			value = uint8(symbol)
		case symbol == 16 && i > 0:
			repeat, value = 3+s.take(2), lengths[i-1]
		case symbol == 17:
			repeat = 3 + s.take(3)
		case symbol == 18:
			repeat = 11 + s.take(7)
		default:
			return false
		}
		if repeat > uint64(len(lengths)-i) {
			return false
		}
		for ; repeat > 0; repeat-- {
			lengths[i] = value
			i++
		}
	}
	return true
}

// shortBits is how long codes may be that are found by a look into a table. It
// takes time to fill, so longer ones, which are rare, are found by counting.
const shortBits = 9

// table finds a code's symbol and length, as symbol<<4 | length, 0 for no code.
type table struct {
	short  [1 << shortBits]uint16
	sorted [288]uint16 // by code
	parts  int64       // that readers cut the longer codes into
	first  [17]int     // code of each length
	before [17]int     // how many codes are shorter
}

// long looks for a code of more bits than shortBits.
func (t *table) long(next uint16) uint16 {
	code := int(bits.Reverse16(next)) // its first bit is the highest
	for n := shortBits + 1; n < 16; n++ {
		at := code>>(16-n) - t.first[n]
		if at < t.before[n+1]-t.before[n] {
			return t.sorted[t.before[n]+at]
		}
	}
	return 0
}

// build is false where the lengths are not those of a complete code. None at
// all, or a single one of length 1, are let pass as every reader does.
func (t *table) build(lengths []uint8) bool {
	var count, next [16]int
	for _, n := range lengths {
		count[n]++
	}
	code, longest := 0, 0
	count[0] = 0
	for n := 1; n < 16; n++ {
		code = (code + count[n-1]) << 1
		next[n], t.first[n] = code, code
		t.before[n+1] = t.before[n] + count[n]
		if count[n] > 0 {
			longest = n
		}
	}
	used := next[longest] + count[longest]
	if single := longest == 1 && used == 1; longest > 0 && used != 1<<longest && !single {
		return false
	}
	t.parts = 0
	if longest > shortBits {
		t.parts = int64(len(t.short) - t.first[shortBits+1]/2)
	}
	clear(t.short[:])
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		entry := uint16(symbol)<<4 | uint16(n)
		t.sorted[t.before[n]+next[n]-t.first[n]] = entry
		at := int(bits.Reverse16(uint16(next[n]))) >> (16 - n)
		next[n]++
		for ; n <= shortBits && at < len(t.short); at += 1 << n {
			t.short[at] = entry
		}
	}
	return true
}
