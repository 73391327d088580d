// Package plain writes documentation pages for a terminal: wrapped to its width,
// with a little style where that is wanted, and without any control character
// that is not its own.
package plain
