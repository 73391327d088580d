package store

import (
	"encoding/json"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// belowParents looks whether the parents are there that a desired state names, and
// keeps them from being deleted until release is called. It words what is missing,
// "" for nothing.
func (v *visit) belowParents(source json.RawMessage) (missing string, release func()) {
	above := ties().above[v.kind.Name]
	if len(above) == 0 || v.store.orphans {
		return "", func() {}
	}
	lineage := &v.world.owner(v.kind).lineage
	lineage.RLock()
	state := decodeKept(string(source))
	for _, t := range above {
		if t.unchecked {
			continue
		}
		for _, values := range t.values(state) {
			if v.lacks(t.parent, values) {
				return v.absentText(t, values), lineage.RUnlock
			}
		}
	}
	return "", lineage.RUnlock
}

// values gives what a child says of its parent: for a list of parents one by one.
// What is not a text is nothing that could be compared.
func (t *tie) values(state map[string]any) [][]string {
	var all [][]string
	if len(t.from) == 1 {
		t.from[0].Each(state, func(_ []string, value any) {
			if text, ok := value.(string); ok && text != "" {
				all = append(all, []string{text})
			}
		})
		return all
	}
	var together []string
	for _, path := range t.from {
		value, _ := path.Value(state)
		text, ok := value.(string)
		if !ok || text == "" || isARNText(text) {
			return nil
		}
		together = append(together, text)
	}
	return [][]string{together}
}

// lacks reports that there is no such parent. Where the values may mean something
// that cannot be seen from here, nothing is missing: a wrong refusal is worse than
// none.
func (v *visit) lacks(rule *parentRule, values []string) bool {
	parent, err := v.store.kind(rule.name)
	if err != nil || len(values) == 1 && !v.comparable(rule, values[0]) {
		return false
	}
	shelf, known := v.world.shelf(parent), false
	for _, key := range rule.keys {
		if !rule.alike(key, values) {
			continue
		}
		known = true
		if shelf.has(key, values) {
			return false
		}
	}
	return known && !v.livesElsewhere(rule, values)
}

// livesElsewhere reports whether the value comes from another type.
func (v *visit) livesElsewhere(rule *parentRule, values []string) bool {
	return slices.ContainsFunc(rule.also, func(other elsewhere) bool {
		k, err := v.store.kind(other.name)
		return err == nil && v.world.shelf(k).has([]schema.Path{other.path}, values)
	})
}

// alike reports whether the values can be those of the key: an ARN is compared
// with ARNs only, unless the table says what is to be compared.
func (p *parentRule) alike(key []schema.Path, values []string) bool {
	if len(key) != len(values) {
		return false
	}
	return len(key) > 1 || p.form != nil || isARN(key[0][len(key[0])-1]) == isARNText(values[0])
}

func isARNText(text string) bool { return strings.HasPrefix(text, "arn:") }

// comparable reports whether a value names something that would be in this account
// and region, and in a form that is known.
func (v *visit) comparable(rule *parentRule, value string) bool {
	there := slices.ContainsFunc(rule.always, func(name string) bool {
		before, after, wild := strings.Cut(name, "*")
		return value == name || wild && strings.HasPrefix(value, before) && strings.HasSuffix(value, after)
	})
	switch {
	case there, rule.form != nil && !rule.form.MatchString(value):
		return false
	case isARNText(value):
		return v.world.ownsARN(value)
	}
	return rule.form != nil || !strings.Contains(value, ":") // which parts names from qualifiers
}

// has reports whether a resource has the values at the paths. ARNs of log groups
// may end in ":*" or not.
func (s *shelf) has(key []schema.Path, values []string) bool {
	if samePaths(key, s.kind.PrimaryIdentifier) {
		if _, ok := s.get(resource.JoinIdentifier(values...)); ok {
			return true
		}
	}
	found := func(values []string) bool {
		items, _ := s.page(filter{slices.Clone(key), values}, 0, 1)
		return len(items) > 0
	}
	if len(values) > 1 || !isARNText(values[0]) {
		return found(values)
	}
	bare := strings.TrimSuffix(values[0], ":*")
	return found([]string{bare}) || found([]string{bare + ":*"})
}

// absentText words that a parent is not there.
func (v *visit) absentText(t *tie, values []string) string {
	text := t.parent.absent
	if t.absent != "" {
		text = t.absent
	}
	if text == "" {
		return notFoundText(target{t.parent.name, resource.JoinIdentifier(values...)})
	}
	last := values[len(values)-1]
	return v.world.placeIn(text, "{value}", last, "{name}", last[strings.LastIndexAny(last, "/:")+1:])
}
