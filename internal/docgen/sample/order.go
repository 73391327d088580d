package sample

import (
	"maps"
	"slices"

	"skyql/internal/schema"
)

// branches gives a schema and those of its choices, which describe the same value.
func branches(t *schema.ResourceType, n *schema.Node) []*schema.Node {
	if n = t.Resolve(n); n == nil {
		return nil
	}
	all := []*schema.Node{n}
	for i := 0; i < len(all) && len(all) < 64; i++ {
		for _, choice := range slices.Concat(all[i].AllOf, all[i].AnyOf, all[i].OneOf) {
			if resolved := t.Resolve(choice); resolved != nil && !slices.Contains(all, resolved) {
				all = append(all, resolved)
			}
		}
	}
	return all
}

// Order lists the members of an object as the schema does, and behind them those
// that it does not name.
func Order(t *schema.ResourceType, n *schema.Node, members map[string]any) []string {
	var names []string
	for _, branch := range branches(t, n) {
		for _, property := range branch.Properties {
			if _, have := members[property.Name]; have && !slices.Contains(names, property.Name) {
				names = append(names, property.Name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Member finds the schema of a member, nil if there is none.
func Member(t *schema.ResourceType, n *schema.Node, name string) *schema.Node {
	for _, branch := range branches(t, n) {
		for _, property := range branch.Properties {
			if property.Name == name {
				return property.Node
			}
		}
		if len(branch.PatternProperties) > 0 {
			return branch.PatternProperties[0].Node
		}
	}
	return nil
}

// Items finds the schema of a list's elements, nil if there is none.
func Items(t *schema.ResourceType, n *schema.Node) *schema.Node {
	for _, branch := range branches(t, n) {
		if branch.Items != nil {
			return branch.Items
		}
	}
	return nil
}
