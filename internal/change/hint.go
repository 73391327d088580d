package change

import (
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/schema"
	"skyql/internal/validate"
)

// mostListed is how many allowed values are listed.
const mostListed = 20

// hinted adds the remedy to a fault where the schema tells it: the values that are
// allowed, the name that is probably meant.
func hinted(t *schema.ResourceType, fault validate.Fault) validate.Fault {
	if fault.Keyword != "enum" {
		return fault
	}
	node := nodeAt(t, fault.Path)
	if node == nil {
		return fault
	}
	values := node.EnumStrings()
	switch {
	case len(values) == 0:
	case len(values) > mostListed:
		fault.Message += fmt.Sprintf("; there are %d, such as %s", len(values), strings.Join(values[:mostListed], ", "))
	default:
		fault.Message += "; it is one of " + strings.Join(values, ", ")
	}
	return fault
}

// nodeAt finds the schema of a place in a model, nil if that depends on a choice.
func nodeAt(t *schema.ResourceType, pointer string) *schema.Node {
	segments := schema.ParsePath(pointer)
	property := t.Property(segments[0])
	if property == nil {
		return nil
	}
	node := t.Resolve(property.Node)
	for _, segment := range segments[1:] {
		if node == nil {
			return nil
		}
		if _, err := strconv.Atoi(segment); err == nil && node.Items != nil {
			node = t.Resolve(node.Items)
			continue
		}
		var next *schema.Node
		for _, child := range node.Properties {
			if child.Name == segment {
				next = t.Resolve(child.Node)
			}
		}
		node = next
	}
	return node
}
