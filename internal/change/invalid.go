package change

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/validate"
)

// RowFaults are the faults of one row, from 1, or of the resource that it is about.
type RowFaults struct {
	Row        int
	Identifier string
	Faults     []validate.Fault
}

// InvalidError lists all that is wrong with the rows of a statement. Nothing was
// sent for any of them.
type InvalidError struct {
	Table string
	What  string // that is not valid: "desired state" or "change"
	Rows  []RowFaults
	Total int // rows of the statement
}

// Lacking gives only what is missing at the top, nil if nothing is: that is wrong
// whatever the values are.
func (e *InvalidError) Lacking() *InvalidError {
	lacking := *e
	lacking.Rows = nil
	for _, row := range e.Rows {
		row.Faults = slices.DeleteFunc(slices.Clone(row.Faults), func(f validate.Fault) bool { return f.Path != "" || f.Keyword != "required" })
		if len(row.Faults) > 0 {
			lacking.Rows = append(lacking.Rows, row)
		}
	}
	if len(lacking.Rows) == 0 {
		return nil
	}
	return &lacking
}

// shownFaults is how many faults are spelled out.
const shownFaults = 20

// Error gives a line for each fault.
func (e *InvalidError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the %s is not valid; nothing was sent", e.Table, e.What)
	shown, left := 0, 0
	for _, row := range e.Rows {
		for _, fault := range row.Faults {
			if shown == shownFaults {
				left++
				continue
			}
			shown++
			b.WriteString("\n  ")
			switch {
			case row.Identifier != "":
				fmt.Fprintf(&b, "%q: ", row.Identifier)
			case e.Total > 1:
				fmt.Fprintf(&b, "row %d: ", row.Row)
			}
			text := fault.Message
			if row.Identifier == "" || fault.Path != "" {
				text = fault.String()
			}
			b.WriteString(strings.ReplaceAll(text, "\n", " "))
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n  and %d more", left)
	}
	return b.String()
}
