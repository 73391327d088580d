package validate

import (
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"skyql/internal/schema"
)

// collector turns the library's tree of errors into faults.
type collector struct {
	model  any
	secret []schema.Path
	faults []Fault
}

// collect adds the faults of an error and of what it holds. Errors that only
// group others, or that tell of a $ref on the way, say nothing themselves.
func (c *collector) collect(err *jsonschema.ValidationError) {
	at := err.InstanceLocation
	switch what := err.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range what.Missing {
			c.add(at, "required", "required key ["+name+"] not found")
		}
	case *kind.AdditionalProperties:
		for _, name := range what.Properties {
			c.add(at, "additionalProperties", "extraneous key ["+name+"] is not permitted")
		}
	case *kind.Dependency:
		for _, name := range what.Missing {
			c.add(at, "dependencies", "property ["+name+"] is required")
		}
	case *kind.OneOf:
		c.add(at, "oneOf", "#: "+strconv.Itoa(len(what.Subschemas))+" subschemas matched instead of one")
	case *kind.AnyOf:
		c.noneOf(at, "anyOf", len(err.Causes))
	case *kind.Type:
		if len(what.Want) > 1 { // each of the types is a schema of its own to the service
			c.noneOf(at, "type", len(what.Want))
		}
		for _, want := range what.Want {
			c.add(at, "type", "expected type: "+typeTitle(want)+", found: "+typeName(c.value(at)))
		}
	case *kind.RefCycle: // a schema that demands itself demands nothing
	default:
		if len(err.Causes) == 0 {
			c.assertion(at, what)
		}
	}
	for _, cause := range err.Causes {
		c.collect(cause)
	}
}

func (c *collector) noneOf(at []string, keyword string, branches int) {
	c.add(at, keyword, "#: no subschema matched out of the total "+strconv.Itoa(branches)+" subschemas")
}

// assertion adds a fault of a keyword whose message repeats the value. Where
// the value is write-only, or has no short text, only the keyword is named, in
// the words that the service has for that.
func (c *collector) assertion(at []string, what jsonschema.ErrorKind) {
	keyword := "schema"
	if path := what.KeywordPath(); len(path) > 0 {
		keyword = path[0]
	}
	text, ok := scalarText(c.value(at))
	message, tells := words(what, text)
	if message == "" || (tells && (!ok || c.hidden(at))) {
		message = "failed validation constraint for keyword [" + keyword + "]"
	}
	c.add(at, keyword, message)
}

func (c *collector) add(at []string, keyword, message string) {
	c.faults = append(c.faults, Fault{Path: pointer(at), Keyword: keyword, Message: message})
}

// value gives what the model has at a place.
func (c *collector) value(at []string) any {
	value := c.model
	for _, segment := range at {
		switch parent := value.(type) {
		case map[string]any:
			value = parent[segment]
		case []any:
			i, err := strconv.Atoi(segment)
			if err != nil || i >= len(parent) {
				return nil
			}
			value = parent[i]
		}
	}
	return value
}

// hidden reports whether the place lies in a write-only property, or holds one.
func (c *collector) hidden(at []string) bool {
	for _, path := range c.secret {
		if leads(path, at) {
			return true
		}
	}
	return false
}

// leads reports whether one of path and place leads to the other. A path may
// leave out the step into the elements of an array.
func leads(path schema.Path, at []string) bool {
	if len(path) == 0 || len(at) == 0 {
		return true
	}
	if path[0] == "*" || path[0] == at[0] {
		return leads(path[1:], at[1:])
	}
	_, err := strconv.Atoi(at[0])
	return err == nil && leads(path, at[1:])
}
