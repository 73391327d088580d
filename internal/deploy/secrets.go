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

// Secrets are values that must not be seen. Its methods may be called from many
// goroutines.
type Secrets struct {
	mu     sync.RWMutex // guards values
	values []string     // longest first
}

// NewSecrets makes Secrets of some values.
func NewSecrets(values ...string) *Secrets {
	s := &Secrets{}
	for _, value := range values {
		s.add(value)
	}
	return s
}

// Is reports whether a variable must not be seen: it is called like a secret, or has
// one in it.
func (s *Secrets) Is(name, value string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return stack.SecretName(name) || s.plain(value) != value
}

// Derived makes what is made of a secret one too, unless the secret can be seen and
// hidden in it.
func (s *Secrets) Derived(text string) {
	s.mu.RLock()
	seen := s.plain(text) != text
	s.mu.RUnlock()
	if !seen {
		s.add(text)
	}
}

// AddGlobals makes secrets of the globals that are called like one.
func (s *Secrets) AddGlobals(of *stack.Stack, vars *stack.Variables) {
	for _, g := range of.Globals {
		if value, ok := vars.Value(g.Name); ok {
			s.addNamed(g.Name, fmt.Sprint(value), of.Protected)
		}
	}
}

// add makes a value a secret from now on.
func (s *Secrets) add(value string) {
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
func (s *Secrets) addNamed(name, text string, secret func(name string) bool) {
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
		if called, holds := pairOf(value); holds != "" && stack.SecretName(called) && mayBeSecret(value[holds]) {
			value[holds] = replace(called, value[holds])
		}
		for name, inner := range value {
			if stack.SecretName(name) && mayBeSecret(inner) && !pointsToSecrets(inner) {
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

// pairOf reads an object that is a name and its value, as those of environments are:
// the name, and the key that has the value; "" if it is none.
func pairOf(object map[string]any) (called, holds string) {
	for _, keys := range [][2]string{{"Name", "Value"}, {"name", "value"}, {"Key", "Value"}, {"key", "value"}} {
		if name, ok := object[keys[0]].(string); ok && object[keys[1]] != nil {
			return name, keys[1]
		}
	}
	return "", ""
}

// pointsToSecrets reports whether a value has no secrets, but says where they are.
func pointsToSecrets(value any) bool {
	list, ok := value.([]any)
	return ok && !slices.ContainsFunc(list, func(item any) bool {
		object, isObject := item.(map[string]any)
		return !isObject || object["ValueFrom"] == nil
	})
}

// Mask hides all secrets in a text, also as SQL and JSON write them, and whatever
// base64 has them in it.
func (s *Secrets) Mask(text string) string {
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

func (s *Secrets) plain(text string) string {
	for _, value := range s.values {
		once := jsonEscaped(value)
		for _, form := range []string{jsonEscaped(once), once, strings.ReplaceAll(value, "'", "''"), value} {
			text = strings.ReplaceAll(text, form, Masked)
		}
	}
	return text
}
