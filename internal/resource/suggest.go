package resource

// Closest returns the candidate that is most like word, for "did you mean"
// hints, or "" when none is near: at most a third of the letters may differ, of
// a short word one.
func Closest(word string, candidates []string) string {
	limit := max(1, len(word)/3)
	best, distance := "", limit+1
	for _, candidate := range candidates {
		if d := editDistance(word, candidate, distance); d < distance {
			best, distance = candidate, d
		}
	}
	if distance >= len(word) {
		return "" // nothing of the word is left
	}
	return best
}

// editDistance is the optimal string alignment distance, cut off at bound.
//
// https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
func editDistance(a, b string, bound int) int {
	if len(a)-len(b) >= bound || len(b)-len(a) >= bound {
		return bound
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
