// Package organizations has the operations of AWS Organizations that tell which
// accounts there are, as functions of a caller and an input. Requests are taken, and
// callers found out, elsewhere.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
package organizations
