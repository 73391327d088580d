package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// invention makes schemas and models. The same seed makes the same.
type invention struct{ *rand.Rand }

func (r invention) one(in int) bool { return r.IntN(in) == 0 }

func pick[T any](r invention, all ...T) T { return all[r.IntN(len(all))] }

// schema makes a resource type. Marked ones have read-only, write-only and
// create-only properties, at any depth.
func (r invention) schema(marked bool) string {
	properties := map[string]any{}
	for i := range 2 + r.IntN(4) {
		properties[fmt.Sprintf("P%d", i)] = r.node(3)
	}
	document := map[string]any{
		"typeName": "AWS::Random::Type", "description": "", "properties": properties,
		"definitions": map[string]any{"R": map[string]any{"type": "object", "properties": map[string]any{
			"A": r.node(1), "R": reference, "S": map[string]any{"type": "array", "insertionOrder": r.one(2), "items": reference},
		}}},
		"required": r.some(properties), "primaryIdentifier": []string{"/properties/P0"}, "additionalProperties": false,
	}
	if marked {
		for _, key := range []string{"readOnlyProperties", "writeOnlyProperties", "createOnlyProperties", "conditionalCreateOnlyProperties"} {
			var paths []string
			for range r.IntN(3) {
				paths = append(paths, "/properties"+r.path(document, properties))
			}
			document[key] = paths
		}
	} else {
		document["primaryIdentifier"] = []string{"/properties/None"}
	}
	return string(encode(document))
}

var reference = map[string]any{"$ref": "#/definitions/R"}

func (r invention) some(properties map[string]any) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(properties)), func(string) bool { return !r.one(4) })
}

func (r invention) node(depth int) map[string]any {
	if depth == 0 || r.one(3) {
		node := map[string]any{"type": pick[any](r, "string", "integer", "boolean", []string{"number", "string"})}
		if node["type"] == "integer" && r.one(2) {
			node["default"] = 1
		}
		return node
	}
	switch r.IntN(6) {
	case 0:
		return map[string]any{"type": []string{"object", "string"}}
	case 1:
		return reference
	case 2:
		return map[string]any{"type": "object", "patternProperties": map[string]any{"^.*$": r.node(depth - 1)}}
	case 3:
		return map[string]any{"type": "array", "insertionOrder": r.one(2), "items": r.node(depth - 1)}
	case 4:
		return map[string]any{}
	}
	properties := map[string]any{}
	for _, name := range []string{"A", "B", "C"}[:1+r.IntN(3)] {
		properties[name] = r.node(depth - 1)
	}
	return map[string]any{"type": "object", "properties": properties, "required": r.some(properties)}
}

// path leads to some property of the schema.
func (r invention) path(document, properties map[string]any) string {
	names := slices.Sorted(maps.Keys(properties))
	name := pick(r, names...)
	path, node := "/"+name, properties[name].(map[string]any)
	for !r.one(4) {
		if node["$ref"] != nil {
			node = document["definitions"].(map[string]any)["R"].(map[string]any)
		}
		switch {
		case node["items"] != nil:
			node = node["items"].(map[string]any)
			if r.one(2) {
				path += "/*"
			}
			continue
		case node["patternProperties"] != nil:
			return path + "/*"
		case node["properties"] == nil:
			return path
		}
		inner := node["properties"].(map[string]any)
		name := pick(r, slices.Sorted(maps.Keys(inner))...)
		path, node = path+"/"+name, inner[name].(map[string]any)
	}
	return path
}

// value makes something that fits the node.
func (r invention) value(p place, depth int) any {
	switch types := p.types(); {
	case p.unordered() || p.allows("array"):
		elements := []any{}
		for i := range r.IntN(4) {
			if depth > 0 {
				elements = append(elements, r.value(p.element(i), depth-1))
			}
		}
		return elements
	case p.allows("object") && p.allows("string"), p.node == nil, len(types) == 0:
		return r.document(min(depth, 2))
	case p.allows("object"):
		return r.object(p, depth)
	case p.allows("string") && !p.allows("number"):
		return pick(r, "x", "yy", "a rather long text that makes other ways shorter", "ü/~", "1")
	case p.allows("boolean"):
		return r.one(2)
	case p.allows("string") && r.one(2):
		return pick(r, "1", "2", "1.0")
	}
	return json.Number(pick(r, "1", "1.0", "10e-1", "2", "30", "3e1"))
}

func (r invention) object(p place, depth int) any {
	object := map[string]any{}
	names := []string{"k", "l/m", "n~o"}
	if len(p.node.Properties) > 0 {
		names = names[:0]
		for _, property := range p.node.Properties {
			names = append(names, property.Name)
		}
	}
	for _, name := range names {
		if depth > 0 && !r.one(3) {
			object[name] = r.value(p.child(name), depth-1)
		}
	}
	return object
}

// document makes JSON of any kind.
func (r invention) document(depth int) any {
	if depth <= 0 || r.one(2) {
		return pick[any](r, "text", json.Number("7"), true, nil, json.Number("70e-1"))
	}
	if r.one(2) {
		return []any{r.document(depth - 1), r.document(depth - 1)}
	}
	return map[string]any{"x": r.document(depth - 1), "y": r.document(depth - 1)}
}

// mutate makes a wanted value of a current one.
func (r invention) mutate(p place, value any, depth int) any {
	if r.one(8) {
		return r.value(p, depth)
	}
	switch value := value.(type) {
	case map[string]any:
		return r.mutateObject(p, value, depth)
	case []any:
		return r.mutateArray(p, slices.Clone(value), depth)
	}
	if r.one(3) {
		return r.value(p, depth)
	}
	return value
}

func (r invention) mutateObject(p place, value map[string]any, depth int) any {
	if p.allows("string") && r.one(3) {
		return string(encode(value))
	}
	changed := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		switch {
		case r.one(6):
		case r.one(8):
			changed[name] = nil
		default:
			changed[name] = r.mutate(p.child(name), value[name], depth-1)
		}
	}
	if p.node != nil {
		for _, property := range p.node.Properties {
			if _, has := changed[property.Name]; !has && depth > 0 && r.one(6) {
				changed[property.Name] = r.value(p.child(property.Name), depth-1)
			}
		}
	}
	return changed
}

func (r invention) mutateArray(p place, elements []any, depth int) any {
	if r.one(3) {
		r.Shuffle(len(elements), func(i, j int) { elements[i], elements[j] = elements[j], elements[i] })
	}
	if len(elements) > 0 && r.one(4) {
		i := r.IntN(len(elements))
		elements = slices.Delete(elements, i, i+1)
	}
	if depth > 0 && r.one(3) {
		elements = slices.Insert(elements, r.IntN(len(elements)+1), r.value(p.element(0), depth-1))
	}
	for i := range elements {
		if r.one(4) {
			elements[i] = r.mutate(p.element(i), elements[i], depth-1)
		}
	}
	return elements
}

// wanted makes a wanted model of a current one.
func (r invention) wanted(root place, current map[string]any) map[string]any {
	wanted := map[string]any{}
	for _, property := range root.c.t.Properties {
		value, has := current[property.Name]
		switch {
		case r.one(3):
		case r.one(8):
			wanted[property.Name] = nil
		case has:
			wanted[property.Name] = r.mutate(root.child(property.Name), value, 3)
		default:
			wanted[property.Name] = r.value(root.child(property.Name), 3)
		}
	}
	return wanted
}

// input makes a whole comparison. In half of those with marks, only what may be
// stated is.
func (r invention) input(t *schema.ResourceType, marked bool) Input {
	root := newPlace(newComparison(t, false), t)
	model := r.object(root, 4).(map[string]any)
	wanted := r.wanted(root, model)
	visible, _ := root.strip(writeOnly, model)
	if marked && !r.one(2) {
		rest, _ := root.strip(readOnly, wanted)
		wanted = rest.(map[string]any)
		for name := range wanted {
			if child := root.child(name); child.touches(createOnly) && !r.one(4) {
				delete(wanted, name)
			}
		}
	}
	return Input{Type: t, Current: visible.(map[string]any), Wanted: wanted, Stated: r.one(2)}
}

func trace(in Input) string {
	return strings.Join([]string{
		string(in.Type.Source), "current " + string(encode(in.Current)), "wanted " + string(encode(in.Wanted)),
		fmt.Sprintf("stated %v", in.Stated),
	}, "\n")
}
