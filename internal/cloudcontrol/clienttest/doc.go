// Package clienttest states as tests how the Cloud Control API behaves, for
// every cloudcontrol.Client: the emulator's store, the real client talking to
// the emulator, and the real client talking to AWS. A test of another package
// may then trust the emulator.
//
// What it asks for is what AWS was seen to do. Where AWS's answer is not known,
// or depends on time, nothing is asked for.
package clienttest
