package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"skyql/internal/catalog"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// recursion lists again below each row that was found: units below units.
type recursion struct {
	input  string   // of the list handler
	column int      // whose value is the next input
	places sync.Map // keys of those that were entered
}

// entered reports whether the place has been walked before, and notes it. Units
// that lie below themselves would have no end.
func (r *recursion) entered(p place) bool {
	_, before := r.places.LoadOrStore(p.key(), true)
	return before
}

// places gives every place in a scope that a scan has to list: one without
// inputs for most types, otherwise one for each combination of the values that
// the statement gives or that the parents have.
func (f *Fetcher) places(ctx context.Context, scan pushdown.Scan, scope resource.Scope, yield func(place) error) error {
	return f.search(scan, scope, yield).solve(ctx, nil, f.wanted(scan))
}

func (f *Fetcher) search(scan pushdown.Scan, scope resource.Scope, yield func(place) error) *search {
	return &search{
		f: f, scan: scan, scope: scope, yield: yield, seen: map[string]bool{},
		base: place{scope: scope, table: scan.Table, apart: scan.Apart},
	}
}

// wanted lists the inputs to fill in: those that the statement gives, and what
// the handler demands, by its schema or as it has turned out. Of several sets
// that the handler would take it gets one.
func (f *Fetcher) wanted(scan pushdown.Scan) []string {
	t := scan.Table.Type
	sets := t.Handlers[schema.List].Input.Alternatives()
	demand := choose(sets, scan.Inputs)
	f.mu.Lock()
	demand = append(slices.Clone(demand), f.learned[t.Name]...)
	f.mu.Unlock()
	for input := range scan.Inputs {
		if !slices.ContainsFunc(sets, func(set []string) bool { return contains(set, input) }) {
			demand = append(demand, input)
		}
	}
	slices.Sort(demand)
	return slices.Compact(demand)
}

// choose takes the set of inputs of which the statement gives all, or the first.
func choose(sets [][]string, given map[string][]string) []string {
	for _, set := range sets {
		if !slices.ContainsFunc(set, func(input string) bool { return given[input] == nil }) {
			return set
		}
	}
	return sets[0]
}

// search finds the values of inputs, one after the other.
type search struct {
	f     *Fetcher
	scan  pushdown.Scan
	scope resource.Scope
	base  place
	yield func(place) error
	seen  map[string]bool
}

// solve yields a place for each way to fill the remaining inputs in.
func (s *search) solve(ctx context.Context, have map[string]string, remaining []string) error {
	if len(remaining) == 0 {
		p := s.base
		if len(have) > 0 {
			p.inputs = have
		}
		if key := p.key(); s.seen[key] {
			return nil
		} else {
			s.seen[key] = true
		}
		return s.yield(p)
	}
	for i, input := range remaining {
		if values := s.scan.Inputs[input]; values != nil {
			return s.each(ctx, have, slices.Delete(slices.Clone(remaining), i, i+1), input, values)
		}
	}
	parents := s.f.types.Parents(s.scan.Table.Type, remaining)
	if err := s.unknown(parents); err != nil {
		return err
	}
	for i, parent := range parents {
		rest := slices.Delete(slices.Clone(remaining), i, i+1)
		switch parent.Origin {
		case catalog.FromEnum:
			return s.each(ctx, have, rest, parent.Input, parent.Values)
		case catalog.FromAccount:
			account, err := s.f.accounts.Account(ctx, s.scope.Region)
			if err != nil {
				return err
			}
			return s.each(ctx, have, rest, parent.Input, []string{account})
		}
	}
	return s.below(ctx, have, remaining, parents)
}

// each goes on with every value of one input.
func (s *search) each(ctx context.Context, have map[string]string, rest []string, input string, values []string) error {
	for _, value := range values {
		if value == "" { // no parent has that name, and a handler may take it for none given
			continue
		}
		if err := s.solve(ctx, with(have, input, value), rest); err != nil {
			return err
		}
	}
	return nil
}

func with(have map[string]string, input, value string) map[string]string {
	more := make(map[string]string, len(have)+1)
	for k, v := range have {
		more[k] = v
	}
	more[input] = value
	return more
}

// unknown fails if an input can come from the user only.
func (s *search) unknown(parents []catalog.Parent) error {
	needs := &NeedsInputError{Table: s.scan.Table}
	for _, parent := range parents {
		switch parent.Origin {
		case catalog.FromUser:
			needs.Inputs = append(needs.Inputs, parent.Input)
		case catalog.FromSelf:
			needs.Inputs = append(needs.Inputs, parent.Input)
			needs.Because = ": it is what the list would tell"
		}
	}
	if len(needs.Inputs) > 0 {
		return needs
	}
	return nil
}

// below lists the parents and goes on with the values that each of them gives.
// Of several parents the one is taken that answers most inputs at once: a
// channel knows its channel group, so no group is combined with a channel of
// another one.
func (s *search) below(ctx context.Context, have map[string]string, remaining []string, parents []catalog.Parent) error {
	best, bestColumns := catalog.Parent{}, map[string]int(nil)
	var bestTable *table.Table
	for _, parent := range parents {
		t, err := s.f.types.Type(parent.Type)
		if err != nil {
			return fmt.Errorf("parents of %s: %w", s.scan.Table.Type.Name, err)
		}
		if !t.Has(schema.List) {
			continue
		}
		parentTable := s.f.table(t)
		columns := covers(parentTable, parent, remaining)
		if len(columns) > len(bestColumns) {
			best, bestColumns, bestTable = parent, columns, parentTable
		}
	}
	if bestTable == nil {
		needs := &NeedsInputError{Table: s.scan.Table}
		for _, parent := range parents {
			needs.Inputs = append(needs.Inputs, parent.Input)
		}
		return needs
	}
	s.note(best, bestTable)
	scan := s.parentScan(bestTable, have, bestColumns)
	err := s.f.each(ctx, scan, func(row *table.Row) error {
		return s.fromParent(ctx, row, bestTable, best, have, remaining, bestColumns)
	})
	var needs *NeedsInputError
	if errors.As(err, &needs) && needs.Table == bestTable {
		// Told of the table that the statement names, not of one that it does not.
		return &NeedsInputError{Table: s.scan.Table, Inputs: slices.Sorted(maps.Keys(bestColumns))}
	}
	return err
}

// covers tells which of the inputs a parent's row answers, and in which column.
func covers(t *table.Table, parent catalog.Parent, remaining []string) map[string]int {
	columns := map[string]int{}
	for _, input := range remaining {
		name := input
		if input == parent.Input {
			name = parent.Property
		}
		if column, ok := t.Property(name); ok {
			columns[input] = column
		}
	}
	if _, ok := columns[parent.Input]; !ok {
		return nil
	}
	return columns
}

// parentScan looks for the parents in the same place. Values that are known
// already narrow it down, if the parent has a property of that name.
func (s *search) parentScan(t *table.Table, have map[string]string, columns map[string]int) pushdown.Scan {
	scan := pushdown.Scan{
		Table: t, Handler: pushdown.List, Regions: []resource.Region{s.scope.Region}, Limit: -1,
		Inputs: map[string][]string{}, Matches: map[int][]any{}, Lazy: s.scan.Lazy, Apart: s.scan.Apart,
	}
	for _, column := range columns {
		scan.Used = append(scan.Used, column)
	}
	slices.Sort(scan.Used)
	for input, value := range have {
		column, ok := t.Property(input)
		if !ok {
			continue
		}
		scan.Matches[column] = []any{value}
		if c := t.Columns[column]; c.Input != "" && (c.Required || c.Part >= 0) {
			scan.Inputs[c.Input] = []string{value}
		}
	}
	return scan
}

func (s *search) fromParent(
	ctx context.Context, row *table.Row, t *table.Table, parent catalog.Parent, have map[string]string, remaining []string,
	columns map[string]int,
) error {
	combinations := []map[string]string{have}
	rest := slices.DeleteFunc(slices.Clone(remaining), func(input string) bool { _, ok := columns[input]; return ok })
	for input, column := range columns {
		value, _ := t.Value(row, column)
		values, ok := valuesOf(value)
		if !ok {
			s.f.warn(Problem{Table: s.scan.Table.Name, Scope: s.scope, Identifier: row.Identifier, Err: fmt.Errorf(
				"%s %q has no %s, so what is below it cannot be listed", t.Type.Name, row.Identifier, t.Columns[column].Name)})
		}
		var more []map[string]string
		for _, combination := range combinations {
			for _, text := range values {
				if input == parent.Input {
					text = parent.Passed(text)
				}
				more = append(more, with(combination, input, text))
			}
		}
		combinations = more
	}
	for _, combination := range combinations {
		if err := s.solve(ctx, combination, rest); err != nil {
			return err
		}
	}
	return nil
}

// valuesOf gives the values of a parent's property: any number if it is an array.
func valuesOf(value any) (texts []string, ok bool) {
	if value == nil {
		return nil, false
	}
	document, ok := value.(json.RawMessage)
	if !ok {
		return []string{pushdown.Text(value)}, true
	}
	err := json.Unmarshal(document, &texts)
	return texts, err == nil
}

// note warns where a parent is not the only place below which resources lie,
// and prepares for resources that lie below each other.
func (s *search) note(parent catalog.Parent, parentTable *table.Table) {
	if parent.Partial != "" {
		s.f.warn(Problem{Table: s.scan.Table.Name, Scope: s.scope, Err: fmt.Errorf(
			"only what is below %s was listed; there may be more below %s", parentTable.Name, parent.Partial)})
	}
	if parent.Recurse == "" || s.base.recurse != nil {
		return
	}
	if column, ok := s.scan.Table.Property(parent.Recurse); ok {
		s.base.recurse = &recursion{input: parent.Input, column: column}
	}
}
