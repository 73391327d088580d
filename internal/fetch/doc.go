// Package fetch carries scans out: it finds the parents that a list handler
// wants, lists, reads what lists do not tell, several regions, parents and
// resources at a time, and hands out rows. What it has fetched for a statement
// it remembers for that statement, and for no longer.
package fetch
