package docgen

import (
	"encoding/json"
	"fmt"

	"skyql/internal/schema"
)

// constraints tells what the schema says about the values of a place and, for an
// array, of its elements.
func (f *fielder) constraints(node *schema.Node) []Constraint {
	n := f.t.Resolve(node)
	all := limits(n, "")
	for items := n.Items; items != nil; items = f.t.Resolve(items).Items {
		all = append(all, limits(f.t.Resolve(items), "each ")...)
	}
	return all
}

// limits tells of one schema. The prefix says whose values they are.
func limits(n *schema.Node, prefix string) []Constraint {
	var all []Constraint
	say := func(what, text string) { all = append(all, Constraint{What: prefix + what, Text: text}) }
	code := func(what, text string) {
		all = append(all, Constraint{What: prefix + what, Text: Clean(text), Code: true})
	}
	if len(n.Enum) > 0 {
		values := n.EnumStrings()
		for i := range values {
			values[i] = Clean(values[i])
		}
		all = append(all, Constraint{What: prefix + "values", Values: values})
	}
	if n.Const != nil {
		code("value", string(n.Const))
	}
	if n.Pattern != "" {
		code("pattern", n.Pattern)
	}
	if n.Format != "" {
		code("format", n.Format)
	}
	span(say, "length", n.MinLength, n.MaxLength)
	span(say, "items", n.MinItems, n.MaxItems)
	span(say, "keys", n.MinProperties, n.MaxProperties)
	numbers(n, say)
	if n.UniqueItems {
		say("items", "no two alike")
	}
	if n.Unordered {
		say("items", "in any order")
	}
	if len(n.Default) > 0 {
		code("default", string(n.Default))
	}
	return all
}

func numbers(n *schema.Node, say func(what, text string)) {
	low, high := n.Minimum, n.Maximum
	if low != "" && high != "" {
		say("value", string(low)+" to "+string(high))
		low, high = "", ""
	}
	for _, bound := range []struct {
		limit json.Number
		words string
	}{
		{low, "at least"}, {high, "at most"}, {n.ExclusiveMinimum, "more than"}, {n.ExclusiveMaximum, "less than"},
		{n.MultipleOf, "a multiple of"},
	} {
		if bound.limit != "" {
			say("value", bound.words+" "+string(bound.limit))
		}
	}
}

// span tells how many letters, items or keys there may be.
func span(say func(what, text string), what string, low, high *int) {
	switch {
	case low != nil && high != nil && *low == *high:
		say(what, fmt.Sprintf("exactly %d", *low))
	case low != nil && high != nil:
		say(what, fmt.Sprintf("%d to %d", *low, *high))
	case low != nil:
		say(what, fmt.Sprintf("at least %d", *low))
	case high != nil:
		say(what, fmt.Sprintf("at most %d", *high))
	}
}
