// Package resource holds the words that every other package speaks: the name
// of a resource type, its primary identifier, a region, the kinds a column's
// values have, and the errors that handlers and the API report. It knows no
// network, no SQL and no schema, and imports the standard library only.
package resource
