// Package docgen makes the documentation of a catalog: for each resource type a
// Page, which holds all facts and examples as plain values, and the lists of
// services and tables that lead to it. The renderers are below this package:
// site (HTML), markup (Markdown and MDX) and plain (the terminal).
//
// A page is made of the type's schema and of the catalog around it, and of
// nothing else: the same catalog always gives the same pages. Texts of the schema
// are somebody else's. They are cleaned here of what no renderer could show, and
// every renderer escapes them.
package docgen
