package site

import (
	"fmt"
	"strings"

	"skyql/internal/docgen"
)

// pageWriter writes the page of a type.
type pageWriter struct {
	document
	site *Site
	page *docgen.Page
}

func (s *Site) typePage(page *docgen.Page) []byte {
	w := &pageWriter{site: s, page: page}
	toc := []step{{"#fields", "Fields"}, {"#methods", "Methods"}}
	for _, g := range page.Groups {
		toc = append(toc, step{"#" + g.ID, g.Title + " examples"})
	}
	toc = append(toc, step{"#stack", "Stack"}, step{"#permissions", "Permissions"})
	if len(page.Parents)+len(page.Children) > 0 {
		toc = append(toc, step{"#related", "Related tables"})
	}
	w.open(frame{
		title: page.FullName, root: "../", toc: toc,
		path: []step{{"../index.html", "Tables"}, {"index.html", page.Service}, {"", page.Table}},
	})
	w.overview()
	w.fieldsSection()
	w.methods()
	for _, g := range page.Groups {
		w.group(g)
	}
	w.stack()
	w.permissions()
	w.related()
	w.end(s.note)
	return []byte(w.String())
}

func (w *pageWriter) overview() {
	p := w.page
	w.paragraphs(p.Description)
	w.raw(`<dl class="facts"><dt>Table</dt><dd>`)
	w.code(p.FullName)
	w.raw("</dd>")
	if p.ListTable != "" {
		w.raw("<dt>Table of identifiers</dt><dd>")
		w.code(p.ListTable)
		w.raw("</dd>")
	}
	w.raw("<dt>Identifier</dt><dd>")
	w.code(strings.Join(p.Identifier, "|"))
	w.raw("</dd><dt>Tags</dt><dd>", map[bool]string{true: "yes", false: "no"}[p.Taggable], "</dd><dt>AWS's documentation</dt><dd><a")
	w.attribute("href", p.AWSLink)
	w.raw(` rel="noreferrer">`)
	w.code(string(p.Type))
	w.raw("</a></dd></dl>\n")
}

// section begins a part of the page.
func (w *pageWriter) section(id, title string) {
	w.raw("<section")
	w.attribute("aria-labelledby", id)
	w.raw("><h2")
	w.attribute("id", id)
	w.raw(">")
	w.text(title)
	w.raw("</h2>\n")
}

func (w *pageWriter) endSection() { w.raw("</section>\n") }

func (w *pageWriter) methods() {
	w.section("methods", "Methods")
	defer w.endSection()
	if len(w.page.Methods) == 0 {
		w.element("p", "", "AWS runs no handler for this type: its resources can neither be queried nor changed.")
		return
	}
	w.raw(`<div class="scroll" tabindex="0" role="group" aria-label="Methods"><table><thead><tr>`,
		`<th scope="col">Name</th><th scope="col">Table</th><th scope="col">Accessible by</th><th scope="col">Required parameters</th>`,
		"</tr></thead><tbody>\n")
	for _, m := range w.page.Methods {
		w.raw("<tr><td>")
		w.code(m.Name)
		w.raw("</td><td>")
		w.code(m.Table)
		w.raw("</td><td>")
		w.code(m.Verb)
		w.raw("</td><td>")
		w.code(m.RequiredText())
		if m.Minutes > 0 {
			w.text(fmt.Sprintf(" (takes %d minutes at most)", m.Minutes))
		}
		w.raw("</td></tr>\n")
	}
	w.raw("</tbody></table></div>\n")
	for _, p := range w.page.Parents {
		w.raw("<p>")
		w.code(p.Column)
		w.text(" of a list: " + p.About)
		if p.Partial != "" {
			w.text(" Resources may also lie below " + p.Partial + ".")
		}
		w.raw("</p>\n")
	}
}

func (w *pageWriter) group(g docgen.Group) {
	w.section(g.ID, g.Title+" examples")
	defer w.endSection()
	var tabs []tab
	for _, e := range g.Examples {
		id := g.ID + "-" + e.ID
		tabs = append(tabs, tab{id, e.Label, func() {
			w.element("p", "", e.About)
			w.variables("Give with --var NAME=VALUE:", e.Variables, strings.Clone)
			w.block("sql."+id, g.Title+" "+e.Label, e.SQL)
		}})
	}
	if len(tabs) > 0 {
		w.tabs(g.Title+" examples", tabs)
	}
	for _, missing := range g.Missing {
		w.element("p", "", missing)
		w.raw("\n")
	}
}

func (w *pageWriter) variables(about string, variables []docgen.Variable, spell func(string) string) {
	if len(variables) == 0 {
		return
	}
	w.element("p", "", about)
	w.raw("<ul>")
	for _, v := range variables {
		w.raw("<li>")
		w.code(spell(v.Name))
		w.text(": " + v.About)
		w.raw("</li>")
	}
	w.raw("</ul>\n")
}

func (w *pageWriter) stack() {
	w.section("stack", "Stack")
	defer w.endSection()
	s := w.page.Stack
	if s.Missing != "" {
		w.element("p", "", s.Missing)
		return
	}
	w.element("p", "", w.page.StackAbout())
	w.variables("Give with -e NAME=VALUE:", s.Secrets, strings.ToUpper)
	query := "resources/" + w.page.Singular + ".iql"
	w.tabs("Files of the stack", []tab{
		{"stack-manifest", "stackql_manifest.yml", func() { w.block("yaml.manifest", "stackql_manifest.yml", s.Manifest) }},
		{"stack-query", query, func() { w.block("iql.query", query, s.Query) }},
	})
}

func (w *pageWriter) permissions() {
	w.section("permissions", "Permissions")
	defer w.endSection()
	if len(w.page.Permissions) == 0 {
		w.element("p", "", "The schema names none.")
		return
	}
	w.element("p", "", "What each handler does needs these. The policies also allow the calls of the Cloud Control API itself.")
	var tabs []tab
	for _, p := range w.page.Permissions {
		name := string(p.Handler)
		tabs = append(tabs, tab{"permissions-" + name, strings.ToUpper(name[:1]) + name[1:], func() {
			w.raw("<ul>")
			for _, action := range p.Actions {
				w.raw("<li>")
				w.code(action)
				w.raw("</li>")
			}
			w.raw("</ul>\n")
			w.block("policy."+name, "policy for "+name, p.Policy)
		}})
	}
	w.tabs("Permissions by handler", tabs)
}

func (w *pageWriter) related() {
	if len(w.page.Parents)+len(w.page.Children) == 0 {
		return
	}
	w.section("related", "Related tables")
	defer w.endSection()
	list := func(title string, tables []docgen.Related) {
		if len(tables) == 0 {
			return
		}
		w.raw("<h3>")
		w.text(title)
		w.raw("</h3><ul>")
		for _, table := range tables {
			w.raw("<li>")
			if w.site.has[table.Type] {
				w.link("../"+table.Service+"/"+table.Table+".html", table.FullName)
			} else {
				w.code(table.FullName)
			}
			w.raw("</li>")
		}
		w.raw("</ul>\n")
	}
	var parents []docgen.Related
	for _, p := range w.page.Parents {
		if p.Type != "" {
			parents = append(parents, p.Related)
		}
	}
	list("Parents", parents)
	list("Listed below it", w.page.Children)
}
