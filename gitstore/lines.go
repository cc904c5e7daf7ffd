package gitstore

import (
	"bufio"
	"fmt"
	"sort"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// splitLines cuts a text behind each newline. Only the last line may lack one;
// a carriage return is part of its line.
func splitLines(text string) []string {
	lines := make([]string, 0, strings.Count(text, "\n")+1)
	for line := range strings.Lines(text) {
		lines = append(lines, line)
	}
	return lines
}

// run is a stretch of equal lines: n of them, from a in the old text and from
// b in the new one.
type run struct{ a, b, n int }

// The matcher of go-difflib is quadratic at best and cubic at worst, so it
// gets only small gaps between lines that are certain to belong together, and
// of those no more than the work left. What is over is shown as replaced
// whole, which is a longer patch and never a wrong one. All bounds are on
// content and none on time, so that one difference always reads the same.
const (
	gapWork  = 200 * 200 // lines of one side times lines of the other
	diffWork = 2_000_000 // of all gaps of one difference of versions
	maxDepth = 8         // of gaps within gaps
)

// matcher finds equal lines. Its work is shared by all files of a difference.
type matcher struct {
	work int
	runs []run
}

// match returns the runs of equal lines, in order.
func (m *matcher) match(a, b []string) []run {
	m.runs = nil
	m.gap(a, b, 0, 0, 0)
	return m.runs
}

func (m *matcher) equal(a, b, n int) {
	if n == 0 {
		return
	}
	if k := len(m.runs) - 1; k >= 0 && m.runs[k].a+m.runs[k].n == a && m.runs[k].b+m.runs[k].n == b {
		m.runs[k].n += n
		return
	}
	m.runs = append(m.runs, run{a, b, n})
}

// gap matches two stretches that begin at line a0 of the old and b0 of the new
// text.
func (m *matcher) gap(a, b []string, a0, b0, depth int) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	m.equal(a0, b0, head)
	a, b, a0, b0 = a[head:], b[head:], a0+head, b0+head
	tail := 0
	for tail < len(a) && tail < len(b) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	switch work := len(a) * len(b); {
	case work == 0:
	case work <= gapWork && work <= m.work:
		m.work -= work
		for _, block := range difflib.NewMatcher(a, b).GetMatchingBlocks() {
			m.equal(a0+block.A, b0+block.B, block.Size)
		}
	case depth < maxDepth:
		m.between(a, b, a0, b0, depth)
	}
	m.equal(a0+len(a), b0+len(b), tail)
}

// between matches the lines that occur once on each side and keep their order,
// and looks again between them.
func (m *matcher) between(a, b []string, a0, b0, depth int) {
	anchors := ordered(unique(a, b))
	if len(anchors) == 0 {
		return
	}
	i, j := 0, 0
	for _, at := range anchors {
		if at.a < i || at.b < j { // swallowed by the run before it
			continue
		}
		m.gap(a[i:at.a], b[j:at.b], a0+i, b0+j, depth+1)
		m.equal(a0+at.a, b0+at.b, 1)
		i, j = at.a+1, at.b+1
	}
	m.gap(a[i:], b[j:], a0+i, b0+j, depth+1)
}

// unique pairs the lines that occur exactly once on each side, in the order of
// the old one.
func unique(a, b []string) []run {
	type seen struct{ inA, inB, at int }
	lines := make(map[string]seen, len(a))
	for _, line := range a {
		s := lines[line]
		s.inA++
		lines[line] = s
	}
	for j, line := range b {
		if s, ok := lines[line]; ok {
			s.inB++
			s.at = j
			lines[line] = s
		}
	}
	var pairs []run
	for i, line := range a {
		if s := lines[line]; s.inA == 1 && s.inB == 1 {
			pairs = append(pairs, run{i, s.at, 1})
		}
	}
	return pairs
}

// ordered keeps a longest rising sequence, by patience sorting.
func ordered(pairs []run) []run {
	var piles []int // the pair on top of each pile
	before := make([]int, len(pairs))
	for i, p := range pairs {
		at := sort.Search(len(piles), func(k int) bool { return pairs[piles[k]].b > p.b })
		before[i] = -1
		if at > 0 {
			before[i] = piles[at-1]
		}
		if at == len(piles) {
			piles = append(piles, i)
		} else {
			piles[at] = i
		}
	}
	if len(piles) == 0 {
		return nil
	}
	line := make([]run, len(piles))
	for i, k := piles[len(piles)-1], len(piles)-1; k >= 0; i, k = before[i], k-1 {
		line[k] = pairs[i]
	}
	return line
}

// change is a stretch of old lines that a stretch of new ones replaces.
type change struct{ a1, a2, b1, b2 int }

func changes(runs []run, lenA, lenB int) []change {
	var list []change
	i, j := 0, 0
	for _, r := range append(runs, run{lenA, lenB, 0}) {
		if i < r.a || j < r.b {
			list = append(list, change{i, r.a, j, r.b})
		}
		i, j = r.a+r.n, r.b+r.n
	}
	return list
}

// contextLines stand around each change of a patch.
const contextLines = 3

// writeHunks writes the hunks of a patch and counts its lines. Errors stay in
// w for its Flush.
func writeHunks(w *bufio.Writer, a, b []string, list []change) (added, deleted int) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].a1-list[n-1].a2 <= 2*contextLines {
			n++
		}
		hunk := list[:n]
		list = list[n:]
		start := max(hunk[0].a1-contextLines, 0)
		lead := hunk[0].a1 - start
		end := min(hunk[n-1].a2+contextLines, len(a))
		trail := end - hunk[n-1].a2
		fmt.Fprintf(w, "@@ -%s +%s @@\n", hunkRange(start, end), hunkRange(hunk[0].b1-lead, hunk[n-1].b2+trail))
		at := start
		for _, c := range hunk {
			writeLines(w, ' ', a[at:c.a1])
			writeLines(w, '-', a[c.a1:c.a2])
			writeLines(w, '+', b[c.b1:c.b2])
			added, deleted = added+c.b2-c.b1, deleted+c.a2-c.a1
			at = c.a2
		}
		writeLines(w, ' ', a[at:end])
	}
	return added, deleted
}

// hunkRange counts lines from 1; an empty range names the line before it.
func hunkRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func writeLines(w *bufio.Writer, mark byte, lines []string) {
	for _, line := range lines {
		w.WriteByte(mark)
		w.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			w.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
