// Package record is the layer that counts calls and tells a hook about each.
// It sits inside retry, so that every attempt is a call of its own.
package record
