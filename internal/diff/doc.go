// Package diff compares the current model of a resource with a wanted one, by
// the schema of its type, and gives the changes and the smallest patch document
// that makes them. It is pure: it calls nothing, and it decides nothing about
// whether the patch should be sent.
//
// Two passes do the work. The first settles what every part of the model shall
// become, which is where the schema speaks: what is the same in other words
// stays as it is, what may not be touched is kept or refused. The second finds
// the operations that lead from the one to the other, and knows little more
// than JSON.
//
// The current model is what the read handler returns, so write-only values are
// not in it. They cannot be compared: whoever states one sends it.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-update.html
package diff
