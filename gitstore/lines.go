package gitstore

import (
	"bufio"
	"fmt"
	"strings"
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

// change is a stretch of old lines that a stretch of new ones replaces.
type change struct{ a1, a2, b1, b2 int }

// changes gathers what match marked.
func changes(gone, added []bool) []change {
	var list []change
	for i, j := 0, 0; i < len(gone) || j < len(added); {
		c := change{a1: i, b1: j}
		for i < len(gone) && gone[i] {
			i++
		}
		for j < len(added) && added[j] {
			j++
		}
		if c.a2, c.b2 = i, j; c.a1 < i || c.b1 < j {
			list = append(list, c)
			continue
		}
		i, j = i+1, j+1
	}
	return list
}

// slideAtMost bounds how far slide looks, in lines.
const slideAtMost = 100

// slide moves each stretch that was only added or only removed to where it
// reads best: of the places that say the same, the one where it begins, and
// what follows it begins, with the least indented line.
func slide(list []change, a, b []string) {
	for i := range list {
		c := &list[i]
		low, high := 0, len(a)
		if i > 0 {
			low = list[i-1].a2 + 1 // one line at least stays between two changes
		}
		if i+1 < len(list) {
			high = list[i+1].a1 - 1
		}
		up, down := c.a1-low, high-c.a2
		switch {
		case c.b1 == c.b2:
			c.move(bestPlace(a, c.a1, c.a2, up, down))
		case c.a1 == c.a2:
			c.move(bestPlace(b, c.b1, c.b2, up, down))
		}
	}
}

func (c *change) move(by int) {
	c.a1, c.a2, c.b1, c.b2 = c.a1+by, c.a2+by, c.b1+by, c.b2+by
}

// bestPlace is how far to move the stretch from start to end, at most so many
// lines up or down.
func bestPlace(lines []string, start, end, up, down int) int {
	best, least := 0, placeCost(lines, start, end)
	try := func(by int) {
		if cost := placeCost(lines, start+by, end+by); cost < least || cost == least && by > best {
			best, least = by, cost
		}
	}
	for by := 0; by > -min(up, slideAtMost) && lines[start+by-1] == lines[end+by-1]; {
		by--
		try(by)
	}
	for by := 0; by < min(down, slideAtMost) && lines[start+by] == lines[end+by]; {
		by++
		try(by)
	}
	return best
}

// blankCost makes a stretch end rather than begin with a blank line.
const blankCost = 1000

func placeCost(lines []string, start, end int) int {
	cost := 2 * indent(lines[start])
	if end < len(lines) {
		cost += indent(lines[end])
	}
	return cost
}

func indent(line string) int {
	rest := strings.TrimLeft(line, " \t")
	if strings.TrimRight(rest, "\r\n") == "" {
		return blankCost
	}
	return min(len(line)-len(rest), blankCost/4)
}

// writeHunks writes the hunks of a patch, so many lines around each change.
// Errors stay in w for its Flush.
func writeHunks(w *bufio.Writer, a, b []string, list []change, context int) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].a1-list[n-1].a2 <= 2*context {
			n++
		}
		hunk := list[:n]
		list = list[n:]
		start := max(hunk[0].a1-context, 0)
		lead := hunk[0].a1 - start
		end := min(hunk[n-1].a2+context, len(a))
		trail := end - hunk[n-1].a2
		fmt.Fprintf(w, "@@ -%s +%s @@\n", hunkRange(start, end), hunkRange(hunk[0].b1-lead, hunk[n-1].b2+trail))
		at := start
		for _, c := range hunk {
			writeLines(w, ' ', a[at:c.a1])
			writeLines(w, '-', a[c.a1:c.a2])
			writeLines(w, '+', b[c.b1:c.b2])
			at = c.a2
		}
		writeLines(w, ' ', a[at:end])
	}
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
