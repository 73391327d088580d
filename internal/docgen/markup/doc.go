// Package markup writes documentation pages as Markdown, for any reader, and as
// MDX for Docusaurus, with front matter and tabs.
//
// Texts of a catalog are data: no character of one can begin markup, a link, an
// expression or an element, whichever of the two reads it.
package markup
