package deploy

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// masked stands for a secret, whatever its length.
const masked = "********"

// shortest is how long a secret must be to be looked for in texts: shorter ones
// would make holes in words.
const shortest = 6

// secrets are values that must not be seen. Its methods may be called from many
// goroutines.
type secrets struct {
	mu     sync.RWMutex // guards values
	values []string     // longest first
}

// add makes a value a secret from now on.
func (s *secrets) add(value string) {
	if len(value) < shortest {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.values, value) {
		return
	}
	s.values = append(s.values, value)
	slices.SortFunc(s.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// mask hides all secrets in a text, also as SQL and JSON write them.
func (s *secrets) mask(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, value := range s.values {
		for _, form := range []string{value, strings.ReplaceAll(value, "'", "''"), jsonEscaped(value)} {
			text = strings.ReplaceAll(text, form, masked)
		}
	}
	return text
}
