// Package identity knows who makes a call: the key pairs that calls may be signed
// with, the accounts of the organization that the emulator plays, and temporary
// credentials of roles. An Authority takes any credentials unless key pairs are
// given; then it verifies every signature.
//
// An access key of twelve digits stands for the account of that number, any other
// for the default account.
package identity
