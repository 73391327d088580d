package sample

import (
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/schema"
)

// hider puts variables in the place of secrets.
type hider struct {
	t     *schema.ResourceType
	named map[string]string // the place that a variable's name belongs to
}

// newHider keeps the names of the identifier's columns for the identifier.
func newHider(t *schema.ResourceType) *hider {
	h := &hider{t: t, named: map[string]string{}}
	for _, path := range t.PrimaryIdentifier {
		h.named[naming.ColumnPath(path)] = path.String()
	}
	return h
}

// state gives the state with its secrets hidden. The same place has the same
// variable in each state.
func (h *hider) state(state map[string]any) State {
	hidden := State{}
	for _, property := range h.t.Properties { // in order: names depend on it
		if value, ok := state[property.Name]; ok {
			hidden[property.Name] = h.value(property.Node, value, schema.Path{property.Name}, "")
		}
	}
	return hidden
}

// value gives a value with its secrets hidden. The suffix tells the elements of a
// list apart.
func (h *hider) value(n *schema.Node, value any, path schema.Path, suffix string) any {
	n = h.t.Resolve(n)
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any, len(value))
		for _, name := range Order(h.t, n, value) {
			members[name] = h.value(Member(h.t, n, name), value[name], append(path[:len(path):len(path)], name), suffix)
		}
		return members
	case []any:
		elements := make([]any, len(value))
		for i, element := range value {
			which := suffix
			if i > 0 {
				which += "_" + strconv.Itoa(i+1)
			}
			elements[i] = h.value(Items(h.t, n), element, append(path[:len(path):len(path)], "*"), which)
		}
		return elements
	case string:
		if h.secret(n, value, path) {
			return h.variable(path, suffix, value)
		}
	}
	return value
}

// secret reports whether a text may be one: nobody can read it back, or it is
// called one. Words to choose from and ARNs are not.
func (h *hider) secret(n *schema.Node, value string, path schema.Path) bool {
	if n != nil && (len(n.Enum) > 0 || n.Const != nil) || strings.HasPrefix(value, "arn:") {
		return false
	}
	return names(h.t.WriteOnly, path) || secretName(lastName(path)) && !unit(lastName(path[:len(path)-1]))
}

var secretEndings = []string{
	"password", "passwords", "passphrase", "secret", "secrets", "token", "credential", "credentials", "secretstring", "privatekey",
	"secretkey", "accesskey", "apikey", "authkey", "sharedkey", "authcode", "authorizationcode", "apikeyvalue", "tokenvalue",
	"authorizationapikeyvalue", "secretaccesskey", "accesskeyid",
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, ending := range secretEndings {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

func lastName(path schema.Path) string {
	if path = withoutStars(path); len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}

// variable names a place by its last property, else by as many above it as it
// takes to be the only one.
func (h *hider) variable(path schema.Path, suffix, value string) Variable {
	segments := withoutStars(path)
	for take := 1; take <= len(segments); take++ {
		parts := make([]string, 0, take)
		for _, segment := range segments[len(segments)-take:] {
			parts = append(parts, identifier(naming.Column(segment)))
		}
		name, at := strings.Join(parts, "_")+suffix, path.String()+suffix
		if place, taken := h.named[name]; !taken || place == at {
			h.named[name] = at
			return Variable{Name: name, Try: value}
		}
	}
	name := fmt.Sprintf("value_%d", len(h.named))
	h.named[name] = path.String() + suffix
	return Variable{Name: name, Try: value}
}

// identifier keeps of a name what a template takes for one.
func identifier(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, name)
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "_" + name
	}
	return name
}
