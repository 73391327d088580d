package pushdown

import (
	"cmp"
	"math"
	"slices"

	"skyql/internal/schema"
	"skyql/internal/table"
)

// Assumed is the size of tables of which nothing is known. It orders joins, and is what
// EXPLAIN reckons with.
var Assumed = Size{Regions: 1, Resources: 1000, Children: 20, Parents: 1000}

// Pages is how many calls list so many resources: a page usually holds 100.
func Pages(resources float64) float64 { return max(1, math.Ceil(resources/100)) }

const (
	guessMatches = 10 // with one value in some column
	guessMany    = 8  // values in an IN list
	guessNamed   = 2  // regions in an IN list
)

// Size is how large a table is, as far as that is known. A zero is not known.
type Size struct {
	Regions   int     // that are asked when the statement names none
	Resources float64 // in one of them, in the mean
	Children  float64 // below one parent, in the mean
	Parents   float64 // in a region, of a type that is listed below others
}

// Filled has what is assumed where something is not known.
func (s Size) Filled() Size {
	return Size{
		cmp.Or(s.Regions, Assumed.Regions), cmp.Or(s.Resources, Assumed.Resources),
		cmp.Or(s.Children, Assumed.Children), cmp.Or(s.Parents, Assumed.Parents),
	}
}

// chooser builds a plan step by step.
type chooser struct {
	table    *table.Table
	query    Query
	byColumn map[int]int // usable exact equality constraints by canonical column
	plan     Plan
	taken    map[int]bool // constraints that have an argument
	size     Size
	regions  int64 // that are asked, about
}

func (c *chooser) choose() (Plan, error) {
	c.taken = map[int]bool{}
	c.plan.Table = c.table.Name
	c.plan.Used = c.query.Used
	c.size = c.query.Size.Filled()
	c.regions = int64(c.size.Regions)
	if c.take(Region, c.origin(table.FromRegion)) {
		c.regions = 1
		if c.plan.Arguments[0].Many {
			c.regions = guessNamed
		}
	} else {
		c.plan.Blind = c.awaits(table.FromRegion)
	}
	c.take(Account, c.origin(table.FromAccount))
	t := c.table.Type
	get := t.Has(schema.Read) && !c.table.ListOnly && (c.identifier() || c.allParts())
	switch {
	case get:
		c.plan.Handler = Get
		c.planGet()
	case t.Has(schema.List):
		c.plan.Handler = List
		c.planList()
	case t.Has(schema.Read):
		return Plan{}, &ErrNoHandler{c.table, schema.List}
	default:
		return Plan{}, &ErrNoHandler{c.table, schema.Read}
	}
	if c.plan.Handler == List && !c.table.ListOnly && !t.Has(schema.Read) && c.readsRows() {
		return Plan{}, &ErrNoHandler{c.table, schema.Read}
	}
	c.order()
	c.limit()
	return c.plan, nil
}

// awaits reports whether the column will be compared with a value that is not
// known yet.
func (c *chooser) awaits(origin table.Origin) bool {
	return slices.ContainsFunc(c.query.Constraints, func(k Constraint) bool {
		return k.Op == Equal && !k.Usable && c.table.Columns[k.Column].Origin == origin
	})
}

// origin finds the column that skyql added for that purpose.
func (c *chooser) origin(origin table.Origin) int {
	return slices.IndexFunc(c.table.Columns, func(column table.Column) bool { return column.Origin == origin })
}

// take hands the value of an equality on the column over in that role.
func (c *chooser) take(role Role, column int) bool {
	i, ok := c.byColumn[column]
	if !ok || c.taken[i] {
		return false
	}
	c.taken[i] = true
	c.plan.Arguments = append(c.plan.Arguments, Argument{
		Role: role, Column: column, Constraint: i,
		Many: c.query.Constraints[i].Many, AsText: c.query.Constraints[i].AsText,
	})
	return true
}

func (c *chooser) identifier() bool { return c.take(Identifier, c.origin(table.FromIdentifier)) }

// allParts takes the parts of the identifier if every one is given.
func (c *chooser) allParts() bool {
	parts := c.table.Parts()
	if len(parts) == 0 {
		return false
	}
	for _, column := range parts {
		if i, ok := c.byColumn[column]; !ok || c.taken[i] {
			return false
		}
	}
	for _, column := range parts {
		c.take(Part, column)
	}
	return true
}

func (c *chooser) planGet() {
	c.plan.Rows = c.combinations()
	c.plan.Cost = float64(c.plan.Rows * c.regions)
	c.plan.Unique = c.plan.Arguments[0].Role == Region &&
		!slices.ContainsFunc(c.plan.Arguments, func(a Argument) bool { return a.Many })
	c.match()
}

// combinations is how many identifiers or inputs the values make.
func (c *chooser) combinations() int64 {
	n := int64(1)
	for _, argument := range c.plan.Arguments {
		if argument.Many && argument.Role != Region && argument.Role != Account {
			n *= guessMany
		}
	}
	return n
}

// planList passes what the list handler takes and matches the rest here. The
// values of inputs that the handler does not demand are passed only if they are
// part of the identifier: what a handler makes of other ones is not known.
func (c *chooser) planList() {
	passed := false
	for i := range c.table.Columns {
		column := &c.table.Columns[i]
		if column.Same == i && column.Input != "" && (column.Required || column.Part >= 0) {
			passed = c.take(Input, i) || passed
		}
	}
	lists, rows := Pages(c.size.Resources), c.size.Resources
	switch {
	case passed:
		lists = float64(c.combinations())
		rows = c.size.Children * lists
	case c.table.Type.Handlers[schema.List].Input.Demands():
		// A list of the parents, and one below each.
		lists, rows = Pages(c.size.Parents)+c.size.Parents, c.size.Parents*c.size.Children
	}
	c.plan.Cost, c.plan.Rows = lists*float64(c.regions), int64(math.Ceil(rows*float64(c.regions)))
	if c.readsRows() {
		c.plan.Cost += float64(c.plan.Rows)
	}
	c.match()
}

// match takes the equalities that are left, by which rows are found again when
// the scan is repeated.
func (c *chooser) match() {
	for column := range c.table.Columns {
		if c.table.Columns[column].Same == column && c.take(Match, column) {
			c.plan.Rows = min(c.plan.Rows, guessMatches)
		}
	}
}

// readsRows reports whether a column is used that lists do not give.
func (c *chooser) readsRows() bool {
	inputs := map[string]string{}
	for _, argument := range c.plan.Arguments {
		if argument.Role == Input {
			inputs[c.table.Columns[argument.Column].Input] = ""
		}
	}
	return slices.ContainsFunc(c.query.Used, func(column int) bool { return !c.table.Implied(column, inputs) })
}

// limit takes LIMIT and OFFSET, from which the scan learns how many rows to get
// ready at a time. It never ends by them: SQLite knows when it has enough. When
// it has to sort first, it will want all rows whatever the limit.
func (c *chooser) limit() {
	if len(c.query.Order) > 0 && c.plan.Order == nil {
		return
	}
	for _, wanted := range []struct {
		op   Op
		role Role
	}{{Limit, LimitRows}, {Offset, SkipRows}} {
		for i, constraint := range c.query.Constraints {
			if constraint.Op == wanted.op && constraint.Usable {
				c.plan.Arguments = append(c.plan.Arguments, Argument{Role: wanted.role, Constraint: i})
			}
		}
	}
}
