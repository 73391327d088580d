// Package change turns what a write statement says into changes of resources: a
// row of values into a desired state, new values and a current model into a patch
// document. It converts values to what the schema of the resource type wants and
// checks all that can be checked before any call. It makes no call itself.
package change
