package site

import (
	"html"
	"net/url"
	"strings"

	"skyql/internal/docgen"
)

// document collects HTML. Raw text is this package's own; everything else goes
// through text, which escapes it for content and for quoted attributes.
type document struct{ strings.Builder }

func (d *document) raw(parts ...string) {
	for _, part := range parts {
		d.WriteString(part)
	}
}

func (d *document) text(s string) { d.WriteString(html.EscapeString(docgen.Visible(s))) }

// attribute writes one with its value, and a space before it.
func (d *document) attribute(name, value string) {
	d.raw(" ", name, `="`)
	d.text(value)
	d.raw(`"`)
}

// element writes an element with nothing but text in it.
func (d *document) element(tag, class, text string) {
	d.raw("<", tag)
	if class != "" {
		d.attribute("class", class)
	}
	d.raw(">")
	d.text(text)
	d.raw("</", tag, ">")
}

func (d *document) code(text string) { d.element("code", "", text) }

// link writes a link. The address is made of names and escaped parts.
func (d *document) link(href, text string) {
	d.raw("<a")
	d.attribute("href", href)
	d.raw(">")
	d.text(text)
	d.raw("</a>")
}

// paragraphs writes a text of several lines.
func (d *document) paragraphs(text string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		if paragraph != "" {
			d.element("p", "", paragraph)
		}
	}
}

// fragment is the part of an address behind "#" that leads to the id.
func fragment(id string) string { return "#" + url.PathEscape(docgen.Visible(id)) }

// block writes a block of code that can be copied. The label says what it is.
func (d *document) block(id, label, text string) {
	d.raw(`<div class="code"><button type="button" class="copy"`)
	d.attribute("data-copies", id)
	d.attribute("aria-label", "Copy "+label)
	d.raw(`>Copy</button><pre tabindex="0" role="group"`)
	d.attribute("aria-label", label)
	d.raw("><code")
	d.attribute("id", id)
	d.raw(">")
	d.text(strings.TrimSuffix(text, "\n"))
	d.raw("\n</code></pre></div>\n")
}

// tab is one of several texts of which a reader sees one.
type tab struct {
	id, label string
	write     func()
}

// tabs writes the texts as tabs. One alone needs none.
func (d *document) tabs(name string, tabs []tab) {
	if len(tabs) == 1 {
		d.raw("<div")
		d.attribute("id", tabs[0].id)
		d.raw("><h3>")
		d.text(tabs[0].label)
		d.raw("</h3>\n")
		tabs[0].write()
		d.raw("</div>\n")
		return
	}
	d.raw(`<div class="tabbed"><div role="tablist"`)
	d.attribute("aria-label", name)
	d.raw(">")
	for i, t := range tabs {
		selected, index := "false", "-1"
		if i == 0 {
			selected, index = "true", "0"
		}
		d.raw(`<button type="button" role="tab"`)
		d.attribute("id", "tab."+t.id)
		d.attribute("aria-controls", t.id)
		d.raw(` aria-selected="`, selected, `" tabindex="`, index, `">`)
		d.text(t.label)
		d.raw("</button>")
	}
	d.raw("</div>\n")
	for _, t := range tabs {
		d.raw(`<div role="tabpanel" tabindex="0"`)
		d.attribute("id", t.id)
		d.attribute("aria-labelledby", "tab."+t.id)
		d.raw("><h3>")
		d.text(t.label)
		d.raw("</h3>\n")
		t.write()
		d.raw("</div>\n")
	}
	d.raw("</div>\n")
}
