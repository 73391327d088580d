package generate

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// planner makes the plans of one type: for each value that is wanted a maker,
// which is shown beforehand to give what the schema accepts.
type planner struct {
	t       *schema.ResourceType
	service string // as ARNs name it
	judge   judge
	// reading is true for a plan of what the service fills in, and false for
	// one of what a caller asks for.
	reading  bool
	id       maker          // how ARNs name the resource
	desired  maker          // examples of what the service is asked for
	building []*schema.Node // what is being planned, to notice recursion
}

const maxDepth = 24

var (
	errRecursive = errors.New("the schema demands a value inside itself")
	errNoValue   = errors.New("no value found that the schema accepts")
)

func newPlanner(t *schema.ResourceType, reading bool) *planner {
	return &planner{
		t: t, service: arnService(t), reading: reading,
		judge: judge{t: t, patterns: map[string]*regexp.Regexp{}},
	}
}

// value plans a value of a node.
func (p *planner) value(n *schema.Node, at place) (maker, error) {
	n = p.t.Resolve(n)
	if slices.Contains(p.building, n) || len(p.building) > maxDepth {
		return nil, fmt.Errorf("%s: %w", at.path, errRecursive)
	}
	p.building = append(p.building, n)
	defer func() { p.building = p.building[:len(p.building)-1] }()

	combined := len(n.AllOf)+len(n.AnyOf)+len(n.OneOf) > 0
	problem := fmt.Errorf("%s: %w", at.path, errNoValue)
	for _, shape := range p.shapes(n, 0) {
		made, err := p.shaped(shape, at)
		if err != nil {
			problem = err
			continue
		}
		if !combined || p.judge.accepts(n, made(p.sample(1))) {
			return made, nil
		}
	}
	return nil, problem
}

// shaped plans a value of a node without branches.
func (p *planner) shaped(n *schema.Node, at place) (maker, error) {
	if n.Const != nil {
		return constant(n.Const)
	}
	if len(n.Enum) > 0 {
		return p.enum(n, at)
	}
	kind := p.kind(n, at)
	if n.Default != nil && !at.identity && !p.reading && kind != "object" && kind != "array" {
		if made, err := constant(n.Default); err == nil && p.judge.accepts(n, made(nil)) {
			return made, nil
		}
	}
	switch kind {
	case "object":
		return p.object(n, at)
	case "array":
		return p.array(n, at)
	case "boolean":
		value := !p.reading && at.name == "Enabled"
		return func(*call) any { return value }, nil
	case "integer", "number":
		return p.number(n, at)
	}
	return p.text(n, at)
}

// kind gives the type of the value to make, where the schema leaves a choice
// or says nothing.
func (p *planner) kind(n *schema.Node, at place) string {
	switch {
	case len(n.Types) > 1 && at.identity && slices.Contains(n.Types, "string"):
		return "string"
	case len(n.Types) > 0 || n.Properties != nil || n.PatternProperties != nil:
		return p.t.TypeOf(n)
	case n.Items != nil || n.MinItems != nil:
		return "array"
	case n.Minimum != "" || n.Maximum != "":
		return "number"
	case n.Pattern != "" || n.MinLength != nil || n.MaxLength != nil || n.Format != "" || at.identity:
		return "string"
	}
	return "object"
}

// constant gives a fixed value. Objects and arrays are decoded anew for every
// resource, since they can be changed.
func constant(source json.RawMessage) (maker, error) {
	var value any
	if err := json.Unmarshal(source, &value); err != nil {
		return nil, err
	}
	switch value.(type) {
	case map[string]any, []any:
		return func(*call) any {
			var fresh any
			_ = json.Unmarshal(source, &fresh) // went well before
			return fresh
		}, nil
	}
	return func(*call) any { return value }, nil
}

// enum takes the value that looks most alive, or another for every resource
// where they have to differ.
func (p *planner) enum(n *schema.Node, at place) (maker, error) {
	values := make([]any, len(n.Enum))
	for i, source := range n.Enum {
		if err := json.Unmarshal(source, &values[i]); err != nil {
			return nil, err
		}
	}
	if len(n.Types) > 0 { // some schemas quote numbers
		values = slices.DeleteFunc(values, func(value any) bool { return !p.judge.typed(n, value) })
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%s: %w", at.path, errNoValue)
	}
	if at.identity && !p.reading {
		return func(c *call) any { return values[c.n%uint64(len(values))] }, nil
	}
	value := values[at.index%len(values)]
	if word := liveliest(values); word != "" && at.endsWith("state", "status") {
		value = word
	}
	if word := rules().of(p.t.Name).more[at.name]; slices.Contains(values, any(word)) {
		value = word
	}
	return func(*call) any { return value }, nil
}

// liveliest finds the word for a resource that works, else one that does not
// sound as if something went on or had gone wrong.
func liveliest(values []any) string {
	best, least := "", 3
	for _, value := range values {
		word, _ := value.(string)
		if doubt := doubts(strings.ToLower(word)); doubt < least {
			best, least = word, doubt
		}
	}
	return best
}

// doubts says how little a word sounds like a resource that works.
func doubts(word string) int {
	within := func(part string) bool { return strings.Contains(word, part) }
	switch {
	case slices.Contains(alive, word):
		return 0
	case slices.ContainsFunc(unwell, within):
		return 3
	case slices.ContainsFunc(alive, func(ending string) bool { return strings.HasSuffix(word, "_"+ending) }):
		return 1
	}
	return 2
}

var (
	alive = []string{
		"active", "available", "enabled", "ready", "running", "in_service", "inservice", "created", "prepared", "deployed",
		"completed", "complete", "create_complete", "succeeded", "success", "healthy", "ok",
	}
	unwell = []string{"ing", "fail", "delet", "error", "inactive", "disabled", "stopped", "not_", "rolled", "rollback"}
)

// sample is a call to try a plan with.
func (p *planner) sample(n uint64) *call {
	c := newCall(n, resource.Scope{})
	if p.reading {
		c.n = hash("sample", number(float64(n)))
	}
	c.name = nameOf(kebab(p.t.Name.Thing()), n)
	if p.desired != nil {
		c.model = p.desired(&c).(map[string]any)
	}
	if p.id != nil {
		c.id = p.id(&c).(string)
	}
	return &c
}

// nameOf names the n-th resource that is asked for.
func nameOf(thing string, n uint64) string { return thing + "-" + strconv.FormatUint(n, 10) }
