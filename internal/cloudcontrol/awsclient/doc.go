// Package awsclient is the Cloud Control API as AWS serves it. It is the only
// package that imports the AWS SDK, and does nothing beyond one call at a time:
// repeating, limiting and following requests are layers of their own.
//
// One Client is one account, that of its credentials; the account of a call's
// scope only appears in errors. The region of a call is always taken from its
// scope.
package awsclient
