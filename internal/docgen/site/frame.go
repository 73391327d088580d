package site

// frame is what is around the content of every page.
type frame struct {
	title string
	root  string // how the page's folder leads to the site's: "" or "../"
	path  []step // where the page is, from the start
	toc   []step // parts of the page
}

// step is a link of a list.
type step struct{ href, text string }

// open begins a page, up to its content.
func (d *document) open(f frame) {
	d.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
	d.text(f.title + " · skyql")
	d.raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n",
		`<link rel="stylesheet" href="`, f.root, "assets/site.css\">\n",
		`<script src="`, f.root, "assets/theme.js\"></script>\n",
		`<script src="`, f.root, "assets/site.js\" defer></script>\n</head>\n",
		`<body data-root="`, f.root, "\">\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n",
		`<header class="top"><a class="home" href="`, f.root, "index.html\">skyql tables</a>\n",
		`<form role="search"><label class="offscreen" for="search">Search tables and columns</label>`,
		`<input type="search" id="search" autocomplete="off" placeholder="Search tables and columns" aria-describedby="status">`,
		`<div id="results" hidden></div></form>`, "\n",
		`<button type="button" id="theme" aria-pressed="false">Dark colours</button>`,
		"<p id=\"status\" role=\"status\"></p></header>\n")
	if len(f.toc) > 0 {
		d.raw(`<div class="layout with-toc"><div class="toc"><nav aria-label="On this page"><ul>`)
		for _, part := range f.toc {
			d.raw("<li>")
			d.link(part.href, part.text)
			d.raw("</li>")
		}
		d.raw("</ul></nav></div>\n")
	} else {
		d.raw("<div class=\"layout\">\n")
	}
	d.raw("<main id=\"main\" tabindex=\"-1\">\n")
	d.crumbs(f.path)
	d.element("h1", "", f.title)
	d.raw("\n")
}

// crumbs writes the way to the page. The last step is the page itself.
func (d *document) crumbs(path []step) {
	if len(path) == 0 {
		return
	}
	d.raw(`<nav class="crumbs" aria-label="Breadcrumb"><ol>`)
	for i, s := range path {
		d.raw("<li>")
		if i == len(path)-1 {
			d.raw(`<span aria-current="page">`)
			d.text(s.text)
			d.raw("</span>")
		} else {
			d.link(s.href, s.text)
		}
		d.raw("</li>")
	}
	d.raw("</ol></nav>\n")
}

// end finishes a page.
func (d *document) end(note string) {
	d.raw("</main></div>\n<footer>")
	d.text(note)
	d.raw("</footer>\n</body>\n</html>\n")
}
