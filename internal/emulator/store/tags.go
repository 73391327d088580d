package store

import (
	"maps"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/tagging"
)

// tagForm is how the tags of a type's resources are found, and written.
type tagForm struct {
	arns     *arnForm
	property string // at the top of the model
	list     bool   // of objects with Key and Value, otherwise values by key
	// extra are members that the objects must have besides.
	extra map[string]any
	// plain is what resources of the type are called where the ARN does not say.
	plain string
}

// newTagForm gives nil for a type that has no tags, or no ARN that is known, or
// whose tags cannot be read back.
func newTagForm(t *schema.ResourceType) *tagForm {
	arns := newARNForm(t)
	if arns == nil || !t.Tagging.Taggable {
		return nil
	}
	name := "Tags"
	switch path := t.Tagging.Property; {
	case len(path) == 1:
		name = path[0]
	case len(path) > 1:
		return nil // tags inside of something else are those of several resources
	}
	property := t.Property(name)
	if property == nil || schema.HasTop(t.WriteOnly, name) {
		return nil
	}
	f := &tagForm{arns: arns, property: name, list: t.TypeOf(property.Node) == "array", plain: dashed(t.Name.Thing())}
	if items := t.Resolve(property.Node).Items; f.list && items != nil {
		f.extra = switches(t, t.Resolve(items))
	}
	return f
}

// switches gives the truth values that an object must have, off, such as
// PropagateAtLaunch.
func switches(t *schema.ResourceType, n *schema.Node) map[string]any {
	var off map[string]any
	for _, property := range n.Properties {
		if t.TypeOf(property.Node) == "boolean" && slices.Contains(n.Required, property.Name) {
			if off == nil {
				off = map[string]any{}
			}
			off[property.Name] = false
		}
	}
	return off
}

// dashed gives "user-pool" for UserPool.
func dashed(thing string) string {
	var b strings.Builder
	for i, letter := range thing {
		if i > 0 && letter >= 'A' && letter <= 'Z' && thing[i-1] > 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(letter)
	}
	return strings.ToLower(b.String())
}

// arnOf gives the ARN of a resource, "" if the model lacks what it is made of.
func (a arns) arnOf(m model) string {
	values := make([]string, len(a.paths))
	for i, path := range a.paths {
		if values[i], _ = textAt(m.visible, path); values[i] == "" {
			return ""
		}
	}
	return a.make(values)
}

// tags reads the tags of a resource, in the order of the model or else of their
// keys.
func (f *tagForm) tags(m model) []tagging.Tag {
	raw, ok := memberOf(m.visible, f.property)
	if !ok {
		return nil
	}
	var tags []tagging.Tag
	switch raw[0] {
	case '[':
		for element := range elementsOf(raw) {
			key, _ := textAt(element, schema.Path{"Key"})
			value, _ := textAt(element, schema.Path{"Value"})
			tags = append(tags, tagging.Tag{Key: key, Value: value})
		}
	case '{':
		for key, value := range membersOf(raw) {
			tags = append(tags, tagging.Tag{Key: textOf(`"` + key + `"`), Value: textOf(value)})
		}
	}
	return tags
}

// change gives the model with tags set and taken away. Tags that stay keep their
// places and whatever else they have. Where none is left, the property goes too.
func (f *tagForm) change(m model, set map[string]string, drop []string) model {
	state := decodeKept(m.visible)
	left := 0
	if f.list {
		old, _ := state[f.property].([]any)
		tags := changedList(old, set, drop, f.extra)
		state[f.property], left = tags, len(tags)
	} else {
		old, _ := state[f.property].(map[string]any)
		tags := changedMap(old, set, drop)
		state[f.property], left = tags, len(tags)
	}
	if left == 0 {
		delete(state, f.property)
	}
	m.visible = encode(state)
	return m
}

func changedMap(old map[string]any, set map[string]string, drop []string) map[string]any {
	tags := map[string]any{}
	for key, value := range old {
		if !slices.Contains(drop, key) {
			tags[key] = value
		}
	}
	for key, value := range set {
		tags[key] = value
	}
	return tags
}

func changedList(old []any, set map[string]string, drop []string, extra map[string]any) []any {
	list, left := []any{}, maps.Clone(set)
	for _, element := range old {
		members, _ := element.(map[string]any)
		key := schema.KeyText(members["Key"])
		if slices.Contains(drop, key) {
			continue
		}
		if value, ok := left[key]; ok {
			members["Value"] = value
			delete(left, key)
		}
		list = append(list, element)
	}
	for _, key := range slices.Sorted(maps.Keys(left)) {
		tag := map[string]any{"Key": key, "Value": left[key]}
		maps.Copy(tag, extra)
		list = append(list, tag)
	}
	return list
}

// typeOf gives what the filter of resource types knows a resource by: the
// service, and the type within it.
func (f *tagForm) typeOf(arn string) (service, thing string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	rest := strings.TrimPrefix(parts[5], "/")
	if at := strings.IndexAny(rest, ":/"); at >= 0 {
		return parts[2], rest[:at]
	}
	return parts[2], f.plain
}

// findARN gives the shelf and the identifier of the taggable resource that an
// ARN names.
func (w *world) findARN(arn string) (*shelf, string, bool) {
	for _, s := range w.taggable() {
		values, ok := s.kind.tags.arns.in(w.scope).cut(arn)
		if !ok {
			continue
		}
		if identifier, ok := s.identifierBy(s.kind.tags.arns.paths, values); ok {
			return s, identifier, true
		}
	}
	return nil, "", false
}

// identifierBy finds the resource that has the values at the paths.
func (s *shelf) identifierBy(paths []schema.Path, values []string) (string, bool) {
	if samePaths(paths, s.kind.PrimaryIdentifier) {
		identifier := resource.JoinIdentifier(values...)
		_, ok := s.get(identifier)
		return identifier, ok
	}
	items, _ := s.page(filter{paths, values}, 0, 1)
	if len(items) == 0 {
		return "", false
	}
	return items[0].identifier, true
}

// taggable lists the shelves whose resources may have tags, by type.
func (w *world) taggable() []*shelf {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var shelves []*shelf
	for _, s := range w.shelves {
		if s.kind.tags != nil {
			shelves = append(shelves, s)
		}
	}
	slices.SortFunc(shelves, func(a, b *shelf) int { return strings.Compare(string(a.kind.Name), string(b.kind.Name)) })
	return shelves
}
