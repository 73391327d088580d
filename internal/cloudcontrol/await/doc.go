// Package await follows a request to its end: it asks for the progress event of
// a request token until that is final. It does not start requests, does not
// repeat them, and leaves short faults of the network to the layers below.
package await
