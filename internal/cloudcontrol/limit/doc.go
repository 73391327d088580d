// Package limit is the layer that bounds how many calls are in flight. It sits
// inside retry, so that a call which waits to be repeated holds no slot, and
// outside the client that does the work.
package limit
