package site

import (
	"fmt"

	"skyql/internal/docgen"
)

// index writes the list of all services.
func (s *Site) index() []byte {
	d := &document{}
	d.open(frame{title: "Tables of AWS"})
	total := 0
	for _, service := range s.services {
		total += len(service.Entries)
	}
	d.element("p", "", fmt.Sprintf("%s of %s. Search finds tables and their columns; press / to begin.",
		number(total, "table"), number(len(s.services), "service")))
	d.raw("<h2 id=\"services\">Services</h2>\n<ul class=\"columns\">\n")
	for _, service := range s.services {
		d.raw("<li>")
		d.link(service.Name+"/index.html", service.Name)
		d.text(fmt.Sprintf(" (%d)", len(service.Entries)))
		d.raw("</li>\n")
	}
	d.raw("</ul>\n")
	d.end(s.note)
	return []byte(d.String())
}

// number words how many of something there are.
func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// servicePage writes the list of a service's tables.
func (s *Site) servicePage(service docgen.Service) []byte {
	d := &document{}
	d.open(frame{title: "awscc." + service.Name, root: "../", path: []step{{"../index.html", "Tables"}, {"", service.Name}}})
	d.element("p", "", number(len(service.Entries), "table")+".")
	d.raw("<ul class=\"tables\">\n")
	for _, entry := range service.Entries {
		d.raw("<li>")
		d.link(entry.Table+".html", entry.Table)
		d.raw(" ")
		d.element("code", "property", string(entry.Type))
		if entry.Description != "" {
			d.element("p", "", entry.Description)
		}
		d.raw("</li>\n")
	}
	d.raw("</ul>\n")
	d.end(s.note)
	return []byte(d.String())
}

// missing is the page for an address that leads nowhere.
func (s *Site) missing() []byte {
	d := &document{}
	d.open(frame{title: "No such page", root: "/"})
	d.raw("<p>There is no table of that name. Search for it, or begin at ")
	d.link("/index.html", "the list of services")
	d.raw(".</p>\n")
	d.end(s.note)
	return []byte(d.String())
}
