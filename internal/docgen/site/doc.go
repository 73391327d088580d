// Package site makes documentation pages a web site: static files that work from
// a folder as well as from any server, and a handler that serves the same files
// without writing them.
//
// The site asks nothing of other hosts: style, scripts and the search index are
// its own. Scripts only add comfort (tabs, search, copying, the choice of light
// and dark); without them every text is there. All that comes from a catalog is
// escaped where it is written.
package site
