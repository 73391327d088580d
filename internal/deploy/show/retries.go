package show

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// retryPatience is how long calls are made again before that is told.
const retryPatience = 5 * time.Second

// Retried counts a call that failed and is made again. If that goes on, a line
// tells why all takes so long.
func (v *Events) Retried(now time.Time, operation, code string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.retried) == 0 {
		v.retried, v.since = map[string]int{}, now
	}
	v.retried[operation+" "+code]++
	if now.Sub(v.since) < retryPatience {
		return
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(v.retried)) {
		parts = append(parts, fmt.Sprintf("%s (%d)", what, v.retried[what]))
	}
	v.retried = nil
	if v.Level >= Info {
		fmt.Fprintf(v.W, "AWS does not do all at once; calls that are made again: %s\n", strings.Join(parts, ", "))
	}
}
