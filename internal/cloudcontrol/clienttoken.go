package cloudcontrol

import (
	"crypto/rand"
	"fmt"
)

// NewClientToken gives a random client token: a version 4 UUID, as the AWS SDKs
// use.
//
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
func NewClientToken() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, says crypto/rand
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
