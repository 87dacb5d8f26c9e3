package rule

import "unicode/utf8"

// Nearest is the candidate most like name, or "" when none is like it: at most a
// third of its characters (at least one) differ, neighbours in the wrong order once.
func Nearest(name string, candidates []string) string {
	n := utf8.RuneCountInString(name)
	best, found := max(1, n/3)+1, ""
	for _, c := range candidates {
		if d := distance([]rune(name), []rune(c)); d < best && d < n {
			best, found = d, c
		}
	}
	return found
}

// distance is the number of characters to add, drop, change or swap with their neighbour.
func distance(a, b []rune) int {
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j]+cost, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}

func didYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return `did you mean "` + n + `"?`
	}
	return ""
}
