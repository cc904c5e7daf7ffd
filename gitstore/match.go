package gitstore

import (
	"math/bits"
)

// Lines are matched by the linear-space algorithm of Myers' "An O(ND)
// Difference Algorithm", after the lines that can't match were set aside by the
// same rule as in git: so the counts of a difference are those of git diff
// --numstat. Two bounds keep the worst input cheap. Past them a difference is
// longer than it need be, and never wrong; both are on content and none on
// time, so that one difference always reads the same.
const (
	// leastEdits is how many edits from either end are always looked at before
	// a stretch is cut where the best way so far has come to. (git looks for
	// shorter ways from there on, and so do we: beyond it counts may differ.)
	leastEdits = 256

	// diffWork bounds the steps of one difference of versions, all files
	// together. Stretches that are left then are shown as replaced whole.
	diffWork = 60_000_000
)

// matcher finds which lines differ. Its work is shared by all files of a
// difference.
type matcher struct{ work int }

// match marks the lines of a that are gone and the lines of b that are new.
func (m *matcher) match(a, b []string) (gone, added []bool) {
	head, tail := equalEnds(a, b)
	gone, added = make([]bool, len(a)), make([]bool, len(b))
	classes := classify(a, b, head, tail)
	left := classes.keep(0, gone)
	right := classes.keep(1, added)
	s := search{matcher: m, a: left, b: right, gone: gone, added: added}
	diagonals := len(left.kinds) + len(right.kinds) + 3
	s.most = max(leastEdits, rootOf(diagonals))
	s.from, s.to = make([]int, diagonals), make([]int, diagonals)
	s.zero = len(right.kinds) + 1
	s.solve(box{0, len(left.kinds), 0, len(right.kinds)}, false)
	return gone, added
}

// equalEnds counts the lines that both texts begin and end with.
func equalEnds(a, b []string) (head, tail int) {
	shorter := min(len(a), len(b))
	for head < shorter && a[head] == b[head] {
		head++
	}
	for tail < shorter-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head, tail
}

// rootOf is a power of two near the square root of n.
func rootOf(n int) int { return 1 << ((bits.Len(uint(n)) + 1) / 2) }

// classified is two texts with equal lines given equal numbers.
type classified struct {
	kinds [2][]int32 // of the lines between the equal ends
	count [2][]int32 // of each kind, in all of the text
	total [2]int     // lines of all of the text
	head  int        // equal lines above kinds
}

func classify(a, b []string, head, tail int) *classified {
	c := &classified{head: head, total: [2]int{len(a), len(b)}}
	numbers := make(map[string]int32, len(a)+len(b)-2*(head+tail))
	for i, text := range [2][]string{a, b} {
		middle := text[head : len(text)-tail]
		c.kinds[i] = make([]int32, len(middle))
		for k, line := range middle {
			n, known := numbers[line]
			if !known {
				n = int32(len(numbers))
				numbers[line] = n
			}
			c.kinds[i][k] = n
		}
	}
	for i := range c.count {
		c.count[i] = make([]int32, len(numbers))
		for _, n := range c.kinds[i] {
			c.count[i][n]++
		}
	}
	if len(numbers) == 0 {
		return c
	}
	for _, ends := range [2][]string{a[:head], a[len(a)-tail:]} {
		for _, line := range ends {
			if n, known := numbers[line]; known {
				c.count[0][n]++
				c.count[1][n]++
			}
		}
	}
	return c
}

// kept is the lines of a text that may match.
type kept struct {
	kinds []int32
	at    []int // where each stands in the text
}

// How often a line occurs on the other side.
type frequency uint8

const (
	never  frequency = iota
	seldom           // it may tell what belongs together
	often            // a blank line, or a lone brace
)

// oftenAtMost bounds from how many occurrences on a line is common.
const oftenAtMost = 1024

// keep sets aside, as changed, the lines of one side that the other has not,
// and common ones amidst of those.
func (c *classified) keep(side int, changed []bool) kept {
	kinds, others := c.kinds[side], c.count[1-side]
	limit := int32(min(rootOf(c.total[side]), oftenAtMost))
	seen := make([]frequency, len(kinds))
	for i, n := range kinds {
		switch times := others[n]; {
		case times >= limit:
			seen[i] = often
		case times > 0:
			seen[i] = seldom
		}
	}
	k := kept{kinds: make([]int32, 0, len(kinds)), at: make([]int, 0, len(kinds))}
	for i, f := range seen {
		if f == seldom || f == often && !lost(seen, i) {
			k.kinds, k.at = append(k.kinds, kinds[i]), append(k.at, c.head+i)
		} else {
			changed[c.head+i] = true
		}
	}
	return k
}

// lostWithin is how far lost looks.
const lostWithin = 100

// lost tells of a common line whether it stands between lines that are never
// on the other side, and these are by far the most of its surroundings up to
// the next line that may tell something.
func lost(seen []frequency, i int) bool {
	none, common := 0, 2
	for _, step := range [2]int{-1, 1} {
		before := none
		for k := i + step; k >= 0 && k < len(seen) && (k-i)*step <= lostWithin && seen[k] != seldom; k += step {
			if seen[k] == never {
				none++
			} else {
				common++
			}
		}
		if none == before {
			return false
		}
	}
	return none > 3*common
}

// box is a stretch of both sides: kept lines a0 to a1 against b0 to b1.
type box struct{ a0, a1, b0, b1 int }

// search finds the shortest way through the kept lines.
type search struct {
	*matcher
	a, b        kept
	gone, added []bool

	// from and to hold, for each diagonal a-b, how far in a the best way from
	// the box's beginning, or back from its end, has come; zero is where
	// diagonal 0 stands.
	from, to []int
	zero     int
	most     int // edits after which a box is cut though the best way is not known
}

// solve marks what differs within the box. exact is for one that is known to
// need few edits.
func (s *search) solve(at box, exact bool) {
	for {
		for at.a0 < at.a1 && at.b0 < at.b1 && s.a.kinds[at.a0] == s.b.kinds[at.b0] {
			at.a0++
			at.b0++
		}
		for at.a0 < at.a1 && at.b0 < at.b1 && s.a.kinds[at.a1-1] == s.b.kinds[at.b1-1] {
			at.a1--
			at.b1--
		}
		if at.a0 == at.a1 || at.b0 == at.b1 || s.work <= 0 {
			s.replace(at)
			return
		}
		cut := s.middle(at, exact)
		s.solve(box{at.a0, cut.a, at.b0, cut.b}, cut.exactBefore)
		at, exact = box{cut.a, at.a1, cut.b, at.b1}, cut.exactAfter
	}
}

// replace marks all lines of the box.
func (s *search) replace(at box) {
	for _, i := range s.a.at[at.a0:at.a1] {
		s.gone[i] = true
	}
	for _, i := range s.b.at[at.b0:at.b1] {
		s.added[i] = true
	}
}

// cut is a point on a way through a box, and on which sides of it the best way
// is known to be short.
type cut struct {
	a, b                    int
	exactBefore, exactAfter bool
}

// span is the diagonals, every other one, that a search has come to.
type span struct{ low, high int }

// grow makes room for one edit more within the box's diagonals: beyond an end
// stands a value that is never the better one.
func (d *span) grow(best []int, zero, lowest, highest, worst int) {
	if d.low > lowest {
		d.low--
		best[zero+d.low-1] = worst
	} else {
		d.low++
	}
	if d.high < highest {
		d.high++
		best[zero+d.high+1] = worst
	} else {
		d.high--
	}
}

// middle searches from both ends of the box until the ways meet.
func (s *search) middle(at box, exact bool) cut {
	lowest, highest := at.a0-at.b1, at.a1-at.b0
	first, last := at.a0-at.b0, at.a1-at.b1
	forth, back := span{first, first}, span{last, last}
	s.from[s.zero+first], s.to[s.zero+last] = at.a0, at.a1
	odd := (first-last)&1 != 0
	const far = 1 << 60
	for edits := 1; ; edits++ {
		forth.grow(s.from, s.zero, lowest, highest, -1)
		for k := forth.high; k >= forth.low; k -= 2 {
			a := s.forward(at, k)
			if odd && back.low <= k && k <= back.high && s.to[s.zero+k] <= a {
				return cut{a, a - k, true, true}
			}
		}
		back.grow(s.to, s.zero, lowest, highest, far)
		for k := back.high; k >= back.low; k -= 2 {
			a := s.backward(at, k)
			if !odd && forth.low <= k && k <= forth.high && a <= s.from[s.zero+k] {
				return cut{a, a - k, true, true}
			}
		}
		s.work -= forth.high - forth.low + back.high - back.low
		if edits >= s.most && !exact || s.work <= 0 {
			return s.furthest(at, forth, back)
		}
	}
}

// forward goes one edit on to diagonal k, and then along equal lines.
func (s *search) forward(at box, k int) int {
	best := s.from[s.zero+k-1 : s.zero+k+2]
	a := max(best[0]+1, best[2])
	start := a
	for a < at.a1 && a-k < at.b1 && s.a.kinds[a] == s.b.kinds[a-k] {
		a++
	}
	s.work -= a - start
	best[1] = a
	return a
}

// backward does the same from the end.
func (s *search) backward(at box, k int) int {
	best := s.to[s.zero+k-1 : s.zero+k+2]
	a := min(best[0], best[2]-1)
	start := a
	for a > at.a0 && a-k > at.b0 && s.a.kinds[a-1] == s.b.kinds[a-k-1] {
		a--
	}
	s.work -= start - a
	best[1] = a
	return a
}

// furthest cuts where the better of both searches has come to, by lines of
// both sides together.
func (s *search) furthest(at box, forth, back span) cut {
	ahead, aheadA := -1, 0
	for k := forth.high; k >= forth.low; k -= 2 {
		a := min(s.from[s.zero+k], at.a1, at.b1+k)
		if 2*a-k > ahead {
			ahead, aheadA = 2*a-k, a
		}
	}
	behind, behindA := 1<<60, 0
	for k := back.high; k >= back.low; k -= 2 {
		a := max(s.to[s.zero+k], at.a0, at.b0+k)
		if 2*a-k < behind {
			behind, behindA = 2*a-k, a
		}
	}
	if at.a1+at.b1-behind < ahead-at.a0-at.b0 {
		return cut{aheadA, ahead - aheadA, true, false}
	}
	return cut{behindA, behind - behindA, false, true}
}
