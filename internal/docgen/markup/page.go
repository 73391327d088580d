package markup

import (
	"encoding/json"
	"fmt"
	"strings"

	"skyql/internal/docgen"
)

// Dialect is what is written.
type Dialect struct {
	// MDX has front matter and tabs; else it is plain Markdown.
	MDX bool
	// Has reports whether a table's page is there to be linked to; nil says that
	// all are.
	Has func(docgen.Related) bool
}

// Extension is that of the files.
func (d Dialect) Extension() string {
	if d.MDX {
		return ".mdx"
	}
	return ".md"
}

// writer writes one page.
type writer struct {
	Dialect
	strings.Builder
	page *docgen.Page
}

// Page writes the page of a type, which lies in the folder of its service.
func (d Dialect) Page(page *docgen.Page) string {
	w := &writer{Dialect: d, page: page}
	w.head(page.Table, page.FullName, []string{page.Table, page.Service, string(page.Type)})
	w.overview()
	w.fields()
	w.methods()
	for _, group := range page.Groups {
		w.group(group)
	}
	w.stack()
	w.permissions()
	w.related()
	return w.String()
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// head begins a page. Strings of JSON are strings of YAML.
func (w *writer) head(title, heading string, keywords []string) {
	if w.MDX {
		text := func(s string) string {
			encoded, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string has a JSON form
			}
			return string(encoded)
		}
		w.printf("---\ntitle: %s\nhide_title: false\nhide_table_of_contents: false\nkeywords:\n", text(title))
		for _, keyword := range append(keywords, "aws", "sql") {
			w.printf("  - %s\n", text(keyword))
		}
		w.printf("description: %s\ncustom_edit_url: null\n---\n\n", text(heading+": query, create, change and delete with SQL"))
		w.printf("import Tabs from '@theme/Tabs';\nimport TabItem from '@theme/TabItem';\n\n")
	}
	w.printf("# %s\n\n", heading)
}

func (w *writer) overview() {
	p := w.page
	if p.Description != "" {
		for _, paragraph := range strings.Split(p.Description, "\n\n") {
			w.printf("%s\n\n", Paragraph(paragraph))
		}
	}
	w.printf("| | |\n|---|---|\n| Table | %s |\n", Code(p.FullName))
	if p.ListTable != "" {
		w.printf("| Table of identifiers | %s |\n", Code(p.ListTable))
	}
	w.printf("| Resource type | %s |\n| Identifier | %s |\n| Tags | %s |\n", Code(string(p.Type)),
		Code(strings.Join(p.Identifier, ", ")), map[bool]string{true: "yes", false: "no"}[p.Taggable])
	w.printf("\nAWS's documentation: [%s](%s)\n\n", Inline(string(p.Type)), p.AWSLink)
}

// tab is one of several texts of which a reader sees one.
type tab struct{ id, label, text string }

// tabs writes the texts as tabs, or one below the other.
func (w *writer) tabs(level string, tabs []tab) {
	switch {
	case len(tabs) == 0:
		return
	case !w.MDX:
		for _, t := range tabs {
			w.printf("%s %s\n\n%s\n", level, t.label, t.text)
		}
		return
	}
	w.printf("<Tabs\n    defaultValue=%q\n    values={[\n", tabs[0].id)
	for _, t := range tabs {
		w.printf("        { label: '%s', value: '%s' },\n", t.label, t.id)
	}
	w.printf("    ]}\n>\n")
	for _, t := range tabs {
		w.printf("<TabItem value=%q>\n\n%s\n</TabItem>\n", t.id, t.text)
	}
	w.printf("</Tabs>\n\n")
}

func (w *writer) methods() {
	w.printf("## Methods\n\n")
	if len(w.page.Methods) == 0 {
		w.printf("AWS runs no handler for this type: its resources can neither be queried nor changed.\n\n")
		return
	}
	w.printf("| Name | Table | Accessible by | Required parameters |\n|---|---|---|---|\n")
	for _, m := range w.page.Methods {
		w.printf("| %s | %s | %s | %s |\n", Code(m.Name), Code(m.Table), Code(m.Verb), Code(m.RequiredText()))
	}
	w.printf("\n")
	for _, p := range w.page.Parents {
		w.printf("- %s of a list: %s", Code(p.Column), Inline(p.About))
		if p.Partial != "" {
			w.printf(" Resources may also lie below %s.", Inline(p.Partial))
		}
		w.printf("\n")
	}
	if len(w.page.Parents) > 0 {
		w.printf("\n")
	}
}

func (w *writer) group(g docgen.Group) {
	w.printf("## `%s` examples\n\n", g.Title)
	var tabs []tab
	for _, e := range g.Examples {
		text := e.About + "\n"
		if len(e.Variables) > 0 {
			text += "\n" + given(e.Variables)
		}
		tabs = append(tabs, tab{e.ID, e.Label, text + "\n" + Block("sql", e.SQL)})
	}
	w.tabs("###", tabs)
	for _, missing := range g.Missing {
		w.printf("%s\n\n", Paragraph(missing))
	}
}

// given tells which variables the reader fills in.
func given(variables []docgen.Variable) string {
	var b strings.Builder
	b.WriteString("Give with `--var NAME=VALUE`:\n\n")
	for _, v := range variables {
		fmt.Fprintf(&b, "- %s: %s\n", Code(v.Name), Inline(v.About))
	}
	return b.String()
}

func (w *writer) stack() {
	s := w.page.Stack
	w.printf("## Stack\n\n")
	if s.Missing != "" {
		w.printf("%s\n\n", Paragraph(s.Missing))
		return
	}
	w.printf("%s\n\n", Paragraph(w.page.StackAbout()))
	if len(s.Secrets) > 0 {
		w.printf("Give with `-e NAME=VALUE`:\n\n")
		for _, v := range s.Secrets {
			w.printf("- %s: %s\n", Code(strings.ToUpper(v.Name)), Inline(v.About))
		}
		w.printf("\n")
	}
	w.tabs("###", []tab{
		{"manifest", "stackql_manifest.yml", Block("yaml", s.Manifest)},
		{"query", "resources/" + w.page.Singular + ".iql", Block("sql", s.Query)},
	})
}

func (w *writer) permissions() {
	w.printf("## Permissions\n\n")
	if len(w.page.Permissions) == 0 {
		w.printf("The schema names no permissions.\n\n")
		return
	}
	w.printf("What each handler does needs these; the policies also allow the calls of the Cloud Control API itself.\n\n")
	var tabs []tab
	for _, p := range w.page.Permissions {
		var list strings.Builder
		for _, action := range p.Actions {
			fmt.Fprintf(&list, "- %s\n", Code(action))
		}
		name := string(p.Handler)
		tabs = append(tabs, tab{name, strings.ToUpper(name[:1]) + name[1:], list.String() + "\n" + Block("json", p.Policy)})
	}
	w.tabs("###", tabs)
}

// related lists the tables above and below this one.
func (w *writer) related() {
	if len(w.page.Parents)+len(w.page.Children) == 0 {
		return
	}
	w.printf("## Related tables\n\n")
	for _, parent := range w.page.Parents {
		if parent.Type != "" {
			w.printf("- parent: %s\n", w.link(parent.Related))
		}
	}
	for _, child := range w.page.Children {
		w.printf("- below it: %s\n", w.link(child))
	}
	w.printf("\n")
}

func (w *writer) link(to docgen.Related) string {
	if w.Has != nil && !w.Has(to) {
		return Code(to.FullName)
	}
	return fmt.Sprintf("[%s](../%s/%s%s)", Code(to.FullName), to.Service, to.Table, w.Extension())
}
