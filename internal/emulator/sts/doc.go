// Package sts has the actions of STS that clients of Cloud Control need, as functions
// of a caller and a form. Requests are taken, and callers found out, elsewhere.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
package sts
