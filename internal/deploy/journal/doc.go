// Package journal notes every change of a deployment before it is begun and when
// it has ended, in a file that only grows and is on the disk before the call is
// made. It is no state: nothing is decided by it but how to go on with what a run
// before left unfinished. A create that may have been accepted is sent again with
// the client token that it had, so that AWS names the request that is already
// there instead of making the resource twice.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations.html#resource-operations-idempotency
package journal
