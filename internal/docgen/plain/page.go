package plain

import (
	"fmt"
	"regexp"
	"strings"

	"skyql/internal/docgen"
)

// Options say what the terminal is like.
type Options struct {
	Width int  // columns; 0 is 80
	Style bool // whether it shows bold and colours
}

// Page writes the page of a type.
func Page(page *docgen.Page, opts Options) string {
	if opts.Width <= 0 {
		opts.Width = 80
	}
	w := &writer{opts: opts, page: page}
	w.heading(page.FullName)
	w.overview()
	w.section("Fields")
	w.fields(page.Fields, 0)
	w.fields(page.Added, 0)
	if page.ListTable != "" {
		w.section("Fields of " + page.ListTable)
		w.fields(page.ListFields, 0)
	}
	w.methods()
	for _, group := range page.Groups {
		w.group(group)
	}
	w.stack()
	w.permissions()
	w.related()
	return harmless(w.String())
}

var ownStyle = regexp.MustCompile("\x1b\\[[0-9;]*m")

// harmless takes out what a terminal would obey, but for the styles. Names and
// statements come from a catalog, too.
func harmless(text string) string {
	var b strings.Builder
	for {
		at := ownStyle.FindStringIndex(text)
		if at == nil {
			b.WriteString(docgen.Visible(text))
			return b.String()
		}
		b.WriteString(docgen.Visible(text[:at[0]]) + text[at[0]:at[1]])
		text = text[at[1]:]
	}
}

// writer writes one page.
type writer struct {
	strings.Builder
	opts Options
	page *docgen.Page
}

// Styles, by their SGR parameters.
//
// https://www.ecma-international.org/publications-and-standards/standards/ecma-48/
const (
	bold   = "1"
	faint  = "2"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

func (w *writer) styled(style, text string) string {
	if !w.opts.Style || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (w *writer) line(indent int, text string) {
	w.WriteString(strings.Repeat(" ", indent) + text + "\n")
}

func (w *writer) heading(text string) { w.line(0, w.styled(bold, text)) }

func (w *writer) section(text string) {
	w.WriteString("\n")
	w.line(0, w.styled(bold+";"+cyan, strings.ToUpper(text[:1])+text[1:]))
	w.WriteString("\n")
}

// text writes words, wrapped. A word that is longer than a line stays whole.
func (w *writer) text(indent int, text string) {
	for _, line := range wrap(text, max(20, w.opts.Width-indent)) {
		w.line(indent, line)
	}
}

func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case len([]rune(line))+1+len([]rune(word)) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// block writes text that must not be wrapped.
func (w *writer) block(indent int, text string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" {
			w.WriteString("\n")
			continue
		}
		w.line(indent, w.styled(green, line))
	}
}

func (w *writer) overview() {
	p := w.page
	w.line(0, w.styled(faint, string(p.Type)))
	if p.Description != "" {
		w.WriteString("\n")
		w.text(0, p.Description)
	}
	w.WriteString("\n")
	w.line(0, "identifier  "+strings.Join(p.Identifier, "|"))
	if p.ListTable != "" {
		w.line(0, "also        "+p.ListTable)
	}
	w.line(0, "AWS         "+p.AWSLink)
}

func (w *writer) fields(fields []docgen.Field, indent int) {
	for _, f := range fields {
		head := w.styled(bold, f.Name) + "  " + f.TypeText()
		for _, mark := range f.Marks {
			head += "  " + w.styled(yellow, string(mark))
		}
		w.line(indent, head)
		if f.Description != "" {
			w.text(indent+4, f.Description)
		}
		for _, c := range f.Constraints {
			w.text(indent+4, c.What+": "+c.Text+strings.Join(c.Values, ", "))
		}
		if len(f.Also) > 0 {
			w.text(indent+4, "also spelt "+strings.Join(f.Also, ", "))
		}
		if f.Like != "" {
			w.text(indent+4, "the same again as in "+f.Like)
		}
		w.fields(f.Children, indent+4)
	}
}

func (w *writer) methods() {
	w.section("Methods")
	if len(w.page.Methods) == 0 {
		w.text(2, "AWS runs no handler for this type: its resources can neither be queried nor changed.")
	}
	for _, m := range w.page.Methods {
		w.line(2, fmt.Sprintf("%-16s %-7s %s", m.Name, m.Verb, m.RequiredText()))
	}
	for _, p := range w.page.Parents {
		text := p.Column + " of a list: " + p.About
		if p.Partial != "" {
			text += " Resources may also lie below " + p.Partial + "."
		}
		w.text(2, text)
	}
}

func (w *writer) group(g docgen.Group) {
	w.section(g.Title + " examples")
	for i, e := range g.Examples {
		if i > 0 {
			w.WriteString("\n")
		}
		w.text(2, w.styled(bold, e.Label)+". "+e.About)
		w.variables("--var", e.Variables, strings.Clone)
		w.WriteString("\n")
		w.block(4, e.SQL)
	}
	for _, missing := range g.Missing {
		w.text(2, missing)
	}
}

func (w *writer) variables(flag string, variables []docgen.Variable, spell func(string) string) {
	for _, v := range variables {
		w.text(2, fmt.Sprintf("%s %s=…  %s", flag, spell(v.Name), v.About))
	}
}

func (w *writer) stack() {
	s := w.page.Stack
	w.section("Stack")
	if s.Missing != "" {
		w.text(2, s.Missing)
		return
	}
	w.text(2, w.page.StackAbout())
	w.variables("-e", s.Secrets, strings.ToUpper)
	w.line(2, w.styled(bold, "stackql_manifest.yml")+"\n")
	w.block(4, s.Manifest)
	w.WriteString("\n")
	w.line(2, w.styled(bold, "resources/"+w.page.Singular+".iql")+"\n")
	w.block(4, s.Query)
}

func (w *writer) permissions() {
	w.section("Permissions")
	if len(w.page.Permissions) == 0 {
		w.text(2, "The schema names none.")
	}
	for _, p := range w.page.Permissions {
		w.line(2, w.styled(bold, string(p.Handler)))
		for _, action := range p.Actions {
			w.line(4, action)
		}
	}
}

func (w *writer) related() {
	if len(w.page.Parents)+len(w.page.Children) == 0 {
		return
	}
	w.section("Related tables")
	for _, parent := range w.page.Parents {
		if parent.Type != "" {
			w.line(2, "parent    "+parent.FullName)
		}
	}
	for _, child := range w.page.Children {
		w.line(2, "below it  "+child.FullName)
	}
}
