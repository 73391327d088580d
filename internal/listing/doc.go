// Package listing learns what the replies of list handlers contain. AWS promises
// no more than identifiers; what else a list gives, and whether it can be taken
// for what a read would say, is told by rows that were both listed and read. What
// was learned of a type is kept in a file, apart for each endpoint and partition,
// and forgotten at the first row that contradicts it. How many resources lists gave
// is remembered beside it.
package listing
