package generate

import (
	"cmp"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// fillingPlan fills in what the service adds to a model.
type fillingPlan struct {
	named      []schema.Path // where the resource's name may stand, the best first
	identified []schema.Path // where what tells it from others may stand
	steps      []step        // in order of stage
	name, id   maker         // for a resource that has none
}

// step fills in one property.
type step struct {
	path  schema.Path
	make  maker
	grow  bool // also where the objects on the way are missing
	stage stage
}

// stage orders the steps: identifiers are made of names, and both are part of
// ARNs and addresses.
type stage int

const (
	naming stage = iota
	identifying
	describing
)

// planFilling plans with models that were made by desired, which may be nil, as
// examples of what is there already.
func planFilling(t *schema.ResourceType, desired maker) *fillingPlan {
	p := newPlanner(t, true)
	p.desired = desired
	plan := &fillingPlan{
		identified: p.identified(),
		name:       stringOf(parseText(kebab(t.Name.Thing())+"-{lower12}", place{name: "name"})),
		id:         stringOf(parseText("{uuid}", place{name: "id"})),
	}
	for _, name := range p.names() {
		plan.named = append(plan.named, schema.Path{name})
	}
	if parts := len(t.PrimaryIdentifier); parts > 0 { // those before the last name parents
		last := p.readPlace(t.PrimaryIdentifier[parts-1])
		if last.naming && (last.endsWith("name") || (parts == 1 && !last.endsWith("arn"))) {
			plan.named = append(plan.named, last.path)
		}
	}
	root := rootNode(t)
	p.id = plan.id
	for _, at := range p.missing() {
		if at.stage() == describing {
			p.id = plan.idSoFar(p)
		}
		if s, ok := p.step(root, at); ok {
			plan.steps = append(plan.steps, s)
		}
	}
	return plan
}

// identified lists the paths of what tells the resource from others: what the
// service gives of its primary identifier, then the other parts, the last first
// because parents come before, and other identifiers of its own.
func (p *planner) identified() []schema.Path {
	paths := slices.Clone(p.t.PrimaryIdentifier)
	slices.Reverse(paths)
	slices.SortStableFunc(paths, func(a, b schema.Path) int {
		return -cmp.Compare(p.readPlace(a).stage(), p.readPlace(b).stage())
	})
	for _, property := range p.t.Properties {
		if at := p.readPlace(schema.Path{property.Name}); at.own && at.stage() == identifying && !at.identity {
			paths = append(paths, at.path)
		}
	}
	return paths
}

// idSoFar gives the maker of the identifier that ARNs will have, as far as it
// is planned, so that ARNs are tried with one like it.
func (plan *fillingPlan) idSoFar(p *planner) maker {
	for _, path := range plan.identified {
		for _, s := range plan.steps {
			if slices.Equal(s.path, path) && isText(s.make(p.sample(1))) {
				return s.make
			}
		}
	}
	return plan.id
}

func isText(value any) bool {
	text, ok := value.(string)
	return ok && !strings.HasPrefix(text, "arn:")
}

// missing lists the places that a model may lack after its creation was asked
// for, in order of stage: what is read-only, the primary identifier, and a
// name that nobody can give later.
func (p *planner) missing() []place {
	paths := slices.Clone(p.t.ReadOnly)
	add := func(path schema.Path) {
		if !slices.ContainsFunc(paths, func(known schema.Path) bool { return slices.Equal(known, path) }) {
			paths = append(paths, path)
		}
	}
	for _, path := range p.t.PrimaryIdentifier {
		add(path)
	}
	for _, name := range p.names() {
		if schema.HasTop(p.t.CreateOnly, name) {
			add(schema.Path{name})
		}
	}
	places := make([]place, len(paths))
	for i, path := range paths {
		places[i] = p.readPlace(path)
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.stage(), b.stage()), cmp.Compare(len(a.path), len(b.path)))
	})
	return places
}

func (p place) stage() stage {
	switch {
	case p.naming:
		return naming
	case p.own && !p.endsWith("arn"):
		return identifying
	}
	return describing
}

// step plans one property. It is left out if the service would only answer it
// when something went wrong, or if nothing is known to put there.
func (p *planner) step(root *schema.Node, at place) (step, bool) {
	node := p.nodeAt(root, at.path)
	if !at.identity && (node == nil || at.endsWith(silent...) || p.unguessable(node, at)) {
		return step{}, false
	}
	if node == nil {
		node = &schema.Node{Types: []string{"string"}}
	}
	made, err := p.value(node, at)
	if err != nil && at.identity { // better a strange identifier than none
		made, err = p.value(&schema.Node{Types: []string{"string"}}, at)
	}
	grow := at.identity || p.readParent(root, at.path)
	return step{path: at.path, make: made, grow: grow, stage: at.stage()}, err == nil
}

// unguessable reports whether a word is wanted of which neither schema nor
// table knows the choices.
func (p *planner) unguessable(n *schema.Node, at place) bool {
	n = p.t.Resolve(n)
	guess := len(n.Enum) > 0 || n.Const != nil || n.Pattern != "" || rules().of(p.t.Name).more[at.name] != ""
	return at.endsWith(kinds...) && p.t.TypeOf(n) == "string" && !guess
}

// readPlace says what is expected at a path of a model that is read.
func (p *planner) readPlace(path schema.Path) place {
	at := place{path: path, name: path[len(path)-1]}
	if at.name == "*" && len(path) > 1 {
		at.name = place{name: path[len(path)-2]}.element(0).name
	}
	isPath := func(other schema.Path) bool { return slices.Equal(path, other) }
	at.identity = slices.ContainsFunc(p.t.PrimaryIdentifier, isPath)
	readOnly := slices.ContainsFunc(p.t.ReadOnly, isPath)
	at.naming = !readOnly || (at.identity && at.endsWith("name"))
	if len(path) == 1 && !at.naming {
		thing := strings.ToLower(p.t.Name.Thing())
		own := []string{"id", "arn", "resourcearn", thing + "id", thing + "arn", thing + "identifier"}
		at.own = at.identity || slices.Contains(own, strings.ToLower(at.name))
	}
	return at
}

// nodeAt walks a path through the schema, nil where it leads nowhere.
func (p *planner) nodeAt(n *schema.Node, path schema.Path) *schema.Node {
	for _, segment := range path {
		n = p.t.Resolve(n)
		if segment != "*" && n.Items != nil {
			n = p.t.Resolve(n.Items) // some schemas leave the step out
		}
		var next *schema.Node
		switch {
		case segment != "*":
			for _, shape := range p.shapes(n, 0) {
				for _, property := range shape.Properties {
					if property.Name == segment && next == nil {
						next = property.Node
					}
				}
			}
		case n.Items != nil:
			next = n.Items
		case len(n.PatternProperties) > 0:
			next = n.PatternProperties[0].Node
		default:
			next = n.AdditionalProperties
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}

// readParent reports whether the objects on the way to a path hold read-only
// properties only, so that the service answers them whole.
func (p *planner) readParent(root *schema.Node, path schema.Path) bool {
	if len(path) < 2 {
		return false
	}
	for i := 1; i < len(path); i++ {
		node := p.nodeAt(root, path[:i])
		if node = p.t.Resolve(node); node == nil || len(node.Properties) == 0 || node.Items != nil {
			return false
		}
		for _, property := range node.Properties {
			inside := append(slices.Clone(path[:i]), property.Name)
			if !slices.ContainsFunc(p.t.ReadOnly, func(read schema.Path) bool { return read.Matches(inside) }) {
				return false
			}
		}
	}
	return true
}
