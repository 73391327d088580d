// Package sample makes the values of a documentation page's examples: a desired
// state with what must be given, one with all that may be, and one with other
// values for all that may be changed. They are what the schema accepts, and the
// same whenever they are made. What is or may be a secret is never made up: it
// is a Variable, which the reader fills in.
package sample
