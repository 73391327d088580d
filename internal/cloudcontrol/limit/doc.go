// Package limit is the layer that bounds how many calls are in flight and how many
// go out per second. What AWS takes is published nowhere, so the rate is found:
// for each account, region and class of operations, from what is throttled and
// what is not. It sits inside retry, so that a call which waits to be repeated
// holds no slot, and outside the client that does the work.
package limit
