// Package deploy builds, checks and takes down what a stack directory describes.
//
// What is there and whether it is right is found out by the author's own
// statements; nothing is remembered between runs but the journal. Resources run
// side by side along the edges that their templates draw; everything that a user
// sees is an Event.
package deploy
