package site

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
)

// checker reads a page and finds what is wrong with it.
type checker struct {
	t     *testing.T
	name  string
	known map[string]bool // paths of the site

	open     []string // elements around the place
	ids      map[string]bool
	refers   []string // ids that something refers to
	level    int      // of the latest heading
	codes    int      // blocks of code
	copies   int      // buttons that copy one
	describe string   // texts
}

// elements are all that pages are made of.
var elements = strings.Fields(`html head meta title link script body a header form label input div button p nav ol ul li main h1 h2 h3
	section dl dt dd code pre table thead tbody tr th td span details summary footer`)

// attributes are all that elements have.
var attributes = strings.Fields(`lang charset name content rel href src defer class id for type autocomplete placeholder hidden open role tabindex
	scope data-root data-copies aria-label aria-labelledby aria-controls aria-selected aria-pressed aria-current aria-describedby`)

// check reads a page as XML with the liberties of HTML: what is written here
// closes every element but the empty ones.
func (c *checker) check(page []byte) {
	c.t.Helper()
	c.ids = map[string]bool{}
	decoder := xml.NewDecoder(strings.NewReader(string(page)))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.t.Fatalf("%s: %v", c.name, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			c.start(token)
		case xml.EndElement:
			c.open = c.open[:len(c.open)-1]
		case xml.CharData:
			if in := c.around(); (in == "script" || in == "style") && strings.TrimSpace(string(token)) != "" {
				c.t.Errorf("%s: a script in the page", c.name)
			}
			c.describe += string(token)
		}
	}
	for _, id := range c.refers {
		if !c.ids[id] {
			c.t.Errorf("%s: nothing has the id %q", c.name, id)
		}
	}
	if c.codes != c.copies {
		c.t.Errorf("%s: %d blocks of code, %d buttons to copy one", c.name, c.codes, c.copies)
	}
	if len(c.open) != 0 || c.level == 0 {
		c.t.Errorf("%s: open elements %v, heading of level %d", c.name, c.open, c.level)
	}
}

func (c *checker) around() string {
	if len(c.open) == 0 {
		return ""
	}
	return c.open[len(c.open)-1]
}

func (c *checker) start(token xml.StartElement) {
	name := token.Name.Local
	c.open = append(c.open, name)
	if !slices.Contains(elements, name) {
		c.t.Errorf("%s: an element %q", c.name, name)
	}
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		level := int(name[1] - '0')
		if level > c.level+1 {
			c.t.Errorf("%s: a heading of level %d behind one of level %d", c.name, level, c.level)
		}
		c.level = level
	}
	if name == "pre" {
		c.codes++
	}
	for _, attribute := range token.Attr {
		c.attribute(name, attribute.Name.Local, attribute.Value)
	}
}

func (c *checker) attribute(element, name, value string) {
	if !slices.Contains(attributes, name) {
		c.t.Errorf("%s: an attribute %q", c.name, name)
	}
	switch name {
	case "id":
		if c.ids[value] {
			c.t.Errorf("%s: the id %q twice", c.name, value)
		}
		c.ids[value] = true
	case "aria-controls", "aria-labelledby", "for", "aria-describedby", "data-copies":
		c.refers = append(c.refers, value)
		if name == "data-copies" {
			c.copies++
		}
	case "src":
		c.target(value)
	case "href":
		switch {
		case element == "a" && strings.HasPrefix(value, "https://docs.aws.amazon.com/"):
		case element == "link" && value == "data:,":
		default:
			c.target(value)
		}
	}
}

// target follows an address within the site.
func (c *checker) target(address string) {
	to, err := url.Parse(address)
	if err != nil || to.Scheme != "" || to.Host != "" {
		c.t.Errorf("%s: the address %q leads out of the site", c.name, address)
		return
	}
	if to.Path == "" {
		c.refers = append(c.refers, to.Fragment)
		return
	}
	if found := path.Join(path.Dir(c.name), to.Path); !c.known[found] {
		c.t.Errorf("%s: the address %q leads to no file of the site", c.name, address)
	}
}

// checkSite checks all pages of a site.
func checkSite(t *testing.T, s *Site) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range s.Paths() {
		if known[name] {
			t.Errorf("%s twice", name)
		}
		known[name] = true
	}
	for name := range known {
		content, err := s.File(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if path.Ext(name) == ".html" {
			(&checker{t: t, name: name, known: known}).check(content)
		}
	}
}
