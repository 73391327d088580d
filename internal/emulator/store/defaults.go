package store

import (
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// fallback is a value that a service gives a property which nobody set.
type fallback struct {
	path  schema.Path
	value any
}

// deepestDefault bounds the walk through schemas, which may be recursive.
const deepestDefault = 6

// fallbacks finds the defaults that a schema tells, those of outer properties
// first. What only one branch of a choice has, and what lies in arrays and maps,
// depends on the rest of the state and is left out.
func fallbacks(t *schema.ResourceType) []fallback {
	var found []fallback
	var walk func(properties []schema.Property, at schema.Path)
	walk = func(properties []schema.Property, at schema.Path) {
		for _, property := range properties {
			path := append(at[:len(at):len(at)], property.Name)
			node := t.Resolve(property.Node)
			if node == nil || containsPath(t.ReadOnly, path) || containsPath(t.WriteOnly, path) {
				continue
			}
			source := node.Default
			if len(property.Default) > 0 {
				source = property.Default
			}
			if value, err := validate.Decode(source); len(source) > 0 && err == nil && value != nil {
				found = append(found, fallback{path, value})
			}
			if len(path) < deepestDefault && len(node.OneOf)+len(node.AnyOf) == 0 {
				walk(node.Properties, path)
			}
		}
	}
	walk(t.Properties, nil)
	return found
}

// zone is the property of resources that are in one availability zone.
const zone = "AvailabilityZone"

// choosesZone reports whether callers may leave the zone to the service, which
// shows the one that it took.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html
func choosesZone(t *schema.ResourceType) bool {
	property := t.Property(zone)
	return property != nil && t.TypeOf(property.Node) == "string" && !t.IsRequired(zone) &&
		!schema.HasTop(t.ReadOnly, zone) && !schema.HasTop(t.WriteOnly, zone)
}

// applyDefaults gives a state the defaults that it lacks, where there is an object
// to hold them and the state stays valid with them: properties may exclude each
// other.
func (k *kind) applyDefaults(state map[string]any) {
	if len(k.defaults) == 0 {
		return
	}
	var added []fallback
	for _, d := range k.defaults {
		if d.add(state) {
			added = append(added, d)
		}
	}
	if len(added) == 0 || len(k.validator.Check(state)) == 0 {
		return
	}
	for _, d := range added {
		d.remove(state)
	}
	faults := len(k.validator.Check(state))
	for _, d := range added { // one by one: not all of them go together
		if d.add(state) && len(k.validator.Check(state)) > faults {
			d.remove(state)
		}
	}
}

// add sets the value if there is an object to hold it and it has none.
func (d fallback) add(state map[string]any) bool {
	last := len(d.path) - 1
	holder, _ := d.path[:last].Value(state)
	members, isObject := holder.(map[string]any)
	if !isObject {
		return false
	}
	if _, set := members[d.path[last]]; set {
		return false
	}
	members[d.path[last]] = clone(d.value)
	return true
}

func (d fallback) remove(state map[string]any) {
	last := len(d.path) - 1
	holder, _ := d.path[:last].Value(state)
	if members, isObject := holder.(map[string]any); isObject {
		delete(members, d.path[last])
	}
}
