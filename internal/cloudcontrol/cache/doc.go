// Package cache is the layer that remembers what was read and listed, for as long
// as the user says; at first, not at all. It is the outermost layer, so that what
// it answers costs no call and is no call. A change that goes through it forgets
// what is known of the account and region.
package cache
