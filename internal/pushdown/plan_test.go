package pushdown_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/pushdown"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// child lies below a parent; its identifier has two parts, one of them a number.
const child = `{"typeName": "AWS::Test::Child", "primaryIdentifier": ["/properties/ParentId", "/properties/Number"],
	"properties": {"ParentId": {"type": "string"}, "Number": {"type": "integer"}, "Name": {"type": "string"}, "Filter": {"type": "string"}},
	"handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"], "handlerSchema": {
		"properties": {"Filter": {"$ref": "resource-schema.json#/properties/Filter"}}, "required": ["ParentId"]}}}}`

// thing has a simple identifier.
const thing = `{"typeName": "AWS::Test::Thing", "primaryIdentifier": ["/properties/Id"],
	"properties": {"Id": {"type": "string"}, "Name": {"type": "string"}, "Size": {"type": "integer"}},
	"handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"]}}}`

// without takes handlers away.
func without(text string, handlers ...string) string {
	for _, handler := range handlers {
		text = strings.Replace(text, `"test:`+handler+`"`, "", 1)
	}
	return text
}

func parse(t testing.TB, text string) *schema.ResourceType {
	t.Helper()
	parsed, err := schema.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// query reads "parent_id = ?, number in ?, used name" into a Query: = and in are
// equalities, and what follows the operator says how SQLite offers it.
func query(t testing.TB, shape *table.Table, text string) pushdown.Query {
	t.Helper()
	var q pushdown.Query
	for _, clause := range strings.Split(text, ",") {
		words := strings.Fields(clause)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "order":
			column, ok := shape.Lookup(words[1])
			if !ok {
				t.Fatalf("no column %s", words[1])
			}
			q.Order = append(q.Order, pushdown.OrderTerm{Column: column, Descending: words[len(words)-1] == "desc"})
			continue
		case "limit":
			q.Constraints = append(q.Constraints, pushdown.Constraint{Op: pushdown.Limit, Usable: true})
			continue
		case "offset":
			q.Constraints = append(q.Constraints, pushdown.Constraint{Op: pushdown.Offset, Usable: true})
			continue
		}
		name := words[len(words)-1]
		if words[0] != "used" {
			name = words[0]
		}
		column, ok := shape.Lookup(name)
		if !ok {
			t.Fatalf("no column %s", name)
		}
		q.Used = append(q.Used, shape.Columns[column].Same)
		if words[0] == "used" {
			continue
		}
		c := pushdown.Constraint{Column: column, Op: pushdown.Equal, Usable: true, Exact: true}
		switch words[1] {
		case "in":
			c.Many = true
		case "<":
			c.Op = pushdown.Other
		}
		for _, word := range words[2:] {
			switch word {
			case "unknown":
				c.Usable = false
			case "nocase":
				c.Exact = false
			case "literal":
				c.AsText = true
			}
		}
		q.Constraints = append(q.Constraints, c)
	}
	return q
}

// shown writes a plan in short.
func shown(p pushdown.Plan, shape *table.Table) string {
	parts := []string{string(p.Handler)}
	for _, a := range p.Arguments {
		text := string(a.Role)
		if a.Role != pushdown.LimitRows && a.Role != pushdown.SkipRows {
			text += " " + shape.Columns[a.Column].Name
		}
		if a.Many {
			text += "*"
		}
		if a.AsText {
			text += "'"
		}
		parts = append(parts, text)
	}
	for _, term := range p.Order {
		text := "order " + shape.Columns[term.Column].Name
		if term.Descending {
			text += " down"
		}
		parts = append(parts, text)
	}
	if p.Unique {
		parts = append(parts, "unique")
	}
	return strings.Join(parts, ", ")
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, of string
		listOnly bool
		query    string
		want     string // the plan, or a part of the error
	}{
		{"nothing", thing, false, "used name", "list"},
		{"region", thing, false, "region = ?", "list, region region"},
		{"regions", thing, false, "region in ?", "list, region region*"},
		{"account", thing, false, "account_id = ?", "list, account account_id"},
		{"identifier", thing, false, "identifier = ?", "get, identifier Identifier"},
		{"identifiers", thing, false, "identifier in ?", "get, identifier Identifier*"},
		{"identifier as a literal number", thing, false, "identifier = literal", "get, identifier Identifier'"},
		{"property that is the identifier", thing, false, "id = ?", "get, part id"},
		{"identifier and the property", thing, false, "identifier = ?, id = ?", "get, identifier Identifier, match id"},
		{"everything", thing, false, "name = ?, id = ?, region = ?, account_id = ?, size = ?",
			"get, region region, account account_id, part id, match name, match size, unique"},
		{"one in a region", thing, false, "identifier = ?, region = ?", "get, region region, identifier Identifier, unique"},
		{"one in regions", thing, false, "identifier = ?, region in ?", "get, region region*, identifier Identifier"},
		{"several in a region", thing, false, "identifier in ?, region = ?", "get, region region, identifier Identifier*"},
		{"a property", thing, false, "name = ?", "list, match name"},
		{"the same column twice", thing, false, "name = ?, name = ?", "list, match name"},
		{"not yet known", thing, false, "identifier = unknown, name = unknown", "list"},
		{"with a collation", thing, false, "identifier = nocase, name = nocase, region = nocase", "list"},
		{"another operator", thing, false, "identifier < ?, name < ?", "list"},
		{"the first is not usable, the second is", thing, false, "id = nocase, id = ?", "get, part id"},
		{"limit", thing, false, "limit", "list, limit"},
		{"limit and offset", thing, false, "offset, limit", "list, limit, offset"},
		{"limit of what is sorted by what is read", thing, false, "limit, order name, used name", "list"},
		{"limit of what is sorted by what is listed", thing, false, "limit, order region desc, order id, used name",
			"list, limit, order region down, order id"},
		{"limit of what is sorted by both", thing, false, "limit, order id, order name, used name", "list"},
		{"limit of what is sorted and nothing read", thing, false, "limit, order id, used id", "list"},
		{"limit of what is sorted and given", thing, false, "limit, order id, id in ?, used name", "get, part id*"},
		{"sorted, no limit", thing, false, "order id, used name", "list"},
		{"sorted by a number", child, false, "limit, order number, used name", "list"},
		{"limit and identifiers", thing, false, "limit, identifier in ?", "get, identifier Identifier*, limit"},

		{"all parts", child, false, "number = ?, parent_id = ?", "get, part parent_id, part number"},
		{"lists of parts", child, false, "number in ?, parent_id in ?", "get, part parent_id*, part number*"},
		{"the part that the list wants", child, false, "parent_id = ?", "list, input parent_id"},
		{"the other part", child, false, "number = ?", "list, match number"},
		{"what the list takes, but is no part", child, false, "parent_id = ?, filter = ?", "list, input parent_id, match filter"},
		{"list only", child, true, "parent_id = ?, number = ?", "list, input parent_id, match number"},
		{"list only by identifier", child, true, "identifier = ?", "list, match Identifier"},

		{"no list handler", without(thing, "List"), false, "name = ?", "cannot be listed: AWS has no list handler for AWS::Test::Thing; give the resource, as in WHERE Identifier = '<id>'"},
		{"no list handler, with a key", without(thing, "List"), false, "id = ?", "get, part id"},
		{"no list handler, key not known", without(child, "List"), false, "parent_id = ?, number = unknown", "WHERE Identifier = '<parent_id>|<number>'"},
		{"no read handler", without(thing, "Get"), false, "used name", "cannot be read: AWS has no read handler for AWS::Test::Thing; awscc.test.things_list_only has what a list gives"},
		{"no read handler, what the list tells", without(thing, "Get"), false, "used id, used identifier, region = ?", "list, region region"},
		{"no read handler, with a key", without(thing, "Get"), false, "id = ?", "list, match id"},
		{"no read handler, what is passed", without(child, "Get"), false, "parent_id = ?", "list, input parent_id"},
		{"no handler", without(thing, "Get", "List"), false, "id = ?", "neither a read nor a list handler"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shape := table.New(parse(t, test.of))
			if test.listOnly {
				shape = table.NewListOnly(shape.Type)
			}
			q := query(t, shape, test.query)
			plan, err := pushdown.Choose(shape, q)
			if err != nil {
				var missing *pushdown.ErrNoHandler
				if !errors.As(err, &missing) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("want %s, have %v", test.want, err)
				}
				return
			}
			if have := shown(plan, shape); have != test.want {
				t.Errorf("want %s, have %s", test.want, have)
			}
			checkPlan(t, plan, q)
		})
	}
}

// checkPlan looks for what must be true of every plan.
func checkPlan(t *testing.T, plan pushdown.Plan, q pushdown.Query) {
	t.Helper()
	taken := map[int]bool{}
	for _, argument := range plan.Arguments {
		if taken[argument.Constraint] || !q.Constraints[argument.Constraint].Usable {
			t.Errorf("constraint %d is taken twice, or cannot be used", argument.Constraint)
		}
		taken[argument.Constraint] = true
	}
	if plan.Cost <= 0 || plan.Rows <= 0 {
		t.Errorf("costs %v for %d rows", plan.Cost, plan.Rows)
	}
	decoded, err := pushdown.Decode(plan.Encode())
	if err != nil {
		t.Fatal(err)
	}
	want := plan // which constraint a value came from, and the cost, SQLite keeps itself
	want.Cost, want.Rows, want.Arguments = 0, 0, slices.Clone(plan.Arguments)
	for i := range want.Arguments {
		want.Arguments[i].Constraint = 0
	}
	if diff := cmp.Diff(want.Encode(), decoded.Encode()); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	if fmt.Sprint(want.Used, len(want.Arguments)) != fmt.Sprint(decoded.Used, len(decoded.Arguments)) {
		t.Errorf("want %+v, have %+v", want, decoded)
	}
}

// Cheaper plans cost less, so that joins begin at the right end.
func TestCosts(t *testing.T) {
	t.Parallel()
	cost := func(of, text string) float64 {
		shape := table.New(parse(t, of))
		plan, err := pushdown.Choose(shape, query(t, shape, text))
		if err != nil {
			t.Fatal(err)
		}
		return plan.Cost
	}
	cheap := []float64{
		cost(thing, "id = ?, used name"), cost(thing, "id in ?, used name"), cost(child, "parent_id = ?, used name"), cost(thing, "used name"),
	}
	if !slices.IsSorted(cheap) || cheap[0] == cheap[3] {
		t.Errorf("costs %v", cheap)
	}
	if listed, read := cost(thing, "used id"), cost(thing, "used name"); listed >= read {
		t.Errorf("a list costs %v, with reads %v", listed, read)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"handler":"list","arguments":[{"role":"match","column":3,"many":true}],"used":[1,2]}`)
	f.Add(`{"handler":"get","arguments":[{"role":"identifier","as_text":true},{"role":"limit"}]}`)
	f.Add(``)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := pushdown.Decode(text)
		if err != nil {
			return
		}
		again, err := pushdown.Decode(plan.Encode())
		if err != nil || again.Encode() != plan.Encode() {
			t.Errorf("%s is read as %s: %v", plan.Encode(), again.Encode(), err)
		}
	})
}
