package admin

import "strings"

// line is one line of a comparison. Kind is + (only now), - (only before), or … where equal lines were left out.
type line struct {
	Kind string
	No   int // in the file it stands in; 0: none
	Text string
}

// largest is the size of a comparison (lines before times lines now) beyond which the whole middle is told as replaced.
const largest = 4 << 20

// compare tells which lines changed, without the equal ones; … stands between changes that are not neighbours.
func compare(before, now string) []line {
	a, b := strings.Split(before, "\n"), strings.Split(now, "\n")
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	ends := 0
	for ends < len(a)-start && ends < len(b)-start && a[len(a)-1-ends] == b[len(b)-1-ends] {
		ends++
	}
	a, b = a[start:len(a)-ends], b[start:len(b)-ends]
	var out []line
	lastA, lastB := -1, -1
	add := func(kind string, i, j int) {
		if len(out) > 0 && (i > lastA+1 || j > lastB+1) {
			out = append(out, line{Kind: "…"})
		}
		if kind == "-" {
			out = append(out, line{Kind: kind, No: start + i + 1, Text: a[i]})
			lastA, lastB = i, j-1
		} else {
			out = append(out, line{Kind: kind, No: start + j + 1, Text: b[j]})
			lastA, lastB = i-1, j
		}
	}
	common := longest(a, b)
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && common != nil && a[i] == b[j]:
			i++
			j++
		case i < len(a) && (j == len(b) || common == nil || common[i+1][j] >= common[i][j+1]):
			add("-", i, j)
			i++
		default:
			add("+", i, j)
			j++
		}
	}
	return out
}

// longest is the length of the longest common part of the rests of a and b, by where they begin; nil when that is too
// much to compute.
func longest(a, b []string) [][]int32 {
	if len(a)*len(b) > largest {
		return nil
	}
	t := make([][]int32, len(a)+1)
	for i := range t {
		t[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}
