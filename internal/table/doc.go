// Package table gives a resource type its SQL shape: the columns of its two
// tables (the one that reads, and the one that only lists), their kinds, which
// of them a handler can use, and how a value is taken out of a resource.
package table
