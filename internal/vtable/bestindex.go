package vtable

import (
	"errors"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/pushdown"
)

// BestIndex chooses how to scan for the constraints that SQLite offers, and
// leaves the plan in the index string.
func (v *virtual) BestIndex(info *sqlite3.IndexInfo) error {
	query, err := v.query(info)
	if err != nil {
		return err
	}
	plan, err := pushdown.Choose(v.table, query)
	var missing *pushdown.ErrNoHandler
	if errors.As(err, &missing) {
		// SQLite tries other plans, in which more of the constraints are usable,
		// and fails with "no query solution" if none is left.
		_ = v.host().Keep(err)
		return sqlite3.CONSTRAINT
	}
	if err != nil {
		return v.host().Keep(err)
	}
	for i, argument := range plan.Arguments {
		if argument.Many {
			info.In(argument.Constraint, 1) // the values shall come all at once
		}
		info.ConstraintUsage[argument.Constraint].ArgvIndex = i + 1
	}
	if planner, ok := v.host().(Planner); ok {
		planner.Planned(v.table, query, plan)
	}
	info.IdxStr = plan.Encode()
	info.OrderByConsumed = plan.Order != nil
	info.EstimatedCost, info.EstimatedRows = plan.Cost, plan.Rows
	if plan.Unique {
		info.IdxFlags |= sqlite3.INDEX_SCAN_UNIQUE
	}
	if plan.Blind {
		info.EstimatedCost *= blind
	}
	return nil
}

// blind makes the order of joins in which regions are known cheaper than any other,
// as long as tables have no millions of rows.
const blind = 1e9

func (v *virtual) query(info *sqlite3.IndexInfo) (pushdown.Query, error) {
	query := pushdown.Query{
		Constraints: make([]pushdown.Constraint, len(info.Constraint)),
		Used:        v.used(info.ColumnsUsed),
	}
	if sizer, ok := v.host().(Sizer); ok {
		query.Size = sizer.Size(v.table)
	}
	for _, term := range info.OrderBy {
		query.Order = append(query.Order, pushdown.OrderTerm{Column: term.Column, Descending: term.Desc})
	}
	for i, offered := range info.Constraint {
		constraint := pushdown.Constraint{
			Column: offered.Column, Op: pushdown.Other, Usable: offered.Usable, Word: words[offered.Op],
		}
		switch offered.Op {
		case sqlite3.INDEX_CONSTRAINT_LIMIT:
			constraint.Op, constraint.Rows = pushdown.Limit, spelled(info, i)
		case sqlite3.INDEX_CONSTRAINT_OFFSET:
			constraint.Op, constraint.Rows = pushdown.Offset, spelled(info, i)
		case sqlite3.INDEX_CONSTRAINT_EQ:
			if offered.Column < 0 {
				break // the row's number
			}
			constraint.Op = pushdown.Equal
			constraint.Exact = info.Collation(i) == "BINARY"
			constraint.Many = info.In(i, -1)
			if err := v.check(info, i, &constraint); err != nil {
				return query, err
			}
		}
		query.Constraints[i] = constraint
	}
	return query, nil
}

// spelled gives the number of a LIMIT or OFFSET that the statement spells out.
func spelled(info *sqlite3.IndexInfo, i int) int64 {
	value, err := info.RHSValue(i)
	if err != nil || value.Type() != sqlite3.INTEGER {
		return -1
	}
	return value.Int64()
}

// words are how SQL writes the operators.
var words = map[sqlite3.IndexConstraintOp]string{
	sqlite3.INDEX_CONSTRAINT_EQ: "=", sqlite3.INDEX_CONSTRAINT_GT: ">", sqlite3.INDEX_CONSTRAINT_LE: "<=",
	sqlite3.INDEX_CONSTRAINT_LT: "<", sqlite3.INDEX_CONSTRAINT_GE: ">=", sqlite3.INDEX_CONSTRAINT_NE: "<>",
	sqlite3.INDEX_CONSTRAINT_LIKE: "LIKE", sqlite3.INDEX_CONSTRAINT_GLOB: "GLOB", sqlite3.INDEX_CONSTRAINT_REGEXP: "REGEXP",
	sqlite3.INDEX_CONSTRAINT_IS: "IS", sqlite3.INDEX_CONSTRAINT_ISNOT: "IS NOT",
	sqlite3.INDEX_CONSTRAINT_ISNULL: "IS NULL", sqlite3.INDEX_CONSTRAINT_ISNOTNULL: "IS NOT NULL",
}

// check looks at a value that stands in the statement, and shows it to the host.
func (v *virtual) check(info *sqlite3.IndexInfo, i int, constraint *pushdown.Constraint) error {
	value, err := info.RHSValue(i)
	if err != nil {
		return nil // not known before the statement runs
	}
	constraint.AsText = value.Type() == sqlite3.INTEGER
	if !constraint.Exact {
		return nil // a collation may hold it equal to what it does not look like
	}
	return v.host().Check(v.table, constraint.Column, goValue(value))
}

// used turns SQLite's mask into columns, canonical ones, each once. The last bit
// stands for all columns from the 64th on.
//
// https://sqlite.org/vtab.html#the_colused_field
func (v *virtual) used(mask uint64) []int {
	var columns []int
	seen := make(map[int]bool)
	for i := range v.table.Columns {
		var reads bool
		if i < 63 {
			reads = mask&(1<<i) != 0
		} else {
			reads = mask&(1<<63) != 0 && v.host().Reads(v.table.Name, v.table.Columns[i].Name)
		}
		if column := v.table.Columns[i].Same; reads && !seen[column] {
			seen[column] = true
			columns = append(columns, column)
		}
	}
	return columns
}
