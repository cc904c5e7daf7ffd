package manifest

import (
	"slices"
	"strings"
)

// near is " (did you mean X?)" for the known word that a misspelt one is
// closest to; empty if none is close.
func (s *source) near(word string, known []string) string {
	if right := nearest(word, known); right != "" {
		return " (did you mean " + right + "?)"
	}
	return ""
}

// nearest is the known word that at most two edits part from word, at most one
// in three letters, and not the first letter of a short one; "" if there is
// none, or word is one of them.
func nearest(word string, known []string) string {
	low := strings.ReplaceAll(strings.ToLower(word), "-", "_")
	best, at := "", 3
	for _, k := range known {
		if k == word {
			return ""
		}
		if len(k) < 6 && !strings.HasPrefix(low, k[:1]) {
			continue
		}
		if d := edits(low, k); d < at && d*3 <= len(k) {
			best, at = k, d
		}
	}
	return best
}

// edits counts the letters to put in, take out, change, or swap with the next,
// to make b of a; more than two need not be counted exactly.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > 2 || len(y)-len(x) > 2 {
		return 3
	}
	rows := [3][]int{}
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range x {
		old, last, now := rows[0], rows[1], rows[2]
		now[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				now[j+1] = min(now[j+1], old[j-1]+1)
			}
		}
		rows = [3][]int{last, now, old}
	}
	return slices.Min([]int{rows[1][len(y)], 3})
}
