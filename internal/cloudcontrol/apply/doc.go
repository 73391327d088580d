// Package apply carries one change to its end: it starts the request, waits
// while another one is at work on the same resource, follows its own, and makes
// it again when it failed for a reason that passes. What it answers is honest
// where the truth is not known: a change that may be under way is never
// reported as refused, and nothing is made twice.
//
// Calls that are throttled or get no answer are repeated by the layer below,
// package retry. Which changes there are, and in which order, is for the
// callers to decide; they may run any number of changes at once.
package apply
