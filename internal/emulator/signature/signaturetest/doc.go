// Package signaturetest makes requests that the AWS SDK has signed, as they arrive at
// a server, for tests of whoever verifies them.
package signaturetest
