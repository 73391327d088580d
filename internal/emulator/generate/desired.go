package generate

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// desiredPlan makes desired states.
type desiredPlan struct {
	thing       string // what names begin with
	plain, rich maker
	err         error
}

func planDesired(t *schema.ResourceType) desiredPlan {
	p := newPlanner(t, false)
	root := rootNode(t)
	problem := fmt.Errorf("%s: %w", t.Name, errNoValue)
	for _, shape := range p.shapes(root, 0) {
		members, err := p.members(shape, place{}, shape.Required)
		if err != nil {
			problem = fmt.Errorf("%s: %w", t.Name, err)
			continue
		}
		members = p.identifying(shape, members)
		if members = p.extend(root, shape, members, p.naming(), 1<<10); !p.allowed(root, members) {
			continue
		}
		rich := p.extend(root, shape, members, p.everyday(), maxEveryday)
		return desiredPlan{thing: kebab(t.Name.Thing()), plain: build(members), rich: build(rich)}
	}
	return desiredPlan{err: problem}
}

func (p *planner) allowed(root *schema.Node, members []member) bool {
	for _, n := range []uint64{0, 1, 5000} {
		if !p.judge.accepts(root, build(members)(p.sample(n))) {
			return false
		}
	}
	return true
}

// identifying plans once more the members that tell one resource from others.
func (p *planner) identifying(shape *schema.Node, members []member) []member {
	for i, m := range members {
		at := p.topPlace(m.name)
		if !at.identity {
			continue
		}
		if made, err := p.value(memberNode(shape, &p.judge, m.name), at); err == nil {
			members[i].make = made
		}
	}
	return members
}

// topPlace gives the place of a top-level property. It identifies the resource
// if it is part of an identifier or is its name.
func (p *planner) topPlace(name string) place {
	at := place{}.property(name)
	for _, path := range p.identifiers() {
		at.identity = at.identity || path[0] == name
	}
	at.identity = at.identity || slices.Contains(p.names(), name)
	return at
}

// identifiers lists the paths of the primary and the additional identifiers.
func (p *planner) identifiers() []schema.Path {
	return slices.Concat(append(slices.Clone(p.t.AdditionalIdentifiers), p.t.PrimaryIdentifier)...)
}

// names lists what a resource's name may be called. A LayerVersion that need not
// be told what it is a version of has a LayerName all the same.
func (p *planner) names() []string {
	thing := p.t.Name.Thing()
	all := []string{"Name", thing + "Name", thing + "Identifier"}
	if base, ok := strings.CutSuffix(thing, "Version"); ok && !p.t.IsRequired(base+"Name") && schema.HasTop(p.t.CreateOnly, base+"Name") {
		all = append(all, base+"Name")
	}
	return all
}

// naming lists the properties that are asked for though they may be left out:
// the name and what the caller can say about the primary identifier.
func (p *planner) naming() []string {
	var all []string
	for _, path := range p.t.PrimaryIdentifier {
		all = append(all, path[0])
	}
	return append(all, p.names()...)
}

// maxEveryday is how many optional properties a rich desired state has.
const maxEveryday = 5

// everyday lists optional properties that many people set.
func (p *planner) everyday() []string {
	var all []string
	if path := p.t.Tagging.Property; len(path) == 1 {
		all = append(all, path[0])
	}
	for _, wish := range []string{"description", "displayname", "comment", "path", "clientname", "cidrblock",
		"availabilityzone", "instancetype", "runtime", "handler", "memorysize"} {
		for _, property := range p.t.Properties {
			if strings.EqualFold(property.Name, wish) {
				all = append(all, property.Name)
			}
		}
	}
	for _, property := range p.t.Properties {
		node := p.t.Resolve(property.Node)
		scalar := p.simple(node) && (p.t.TypeOf(node) != "string" || len(node.Enum) > 0)
		if scalar && !schema.HasTop(p.t.Deprecated, property.Name) && !schema.HasTop(p.t.WriteOnly, property.Name) {
			all = append(all, property.Name)
		}
	}
	return all
}

// extend adds those of the wanted properties with which the schema still
// accepts the whole.
func (p *planner) extend(root, shape *schema.Node, members []member, wanted []string, most int) []member {
	added := 0
	for _, name := range wanted {
		known := slices.ContainsFunc(members, func(m member) bool { return m.name == name })
		if known || added == most || p.t.Property(name) == nil || !p.settable(place{}, name) {
			continue
		}
		made, err := p.value(memberNode(shape, &p.judge, name), p.topPlace(name))
		if err != nil {
			continue
		}
		if candidate := append(slices.Clip(members), member{name, made}); p.allowed(root, candidate) {
			members = candidate
			added++
		}
	}
	return members
}
