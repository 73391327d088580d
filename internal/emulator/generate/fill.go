package generate

import (
	"strings"

	"skyql/internal/schema"
)

// fill adds to c.model what is missing in it.
func (plan *fillingPlan) fill(c *call) {
	c.name = plan.first(c, plan.named, plan.name)
	c.id = plan.id(c).(string)
	done := naming
	for i := range plan.steps {
		s := &plan.steps[i]
		if s.stage != done {
			if done = s.stage; done == describing {
				c.id = plan.first(c, plan.identified, plan.id)
			}
			c.name = plan.first(c, plan.named, plan.name)
		}
		s.apply(c, c.model, s.path)
	}
}

// first gives the first text at the paths that is no ARN, else what the other
// makes.
func (plan *fillingPlan) first(c *call, paths []schema.Path, other maker) string {
	for _, path := range paths {
		if text, ok := textAt(c.model, path); ok && !strings.HasPrefix(text, "arn:") {
			return text
		}
	}
	return other(c).(string)
}

func textAt(value any, path schema.Path) (string, bool) {
	for _, segment := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return "", false
		}
		value = object[segment]
	}
	text, ok := value.(string)
	return text, ok && text != ""
}

// apply fills in the property at the path below value, in every element on the
// way.
func (s *step) apply(c *call, value any, path schema.Path) {
	switch parent := value.(type) {
	case map[string]any:
		s.applyObject(c, parent, path)
	case []any:
		if path[0] == "*" {
			path = path[1:]
		}
		for i, element := range parent {
			if len(path) > 0 {
				s.apply(c.inside(uint64(i)), element, path)
			}
		}
	}
}

func (s *step) applyObject(c *call, parent map[string]any, path schema.Path) {
	if path[0] == "*" {
		for key, child := range parent {
			if len(path) > 1 {
				s.apply(c.inside(hash(key)), child, path[1:])
			}
		}
		return
	}
	child, ok := parent[path[0]]
	switch {
	case len(path) == 1 && !ok:
		parent[path[0]] = s.make(c)
	case len(path) == 1:
	case ok:
		s.apply(c, child, path[1:])
	case s.grow:
		grown := map[string]any{}
		parent[path[0]] = grown
		s.apply(c, grown, path[1:])
	}
}

// inside gives the call for one of several elements, which must not all get
// the same values.
func (c *call) inside(element uint64) *call {
	copied := *c
	random := c.randomness(element + 1)
	copied.n = random.Uint64()
	copied.buffer = nil
	return &copied
}
