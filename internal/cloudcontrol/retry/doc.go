// Package retry is the layer that repeats calls which failed for a reason that
// passes: throttling, faults of the service and of the network. It never
// repeats what the service refused for good, and it makes repeating a change
// safe with a client token.
package retry
