package deploy

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"skyql/internal/stack"
)

// Masked stands for a secret, whatever its length.
const Masked = "********"

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

// addNamed makes a variable a secret if it is called like one; and of JSON, what
// stands behind such names in it.
func (s *secrets) addNamed(name, text string, secret func(name string) bool) {
	if secret(name) {
		s.add(text)
	}
	var structure any
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		_ = json.Unmarshal([]byte(text), &structure) // what is no JSON has no names in it
	}
	eachNamed(structure, func(name string, value any) any {
		if text, ok := value.(string); ok {
			s.add(text)
		}
		return value
	})
}

// eachNamed puts what replace gives in the place of what stands behind names of
// secrets, wherever they are in a JSON value.
func eachNamed(value any, replace func(name string, value any) any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if stack.SecretName(name) && mayBeSecret(inner) {
				value[name] = replace(name, inner)
			} else {
				eachNamed(inner, replace)
			}
		}
	case []any:
		for _, inner := range value {
			eachNamed(inner, replace)
		}
	}
}

// all gives the values, sorted.
func (s *secrets) all() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(slices.Values(s.values))
}

// mask hides all secrets in a text, also as SQL and JSON write them, and whatever
// base64 has them in it.
func (s *secrets) mask(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.values) == 0 {
		return text
	}
	text = s.plain(text)
	return encoded.ReplaceAllStringFunc(text, func(run string) string {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			decoded, err := encoding.DecodeString(strings.TrimRight(run, "="))
			if err == nil && s.plain(string(decoded)) != string(decoded) {
				return Masked
			}
		}
		return run
	})
}

// encoded is what may be base64 of a secret.
var encoded = regexp.MustCompile(fmt.Sprintf(`[A-Za-z0-9+/_-]{%d,}={0,2}`, base64.RawStdEncoding.EncodedLen(shortest)))

func (s *secrets) plain(text string) string {
	for _, value := range s.values {
		once := jsonEscaped(value)
		for _, form := range []string{jsonEscaped(once), once, strings.ReplaceAll(value, "'", "''"), value} {
			text = strings.ReplaceAll(text, form, Masked)
		}
	}
	return text
}
