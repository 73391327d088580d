package output

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// grid draws a table of fixed widths in parts. A row of several lines has a
// rule above and below it, to show where it begins and ends.
type grid struct {
	widths  []int
	configs []table.ColumnConfig
	style   table.Style
	rule    string // line between rows
	bottom  string // line that closes the table
	tall    bool   // the latest row has several lines
}

func newGrid(widths []int, right []bool, unicode bool) *grid {
	g := &grid{widths: widths, style: table.StyleDefault}
	if unicode {
		g.style = table.StyleLight
	}
	g.style.Format.Header = text.FormatDefault
	for i, width := range widths {
		align := text.AlignLeft
		if right[i] {
			align = text.AlignRight
		}
		g.configs = append(g.configs, table.ColumnConfig{
			Number: i + 1, Align: align, AlignHeader: align, WidthMin: width,
		})
	}
	return g
}

// begin draws the header and the first rows.
func (g *grid) begin(names []string, rows [][]string) string {
	t := g.table()
	header, _ := g.fold(names)
	t.AppendHeader(header)
	g.append(t, rows)
	drawn := g.draw(t)
	last := strings.LastIndexByte(drawn[:len(drawn)-1], '\n') + 1
	if len(rows) == 0 {
		return drawn[:last] // the rule under the header is not needed then
	}
	top := 1
	for _, name := range header {
		top = max(top, strings.Count(name.(string), "\n")+1)
	}
	g.rule = strings.SplitN(drawn, "\n", top+3)[top+1]
	return drawn
}

// more draws further rows, at least one.
func (g *grid) more(rows [][]string) string {
	previous := g.tall
	t := g.table()
	first := g.append(t, rows)
	_, drawn, _ := strings.Cut(g.draw(t), "\n")
	if previous || first {
		return g.rule + "\n" + drawn
	}
	return drawn
}

func (g *grid) table() table.Writer {
	t := table.NewWriter()
	t.SetStyle(g.style)
	t.SetColumnConfigs(g.configs)
	return t
}

// append adds the rows and reports whether the first has several lines.
func (g *grid) append(t table.Writer, rows [][]string) (first bool) {
	for i, cells := range rows {
		row, tall := g.fold(cells)
		switch {
		case i == 0:
			first = tall
		case tall || g.tall:
			t.AppendSeparator()
		}
		t.AppendRow(row)
		g.tall = tall
	}
	return first
}

// draw draws everything but the bottom line, which it keeps.
func (g *grid) draw(t table.Writer) string {
	drawn := t.Render()
	end := strings.LastIndexByte(drawn, '\n') + 1
	g.bottom = drawn[end:]
	return drawn[:end]
}

// fold breaks the cells into lines, and reports whether one has several. The
// library could do so, but drops spaces.
func (g *grid) fold(cells []string) (row table.Row, tall bool) {
	row = make(table.Row, len(cells))
	for i, cell := range cells {
		cell = fold(cell, g.widths[i])
		row[i] = cell
		tall = tall || strings.Contains(cell, "\n")
	}
	return row, tall
}
