package site

import (
	"fmt"

	"skyql/internal/docgen"
)

// openUpTo is how many fields inside another are shown from the start.
const openUpTo = 8

// shownValues is how many values of a choice are shown from the start.
const shownValues = 12

func (w *pageWriter) fieldsSection() {
	w.section("fields", "Fields")
	defer w.endSection()
	for _, f := range w.page.Fields {
		if count(f.Children) > openUpTo {
			w.raw(`<p><button type="button" id="expand" aria-pressed="false">Show all nested fields</button></p>`, "\n")
			break
		}
	}
	get := func() { w.fields(w.page.Fields, "field.") }
	if w.page.ListTable == "" {
		get()
	} else {
		w.tabs("Fields by table", []tab{
			{"fields-get", "get (all properties)", get},
			{"fields-list", "list (identifiers only)", func() { w.fields(w.page.ListFields, "list.") }},
		})
	}
	w.raw("<h3>Added to every table</h3>\n")
	w.fields(w.page.Added, "added.")
}

// count tells how many fields there are, with those inside.
func count(fields []docgen.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += count(f.Children)
	}
	return n
}

// fields writes a list of fields. The prefix makes ids of their own in the page.
func (w *pageWriter) fields(fields []docgen.Field, prefix string) {
	w.raw(`<ul class="fields">`, "\n")
	w.items(fields, prefix)
	w.raw("</ul>\n")
}

func (w *pageWriter) items(fields []docgen.Field, prefix string) {
	for _, f := range fields {
		id := prefix + f.ID
		w.raw("<li")
		w.attribute("id", id)
		w.raw(`><div class="head"><a`)
		w.attribute("href", fragment(id))
		w.raw(">")
		w.code(f.Name)
		w.raw(`</a> <span class="type">`)
		w.text(f.TypeText())
		w.raw("</span>")
		for _, mark := range f.Marks {
			class := "mark"
			if mark == docgen.Required || mark == docgen.Identifying {
				class += " strong"
			}
			w.raw(" ")
			w.element("span", class, string(mark))
		}
		if f.Property != "" && f.Property != f.Name {
			w.raw(" ")
			w.element("code", "property", f.Property)
		}
		w.raw("</div>")
		w.paragraphs(f.Description)
		w.limits(f, prefix)
		w.nested(f, prefix)
		w.raw("</li>\n")
	}
}

func (w *pageWriter) limits(f docgen.Field, prefix string) {
	for _, c := range f.Constraints {
		w.raw(`<p class="limits">`)
		w.text(c.What + ": ")
		switch {
		case len(c.Values) > shownValues:
			w.raw("</p><details><summary>")
			w.text(fmt.Sprintf("%d values of %s", len(c.Values), f.Name))
			w.raw("</summary><p class=\"limits\">")
			w.codes(c.Values)
			w.raw("</p></details>")
			continue
		case len(c.Values) > 0:
			w.codes(c.Values)
		case c.Code:
			w.code(c.Text)
		default:
			w.text(c.Text)
		}
		w.raw("</p>")
	}
	if len(f.Also) > 0 {
		w.raw(`<p class="limits">`)
		w.text("also spelt ")
		w.codes(f.Also)
		w.raw("</p>")
	}
	if f.Like != "" {
		w.raw(`<p class="limits">The same again as in `)
		w.link(fragment(prefix+f.Like), f.Like)
		w.raw(".</p>")
	}
}

func (w *pageWriter) codes(values []string) {
	for i, value := range values {
		if i > 0 {
			w.raw(", ")
		}
		w.code(value)
	}
}

// nested writes what is inside of a field, closed where it is much.
func (w *pageWriter) nested(f docgen.Field, prefix string) {
	if len(f.Children) == 0 {
		return
	}
	total := count(f.Children)
	w.raw("<details")
	if total <= openUpTo {
		w.raw(" open")
	}
	w.raw("><summary>")
	name := f.Name
	if name == "*" {
		name = "each value"
	}
	w.text(number(total, "field") + " inside " + name)
	w.raw("</summary><ul>\n")
	w.items(f.Children, prefix)
	w.raw("</ul></details>")
}
