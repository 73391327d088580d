// Package template renders the Jinja templates that stand in statements and in
// the values of stack files: {{ expressions }}, {% tags %} and {# comments #}.
//
// It reads SQL along with the template, since what a place is decides what may
// go there: nothing is rendered in a comment, a value cannot end the literal it
// stands in, and a patch document knows the table of its statement.
//
// The grammar is that of gonja, whose parser builds the tree. The tokens and the
// evaluation are this package's own: gonja's evaluator prints values the way
// Python does, takes what it cannot compute for zero, and knows an undefined
// name only as the text of an error. Names are looked up in the given variables
// and nowhere else; no template reads a file or the environment.
package template
