package catalog

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Origin says where the value of a list handler's input comes from.
type Origin uint8

// The origins.
const (
	FromUser    Origin = iota // only the user knows: it must be in the statement
	FromParent                // a property of resources of another type
	FromEnum                  // each of a fixed list of values
	FromAccount               // the account's number
	FromSelf                  // the resource's own identifier: listing needs what it would find
)

// Parent tells how one input of a list handler can be found out.
type Parent struct {
	Input    string // property of the list handler
	Origin   Origin
	Type     resource.TypeName // for FromParent
	Property string            // of Type: the value to pass
	Member   string            // of the object that is passed, if the value is to be in one
	Recurse  string            // property of the listed rows that is passed as Input again
	Values   []string          // for FromEnum
	// Partial is set where resources may also lie below something else, so that
	// what is found is not all there is; it says what.
	Partial string
}

// Passed is a value of the parent's property as the list handler takes it.
func (p Parent) Passed(value string) string {
	if p.Member == "" {
		return value
	}
	object, _ := json.Marshal(map[string]string{p.Member: value}) // texts always encode
	return string(object)
}

//go:embed list-parents.tsv
var parentsTable string

// parents holds the table by type and input.
var parents = sync.OnceValue(func() map[resource.TypeName]map[string]Parent {
	table := map[resource.TypeName]map[string]Parent{}
	for i, line := range strings.Split(strings.TrimSpace(parentsTable), "\n") {
		fields := strings.Split(line, "\t")
		if i == 0 || len(fields) < 7 || fields[1] == "-" || fields[3] == "" {
			continue // heading, optional filters, and inputs nobody could place
		}
		name := resource.TypeName(fields[0])
		if table[name] == nil {
			table[name] = map[string]Parent{}
		}
		table[name][fields[2]] = parseParent(fields[2], fields[3], fields[4], fields[6])
	}
	return table
})

// parseParent reads one row. The column "supplied_by" begins with the property
// that supplies the value; what follows is for people, but for "as MEMBER", for
// "recurse", for "also …" and for "(or …)".
func parseParent(input, parent, suppliedBy, confidence string) Parent {
	p := Parent{Input: input}
	switch parent {
	case "@user":
		return p
	case "@self":
		p.Origin = FromSelf
		return p
	case "@account":
		p.Origin = FromAccount
		return p
	case "@enum":
		p.Origin, p.Values = FromEnum, strings.Split(suppliedBy, "|")
		return p
	}
	p.Origin, p.Type = FromParent, resource.TypeName(parent)
	p.Property = suppliedBy
	if end := strings.IndexAny(suppliedBy, " ;("); end > 0 {
		p.Property = suppliedBy[:end]
	}
	switch note := suppliedBy[len(p.Property):]; {
	case strings.HasPrefix(note, " as "):
		p.Member = strings.TrimPrefix(note, " as ")
	case strings.Contains(note, "recurse"):
		p.Recurse = "Id"
	case strings.Contains(note, "also "):
		_, p.Partial, _ = strings.Cut(note, "also ")
	case strings.Contains(note, "(or "):
		_, p.Partial, _ = strings.Cut(strings.TrimSuffix(note, ")"), "(or ")
	case confidence == "low":
		p.Partial = "other types"
	}
	return p
}

// Parents tells, for each input of the type's list handler that is named, where
// its value comes from. An input that the table does not know is guessed by the
// names of the types beside it, and is FromUser if that finds nothing.
func (c *Catalog) Parents(t *schema.ResourceType, inputs []string) []Parent {
	found := make([]Parent, len(inputs))
	for i, input := range inputs {
		known, ok := parents()[t.Name][input]
		if !ok || known.Origin == FromParent && !c.Has(known.Type) {
			known = c.guessParent(t, input)
		}
		found[i] = known
	}
	return found
}

// guessParent looks in the same service for the type that the input is named
// after: DetectorId for Detector, VpcId for VPC.
func (c *Catalog) guessParent(t *schema.ResourceType, input string) Parent {
	beside := c.InService(naming.Service(t.Name))
	for _, suffix := range []string{"Id", "Arn", "ARN", "Name", "Identifier", "Key", ""} {
		thing, cut := strings.CutSuffix(input, suffix)
		if !cut {
			continue
		}
		for _, name := range beside {
			if name != t.Name && strings.EqualFold(name.Thing(), thing) {
				if parent, ok := c.parentOf(name, input); ok {
					return parent
				}
			}
		}
	}
	return Parent{Input: input}
}

// parentOf tells which property of a type supplies the input, if the type can be
// listed and has one identifier.
func (c *Catalog) parentOf(name resource.TypeName, input string) (Parent, bool) {
	parent, err := c.Type(name)
	if err != nil || !parent.Has(schema.List) || len(parent.PrimaryIdentifier) != 1 {
		return Parent{}, false
	}
	property := parent.PrimaryIdentifier[0].String()
	if parent.Property(input) != nil {
		property = input
	}
	return Parent{Input: input, Origin: FromParent, Type: name, Property: property}, true
}
