// Package protocol has the forms of AWS's protocols that the emulator answers in:
// replies and errors in JSON, and those of the Query protocol, a form that is answered
// in XML. It knows no operation.
//
// https://smithy.io/2.0/aws/protocols/index.html
package protocol
