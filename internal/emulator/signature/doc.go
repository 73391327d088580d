// Package signature reads and verifies signatures of version 4, in the header of a
// request or in the query of a presigned one. It looks at the request, its body, a
// secret and the time, and keeps nothing. Whose access key it is, and what a session
// token stands for, is the business of package identity.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
package signature
